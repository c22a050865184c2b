//! Extractors and classifiers: any text is answered, findings are of known words and lie where they say, the same text
//! gives the same findings, and longer texts cost what they are long.

use super::Known;
use super::inputs::{UNITS, article, articles, repeated};
use super::trial::{Check, Failure, Named, answers, grows, same_again, suite};
use crate::attack::{Knowledge, TechniqueId};
use crate::model::{Article, CallContext, Classification, Extraction, Indicator, Span};
use crate::sandbox::Plugin;

/// Roles of an indicator (VOCABULARY.md, "Roles").
const ROLES: [&str; 6] = ["attacker", "abused-service", "victim", "reference", "tool", "unknown"];
/// Kinds of relation (VOCABULARY.md, "Relations").
const RELATIONS: [&str; 6] = ["same-file", "resolves-to", "contains", "downloads", "communicates-with", "belongs-to"];

pub(super) fn extractor(plugin: &Plugin, known: &Known<'_>) -> Vec<Check> {
    let ctx = CallContext::default();
    let call = |article: &Article| plugin.extract(&ctx, article);
    let inputs = articles(&known.samples);
    let first = answers("texts", &inputs, false, &call, &|name, article, it| found(name, article, it, known));
    suite(
        first,
        inputs.len(),
        &[&|| same_again(&inputs, &call), &|| grows(&UNITS, &|unit, bytes| article(repeated(unit, bytes)), &call)],
    )
}

/// Spans on characters, confidences and the like are the sandbox's to refuse; here is what it lets through.
fn found(name: &str, article: &Article, it: &Extraction, known: &Known<'_>) -> Vec<Failure> {
    let text = &article.content.text;
    let mut failures = Vec::new();
    let mut fail = |code, message: String, hint: &str| failures.push(Failure::new(code, name, message, hint));
    for it in &it.indicators {
        let what = format!("{} `{}`", it.kind, it.value);
        if !known.kinds.kinds.contains_key(&it.kind) {
            let hint = "declare it as [kinds.NAME] in plugin.toml, or take a kind of VOCABULARY.md";
            fail("unknown-kind", format!("{what}: nobody knows this kind"), hint);
        }
        if !ROLES.contains(&it.role.as_str()) {
            fail("unknown-role", format!("{what}: its role is `{}`", it.role), &format!("one of {}", ROLES.join(", ")));
        }
        if it.value.trim() != it.value {
            fail("not-canonical", format!("{what}: the value begins or ends with blanks"), "trim it");
        }
        if let Some(span) = blank(&it.spans, text) {
            fail("blank-span", format!("{what}: the span {}..{} holds blanks alone", span.start, span.end), EVIDENCE);
        }
    }
    for it in it.relations.iter().filter(|it| !RELATIONS.contains(&it.kind.as_str()) && !it.kind.contains(':')) {
        let hint = format!("one of {}, or a word of your own with a prefix (`team:word`)", RELATIONS.join(", "));
        fail("unknown-relation", format!("the relation `{}`", it.kind), &hint);
    }
    failures
}

const EVIDENCE: &str = "a span covers the words that say it";

/// The first span that covers nothing but white space.
fn blank(spans: &[Span], text: &str) -> Option<Span> {
    spans.iter().copied().find(|span| span.of(text).trim().is_empty())
}

pub(super) fn classifier(plugin: &Plugin, known: &Known<'_>) -> Vec<Check> {
    let ctx = CallContext::default();
    let call = |it: &(Article, Vec<Indicator>)| plugin.classify(&ctx, &it.0, &it.1, &[]);
    let mut inputs: Vec<Named<(Article, Vec<Indicator>)>> =
        articles(&known.samples).into_iter().map(|it| Named::new(it.name, (it.input, Vec::new()))).collect();
    let everything = named_techniques(known.knowledge);
    let indicators = vec![indicator(&everything)];
    inputs.push(Named::new("every technique by id and name", (article(everything), indicators)));
    let first = answers("texts", &inputs, false, &call, &|name, it, found| judged(name, &it.0, found, known.knowledge));
    suite(
        first,
        inputs.len(),
        &[&|| same_again(&inputs, &call), &|| {
            grows(&UNITS, &|unit, bytes| (article(repeated(unit, bytes)), Vec::new()), &call)
        }],
    )
}

/// A sentence for each technique, so that a classifier that knows ids or names has something to say.
fn named_techniques(knowledge: &Knowledge) -> String {
    let sentences = knowledge.techniques().map(|technique| {
        format!("The attackers used {} ({}) against the victim's network.\n", technique.name, technique.id)
    });
    sentences.take(400).collect()
}

/// A finding of some extractor, for classifiers that look at those.
fn indicator(text: &str) -> Indicator {
    let end = text.find(' ').unwrap_or_default().max(1) as u32;
    Indicator {
        kind: "conformance:unknown".into(),
        value: "value".into(),
        parts: vec![],
        spans: vec![Span { start: 0, end }],
        defanged: false,
        role: "attacker".into(),
        confidence: 100,
        reasons: vec![],
        properties: vec![],
        plugin: None,
    }
}

fn judged(name: &str, article: &Article, it: &Classification, knowledge: &Knowledge) -> Vec<Failure> {
    let text = &article.content.text;
    let mut failures = Vec::new();
    let mut fail = |code, message: String, hint: &str| failures.push(Failure::new(code, name, message, hint));
    for it in &it.techniques {
        let is_known = it.id.parse::<TechniqueId>().is_ok() && knowledge.resolve(&it.id).is_ok();
        if !is_known {
            let hint = "name ids of the ATT&CK version that huntsmith carries (`huntsmith attack`), revoked ones too";
            fail("unknown-technique", format!("ATT&CK has no {}", it.id), hint);
        }
        if let Some(span) = blank(&it.evidence, text) {
            fail("blank-span", format!("{}: the evidence {}..{} is blank", it.id, span.start, span.end), EVIDENCE);
        }
    }
    for it in &it.actors {
        if let Some(span) = blank(&it.spans, text) {
            fail("blank-span", format!("{}: the span {}..{} is blank", it.name, span.start, span.end), EVIDENCE);
        }
    }
    failures
}
