//! Hunts from a seed: every operator, value kind and class in turn, with the values that break dialects.

use crate::json;
use huntsmith_sdk::emitter::Hunt;
use serde_json::{Value as Json, json};

/// A stream of numbers that is the same everywhere (SplitMix64, Steele et al. 2014).
pub struct Numbers {
    state: u64,
    /// Texts are of letters, digits and signs that every dialect can write.
    tame: bool,
}

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self { state: seed, tame: false }
    }

    /// The next number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
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

/// Pieces that mean something to some dialect, and that every dialect can write.
const TAME: &[&str] = &[
    "\"",
    "'",
    "\\",
    "`",
    "*",
    "?",
    "%",
    "_",
    "|",
    "--",
    "//",
    "/*",
    ";",
    "é",
    "[",
    "(",
    ")",
    "$",
    "^",
    "+",
    ".",
    "-",
    "!",
    "=",
    ",",
    ":",
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

/// Those that have no way into the literals of some.
const NASTY: &[&str] = &[
    "\\\\",
    "```",
    "| outputlookup x.csv",
    "\"|outputlookup\"x.csv",
    "' OR 1=1 --",
    "*/",
    "#",
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
    "ß",
    "İ",
    "]",
    "{",
    "}",
    "~",
    "@",
    "<",
    ">",
    "\u{2028}",
    "\u{85}",
    "externaldata",
    "`delete`",
    "$token$",
    "&&",
    "\\\"",
];

/// A text of one to six pieces.
pub fn text(numbers: &mut Numbers) -> String {
    let pieces = TAME.len() + if numbers.tame { 0 } else { NASTY.len() };
    let count = 1 + numbers.below(6);
    let piece = || {
        let at = numbers.below(pieces);
        *TAME.get(at).unwrap_or_else(|| &NASTY[at - TAME.len()])
    };
    std::iter::repeat_with(piece).take(count).collect()
}

/// What makes the hunt of a number.
pub type Make = fn(u64) -> Json;

/// Everything that is generated, by name.
pub const BY_NAME: [(&str, Make); 4] = [("generated", plan), ("tame", tame), ("files", files), ("wire", wire)];

/// The hunt of a number: the same number, the same hunt.
pub fn hunt(seed: u64) -> Hunt {
    json::hunt(&plan(seed)).expect("what is generated is of the form")
}

/// The same, as the host's commands read it.
pub fn plan(seed: u64) -> Json {
    any(seed, &mut Numbers::new(seed), "generated")
}

/// The same with texts that every dialect can write.
pub fn tame(seed: u64) -> Json {
    any(seed, &mut Numbers { state: seed ^ 0x7A3E, tame: true }, "tame")
}

fn any(seed: u64, numbers: &mut Numbers, kind: &str) -> Json {
    let searches: Vec<Generated> = (0..=numbers.below(2)).map(|index| search(numbers, index)).collect();
    let (correlations, stages) = match numbers.below(8) {
        0 => (vec![correlation(numbers, &searches)], Vec::new()),
        1 => (Vec::new(), stages(numbers, &searches)),
        _ => (Vec::new(), Vec::new()),
    };
    let title = text(numbers);
    let window = 86_400 * (1 + numbers.below(30));
    let searches: Vec<Json> = searches.into_iter().map(|search| search.json).collect();
    json!({
        "id": format!("{kind}_{seed}"), "title": title, "description": "", "phase": "exploit", "confidence": "Low",
        "tlp": "clear", "techniques": [], "searches": searches, "correlations": correlations, "stages": stages,
        "window": {"last-seconds": window}, "false_positives": [], "references": [],
    })
}

/// The hunt of a number over what stands in files, which is ASCII there.
pub fn files(seed: u64) -> Json {
    let mut numbers = Numbers::new(seed ^ 0xF11E);
    let mut nodes = Vec::new();
    for _ in 0..=numbers.below(4) {
        nodes.push(match numbers.below(6) {
            0 => test("FileSize", "greater", &[json!({"integer": numbers.below(60)})]),
            1 => test("sha256", "equals", &[json!({"digest": {"algorithm": "sha256", "hex": EMPTY_SHA256}})]),
            kind => test("Content", if kind == 2 { "word" } else { "contains" }, &ascii_texts(&mut numbers)),
        });
    }
    small(&mut numbers, "content", seed, "file_content", nodes)
}

/// The hunt of a number over what goes over a wire.
pub fn wire(seed: u64) -> Json {
    const FIELDS: [(&str, &[&str]); 4] = [
        ("dns_query", &["QueryName"]),
        ("proxy", &["cs-host", "c-uri-path", "c-useragent", "cs-method"]),
        ("network_connection", &["DestinationHostname"]),
        ("network_connection", &["DestinationIp"]),
    ];
    const OPERATORS: [&str; 4] = ["equals", "contains", "starts-with", "ends-with"];
    let mut numbers = Numbers::new(seed ^ 0x31FE);
    let (class, fields) = *numbers.pick(&FIELDS);
    let mut nodes = Vec::new();
    // A rule has one list of addresses for each side.
    for _ in 0..if fields[0] == "DestinationIp" { 1 } else { 1 + numbers.below(3) } {
        nodes.push(match (*numbers.pick(fields), numbers.below(4)) {
            ("DestinationIp", 0) => test("DestinationIp", "within", &[json!({"network": "203.0.113.0/24"})]),
            ("DestinationIp", last) => {
                test("DestinationIp", "equals", &[json!({"address": format!("203.0.113.{last}")})])
            }
            (field, _) => {
                let operator = *numbers.pick(&OPERATORS);
                test(field, operator, &ascii_texts(&mut numbers))
            }
        });
    }
    small(&mut numbers, "wire", seed, class, nodes)
}

/// One to three texts without controls.
fn ascii_texts(numbers: &mut Numbers) -> Vec<Json> {
    let ascii = |numbers: &mut Numbers| loop {
        let text = text(numbers);
        if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
            break json!({"text": text});
        }
    };
    (0..=numbers.below(2)).map(|_| ascii(numbers)).collect()
}

/// A hunt with one search: all or any of its tests.
fn small(numbers: &mut Numbers, kind: &str, seed: u64, class: &str, mut nodes: Vec<Json>) -> Json {
    let every: Vec<usize> = (0..nodes.len()).collect();
    nodes.push(if numbers.below(2) == 0 { json!({"all": every}) } else { json!({"any": every}) });
    let root = nodes.len() - 1;
    json!({
        "id": format!("{kind}_{seed}"), "title": text(numbers), "description": "", "phase": "install",
        "confidence": "Low", "tlp": "clear", "techniques": [], "window": {"last-seconds": 86_400},
        "false_positives": [], "references": [],
        "searches": [{"name": "one", "class": {"category": class}, "fields": [],
            "predicate": {"nodes": nodes, "root": root}}],
    })
}

/// The digest of a file without a byte.
pub const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A search, and the fields that later steps may read of it.
struct Generated {
    json: Json,
    fields: &'static [&'static str],
}

fn test(field: &str, operator: &str, values: &[Json]) -> Json {
    json!({"test": {"field": field, "operator": operator, "values": values, "all": false, "case_sensitive": false}})
}

/// One leaf as a predicate.
fn leaf(field: &str, operator: &str, value: Json) -> Json {
    json!({"nodes": [test(field, operator, &[value])], "root": 0})
}

/// A correlation over all searches, by a field of each.
fn correlation(numbers: &mut Numbers, searches: &[Generated]) -> Json {
    const KINDS: [&str; 5] = ["event_count", "value_count", "value_sum", "temporal", "temporal_ordered"];
    let kind = *numbers.pick(&KINDS);
    let keys: Vec<&str> = searches.iter().map(|search| *numbers.pick(search.fields)).collect();
    let counted = kind.starts_with("value").then(|| *numbers.pick(searches[0].fields));
    let inputs: Vec<Json> = (0..searches.len()).map(|index| json!({"search": index})).collect();
    let least = leaf("value", "greater-or-equal", json!({"integer": 1 + numbers.below(6)}));
    json!({
        "name": "related", "kind": kind, "inputs": inputs, "by": [{"name": "key", "fields": keys}],
        "fields": counted.into_iter().collect::<Vec<_>>(), "span_seconds": 60 * (1 + numbers.below(120)),
        "condition": (!kind.starts_with("temporal")).then_some(least),
    })
}

/// Groups of events, at times with the seconds between them, a condition with any text over them, an order and a limit.
fn stages(numbers: &mut Numbers, searches: &[Generated]) -> Vec<Json> {
    let key = *numbers.pick(searches[0].fields);
    let measure = |name: &str, function: &str, field: Option<&str>, only: Option<Json>| json!({"name": name, "function": function, "field": field, "argument": null, "where": only});
    let some = leaf(key, "contains", json!({"text": text(numbers)}));
    let mut measures = vec![
        measure("events", "count", None, None),
        measure("some", "count", None, Some(some)),
        measure("different", "distinct", Some(key), None),
    ];
    let kept = leaf(key, "ends-with", json!({"text": text(numbers)}));
    let bucket = (numbers.below(2) == 0).then_some(3_600);
    let mut stages = Vec::new();
    if numbers.below(2) == 0 {
        stages.push(json!({"interval": {"by": [key], "name": "gap"}}));
        let each = [("mean", "average"), ("spread", "deviation"), ("least", "minimum"), ("most", "maximum")];
        measures.extend(each.map(|(name, function)| measure(name, function, Some("gap"), None)));
    }
    stages.push(json!({"aggregate": {"by": [key], "bucket_seconds": bucket, "measures": measures}}));
    stages.push(json!({"derive": {"name": "share", "function": "ratio", "fields": ["some", "events"]}}));
    if numbers.below(2) == 0 {
        stages.push(json!({"keep": kept}));
    }
    stages.push(json!({"sort": [{"field": "events", "descending": true}]}));
    stages.push(json!({"limit": 1 + numbers.below(500)}));
    stages
}

fn search(numbers: &mut Numbers, index: usize) -> Generated {
    let (class, fields) = *numbers.pick(CLASSES);
    let mut nodes: Vec<Json> = Vec::new();
    for _ in 0..=numbers.below(4) {
        let field = *numbers.pick(fields);
        nodes.push(any_test(numbers, field));
        if numbers.below(4) == 0 {
            nodes.push(json!({"negate": nodes.len() - 1}));
        }
        if nodes.len() > 2 && numbers.below(3) == 0 {
            let children = [nodes.len() - 1, numbers.below(nodes.len() - 1)];
            nodes.push(if numbers.below(2) == 0 { json!({"any": children}) } else { json!({"all": children}) });
        }
    }
    let every: Vec<usize> = (0..nodes.len()).collect();
    nodes.push(json!({"all": every}));
    let root = nodes.len() - 1;
    let json = json!({
        "name": format!("search_{index}"), "class": {"category": class}, "fields": [],
        "predicate": {"nodes": nodes, "root": root},
    });
    Generated { json, fields }
}

fn any_test(numbers: &mut Numbers, field: &str) -> Json {
    const OPERATORS: [&str; 7] = ["equals", "contains", "starts-with", "ends-with", "word", "like", "matches"];
    let operator = *numbers.pick(&OPERATORS);
    let mut values = Vec::new();
    for _ in 0..=numbers.below(3) {
        values.push(match operator {
            "like" => {
                let part = |numbers: &mut Numbers| match numbers.below(3) {
                    0 => json!("any-run"),
                    1 => json!("any-one"),
                    _ => json!({"literal": text(numbers)}),
                };
                json!({"pattern": (0..=numbers.below(4)).map(|_| part(numbers)).collect::<Vec<_>>()})
            }
            "matches" => json!({"regex": regex(numbers)}),
            _ => json!({"text": text(numbers)}),
        });
    }
    let (all, case_sensitive) = (numbers.below(4) == 0, numbers.below(4) == 0);
    json!({"test": {
        "field": field, "operator": operator, "values": values, "all": all, "case_sensitive": case_sensitive,
    }})
}

/// A valid regular expression with characters that dialects quote.
fn regex(numbers: &mut Numbers) -> String {
    const PIECES: &[&str] = &[
        "a+", "\\.", "\\\\", "\"", "'", "`", "[^\\s\"]", "(?:x|y)", "\\d{2,3}", ".*", "\\|", "é", "\\x41", "\\$", "/",
    ];
    (0..=numbers.below(5)).map(|_| *numbers.pick(PIECES)).collect()
}
