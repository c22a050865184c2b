//! Indicator kinds as data: what the host knows of each (`data/kinds.toml`, and what plugins' manifests add), and how a
//! value of a kind becomes a value of the hunt plan.

use crate::model::{
    DigestValue, DomainValue, Indicator, Operator, PathValue, Property, RegistryValue, Tlp, UrlValue, Value, property,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Everything known of kinds and of the hunts that they go into.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kinds {
    pub groups: BTreeMap<String, Group>,
    pub kinds: BTreeMap<String, Kind>,
    /// Lists of file endings in small letters, by what the system does with such files; tests name them.
    #[serde(default)]
    pub endings: BTreeMap<String, Vec<String>>,
    /// How an observation's field is compared; a field that is not here: as text, for equality.
    #[serde(default)]
    pub fields: BTreeMap<String, Comparison>,
}

/// How a field of an observation is compared.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Comparison {
    pub value: Shape,
    pub operator: Operator,
}

/// A hunt that indicators of one article are gathered into.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Group {
    pub title: String,
    /// `behaviour`, `indicator` or `exposure`.
    pub origin: String,
    pub order: u32,
    /// Kill-chain phase.
    pub phase: String,
    /// Roles that are hunted.
    pub roles: Vec<String>,
    /// 0 to 100.
    pub minimum_confidence: u8,
    pub description: String,
    pub false_positives: Vec<String>,
}

/// One indicator kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Kind {
    /// For people, singular.
    pub name: String,
    /// Object path of STIX 2.1; empty where STIX has none.
    #[serde(default)]
    pub stix: String,
    /// Attribute type of MISP; empty where it has none.
    #[serde(default)]
    pub misp: String,
    /// Written defanged wherever a person reads it.
    #[serde(default)]
    pub defang: bool,
    /// False: it says something of the article (a technique's id, a marking) and is in no list of indicators for people.
    #[serde(default = "listed")]
    pub listed: bool,
    /// It is the TLP of the article that it stands in.
    #[serde(default)]
    pub marking: bool,
    /// The hunt that it goes into; none: it is reported, not hunted.
    #[serde(default)]
    pub group: Option<String>,
    #[serde(default)]
    pub value: Shape,
    #[serde(default)]
    pub tests: Vec<FieldTest>,
}

fn listed() -> bool {
    true
}

/// An event class and field that carries values of a kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FieldTest {
    pub class: String,
    pub field: String,
    pub operator: Operator,
    /// Texts in which a value stands in the field, `{}` for it; empty: it stands for itself.
    #[serde(default)]
    pub forms: Vec<String>,
    /// Only files with an ending of these lists; empty: any value.
    #[serde(default)]
    pub endings: Vec<String>,
    /// No files with an ending of these lists.
    #[serde(default)]
    pub except_endings: Vec<String>,
}

impl FieldTest {
    /// Whether the field can carry this value: a library is loaded and never a process's image.
    pub fn takes(&self, value: &Value, lists: &BTreeMap<String, Vec<String>>) -> bool {
        let ending = match value {
            Value::Path(path) => path.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()),
            _ => None,
        };
        let is_of = |names: &[String]| {
            let of =
                |ending: &String| names.iter().filter_map(|name| lists.get(name)).any(|list| list.contains(ending));
            ending.as_ref().is_some_and(of)
        };
        (self.endings.is_empty() || is_of(&self.endings)) && !is_of(&self.except_endings)
    }

    /// What the field is compared with for a value.
    pub fn values(&self, value: &Value) -> Vec<Value> {
        match value {
            Value::Text(text) if !self.forms.is_empty() => {
                self.forms.iter().map(|form| Value::Text(form.replace("{}", text))).collect()
            }
            value => vec![value.clone()],
        }
    }
}

/// How the plan holds a kind's values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    #[default]
    Text,
    Address,
    Network,
    Domain,
    Url,
    Digest,
    Path,
    /// A file's name without its folder.
    Name,
    Registry,
    /// The name of a package, with its namespace, out of a package URL.
    Package,
}

/// What is wrong with a table of kinds, or with a value.
#[derive(Debug, thiserror::Error)]
pub enum KindsError {
    #[error("the table of indicator kinds cannot be read: {0}\n\nhint: data/kinds.toml shows the form")]
    Malformed(#[from] toml::de::Error),
    #[error("plugin {plugin}: kind `{kind}`: {reason}\n\nhint: see `[kinds]` in the plugin guide")]
    Manifest { plugin: String, kind: String, reason: String },
}

impl Kinds {
    /// Reads a table of kinds.
    ///
    /// # Errors
    /// The text is not TOML, or a key is unknown or missing.
    pub fn parse(text: &str) -> Result<Self, KindsError> {
        Ok(toml::from_str(text)?)
    }

    /// Adds the kinds that a plugin's manifest declares.
    ///
    /// # Errors
    /// A kind that is known already, does not have the form of `data/kinds.toml`, or names an unknown group.
    pub fn add(&mut self, plugin: &str, declared: &BTreeMap<String, toml::Table>) -> Result<(), KindsError> {
        for (name, table) in declared {
            let fail = |reason: String| KindsError::Manifest { plugin: plugin.into(), kind: name.clone(), reason };
            let kind: Kind = table.clone().try_into().map_err(|e: toml::de::Error| fail(e.message().into()))?;
            if let Some(group) = &kind.group
                && !self.groups.contains_key(group)
            {
                let known = self.groups.keys().cloned().collect::<Vec<_>>().join(", ");
                return Err(fail(format!("unknown group `{group}` (known: {known})")));
            }
            if self.kinds.contains_key(name) {
                return Err(fail("this kind is known already; take another name".into()));
            }
            self.kinds.insert(name.clone(), kind);
        }
        Ok(())
    }

    /// The kind's name for people; the kind's own word where it is not known.
    pub fn name<'a>(&'a self, kind: &'a str) -> &'a str {
        self.kinds.get(kind).map_or(kind, |k| k.name.as_str())
    }

    /// Whether values of this kind are in a list of indicators for people.
    pub fn listed(&self, kind: &str) -> bool {
        self.kinds.get(kind).is_none_or(|k| k.listed)
    }

    /// The highest marking among an article's indicators; `clear` where there is none.
    pub fn tlp(&self, indicators: &[Indicator]) -> Tlp {
        let marks = |kind: &str| self.kinds.get(kind).is_some_and(|k| k.marking);
        let marked = indicators.iter().filter(|indicator| marks(&indicator.kind));
        marked.filter_map(|indicator| Tlp::parse(&indicator.value)).max().unwrap_or_default()
    }

    /// Whether a person should see values of this kind defanged.
    pub fn defang(&self, kind: &str) -> bool {
        self.kinds.get(kind).is_some_and(|k| k.defang)
    }
}

impl Shape {
    /// The plan's value for an indicator, from the parts that its extractor gave or, where it gave none, from the value.
    ///
    /// # Errors
    /// Why the value is not one of this shape, for a person.
    pub fn value(self, kind: &str, value: &str, parts: &[Property]) -> Result<Value, String> {
        let part = |name: &str| property(parts, name).map(str::to_owned);
        match self {
            Shape::Text => Ok(Value::Text(value.into())),
            Shape::Address => value
                .parse::<std::net::IpAddr>()
                .map(|address| Value::Address(address.to_string()))
                .map_err(|_| format!("`{value}` is not an IP address")),
            Shape::Network => value
                .parse::<ipnet::IpNet>()
                .map(|network| Value::Network(network.trunc().to_string()))
                .map_err(|_| format!("`{value}` is not a network in CIDR form")),
            Shape::Domain => domain(value, part("unicode")),
            Shape::Url => url(value),
            Shape::Digest => {
                if value.is_empty() || !value.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return Err(format!("`{value}` is not hexadecimal"));
                }
                let algorithm = part("algorithm").unwrap_or_else(|| kind.into());
                Ok(Value::Digest(DigestValue { algorithm, hex: value.to_ascii_lowercase() }))
            }
            Shape::Name => Ok(Value::Path(PathValue { full: value.into(), directory: None, name: value.into() })),
            Shape::Path => Ok(path(value)),
            Shape::Registry => registry(value, part("hive"), part("key"), part("value_name")),
            Shape::Package => package(value).map(Value::Text),
        }
    }
}

/// The name with its namespace: `@scope/name` of `pkg:npm/%40scope/name@1.0?os=any`. Source: the package URL
/// specification (purl-spec), "Rules for each purl component".
fn package(value: &str) -> Result<String, String> {
    let broken = || format!("`{value}` is not a package URL");
    let (_, name) = value.strip_prefix("pkg:").and_then(|rest| rest.split_once('/')).ok_or_else(broken)?;
    let name = name.split(['?', '#']).next().unwrap_or_default();
    // A namespace may be written with its `@`; the version follows another one.
    let version = name.get(1..).and_then(|rest| rest.rfind('@')).map(|at| at + 1);
    let name = version.map_or(name, |at| &name[..at]).trim_matches('/');
    let name = name.replace("%40", "@").replace("%2F", "/").replace("%2f", "/");
    if name.is_empty() { Err(broken()) } else { Ok(name) }
}

fn domain(value: &str, unicode: Option<String>) -> Result<Value, String> {
    let host = url::Host::parse(value.trim_end_matches('.')).map_err(|_| format!("`{value}` is not a domain name"))?;
    match host {
        url::Host::Domain(ascii) if ascii.contains('.') => {
            let unicode = unicode.unwrap_or_else(|| value.to_owned());
            Ok(Value::Domain(DomainValue { ascii, unicode, subdomains: true }))
        }
        _ => Err(format!("`{value}` is not a domain name")),
    }
}

fn url(value: &str) -> Result<Value, String> {
    let parsed = url::Url::parse(value).map_err(|e| format!("`{value}` is not a URL: {e}"))?;
    let host = parsed.host_str().ok_or_else(|| format!("`{value}` names no host"))?;
    Ok(Value::Url(UrlValue {
        full: value.into(),
        scheme: parsed.scheme().into(),
        host: host.trim_matches(['[', ']']).into(),
        port: parsed.port(),
        path: parsed.path().into(),
        query: parsed.query().map(str::to_owned),
    }))
}

/// The last separator parts folder and name, whichever system's it is.
fn path(value: &str) -> Value {
    let name_at = value.rfind(['\\', '/']).map_or(0, |i| i + 1);
    let directory = value[..name_at].trim_end_matches(['\\', '/']);
    Value::Path(PathValue {
        full: value.into(),
        directory: (name_at > 0).then(|| directory.to_owned()),
        name: value[name_at..].into(),
    })
}

fn registry(
    value: &str,
    hive: Option<String>,
    key: Option<String>,
    value_name: Option<String>,
) -> Result<Value, String> {
    if let (Some(hive), Some(key)) = (hive, key) {
        return Ok(Value::Registry(RegistryValue { hive, key, value_name }));
    }
    let (hive, key) = value.split_once('\\').ok_or_else(|| format!("`{value}` has a hive and no key"))?;
    let key = key.trim_matches('\\').to_owned();
    if hive.is_empty() || key.is_empty() {
        return Err(format!("`{value}` has a hive and no key"));
    }
    Ok(Value::Registry(RegistryValue { hive: hive.into(), key, value_name: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Kinds {
        Kinds::parse(include_str!("../../data/kinds.toml")).expect("the shipped table is well-formed")
    }

    #[test]
    fn every_group_that_a_kind_names_is_there() {
        let kinds = shipped();
        for (name, kind) in &kinds.kinds {
            if let Some(group) = &kind.group {
                assert!(kinds.groups.contains_key(group), "{name} names the unknown group {group}");
                assert!(!kind.tests.is_empty(), "{name} is in a hunt and no event carries it");
            }
        }
    }

    #[test]
    fn a_value_that_is_not_of_its_kind_is_refused_with_the_value() {
        for (shape, value) in [
            (Shape::Address, "1.2.3.999"),
            (Shape::Network, "10.0.0.0/99"),
            (Shape::Domain, "no dots"),
            (Shape::Url, "evil.example/path"),
            (Shape::Digest, "xyz"),
            (Shape::Registry, "HKEY_LOCAL_MACHINE"),
        ] {
            let reason = shape.value("x", value, &[]).expect_err(value);
            assert!(reason.contains(value), "{reason}");
        }
    }

    #[test]
    fn a_package_goes_by_its_name_in_the_forms_of_its_field() {
        for (value, name) in [
            ("pkg:npm/%40scope/evil@1.0.0", "@scope/evil"),
            ("pkg:npm/@scope/evil", "@scope/evil"),
            ("pkg:pypi/evil?os=any", "evil"),
        ] {
            assert_eq!(package(value).as_deref(), Ok(name));
        }
        assert!(package("npm/evil").is_err() && package("pkg:npm/").is_err());
        let kinds = shipped();
        let values = kinds.kinds["package"].tests[0].values(&Value::Text("evil".into()));
        assert!(values.contains(&Value::Text("install evil".into())), "{values:?}");
    }

    #[test]
    fn a_path_of_either_system_is_taken_apart() {
        let Value::Path(windows) = path(r"C:\Users\Public\a.exe") else { panic!("not a path") };
        assert_eq!((windows.directory.as_deref(), windows.name.as_str()), (Some(r"C:\Users\Public"), "a.exe"));
        let Value::Path(unix) = path("/tmp/.x") else { panic!("not a path") };
        assert_eq!((unix.directory.as_deref(), unix.name.as_str()), (Some("/tmp"), ".x"));
    }

    #[test]
    fn a_plugin_adds_a_kind_and_cannot_redefine_one() {
        let mut kinds = shipped();
        let table: toml::Table = toml::from_str(
            "name = \"badge number\"\ngroup = \"behaviour\"\ntests = [{ class = \"logon\", field = \"Badge\", operator = \"equals\" }]",
        )
        .unwrap();
        kinds.add("ioc-badge", &BTreeMap::from([("badge".to_owned(), table.clone())])).unwrap();
        assert_eq!(kinds.name("badge"), "badge number");
        let again = kinds.add("ioc-badge", &BTreeMap::from([("ipv4".to_owned(), table)])).unwrap_err();
        assert!(again.to_string().contains("known already"), "{again}");
    }
}
