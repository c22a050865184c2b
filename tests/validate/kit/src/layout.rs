//! An event of the vocabulary as a row of a dialect's own table: each field in the columns that the table names for it, and
//! the words that make the row one of its class.

use huntsmith_sdk::emitter::plan::{EventClass, Node};
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::table::Column;
use serde_json::{Map, Value, json};

/// Words by which a search's table tells the rows of its class.
pub type Scope = Vec<(String, String)>;

/// The row of an event. None: the table cannot hold it, since two of its fields lie in one column or one in none.
pub fn row(one: &Resolved<'_>, scope: &Scope, event: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut row: Map<String, Value> =
        scope.iter().map(|(column, word)| (column.clone(), Value::from(word.as_str()))).collect();
    for (field, value) in event.iter().filter(|(field, _)| !matches!(field.as_str(), "class" | "Timestamp")) {
        // What keywords are looked for in, unless the search asks for the field.
        if field == "Message" && !asks_for(one, field) {
            row.insert("message".into(), value.clone());
            continue;
        }
        for (native, cell) in cells(one, field, value)? {
            let name = native.name.to_string();
            let cell = match (native.kind, cell.as_str().map(str::parse::<i64>)) {
                (Kind::Integer, Some(number)) => json!(number.ok()?),
                (Kind::Text, None) if cell.is_number() => json!(cell.to_string()),
                _ => cell,
            };
            if row.insert(name, cell.clone()).is_some_and(|known| known != cell) {
                return None;
            }
        }
    }
    Some(row)
}

fn asks_for(one: &Resolved<'_>, field: &str) -> bool {
    one.search.predicate.nodes.iter().any(|node| matches!(node, Node::Test(test) if test.field == field))
}

/// The columns that carry a field, each with what it holds of a value.
fn cells<'e>(one: &Resolved<'e>, field: &'e str, value: &Value) -> Option<Vec<(Native<'e>, Value)>> {
    let column = one.column(field, 0)?;
    let text = value.as_str().unwrap_or_default();
    Some(match column {
        Column::Plain(native) | Column::Address(native) | Column::Either(native, _) => vec![(native, value.clone())],
        Column::DigestText(native) => match text.contains('=') {
            true => vec![(native, value.clone())],
            false => vec![(native, json!(format!("{}={text}", field.to_uppercase())))],
        },
        Column::Path { full, name } => {
            let last = text.rsplit(['\\', '/']).next().unwrap_or_default();
            let full = full.map(|native| (native, value.clone()));
            full.into_iter().chain(name.map(|native| (native, json!(last)))).collect()
        }
        Column::Host { host, .. } => vec![(host, value.clone())],
        Column::Digests(columns) => {
            let (algorithm, hex) = text.split_once('=').unwrap_or((field, text));
            let of = |(name, _): &&(&str, Native<'static>)| name.eq_ignore_ascii_case(algorithm);
            let length = |(name, _): &&(&str, Native<'static>)| {
                matches!((*name, hex.len()), ("md5", 32) | ("sha1", 40) | ("sha256", 64))
            };
            let (_, native) = columns.iter().find(of).or_else(|| columns.iter().find(length))?;
            vec![(*native, json!(hex))]
        }
        Column::Registry { object, key: None, .. } | Column::Registry { object, value: None, .. } => {
            vec![(object, value.clone())]
        }
        Column::Registry { key: Some(key), value: Some(name), .. } => {
            let (path, last) = text.rsplit_once('\\')?;
            vec![(key, json!(path)), (name, json!(last))]
        }
        Column::Words(native, words) => {
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let known = words.iter().find(|(name, _)| name.eq_ignore_ascii_case(&word));
            vec![(native, json!(known.map_or(word.as_str(), |(_, own)| own)))]
        }
    })
}

/// A class as people write it: `process_creation`, `windows/security`. A product alone takes events of any of its services,
/// one of which stands for them.
pub fn class_name(class: &EventClass) -> String {
    match (&class.category, &class.product, &class.service) {
        (Some(category), _, _) => category.clone(),
        (None, product, Some(service)) => format!("{}/{service}", product.as_deref().unwrap_or("*")),
        (None, Some(product), None) => format!("{product}/any"),
        (None, None, None) => String::new(),
    }
}
