//! How many rules each dialect says and why it refuses the others, as a table: `coverage FOLDER`, whose files
//! `DIALECT.ndjson` hold the answers of `huntsmith convert --jsonl`.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader};
use std::path::Path;

/// Rules that pySigma's backends said, of the 3,780 that SigmaHQ had when it was measured once for comparison: a
/// reference that this command prints and does not measure.
const PYSIGMA: [(&str, &str); 9] = [
    ("splunk-raw", "3,752 of 3,780 (raw search)"),
    ("splunk", "1,934 of 3,780 (CIM)"),
    ("splunk-cim-6.4", "1,934 of 3,780 (CIM)"),
    ("splunk-cim-8.5", "1,934 of 3,780 (CIM)"),
    ("defender", "2,318 of 3,780"),
    ("sentinel", "1,675 of 3,780 (ASIM)"),
    ("eql", "3,750 of 3,780"),
    ("esql", "3,648 of 3,780"),
    ("lucene", "3,750 of 3,780"),
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("coverage FOLDER")?;
    let mut files: Vec<_> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.sort();
    println!("dialect | rules | said | share | refused, by code | pySigma says");
    println!("---|---:|---:|---:|---|---");
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (rules, said, codes) = count(&file)?;
        let share = 100.0 * said as f64 / rules.max(1) as f64;
        let codes: Vec<String> = codes.iter().map(|(code, number)| format!("{code} {number}")).collect();
        let peer = PYSIGMA.iter().find(|(dialect, _)| *dialect == name).map_or("—", |(_, said)| said);
        println!("{name} | {rules} | {said} | {share:.1} % | {} | {peer}", codes.join(", "));
    }
    Ok(())
}

type Counted = (usize, usize, BTreeMap<String, usize>);

/// Rules, how many have a query, and how often each code stands first among the others' refusals.
fn count(file: &Path) -> Result<Counted, Box<dyn std::error::Error>> {
    let (mut rules, mut said) = (BTreeSet::new(), BTreeSet::new());
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    for line in BufReader::new(std::fs::File::open(file)?).lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let rule = format!("{} {}", line["path"], line["rule"]);
        if line["query"].is_string() {
            said.insert(rule.clone());
        } else if let Some(code) = line["error"]["code"].as_str() {
            *codes.entry(code.to_owned()).or_default() += 1;
        }
        rules.insert(rule);
    }
    Ok((rules.len(), said.len(), codes))
}
