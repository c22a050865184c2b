//! The two forms: OSV (ossf.github.io/osv-schema, 1.x) and GitHub's global advisories (its REST API), each into an
//! [`Advisory`]. What is missing is empty: one odd field costs no advisory.

use crate::advisory::{Advisory, Affected};
use serde_json::Value;

/// Reads one advisory in either form; none where it is in neither.
pub fn advisory(value: &Value) -> Option<Advisory> {
    let object = value.as_object()?;
    if object.contains_key("ghsa_id") {
        return github(value);
    }
    let is_osv = object.contains_key("modified") && (object.contains_key("affected") || object.contains_key("summary"))
        || object.contains_key("schema_version");
    if is_osv { osv(value) } else { None }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_string()
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn texts(value: &Value, name: &str) -> Vec<String> {
    list(value, name).filter_map(Value::as_str).map(str::to_string).collect()
}

/// An id is a word: it becomes a key, and a part of an address.
fn id(text: String) -> Option<String> {
    let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b':');
    (!text.is_empty() && text.len() <= 100 && text.bytes().all(good)).then_some(text)
}

fn osv(value: &Value) -> Option<Advisory> {
    let id = id(text(value, "id"))?;
    let mut weaknesses = texts(value.get("database_specific").unwrap_or(&Value::Null), "cwe_ids");
    weaknesses.dedup();
    let word = value.pointer("/database_specific/severity").and_then(Value::as_str).map(str::to_ascii_lowercase);
    Some(Advisory {
        url: format!("https://osv.dev/vulnerability/{id}"),
        // The prefix is that of the OpenSSF's database of malicious packages.
        malicious: id.starts_with("MAL-"),
        aliases: texts(value, "aliases"),
        summary: text(value, "summary"),
        details: text(value, "details"),
        published: text(value, "published"),
        modified: text(value, "modified"),
        withdrawn: !text(value, "withdrawn").is_empty(),
        severity: word.into_iter().chain(list(value, "severity").map(|s| text(s, "score"))).collect(),
        affected: list(value, "affected").filter_map(osv_affected).collect(),
        references: list(value, "references").map(|reference| text(reference, "url")).collect(),
        weaknesses,
        id,
    })
}

fn osv_affected(value: &Value) -> Option<Affected> {
    let package = value.get("package")?;
    let mut affected = Affected {
        ecosystem: text(package, "ecosystem"),
        name: text(package, "name"),
        purl: package.get("purl").and_then(Value::as_str).map(str::to_string),
        versions: texts(value, "versions"),
        ..Default::default()
    };
    if affected.name.is_empty() {
        return None;
    }
    for range in list(value, "ranges").filter(|range| text(range, "type") != "GIT") {
        // Events come in order: each `introduced` opens a range that the next other event closes.
        let mut opened: Option<String> = None;
        for event in list(range, "events") {
            let stated = |name: &str| event.get(name).and_then(Value::as_str).map(str::to_string);
            if let Some(version) = stated("introduced") {
                affected.ranges.extend(opened.replace(version).map(|from| bounds(&from, "")));
            } else if let Some(version) = stated("fixed") {
                affected.ranges.push(bounds(&opened.take().unwrap_or_default(), &format!("< {version}")));
                affected.fixed.push(version);
            } else if let Some(version) = stated("last_affected") {
                affected.ranges.push(bounds(&opened.take().unwrap_or_default(), &format!("<= {version}")));
            }
        }
        affected.ranges.extend(opened.map(|from| bounds(&from, "")));
    }
    Some(affected)
}

/// OSV writes "from the very first version" as `0`.
fn bounds(from: &str, to: &str) -> String {
    match (from, to) {
        ("" | "0", "") => "all versions".to_string(),
        ("" | "0", to) => to.to_string(),
        (from, "") => format!(">= {from}"),
        (from, to) => format!(">= {from}, {to}"),
    }
}

fn github(value: &Value) -> Option<Advisory> {
    let id = id(text(value, "ghsa_id"))?;
    let vectors =
        ["/cvss_severities/cvss_v4/vector_string", "/cvss_severities/cvss_v3/vector_string", "/cvss/vector_string"];
    let vector = vectors.iter().find_map(|path| value.pointer(path).and_then(Value::as_str));
    let reference = |value: &Value| value.as_str().map_or_else(|| text(value, "url"), str::to_string);
    Some(Advisory {
        url: text(value, "html_url"),
        malicious: text(value, "type") == "malware",
        aliases: Some(text(value, "cve_id")).filter(|id| !id.is_empty()).into_iter().collect(),
        summary: text(value, "summary"),
        details: text(value, "description"),
        published: text(value, "published_at"),
        modified: text(value, "updated_at"),
        withdrawn: !text(value, "withdrawn_at").is_empty(),
        severity: std::iter::once(text(value, "severity")).chain(vector.map(str::to_string)).collect(),
        affected: list(value, "vulnerabilities").filter_map(github_affected).collect(),
        references: list(value, "references").map(reference).collect(),
        weaknesses: list(value, "cwes").map(|cwe| text(cwe, "cwe_id")).collect(),
        id,
    })
}

fn github_affected(value: &Value) -> Option<Affected> {
    let package = value.get("package")?;
    let range = match text(value, "vulnerable_version_range").as_str() {
        "" => None,
        ">= 0" => Some("all versions".to_string()),
        range => Some(range.to_string()),
    };
    // Some answers have the version itself, others an object with it.
    let fixed = value.get("first_patched_version").and_then(|fixed| {
        fixed.as_str().or_else(|| fixed.get("identifier").and_then(Value::as_str)).map(str::to_string)
    });
    let affected = Affected {
        ecosystem: text(package, "ecosystem"),
        name: text(package, "name"),
        ranges: range.into_iter().collect(),
        fixed: fixed.into_iter().collect(),
        ..Default::default()
    };
    (!affected.name.is_empty()).then_some(affected)
}
