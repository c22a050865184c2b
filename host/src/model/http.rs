//! What a feed plugin asks of the network and gets: the seam between the sandbox, which counts what a call may use,
//! and `fetch/`, which is the only one that opens a socket. Mirrors `huntsmith:host/http`.

use super::{PluginId, Tlp};
use std::time::Duration;

/// The most that one read of a body returns, in bytes; a contract fact.
pub const BODY_READ_MAX: usize = 1 << 20;

/// A request as the plugin made it; nothing of it has been checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `HEAD` or `POST`.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// Name and value, in the plugin's order.
    pub headers: Vec<(String, String)>,
    pub body: Option<Vec<u8>>,
    /// Name of a secret of the operator's; the client adds it, the plugin never sees it.
    pub secret: Option<String>,
}

/// What is left of the calling plugin's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpAllowance {
    /// Body bytes that may still be read. The sandbox counts what it hands to the plugin; a client may use this to
    /// refuse early (by `content-length`) with [`HttpError::LimitReached`] `bytes`.
    pub bytes: u64,
    /// Time for this one operation. When it runs out the client answers [`HttpError::LimitReached`] `time` and does
    /// not wait longer.
    pub time: Duration,
}

/// A response whose body has not been read yet. A status of 400 or more is a response too.
pub struct HttpResponse {
    pub status: u16,
    /// The address that answered, after redirects.
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Box<dyn BodyReader>,
}

/// A response's body, read piece by piece.
pub trait BodyReader: Send {
    /// The next bytes, at most `max` (which is at most [`BODY_READ_MAX`]); empty at the end. Waits no longer than
    /// the allowance's time.
    fn read(&mut self, max: usize, allowance: HttpAllowance) -> Result<Vec<u8>, HttpError>;
}

/// The host's HTTP client as a plugin reaches it. Called from the pipeline's worker threads, so it may block.
pub trait HttpClient: Send + Sync {
    /// The highest marking of what a plugin may be given in a call in which it has this client.
    fn max_tlp(&self) -> Tlp;

    /// Sends a request for a plugin, to a host that its manifest asks for and the operator granted, following
    /// redirects and checking each of them.
    fn fetch(
        &self,
        plugin: &PluginId,
        request: HttpRequest,
        allowance: HttpAllowance,
    ) -> Result<HttpResponse, HttpError>;

    /// What the operator can do about the last request, where it failed or was answered with an error. A plugin does not
    /// see this: it is for the message that its own failure becomes.
    fn hint(&self) -> Option<String> {
        None
    }
}

/// Why a request or a read did not succeed; the contract's `http-error`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("the operator did not grant the host {0}")]
    NotGranted(String),
    /// The address, and the class of addresses that it is in.
    #[error("the address is blocked: {0}")]
    BlockedAddress(String),
    /// The address.
    #[error("the run is offline and the cache has no copy of {0}")]
    Offline(String),
    /// Seconds to wait, where the server said.
    #[error("the server limits the rate of requests")]
    RateLimited(Option<u32>),
    #[error("the server did not answer in time")]
    TimedOut,
    /// The cap in bytes.
    #[error("the response is larger than {0} bytes")]
    TooLarge(u64),
    /// `calls`, `bytes` or `time`.
    #[error("the call's limit of HTTP {0} is reached")]
    LimitReached(String),
    #[error("the request is not one that the host sends: {0}")]
    InvalidRequest(String),
    #[error("{0}")]
    Failed(String),
}
