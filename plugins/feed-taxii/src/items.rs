//! STIX objects as items: a report with all that it refers to, and indicators that no report refers to, by who made them
//! and when. Indicators, vulnerabilities and attack patterns are facts with their STIX ids.

use crate::kinds;
use crate::objects::{Objects, external_ids, text, texts};
use crate::pattern;
use huntsmith_sdk::feed::{Fact, Item, Note, Property, note, property};
use huntsmith_sdk::report::Report;
use huntsmith_sdk::stated::{is_cve, strictest, technique_ids};
use huntsmith_sdk::{address, seen, time};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Types of objects that are listed beside the indicators: what the report is about.
const CONTEXT: [&str; 12] = [
    "attack-pattern",
    "campaign",
    "course-of-action",
    "identity",
    "infrastructure",
    "intrusion-set",
    "location",
    "malware",
    "observed-data",
    "threat-actor",
    "tool",
    "vulnerability",
];

/// Makes the items of what was read; `base` is where it came from.
pub fn items(objects: &Objects, base: Option<&str>) -> (Vec<Item>, Vec<Note>) {
    let mut teller = Teller { objects, relations: objects.relations(), base, notes: Vec::new() };
    let mut items = Vec::new();
    let mut referred: BTreeSet<&str> = BTreeSet::new();
    for (id, report) in objects.all().filter(|(_, object)| matches!(text(object, "type"), "report" | "grouping")) {
        let direct: BTreeSet<&str> = texts(report, "object_refs").collect();
        referred.extend(&direct);
        items.push(teller.report(id, report, &direct));
    }
    // Indicators that stand for themselves, by who made them and the day.
    let mut loose: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (id, indicator) in objects.of_type("indicator").filter(|(id, _)| !referred.contains(id)) {
        let day = text(indicator, "created").get(..10).unwrap_or_default();
        loose.entry((text(indicator, "created_by_ref"), day)).or_default().insert(id);
    }
    for ((creator, day), mut ids) in loose {
        let count = ids.len();
        let related: Vec<&str> = ids.iter().filter_map(|id| teller.relations.get(id)).flatten().copied().collect();
        ids.extend(related);
        referred.extend(&ids);
        items.push(teller.loose(creator, day, &ids, count));
    }
    let alone = objects.all().filter(|(id, object)| {
        matches!(text(object, "type"), "attack-pattern" | "malware" | "vulnerability") && !referred.contains(id)
    });
    let (alone, mut notes) = (alone.count(), teller.notes);
    if alone > 0 {
        let what = format!("{alone} attack patterns, malware and vulnerabilities belong to no report and no indicator");
        notes.push(note("entry_skipped", what));
    }
    if objects.malformed > 0 {
        notes.push(note("entry_skipped", format!("{} objects are not of STIX's form", objects.malformed)));
    }
    (items, notes)
}

/// What items are made with.
struct Teller<'a> {
    objects: &'a Objects,
    relations: BTreeMap<&'a str, BTreeSet<&'a str>>,
    base: Option<&'a str>,
    notes: Vec<Note>,
}

impl Teller<'_> {
    fn report(&mut self, id: &str, report: &Value, refs: &BTreeSet<&str>) -> Item {
        let objects = self.objects;
        let mut page = Report::new(objects.name(id));
        page.text(text(report, "description"));
        let told = self.tell(refs, &mut page);
        let reference = |r: &Value| Some(text(r, "url").to_string()).filter(|url| address::is_web(url));
        let references = report.get("external_references").and_then(Value::as_array).into_iter().flatten();
        let references: Vec<String> = references.filter_map(reference).collect();
        let types = texts(report, "report_types").chain(texts(report, "labels")).map(|label| ("category", label));
        let properties = [("author", objects.name(text(report, "created_by_ref"))), ("language", text(report, "lang"))]
            .into_iter()
            .chain(types)
            .chain(references.iter().map(|url| ("reference", url.as_str())))
            .filter_map(|(name, value)| property(name, value))
            .collect();
        Item {
            key: id.to_string(),
            url: references.first().cloned(),
            title: Some(objects.name(id).split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|title| !title.is_empty()),
            published: time::parse(text(report, "published")).or_else(|| time::parse(text(report, "created"))),
            updated: time::parse(text(report, "modified")),
            tlp: strictest(told.tlp.into_iter().chain(objects.tlp(report))).map(str::to_string),
            summary: None,
            body: Some(page.finish(references.first().map(String::as_str).or(self.base))),
            facts: told.facts,
            properties,
        }
    }

    /// Indicators of one author and one day, `count` of them, with what they point at.
    fn loose(&mut self, creator: &str, day: &str, ids: &BTreeSet<&str>, count: usize) -> Item {
        let author = self.objects.name(creator);
        let by = if author.is_empty() { String::new() } else { format!(" of {author}") };
        let title = match count {
            1 => format!("An indicator{by}, {day}"),
            count => format!("{count} indicators{by}, {day}"),
        };
        let mut page = Report::new(&title);
        let told = self.tell(ids, &mut page);
        // The same indicators are the same item, whenever they are read.
        let listed: Vec<&str> = ids.iter().copied().filter(|id| id.starts_with("indicator--")).collect();
        Item {
            key: format!("{creator} {day} {}", seen::digest(listed.join(" ").as_bytes())),
            url: None,
            title: Some(title),
            published: time::parse(day),
            updated: None,
            tlp: told.tlp.map(str::to_string),
            summary: None,
            body: Some(page.finish(self.base)),
            facts: told.facts,
            properties: property("author", author).into_iter().collect(),
        }
    }

    /// Writes the objects into the page, and gives what they state.
    fn tell(&mut self, ids: &BTreeSet<&str>, page: &mut Report) -> Told {
        let objects = self.objects;
        let (mut facts, mut levels) = (Vec::new(), Vec::new());
        let (mut indicators, mut patterns, mut context) = (Vec::new(), Vec::new(), Vec::new());
        for (id, object) in ids.iter().filter_map(|id| Some((*id, objects.get(id)?))) {
            levels.extend(objects.tlp(object));
            match text(object, "type") {
                "indicator" => {
                    let stated = indicator_facts(id, object, &mut self.notes);
                    let comment = self.comment(id, object);
                    let row = |fact: &Fact| [fact.kind.clone(), fact.value.clone(), comment.clone()];
                    indicators.extend(stated.iter().map(row));
                    if stated.is_empty() {
                        patterns.push([
                            text(object, "pattern_type").to_string(),
                            text(object, "pattern").to_string(),
                            comment,
                        ]);
                    }
                    facts.extend(stated);
                }
                kind if CONTEXT.contains(&kind) => {
                    let ids = [external_ids(object, "mitre-attack"), external_ids(object, "cve")].concat();
                    let name =
                        std::iter::once(objects.name(id)).chain(ids.iter().copied().filter(|i| *i != objects.name(id)));
                    let name = name.filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" ");
                    context.push([kind.replace('-', " "), name, text(object, "description").to_string()]);
                    facts.extend(context_facts(id, kind, object, &ids));
                }
                _ => {}
            }
        }
        page.table("Indicators of compromise", ["Type", "Value", "Comment"], &indicators);
        page.table("Patterns", ["Language", "Pattern", "Comment"], &patterns);
        page.table("Context", ["Type", "Name", "Description"], &context);
        Told { facts, tlp: strictest(levels) }
    }

    /// An indicator's name, and what it points at.
    fn comment(&self, id: &str, indicator: &Value) -> String {
        let targets = self.relations.get(id).into_iter().flatten().map(|target| self.objects.name(target));
        let parts: Vec<&str> = std::iter::once(text(indicator, "name"))
            .chain(std::iter::once(text(indicator, "description")))
            .chain(targets)
            .filter(|part| !part.is_empty())
            .collect();
        parts.join("; ")
    }
}

/// What the objects of an item state.
struct Told {
    facts: Vec<Fact>,
    tlp: Option<&'static str>,
}

/// Facts of an indicator: what its pattern states, with the indicator's id.
fn indicator_facts(id: &str, indicator: &Value, notes: &mut Vec<Note>) -> Vec<Fact> {
    if !matches!(text(indicator, "pattern_type"), "" | "stix") {
        return Vec::new();
    }
    let comparisons = match pattern::read(text(indicator, "pattern")) {
        Ok(comparisons) => comparisons,
        Err(cause) => {
            notes.push(note("pattern_unreadable", format!("the pattern of {id} cannot be read: {cause}")));
            return Vec::new();
        }
    };
    let confidence = indicator.get("confidence").and_then(Value::as_u64).map(|n| n.to_string()).unwrap_or_default();
    let properties: Vec<_> = [
        ("name", text(indicator, "name")),
        ("valid_from", text(indicator, "valid_from")),
        ("valid_until", text(indicator, "valid_until")),
        ("confidence", &confidence),
    ]
    .into_iter()
    .chain(texts(indicator, "indicator_types").map(|kind| ("indicator_type", kind)))
    .filter_map(|(name, value)| property(name, value))
    .collect();
    let stated: BTreeSet<_> = comparisons.iter().flat_map(kinds::stated).collect();
    facts(id, stated, &properties)
}

/// What an object states, each with what is known of the object.
fn facts(id: &str, stated: BTreeSet<(&str, String)>, properties: &[Property]) -> Vec<Fact> {
    let fact = |(kind, value): (&str, String)| Fact {
        id: id.to_string(),
        kind: kind.to_string(),
        value,
        properties: properties.to_vec(),
    };
    stated.into_iter().map(fact).collect()
}

/// Facts of what a report is about: techniques by their ATT&CK ids, vulnerabilities by their CVE ids.
fn context_facts(id: &str, kind: &str, object: &Value, ids: &[&str]) -> Vec<Fact> {
    let stated: BTreeSet<(&str, String)> = match kind {
        "attack-pattern" => ids.iter().flat_map(|id| technique_ids(id)).map(|id| ("technique", id)).collect(),
        "vulnerability" => {
            let named = ids.iter().copied().chain([text(object, "name")]);
            named.map(str::to_ascii_uppercase).filter(|id| is_cve(id)).map(|id| ("cve", id)).collect()
        }
        _ => BTreeSet::new(),
    };
    let properties: Vec<_> = property("name", text(object, "name")).into_iter().collect();
    facts(id, stated, &properties)
}
