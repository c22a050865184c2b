//! Names to addresses, with the guard in between: a connection goes only to addresses that passed it, so that an
//! answer that changes between the check and the connection changes nothing.

use super::grant::AddressPolicy;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use url::Host;

/// The addresses of a name, as they come in.
pub type Addresses = Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// Where names are looked up; tests have their own.
pub trait NameResolver: Send + Sync + 'static {
    /// The addresses of `host`, best first; an error or nothing where there are none.
    fn resolve(&self, host: &str) -> Addresses;
}

/// The system's resolver.
pub struct SystemNames;

impl NameResolver for SystemNames {
    fn resolve(&self, host: &str) -> Addresses {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A name whose every address is refused.
#[derive(Debug, thiserror::Error)]
#[error("{host} is at {address}, a {class} address")]
pub(super) struct Blocked {
    pub host: String,
    pub address: IpAddr,
    pub class: &'static str,
}

/// A name without an address.
#[derive(Debug, thiserror::Error)]
#[error("{host}: {cause}")]
pub(super) struct Unresolved {
    pub host: String,
    pub cause: String,
}

/// The resolver of all connections that are made under one policy.
pub(super) struct GuardedNames {
    pub names: Arc<dyn NameResolver>,
    pub policy: AddressPolicy,
}

impl Resolve for GuardedNames {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let (found, policy) = (self.names.resolve(&host), self.policy.clone());
        Box::pin(async move {
            let unresolved = |host: &str, cause: String| Unresolved { host: host.into(), cause };
            let found = found.await.map_err(|e| unresolved(&host, e.to_string()))?;
            let first = *found.first().ok_or_else(|| unresolved(&host, "it has no address".into()))?;
            let as_host = Host::Domain(host.as_str());
            let allowed: Vec<_> = found.into_iter().filter(|ip| policy.refuses(&as_host, *ip).is_none()).collect();
            if allowed.is_empty() {
                let class = policy.refuses(&as_host, first).expect("every address was refused").as_str();
                return Err(Blocked { host, address: first, class }.into());
            }
            Ok(Box::new(allowed.into_iter().map(|ip| SocketAddr::new(ip, 0))) as Addrs)
        })
    }
}
