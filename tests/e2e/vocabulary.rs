//! VOCABULARY.md has every code that the plugin rooms can give, as they write it.

use huntsmith_tests::root;
use std::path::Path;

/// The literals that `fn code` and the conformance suite give.
fn codes(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            codes(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let mut literals = Vec::new();
        for block in text.split("fn code(&self)").skip(1) {
            let block = block.split("\n    }\n").next().unwrap_or_default();
            literals.extend(block.split("=> \"").skip(1).filter_map(|rest| rest.split('"').next()));
        }
        for opening in ["Failure::new(", "fail("] {
            for rest in text.split(opening).skip(1) {
                literals.extend(rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()));
            }
        }
        // A code is words joined by dashes; what has a blank is a message.
        let codes = literals.into_iter().filter(|code| !code.contains(' '));
        found.extend(codes.map(|code| (code.to_owned(), path.display().to_string())));
    }
}

#[test]
fn every_code_is_explained() {
    let vocabulary = std::fs::read_to_string(root().join("wit/VOCABULARY.md")).unwrap();
    let mut found = Vec::new();
    codes(&root().join("host/src/plugin"), &mut found);
    assert!(found.len() > 60, "{}", found.len());
    let missing: Vec<_> = found.iter().filter(|(code, _)| !vocabulary.contains(&format!("`{code}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
