//! Plugins in OCI registries, with the media types that WebAssembly tools agree on (CNCF, "Wasm OCI Artifact layout"): a
//! configuration that lists imports and exports, and the component as the one layer. The signature is an annotation.

use super::component::{MAXIMUM_COMPONENT, surface};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use oci_client::client::{Client, ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_client::errors::OciDistributionError;
use oci_client::manifest::{OCI_IMAGE_MEDIA_TYPE, OciImageManifest};
use oci_client::secrets::RegistryAuth;
use oci_client::{Reference, client};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";
/// The text of a `.minisig` file in base64: an annotation has no line breaks.
const SIGNATURE: &str = "dev.huntsmith.signature";
/// One whole exchange with a registry, in seconds; the environment variable may say otherwise.
const PATIENCE: u64 = 120;
const PATIENCE_VARIABLE: &str = "HUNTSMITH_REGISTRY_SECONDS";
/// A pause within it.
const PAUSE: Duration = Duration::from_secs(20);

fn patience() -> Duration {
    let said = std::env::var(PATIENCE_VARIABLE).ok().and_then(|text| text.parse().ok());
    Duration::from_secs(said.unwrap_or(PATIENCE))
}

/// A plugin as a registry has it.
#[derive(Debug, Clone)]
pub struct Pulled {
    pub component: Vec<u8>,
    pub signature: Option<String>,
    /// `oci://…@sha256:…`: this very manifest, whatever its tag points at later.
    pub pinned: String,
}

/// Why a registry did not give or take a plugin.
#[derive(Debug, thiserror::Error)]
pub enum OciError {
    #[error(
        "`{address}` is no address of a registry: {message}\n\nhint: as oci://registry.example/team/emit-acme:1.0.0"
    )]
    Address { address: String, message: String },
    #[error("{address}: the registry has no such plugin\n\nhint: check the name and the tag")]
    Missing { address: String },
    #[error(
        "{address}: the registry asks for a login\n\nhint: set HUNTSMITH_REGISTRY_USER and HUNTSMITH_REGISTRY_PASSWORD"
    )]
    Login { address: String },
    #[error("{address}: the registry failed: {message}\n\nhint: try again later, or ask who runs it")]
    Registry { address: String, message: String },
    #[error("{address}: the registry did not answer within {} s\n\nhint: try again later, or ask who runs it", patience().as_secs())]
    Slow { address: String },
    #[error(
        "{address}: what came is not what its digest says: {message}\n\nhint: the download broke off, or somebody changed it; try again"
    )]
    Truncated { address: String, message: String },
    #[error(
        "{address}: this is no WebAssembly component: {message}\n\nhint: name a plugin, as `huntsmith plugin publish` puts it there"
    )]
    NotAPlugin { address: String, message: String },
}

impl OciError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            OciError::Address { .. } => "registry-address",
            OciError::Missing { .. } => "registry-missing",
            OciError::Login { .. } => "registry-login",
            OciError::Registry { .. } => "registry-failed",
            OciError::Slow { .. } => "registry-slow",
            OciError::Truncated { .. } => "download-truncated",
            OciError::NotAPlugin { .. } => "not-a-plugin",
        }
    }
}

/// One place in one registry.
struct Place {
    address: String,
    reference: Reference,
    client: Client,
    auth: RegistryAuth,
}

impl Place {
    fn of(address: &str) -> Result<Self, OciError> {
        let wrong = |message: String| OciError::Address { address: address.to_owned(), message };
        let bare = address.strip_prefix("oci://").ok_or_else(|| wrong("it does not begin with oci://".into()))?;
        let reference: Reference = bare.parse().map_err(|error: oci_client::ParseError| wrong(error.to_string()))?;
        // Without encryption only on this machine itself: where tests and local mirrors are.
        let registry = reference.resolve_registry().to_owned();
        let host = registry.rsplit_once(':').map_or(registry.as_str(), |(host, _)| host);
        let local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let protocol = if local { ClientProtocol::Http } else { ClientProtocol::Https };
        let config = ClientConfig {
            protocol,
            read_timeout: Some(PAUSE),
            connect_timeout: Some(PAUSE),
            user_agent: concat!("huntsmith/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        };
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let auth = match (variable("HUNTSMITH_REGISTRY_USER"), variable("HUNTSMITH_REGISTRY_PASSWORD")) {
            (Some(user), Some(password)) => RegistryAuth::Basic(user, password),
            _ => RegistryAuth::Anonymous,
        };
        Ok(Self { address: address.to_owned(), reference, client: Client::new(config), auth })
    }

    /// Runs one exchange to its end, or until patience is.
    fn wait<T>(&self, work: impl Future<Output = Result<T, OciDistributionError>>) -> Result<T, OciError> {
        let failed = |message: String| OciError::Registry { address: self.address.clone(), message };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(error.to_string()))?;
        match runtime.block_on(async { tokio::time::timeout(patience(), work).await }) {
            Err(_) => Err(OciError::Slow { address: self.address.clone() }),
            Ok(answer) => answer.map_err(|error| self.told(error)),
        }
    }

    fn told(&self, error: OciDistributionError) -> OciError {
        let address = self.address.clone();
        let message = error.to_string();
        match error {
            OciDistributionError::ImageManifestNotFoundError(_) => OciError::Missing { address },
            OciDistributionError::AuthenticationFailure(_) | OciDistributionError::UnauthorizedError { .. } => {
                OciError::Login { address }
            }
            OciDistributionError::DigestError(_) => OciError::Truncated { address, message },
            OciDistributionError::IncompatibleLayerMediaTypeError(_) => OciError::NotAPlugin { address, message },
            OciDistributionError::ServerError { code: 404, .. } => OciError::Missing { address },
            OciDistributionError::RequestError(ref inner) if inner.is_timeout() => OciError::Slow { address },
            OciDistributionError::RequestError(ref inner) if inner.is_body() || inner.is_decode() => {
                OciError::Truncated { address, message }
            }
            OciDistributionError::IoError(_) => OciError::Truncated { address, message },
            _ if unknown(&message) => OciError::Missing { address },
            _ => OciError::Registry { address, message },
        }
    }
}

/// Whether an error of the registry's own (OCI distribution specification, "Error Codes") says that there is none.
fn unknown(message: &str) -> bool {
    let lower = message.to_ascii_lowercase().replace('_', " ");
    ["manifest unknown", "name unknown", "repository name not known"].iter().any(|said| lower.contains(said))
}

/// Gets a plugin.
pub fn pull(address: &str) -> Result<Pulled, OciError> {
    let place = Place::of(address)?;
    let refuse = |message: String| OciError::NotAPlugin { address: address.to_owned(), message };
    let (manifest, digest) = place.wait(place.client.pull_image_manifest(&place.reference, &place.auth))?;
    let [layer] = &manifest.layers[..] else { return Err(refuse(format!("it has {} layers", manifest.layers.len()))) };
    if layer.media_type != LAYER {
        return Err(refuse(format!("its layer is {}", layer.media_type)));
    }
    if usize::try_from(layer.size).is_ok_and(|size| size > MAXIMUM_COMPONENT) {
        return Err(refuse(format!("it has {} bytes, more than {MAXIMUM_COMPONENT}", layer.size)));
    }
    let mut component = Vec::new();
    place.wait(place.client.pull_blob(&place.reference, layer, &mut component))?;
    let found = sha256(&component);
    if found != layer.digest {
        let message = format!("{} bytes with {found}", component.len());
        return Err(OciError::Truncated { address: address.to_owned(), message });
    }
    let noted = manifest.annotations.as_ref().and_then(|all| all.get(SIGNATURE));
    // What cannot be read stays as it is, for the signature's own refusal.
    let decoded = |text: &String| STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let signature = noted.map(|text| decoded(text).unwrap_or_else(|| text.clone()));
    let pinned = format!("oci://{}/{}@{digest}", place.reference.registry(), place.reference.repository());
    Ok(Pulled { component, signature, pinned })
}

/// Puts a plugin there; its pinned address.
pub fn push(address: &str, component: &[u8], signature: Option<&str>) -> Result<String, OciError> {
    let place = Place::of(address)?;
    let (imports, exports) = surface(component).unwrap_or_default();
    let config = serde_json::json!({
        "created": "1970-01-01T00:00:00Z",
        "architecture": "wasm",
        "os": "wasip2",
        "layerDigests": [sha256(component)],
        "component": {"imports": imports, "exports": exports, "target": null},
    });
    let layers = [ImageLayer::new(component.to_vec(), LAYER.to_owned(), None)];
    let config = Config::new(config.to_string().into_bytes(), CONFIG.to_owned(), None);
    let annotations = signature.map(|text| [(SIGNATURE.to_owned(), STANDARD.encode(text))].into());
    let mut manifest = OciImageManifest::build(&layers, &config, annotations);
    // The specification leaves it open; `wkg get` takes no manifest without it.
    manifest.media_type = Some(OCI_IMAGE_MEDIA_TYPE.to_owned());
    place.wait(async {
        place.client.auth(&place.reference, &place.auth, oci_client::RegistryOperation::Push).await?;
        place
            .client
            .push(&place.reference, &layers, config, &place.auth, Some(manifest))
            .await
            .map(|_: client::PushResponse| ())
    })?;
    let digest = place.wait(place.client.fetch_manifest_digest(&place.reference, &place.auth))?;
    Ok(format!("oci://{}/{}@{digest}", place.reference.registry(), place.reference.repository()))
}

fn sha256(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_its_scheme_and_a_name() {
        for address in ["registry.example/x:1", "oci://", "oci://registry.example/UPPER", "oci://a b/c"] {
            assert!(matches!(Place::of(address), Err(OciError::Address { .. })), "{address}");
        }
        assert!(Place::of("oci://registry.example/team/emit-acme:1.0.0").is_ok());
    }
}
