//! Politeness towards a host: how many requests at once, how far apart, and silence when it asks for it.

use super::error::FetchError;
use super::grant::show;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

/// The hosts that requests went to in this process.
pub(super) struct Pace {
    per_host: usize,
    spacing: Duration,
    /// The longest time that a host can make us wait.
    patience: Duration,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
}

struct Host {
    places: Arc<Semaphore>,
    times: Mutex<Times>,
}

struct Times {
    /// When the next request may start.
    next: Instant,
    spacing: Duration,
}

impl Pace {
    pub(super) fn new(per_host: usize, spacing: Duration, patience: Duration) -> Self {
        Self { per_host, spacing, patience, hosts: Mutex::new(HashMap::new()) }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = url.host_str().unwrap_or_default().trim_end_matches('.').to_owned();
        let mut hosts = self.hosts.lock().expect("no panic under this lock");
        let host = hosts.entry(name).or_insert_with(|| {
            let times = Mutex::new(Times { next: Instant::now(), spacing: self.spacing });
            Arc::new(Host { places: Arc::new(Semaphore::new(self.per_host)), times })
        });
        host.clone()
    }

    /// Waits for a place at the host of `url`; it is held until the permit is dropped. A host that asked for a longer
    /// silence than we are patient for is an error at once.
    pub(super) async fn enter(&self, url: &Url) -> Result<OwnedSemaphorePermit, FetchError> {
        let host = self.host(url);
        let place = host.places.clone().acquire_owned().await.expect("the semaphore is never closed");
        let start = {
            let mut times = host.times.lock().expect("no panic under this lock");
            let start = times.next.max(Instant::now());
            let wait = start - Instant::now();
            if wait > self.patience.max(times.spacing) {
                return Err(FetchError::RateLimited { url: show(url), seconds: Some(wait.as_secs() as u32 + 1) });
            }
            times.next = start + times.spacing;
            start
        };
        tokio::time::sleep_until(start).await;
        Ok(place)
    }

    /// The host asked for silence.
    pub(super) fn silence(&self, url: &Url, time: Duration) {
        let host = self.host(url);
        let mut times = host.times.lock().expect("no panic under this lock");
        times.next = times.next.max(Instant::now() + time);
    }

    /// The host's robots file asks for this time between two requests.
    pub(super) fn widen(&self, url: &Url, spacing: Duration) {
        let host = self.host(url);
        let mut times = host.times.lock().expect("no panic under this lock");
        times.spacing = times.spacing.max(spacing.min(self.patience));
    }
}
