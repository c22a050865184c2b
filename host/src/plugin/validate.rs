//! What a manifest must be: read from TOML or JSON, checked whole, every complaint with its field and a way out.

use super::contract;
use super::manifest::{Lifecycle, Limits, Manifest, World};
use super::options;
use semver::Version;

/// Bytes that a manifest may have; the largest that ships has under 4 KiB.
pub const MAXIMUM_BYTES: usize = 1 << 20;
/// Calls that one warm instance may serve at most.
const MAXIMUM_WARM_CALLS: u32 = 100_000;

/// Why a manifest is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not TOML or JSON, an unknown key, a value of the wrong type. `message` has the line where there is one.
    #[error("the manifest cannot be read: {message}{}", hint_line(hint))]
    Syntax { message: String, hint: Option<String> },
    /// Built for another version of the contract.
    #[error("{misfit}\n\nhint: {}", misfit.hint())]
    Contract {
        #[from]
        misfit: contract::Misfit,
    },
    /// A value that may not be.
    #[error("manifest: `{field}` {message}\n\nhint: {hint}")]
    Field { field: String, message: String, hint: String },
    #[error("the manifest has {bytes} bytes, more than {MAXIMUM_BYTES}\n\nhint: keep data in files of their own")]
    TooLarge { bytes: usize },
}

impl ManifestError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            ManifestError::Syntax { .. } => "manifest-syntax",
            ManifestError::Contract { .. } => "contract-version",
            ManifestError::Field { .. } => "manifest-field",
            ManifestError::TooLarge { .. } => "manifest-too-large",
        }
    }
}

fn hint_line(hint: &Option<String>) -> String {
    hint.as_ref().map(|hint| format!("\n\nhint: {hint}")).unwrap_or_default()
}

fn field(field: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> ManifestError {
    ManifestError::Field { field: field.into(), message: message.into(), hint: hint.into() }
}

impl Manifest {
    /// From the text of a `plugin.toml`, not yet checked: what it leaves out may still come from the crate.
    pub(crate) fn draft(text: &str) -> Result<Self, ManifestError> {
        if text.len() > MAXIMUM_BYTES {
            return Err(ManifestError::TooLarge { bytes: text.len() });
        }
        toml::from_str(text).map_err(|error: toml::de::Error| ManifestError::Syntax {
            hint: suggestion(error.message()),
            message: error.to_string().trim_end().to_owned(),
        })
    }

    /// From the text of a `plugin.toml` that leaves nothing out.
    pub fn from_toml(text: &str) -> Result<Self, ManifestError> {
        let manifest = Self::draft(text)?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// From a component's section.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAXIMUM_BYTES {
            return Err(ManifestError::TooLarge { bytes: bytes.len() });
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| ManifestError::Syntax {
            hint: Some("it was made by another version of huntsmith: build the plugin again".to_owned()),
            message: error.to_string(),
        })?;
        manifest.validate()?;
        Ok(manifest)
    }

    /// Every rule of the manifest; the first that is broken.
    pub fn validate(&self) -> Result<(), ManifestError> {
        check_name("name", &self.name)?;
        if let Err(error) = Version::parse(&self.version) {
            return Err(field(
                "version",
                format!("`{}` is not a semantic version: {error}", self.version),
                "write three numbers: 0.1.0",
            ));
        }
        contract::speaks(self.world.package(), &self.contract)?;
        for (name, text, most) in
            [("description", &self.description, 2_000), ("license", &self.license, 500), ("source", &self.source, 500)]
        {
            if text.len() > most || text.chars().any(|c| c.is_control() && c != '\n') {
                return Err(field(
                    name,
                    format!("has over {most} bytes or control characters"),
                    "one or two sentences",
                ));
            }
        }
        check_limits(&self.limits)?;
        if let Lifecycle::Warm { max_calls } = self.lifecycle
            && !(1..=MAXIMUM_WARM_CALLS).contains(&max_calls)
        {
            return Err(field(
                "lifecycle.max-calls",
                format!("is {max_calls}"),
                format!("from 1 to {MAXIMUM_WARM_CALLS}; leave `lifecycle` out for a new instance each call"),
            ));
        }
        self.check_capabilities()?;
        if let Some(name) = self.data.iter().find(|name| !crate::data::is_name(name)) {
            return Err(field(
                "data",
                format!("`{name}` is not a name of data"),
                "as `attack-techniques`, `team/tools.txt`",
            ));
        }
        self.check_accepts()?;
        self.check_dialect()?;
        for kind in self.kinds.keys() {
            if !is_word(kind, '_') {
                return Err(field(
                    format!("kinds.{kind}"),
                    "is not the name of an indicator kind",
                    "lower-case letters, digits and `_`",
                ));
            }
        }
        match &self.config {
            Some(schema) if !schema.is_object() => Err(field(
                "config",
                "is not a JSON schema",
                "a table with `type = \"object\"` and `properties`; leave it out where there are no options",
            )),
            Some(schema) => match options::unknown_keyword(schema) {
                Some(keyword) => Err(field(
                    "config",
                    format!("has the keyword `{keyword}`, which the host does not hold options against"),
                    "types, enum, bounds and lengths are held; check the rest in the plugin",
                )),
                None => Ok(()),
            },
            None => Ok(()),
        }
    }

    fn check_capabilities(&self) -> Result<(), ManifestError> {
        let asked = &self.capabilities;
        if self.world != World::FeedSource && !(asked.http.is_empty() && asked.secrets.is_empty()) {
            return Err(field(
                "capabilities",
                format!("are asked for by a {}", self.world),
                "only a feed-source can ask for the network and for secrets",
            ));
        }
        for host in &asked.http {
            let name = host.strip_prefix("*.").unwrap_or(host);
            let valid = name.len() <= 253
                && name.split('.').all(|label| {
                    (1..=63).contains(&label.len())
                        && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                });
            if !valid || (host.starts_with("*.") && !name.contains('.')) {
                return Err(field(
                    "capabilities.http",
                    format!("`{host}` is not a host name"),
                    "lower case, without scheme or port: `feeds.example.org`, `*.example.org`, or `feed`",
                ));
            }
        }
        for secret in &asked.secrets {
            check_name("capabilities.secrets", secret)?;
        }
        Ok(())
    }

    fn check_accepts(&self) -> Result<(), ManifestError> {
        let accepts = &self.accepts;
        let takes = !(accepts.media_types.is_empty() && accepts.extensions.is_empty() && accepts.magic.is_empty())
            || accepts.fallback;
        match self.world {
            World::DocumentReader if !takes => {
                return Err(field("accepts", "is empty", "a reader says which media types or extensions it takes"));
            }
            World::DocumentReader | World::FeedSource => {}
            _ if takes => {
                return Err(field("accepts", format!("is set by a {}", self.world), "it is for readers and feeds"));
            }
            _ => {}
        }
        for media in &accepts.media_types {
            let valid = media.split_once('/').is_some_and(|(kind, sub)| {
                let token = |text: &str| {
                    !text.is_empty()
                        && text
                            .bytes()
                            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$&^_.+-".contains(&b))
                };
                token(kind) && (sub == "*" || token(sub))
            });
            if !valid {
                return Err(field(
                    "accepts.media-types",
                    format!("`{media}` is not a media type"),
                    "lower case, without parameters: `text/plain`, `text/*`",
                ));
            }
        }
        for extension in &accepts.extensions {
            let valid = !extension.is_empty()
                && !extension.starts_with('.')
                && extension.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b));
            if !valid {
                return Err(field(
                    "accepts.extensions",
                    format!("`{extension}` is not a file ending"),
                    "lower case, without the dot: `txt`",
                ));
            }
        }
        if let Some(magic) = accepts.magic.iter().find(|text| text.is_empty() || !text.is_ascii() || text.len() > 64) {
            return Err(field(
                "accepts.magic",
                format!("`{magic}` is not a text of 1 to 64 ASCII characters"),
                "what such a file begins with, as `%!`",
            ));
        }
        Ok(())
    }

    fn check_dialect(&self) -> Result<(), ManifestError> {
        match (&self.dialect, self.world) {
            (None, World::QueryEmitter) => {
                Err(field("dialect", "is missing", "a query-emitter names its dialect: name, title and language"))
            }
            (Some(_), world) if world != World::QueryEmitter => {
                Err(field("dialect", format!("is set by a {world}"), "only a query-emitter has one"))
            }
            (Some(dialect), _) => {
                check_name("dialect.name", &dialect.name)?;
                if dialect.title.trim().is_empty() || dialect.title.chars().any(char::is_control) {
                    return Err(field("dialect.title", "is empty or has control characters", "what a heading says"));
                }
                check_name("dialect.language", &dialect.language)
            }
            (None, _) => Ok(()),
        }
    }
}

/// Lower-case letters, digits and `-`, beginning with a letter; at most 64.
fn check_name(place: &str, name: &str) -> Result<(), ManifestError> {
    if is_word(name, '-') {
        return Ok(());
    }
    let message = if name.is_empty() { "is missing".to_owned() } else { format!("`{name}` is not a name") };
    Err(field(place, message, "lower-case letters, digits and `-`, beginning with a letter, at most 64"))
}

fn is_word(name: &str, joint: char) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == joint)
}

fn check_limits(limits: &Limits) -> Result<(), ManifestError> {
    let most = Limits::MAXIMUM;
    let rows = [
        ("deadline-ms", limits.deadline_ms, most.deadline_ms, 1),
        ("memory-mib", limits.memory_mib, most.memory_mib, 1),
        ("input-bytes", limits.input_bytes, most.input_bytes, 1),
        ("output-bytes", limits.output_bytes, most.output_bytes, 1),
        ("records", limits.records, most.records, 1),
        ("log-lines", limits.log_lines.into(), most.log_lines.into(), 0),
        ("http-calls", limits.http_calls.into(), most.http_calls.into(), 0),
        ("http-bytes", limits.http_bytes, most.http_bytes, 0),
        ("http-ms", limits.http_ms, most.http_ms, 0),
    ];
    match rows.into_iter().find(|(_, asked, most, least)| asked > most || asked < least) {
        Some((name, asked, most, least)) => {
            Err(field(format!("limits.{name}"), format!("is {asked}"), format!("from {least} to {most}")))
        }
        None => Ok(()),
    }
}

/// For an unknown key: the known one that it resembles.
pub(crate) fn suggestion(message: &str) -> Option<String> {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.contains("unknown").then(|| quoted.next()).flatten()?;
    let (distance, known) = quoted.map(|known| (strsim::damerau_levenshtein(unknown, known), known)).min()?;
    (distance <= 1 + unknown.len() / 3).then(|| format!("did you mean `{known}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINIMAL: &str = "name = \"ioc-core\"\nversion = \"0.1.0\"\nworld = \"ioc-extractor\"\ncontract = \"0.1.0\"\n";

    fn refuse(extra: &str) -> ManifestError {
        Manifest::from_toml(&format!("{MINIMAL}{extra}")).unwrap_err()
    }

    #[test]
    fn the_minimal_manifest_holds_the_defaults_and_survives_json() {
        let manifest = Manifest::from_toml(MINIMAL).unwrap();
        assert_eq!(manifest.limits, Limits::default());
        let json = serde_json::to_vec(&manifest).unwrap();
        assert_eq!(Manifest::from_json(&json).unwrap(), manifest);
    }

    #[test]
    fn a_mistyped_key_has_its_line_and_what_was_meant() {
        let error = refuse("[limits]\ndeadline_ms = 5\n");
        let text = error.to_string();
        assert!(text.contains("line 6") && text.contains("did you mean `deadline-ms`?"), "{text}");
        assert_eq!(error.code(), "manifest-syntax");
    }

    #[test]
    fn each_rule_refuses_what_breaks_it() {
        for (extra, expected) in [
            ("[limits]\ndeadline-ms = 60001\n", "limits.deadline-ms"),
            ("[limits]\nmemory-mib = 0\n", "limits.memory-mib"),
            ("[capabilities]\nhttp = [\"example.org\"]\n", "capabilities"),
            ("[accepts]\nextensions = [\"html\"]\n", "accepts"),
            ("[dialect]\nname = \"x\"\ntitle = \"X\"\nlanguage = \"x\"\n", "dialect"),
            ("[lifecycle]\nkind = \"warm\"\nmax-calls = 0\n", "lifecycle.max-calls"),
            ("data = [\"../etc\"]\n", "data"),
            ("config = \"string\"\n", "config"),
            ("[kinds.\"Bad Kind\"]\nname = \"x\"\n", "kinds.Bad Kind"),
        ] {
            match refuse(extra) {
                ManifestError::Field { field, .. } => assert_eq!(field, expected),
                other => panic!("{extra}: {other}"),
            }
        }
    }

    #[test]
    fn identity_is_checked() {
        for (from, to, expected) in [("ioc-core", "IOC", "name"), ("version = \"0.1.0\"", "version = \"1\"", "version")]
        {
            match Manifest::from_toml(&MINIMAL.replace(from, to)).unwrap_err() {
                ManifestError::Field { field, .. } => assert_eq!(field, expected),
                other => panic!("{other}"),
            }
        }
        let newer = MINIMAL.replace("contract = \"0.1.0\"", "contract = \"9.9.9\"");
        assert_eq!(Manifest::from_toml(&newer).unwrap_err().code(), "contract-version");
    }

    #[test]
    fn hosts_are_names() {
        let feed = MINIMAL.replace("ioc-extractor", "feed-source");
        for (host, good) in
            [("feed", true), ("*.example.org", true), ("https://example.org", false), ("*.org", false), ("a:1", false)]
        {
            let text = format!("{feed}[capabilities]\nhttp = [\"{host}\"]\n");
            assert_eq!(Manifest::from_toml(&text).is_ok(), good, "{host}");
        }
    }
}
