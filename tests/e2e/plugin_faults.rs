//! The conformance suite finds what it says that it finds: the examples in C, which are built at once, pass as they are, and
//! with a fault put into them fail with the code of the fault.

use crate::plugin_new::{edit, plugin};
use std::collections::BTreeSet;
use std::path::Path;

/// What is changed in `plugin.c`, and the codes that the suite then has to find.
struct Fault {
    kind: &'static str,
    changes: &'static [(&'static str, &'static str)],
    codes: &'static [&'static str],
}

const fn fault(
    kind: &'static str,
    changes: &'static [(&'static str, &'static str)],
    codes: &'static [&'static str],
) -> Fault {
    Fault { kind, changes, codes }
}

/// Finds every word after "the ": the suite's texts have no serial number of a device.
const ANY_WORD: [(&str, &str); 2] =
    [("#define CUE \"usb serial \"", "#define CUE \"the \""), ("if (length >= 8 && has_digit)", "if (length > 0)")];

const FAULTS: [Fault; 10] = [
    fault(
        "extractor",
        &[
            ANY_WORD[0],
            ANY_WORD[1],
            ("#define KIND \"usb_serial\"", "#define KIND \"colour\""),
            ("copy(\"attacker\")", "copy(\"villain\")"),
            ("(const char *)text.ptr + start, length)", "(const char *)text.ptr + start - 1, length + 1)"),
            ("{.start = start, .end = start + length}", "{.start = start - 1, .end = start}"),
            (
                "    }\n    return true;\n}",
                "    }
    if (found->indicators.len > 0) {
        huntsmith_article_types_relation_t made = {.kind = copy(\"cousin-of\")};
        PUSH(&made.spans, found->indicators.ptr[0].spans.ptr[0]);
        PUSH(&found->relations, made);
    }
    return true;\n}",
            ),
        ],
        &["unknown-kind", "unknown-role", "not-canonical", "blank-span", "unknown-relation"],
    ),
    // An instance that lives on, and looks at everything once for each of its places.
    fault(
        "extractor",
        &[
            ANY_WORD[0],
            ANY_WORD[1],
            (".confidence = 80", ".confidence = calls++ % 100"),
            ("#define KIND", "static uint8_t calls;\n#define KIND"),
            (
                "    for (size_t at = 0; at < text.len; at++) {",
                "    size_t most = text.len < 70000 ? text.len : 70000;
    volatile size_t work = 0;
    for (size_t i = 0; i < most; i++)
        for (size_t j = 0; j < most; j += 512) work++;
    for (size_t at = 0; at < text.len; at++) {",
            ),
        ],
        &["not-deterministic", "grows-too-fast"],
    ),
    fault(
        "extractor",
        &[
            ANY_WORD[0],
            ANY_WORD[1],
            (".end = start + length}", ".end = start + length + 1000000}"),
            ("    memset(found, 0", "    if (text.len == 0) abort();\n    memset(found, 0"),
        ],
        &["invalid-result", "trap"],
    ),
    fault(
        "classifier",
        &[
            ("{\"phishing mail\", \"T1566\", 70}", "{\"the\", \"T9999\", 70}"),
            (
                "PUSH(&found[i].evidence, sentence);",
                "{
                span gap = sentence;
                while (gap.start + 1 < gap.end && !blank(text.ptr[gap.start])) gap.start++;
                gap.end = gap.start + 1;
                PUSH(&found[i].evidence, gap);
            }",
            ),
        ],
        &["unknown-technique", "blank-span"],
    ),
    fault(
        "reader",
        &[
            ("is_heading ? \"heading\" : \"paragraph\"", "is_heading ? \"heading\" : \"stanza\""),
            (".span = {.start = made->text.len}", ".span = {.start = made->text.len + 1}"),
            (
                "PUSH(&made->text, c > 0x7f ? '?' : c);",
                "PUSH(&made->text, c > 0x7f ? 'e' : c);
        if (c > 0x7f) {
            PUSH(&made->text, 0xcc);
            PUSH(&made->text, 0x81);
        }",
            ),
            ("copy(\"unsupported\")", "copy(\"wrong\")"),
        ],
        &["unknown-block", "text-outside-blocks", "not-nfc", "unknown-error-code"],
    ),
    fault(
        "feed",
        &[
            (
                "    if (!is_utf8(text)) return",
                "    if (!is_utf8(text)) {
        item bare = {.key = copy(words(\"k\"))};
        PUSH(&made->items, bare);
        return true;
    }
    if (false) return",
            ),
            ("fail(err, \"unsupported\", words(\"the first", "fail(err, \"wrong\", words(\"the first"),
        ],
        &["empty-item", "unknown-error-code"],
    ),
    fault(
        "feed",
        &[(
            ".url = url};",
            ".url = words(\"https://elsewhere.example/\"), .secret = {.is_some = true, .val = words(\"key\")}};",
        )],
        &["host-not-asked-for", "secret-not-asked-for"],
    ),
    fault(
        "emitter",
        &[("    PUSH(&to->said.literals, made);\n", "")],
        &["literal-not-recorded", "condition-left-out", "value-outside-literal"],
    ),
    fault(
        "emitter",
        &[
            ("        if (text.ptr[at] == '\\'') word(to, \"'\");\n", ""),
            (
                "bool hidden = unseen(character(it->title, at, &length));",
                "bool hidden = !character(it->title, at, &length);",
            ),
            ("\" ends \"", "\" holds \""),
            ("if (!same(wanted->form, \"query\") || !is_empty(wanted->mapping))", "if (wanted->form.len == 0)"),
            ("if (it->searches.len == 0) return", "if (it->window.tag > 9) return"),
            ("\"unsupported-stage\"", "\"unsupported-class\""),
            ("\"unsupported-correlation\"", "\"no-correlations\""),
        ],
        &[
            "quote-not-escaped",
            "literal-broken-open",
            "title-outside-comment",
            "same-query",
            "option-ignored",
            "broken-plan-said",
            "wrong-code",
            "unknown-refusal-code",
        ],
    ),
    fault(
        "emitter",
        &[
            ("{\"process_creation\", ", "{\"a\", "),
            ("{\"file_event\", ", "{\"b\", "),
            ("{\"network_connection\", ", "{\"c\", "),
            ("{\"dns_query\", ", "{\"d\", "),
        ],
        &["says-nothing"],
    ),
];

/// Makes a plugin and builds it; in between, its files are changed.
fn built(name: &str, kind: &str, folder: &Path, change: impl FnOnce(&Path)) -> String {
    assert_eq!(plugin(&["new", name, "--kind", kind, "--lang", "c"], folder).code, 0);
    change(&folder.join(name));
    let ran = plugin(&["build", name, "--quiet"], folder);
    assert_eq!(ran.code, 0, "{name}: {}", ran.err);
    format!("{name}.wasm")
}

#[test]
fn every_kind_in_c_passes_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path();
    for kind in ["feed", "reader", "extractor", "classifier", "emitter"] {
        let component = built(&format!("own-{kind}"), kind, folder, |_| {});
        let ran = plugin(&["check", &component], folder);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
        let ran = plugin(&["test", &component, "--cases", &format!("own-{kind}/cases")], folder);
        assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    }
}

#[test]
fn every_fault_is_found_under_its_code() {
    let home = tempfile::tempdir().unwrap();
    for (number, Fault { kind, changes, codes }) in FAULTS.iter().enumerate() {
        let component = built(&format!("fault-{number}"), kind, home.path(), |project| {
            edit(&project.join("plugin.c"), changes);
            if codes.contains(&"not-deterministic") {
                let manifest = project.join("plugin.toml");
                let text = std::fs::read_to_string(&manifest).unwrap();
                std::fs::write(manifest, format!("{text}\n[lifecycle]\nkind = \"warm\"\nmax-calls = 1000\n")).unwrap();
            }
        });
        let ran = plugin(&["check", &component, "--json"], home.path());
        assert_eq!(ran.code, 1, "{kind} {codes:?}\n{}{}", ran.out, ran.err);
        let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        let failures = report["checks"].as_array().unwrap().iter().flat_map(|it| it["failures"].as_array().unwrap());
        let failures: Vec<_> = failures.collect();
        assert!(failures.iter().all(|it| !it["hint"].as_str().unwrap().is_empty()), "{failures:#?}");
        let found: BTreeSet<&str> = failures.iter().map(|it| it["code"].as_str().unwrap()).collect();
        assert!(codes.iter().all(|code| found.contains(code)), "{kind}: {codes:?} among {found:?}");
    }
}
