//! What a site's robots.txt says of a page (RFC 9309), read once a run for each site.

use super::body::Caps;
use super::client::Inner;
use super::config::seconds;
use super::error::FetchError;
use super::exchange::{Ask, send};
use super::grant::{AddressPolicy, Grant, show};
use reqwest::Method;
use reqwest::header::HeaderMap;
use robotxt::{AccessResult, Robots};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::OnceCell;
use tokio::time::Instant;
use url::Url;

/// The name that robots files address us by.
const NAME: &str = "huntsmith";

/// More of a robots file than a parser has to read (RFC 9309, 2.5).
const MOST_BYTES: u64 = 1 << 20;

/// The robots files that were read in this process, by origin; none stands for one that cannot be read.
#[derive(Default)]
pub(super) struct RobotsFiles {
    sites: Mutex<HashMap<String, Arc<OnceCell<Option<Robots>>>>>,
}

/// Whether the page at `url` may be fetched.
pub(super) async fn ask(
    inner: &Inner,
    grant: &Grant,
    policy: &AddressPolicy,
    url: &Url,
    deadline: Instant,
) -> Result<(), FetchError> {
    if url.host().is_some_and(|host| inner.config.ignore_robots.iter().any(|pattern| pattern.covers(&host))) {
        return Ok(());
    }
    let origin = url.origin().ascii_serialization();
    let site = inner.robots.sites.lock().expect("no panic under this lock").entry(origin).or_default().clone();
    let robots = site.get_or_try_init(|| read(inner, grant, policy, url, deadline)).await?;
    match robots {
        None => Err(FetchError::RobotsUnreachable { url: show(url) }),
        Some(robots) if !robots.is_url_allowed(url) => Err(FetchError::Robots { url: show(url) }),
        Some(_) => Ok(()),
    }
}

/// Reads the site's file. A site without one allows everything; one whose server fails, nothing. Where the site
/// itself cannot be reached the page could not be either, and that error says more.
async fn read(
    inner: &Inner,
    grant: &Grant,
    policy: &AddressPolicy,
    page: &Url,
    deadline: Instant,
) -> Result<Option<Robots>, FetchError> {
    let mut url = page.clone();
    url.set_path("/robots.txt");
    url.set_query(None);
    let request = Ask {
        method: Method::GET,
        url: url.clone(),
        headers: HeaderMap::new(),
        body: None,
        secret: None,
        robots: false,
        validators: None,
        caps: Caps { bytes: MOST_BYTES, by_caller: false, wire: MOST_BYTES },
        deadline,
    };
    let robots = match send(inner, grant, policy, &request).await {
        Ok(answer) if (200..300).contains(&answer.status) => {
            let cache = |e: std::io::Error| FetchError::Broken { url: show(&url), cause: e.to_string() };
            Robots::parse(&answer.body.into_bytes().map_err(cache)?, NAME)
        }
        Ok(answer) if (300..500).contains(&answer.status) => Robots::from_access(AccessResult::Unavailable, NAME),
        // A redirect to where this feed may not go says nothing about the page.
        Err(
            FetchError::TooManyRedirects { .. }
            | FetchError::RedirectLoop { .. }
            | FetchError::NotGranted { .. }
            | FetchError::NotAsked { .. }
            | FetchError::Scheme { .. }
            | FetchError::Port { .. },
        ) => Robots::from_access(AccessResult::TooManyRedirects, NAME),
        Ok(_) | Err(FetchError::Broken { .. } | FetchError::TooLarge { .. } | FetchError::RateLimited { .. }) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if let Some(delay) = robots.crawl_delay() {
        inner.pace.widen(page, delay.min(seconds(inner.config.retry_after_seconds)));
    }
    Ok(Some(robots))
}
