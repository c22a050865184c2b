//! Hunts with events to try them on, one a line as `huntsmith hunt run --jsonl` reads them: `cases SOURCE…`.

use serde_json::json;
use std::io::{BufWriter, Write, stdout};
use validate_kit::{cases, sources};

fn main() -> Result<(), sources::Fault> {
    let source: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(stdout().lock());
    sources::each(&source, |hunt, plan| Ok(writeln!(out, "{}", json!({"plan": plan, "events": cases::events(hunt)}))?))
}
