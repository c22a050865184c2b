//! Technique ids in any spelling, in text, links and facts: `T1059.003`, `T1059/003`, `T1059 .003`, `t1059.003` in a
//! link or a tag, `T1059` in one column and `.003` in the next.

use crate::Finding;
use crate::evidence::{Place, place};
use crate::knowledge::{Knowledge, Known};
use crate::verdict::refusal;
use huntsmith_sdk::classifier::{Article, Property};
use huntsmith_text::{Layout, Range, Told, is_word_byte};

/// An id as it stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Written {
    id: String,
    at: Range,
    in_link: bool,
    /// In an address that is not of one of ATT&CK's pages.
    in_address: bool,
}

/// Longest gap between an id and the `.003` of the next column, in bytes.
const COLUMN_GAP: usize = 12;
/// Longest gap between two sub-techniques of a list, in bytes.
const LIST_GAP: usize = 6;
/// So many bytes of an address before an id are looked at.
const ADDRESS_BYTES: usize = 256;
/// Words before a number that is a product's, a part's or a place's.
const OTHER_NUMBERS: &[&str] = &[
    "model",
    "part",
    "flight",
    "serial",
    "order",
    "room",
    "gate",
    "route",
    "bus",
    "printer",
    "router",
    "switch",
    "processor",
    "chip",
    "invoice",
    "ticket",
    "version",
];

/// Every technique id in the article's text.
pub fn in_text(knowledge: &Knowledge, text: &str, layout: &Layout) -> Vec<Finding> {
    let mut findings = Vec::new();
    let written = scan(knowledge, text);
    for (index, mention) in written.iter().enumerate() {
        let Some(place) = place(knowledge, text, layout, &mention.at) else { continue };
        let mut finding = finding(knowledge, text, layout, mention.at.clone(), &mention.id, &place);
        if mention.in_address && finding.refused != Some("unknown-technique") {
            finding.refused = Some("in-address");
        } else if finding.refused.is_none() && !place.bare && is_any_number(knowledge, text, layout, mention, &place) {
            finding.refused = Some("no-attacker");
        }
        if mention.in_link {
            finding.reason = "technique-link";
        } else if place.bare {
            finding.reason = "technique-table";
        }
        if finding.properties.iter().any(|p| p.name == "retired")
            && let Some(name) = name_beside(text, layout, &place, written.get(index + 1))
        {
            finding.properties.push(property("name", name));
        }
        findings.push(finding);
    }
    findings
}

/// Links to a technique's page.
pub fn in_links(knowledge: &Knowledge, article: &Article, layout: &Layout) -> Vec<Finding> {
    let text = article.content.text.as_str();
    let mut findings = Vec::new();
    for link in &article.content.links {
        let lower = link.target.to_ascii_lowercase();
        let Some(path) = lower.split_once("attack.mitre.org/").map(|(_, path)| path) else { continue };
        let Some(mention) = scan(knowledge, path).into_iter().next().filter(|_| path.contains("technique")) else {
            continue;
        };
        let at = link.span.start as usize..link.span.end as usize;
        let Some(place) = place(knowledge, text, layout, &at) else { continue };
        let mut finding = finding(knowledge, text, layout, at, &mention.id, &place);
        finding.reason = "technique-link";
        findings.push(finding);
    }
    findings
}

/// Facts of kind `technique`. A fact has no place in the text: the evidence is the sentence that names its id, else
/// the first sentence, with the fact's own id beside it.
pub fn in_facts(knowledge: &Knowledge, article: &Article, layout: &Layout) -> Vec<Finding> {
    let text = article.content.text.as_str();
    let mut findings = Vec::new();
    for fact in article.facts.iter().filter(|fact| fact.kind == "technique") {
        let Some(mention) = scan(knowledge, &fact.value).into_iter().next() else { continue };
        let Some(first) = layout.units.first() else { continue };
        let at = text.find(&mention.id).map_or(first.range.start, |found| found);
        let Some((unit, sentence)) = layout.sentence_at(text, at) else { continue };
        let place = Place { unit, range: sentence.clone(), bare: true };
        let mut finding = finding(knowledge, text, layout, sentence, &mention.id, &place);
        finding.written = fact.value.clone();
        finding.reason = "source-fact";
        finding.confidence = 90;
        if finding.refused != Some("unknown-technique") {
            finding.refused = None;
        }
        if !fact.id.is_empty() {
            finding.properties.push(property("fact", &fact.id));
        }
        findings.push(finding);
    }
    findings
}

fn finding(knowledge: &Knowledge, text: &str, layout: &Layout, at: Range, id: &str, place: &Place) -> Finding {
    let mut properties = Vec::new();
    let known = knowledge.known(id);
    match &known {
        Known::RevokedBy(successor) => properties.push(property("revoked_by", successor)),
        Known::PreAttack => properties.push(property("retired", "pre-attack")),
        Known::Deprecated => properties.push(property("retired", "deprecated")),
        Known::Current | Known::No => {}
    }
    let refused = if known == Known::No { Some("unknown-technique") } else { refusal(text, layout, place, at.start) };
    Finding {
        id: id.to_string(),
        written: text[at.clone()].to_string(),
        at,
        evidence: vec![place.range.clone()],
        confidence: 95,
        reason: "technique-id",
        refused,
        properties,
    }
}

/// The line or cell behind a bare id, where it is short: the name that the author gives.
fn name_beside<'t>(text: &'t str, layout: &Layout, place: &Place, next: Option<&Written>) -> Option<&'t str> {
    let unit = layout.units.get(place.unit + 1).filter(|_| place.bare)?;
    let line = text[unit.range.clone()].trim();
    let taken = next.is_some_and(|next| unit.range.contains(&next.at.start));
    (!taken && line.len() <= 80 && !line.ends_with('.')).then_some(line)
}

/// `the T1200 plotter`: a number of four digits in a text that speaks of no attack, no technique and no act.
fn is_any_number(knowledge: &Knowledge, text: &str, layout: &Layout, mention: &Written, place: &Place) -> bool {
    let bracketed = text[..mention.at.start].ends_with(['[', '(']);
    if mention.id.len() > 5 || mention.in_link || bracketed || layout.tells_of_attackers(text) {
        return false;
    }
    let told = Told::of(&text[place.range.clone()]);
    let named = knowledge.name(&mention.id).is_some_and(|name| told.lower().contains(&name.to_ascii_lowercase()));
    !named && !told.tells_of_acts() && !layout.tells_of_techniques(text)
}

fn property(name: &str, value: &str) -> Property {
    Property { name: name.into(), value: value.into() }
}

/// Every id in `text`, known or not.
fn scan(knowledge: &Knowledge, text: &str) -> Vec<Written> {
    let bytes = text.as_bytes();
    let mut found: Vec<Written> = Vec::new();
    let mut parent: Option<(String, usize)> = None;
    let mut at = 0;
    while at < bytes.len() {
        if let Some(mention) = id_at(knowledge, bytes, at) {
            at = mention.at.end;
            parent = Some((mention.id[..5].to_string(), mention.at.end));
            found.push(mention);
        } else if let Some((id, after)) = parent.as_ref().filter(|_| bytes[at] == b'.')
            && let Some(sub) = listed_sub(knowledge, bytes, at, id, *after)
        {
            found.push(Written { id: sub, at: at..at + 4, in_link: false, in_address: false });
            parent = Some((id.clone(), at + 4));
            at += 4;
        } else if let Some((id, after)) = parent.as_ref().filter(|_| bytes[at] == b'.')
            && let Some(sub) = column_sub(knowledge, bytes, at, id)
        {
            let (start, end) = (at, at + 4);
            let same_row = start - after <= COLUMN_GAP && found.last().is_some_and(|last| last.id.len() == 5);
            if same_row && let Some(last) = found.last_mut() {
                last.id = sub;
                last.at.end = end;
            } else {
                found.push(Written { id: sub, at: start..end, in_link: false, in_address: false });
            }
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// The further sub-techniques of `T1059.001/.003, .005 and .007`: `after` is where the one before ended.
fn listed_sub(knowledge: &Knowledge, bytes: &[u8], at: usize, parent: &str, after: usize) -> Option<String> {
    let between = bytes.get(after..at).filter(|between| between.len() <= LIST_GAP)?;
    let between = std::str::from_utf8(between).ok()?.trim();
    let listed = matches!(between, "," | "/" | ";" | "&" | "-" | "–" | "and" | "or" | ", and" | ", or");
    let sub = bytes.get(after.checked_sub(4)?..after).is_some_and(|last| last[0] == b'.');
    let goes_on = bytes.get(at + 4).is_some_and(|b| is_word_byte(*b));
    let digits = bytes.get(at + 1..at + 4).filter(|d| d.iter().all(u8::is_ascii_digit))?;
    let id = format!("{parent}.{}", std::str::from_utf8(digits).ok()?);
    (listed && sub && !goes_on && knowledge.known(&id) != Known::No).then_some(id)
}

/// A cell that holds `.003` and nothing else, below or beside its technique.
fn column_sub(knowledge: &Knowledge, bytes: &[u8], at: usize, parent: &str) -> Option<String> {
    let digits = bytes.get(at + 1..at + 4).filter(|d| d.iter().all(u8::is_ascii_digit))?;
    let alone_before = at > 0 && matches!(bytes[at - 1], b'\n' | b'\t' | b'|' | b' ');
    let alone_after = bytes.get(at + 4).is_none_or(|b| matches!(b, b'\n' | b'\t' | b'|' | b' ' | b'\r'));
    let id = format!("{parent}.{}", std::str::from_utf8(digits).ok()?);
    (alone_before && alone_after && knowledge.known(&id) != Known::No).then_some(id)
}

/// An id that begins at `at`.
fn id_at(knowledge: &Knowledge, bytes: &[u8], at: usize) -> Option<Written> {
    let upper = bytes[at] == b'T';
    if !upper && bytes[at] != b't' || at > 0 && is_word_byte(bytes[at - 1]) {
        return None;
    }
    let dash = usize::from(matches!(bytes.get(at + 1), Some(b'-')));
    let first = at + 1 + dash;
    let number = bytes.get(first..first + 4).filter(|d| d.iter().all(u8::is_ascii_digit))?;
    let base = format!("T{}", std::str::from_utf8(number).ok()?);
    let (id, end) = with_sub(knowledge, bytes, base, first + 4)?;
    let in_link = at > 0 && preceded_by(bytes, at, &[b"techniques/", b"technique/"]);
    let tagged = at > 0 && preceded_by(bytes, at, &[b"attack."]);
    let bracketed = at > 0 && matches!(bytes[at - 1], b'[' | b'(');
    // In running text a small `t1059` or a `T-1059` needs a sub-technique or brackets to be more than a number.
    let plain = upper && dash == 0;
    let sure = in_link || tagged || bracketed || id.len() > 5;
    let other = plain && !in_link && !bracketed && id.len() == 5 && numbers_something_else(bytes, at, end);
    let in_address = !in_link && is_in_address(&bytes[at.saturating_sub(ADDRESS_BYTES)..at]);
    let counts = !other && (plain || sure && knowledge.known(&id) != Known::No);
    counts.then_some(Written { id, at: at..end, in_link, in_address })
}

/// Whether what stands before an id, up to the blank before it, is the beginning of an address: with a scheme, or a
/// host and a path.
fn is_in_address(before: &[u8]) -> bool {
    let parted = |byte: &u8| byte.is_ascii_whitespace() || b"\"'<>()[]|,;".contains(byte);
    let begun = before.rsplit(parted).next().unwrap_or_default();
    let host = |host: &[u8]| {
        let label = |label: &[u8]| {
            !label.is_empty() && label.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
        };
        host.contains(&b'.') && host.split(|b| *b == b'.').all(label)
    };
    begun.windows(3).any(|part| part == b"://")
        || begun.iter().position(|b| *b == b'/').is_some_and(|end| host(&begun[..end]))
}

/// `model T1000`, `part number is T1059-X`.
fn numbers_something_else(bytes: &[u8], at: usize, end: usize) -> bool {
    let goes_on = bytes.get(end) == Some(&b'-') && bytes.get(end + 1).is_some_and(u8::is_ascii_uppercase);
    let line = bytes[..at].rsplit(|b| *b == b'\n').next().unwrap_or_default();
    let mut before = line.rsplit(|b| !is_word_byte(*b)).filter(|word| !word.is_empty());
    let named =
        before.next().is_some_and(|word| OTHER_NUMBERS.iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes())));
    goes_on || named
}

/// The id with the sub-technique that follows at `end`, in whatever spelling; `None` where the number goes on.
fn with_sub(knowledge: &Knowledge, bytes: &[u8], base: String, end: usize) -> Option<(String, usize)> {
    let three = |from: usize| -> Option<String> {
        let digits = bytes.get(from..from + 3).filter(|d| d.iter().all(u8::is_ascii_digit))?;
        let goes_on = bytes.get(from + 3).is_some_and(|b| is_word_byte(*b));
        (!goes_on).then(|| format!("{base}.{}", String::from_utf8_lossy(digits)))
    };
    // `T1059.003` and `T1059/003`: a sub-technique whether or not it is known.
    if let Some(b'.' | b'/') = bytes.get(end)
        && let Some(id) = three(end + 1)
    {
        return Some((id, end + 4));
    }
    // Looser spellings count where ATT&CK knows the result.
    let spellings: [&[u8]; 14] =
        [b" .", b". ", b" / ", b"-", b"_", b":", b" (.", b"(.", b" [.", b"[.]", b"(", b".\n", b"", b" . "];
    for between in spellings {
        if bytes.get(end..end + between.len()) == Some(between)
            && let Some(id) = three(end + between.len())
            && knowledge.known(&id) != Known::No
        {
            let mut after = end + between.len() + 3;
            if matches!(between.last(), Some(b'.' | b'('))
                && between.iter().any(|b| matches!(b, b'(' | b'['))
                && matches!(bytes.get(after), Some(b')' | b']'))
            {
                after += 1;
            }
            return Some((id, after));
        }
    }
    let goes_on = bytes.get(end).is_some_and(|b| is_word_byte(*b));
    (!goes_on).then_some((base, end))
}

fn preceded_by(bytes: &[u8], at: usize, words: &[&[u8]]) -> bool {
    words.iter().any(|word| at >= word.len() && bytes[at - word.len()..at].eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::scan;
    use crate::Knowledge;

    fn knowledge() -> Knowledge {
        let techniques = br#"{"id":"T1059","name":"Command and Scripting Interpreter"}
{"id":"T1059.003","name":"Windows Command Shell"}
{"id":"T1059.001","name":"PowerShell"}"#;
        Knowledge::parse(techniques, br#"{"T1086":"T1059.001"}"#, br#"{"groups":[],"software":[]}"#).unwrap()
    }

    #[test]
    fn reads_every_spelling() {
        let knowledge = knowledge();
        let ids = |text: &str| scan(&knowledge, text).into_iter().map(|w| w.id).collect::<Vec<_>>().join(" ");
        for text in [
            "T1059.003",
            "[T1059/003]",
            "T1059 .003,",
            "attack.t1059.003",
            "t1059.003",
            "T1059 (.003)",
            "T1059.\n003",
            "https://attack.mitre.org/techniques/t1059/003/",
            "T1059003",
            "T1059\n\n.003\n",
            "T1059 | .003 | x",
            "T-1059.003",
            "T1059[.]003",
        ] {
            assert_eq!(ids(text), "T1059.003", "{text}");
        }
        assert_eq!(ids("T1059\n.001\nPowerShell\n\n.003\nShell\n"), "T1059.001 T1059.003");
        assert_eq!(
            ids("T1059.001/.003 (T1059.003, .001 and .003)"),
            "T1059.001 T1059.003 T1059.003 T1059.001 T1059.003"
        );
        assert_eq!(ids("Order T1086 for model T1059, or T1059-X"), "");
        assert_eq!(ids("T1059. In 003 cases, T1086"), "T1059 T1086");
        assert_eq!(ids("PT1059, T10590, t1059, T1059_x, TA0001, 0xT1059"), "");
        assert_eq!(ids("T1059.999 T9999"), "T1059.999 T9999");
    }
}
