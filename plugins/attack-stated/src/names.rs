//! Exact technique names in context. A name alone says little ("Phishing", "DNS", "Web Protocols" are ordinary words):
//! it counts with its parent's name before it, as a line of an ATT&CK section, or as an act that an attacker does.

use crate::Finding;
use crate::evidence::{Place, place};
use crate::knowledge::{Knowledge, TechniqueName};
use crate::verdict::refusal;
use huntsmith_sdk::classifier::Property;
use huntsmith_text::{Layout, Range, Section, Told, UnitKind, contains_phrase};

/// Last words of names that are acts which nobody but an attacker (or a tester) does.
const HOSTILE_ACTS: &[&str] = &[
    "injection",
    "dumping",
    "hijacking",
    "sniffing",
    "spraying",
    "stuffing",
    "hollowing",
    "impersonation",
    "smuggling",
    "spoofing",
    "poisoning",
    "doppelgänging",
    "cracking",
    "roasting",
    "side-loading",
    "fronting",
    "wipe",
    "interception",
    "stomping",
    "hooking",
    "logging",
    "recovery",
    "hash",
];
/// Verbs with which a report says that an act was done.
const VERBS: &[&str] = &[
    "used",
    "uses",
    "using",
    "use",
    "performed",
    "performs",
    "perform",
    "conducted",
    "employs",
    "employed",
    "via",
    "through",
    "leveraged",
    "leverages",
    "leveraging",
    "abused",
    "abuses",
    "attempted",
    "implements",
    "relies",
];

/// Names of techniques that no id beside them states already.
pub fn in_text(knowledge: &Knowledge, text: &str, layout: &Layout, stated: &[Finding]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, index) in knowledge.technique_names.find_iter(text) {
        let name = &knowledge.technique_names.entries[index];
        let Some(place) = place(knowledge, text, layout, &at) else { continue };
        if id_beside(stated, &name.ids, &place.range, &at) {
            continue;
        }
        let unit = &layout.units[place.unit];
        if unit.kind == UnitKind::Code {
            continue;
        }
        let alone = |c: char| !c.is_alphanumeric();
        let bare = text[unit.range.start.min(at.start)..at.start].chars().all(alone)
            && text[at.end..unit.range.end.max(at.end)].chars().all(alone);
        let Some((reason, confidence)) = weigh(name, text, &at, &place.range, bare, unit.section) else { continue };
        let place = Place { bare, ..place };
        let refused = refusal(text, layout, &place, at.start);
        let (id, refused) = match name.ids.as_slice() {
            [only] => (only.clone(), refused),
            several => (several[0].clone(), Some("ambiguous-name")),
        };
        let properties = vec![Property { name: "name".into(), value: text[at.clone()].to_string() }];
        findings.push(Finding {
            id,
            written: text[at.clone()].to_string(),
            evidence: vec![place.range],
            at,
            confidence,
            reason,
            refused,
            properties,
        });
    }
    findings
}

/// How much a name says where it stands; `None`: it is no more than a word.
fn weigh(
    name: &TechniqueName,
    text: &str,
    at: &Range,
    passage: &Range,
    bare: bool,
    section: Section,
) -> Option<(&'static str, u8)> {
    let written = &text[at.clone()];
    let exact = written == name.name;
    if name.qualified && (exact || section == Section::Attack) {
        return Some(("qualified-name", 85));
    }
    if section == Section::Attack && bare && exact {
        return Some(("technique-table", 75));
    }
    let words: Vec<&str> = name.name.split([' ', '/']).collect();
    if words.len() < 2 {
        return None;
    }
    let last = words[words.len() - 1].to_lowercase();
    if !HOSTILE_ACTS.contains(&last.as_str()) {
        return None;
    }
    let told = Told::of(&text[passage.clone()]);
    let done = told.names_attacker() && VERBS.iter().any(|verb| contains_phrase(told.lower(), verb).is_some());
    done.then_some(("technique-name", 70))
}

/// Whether an id in the same passage states one of `ids`, or their parent or child.
fn id_beside(stated: &[Finding], ids: &[String], passage: &Range, at: &Range) -> bool {
    stated.iter().any(|finding| {
        let near = finding.at.start < passage.end + 160 && passage.start < finding.at.end + 160
            || finding.evidence.iter().any(|e| e.start <= at.start && at.end <= e.end);
        near && ids.iter().any(|id| finding.id[..5.min(finding.id.len())] == id[..5])
    })
}
