//! Holds results against the contract, after they are lifted and before anybody uses them. The first record that breaks
//! it fails the call: a result is used whole or not at all.

use super::error::{Code, Fault};
use crate::model::{
    Artifact, Classification, Content, Extraction, Fact, FeedPage, Hunt, Place, Reading, Refusal, Rejection, Span,
};
use std::collections::BTreeSet;

/// Bytes of a feed's cursor; a fact of the contract.
const CURSOR_BYTES: usize = 64 << 10;

type Checked = Result<(), Fault>;

fn invalid(record: impl std::fmt::Display, why: impl std::fmt::Display) -> Fault {
    Fault::new(Code::InvalidResult, super::log::clean(&format!("{record}: {why}")))
}

fn require(holds: bool, record: impl FnOnce() -> String, why: &str) -> Checked {
    if holds { Ok(()) } else { Err(invalid(record(), why)) }
}

/// Counts records, nested ones too, against the manifest's limit.
struct Records {
    seen: u64,
    limit: u64,
}

impl Records {
    fn new(limit: u64) -> Self {
        Self { seen: 0, limit }
    }

    fn add(&mut self, count: usize) -> Checked {
        self.seen = self.seen.saturating_add(count as u64);
        if self.seen > self.limit {
            return Err(Fault::new(Code::Records, format!("the result has more than {} records", self.limit)));
        }
        Ok(())
    }
}

fn spans(spans: &[Span], text: &str, record: impl Fn() -> String) -> Checked {
    require(!spans.is_empty(), &record, "it has no span")?;
    for span in spans {
        require(
            span.fits(text),
            || format!("{}, span {}..{}", record(), span.start, span.end),
            "it is empty, outside the text, or inside a character",
        )?;
    }
    Ok(())
}

fn confidence(value: u8, record: impl FnOnce() -> String) -> Checked {
    require(value <= 100, record, "its confidence is over 100")
}

/// `T` and four digits, for a sub-technique a point and three more.
pub(crate) fn is_technique_id(id: &str) -> bool {
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    match id.strip_prefix('T') {
        Some(rest) => match rest.split_once('.') {
            Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
            None => digits(rest, 4),
        },
        None => false,
    }
}

fn rejections(items: &[Rejection], text: &str, records: &mut Records) -> Checked {
    for (index, it) in items.iter().enumerate() {
        let record = || format!("rejection {index} (`{}`)", it.value);
        records.add(1 + it.properties.len())?;
        require(!it.kind.is_empty(), record, "it has no kind")?;
        require(!it.reason.is_empty(), record, "it has no reason")?;
        require(it.span.fits(text), record, "its span is empty, outside the text, or inside a character")?;
    }
    Ok(())
}

/// What an extractor answered for an article with this text.
pub(crate) fn extraction(it: &Extraction, text: &str, limit: u64) -> Checked {
    let mut records = Records::new(limit);
    let mut seen = BTreeSet::new();
    for (index, it) in it.indicators.iter().enumerate() {
        let record = || format!("indicator {index} ({} `{}`)", it.kind, it.value);
        records.add(1 + it.parts.len() + it.spans.len() + it.reasons.len() + it.properties.len())?;
        require(!it.kind.is_empty(), record, "it has no kind")?;
        require(!it.value.is_empty(), record, "it has no value")?;
        require(!it.role.is_empty(), record, "it has no role")?;
        confidence(it.confidence, record)?;
        spans(&it.spans, text, record)?;
        require(
            it.spans.windows(2).all(|pair| pair[0].end <= pair[1].start),
            record,
            "its spans overlap or do not ascend",
        )?;
        require(seen.insert((it.kind.as_str(), it.value.as_str())), record, "it comes twice")?;
    }
    for (index, it) in it.observations.iter().enumerate() {
        let record = || format!("observation {index} ({})", it.class);
        records.add(1 + it.fields.len() + it.spans.len() + it.properties.len())?;
        require(!it.class.is_empty(), record, "it has no class")?;
        require(!it.fields.is_empty(), record, "it has no field")?;
        confidence(it.confidence, record)?;
        spans(&it.spans, text, record)?;
        for field in &it.fields {
            let record = || format!("{}, field `{}`", record(), field.name);
            require(!field.name.is_empty(), record, "it has no name")?;
            require(!field.value.is_empty(), record, "it has no value")?;
            require(field.span.fits(text), record, "its span is empty, outside the text, or inside a character")?;
        }
    }
    let count = it.indicators.len();
    for (index, it) in it.relations.iter().enumerate() {
        let record = || format!("relation {index} ({})", it.kind);
        records.add(1 + it.spans.len())?;
        require(!it.kind.is_empty(), record, "it has no kind")?;
        require(
            (it.subject as usize) < count && (it.object as usize) < count,
            record,
            "it points at an indicator that is not there",
        )?;
        spans(&it.spans, text, record)?;
    }
    rejections(&it.rejections, text, &mut records)
}

/// What a classifier answered for an article with this text.
pub(crate) fn classification(it: &Classification, text: &str, limit: u64) -> Checked {
    let mut records = Records::new(limit);
    let mut seen = BTreeSet::new();
    for (index, it) in it.techniques.iter().enumerate() {
        let record = || format!("technique {index} (`{}`)", it.id);
        records.add(1 + it.evidence.len() + it.reasons.len() + it.properties.len())?;
        require(is_technique_id(&it.id), record, "its id is not one of ATT&CK's (`T1059` or `T1059.001`)")?;
        require(
            matches!(it.source.as_str(), "stated" | "inferred"),
            record,
            "its source is neither stated nor inferred",
        )?;
        confidence(it.confidence, record)?;
        spans(&it.evidence, text, record)?;
        require(it.evidence.is_sorted(), record, "its evidence does not ascend")?;
        require(seen.insert((it.id.as_str(), it.source.as_str())), record, "it comes twice")?;
    }
    for (index, it) in it.actors.iter().enumerate() {
        let record = || format!("actor {index} (`{}`)", it.name);
        records.add(1 + it.spans.len() + it.properties.len())?;
        require(
            matches!(it.kind.as_str(), "group" | "software" | "campaign"),
            record,
            "its kind is none of the three",
        )?;
        require(!it.name.is_empty(), record, "it has no name")?;
        require(it.id.as_ref().is_none_or(|id| is_actor_id(id)), record, "its id is not one of ATT&CK's")?;
        confidence(it.confidence, record)?;
        spans(&it.spans, text, record)?;
    }
    rejections(&it.rejections, text, &mut records)
}

fn is_actor_id(id: &str) -> bool {
    id.len() == 5 && id.starts_with(['G', 'S', 'C']) && id[1..].bytes().all(|b| b.is_ascii_digit())
}

fn content(it: &Content, index: usize, records: &mut Records) -> Checked {
    records.add(1 + it.blocks.len() + it.links.len() + it.properties.len())?;
    let mut end = 0;
    for (number, block) in it.blocks.iter().enumerate() {
        let record = || format!("content {index}, block {number}");
        records.add(block.properties.len())?;
        require(!block.kind.is_empty(), record, "it has no kind")?;
        require(block.span.fits(&it.text), record, "its span is empty, outside the text, or inside a character")?;
        require(block.span.start >= end, record, "it overlaps the block before it, or stands before it")?;
        require(block.heading.is_none_or(|at| (at as usize) < number), record, "its heading is not above it")?;
        end = block.span.end;
    }
    for (number, link) in it.links.iter().enumerate() {
        let record = || format!("content {index}, link {number}");
        records.add(link.properties.len())?;
        require(link.span.fits(&it.text), record, "its span is empty, outside the text, or inside a character")?;
        require(!link.target.is_empty(), record, "it has no target")?;
    }
    Ok(())
}

/// What a reader answered.
pub(crate) fn reading(it: &Reading, limit: u64) -> Checked {
    let mut records = Records::new(limit);
    for (index, it) in it.contents.iter().enumerate() {
        content(it, index, &mut records)?;
        require(
            it.text.chars().all(|c| !c.is_control() || c == '\n' || c == '\t'),
            || format!("content {index}"),
            "its text has control characters other than newline and tab",
        )?;
    }
    records.add(it.children.len() + it.notes.len())?;
    notes(it.notes.iter().map(|note| note.code.as_str()))
}

fn notes<'a>(mut codes: impl Iterator<Item = &'a str>) -> Checked {
    require(codes.all(|code| !code.is_empty()), || "a note".into(), "it has no code")
}

fn facts(items: &[Fact], record: impl Fn() -> String, records: &mut Records) -> Checked {
    for (number, fact) in items.iter().enumerate() {
        let record = || format!("{}, fact {number}", record());
        records.add(1 + fact.properties.len())?;
        require(!fact.kind.is_empty(), record, "it has no kind")?;
        require(!fact.value.is_empty(), record, "it has no value")?;
    }
    Ok(())
}

/// What a feed answered.
pub(crate) fn page(it: &FeedPage, limit: u64) -> Checked {
    let mut records = Records::new(limit);
    let mut keys = BTreeSet::new();
    for (index, it) in it.items.iter().enumerate() {
        let record = || format!("item {index} (`{}`)", it.key);
        records.add(1 + it.properties.len())?;
        require(!it.key.is_empty(), record, "it has no key")?;
        require(keys.insert(it.key.as_str()), record, "its key comes twice")?;
        let is_web = |url: &str| url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        require(it.url.as_deref().is_none_or(is_web), record, "its address is not absolute http or https")?;
        facts(&it.facts, record, &mut records)?;
    }
    records.add(it.notes.len())?;
    require(
        it.cursor.as_ref().is_none_or(|cursor| cursor.len() <= CURSOR_BYTES),
        || "the page".into(),
        "its cursor is over 64 KiB",
    )?;
    require(!it.more || it.cursor.is_some(), || "the page".into(), "it says that more is waiting and has no cursor")?;
    notes(it.notes.iter().map(|note| note.code.as_str()))
}

fn place(place: &Place, hunt: &Hunt, record: impl Fn() -> String) -> Checked {
    let index = place.index as usize;
    let nodes = |count: Option<usize>| match (count, place.node) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(count), Some(node)) => (node as usize) < count,
    };
    let holds = match place.part.as_str() {
        "hunt" => index == 0 && place.node.is_none(),
        "search" => nodes(hunt.searches.get(index).map(|search| search.predicate.nodes.len())),
        // A stage or a correlation can hold several predicates: the node is the dialect's own business.
        "stage" => index < hunt.stages.len(),
        "correlation" => index < hunt.correlations.len(),
        _ => false,
    };
    require(holds, record, "it names a place that the hunt does not have")
}

fn artifacts(items: &[Artifact], hunt: &Hunt, number: usize, records: &mut Records) -> Checked {
    require(!items.is_empty(), || format!("hunt {number}"), "it has no artifact and no refusal")?;
    let mut names = BTreeSet::new();
    for it in items {
        let record = || format!("hunt {number}, artifact `{}`", it.name);
        records.add(1 + it.notes.len() + it.literals.len() + it.properties.len())?;
        let is_file_name = !it.name.is_empty() && !it.name.contains(['/', '\\', '\0']) && !it.name.starts_with('.');
        require(is_file_name, record, "its name is not a file name")?;
        require(names.insert(it.name.as_str()), record, "its name comes twice")?;
        require(!it.language.is_empty(), record, "it has no language")?;
        require(!it.text.trim().is_empty(), record, "it has no text")?;
        for literal in &it.literals {
            let span = Span { start: literal.start, end: literal.end };
            let record = || format!("{}, literal {}..{}", record(), literal.start, literal.end);
            require(span.fits(&it.text), record, "it is empty, outside the text, or inside a character")?;
            place(&literal.place, hunt, record)?;
        }
    }
    Ok(())
}

fn refusals(items: &[Refusal], hunt: &Hunt, number: usize, records: &mut Records) -> Checked {
    require(!items.is_empty(), || format!("hunt {number}"), "it is refused without a refusal")?;
    records.add(items.len())?;
    for it in items {
        let record = || format!("hunt {number}, refusal `{}`", it.code);
        require(!it.code.is_empty(), record, "it has no code")?;
        require(!it.reason.is_empty(), record, "it has no reason")?;
        place(&it.place, hunt, record)?;
    }
    Ok(())
}

/// What an emitter answered for these hunts: one result each.
pub(crate) fn emissions(it: &[Result<Vec<Artifact>, Vec<Refusal>>], hunts: &[Hunt], limit: u64) -> Checked {
    let mut records = Records::new(limit);
    records.add(it.len())?;
    if it.len() != hunts.len() {
        return Err(invalid("the answer", format!("it has {} results for {} hunts", it.len(), hunts.len())));
    }
    for (number, (result, hunt)) in it.iter().zip(hunts).enumerate() {
        match result {
            Ok(items) => artifacts(items, hunt, number, &mut records)?,
            Err(items) => refusals(items, hunt, number, &mut records)?,
        }
    }
    Ok(())
}

/// Properties that a plugin's own error may carry.
const ERROR_PROPERTIES: usize = 64;

/// A plugin's own error: it must have a code of words joined by `-` and say something.
pub(crate) fn refused(code: &str, message: &str, properties: usize) -> Checked {
    let is_code = !code.is_empty()
        && code.len() <= 64
        && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    require(is_code, || format!("the error `{code}`"), "its code is not words joined by `-`")?;
    let record = || format!("the error `{code}`");
    require(!message.trim().is_empty(), record, "it has no message")?;
    require(properties <= ERROR_PROPERTIES, record, "it has more than 64 properties")
}
