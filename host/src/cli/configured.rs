//! A configured feed made ready to be asked: its plugin, its options held against the plugin's schema, its grant.

use crate::config::{Config, FeedConfig};
use crate::fetch::{Client, FetchError, Grant};
use crate::model::{CallContext, FeedPage};
use crate::pipeline::{Input, InputFailure, read_file, resolve};
use crate::plugin::options;
use crate::sandbox::{CallError, Plugin};
use std::path::PathBuf;
use std::sync::Arc;

/// What asking a feed takes.
pub struct Configured<'a> {
    pub plugin: &'a Plugin,
    pub ctx: CallContext,
    pub grant: Grant,
}

impl<'a> Configured<'a> {
    /// Makes the feed `name` ready; `feeds` are the plugins that there are.
    ///
    /// # Errors
    /// There is no such plugin, an option is not of its schema, or a secret cannot be had.
    pub fn new(name: &str, feed: &FeedConfig, config: &Config, feeds: &'a [Plugin]) -> Result<Self, InputFailure> {
        let fail = |code: &str, message: String, hint: String| InputFailure {
            input: name.into(),
            code: code.into(),
            message,
            hint,
        };
        let plugin = feeds.iter().find(|plugin| plugin.id().name == feed.plugin).ok_or_else(|| {
            let known = feeds.iter().map(|plugin| plugin.id().name.as_str());
            let message = format!("the feed `{name}` names the plugin `{}`, which is not there", feed.plugin);
            fail("unknown-plugin", message, crate::feeds::meant(&feed.plugin, known))
        })?;
        let manifest = plugin.manifest();
        options::check(manifest.config.as_ref(), &feed.options_for(manifest.config.as_ref()))
            .map_err(|error| fail(error.code(), format!("{name}: {} {}", error.place, error.what), error.hint))?;
        let grant = feed.grant(&manifest.capabilities, &config.fetch).map_err(|error| fetch_failure(name, &error))?;
        let ctx = CallContext { config: feed.options_json(), ..Default::default() };
        Ok(Self { plugin, ctx, grant })
    }

    /// Asks once, from the beginning. Of a folder every file is handed over, and the pages are put together.
    ///
    /// # Errors
    /// The first call that fails, or a file that cannot be read.
    pub fn first_page(
        self,
        name: &str,
        feed: &FeedConfig,
        client: &Client,
        most: u64,
    ) -> Result<FeedPage, InputFailure> {
        let Some(files) = files(feed)? else {
            let http = Arc::new(client.fetcher(self.grant));
            let page = self.plugin.poll(&self.ctx, None, None, Some(http));
            return page.map(|page| page.value).map_err(|error| call_failure(name, error));
        };
        let mut whole = FeedPage::default();
        for file in files {
            let document = read_file(&file, most)?;
            let page = self.plugin.poll(&self.ctx, Some(&document), whole.cursor.as_deref(), None);
            let page = page.map_err(|error| call_failure(name, error))?.value;
            whole.items.extend(page.items);
            whole.notes.extend(page.notes);
            whole.cursor = page.cursor.or(whole.cursor);
        }
        Ok(whole)
    }
}

/// The files of a feed that is a folder or a file; none for one on the web.
///
/// # Errors
/// It is not there.
pub fn files(feed: &FeedConfig) -> Result<Option<Vec<PathBuf>>, InputFailure> {
    let Some(path) = feed.path() else { return Ok(None) };
    let found = resolve(&path.to_string_lossy())?.into_iter();
    Ok(Some(found.filter_map(|input| if let Input::File(file) = input { Some(file) } else { None }).collect()))
}

/// A failed call of a feed's plugin.
pub fn call_failure(name: &str, error: CallError) -> InputFailure {
    InputFailure {
        input: name.into(),
        code: error.report_code(),
        message: format!("{name}: {}: {}", error.plugin, error.message),
        hint: error.hint,
    }
}

/// What the client refuses before anything is asked.
pub fn fetch_failure(name: &str, error: &FetchError) -> InputFailure {
    InputFailure { input: name.into(), code: error.code().into(), message: error.to_string(), hint: error.hint() }
}
