//! A new plugin's project: an example of its kind and language under a new name, with the contract, and for Rust the
//! SDK, beside it, so that nothing but the command and a compiler is needed.

use super::kit;
use super::languages::{LanguageError, c};
use super::manifest::{Manifest, World};
use super::validate::ManifestError;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Languages that there are templates for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    Rust,
    Python,
    /// JavaScript
    Js,
    C,
}

/// Kinds of plugin, one for each world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Articles out of a source
    Feed,
    /// Text out of a document format
    Reader,
    /// Indicators out of articles
    Extractor,
    /// ATT&CK techniques out of articles
    Classifier,
    /// Queries in a SIEM's language out of hunts
    Emitter,
}

impl Kind {
    /// The world of the contract.
    pub fn world(self) -> World {
        match self {
            Kind::Feed => World::FeedSource,
            Kind::Reader => World::DocumentReader,
            Kind::Extractor => World::IocExtractor,
            Kind::Classifier => World::TechniqueClassifier,
            Kind::Emitter => World::QueryEmitter,
        }
    }
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    #[error("`{name}` is no name for a plugin\n\nhint: lower-case letters, digits and `-`, beginning with a letter")]
    Name { name: String },
    #[error("{} is there already and not empty\n\nhint: name another folder with --folder", folder.display())]
    NotEmpty { folder: PathBuf },
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error(transparent)]
    Bindings(#[from] LanguageError),
    #[error("{}: {error}", path.display())]
    File { path: PathBuf, error: std::io::Error },
}

impl NewError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            NewError::Name { .. } => "plugin-name",
            NewError::NotEmpty { .. } => "folder-not-empty",
            NewError::Manifest(error) => error.code(),
            NewError::Bindings(error) => error.code(),
            NewError::File { .. } => "file",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Templates {
    template: Vec<Template>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    kind: Kind,
    lang: Lang,
    folder: String,
    #[serde(default)]
    words: BTreeMap<String, String>,
}

fn templates() -> Vec<Template> {
    let text = kit::file("examples/plugins/templates.toml").expect("the kit has it").text();
    toml::from_str::<Templates>(text).expect("templates.toml is well; a test says so").template
}

/// Where an example's crate finds the SDK, and where a project's does.
const SDK_IN_EXAMPLES: &str = "../../../plugins/sdk";
const SDK_IN_PROJECTS: &str = "vendor/huntsmith-sdk";

/// Writes the project; the files that were written, by their paths in it.
pub fn write(name: &str, kind: Kind, lang: Lang, folder: &Path) -> Result<BTreeSet<String>, NewError> {
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 64
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !is_name {
        return Err(NewError::Name { name: name.to_owned() });
    }
    if std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(NewError::NotEmpty { folder: folder.to_owned() });
    }
    let mut templates = templates().into_iter();
    let template = templates.find(|it| it.kind == kind && it.lang == lang).expect("a test says that there is one");
    let mut files = BTreeMap::new();
    let replace = words(&template, name);
    for (path, file) in kit::below(&format!("examples/plugins/{}", template.folder)) {
        files.insert(path.to_owned(), replaced(file.text(), &replace));
    }
    for (path, file) in kit::below("wit") {
        files.insert(format!("wit/{path}"), file.text().to_owned());
    }
    if lang == Lang::Rust {
        for (path, file) in kit::below("plugins/sdk") {
            let text = if path == "Cargo.toml" { sdk_manifest(file.text()) } else { file.text().to_owned() };
            files.insert(format!("{SDK_IN_PROJECTS}/{path}"), text);
        }
        for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let text = kit::file(licence).expect("the kit has it").text();
            files.insert(format!("{SDK_IN_PROJECTS}/{licence}"), text.to_owned());
        }
    }
    if lang == Lang::C {
        let manifest = Manifest::draft(&files["plugin.toml"])?;
        for (header, text) in c::bindings(kind.world(), &manifest.contract)? {
            if let (true, Ok(text)) = (header.ends_with(".h"), String::from_utf8(text)) {
                files.insert(format!("bindings/{header}"), text);
            }
        }
    }
    files.insert("README.md".into(), readme(name, kind, lang));
    files.insert(".gitignore".into(), "target/\nnode_modules/\n.venv/\n__pycache__/\n*.wasm\n".into());
    for (path, text) in &files {
        let path = folder.join(path);
        let failed = |error| NewError::File { path: path.clone(), error };
        std::fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(failed)?;
        std::fs::write(&path, text).map_err(failed)?;
    }
    Ok(files.into_keys().collect())
}

/// What is replaced by what, longest first.
fn words(template: &Template, name: &str) -> Vec<(String, String)> {
    let bare = ["feed-", "read-", "ioc-", "attack-", "emit-"].iter().find_map(|prefix| name.strip_prefix(prefix));
    let word = bare.filter(|bare| bare.starts_with(|c: char| c.is_ascii_lowercase())).unwrap_or(name);
    let title: String =
        word.split('-').map(|part| part[..1.min(part.len())].to_uppercase() + &part[1.min(part.len())..]).collect();
    let fill = |text: &str| text.replace("{name}", name).replace("{word}", word).replace("{title}", &title);
    let mut words: Vec<(String, String)> = template.words.iter().map(|(from, to)| (from.clone(), fill(to))).collect();
    words.push((template.folder.clone(), name.to_owned()));
    words.push((SDK_IN_EXAMPLES.to_owned(), SDK_IN_PROJECTS.to_owned()));
    words.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    words
}

/// Replaces in one pass, so that what was put in is not replaced again.
fn replaced(text: &str, words: &[(String, String)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match words.iter().find(|(from, _)| rest.starts_with(from.as_str())) {
            Some((from, to)) => {
                out.push_str(to);
                rest = &rest[from.len()..];
            }
            None => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    out
}

/// The SDK's Cargo.toml without a workspace: what it inherits is written out.
fn sdk_manifest(text: &str) -> String {
    let root = kit::file("Cargo.toml").expect("the kit has it").text();
    let workspace: toml::Table = toml::from_str(root).expect("the workspace's Cargo.toml is TOML");
    let workspace = &workspace["workspace"];
    let mut sdk: toml::Table = toml::from_str(text).expect("the SDK's Cargo.toml is TOML");
    for (section, from) in [("package", "package"), ("dependencies", "dependencies")] {
        let Some(table) = sdk.get_mut(section).and_then(toml::Value::as_table_mut) else { continue };
        for (key, value) in table.iter_mut() {
            let Some(inherits) = value.as_table_mut().filter(|it| it.contains_key("workspace")) else { continue };
            inherits.remove("workspace");
            let own = std::mem::take(inherits);
            let given = workspace[from][key.as_str()].clone();
            *value = if own.is_empty() { given } else { merged(given, own) };
        }
    }
    sdk.remove("lints");
    toml::to_string(&sdk).expect("a table is TOML")
}

/// A dependency of the workspace with what the crate adds to it (`optional`, features).
fn merged(given: toml::Value, own: toml::Table) -> toml::Value {
    let mut table = match given {
        toml::Value::Table(table) => table,
        version => [("version".to_owned(), version)].into_iter().collect(),
    };
    table.extend(own);
    toml::Value::Table(table)
}

fn readme(name: &str, kind: Kind, lang: Lang) -> String {
    let source = match lang {
        Lang::Rust => "src/lib.rs",
        Lang::Python => "plugin.py",
        Lang::Js => "plugin.js",
        Lang::C => "plugin.c",
    };
    let native =
        if lang == Lang::Rust { "cargo test                          # its own tests, on this machine\n" } else { "" };
    let bindings =
        if lang == Lang::C { ",\n`bindings/` the same in C, to read: every build makes it anew" } else { "" };
    format!(
        "# {name}\n\nA huntsmith plugin: a `{}`. `{source}` is the program, `plugin.toml` says what it is and asks for, \
         `cases/` has inputs with what\nis expected of each, `wit/` the contract and its words (`wit/VOCABULARY.md`){bindings}.\n\n\
         ```console\n{native}huntsmith plugin build .            # {name}.wasm\nhuntsmith plugin check {name}.wasm\n\
         huntsmith plugin test . --update    # what it answers to cases/; read it, then leave --update out\n\
         huntsmith plugin dev .              # builds and tests again whenever a file changes\n```\n",
        kind.world()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    /// The folders are what `cargo xtask test examples` builds and checks.
    #[test]
    fn every_kind_in_every_language_makes_a_project_whose_manifest_is_well() {
        let all = || {
            Kind::value_variants().iter().flat_map(|kind| Lang::value_variants().iter().map(move |lang| (*kind, *lang)))
        };
        assert_eq!(all().count(), templates().len());
        for (kind, lang) in all() {
            let folder = tempfile::tempdir().unwrap();
            let files = write("emit-new-thing", kind, lang, folder.path()).unwrap();
            assert!(files.contains("wit/VOCABULARY.md") && files.contains("README.md"), "{files:?}");
            let text = std::fs::read_to_string(folder.path().join("plugin.toml")).unwrap();
            let manifest = Manifest::draft(&text).unwrap();
            assert_eq!(manifest.world, kind.world());
            assert_eq!(manifest.name, if lang == Lang::Rust { "" } else { "emit-new-thing" });
            let dialect = manifest.dialect.map(|dialect| (dialect.name, dialect.title));
            assert_eq!(dialect.is_some(), kind == Kind::Emitter);
            assert!(dialect.is_none_or(|it| it == ("new-thing".into(), "NewThing".into())));
            let cases = folder.path().join("cases");
            assert!(cases.is_dir(), "{kind:?} in {lang:?} has no cases");
            assert!(files.iter().any(|path| path.starts_with("cases/")));
        }
    }

    /// The figure of the guide: a dialect that carries processes, files, network and DNS, all lines counted.
    #[test]
    fn a_dialect_is_short() {
        for (path, most) in [("emit-lantern/src/lib.rs", 200), ("emit-lantern-py/plugin.py", 150)] {
            let text = kit::file(&format!("examples/plugins/{path}")).unwrap().text();
            for class in ["process_creation", "file_event", "network_connection", "dns_query"] {
                assert!(text.contains(&format!("\"{class}\"")), "{path} does not carry {class}");
            }
            assert!(text.lines().count() <= most, "{path} has {} lines", text.lines().count());
        }
    }

    #[test]
    fn the_vendored_sdk_inherits_nothing() {
        let text = sdk_manifest(kit::file("plugins/sdk/Cargo.toml").unwrap().text());
        assert!(!text.contains("workspace"), "{text}");
        let table: toml::Table = toml::from_str(&text).unwrap();
        assert_eq!(table["dependencies"]["encoding_rs"]["optional"].as_bool(), Some(true));
        assert!(table["dependencies"]["wit-bindgen"]["version"].is_str());
    }

    #[test]
    fn a_bad_name_and_a_full_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let code = |name: &str| write(name, Kind::Emitter, Lang::Rust, folder.path()).unwrap_err().code();
        assert_eq!(code("Emit"), "plugin-name");
        assert_eq!(code("../x"), "plugin-name");
        std::fs::write(folder.path().join("mine"), "x").unwrap();
        assert_eq!(code("emit-x"), "folder-not-empty");
    }
}
