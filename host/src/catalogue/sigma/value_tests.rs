//! Values with modifiers, one line a case: the item, and what it becomes.

use super::super::detection;
use super::super::error::Place;
use super::super::yaml::documents;
use crate::model::{Node, Part, Test, Value};

/// The nodes of a detection with one item, shown briefly.
fn shown(item: &str) -> String {
    let text = format!("selection:\n    {item}\ncondition: selection\n");
    let yaml = documents(&text).remove(0).unwrap();
    match detection::predicate(&yaml, &Place::top(1), "detection") {
        Ok(predicate) => predicate.nodes.iter().map(node).collect::<Vec<_>>().join(" ; "),
        Err(error) => format!("{} at {}: {}", error.code.as_str(), error.at, error.field.unwrap_or_default()),
    }
}

fn node(node: &Node) -> String {
    match node {
        Node::Test(Test { field, operator, values, all, case_sensitive, .. }) => {
            let values: Vec<String> = values.iter().map(value).collect();
            let all = if *all { " all" } else { "" };
            let cased = if *case_sensitive { " cased" } else { "" };
            format!("{field} {operator:?}{all}{cased} {}", values.join(","))
        }
        Node::Keywords(words) => {
            let values: Vec<String> = words.values.iter().map(value).collect();
            format!("words{} {}", if words.all { " all" } else { "" }, values.join(","))
        }
        other => format!("{other:?}"),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("'{text}'"),
        Value::Pattern(parts) => parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => format!("'{text}'"),
                Part::AnyRun => "*".into(),
                Part::AnyOne => "?".into(),
            })
            .collect(),
        other => format!("{other:?}"),
    }
}

#[test]
fn values_and_modifiers_become_tests() {
    let cases = [
        (r"Image: 'C:\Windows\cmd.exe'", r"Image Equals 'C:\Windows\cmd.exe'"),
        (r"Image|endswith: '\cmd.exe'", r"Image EndsWith '\cmd.exe'"),
        (r"Image|endswith: ['\a.exe', '\b.exe']", r"Image EndsWith '\a.exe','\b.exe'"),
        (r"CommandLine|contains|all: [a, b]", "CommandLine Contains all 'a','b'"),
        (r"CommandLine|all|contains: [a]", "CommandLine Contains 'a'"),
        (r"CommandLine: '*whoami*'", "CommandLine Contains 'whoami'"),
        (r"CommandLine: 'a*b?'", "CommandLine Like 'a'*'b'?"),
        (r"CommandLine|contains: 'a*b'", "CommandLine Like *'a'*'b'*"),
        (r"CommandLine: 'a\*b\\c\d'", r"CommandLine Equals 'a*b\c\d'"),
        (r"CommandLine: '**'", "CommandLine Like *"),
        (r"CommandLine|contains|cased: Ab", "CommandLine Contains cased 'Ab'"),
        (r"CommandLine|re: 'a.c'", r#"CommandLine Matches cased Regex("a.c")"#),
        (r"CommandLine|re|i|s: 'a.c'", r#"CommandLine Matches Regex("(?s)a.c")"#),
        (
            r"DestinationIp|cidr: [10.1.2.3/8, '::1']",
            r#"DestinationIp Within Network("10.0.0.0/8"),Network("::1/128")"#,
        ),
        (r"Initiated: true", "Initiated Equals Boolean(true)"),
        (r"EventID: [1, '2']", "EventID Equals Integer(1),'2'"),
        (r"User: null", "User Equals Null"),
        (r"User|exists: no", "User Exists Boolean(false)"),
        (r"DestinationPort|gte: 1024", "DestinationPort GreaterOrEqual Integer(1024)"),
        (r"User|fieldref: TargetUser", r#"User Equals Field("TargetUser")"#),
        (r"User|neq: system", "User Equals 'system' ; Negate(0)"),
        (r"CommandLine|base64: 'cmd'", "CommandLine Equals 'Y21k'"),
        (r"CommandLine|wide|base64offset|contains: 'cmd'", "CommandLine Contains 'YwBtAGQA','MAbQBkA','jAG0AZA'"),
        (r"CommandLine|base64offset|contains: 'foobar'", "CommandLine Contains 'Zm9vYmFy','Zvb2Jhc','mb29iYX'"),
        (
            r"CommandLine|windash|contains: ' -f'",
            "CommandLine Contains ' -f',' /f',' \u{2013}f',' \u{2014}f',' \u{2015}f'",
        ),
        (r"CommandLine|windash|contains: 'a-b'", "CommandLine Contains 'a-b'"),
        (r"User|expand: '%admins%'", r#"User Equals Placeholder("admins")"#),
        (r"'|contains': [a, 4624]", "words 'a',Integer(4624)"),
        (r"'|all': ['*a*', 'b*c']", "words all 'a','b'*'c'"),
    ];
    for (item, expected) in cases {
        assert_eq!(shown(item), expected, "{item}");
    }
}

#[test]
fn what_cannot_be_said_names_its_place_and_field() {
    let cases = [
        ("Image|beginswith: a", "unknown-modifier at detection.selection.Image|beginswith: Image"),
        (
            "Image|startswith|endswith: a",
            "unsupported-modifier at detection.selection.Image|startswith|endswith: Image",
        ),
        ("Image|hour: 3", "unsupported-modifier at detection.selection.Image|hour: Image"),
        ("Image|re: ['ok', '(?=x)']", "invalid-value at detection.selection.Image|re[1]: Image"),
        ("Ip|cidr: 10.0.0.0/64", "invalid-value at detection.selection.Ip|cidr: Ip"),
        ("Size|gt: large", "invalid-value at detection.selection.Size|gt: Size"),
        ("Image: []", "empty-set at detection.selection.Image: Image"),
        ("Image: {a: b}", "invalid-value at detection.selection.Image: Image"),
        ("Image|base64: 'a*'", "unsupported-modifier at detection.selection.Image|base64: Image"),
        (r"User|expand: 'x\%admins%'", "unsupported-modifier at detection.selection.User|expand: User"),
    ];
    for (item, expected) in cases {
        assert_eq!(shown(item), expected, "{item}");
    }
}
