//! Relations: what one row of a table, one line of a list or one sentence says together. Digests beside each other are of one file, a
//! file name beside them is its name, and a family in their row is theirs; a domain and an address in one row resolve to each other; an address with a host
//! contains it.

use crate::kinds::malware_family;
use crate::layout::Layout;
use huntsmith_sdk::extractor::{Indicator, Relation, Span};
use std::collections::{BTreeMap, BTreeSet};

const DIGESTS: [&str; 11] =
    ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "ssdeep", "tlsh", "imphash", "authentihash", "file_name"];

/// What a verb between two indicators says of them: its beginnings, the relation, and whether the object is a file.
const VERBS: [(&[&str], &str, bool); 3] = [
    (&["contain", "holds", "held", "unpacks to", "extracts"], "contains", true),
    (&["download", "fetch", "retriev", "pulls"], "downloads", false),
    (&["connect", "contact", "communicat", "beacon", "talks to", "sends", "reports to"], "communicates-with", false),
];

/// Two indicators of one sentence are this near, in bytes.
const NEAR: usize = 80;

/// A place of an indicator: where it begins and ends, and its index.
pub type Place = (u32, u32, u32);

/// Reads relations out of rows and sentences.
pub fn relate(text: &str, layout: &Layout, indicators: &mut Vec<Indicator>) -> Vec<Relation> {
    let families = malware_family::name(text, layout, indicators);
    let indicators: &[Indicator] = indicators;
    let mut rows: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
    for (at, indicator) in indicators.iter().enumerate() {
        for span in &indicator.spans {
            if let Some(row) = layout.index(span.start as usize).filter(|row| layout.units[*row].table.is_some()) {
                rows.entry(row).or_default().push((span.start, span.end, at as u32));
            }
        }
    }
    let mut relations = Vec::new();
    let mut seen = BTreeSet::new();
    for members in rows.values_mut() {
        members.sort_unstable();
        let of = |wanted: &dyn Fn(&str) -> bool| {
            members.iter().filter(|(_, _, at)| wanted(&indicators[*at as usize].kind)).copied().collect::<Vec<_>>()
        };
        let files = of(&|kind| DIGESTS.contains(&kind));
        let mut kinds: Vec<&str> = files.iter().map(|(_, _, at)| indicators[*at as usize].kind.as_str()).collect();
        kinds.sort_unstable();
        let (all, distinct) = (kinds.len(), {
            kinds.dedup();
            kinds.len()
        });
        // Two digests of one kind in a row are of two files: which name is whose, the row does not say.
        if all == distinct {
            connect(&files, "same-file", &mut relations, &mut seen);
        }
        let domains = of(&|kind| kind == "domain");
        let addresses = of(&|kind| matches!(kind, "ipv4" | "ipv6"));
        if let ([domain], false) = (domains.as_slice(), addresses.is_empty()) {
            for address in &addresses {
                connect(&[*domain, *address], "resolves-to", &mut relations, &mut seen);
            }
        } else if let ([address], false) = (addresses.as_slice(), domains.is_empty()) {
            for domain in &domains {
                connect(&[*domain, *address], "resolves-to", &mut relations, &mut seen);
            }
        }
    }
    for (file, family) in &families {
        connect(&[*file, *family], "belongs-to", &mut relations, &mut seen);
    }
    told(text, indicators, &mut relations, &mut seen);
    relations
}

/// `a.zip contains b.exe`, `b.exe downloads https://…`: a file, a verb and what it does it to.
fn told(text: &str, indicators: &[Indicator], relations: &mut Vec<Relation>, seen: &mut BTreeSet<(u32, String, u32)>) {
    let is_file = |kind: &str| kind == "file_path" || DIGESTS.contains(&kind);
    let is_host = |kind: &str| matches!(kind, "domain" | "url" | "ipv4" | "ipv6");
    let mut places: Vec<Place> = Vec::new();
    for (at, indicator) in indicators.iter().enumerate() {
        if is_file(&indicator.kind) || is_host(&indicator.kind) {
            places.extend(indicator.spans.iter().map(|span| (span.start, span.end, at as u32)));
        }
    }
    places.sort_unstable();
    for pair in places.windows(2) {
        let (left, right) = (pair[0], pair[1]);
        let kind = |place: Place| indicators[place.2 as usize].kind.as_str();
        if !is_file(kind(left)) || right.0 < left.1 || (right.0 - left.1) as usize > NEAR {
            continue;
        }
        let between = text[left.1 as usize..right.0 as usize].to_ascii_lowercase();
        if between.contains(". ") || between.contains('\n') && between.trim().is_empty() || between.contains("\n\n") {
            continue;
        }
        let said = VERBS.iter().find(|(verbs, _, of_file)| {
            (if *of_file { is_file(kind(right)) } else { is_host(kind(right)) })
                && verbs.iter().any(|verb| between.contains(verb))
        });
        if let Some((_, relation, _)) = said.filter(|_| !between.contains(" by ")) {
            connect(&[left, right], relation, relations, seen);
        }
    }
}

/// The first with each of the others.
fn connect(members: &[Place], kind: &str, relations: &mut Vec<Relation>, seen: &mut BTreeSet<(u32, String, u32)>) {
    let Some((first, others)) = members.split_first() else { return };
    for other in others {
        if first.2 == other.2 || !seen.insert((first.2, kind.to_string(), other.2)) {
            continue;
        }
        let mut spans = [Span { start: first.0, end: first.1 }, Span { start: other.0, end: other.1 }];
        spans.sort_by_key(|span| span.start);
        relations.push(Relation { subject: first.2, kind: kind.to_string(), object: other.2, spans: spans.to_vec() });
    }
}
