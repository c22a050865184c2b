//! The plans that a dialect is asked for: as small as they can be, one thing in each.

use crate::model::{
    Aggregate, Correlation, CorrelationInput, Derive, DigestValue, DomainValue, EventClass, GroupKey, Hunt, Interval,
    Keywords, Measure, Node, Operator, Part, PathValue, Predicate, RegistryValue, Search, SortKey, Stage, Test, Tlp,
    UrlValue, Value, Window,
};

/// A question: what it is about, and its plan over a class and a field that the dialect carries.
pub struct Ask {
    pub what: &'static str,
    pub name: String,
    pub plan: Planned,
}

type Planned = Box<dyn Fn(&EventClass, &str) -> Hunt>;

/// Functions of a measure.
const MEASURES: [&str; 11] =
    ["count", "distinct", "sum", "minimum", "maximum", "average", "deviation", "percentile", "values", "first", "last"];
/// Functions of a derived field.
const DERIVED: [&str; 5] = ["length", "hour", "ratio", "lower", "difference"];
/// Kinds of correlation.
const CORRELATIONS: [&str; 8] = [
    "event_count",
    "value_count",
    "temporal",
    "temporal_ordered",
    "value_sum",
    "value_avg",
    "value_percentile",
    "value_median",
];

/// Comparisons of which a field that is carried takes at least one.
pub fn samples(algorithms: &[&str]) -> Vec<(Operator, Value)> {
    let mut samples = vec![
        (Operator::Equals, Value::Text("success".into())),
        (Operator::Equals, Value::Text("5".into())),
        (Operator::Equals, Value::Integer(5)),
        (Operator::Contains, Value::Text("probe".into())),
        (Operator::EndsWith, Value::Text("\\probe".into())),
        (Operator::Exists, Value::Boolean(true)),
    ];
    samples.extend(algorithms.iter().map(|algorithm| (Operator::Equals, digest(algorithm))));
    samples
}

/// Every legal pair of an operator and a kind of value; digests by each algorithm, under one name.
pub fn comparisons(algorithms: &[&str]) -> Vec<Ask> {
    use Operator as O;
    let text = || Value::Text("probe".into());
    let path =
        || Value::Path(PathValue { full: r"C:\a\b.exe".into(), directory: Some(r"C:\a".into()), name: "b.exe".into() });
    let url = || {
        Value::Url(UrlValue {
            full: "https://probe.example/a?b=1".into(),
            scheme: "https".into(),
            host: "probe.example".into(),
            port: None,
            path: "/a".into(),
            query: Some("b=1".into()),
        })
    };
    let name = || {
        Value::Domain(DomainValue { ascii: "probe.example".into(), unicode: "probe.example".into(), subdomains: true })
    };
    let registry = || {
        let hive = "HKEY_LOCAL_MACHINE".into();
        Value::Registry(RegistryValue { hive, key: r"Software\Probe".into(), value_name: None })
    };
    let address = || Value::Address("192.0.2.1".into());
    let pattern = |start: Part| Value::Pattern(vec![start, Part::Literal("b".into()), Part::AnyRun, Part::AnyOne]);
    let placeholder = || Value::Placeholder("probe".into());
    let (integer, float) = (|| Value::Integer(5), || Value::Float(0.5));
    let every = |field: &str| Value::Field(field.to_owned());
    let mut pairs: Vec<(Operator, Value)> = vec![
        (O::Equals, text()),
        (O::Equals, integer()),
        (O::Equals, float()),
        (O::Equals, Value::Boolean(true)),
        (O::Equals, Value::Null),
        (O::Equals, address()),
        (O::Equals, path()),
        (O::Equals, registry()),
        (O::Equals, url()),
        (O::Equals, name()),
        (O::Equals, every("")),
        (O::Equals, Value::ListReference("probe".into())),
        (O::Equals, placeholder()),
        (O::Contains, address()),
        (O::Contains, registry()),
        (O::Word, text()),
        (O::Like, pattern(Part::Literal("a".into()))),
        (O::Matches, Value::Regex("a[0-9]+".into())),
        (O::Within, Value::Network("192.0.2.0/24".into())),
        (O::Within, Value::ListReference("probe".into())),
        (O::Exists, Value::Boolean(true)),
        (O::Exists, Value::Boolean(false)),
    ];
    for algorithm in algorithms {
        pairs.extend([O::Equals, O::Contains].map(|operator| (operator, digest(algorithm))));
    }
    for operator in [O::Contains, O::StartsWith, O::EndsWith] {
        pairs.extend([text(), integer(), path(), url(), name(), every("")].map(|value| (operator, value)));
    }
    for operator in [O::Less, O::LessOrEqual, O::Greater, O::GreaterOrEqual] {
        pairs.extend([integer(), float(), every("")].map(|value| (operator, value)));
    }
    let ask = |(operator, value): (Operator, Value)| Ask {
        what: "operator",
        name: format!("{} {}", tag(&operator), tag(&value)),
        plan: Box::new(move |class, field| {
            let value = match &value {
                Value::Field(_) => Value::Field(field.to_owned()),
                other => other.clone(),
            };
            hunt(class, test(field, operator, value))
        }),
    };
    pairs.into_iter().map(ask).collect()
}

/// Words without a field.
pub fn keywords() -> Vec<Ask> {
    let pattern = vec![Part::Literal("a".into()), Part::AnyRun, Part::Literal("b".into())];
    let values = [
        Value::Text("probe".into()),
        Value::Integer(5),
        Value::Pattern(pattern),
        Value::Regex("a[0-9]+".into()),
        Value::Placeholder("probe".into()),
    ];
    let ask = |value: Value| Ask {
        what: "keywords",
        name: tag(&value),
        plan: Box::new(move |class, _| {
            let values = vec![value.clone()];
            hunt(class, Node::Keywords(Keywords { values, all: false, properties: Vec::new() }))
        }),
    };
    values.into_iter().map(ask).collect()
}

/// Every stage, and every function of those that have some.
pub fn stages() -> Vec<Ask> {
    let staged = |name: String, make: fn(&str, &str) -> Vec<Stage>, function: &'static str| Ask {
        what: "stage",
        name,
        plan: Box::new(move |class, field| {
            let mut plan = hunt(class, test(field, Operator::Exists, Value::Boolean(true)));
            plan.stages = make(field, function);
            plan
        }),
    };
    let aggregate = |field: &str, function: &str| {
        let measure = Measure {
            name: "measured".into(),
            function: function.into(),
            field: (function != "count").then(|| field.to_owned()),
            argument: (function == "percentile").then_some(95.0),
            filter: None,
        };
        vec![Stage::Aggregate(Aggregate { by: vec![field.into()], bucket_seconds: None, measures: vec![measure] })]
    };
    let derive = |field: &str, function: &str| {
        let of = if function == "hour" { "Timestamp" } else { field };
        let count = if matches!(function, "ratio" | "difference") { 2 } else { 1 };
        vec![Stage::Derive(Derive {
            name: "derived".into(),
            function: function.into(),
            fields: vec![of.into(); count],
        })]
    };
    let bucket = |field: &str, _: &str| {
        let measures = vec![Measure {
            name: "measured".into(),
            function: "count".into(),
            field: None,
            argument: None,
            filter: None,
        }];
        vec![Stage::Aggregate(Aggregate { by: vec![field.into()], bucket_seconds: Some(3_600), measures })]
    };
    let interval =
        |field: &str, _: &str| vec![Stage::Interval(Interval { by: vec![field.into()], name: "gap".into() })];
    let keep = |field: &str, _: &str| {
        let node = test(field, Operator::Exists, Value::Boolean(true));
        vec![Stage::Keep(Predicate { nodes: vec![node], root: 0 })]
    };
    let sort = |field: &str, _: &str| vec![Stage::Sort(vec![SortKey { field: field.into(), descending: true }])];
    let limit = |_: &str, _: &str| vec![Stage::Limit(10)];
    let mut asks: Vec<Ask> =
        MEASURES.iter().map(|function| staged(format!("aggregate {function}"), aggregate, function)).collect();
    asks.extend(DERIVED.iter().map(|function| staged(format!("derive {function}"), derive, function)));
    asks.push(staged("aggregate in buckets of time".into(), bucket, ""));
    asks.push(staged("interval".into(), interval, ""));
    asks.push(staged("keep".into(), keep, ""));
    asks.push(staged("sort".into(), sort, ""));
    asks.push(staged("limit".into(), limit, ""));
    asks
}

/// Every kind of correlation, and one of correlations.
pub fn correlations() -> Vec<Ask> {
    let correlated = |name: &str, kind: &'static str, nested: bool| Ask {
        what: "correlation",
        name: name.to_owned(),
        plan: Box::new(move |class, field| {
            let mut plan = hunt(class, test(field, Operator::Exists, Value::Boolean(true)));
            let temporal = kind.starts_with("temporal");
            if temporal {
                let again = Search { name: "again".into(), ..plan.searches[0].clone() };
                plan.searches.push(again);
            }
            let inputs: Vec<_> = (0..plan.searches.len() as u32).map(CorrelationInput::Search).collect();
            let correlation = correlation(kind, field, inputs);
            if nested {
                let of = Correlation { inputs: vec![CorrelationInput::Correlation(0)], ..correlation.clone() };
                plan.correlations = vec![correlation, Correlation { name: "outer".into(), ..of }];
            } else {
                plan.correlations = vec![correlation];
            }
            plan
        }),
    };
    let mut asks: Vec<Ask> = CORRELATIONS.iter().map(|kind| correlated(kind, kind, false)).collect();
    asks.push(correlated("of correlations", "event_count", true));
    asks
}

fn correlation(kind: &str, field: &str, inputs: Vec<CorrelationInput>) -> Correlation {
    let temporal = kind.starts_with("temporal");
    let at_least = Predicate { nodes: vec![test("value", Operator::GreaterOrEqual, Value::Integer(2))], root: 0 };
    Correlation {
        name: "correlated".into(),
        kind: kind.to_owned(),
        by: vec![GroupKey { name: "key".into(), fields: vec![field.into(); inputs.len()] }],
        inputs,
        fields: if kind.starts_with("value") { vec![field.into()] } else { Vec::new() },
        span_seconds: 600,
        condition: (!temporal).then_some(at_least),
        properties: Vec::new(),
    }
}

/// A test of one value.
pub fn test(field: &str, operator: Operator, value: Value) -> Node {
    let (field, values) = (field.to_owned(), vec![value]);
    Node::Test(Test { field, operator, values, all: false, case_sensitive: false, properties: Vec::new() })
}

/// A hunt of one search with one node.
pub fn hunt(class: &EventClass, node: Node) -> Hunt {
    Hunt {
        id: "uc_probe".into(),
        title: "Probe".into(),
        description: String::new(),
        author: None,
        license: None,
        level: None,
        status: None,
        source: None,
        phase: "c2".into(),
        confidence: "Low".into(),
        tlp: Tlp::Clear,
        techniques: Vec::new(),
        searches: vec![Search {
            name: "events".into(),
            class: class.clone(),
            predicate: Predicate { nodes: vec![node], root: 0 },
            fields: Vec::new(),
            properties: Vec::new(),
        }],
        correlations: Vec::new(),
        stages: Vec::new(),
        window: Window::LastSeconds(3_600),
        false_positives: Vec::new(),
        references: Vec::new(),
        properties: Vec::new(),
    }
}

fn digest(algorithm: &str) -> Value {
    Value::Digest(DigestValue { algorithm: algorithm.into(), hex: "a".repeat(64) })
}

/// The contract's word for an operator or a kind of value: the name under which it is written.
fn tag<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(serde_json::Value::Object(object)) => object.into_iter().next().map(|(name, _)| name).unwrap_or_default(),
        _ => String::new(),
    }
}
