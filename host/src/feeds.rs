//! Presets of feeds, and a feed written into `huntsmith.toml` or taken out of it, with everything else of the file left
//! as it is, comments too.

use serde::Deserialize;
use std::collections::BTreeMap;
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, Value};

/// What ships as `data/feeds.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Presets {
    pub plugins: DefaultPlugins,
    pub feeds: BTreeMap<String, Preset>,
}

/// Plugins for what the operator names without one.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DefaultPlugins {
    pub address: String,
    pub folder: String,
}

/// A source that many follow.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Preset {
    /// The publisher's name for it.
    pub title: String,
    pub plugin: String,
    pub url: String,
    #[serde(default)]
    pub options: toml::Table,
}

/// A feed to be written, member by member of its table: what is empty is left out.
#[derive(Debug, Clone, Default)]
pub struct NewFeed {
    pub plugin: String,
    pub url: String,
    pub hosts: Vec<String>,
    pub private_hosts: Vec<String>,
    pub allow_http: bool,
    pub ports: Vec<u16>,
    pub secrets: Vec<String>,
    pub options: toml::Table,
}

/// Why a configuration cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum FeedsError {
    #[error("the list of presets is broken: {0}\n\nhint: mend it or take it away from the data folder")]
    Presets(Box<toml::de::Error>),
    #[error("the configuration is no TOML: {0}\n\nhint: mend it first; nothing was changed")]
    Malformed(Box<toml_edit::TomlError>),
    #[error(
        "the configuration has a feed `{name}` already\n\nhint: `huntsmith feeds remove {name}`, or another name with `--name`"
    )]
    Taken { name: String },
    #[error("the configuration has no feed `{name}`\n\nhint: {hint}")]
    Unknown { name: String, hint: String },
    #[error(
        "`{name}` is no name for a feed\n\nhint: lower-case letters, digits, `-` and `_`, at most 64; say one with `--name`"
    )]
    Name { name: String },
    #[error("`feeds` of the configuration is not a table\n\nhint: write each feed as `[feeds.NAME]`")]
    NoTable,
}

impl FeedsError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            FeedsError::Presets(_) => "feeds-presets",
            FeedsError::Malformed(_) => "feeds-malformed",
            FeedsError::Taken { .. } => "feeds-taken",
            FeedsError::Unknown { .. } => "feeds-unknown",
            FeedsError::Name { .. } => "feeds-name",
            FeedsError::NoTable => "feeds-no-table",
        }
    }
}

impl Presets {
    /// Reads `data/feeds.toml`.
    ///
    /// # Errors
    /// It is not of that form.
    pub fn parse(text: &str) -> Result<Self, FeedsError> {
        toml::from_str(text).map_err(|e| FeedsError::Presets(Box::new(e)))
    }
}

/// The known name that one may have meant; else all of them.
pub fn meant<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest(name, &known) {
        Some(best) => format!("did you mean `{best}`?"),
        None if known.is_empty() => "there is none yet: `huntsmith feeds list` shows presets".into(),
        None => format!("there are {}", known.join(", ")),
    }
}

/// The known name that is most like one, where any is.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let likeness = |known: &str| strsim::jaro(known, name);
    let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    best.copied().filter(|best| likeness(best) > 0.75)
}

/// The configuration with a feed more.
///
/// # Errors
/// The text is no configuration, or has a feed of that name.
pub fn add(text: &str, name: &str, feed: &NewFeed) -> Result<String, FeedsError> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if name.is_empty() || name.len() > 64 || !name.chars().all(good) {
        return Err(FeedsError::Name { name: name.into() });
    }
    let mut document: DocumentMut = text.parse().map_err(|e| FeedsError::Malformed(Box::new(e)))?;
    let feeds = document.entry("feeds").or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let feeds = feeds.as_table_like_mut().ok_or(FeedsError::NoTable)?;
    if feeds.contains_key(name) {
        return Err(FeedsError::Taken { name: name.into() });
    }
    let table: Table = feed.members().into_iter().map(|(key, value)| (key, Item::Value(value))).collect();
    let inline = feeds.iter().next().is_some_and(|(_, item)| item.is_inline_table());
    feeds.insert(name, if inline { Item::Value(table.into_inline_table().into()) } else { Item::Table(table) });
    Ok(document.to_string())
}

/// The configuration without a feed.
///
/// # Errors
/// The text is no configuration, or has no feed of that name.
pub fn remove(text: &str, name: &str) -> Result<String, FeedsError> {
    let mut document: DocumentMut = text.parse().map_err(|e| FeedsError::Malformed(Box::new(e)))?;
    let feeds = document.get_mut("feeds").and_then(Item::as_table_like_mut);
    let known = |feeds: &dyn TableLike| meant(name, feeds.iter().map(|(name, _)| name));
    match feeds {
        Some(feeds) if feeds.contains_key(name) => feeds.remove(name),
        Some(feeds) => return Err(FeedsError::Unknown { name: name.into(), hint: known(feeds) }),
        None => return Err(FeedsError::Unknown { name: name.into(), hint: meant(name, std::iter::empty()) }),
    };
    Ok(document.to_string())
}

impl NewFeed {
    fn members(&self) -> Vec<(&'static str, Value)> {
        let list = |texts: &[String]| Value::Array(texts.iter().map(String::as_str).collect::<Array>());
        let ports: Array = self.ports.iter().map(|port| i64::from(*port)).collect();
        let options: Value = toml_value(&toml::Value::Table(self.options.clone()));
        let mut members = vec![("plugin", self.plugin.as_str().into()), ("url", self.url.as_str().into())];
        for (key, value, is_empty) in [
            ("hosts", list(&self.hosts), self.hosts.is_empty()),
            ("private-hosts", list(&self.private_hosts), self.private_hosts.is_empty()),
            ("allow-http", self.allow_http.into(), !self.allow_http),
            ("ports", Value::Array(ports), self.ports.is_empty()),
            ("secrets", list(&self.secrets), self.secrets.is_empty()),
            ("options", options, self.options.is_empty()),
        ] {
            if !is_empty {
                members.push((key, value));
            }
        }
        members
    }
}

fn toml_value(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.as_str().into(),
        toml::Value::Integer(number) => (*number).into(),
        toml::Value::Float(number) => (*number).into(),
        toml::Value::Boolean(truth) => (*truth).into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(items) => Value::Array(items.iter().map(toml_value).collect()),
        toml::Value::Table(table) => {
            let members = table.iter().map(|(key, value)| (key.as_str(), toml_value(value)));
            Value::InlineTable(members.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn feed() -> NewFeed {
        NewFeed {
            plugin: "feed-x".into(),
            url: "https://feeds.example/all".into(),
            options: toml::toml! { first = 3 },
            ports: vec![8443],
            ..Default::default()
        }
    }

    #[test]
    fn a_feed_comes_and_goes_and_the_rest_stays_as_it_was() {
        let before = "# ours\n[fetch]\nattempts = 2 # for now\n\n[feeds.one]\nplugin = \"feed-x\" # why\nurl = \"https://a.example/\"\n";
        let with = add(before, "two", &feed()).unwrap();
        assert!(with.starts_with(before), "{with}");
        let config: Config = toml::from_str(&with).unwrap();
        assert_eq!(config.feeds["two"].options["first"].as_integer(), Some(3));
        assert_eq!(config.feeds["two"].ports, [8443]);
        assert_eq!(remove(&with, "two").unwrap(), before);
        assert_eq!(add("", "two", &feed()).unwrap().lines().next(), Some("[feeds.two]"));
        let inline = add("feeds = { one = { plugin = \"x\", url = \"https://a.example/\" } }", "two", &feed()).unwrap();
        assert_eq!(toml::from_str::<Config>(&inline).unwrap().feeds.len(), 2);
    }

    #[test]
    fn what_cannot_be_done_is_said() {
        let text = add("", "two", &feed()).unwrap();
        assert_eq!(add(&text, "two", &feed()).unwrap_err().code(), "feeds-taken");
        assert_eq!(add("", "Two!", &feed()).unwrap_err().code(), "feeds-name");
        assert_eq!(add("feeds = 1", "two", &feed()).unwrap_err().code(), "feeds-no-table");
        assert_eq!(add("[feeds", "two", &feed()).unwrap_err().code(), "feeds-malformed");
        assert!(remove(&text, "twoo").unwrap_err().to_string().contains("did you mean `two`?"));
        assert_eq!(remove("", "two").unwrap_err().code(), "feeds-unknown");
    }

    #[test]
    fn the_presets_that_ship_can_be_configured() {
        let presets = Presets::parse(include_str!("../../data/feeds.toml")).unwrap();
        for (name, preset) in &presets.feeds {
            let feed = NewFeed {
                plugin: preset.plugin.clone(),
                url: preset.url.clone(),
                options: preset.options.clone(),
                ..Default::default()
            };
            let text = add("", name, &feed).unwrap_or_else(|e| panic!("{name}: {e}"));
            let config: Config = toml::from_str(&text).unwrap();
            assert_eq!(config.feeds[name].url.scheme(), "https", "{name}");
        }
        assert!(presets.feeds.len() >= 16);
    }
}
