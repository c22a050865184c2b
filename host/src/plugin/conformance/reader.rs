//! Readers: malformed bytes are read as far as they go or refused with a code; what is read keeps the contract.

use super::Known;
use super::inputs::{UNITS, bytes, repeated};
use super::trial::{Check, Failure, Named, answers, grows, same_again, suite};
use crate::model::{CallContext, Document, Reading};
use crate::sandbox::Plugin;
use unicode_normalization::UnicodeNormalization as _;

/// Kinds of block (VOCABULARY.md, "Blocks and contents").
const BLOCKS: [&str; 8] =
    ["heading", "paragraph", "list-item", "table-cell", "code", "quote", "caption", "preformatted"];

pub(super) fn run(plugin: &Plugin, known: &Known<'_>) -> Vec<Check> {
    let ctx = CallContext::default();
    let accepts = &plugin.manifest().accepts;
    let media_type = accepts.media_types.first().map_or(String::new(), |it| it.replace('*', "plain"));
    let name = accepts.extensions.first().map(|extension| format!("document.{extension}"));
    let document = |bytes: Vec<u8>| Document {
        name: name.clone(),
        media_type: media_type.clone(),
        base_url: Some("https://conformance.invalid/a/b".into()),
        bytes,
    };
    let call = |document: &Document| plugin.read(&ctx, document);
    let inputs: Vec<Named<Document>> =
        bytes(&known.samples, &accepts.magic).into_iter().map(|it| Named::new(it.name, document(it.input))).collect();
    let first = answers("malformed", &inputs, true, &call, &|name, _, it| read(name, it));
    suite(
        first,
        inputs.len(),
        &[&|| same_again(&inputs, &call), &|| {
            grows(&UNITS, &|unit, bytes| document(repeated(unit, bytes).into_bytes()), &call)
        }],
    )
}

fn read(name: &str, it: &Reading) -> Vec<Failure> {
    let mut failures = Vec::new();
    for (index, content) in it.contents.iter().enumerate() {
        let mut fail = |code, message: String, hint: &str| {
            failures.push(Failure::new(code, name, format!("content {index}: {message}"), hint));
        };
        if !unicode_normalization::is_nfc(&content.text) {
            let at = content.text.chars().zip(content.text.nfc()).take_while(|(a, b)| a == b).count();
            fail("not-nfc", format!("its text is not in normal form C from character {at} on"), "normalise it");
        }
        if let Some(block) = content.blocks.iter().find(|block| !BLOCKS.contains(&block.kind.as_str())) {
            fail("unknown-block", format!("a block is a `{}`", block.kind), &format!("one of {}", BLOCKS.join(", ")));
        }
        let mut end = 0;
        for block in &content.blocks {
            if !content.text[end..block.span.start as usize].trim().is_empty() {
                fail("text-outside-blocks", format!("text before byte {} is in no block", block.span.start), OUTSIDE);
                break;
            }
            end = block.span.end as usize;
        }
        if !content.blocks.is_empty() && !content.text[end..].trim().is_empty() {
            fail("text-outside-blocks", format!("text after byte {end} is in no block"), OUTSIDE);
        }
    }
    failures
}

const OUTSIDE: &str = "text between blocks is white space: the SDK's `prose::Writer` sees to it";
