//! Hunts from a seed: every operator, value kind and class in turn, with the values that break dialects.

use huntsmith_sdk::emitter::plan::*;

/// A stream of numbers that is the same everywhere (SplitMix64, Steele et al. 2014).
pub struct Numbers(pub u64);

impl Numbers {
    /// The next number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }

    fn pick<'p, T>(&mut self, from: &'p [T]) -> &'p T {
        &from[self.below(from.len())]
    }
}

/// Classes and the fields of each that carry text.
const CLASSES: &[(&str, &[&str])] = &[
    ("process_creation", &["Image", "CommandLine", "ParentImage", "ParentCommandLine", "OriginalFileName", "User"]),
    ("file_event", &["TargetFilename"]),
    ("registry_set", &["TargetObject", "Details"]),
    ("network_connection", &["DestinationHostname", "SourceHostname"]),
    ("dns_query", &["QueryName", "QueryResults"]),
    ("proxy", &["c-uri", "cs-host"]),
    ("image_load", &["ImageLoaded"]),
    ("pipe_created", &["PipeName"]),
    ("create_service", &["ServiceName", "ImagePath"]),
    ("email", &["sender", "recipient", "subject"]),
    ("logon", &["TargetUserName", "WorkstationName"]),
    ("vulnerability", &["cve"]),
];

/// Pieces that mean something to some dialect.
const NASTY: &[&str] = &[
    "\"",
    "'",
    "\\",
    "\\\\",
    "`",
    "```",
    "*",
    "?",
    "%",
    "_",
    "|",
    "| outputlookup x.csv",
    "\"|outputlookup\"x.csv",
    "' OR 1=1 --",
    "//",
    "/*",
    "*/",
    "#",
    ";",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{7f}",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{1f600}",
    "\u{e0041}",
    "é",
    "ß",
    "İ",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "$",
    "^",
    "+",
    ".",
    "-",
    "~",
    "@",
    "!",
    "<",
    ">",
    "=",
    ",",
    ":",
    "\u{2028}",
    "\u{85}",
    "externaldata",
    "`delete`",
    "$token$",
    "&&",
    "\\\"",
    "a",
    "evil",
    "Windows",
    "cmd.exe",
    " ",
    "C:\\Temp\\",
    "/usr/bin/",
    "0",
    "中文",
];

/// A text of one to six pieces.
pub fn text(numbers: &mut Numbers) -> String {
    (0..=numbers.below(6)).map(|_| *numbers.pick(NASTY)).collect()
}

/// The hunt of a number: the same number, the same hunt.
pub fn hunt(seed: u64) -> Hunt {
    let mut numbers = Numbers(seed);
    let searches: Vec<Search> = (0..=numbers.below(2)).map(|index| search(&mut numbers, index)).collect();
    let (correlations, stages) = match numbers.below(8) {
        0 => (vec![correlation(&mut numbers, &searches)], Vec::new()),
        1 => (Vec::new(), stages(&mut numbers, &searches)),
        _ => (Vec::new(), Vec::new()),
    };
    Hunt {
        id: format!("generated_{seed}"),
        title: text(&mut numbers),
        description: String::new(),
        author: None,
        license: None,
        level: None,
        status: None,
        source: None,
        phase: "exploit".into(),
        confidence: "Low".into(),
        tlp: "clear".into(),
        techniques: Vec::new(),
        searches,
        correlations,
        stages,
        window: Window::LastSeconds(86_400 * (1 + numbers.below(30) as u32)),
        false_positives: Vec::new(),
        references: Vec::new(),
        properties: Vec::new(),
    }
}

/// A field of text of a search's class.
fn field_of(numbers: &mut Numbers, search: &Search) -> String {
    let fields = CLASSES.iter().find(|(class, _)| Some(*class) == search.class.category.as_deref());
    (*numbers.pick(fields.map_or(&["Image"], |(_, fields)| fields))).into()
}

/// One leaf as a predicate.
fn leaf(field: &str, operator: Operator, value: Value) -> Predicate {
    let test = Test {
        field: field.into(),
        operator,
        values: vec![value],
        all: false,
        case_sensitive: false,
        properties: Vec::new(),
    };
    Predicate { nodes: vec![Node::Test(test)], root: 0 }
}

/// A correlation over all searches, by a field of each.
fn correlation(numbers: &mut Numbers, searches: &[Search]) -> Correlation {
    const KINDS: [&str; 5] = ["event_count", "value_count", "value_sum", "temporal", "temporal_ordered"];
    let kind = *numbers.pick(&KINDS);
    let keys = searches.iter().map(|search| field_of(numbers, search)).collect();
    let counted = kind.starts_with("value").then(|| field_of(numbers, &searches[0]));
    let least = Value::Integer(1 + numbers.below(50) as i64);
    Correlation {
        name: "related".into(),
        kind: kind.into(),
        inputs: (0..searches.len() as u32).map(Source::Search).collect(),
        by: vec![GroupKey { name: "key".into(), fields: keys }],
        fields: counted.into_iter().collect(),
        span_seconds: 60 * (1 + numbers.below(120) as u32),
        condition: Some(leaf("value", Operator::GreaterOrEqual, least)),
        properties: Vec::new(),
    }
}

/// Groups of events, a condition with any text over them, an order and a limit.
fn stages(numbers: &mut Numbers, searches: &[Search]) -> Vec<Stage> {
    let key = field_of(numbers, &searches[0]);
    let measure = |name: &str, function: &str, field: Option<&String>, where_| Measure {
        name: name.into(),
        function: function.into(),
        field: field.cloned(),
        argument: None,
        where_,
    };
    let some = leaf(&key, Operator::Contains, Value::Text(text(numbers)));
    let measures = vec![
        measure("events", "count", None, None),
        measure("some", "count", None, Some(some)),
        measure("different", "distinct", Some(&key), None),
    ];
    let kept = leaf(&key, Operator::EndsWith, Value::Text(text(numbers)));
    let bucket_seconds = (numbers.below(2) == 0).then_some(3_600);
    vec![
        Stage::Aggregate(Aggregate { by: vec![key], bucket_seconds, measures }),
        Stage::Keep(kept),
        Stage::Sort(vec![SortKey { field: "events".into(), descending: true }]),
        Stage::Limit(1 + numbers.below(500) as u32),
    ]
}

fn search(numbers: &mut Numbers, index: usize) -> Search {
    let (class, fields) = *numbers.pick(CLASSES);
    let mut nodes: Vec<Node> = Vec::new();
    for _ in 0..=numbers.below(4) {
        let field = *numbers.pick(fields);
        nodes.push(Node::Test(test(numbers, field)));
        if numbers.below(4) == 0 {
            nodes.push(Node::Negate(nodes.len() as u32 - 1));
        }
        if nodes.len() > 2 && numbers.below(3) == 0 {
            let children = vec![nodes.len() as u32 - 1, numbers.below(nodes.len() - 1) as u32];
            nodes.push(if numbers.below(2) == 0 { Node::Any(children) } else { Node::All(children) });
        }
    }
    let every: Vec<u32> = (0..nodes.len() as u32).collect();
    nodes.push(Node::All(every));
    Search {
        name: format!("search_{index}"),
        class: EventClass { category: Some(class.into()), product: None, service: None },
        predicate: Predicate { root: nodes.len() as u32 - 1, nodes },
        fields: Vec::new(),
        properties: Vec::new(),
    }
}

fn test(numbers: &mut Numbers, field: &str) -> Test {
    const OPERATORS: [Operator; 7] = [
        Operator::Equals,
        Operator::Contains,
        Operator::StartsWith,
        Operator::EndsWith,
        Operator::Word,
        Operator::Like,
        Operator::Matches,
    ];
    let operator = *numbers.pick(&OPERATORS);
    let values = (0..=numbers.below(3))
        .map(|_| match operator {
            Operator::Like => Value::Pattern(
                (0..=numbers.below(4))
                    .map(|_| match numbers.below(3) {
                        0 => Part::AnyRun,
                        1 => Part::AnyOne,
                        _ => Part::Literal(text(numbers)),
                    })
                    .collect(),
            ),
            Operator::Matches => Value::Regex(regex(numbers)),
            _ => Value::Text(text(numbers)),
        })
        .collect();
    Test {
        field: field.into(),
        operator,
        values,
        all: numbers.below(4) == 0,
        case_sensitive: numbers.below(4) == 0,
        properties: Vec::new(),
    }
}

/// A valid regular expression with characters that dialects quote.
fn regex(numbers: &mut Numbers) -> String {
    const PIECES: &[&str] = &[
        "a+", "\\.", "\\\\", "\"", "'", "`", "[^\\s\"]", "(?:x|y)", "\\d{2,3}", ".*", "\\|", "é", "\\x41", "\\$", "/",
    ];
    (0..=numbers.below(5)).map(|_| *numbers.pick(PIECES)).collect()
}
