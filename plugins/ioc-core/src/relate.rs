//! Relations: what one row of a table or one line of a list says together. Digests beside each other are of one file, a
//! file name beside them is its name; a domain and an address in one row resolve to each other; an address with a host
//! contains it.

use crate::layout::Layout;
use huntsmith_sdk::extractor::{Indicator, Relation, Span};
use std::collections::BTreeMap;

const DIGESTS: [&str; 11] =
    ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "ssdeep", "tlsh", "imphash", "authentihash", "file_name"];

/// Reads relations out of rows.
pub fn relate(layout: &Layout, indicators: &[Indicator]) -> Vec<Relation> {
    let mut rows: BTreeMap<usize, Vec<(u32, u32, u32)>> = BTreeMap::new();
    for (at, indicator) in indicators.iter().enumerate() {
        for span in &indicator.spans {
            if let Some(row) = layout.index(span.start as usize).filter(|row| layout.units[*row].table.is_some()) {
                rows.entry(row).or_default().push((span.start, span.end, at as u32));
            }
        }
    }
    let mut relations = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
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
    relations
}

/// The first with each of the others.
fn connect(
    members: &[(u32, u32, u32)],
    kind: &str,
    relations: &mut Vec<Relation>,
    seen: &mut std::collections::BTreeSet<(u32, String, u32)>,
) {
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
