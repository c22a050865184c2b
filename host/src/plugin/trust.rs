//! Who signed a plugin: minisign signatures over the whole component, which carries its manifest, against the keys that
//! the operator trusts. The trusted comment names the plugin and the digests of both halves, so that a signature that
//! does not fit can say which half was changed.

use super::component::{digest, read_manifest, without_manifest};
use super::manifest::Manifest;
use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is put after a component's file name.
pub const ENDING: &str = ".minisig";

/// The file of a component's signature.
pub fn beside(component: &Path) -> PathBuf {
    let mut path = component.as_os_str().to_owned();
    path.push(ENDING);
    PathBuf::from(path)
}

/// `[trust]` of the configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TrustConfig {
    /// What an unsigned plugin, or one signed by a key that is not here, is worth. Left out: `require` for what comes
    /// from the network, `off` for files and folders of this machine.
    pub policy: Option<Policy>,
    /// Keys by names of the operator's.
    pub keys: BTreeMap<String, TrustedKey>,
}

/// What is asked of a plugin's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// None is installed without a signature by a trusted key.
    Require,
    /// It is installed, and said to be unsigned.
    Warn,
    /// Nothing is asked. A signature that is there and does not fit is refused all the same.
    Off,
}

/// A key and what it may sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TrustedKey {
    /// The public key: the second line of a minisign `.pub` file.
    pub key: String,
    /// Names of plugins that it may sign: exact, or with a `*` at the end.
    pub names: Vec<String>,
    /// Nothing that it signed is installed or run any more.
    #[serde(default)]
    pub revoked: bool,
}

/// Who signed: the operator's name for the key, and its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signer {
    pub name: String,
    /// Sixteen upper-case hex digits, as minisign prints it.
    pub id: String,
}

/// Why a plugin is not trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    #[error(
        "{plugin} is not signed, and what comes from there has to be\n\nhint: ask its author for a signature, or set `policy` under [trust]"
    )]
    Unsigned { plugin: String },
    #[error("the signature of {plugin} cannot be read: {message}\n\nhint: fetch {plugin} again")]
    Unreadable { plugin: String, message: String },
    #[error(
        "{plugin} is signed by the key {id}, which is not among yours\n\nhint: if you trust it, add it under [trust.keys.NAME] with the names that it may sign"
    )]
    UnknownKey { plugin: String, id: String },
    #[error(
        "{plugin} is signed by the key `{key}` ({id}), which is revoked\n\nhint: take a version that is signed by its successor"
    )]
    Revoked { plugin: String, key: String, id: String },
    #[error(
        "the key `{key}` may sign {may}, and not {plugin}\n\nhint: add the name under [trust.keys.{key}] if that is right"
    )]
    NotForName { plugin: String, key: String, may: String },
    #[error(
        "the {half} of {plugin} was changed after it was signed\n\nhint: do not use it; fetch it again, and tell its author"
    )]
    Tampered { plugin: String, half: &'static str },
    #[error(
        "the signature does not fit {plugin}: it was made for {made_for}, or with another key of the same id\n\nhint: do not use it; fetch it again, and tell its author"
    )]
    Wrong { plugin: String, made_for: String },
    #[error("the key `{key}` of [trust.keys] is none: {message}\n\nhint: the second line of the .pub file")]
    Key { key: String, message: String },
    #[error("the secret key cannot be used: {message}\n\nhint: {hint}")]
    Secret { message: String, hint: &'static str },
}

impl TrustError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            TrustError::Unsigned { .. } => "unsigned",
            TrustError::Unreadable { .. } => "signature-unreadable",
            TrustError::UnknownKey { .. } => "unknown-key",
            TrustError::Revoked { .. } => "key-revoked",
            TrustError::NotForName { .. } => "key-not-for-name",
            TrustError::Tampered { half: "manifest", .. } => "manifest-tampered",
            TrustError::Tampered { .. } => "component-tampered",
            TrustError::Wrong { .. } => "signature-wrong",
            TrustError::Key { .. } => "key-unreadable",
            TrustError::Secret { .. } => "secret-key",
        }
    }
}

impl TrustConfig {
    /// Whether a plugin may be taken from where it comes from.
    ///
    /// # Errors
    /// Why it may not.
    pub fn judge(&self, component: &[u8], signature: Option<&str>, local: bool) -> Result<Verdict, TrustError> {
        let manifest = read_manifest(component).ok();
        let plugin = manifest.as_ref().map_or("the component".to_owned(), |it| format!("{}@{}", it.name, it.version));
        let name = manifest.map_or(String::new(), |it| it.name);
        let policy = self.policy.unwrap_or(if local { Policy::Off } else { Policy::Require });
        let failed = match signature {
            None => TrustError::Unsigned { plugin },
            Some(signature) => match self.verify(component, signature, &name, &plugin) {
                Ok(signer) => return Ok(Verdict::Signed(signer)),
                Err(error @ TrustError::UnknownKey { .. }) => error,
                Err(error) => return Err(error),
            },
        };
        match policy {
            Policy::Require => Err(failed),
            Policy::Warn => Ok(Verdict::Unsigned { warning: Some(failed.to_string()) }),
            Policy::Off => Ok(Verdict::Unsigned { warning: None }),
        }
    }

    fn verify(&self, component: &[u8], signature: &str, name: &str, plugin: &str) -> Result<Signer, TrustError> {
        let plugin = plugin.to_owned();
        let signature = SignatureBox::from_string(signature)
            .map_err(|error| TrustError::Unreadable { plugin: plugin.clone(), message: error.to_string() })?;
        let id = id(signature.keynum());
        let Some((key, trusted, public)) = self.key(signature.keynum())? else {
            return Err(TrustError::UnknownKey { plugin, id });
        };
        if trusted.revoked {
            return Err(TrustError::Revoked { plugin, key, id });
        }
        if !trusted.names.iter().any(|pattern| covers(pattern, name)) {
            return Err(TrustError::NotForName { plugin, key, may: trusted.names.join(", ") });
        }
        match minisign::verify(&public, &signature, std::io::Cursor::new(component), true, false, false) {
            Ok(()) => Ok(Signer { name: key, id }),
            Err(_) => Err(misfit(component, plugin, &signature.trusted_comment().unwrap_or_default())),
        }
    }

    fn key(&self, keynum: &[u8]) -> Result<Option<(String, &TrustedKey, PublicKey)>, TrustError> {
        for (name, trusted) in &self.keys {
            let public = PublicKey::from_base64(trusted.key.trim())
                .map_err(|error| TrustError::Key { key: name.clone(), message: error.to_string() })?;
            if public.keynum() == keynum {
                return Ok(Some((name.clone(), trusted, public)));
            }
        }
        Ok(None)
    }

    /// Whether the key of that id is revoked, for plugins that were installed before it was.
    pub fn is_revoked(&self, signer: &Signer) -> bool {
        self.keys
            .values()
            .filter(|key| key.revoked)
            .any(|key| PublicKey::from_base64(key.key.trim()).is_ok_and(|public| id(public.keynum()) == signer.id))
    }
}

/// What a plugin's signature is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Signed(Signer),
    /// Taken all the same, as the policy has it.
    Unsigned {
        warning: Option<String>,
    },
}

fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => pattern == name,
    }
}

fn id(keynum: &[u8]) -> String {
    keynum.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

/// The manifest's section and everything else, each as a digest.
fn halves(component: &[u8]) -> (String, String) {
    let rest = without_manifest(component).unwrap_or_default();
    let manifest = read_manifest(component).map(|manifest| serde_json::to_vec(&manifest).unwrap_or_default());
    (digest(&rest), digest(&manifest.unwrap_or_default()))
}

/// Which half is another than the one that was signed, by the comment. The comment was not verified: it only chooses
/// between two refusals.
fn misfit(component: &[u8], plugin: String, comment: &str) -> TrustError {
    let said = |key: &str| comment.split(' ').find_map(|word| word.strip_prefix(key)).unwrap_or_default();
    let (rest, manifest) = halves(component);
    match (said("component:") == rest, said("manifest:") == manifest) {
        (true, false) => TrustError::Tampered { plugin, half: "manifest" },
        (false, true) => TrustError::Tampered { plugin, half: "component" },
        _ => TrustError::Wrong { plugin, made_for: said("plugin:").to_owned() },
    }
}

/// Signs a component; the text of its `.minisig` file, which minisign itself verifies too.
pub fn sign(component: &[u8], manifest: &Manifest, key: &SecretKey) -> Result<String, TrustError> {
    let (rest, halved) = halves(component);
    let comment = format!("plugin:{}@{} component:{rest} manifest:{halved}", manifest.name, manifest.version);
    minisign::sign(None, key, std::io::Cursor::new(component), Some(&comment), Some("signature of a huntsmith plugin"))
        .map(SignatureBox::into_string)
        .map_err(|error| TrustError::Secret {
            message: error.to_string(),
            hint: "make one with `plugin sign --new-key`",
        })
}

/// Reads a secret key; one with a password needs it.
pub fn secret_key(text: &str, password: Option<String>) -> Result<SecretKey, TrustError> {
    let hint = "give its password in HUNTSMITH_KEY_PASSWORD, or name another file";
    let failed = |error: minisign::PError| TrustError::Secret { message: error.to_string(), hint };
    let key = SecretKeyBox::from_string(text).map_err(failed)?;
    match password {
        Some(password) => key.into_secret_key(Some(password)).map_err(failed),
        None => key.into_unencrypted_secret_key().map_err(failed),
    }
}

/// A new pair: the texts of the secret and the public key's file. With a password the secret one is encrypted.
pub fn new_key(password: Option<String>) -> Result<(String, String), TrustError> {
    let hint = "try again";
    let failed = |error: minisign::PError| TrustError::Secret { message: error.to_string(), hint };
    let pair = match password {
        Some(password) => KeyPair::generate_encrypted_keypair(Some(password)).map_err(failed)?,
        None => KeyPair::generate_unencrypted_keypair().map_err(failed)?,
    };
    let secret = pair.sk.to_box(Some("secret key for huntsmith plugins")).map_err(failed)?;
    let public = pair.pk.to_box().map_err(failed)?;
    Ok((secret.into_string(), PublicKeyBox::into_string(public)))
}

#[cfg(test)]
mod tests {
    use super::super::component::componentize;
    use super::super::guests::{component, extractor, manifest};
    use super::*;

    fn pair() -> (SecretKey, String) {
        let (secret, public) = new_key(None).unwrap();
        (secret_key(&secret, None).unwrap(), public.lines().nth(1).unwrap().to_owned())
    }

    fn trusting(key: &str, names: &[&str], revoked: bool) -> TrustConfig {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let keys = [("team".to_owned(), TrustedKey { key: key.to_owned(), names, revoked })].into();
        TrustConfig { policy: None, keys }
    }

    #[test]
    fn a_signature_is_good_for_its_bytes_its_key_and_its_names() {
        let (secret, public) = pair();
        let bytes = component("emit-acme");
        let signature = sign(&bytes, &manifest("emit-acme"), &secret).unwrap();
        let judge = |config: &TrustConfig, bytes: &[u8], signature: Option<&str>| {
            config.judge(bytes, signature, false).map_err(|error| error.code())
        };
        let good = trusting(&public, &["emit-*"], false);
        assert!(matches!(judge(&good, &bytes, Some(&signature)), Ok(Verdict::Signed(signer)) if signer.name == "team"));
        assert_eq!(judge(&good, &bytes, None), Err("unsigned"));
        assert_eq!(judge(&good, &bytes, Some("garbage")), Err("signature-unreadable"));
        assert_eq!(judge(&trusting(&pair().1, &["*"], false), &bytes, Some(&signature)), Err("unknown-key"));
        assert_eq!(judge(&trusting(&public, &["ioc-*"], false), &bytes, Some(&signature)), Err("key-not-for-name"));
        assert_eq!(judge(&trusting(&public, &["*"], true), &bytes, Some(&signature)), Err("key-revoked"));
        assert_eq!(judge(&trusting("RWxx", &["*"], false), &bytes, Some(&signature)), Err("key-unreadable"));
    }

    #[test]
    fn what_was_changed_after_signing_is_told() {
        let (secret, public) = pair();
        let config = trusting(&public, &["*"], false);
        let bytes = component("emit-acme");
        let signature = sign(&bytes, &manifest("emit-acme"), &secret).unwrap();
        let code = |bytes: &[u8]| config.judge(bytes, Some(&signature), true).unwrap_err().code();
        let mut other = manifest("emit-acme");
        other.limits.memory_mib = 1_000;
        assert_eq!(code(&componentize(&extractor(""), &other).unwrap()), "manifest-tampered");
        let at = bytes.windows(9).position(|window| window == b"some data").unwrap();
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert_eq!(code(&changed), "component-tampered");
        assert_eq!(code(&component("emit-other")), "signature-wrong");
    }

    #[test]
    fn the_policy_says_what_unsigned_is_worth() {
        let bytes = component("emit-acme");
        let config = |policy| TrustConfig { policy, ..TrustConfig::default() };
        let judge = |policy, local| config(policy).judge(&bytes, None, local).map_err(|error| error.code());
        assert_eq!(judge(None, true), Ok(Verdict::Unsigned { warning: None }));
        assert_eq!(judge(None, false), Err("unsigned"));
        assert_eq!(judge(Some(Policy::Require), true), Err("unsigned"));
        assert!(matches!(judge(Some(Policy::Warn), false), Ok(Verdict::Unsigned { warning: Some(_) })));
        assert_eq!(judge(Some(Policy::Off), false), Ok(Verdict::Unsigned { warning: None }));
    }

    #[test]
    fn a_key_with_a_password_needs_it() {
        let (secret, _) = new_key(Some("word".into())).unwrap();
        assert_eq!(secret_key(&secret, None).unwrap_err().code(), "secret-key");
        assert!(secret_key(&secret, Some("word".into())).is_ok());
    }
}
