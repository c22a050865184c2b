//! Installing: a plugin is got from where it is, held against its signature and its contract, its capabilities against
//! what was granted, and only then put on the shelf and into the lock. Until the lock is written nothing has changed.

use super::component::{ComponentError, MAXIMUM_COMPONENT, digest, read_manifest};
use super::lock::{Lock, LockError, Pinned, Shelf};
use super::manifest::{Capabilities, Manifest};
use super::oci::{self, OciError};
use super::trust::{self, TrustConfig, TrustError, Verdict};
use crate::sandbox::{DataSource, LoadError, Sandbox};
use std::path::{Path, PathBuf};

/// Where plugins are got from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A component, or a folder of them.
    Path(PathBuf),
    Web(String),
    Registry(String),
}

/// A plugin that could be installed.
#[derive(Debug, Clone)]
pub struct Offer {
    pub component: Vec<u8>,
    pub manifest: Manifest,
    /// SHA-256, lower-case hex.
    pub digest: String,
    /// As the lock names it.
    pub source: String,
    pub verdict: Verdict,
    local: bool,
}

/// Why a plugin is not installed. What was installed before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    #[error("`{name}` is no source of plugins\n\nhint: a file, a folder, https://…, or oci://…")]
    Source { name: String },
    #[error("{path}: {error}")]
    File { path: String, error: std::io::Error },
    #[error("{folder}: no component here\n\nhint: a folder with files *.wasm")]
    Empty { folder: String },
    #[error("{url}: {message}\n\nhint: {hint}")]
    Web { url: String, code: &'static str, message: String, hint: String },
    #[error(transparent)]
    Registry(#[from] OciError),
    #[error("{origin}: {error}")]
    Component { origin: String, error: ComponentError },
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Load(Box<LoadError>),
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(
        "{plugin} asks for what it was not granted: {more}\n\nhint: if that is right: huntsmith plugin install {origin} {}",
        grants(more)
    )]
    NeedsGrant { plugin: String, more: Capabilities, origin: String },
    #[error(
        "{plugin} is locked to sha256 {locked}, and {origin} now has {found}\n\nhint: a version's bytes never change: ask its \
         author for a new version; if you know why, remove the plugin and install it again"
    )]
    Replaced { plugin: String, locked: String, found: String, origin: String },
    #[error(
        "{origin} has {name} {offered}, which is older than the {locked} that is installed\n\nhint: `huntsmith plugin remove {name}` first, if that is what you want"
    )]
    Older { name: String, offered: String, locked: String, origin: String },
    #[error("`{grant}` is no capability that a plugin here asks for\n\nhint: {hint}")]
    UnknownGrant { grant: String, hint: String },
    #[error("no plugin `{name}` is installed\n\nhint: {hint}")]
    NotInstalled { name: String, hint: String },
}

impl InstallError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            InstallError::Source { .. } => "source-unknown",
            InstallError::File { .. } => "file",
            InstallError::Empty { .. } => "folder-empty",
            InstallError::Web { code, .. } => code,
            InstallError::Registry(error) => error.code(),
            InstallError::Component { error, .. } => error.code(),
            InstallError::Trust(error) => error.code(),
            InstallError::Load(error) => error.code.as_str(),
            InstallError::Lock(error) => error.code(),
            InstallError::NeedsGrant { .. } => "grant-needed",
            InstallError::Replaced { .. } => "version-replaced",
            InstallError::Older { .. } => "version-older",
            InstallError::UnknownGrant { .. } => "grant-unknown",
            InstallError::NotInstalled { .. } => "not-installed",
        }
    }
}

/// The options that grant these.
fn grants(more: &Capabilities) -> String {
    let hosts = more.http.iter().map(|host| format!("--grant http:{host}"));
    hosts.chain(more.secrets.iter().map(|name| format!("--grant secret:{name}"))).collect::<Vec<_>>().join(" ")
}

impl Source {
    /// From what the operator wrote.
    pub fn parse(text: &str) -> Result<Self, InstallError> {
        if text.starts_with("oci://") {
            return Ok(Source::Registry(text.to_owned()));
        }
        if text.starts_with("https://") {
            return Ok(Source::Web(text.to_owned()));
        }
        if text.contains("://") || !Path::new(text).exists() {
            return Err(InstallError::Source { name: text.to_owned() });
        }
        Ok(Source::Path(PathBuf::from(text)))
    }
}

/// Gets the bytes behind an https address; none where there is nothing.
pub type Web<'w> = &'w dyn Fn(&str) -> Result<Option<Vec<u8>>, InstallError>;

/// Everything that a source offers, each with its signature judged.
pub fn offers(source: &Source, trust: &TrustConfig, web: Web<'_>) -> Result<Vec<Offer>, InstallError> {
    match source {
        Source::Path(path) => {
            let file = |path: &Path| {
                let path = path.display().to_string();
                move |error| InstallError::File { path, error }
            };
            let mut found = Vec::new();
            for path in super::registry::components(path).map_err(file(path))? {
                let component = std::fs::read(&path).map_err(file(&path))?;
                let signature = std::fs::read_to_string(trust::beside(&path)).ok();
                found.push(offer(component, signature, path.display().to_string(), true, trust)?);
            }
            if found.is_empty() {
                return Err(InstallError::Empty { folder: path.display().to_string() });
            }
            Ok(found)
        }
        Source::Web(url) => {
            let missing = || InstallError::Web {
                url: url.clone(),
                code: "source-missing",
                message: "there is nothing at this address".into(),
                hint: "check the address".into(),
            };
            let component = web(url)?.ok_or_else(missing)?;
            let signature = web(&format!("{url}{}", trust::ENDING))?.and_then(|bytes| String::from_utf8(bytes).ok());
            Ok(vec![offer(component, signature, url.clone(), false, trust)?])
        }
        Source::Registry(address) => {
            let pulled = oci::pull(address)?;
            Ok(vec![offer(pulled.component, pulled.signature, address.clone(), false, trust)?])
        }
    }
}

fn offer(
    component: Vec<u8>,
    signature: Option<String>,
    source: String,
    local: bool,
    trust: &TrustConfig,
) -> Result<Offer, InstallError> {
    let refuse = |error| InstallError::Component { origin: source.clone(), error };
    if component.len() > MAXIMUM_COMPONENT {
        return Err(refuse(ComponentError::TooLarge { bytes: component.len() }));
    }
    let manifest = read_manifest(&component).map_err(refuse)?;
    let verdict = trust.judge(&component, signature.as_deref(), local)?;
    Ok(Offer { digest: digest(&component), component, manifest, source, verdict, local })
}

impl Offer {
    /// `name@version`.
    pub fn plugin(&self) -> String {
        format!("{}@{}", self.manifest.name, self.manifest.version)
    }

    /// What it asks for beyond what was granted to it before.
    pub fn more(&self, before: Option<&Pinned>) -> Capabilities {
        let granted = before.map(|it| it.granted.clone()).unwrap_or_default();
        let asked = &self.manifest.capabilities;
        let less =
            |asked: &[String], granted: &[String]| asked.iter().filter(|it| !granted.contains(it)).cloned().collect();
        Capabilities { http: less(&asked.http, &granted.http), secrets: less(&asked.secrets, &granted.secrets) }
    }

    /// Refuses other bytes under the version that is locked, and an older version, unless it is a file of this machine.
    pub fn follows(&self, before: &Pinned) -> Result<(), InstallError> {
        let version = |text: &str| semver::Version::parse(text).ok();
        let (offered, locked) = (version(&self.manifest.version), version(&before.version));
        if self.local || self.digest == before.digest {
            return Ok(());
        }
        if offered == locked {
            return Err(InstallError::Replaced {
                plugin: self.plugin(),
                locked: before.digest.clone(),
                found: self.digest.clone(),
                origin: self.source.clone(),
            });
        }
        if offered < locked {
            return Err(InstallError::Older {
                name: self.manifest.name.clone(),
                offered: self.manifest.version.clone(),
                locked: before.version.clone(),
                origin: self.source.clone(),
            });
        }
        Ok(())
    }

    /// Prepares and instantiates it once, with what it will have in a run.
    pub fn try_out(&self, sandbox: &Sandbox, data: &dyn DataSource) -> Result<(), InstallError> {
        let loaded = sandbox.load(&self.component, self.manifest.clone(), data);
        loaded.map(drop).map_err(|error| InstallError::Load(Box::new(error)))
    }

    /// What the lock says of it, with these capabilities beside those granted before.
    ///
    /// # Errors
    /// It asks for something that is not among them.
    pub fn pin(&self, before: Option<&Pinned>, granted: &Capabilities) -> Result<Pinned, InstallError> {
        let more = self.more(before);
        let missing = |more: &[String], granted: &[String]| -> Vec<String> {
            more.iter().filter(|it| !granted.contains(it)).cloned().collect()
        };
        let missing = Capabilities {
            http: missing(&more.http, &granted.http),
            secrets: missing(&more.secrets, &granted.secrets),
        };
        if missing != Capabilities::default() {
            return Err(InstallError::NeedsGrant { plugin: self.plugin(), more: missing, origin: self.source.clone() });
        }
        Ok(Pinned {
            name: self.manifest.name.clone(),
            version: self.manifest.version.clone(),
            source: self.source.clone(),
            digest: self.digest.clone(),
            signer: match &self.verdict {
                Verdict::Signed(signer) => Some(signer.clone()),
                Verdict::Unsigned { .. } => None,
            },
            granted: self.manifest.capabilities.clone(),
        })
    }
}

/// Puts plugins on the shelf, then all of them into the lock at once. Components that nothing needs any more go.
pub fn accept(accepted: Vec<(Offer, Pinned)>, lock: &mut Lock, path: &Path, shelf: &Shelf) -> Result<(), InstallError> {
    let before: Vec<String> = lock.plugins.iter().map(|pinned| pinned.digest.clone()).collect();
    for (offer, _) in &accepted {
        shelf.put(&offer.component)?;
    }
    for (_, pinned) in accepted {
        lock.put(pinned);
    }
    lock.write(path)?;
    tidy(&before, lock, shelf)
}

/// Takes a plugin out of the lock, then its component away.
pub fn remove(name: &str, lock: &mut Lock, path: &Path, shelf: &Shelf) -> Result<Pinned, InstallError> {
    let Some(pinned) = lock.get(name).cloned() else { return Err(not_installed(name, lock)) };
    lock.plugins.retain(|known| known.name != name);
    lock.write(path)?;
    tidy(std::slice::from_ref(&pinned.digest), lock, shelf)?;
    Ok(pinned)
}

fn tidy(before: &[String], lock: &Lock, shelf: &Shelf) -> Result<(), InstallError> {
    for digest in before.iter().filter(|digest| !lock.plugins.iter().any(|pinned| pinned.digest == **digest)) {
        shelf.remove(digest)?;
    }
    Ok(())
}

/// Nothing of that name, and what there is.
pub fn not_installed(name: &str, lock: &Lock) -> InstallError {
    let known: Vec<&str> = lock.plugins.iter().map(|pinned| pinned.name.as_str()).collect();
    let hint = if known.is_empty() {
        "none is; what huntsmith carries itself is not installed".to_owned()
    } else {
        format!("there are {}", known.join(", "))
    };
    InstallError::NotInstalled { name: name.to_owned(), hint }
}

/// The operator's words for capabilities: `http:HOST`, `secret:NAME`, or `all` of what is asked for.
pub fn granted(words: &[String], asked: &[&Capabilities]) -> Result<Capabilities, InstallError> {
    let mut granted = Capabilities::default();
    for word in words {
        let known = |list: fn(&Capabilities) -> &Vec<String>, name: &str| {
            asked.iter().any(|it| list(it).iter().any(|known| known == name))
        };
        match word.split_once(':') {
            None if word == "all" => {
                granted.http.extend(asked.iter().flat_map(|it| it.http.clone()));
                granted.secrets.extend(asked.iter().flat_map(|it| it.secrets.clone()));
            }
            Some(("http", host)) if known(|it| &it.http, host) => granted.http.push(host.to_owned()),
            Some(("secret", name)) if known(|it| &it.secrets, name) => granted.secrets.push(name.to_owned()),
            _ => {
                let asks: Vec<String> = asked.iter().map(|it| it.to_string()).collect();
                let hint = format!("as `http:HOST`, `secret:NAME` or `all`; asked for is {}", asks.join("; "));
                return Err(InstallError::UnknownGrant { grant: word.clone(), hint });
            }
        }
    }
    Ok(granted)
}
