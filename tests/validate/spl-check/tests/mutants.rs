//! The checker against mutants of good searches: it must turn down at least 95 of a hundred of every sort, and accept
//! the searches themselves.

use serde_json::Value;
use spl_check::{Cim, check};
use std::path::Path;

fn schema(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../data/schemas");
    serde_json::from_slice(&std::fs::read(folder.join(name)).expect("readable")).expect("JSON")
}

/// A sort of mutation; none where it does not apply.
type Mutation = fn(&str, usize) -> Option<String>;

const MUTATIONS: &[(&str, Mutation)] = &[
    ("wrong data set", |query, at| replace(query, at, "datamodel=", |rest| format!("X{rest}"))),
    ("wrong field", |query, at| {
        let set = query.split("datamodel=").nth(1)?.split_whitespace().next()?.rsplit('.').next()?;
        replace(query, at, &format!("{set}."), |rest| format!("no_{rest}"))
    }),
    ("unknown macro", |query, at| replace(query, at, "`drop_dm", |rest| format!("_other{rest}"))),
    ("broken pipe", |query, at| replace(query, at, "\n|", |rest| format!("|{rest}"))),
    ("no pipe", |query, at| {
        let place = query.match_indices("\n| ").nth(at).map(|(place, _)| place)?;
        Some(format!("{} {}", &query[..place], &query[place + 3..]))
    }),
    ("unbalanced group", |query, at| remove(query, at, &['(', ')', '[', ']'])),
    ("open string", |query, at| remove(query, at, &['"'])),
    ("dangerous command", |query, at| replace(query, at, "\n| ", |rest| format!("outputlookup x.csv | {rest}"))),
    ("unknown command", |query, at| replace(query, at, "\n| ", |rest| format!("hunt {rest}"))),
];

/// Outside of comments: the text after the nth place of `needle` is changed.
fn replace(query: &str, at: usize, needle: &str, change: impl Fn(&str) -> String) -> Option<String> {
    let body = query.rfind("```\n").map_or(0, |end| end + 3);
    let place = query[body..].match_indices(needle).nth(at).map(|(place, _)| body + place + needle.len())?;
    Some(format!("{}{}", &query[..place], change(&query[place..])))
}

fn remove(query: &str, at: usize, signs: &[char]) -> Option<String> {
    let body = query.rfind("```\n").map_or(0, |end| end + 3);
    let place = query[body..].match_indices(signs).nth(at).map(|(place, _)| body + place)?;
    Some(format!("{}{}", &query[..place], &query[place + 1..]))
}

#[test]
fn mutants_are_turned_down() {
    let (models, macros) = (schema("splunk_cim.json"), schema("splunk_macros.json"));
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden");
    for (folder, version) in [("splunk", "501"), ("splunk-cim-6.4", "640"), ("splunk-cim-8.5", "850")] {
        let cim = Cim::read(&models, &macros, version).expect("a version");
        for (sort, mutate) in MUTATIONS {
            let (mut made, mut missed) = (0, Vec::new());
            for entry in std::fs::read_dir(golden.join(folder)).expect("golden files") {
                let query = std::fs::read_to_string(entry.expect("an entry").path()).expect("readable");
                if query.starts_with("refused") {
                    continue;
                }
                assert_eq!(check(&query, &cim), Vec::<String>::new(), "{query}");
                for mutant in (0..12).filter_map(|at| mutate(&query, at)) {
                    made += 1;
                    if check(&mutant, &cim).is_empty() {
                        missed.push(mutant);
                    }
                }
            }
            assert!(made > 10, "{sort}: {made} mutants say nothing");
            let share = 100 * (made - missed.len()) / made;
            assert!(
                share >= 95,
                "{sort}, CIM {version}: {share} % of {made} turned down; missed:\n{}",
                missed.join("\n---\n")
            );
        }
    }
}
