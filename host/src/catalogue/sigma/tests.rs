//! Whole rules, correlations and filters.

use super::{Collection, Frame, Index};
use crate::model::{CorrelationInput, Node};
use crate::pipeline::PhaseTable;

fn frame() -> Frame {
    Frame { phases: PhaseTable::shipped(), window: crate::model::Window::LastSeconds(3_600) }
}

fn rule(detection: &str) -> String {
    format!("title: A rule\nid: a\nlogsource:\n    category: process_creation\ndetection:\n{detection}")
}

/// Codes and places of what was refused, and titles of what was not, in order.
fn told(text: &str) -> Vec<String> {
    let collection = Collection::of_text("rules.yml", text);
    let frame = frame();
    collection
        .hunts(&frame)
        .map(|hunt| match hunt {
            Ok(entry) => format!("ok {}", entry.hunt.title),
            Err(broken) => {
                let error = broken.error;
                format!("{} {} {}:{}", broken.path, error.code.as_str(), error.line, error.at)
            }
        })
        .collect()
}

#[test]
fn conditions_choose_among_detections() {
    let detection = |condition: &str| {
        rule(&format!(
            "    sel_a:\n        A: 1\n    sel_b:\n        B: 2\n    _hidden:\n        C: 3\n    condition: {condition}\n"
        ))
    };
    let nodes = |condition: &str| {
        let collection = Collection::of_text("r.yml", &detection(condition));
        let frame = frame();
        let entry = collection.hunts(&frame).next().unwrap().unwrap();
        let predicate = &entry.hunt.searches[0].predicate;
        let fields = predicate.nodes.iter().map(|node| match node {
            Node::Test(test) => test.field.clone(),
            Node::All(children) => format!("all{children:?}"),
            Node::Any(children) => format!("any{children:?}"),
            Node::Negate(child) => format!("not{child}"),
            Node::Keywords(_) => "words".into(),
        });
        fields.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(nodes("1 of sel_*"), "A B any[0, 1]");
    assert_eq!(nodes("all of them"), "A B all[0, 1]");
    assert_eq!(nodes("all of sel_* and not _hidden"), "A B C not2 all[0, 1, 3]");
    assert_eq!(nodes("sel_a and (sel_b or not _hidden)"), "A B C not2 any[1, 3] all[0, 4]");
    assert_eq!(nodes("sel_a or sel_b and _hidden"), "A B C all[1, 2] any[0, 3]");
    assert_eq!(nodes("[sel_a, sel_b]"), "A B any[0, 1]");
    assert_eq!(nodes("2 of sel_*"), "A B all[0, 1]");
}

#[test]
fn a_broken_rule_names_its_place_and_the_others_go_on() {
    let good = rule("    s:\n        A: 1\n    condition: s\n");
    let cases = [
        (rule("    s:\n        A: 1\n    condition: s and t\n"), "invalid-condition 8:detection.condition"),
        (rule("    s:\n        A: 1\n    condition: s |count() > 2\n"), "invalid-condition 8:detection.condition"),
        (rule("    s:\n        A: 1\n    condition: 1 of x*\n"), "empty-set 8:detection.condition"),
        (rule("    s: []\n    condition: s\n"), "empty-set 6:detection.s"),
        (rule("    s:\n        A: 1\n    condition: s and not s\n"), "contradiction 6:detection"),
        (
            rule("    s:\n        A: 1\n    t:\n        A: [2, 3]\n    condition: s and t\n"),
            "contradiction 6:detection",
        ),
        (rule("    s:\n        A|foo: 1\n    condition: s\n"), "unknown-modifier 7:detection.s.A|foo"),
        (rule("    s:\n        A: 1\n"), "missing-key 6:detection"),
        (format!("{}level: enormous\n", rule("    s:\n        A: 1\n    condition: s\n")), "invalid-key 1:level"),
        ("title: x\ndetection:\n    s:\n        A: 1\n    condition: s\n".into(), "missing-key 1:logsource"),
        ("- a\n- b\n".into(), "not-a-rule 1:"),
        (rule("    s:\n        A: 1\n        A: 2\n    condition: s\n"), "invalid-yaml 8:"),
    ];
    for (broken, expected) in cases {
        let both = told(&format!("{broken}---\n{good}"));
        assert_eq!(both, [format!("rules.yml {expected}"), "ok A rule".into()], "{broken}");
    }
    assert_eq!(told("title: [\n"), ["rules.yml invalid-yaml 1:"]);
}

#[test]
fn nothing_that_a_file_holds_exhausts_the_reader() {
    let first = |text: &str| told(text).remove(0);
    let deep = format!("{}s{}", "(".repeat(1_000), ")".repeat(1_000));
    assert!(first(&rule(&format!("    s:\n        A: 1\n    condition: {deep}\n"))).contains("too-large"));
    let not = "not ".repeat(1_001);
    assert!(first(&rule(&format!("    s:\n        A: 1\n    condition: {not}s\n"))).contains("too-large"));
    let nested = format!("{}A: 1{}", "[".repeat(1_000), "]".repeat(1_000));
    assert!(first(&rule(&format!("    s: {nested}\n    condition: s\n"))).contains("invalid-yaml"));
    let steps: String = (0..1_000).map(|depth| format!("{}-\n", " ".repeat(depth + 8))).collect();
    assert!(first(&rule(&format!("    s:\n{steps}    condition: s\n"))).contains("invalid-yaml"));
    let bomb: String = (1..30).map(|n| format!("a{n}: &a{n} [*a{p}, *a{p}, *a{p}]\n", p = n - 1)).collect();
    assert!(first(&format!("a0: &a0 [x]\n{bomb}title: x\n")).contains("invalid-yaml"));
    let list: String = (0..50_000).map(|n| format!("            - value{n}\n")).collect();
    assert_eq!(first(&rule(&format!("    s:\n        A:\n{list}    condition: s\n"))), "ok A rule");
    let dashes = "-a ".repeat(9);
    assert!(first(&rule(&format!("    s:\n        A|windash: ' {dashes}'\n    condition: s\n"))).contains("too-large"));
}

const MANY: &str = "
title: Failed logon
name: failed
logsource: {product: windows, service: security}
detection: {s: {EventID: 4625}, condition: s}
---
title: Logon
id: 11111111-1111-1111-1111-111111111111
logsource: {product: windows, service: security}
detection: {s: {EventID: 4624}, condition: s}
---
title: Many failures
name: many
correlation:
    type: event_count
    rules: failed
    group-by: [TargetUserName]
    timespan: 10m
    condition: {gte: 10}
---
title: Then a logon
correlation:
    type: temporal_ordered
    rules: [many, 11111111-1111-1111-1111-111111111111]
    group-by: [user]
    timespan: 1h
    aliases:
        user: {many: TargetUserName, 11111111-1111-1111-1111-111111111111: SubjectUserName}
";

#[test]
fn correlations_read_rules_and_each_other() {
    let collection = Collection::of_text("r.yml", MANY);
    let frame = frame();
    let hunts: Vec<_> = collection.hunts(&frame).map(|hunt| hunt.unwrap().hunt).collect();
    let last = &hunts[3];
    assert_eq!((last.searches.len(), last.correlations.len()), (2, 2));
    let correlation = &last.correlations[1];
    assert_eq!(correlation.kind, "temporal_ordered");
    assert_eq!(correlation.inputs, [CorrelationInput::Correlation(0), CorrelationInput::Search(1)]);
    assert_eq!(correlation.by[0].fields, ["TargetUserName", "SubjectUserName"]);
    assert_eq!(correlation.span_seconds, 3_600);
    assert_eq!(last.correlations[0].condition.as_ref().unwrap().nodes.len(), 1);
}

#[test]
fn correlations_that_cannot_be_resolved_say_so() {
    let correlation = |title: &str, rules: &str| {
        format!(
            "title: {title}\nname: {title}\ncorrelation:\n    type: temporal\n    rules: {rules}\n    timespan: 1h\n---\n"
        )
    };
    let cycle = format!("{}{}", correlation("x", "[y]"), correlation("y", "[x]"));
    assert!(told(&cycle).iter().all(|told| told.contains("cycle")), "{:?}", told(&cycle));
    assert!(told(&correlation("x", "[x]"))[0].contains("cycle"));
    assert!(told(&correlation("x", "[nobody]"))[0].contains("unknown-rule 4:correlation.rules[0]"));
    assert!(told(&correlation("x", "[]"))[0].contains("empty-set"));
    let chain: String = (0..250).map(|n| correlation(&format!("c{n}"), &format!("[c{}]", n + 1))).collect();
    assert!(told(&chain)[0].contains("too-large"));
    let broken =
        format!("{}{}", correlation("x", "[bad]"), "title: bad\nname: bad\nlogsource: {product: p}\ndetection: {}\n");
    assert!(told(&broken)[0].contains("broken-reference"), "{:?}", told(&broken));
}

#[test]
fn filters_go_with_the_rules_that_they_name() {
    let text = format!(
        "{}---\ntitle: Not ours\nlogsource: {{category: process_creation}}\nfilter:\n    rules: [a]\n    ours: {{User: svc}}\n    condition: not ours\n",
        rule("    s:\n        A: 1\n    condition: s\n")
    );
    let collection = Collection::of_text("r.yml", &text);
    let frame = frame();
    let hunts: Vec<_> = collection.hunts(&frame).collect();
    assert_eq!(hunts.len(), 1);
    let hunt = &hunts[0].as_ref().unwrap().hunt;
    assert_eq!(hunt.searches[0].predicate.nodes.last(), Some(&Node::All(vec![0, 2])));
    assert!(told(&text.replace("[a]", "[b]"))[1].contains("unknown-rule"));
}

#[test]
fn actions_share_what_is_global() {
    let text = "
action: global
title: Shared
logsource: {category: process_creation}
detection: {condition: s}
---
detection: {s: {A: 1}}
---
action: repeat
title: Again
detection: {s: {A: 2}}
---
action: reset
---
detection: {s: {A: 1}}
";
    let told = told(text);
    assert_eq!(told[..2], ["ok Shared", "ok Again"]);
    assert!(told[2].contains("missing-key"), "{told:?}");
}

#[test]
fn the_best_rules_of_a_technique_come_first() {
    let rule = |title: &str, status: &str, level: &str, product: &str, tag: &str| {
        format!(
            "title: {title}\nstatus: {status}\nlevel: {level}\ntags: [attack.execution, attack.{tag}]\nlogsource: {{product: {product}}}\ndetection: {{s: {{A: 1}}, condition: s}}\n---\n"
        )
    };
    let text = [
        rule("draft", "experimental", "critical", "windows", "t1059"),
        rule("tested", "test", "medium", "windows", "t1059"),
        rule("severe", "test", "high", "linux", "T1059"),
        rule("old", "deprecated", "critical", "windows", "t1059"),
        rule("below", "stable", "low", "windows", "t1204.002"),
    ]
    .concat();
    let collection = Collection::of_text("r.yml", &text);
    let index = Index::of(&collection);
    let best = |technique: &str, most, product: &str| {
        let has = |class: &crate::model::EventClass| product.is_empty() || class.product.as_deref() == Some(product);
        let places = index.best(technique.parse().unwrap(), most, has);
        let titles = places.into_iter().map(|place| {
            let (_, document) = collection.documents().find(|(index, _)| *index == place).unwrap();
            document.about.title.clone()
        });
        titles.collect::<Vec<_>>()
    };
    assert_eq!(best("T1059", 9, ""), ["severe", "tested", "draft"]);
    assert_eq!(best("T1059", 1, "windows"), ["tested"]);
    assert_eq!(best("T1204", 9, ""), ["below"]);
    assert!(best("T1003", 9, "").is_empty());
}

#[test]
fn a_folder_is_read_in_order_and_lends_its_licence() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let named = |title: &str| rule("    s:\n        A: 1\n    condition: s\n").replace("A rule", title);
    write("LICENSE", "# Licences\n\n- The rules are under Some Licence 1.0\n");
    write("rules/b/two.yaml", &named("two"));
    write("rules/a.yml", &named("one"));
    write("rules/b/config.yml", "settings: 3\n");
    write("rules/.git/x.yml", &named("hidden"));
    write("rules/c.yml", &format!("{}license: Own\n", named("three")));
    write("rules/notes.txt", "title: no");
    let collection = Collection::open(&[folder.path().join("rules")], 2);
    let told: Vec<_> =
        collection.documents().map(|(_, d)| (d.about.title.as_str(), d.about.license.as_deref())).collect();
    let lent = Some("The rules are under Some Licence 1.0");
    assert_eq!(told, [("one", lent), ("two", lent), ("three", Some("Own"))]);
    assert_eq!(collection.skipped.len(), 1);
}
