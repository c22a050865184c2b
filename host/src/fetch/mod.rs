//! The one HTTP client, and the only code of huntsmith's that opens a socket (the OCI client in `plugin/` apart).
//!
//! What is fetched is decided here and nowhere else: the grant (hosts, schemes, ports), the addresses behind a name,
//! sizes, times, pace and robots files. [`Client`] is made once; [`Client::fetcher`] gives a feed its own face of it,
//! which is the plugins' [`HttpClient`](crate::model::HttpClient) and the pipeline's source of pages.

mod address;
mod body;
mod cache;
mod client;
mod config;
mod error;
mod exchange;
mod grant;
mod pace;
mod pages;
mod request;
mod resolve;
mod robots;
mod secret;
#[cfg(test)]
mod tests;

pub use address::{AddressClass, classify};
pub use cache::{Cache, Collected};
pub use client::{Client, FetchKind, Fetched, Fetcher};
pub use config::FetchConfig;
pub use error::FetchError;
pub use grant::{Grant, HostPattern};
pub use pages::{OfflinePages, PAGE_MAP, PageSource};
pub use resolve::{Addresses, NameResolver, SystemNames};
pub use secret::{Secret, SecretConfig, SecretSource};
