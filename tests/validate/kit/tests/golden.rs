//! Every hunt of `tests/validate/hunts` in every dialect, against `tests/validate/golden`. Drop in a hunt and it is a
//! test; `UPDATE_GOLDEN=1 cargo test -p validate-kit --test golden` writes what is said now.

use std::fmt::Write;
use std::path::Path;
use validate_kit::dialects::{ALL, Dialect};
use validate_kit::json;

#[test]
fn hunts_are_said_as_before() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a folder above");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut files: Vec<_> =
        std::fs::read_dir(here.join("hunts")).expect("hunts").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut differing = Vec::new();
    for file in &files {
        let hunt = json::hunt(&serde_json::from_slice(&std::fs::read(file).expect("readable")).expect("JSON"))
            .unwrap_or_else(|missing| panic!("{}: {missing}", file.display()));
        for dialect in ALL {
            let said = said(dialect, &hunt);
            let golden = here.join("golden").join(dialect.name).join(format!("{}.{}", hunt.id, dialect.ending));
            if update {
                std::fs::create_dir_all(golden.parent().expect("a folder")).expect("writable");
                std::fs::write(&golden, &said).expect("writable");
            } else if std::fs::read_to_string(&golden).ok().as_deref() != Some(&said) {
                differing.push(format!("--- {}\n{said}", golden.display()));
            }
        }
    }
    assert!(
        differing.is_empty(),
        "{} differ (UPDATE_GOLDEN=1 writes them):\n{}",
        differing.len(),
        differing.join("\n")
    );
}

fn said(dialect: &Dialect, hunt: &huntsmith_sdk::emitter::Hunt) -> String {
    match dialect.emit(hunt) {
        Ok(artifacts) => artifacts.into_iter().map(|artifact| artifact.text).collect::<Vec<_>>().join("\n"),
        Err(refusals) => refusals.iter().fold(String::new(), |mut text, refusal| {
            let place = &refusal.place;
            writeln!(
                text,
                "refused {} `{}` at {} {} node {:?}: {}",
                refusal.code, refusal.what, place.part, place.index, place.node, refusal.reason
            )
            .expect("a string");
            text
        }),
    }
}
