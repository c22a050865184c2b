//! What lies outside the run: pages saved beside the inputs, the cache, the network.

use super::Args;
use crate::config::{Config, FeedConfig};
use crate::fetch::{Client, FetchConfig, FetchError, FetchKind, Fetcher, Grant, HostPattern, OfflinePages, PageSource};
use crate::folders;
use crate::model::{Document, HttpClient};
use crate::pipeline::{InputFailure, Inputs, NoPage, Pages};
use crate::sandbox::Plugin;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// What lies outside the run: pages saved beside the inputs, the cache, the network.
pub struct Outside {
    saved: Vec<OfflinePages>,
    client: Client,
    fetcher: Fetcher,
}

impl Outside {
    /// The operator named the inputs, and so the hosts that their items link to: any public host is granted.
    pub fn new(args: &Args, config: &Config) -> anyhow::Result<Self> {
        let folders: BTreeSet<&Path> = args
            .inputs
            .iter()
            .map(Path::new)
            .filter_map(|path| if path.is_dir() { Some(path) } else { path.parent() })
            .collect();
        let cap = args.max_input_mib << 20;
        let mut saved = Vec::new();
        for folder in folders {
            saved.extend(OfflinePages::beside(folder, cap)?);
        }
        let cache = args.host.cache_dir.clone().or_else(folders::cache).map(|folder| folder.join("http"));
        let client = Client::new(FetchConfig { offline: args.offline, cache, ..config.fetch.clone() })?;
        let grant = Grant { hosts: vec![HostPattern::Any], allow_http: true, ..Default::default() };
        Ok(Self { saved, fetcher: client.fetcher(grant), client })
    }

    /// The pages of a source's items: any public host, and where a feed is configured, its private hosts and ports too.
    pub fn pages(&self, feed: Option<&FeedConfig>) -> SourcePages<'_> {
        let fetcher = match feed {
            None => self.fetcher.clone(),
            Some(feed) => self.client.fetcher(Grant {
                hosts: vec![HostPattern::Any],
                allow_http: true,
                private_hosts: feed.private_hosts.clone(),
                ports: feed.ports.clone(),
                ..Default::default()
            }),
        };
        SourcePages { saved: &self.saved, fetcher }
    }

    /// The client for what a feed's plugin may reach.
    pub fn fetcher(&self, grant: Grant) -> Arc<Fetcher> {
        Arc::new(self.client.fetcher(grant))
    }
}

impl Inputs for Outside {
    fn fetch(&self, url: &str) -> Result<Document, InputFailure> {
        self.fetcher.get(url, FetchKind::Page).map(|fetched| fetched.document).map_err(|error| InputFailure {
            input: url.to_owned(),
            code: error.code().into(),
            message: error.to_string(),
            hint: error.hint(),
        })
    }

    /// A feed that was named as a file or an address is read by the host; its plugin has no use for the network.
    fn http(&self, _plugin: &Plugin) -> Option<Arc<dyn HttpClient>> {
        None
    }
}

/// Where the pages that a source's items name come from: what was saved beside the inputs, then the network.
pub struct SourcePages<'a> {
    saved: &'a [OfflinePages],
    fetcher: Fetcher,
}

impl Pages for SourcePages<'_> {
    fn page(&self, url: &str) -> Result<Option<Document>, NoPage> {
        let missing = |error: FetchError| NoPage {
            code: error.code().into(),
            again: error.may_come_right(),
            message: error.to_string(),
        };
        for saved in self.saved {
            if let Some(page) = saved.page(url).map_err(missing)? {
                return Ok(Some(page));
            }
        }
        self.fetcher.page(url).map_err(missing)
    }
}
