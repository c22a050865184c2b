//! Which format a document is in, told from its beginning; and a helpful word where it is no feed.

use huntsmith_sdk::decode::is_binary;
use huntsmith_sdk::feed::PluginError;
use huntsmith_sdk::feed::fetch::error;
use serde_json::Value;

/// The families of formats.
#[derive(Debug, PartialEq)]
pub enum Format {
    Rss,
    Atom,
    Json(Value),
}

/// Tells the format.
///
/// # Errors
/// `unsupported` for what is no feed; `malformed` for JSON that breaks off.
pub fn format(text: &str) -> Result<Format, PluginError> {
    let start = text.trim_start();
    if start.starts_with(['{', '[']) {
        return json(start);
    }
    let root = root_element(text);
    let local = root.map(|name| name.rsplit(':').next().unwrap_or(name).to_ascii_lowercase());
    match local.as_deref() {
        Some("rss" | "rdf" | "channel") => Ok(Format::Rss),
        Some("feed") => Ok(Format::Atom),
        Some("html" | "head" | "body" | "div" | "p" | "script" | "meta" | "h1") => {
            Err(error("unsupported", html_hint(text)))
        }
        Some(other) => {
            let other: String = other.chars().take(40).collect();
            Err(error("unsupported", format!("this is XML with the root <{other}>, not a feed")))
        }
        None if start.to_ascii_lowercase().starts_with("<!doctype html") => Err(error("unsupported", html_hint(text))),
        None if is_binary(text.as_bytes()) => {
            Err(error("unsupported", "these bytes are no text: not a feed in any format"))
        }
        None => Err(error("unsupported", "this is neither XML nor JSON, so it is not a feed")),
    }
}

fn json(text: &str) -> Result<Format, PluginError> {
    let head = &text[..text.char_indices().nth(4096).map_or(text.len(), |(i, _)| i)];
    match serde_json::from_str::<Value>(text) {
        Ok(value) if value.get("version").and_then(Value::as_str).is_some_and(|v| v.contains("jsonfeed.org")) => {
            Ok(Format::Json(value))
        }
        Ok(_) => Err(error("unsupported", "this JSON is not a JSON Feed: it has no \"version\" of jsonfeed.org")),
        Err(e) if head.contains("jsonfeed.org") => {
            Err(error("malformed", format!("the JSON Feed is broken at line {}, column {}: {e}", e.line(), e.column())))
        }
        Err(_) => Err(error("unsupported", "this is not a JSON Feed")),
    }
}

/// For a page in place of a feed: where its feed is, if the page says so.
fn html_hint(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let advertised =
        ["application/rss+xml", "application/atom+xml", "application/feed+json"].iter().find_map(|media_type| {
            let at = lower.find(media_type)?;
            let from = lower[..at].rfind('<')?;
            let to = at + lower[at..].find('>')?;
            let tag = &text[from..to];
            let value = &tag[lower[from..to].find("href=")? + 5..];
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let href = value[1..].split(quote).next()?;
            Some(href.chars().filter(|c| !c.is_control()).take(200).collect::<String>())
        });
    match advertised {
        Some(href) => format!("this is an HTML page, not a feed; the page names {href} as its feed"),
        None => "this is an HTML page, not a feed; give the address of the feed itself".to_string(),
    }
}

/// The text from its root element on: without declaration, comments and document type.
pub fn from_root(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let end = if rest.starts_with("<?") {
            rest.find("?>").map(|end| end + 2)
        } else if rest.starts_with("<!--") {
            rest.find("-->").map(|end| end + 3)
        } else if rest.starts_with("<!") {
            doctype_end(rest)
        } else {
            None
        };
        match end {
            Some(end) => rest = &rest[end..],
            None => return rest,
        }
    }
}

/// A document type may hold declarations in brackets.
fn doctype_end(text: &str) -> Option<usize> {
    let plain = text.find('>')?;
    match text.find('[') {
        Some(open) if open < plain => text[open..].find(']').and_then(|close| {
            let after = open + close;
            text[after..].find('>').map(|end| after + end + 1)
        }),
        _ => Some(plain + 1),
    }
}

/// The root element's name. What stands before it, and is no markup, is passed over as far as it is short.
fn root_element(text: &str) -> Option<&str> {
    let rest = from_root(text);
    let at = rest.find('<').filter(|at| *at < 1024)?;
    let rest = from_root(&rest[at..]).strip_prefix('<')?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(rest.len().min(64));
    rest.get(..end).filter(|name| name.starts_with(|c: char| c.is_alphabetic()))
}

/// The encoding that an XML declaration names.
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(256)]).into_owned();
    let declaration = head.trim_start().strip_prefix("<?xml")?;
    let declaration = &declaration[..declaration.find("?>")?];
    let value = declaration[declaration.find("encoding")? + 8..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_string)
}
