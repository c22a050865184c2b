//! What a plan means, as tables: a test and the events that meet it and that do not; stages and correlations likewise.

use super::*;
use crate::catalogue::classes::EventTable;
use crate::kinds::Kinds;
use serde_json::{Value, json};

struct Bench {
    events: EventTable,
    kinds: Kinds,
}

impl Bench {
    fn new() -> Self {
        let kinds = Kinds::parse(include_str!("../../../../data/kinds.toml")).unwrap();
        Self { events: EventTable::shipped(), kinds }
    }

    fn known(&self) -> Known<'_> {
        Known { events: &self.events, kinds: &self.kinds }
    }

    /// The result of a hunt of these searches, stages and correlations over events.
    fn rows(&self, hunt: &Hunt, events: Value) -> Vec<Row> {
        let mut evaluator = Evaluator::new(hunt, self.known()).unwrap();
        for event in self::events(events) {
            evaluator.take(&event).unwrap();
        }
        evaluator.finish()
    }
}

fn events(list: Value) -> Vec<Event> {
    let Value::Array(list) = list else { panic!("events are a list") };
    list.into_iter().map(|event| Event::new(event.as_object().unwrap().clone())).collect()
}

/// A hunt of searches by name and predicate, over process creation.
fn hunt(searches: Value, stages: Value, correlations: Value) -> Hunt {
    let search = |(name, predicate): (&String, &Value)| json!({"name": name, "class": {"category": "process_creation"}, "predicate": predicate, "fields": []});
    let searches: Vec<Value> = searches.as_object().unwrap().iter().map(search).collect();
    serde_json::from_value(json!({
        "id": "h", "title": "H", "description": "", "phase": "c2", "confidence": "High", "tlp": "clear",
        "techniques": [], "searches": searches, "stages": stages, "correlations": correlations,
        "window": {"last-seconds": 60}, "false_positives": [], "references": [],
    }))
    .unwrap()
}

fn one_test(test: Value) -> Hunt {
    let mut whole = json!({"all": false, "case_sensitive": false});
    whole.as_object_mut().unwrap().extend(test.as_object().unwrap().clone());
    hunt(json!({"s": {"nodes": [{"test": whole}], "root": 0}}), json!([]), json!([]))
}

fn field_test(field: &str, operator: &str, values: Value) -> Hunt {
    one_test(json!({"field": field, "operator": operator, "values": values}))
}

fn every() -> Value {
    json!({"nodes": [{"test": {"field": "Image", "operator": "exists", "values": [{"boolean": true}], "all": false,
        "case_sensitive": false}}], "root": 0})
}

/// A field, an operator, its operand, the values that it finds and those that it does not.
type Case<'a> = (&'a str, &'a str, Value, Vec<Value>, Vec<Value>);

#[test]
fn tests_hold_as_the_vocabulary_says() {
    let bench = Bench::new();
    let path = |full: &str, directory: Value, name: &str| json!([{"path": {"full": full, "directory": directory, "name": name}}]);
    let registry =
        |hive: &str, key: &str, value: Value| json!([{"registry": {"hive": hive, "key": key, "value_name": value}}]);
    let domain = json!([{"domain": {"ascii": "xn--bcher-kva.test", "unicode": "bücher.test", "subdomains": true}}]);
    let url = |full: &str, path: &str| json!([{"url": {"full": full, "scheme": "http", "host": "a.test", "port": null, "path": path, "query": null}}]);
    let text = |text: &str| json!([{"text": text}]);
    let null = || json!(["null"]);
    let pattern = json!([{"pattern": [{"literal": "a"}, "any-one", {"literal": "c*"}, "any-run"]}]);
    let digest = json!([{"digest": {"algorithm": "md5", "hex": "0123456789abcdef0123456789abcdef"}}]);
    // Field, operator, values; what the field holds where the test is met, and where it is not.
    let table: Vec<Case<'_>> = vec![
        ("User", "equals", text("Ann"), vec![json!("ann"), json!(["bob", "ANN"])], vec![json!("anna"), json!(null)]),
        ("User", "equals", text("é"), vec![json!("É")], vec![json!("e")]),
        ("User", "equals", text(""), vec![json!("")], vec![json!("a"), json!(null)]),
        ("User", "equals", null(), vec![json!(null)], vec![json!(""), json!("a")]),
        ("User", "exists", json!([{"boolean": true}]), vec![json!("")], vec![json!(null)]),
        ("User", "exists", json!([{"boolean": false}]), vec![json!(null)], vec![json!("")]),
        ("User", "contains", text("a*b"), vec![json!("xA*Bx")], vec![json!("aab")]),
        ("User", "contains", text(""), vec![json!("x")], vec![json!(null)]),
        ("User", "starts-with", text("ab"), vec![json!("ABc")], vec![json!("cab")]),
        ("User", "ends-with", text("ab"), vec![json!("cAB")], vec![json!("abc")]),
        ("User", "word", text("net"), vec![json!("a net!"), json!("NET")], vec![json!("net_1"), json!("planet")]),
        ("User", "like", pattern, vec![json!("abc*"), json!("AXC*rest\n")], vec![json!("abcd"), json!("xabc*")]),
        ("User", "matches", json!([{"regex": "^a[0-9]+$"}]), vec![json!("A12")], vec![json!("a")]),
        (
            "Image",
            "ends-with",
            text("\\cmd.exe"),
            vec![json!("C:\\x\\CMD.EXE"), json!("cmd.exe")],
            vec![json!("xcmd.exe")],
        ),
        (
            "Image",
            "equals",
            path("cmd.exe", json!(null), "cmd.exe"),
            vec![json!("C:\\a\\cmd.exe"), json!("cmd.exe")],
            vec![json!("C:\\cmd.exe\\a")],
        ),
        (
            "Image",
            "equals",
            path("%TEMP%\\x\\a.exe", json!("%TEMP%\\x"), "a.exe"),
            vec![json!("C:\\T\\X\\a.exe")],
            vec![json!("C:\\T\\a.exe")],
        ),
        (
            "Image",
            "equals",
            path("C:\\a\\b.exe", json!("C:\\a"), "b.exe"),
            vec![json!("c:\\A\\b.exe")],
            vec![json!("D:\\C:\\a\\b.exe")],
        ),
        ("Image", "equals", path("C:\\a\\", json!("C:\\a"), ""), vec![json!("C:\\a\\b\\c.exe")], vec![json!("C:\\ab")]),
        (
            "DestinationIp",
            "equals",
            json!([{"address": "192.0.2.1"}]),
            vec![json!("192.0.2.1"), json!("::ffff:192.0.2.1")],
            vec![json!("192.0.2.10")],
        ),
        (
            "DestinationIp",
            "within",
            json!([{"network": "10.0.0.0/8"}, {"network": "fc00::/7"}]),
            vec![json!("10.9.8.7"), json!("::ffff:10.0.0.1"), json!("fd00::1")],
            vec![json!("11.0.0.1"), json!("x")],
        ),
        (
            "QueryName",
            "equals",
            domain,
            vec![json!("bücher.test"), json!("www.XN--BCHER-KVA.test")],
            vec![json!("xbücher.test")],
        ),
        (
            "c-uri",
            "equals",
            url("http://a.test/", "/"),
            vec![json!("a.test"), json!("http://a.test"), json!("a.test/")],
            vec![json!("a.test/b")],
        ),
        ("c-uri", "equals", url("http://a.test/b", "/b"), vec![json!("a.test/b")], vec![json!("http://a.test/b/")]),
        (
            "TargetObject",
            "contains",
            registry("HKEY_LOCAL_MACHINE", "A\\CurrentControlSet\\Run", json!(null)),
            vec![json!("HKLM\\A\\ControlSet001\\Run\\x"), json!("\\REGISTRY\\MACHINE\\a\\currentcontrolset\\run")],
            vec![json!("HKCU\\A\\CurrentControlSet\\Run"), json!("HKLM\\A\\CurrentControlSet\\RunOnce")],
        ),
        (
            "TargetObject",
            "equals",
            registry("HKEY_CURRENT_USER", "A\\Run", json!("x")),
            vec![json!("HKU\\S-1-5\\A\\Run\\x")],
            vec![json!("HKU\\S-1-5\\A\\Run\\x\\y")],
        ),
        ("md5", "equals", digest, vec![json!("0123456789ABCDEF0123456789abcdef")], vec![json!("00")]),
        ("ProcessId", "equals", json!([{"integer": 4}]), vec![json!(4), json!("4"), json!("4.0")], vec![json!(40)]),
        (
            "ProcessId",
            "greater-or-equal",
            json!([{"integer": 4}]),
            vec![json!(4), json!("5.5")],
            vec![json!(3), json!("x")],
        ),
        ("ProcessId", "less", json!([{"float": 0.5}]), vec![json!(0.25)], vec![json!(0.5)]),
        ("User", "equals", json!([{"field": "ParentUser"}]), vec![json!("SYSTEM")], vec![json!("x"), json!(null)]),
        ("User", "equals", json!([{"boolean": true}]), vec![json!(true), json!("True")], vec![json!(false)]),
    ];
    for (field, operator, values, meets, fails) in table {
        let hunt = field_test(field, operator, values.clone());
        for (held, expected) in meets.iter().map(|held| (held, true)).chain(fails.iter().map(|held| (held, false))) {
            let event = json!([{"class": "process_creation", field: held, "ParentUser": "system"}]);
            let found = matches(&hunt, bench.known(), &events(event)).unwrap();
            assert_eq!(found, expected, "{field} {operator} {values} over {held}");
        }
    }
}

#[test]
fn case_counts_where_the_plan_says_so_and_all_means_all() {
    let bench = Bench::new();
    let holds = |test: Value, held: &str| {
        let event = json!([{"class": "process_creation", "User": held}]);
        matches(&one_test(test), bench.known(), &events(event)).unwrap()
    };
    let cased = json!({"field": "User", "operator": "contains", "values": [{"text": "Ab"}], "case_sensitive": true});
    assert!(holds(cased.clone(), "xAb") && !holds(cased, "xab"));
    let all = json!({"field": "User", "operator": "contains", "values": [{"text": "a"}, {"text": "b"}], "all": true});
    assert!(holds(all.clone(), "ba") && !holds(all, "aa"));
    let list: Vec<Value> = (0..50).map(|n| json!({"text": format!("V{n}")})).collect();
    let long = json!({"field": "User", "operator": "equals", "values": list});
    assert!(holds(long.clone(), "v49") && !holds(long, "v50"));
}

#[test]
fn digests_are_found_in_a_field_of_many() {
    let bench = Bench::new();
    let hunt = field_test("md5", "equals", json!([{"digest": {"algorithm": "md5", "hex": "ab"}}]));
    let holds = |hashes: &str| {
        matches(&hunt, bench.known(), &events(json!([{"class": "process_creation", "Hashes": hashes}]))).unwrap()
    };
    assert!(holds("SHA1=cd,MD5=AB") && !holds("SHA1=ab,MD5=cd"));
}

#[test]
fn keywords_stand_anywhere_and_an_event_without_a_class_shows_it() {
    let bench = Bench::new();
    let keywords = hunt(
        json!({"s": {"nodes": [{"keywords": {"values": [{"text": "mimi"}, {"pattern": [{"literal": "k"}, "any-run", {"literal": "z"}]}],
            "all": true}}], "root": 0}}),
        json!([]),
        json!([]),
    );
    let holds = |hunt: &Hunt, event: Value| matches(hunt, bench.known(), &events(json!([event]))).unwrap();
    let process = |more: Value| {
        let mut event = json!({"Image": "a.exe"});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    assert!(holds(&keywords, process(json!({"a": "xMIMIx", "b": {"c": ["--k at z--"]}}))));
    assert!(!holds(&keywords, process(json!({"a": "xMIMIx"}))));
    let not = hunt(
        json!({"s": {"nodes": [{"test": {"field": "User", "operator": "equals", "values": [{"text": "a"}], "all": false,
            "case_sensitive": false}}, {"negate": 0}], "root": 1}}),
        json!([]),
        json!([]),
    );
    assert!(holds(&not, process(json!({"User": "b"}))) && !holds(&not, json!({"User": "b"})));
    assert!(!holds(&not, json!({"class": "dns_query", "User": "b"})));
}

#[test]
fn what_cannot_be_evaluated_is_told_with_its_place() {
    let bench = Bench::new();
    let codes = |hunt: &Hunt| -> Vec<String> {
        let errors = Evaluator::new(hunt, bench.known()).unwrap_err();
        errors.iter().map(|error| format!("{} {error}", error.code())).collect()
    };
    let placeholder = codes(&field_test("User", "equals", json!([{"placeholder": "admins"}])));
    assert_eq!(
        placeholder,
        ["unsupported-value search 0, node 0: admins: a placeholder is filled in by the operator's mapping"]
    );
    for (operator, value) in [
        ("contains", json!({"regex": "a"})),
        ("within", json!({"text": "a"})),
        ("exists", json!({"text": "a"})),
        ("less", json!({"text": "a"})),
        ("within", json!({"network": "10.0.0.0/99"})),
        ("matches", json!({"regex": ""})),
        ("like", json!({"pattern": []})),
    ] {
        assert!(
            codes(&field_test("User", operator, json!([value])))[0].starts_with("invalid-plan"),
            "{operator} {value}"
        );
    }
    let backwards = field_test("User", "matches", json!([{"regex": "(a)\\1"}]));
    assert!(codes(&backwards)[0].starts_with("unsupported-value"));
    assert!(codes(&field_test("User", "within", json!([{"list-reference": "l"}])))[0].starts_with("unsupported-value"));
    let all = |nodes: Value, root: u32| hunt(json!({"s": {"nodes": nodes, "root": root}}), json!([]), json!([]));
    assert!(codes(&all(json!([{"all": []}]), 0))[0].contains("no child"));
    assert!(codes(&all(json!([{"negate": 0}]), 0))[0].contains("does not come before"));
    assert!(codes(&all(json!([]), 0))[0].contains("root"));
    let deep: Vec<Value> =
        std::iter::once(every()["nodes"][0].clone()).chain((0..80).map(|n| json!({"negate": n}))).collect();
    assert!(codes(&all(json!(deep), 80))[0].starts_with("too-large"));
    let staged = |stage: Value| hunt(json!({"s": every()}), json!([stage]), json!([]));
    let derive = json!({"derive": {"name": "x", "function": "square", "fields": ["a"]}});
    assert!(codes(&staged(derive))[0].starts_with("unsupported-stage stage 0"));
    let measure = json!({"aggregate": {"by": [], "bucket_seconds": null, "measures":
        [{"name": "x", "function": "sum", "field": null, "argument": null, "where": null}]}});
    assert!(codes(&staged(measure))[0].starts_with("invalid-plan stage 0"));
}

fn measure(name: &str, function: &str, field: Value) -> Value {
    json!({"name": name, "function": function, "field": field, "argument": null, "where": null})
}

#[test]
fn intervals_and_measures_are_those_of_the_group() {
    let bench = Bench::new();
    let measures = ["sum", "minimum", "maximum", "average", "deviation", "values", "first", "last", "distinct"];
    let mut wanted: Vec<Value> = measures.iter().map(|name| measure(name, name, json!("gap"))).collect();
    wanted.push(measure("events", "count", json!(null)));
    wanted.push(json!({"name": "p90", "function": "percentile", "field": "gap", "argument": 90.0, "where": null}));
    let hunt = hunt(
        json!({"s": every()}),
        json!([
            {"interval": {"by": ["User"], "name": "gap"}},
            {"aggregate": {"by": ["User"], "bucket_seconds": null, "measures": wanted}},
            {"derive": {"name": "jitter", "function": "ratio", "fields": ["deviation", "average"]}},
            {"derive": {"name": "spread", "function": "difference", "fields": ["maximum", "minimum"]}},
            {"sort": [{"field": "events", "descending": true}]},
            {"limit": 1},
        ]),
        json!([]),
    );
    let event =
        |user: &str, at: u32| json!({"class": "process_creation", "Image": "a", "User": user, "Timestamp": 1_000 + at});
    let rows = bench.rows(&hunt, json!([event("a", 30), event("a", 0), event("A", 5), event("b", 7), event("a", 10)]));
    assert_eq!(rows.len(), 1);
    let row = &rows[0].fields;
    assert_eq!(row["events"], json!(3), "the first of a group counts, and has no interval");
    assert_eq!((&row["sum"], &row["average"], &row["values"]), (&json!(30.0), &json!(15.0), &json!([10.0, 20.0])));
    assert_eq!(
        (&row["first"], &row["last"], &row["distinct"], &row["p90"]),
        (&json!(10.0), &json!(20.0), &json!(2), &json!(20.0))
    );
    assert_eq!(row["spread"], json!(10.0));
    assert!(
        (row["jitter"].as_f64().unwrap() - 50f64.sqrt() / 15.0).abs() < 1e-12,
        "the deviation is that of the sample"
    );
}

#[test]
fn buckets_begin_at_whole_spans_and_hours_are_utc() {
    let bench = Bench::new();
    let hunt = hunt(
        json!({"s": every()}),
        json!([
            {"derive": {"name": "hour", "function": "hour", "fields": ["Timestamp"]}},
            {"derive": {"name": "length", "function": "length", "fields": ["User"]}},
            {"derive": {"name": "lower", "function": "lower", "fields": ["User"]}},
            {"aggregate": {"by": ["hour", "length", "lower"], "bucket_seconds": 300, "measures": [measure("n", "count", json!(null))]}},
        ]),
        json!([]),
    );
    let event = |time: &str| json!({"class": "process_creation", "Image": "a", "User": "ÄB", "Timestamp": time});
    let rows = bench.rows(
        &hunt,
        json!([event("2026-03-01T23:04:59Z"), event("2026-03-01T23:05:00Z"), event("2026-03-02T01:09:00+02:00")]),
    );
    let seen: Vec<Value> = rows.iter().map(Row::json).collect();
    assert_eq!(
        seen,
        [
            json!({"hour": 23, "length": 2, "lower": "äb", "n": 1, "Timestamp": "2026-03-01T23:00:00Z"}),
            json!({"hour": 23, "length": 2, "lower": "äb", "n": 2, "Timestamp": "2026-03-01T23:05:00Z"}),
        ]
    );
}

fn correlation(kind: &str, inputs: Value, condition: Value) -> Value {
    let keys: Vec<&str> = vec!["User"; inputs.as_array().unwrap().len()];
    json!({"name": "c", "kind": kind, "inputs": inputs, "by": [{"name": "who", "fields": keys}], "fields": ["ProcessId"],
        "span_seconds": 60, "condition": condition})
}

fn at_least(number: i64) -> Value {
    json!({"nodes": [{"test": {"field": "value", "operator": "greater-or-equal", "values": [{"integer": number}], "all": false,
        "case_sensitive": false}}], "root": 0})
}

#[test]
fn correlations_count_in_sliding_windows_of_a_group() {
    let bench = Bench::new();
    let event = |user: &str, at: u32, id: u32| json!({"class": "process_creation", "Image": "a", "User": user, "ProcessId": id, "Timestamp": 1_000 + at});
    let over = |kind: &str, condition: Value, events: Value| {
        let hunt =
            hunt(json!({"s": every()}), json!([]), json!([correlation(kind, json!([{"search": 0}]), condition)]));
        let rows = bench.rows(&hunt, events);
        rows.iter().map(|row| (row.fields["who"].clone(), row.fields["value"].clone())).collect::<Vec<_>>()
    };
    // 50 and 110 lie in one window, which no fixed minute holds; `A` is another than `a`.
    let three = json!([event("a", 50, 5), event("a", 80, 5), event("A", 90, 1), event("a", 110, 8), event("b", 60, 5)]);
    assert_eq!(over("event_count", at_least(3), three.clone()), [(json!("a"), json!(3.0))]);
    assert_eq!(over("event_count", at_least(3), json!([event("a", 0, 1), event("a", 60, 1), event("a", 61, 1)])), []);
    assert_eq!(over("value_count", at_least(2), three.clone()), [(json!("a"), json!(2.0))]);
    assert_eq!(over("value_sum", at_least(18), three.clone()), [(json!("a"), json!(18.0))]);
    assert_eq!(over("value_avg", at_least(6), three.clone()), [(json!("a"), json!(6.0))]);
    assert_eq!(over("value_median", at_least(6), three), []);
}

#[test]
fn temporal_correlations_need_each_search_and_the_ordered_one_their_order() {
    let bench = Bench::new();
    let named = |image: &str| {
        json!({"nodes": [{"test": {"field": "Image", "operator": "equals", "values": [{"text": image}],
        "all": false, "case_sensitive": false}}], "root": 0})
    };
    let found = |kind: &str, order: [(&str, u32); 3]| {
        let inputs = json!([{"search": 0}, {"search": 1}]);
        let hunt =
            hunt(json!({"a": named("a"), "b": named("b")}), json!([]), json!([correlation(kind, inputs, json!(null))]));
        let event = |(image, at): (&str, u32)| json!({"class": "process_creation", "Image": image, "User": "u", "Timestamp": 1_000 + at});
        bench.rows(&hunt, Value::Array(order.into_iter().map(event).collect())).len()
    };
    assert_eq!(found("temporal", [("b", 0), ("a", 60), ("x", 61)]), 1);
    assert_eq!(found("temporal", [("b", 0), ("a", 61), ("b", 200)]), 0);
    assert_eq!(found("temporal_ordered", [("b", 0), ("a", 10), ("x", 20)]), 0);
    assert_eq!(found("temporal_ordered", [("a", 0), ("a", 10), ("b", 65)]), 1);
    assert_eq!(found("temporal_ordered", [("a", 0), ("b", 61), ("x", 62)]), 0);
}

#[test]
fn a_correlation_reads_an_earlier_one() {
    let bench = Bench::new();
    let mut second = correlation("event_count", json!([{"correlation": 0}]), at_least(2));
    second["by"][0]["fields"] = json!(["who"]);
    second["span_seconds"] = json!(600);
    let first = correlation("event_count", json!([{"search": 0}]), at_least(2));
    let hunt = hunt(json!({"s": every()}), json!([]), json!([first, second]));
    let event = |at: u32| json!({"class": "process_creation", "Image": "a", "User": "u", "Timestamp": 1_000 + at});
    assert_eq!(bench.rows(&hunt, json!([event(0), event(5), event(300), event(305)])).len(), 1);
    assert_eq!(bench.rows(&hunt, json!([event(0), event(5), event(300)])).len(), 0);
}
