//! `huntsmith feeds add` and `remove`: a feed goes into huntsmith.toml after its plugin, options and hosts were checked,
//! and the rest of the file stays as it is.

use super::{ConfigArgs, Host, HostArgs};
use crate::config::Config;
use crate::feeds::{self, NewFeed, Presets};
use crate::plugin::{World, options};
use anyhow::{Context as _, anyhow, bail};
use std::path::Path;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// A preset's name, an address, or a folder or file of saved reports
    #[arg(value_name = "PRESET|ADDRESS|FOLDER")]
    what: String,
    /// The feed's name [default: the preset's, or one made of the address]
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The plugin that reads it [default: the preset's; else the one for news feeds, or for folders]
    #[arg(long = "reads", value_name = "PLUGIN")]
    reads: Option<String>,
    /// An option of the plugin; a value that is JSON is taken as such; may be given more than once
    #[arg(long = "option", value_name = "KEY=VALUE")]
    options: Vec<String>,
    /// A host that the plugin may reach beside the address's own; may be given more than once
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// A host that may be at an address which is not public; may be given more than once
    #[arg(long, value_name = "HOST")]
    private_host: Vec<String>,
    /// A port beyond 80 and 443; may be given more than once
    #[arg(long, value_name = "PORT")]
    port: Vec<u16>,
    /// Allow plain http
    #[arg(long)]
    allow_http: bool,
    /// The name of a secret of `[fetch.secrets]`; may be given more than once
    #[arg(long, value_name = "NAME")]
    secret: Vec<String>,
    #[command(flatten)]
    host: HostArgs,
}

#[derive(Debug, clap::Args)]
pub struct RemoveArgs {
    /// The feed's name
    name: String,
    #[command(flatten)]
    config: ConfigArgs,
}

/// Adds a feed.
pub fn add(args: &AddArgs, bundle: &'static [u8]) -> anyhow::Result<ExitCode> {
    let (file, host) = ConfigArgs::of(&args.host);
    let host = Host::open(&host, bundle)?;
    let presets = super::presets(&host.data)?;
    let (name, mut feed) = named(args, &presets)?;
    for option in &args.options {
        let (key, value) = option
            .split_once('=')
            .ok_or_else(|| anyhow!("`{option}` is no option\n\nhint: write --option KEY=VALUE"))?;
        feed.options.insert(key.into(), option_value(value));
    }
    let listed = host.registry.plugins().iter().filter(|plugin| plugin.manifest.world == World::FeedSource);
    let names: Vec<&str> = listed.clone().map(|plugin| plugin.id.name.as_str()).collect();
    let plugin = listed.clone().find(|plugin| plugin.id.name == feed.plugin).ok_or_else(|| {
        anyhow!("no feed plugin `{}`\n\nhint: {}", feed.plugin, feeds::meant(&feed.plugin, names.into_iter()))
    })?;
    // What the plugin asks for by name is granted with the feed; `feed` is the address's own host.
    let asked = plugin.manifest.capabilities.http.iter().filter(|host| *host != "feed");
    feed.hosts = asked.cloned().chain(args.hosts.iter().cloned()).collect();
    feed.hosts.dedup();
    let text = feeds::add(&file.text()?, &name, &feed)?;
    let config: Config = toml::from_str(&text).context("the feed cannot be configured so")?;
    let written = &config.feeds[&name];
    let schema = plugin.manifest.config.as_ref();
    options::check(schema, &written.options_for(schema))?;
    super::super::run::write_file(file.path(), &text)?;
    let reach = match (written.url.host_str(), feed.hosts.join(", ")) {
        (Some(own), more) if more.is_empty() || more == own => own.to_owned(),
        (Some(own), more) => format!("{own}, {more}"),
        (None, _) => "nothing: the host reads the files".to_owned(),
    };
    anstream::println!("added {name} to {}: {} may reach {reach}", file.path().display(), feed.plugin);
    Ok(ExitCode::from(super::super::FINE))
}

/// Removes a feed.
pub fn remove(args: &RemoveArgs) -> anyhow::Result<ExitCode> {
    let text = feeds::remove(&args.config.text()?, &args.name)?;
    super::super::run::write_file(args.config.path(), &text)?;
    anstream::println!("removed {} from {}", args.name, args.config.path().display());
    Ok(ExitCode::from(super::super::FINE))
}

/// The feed's name and what is known of it by what the operator named.
fn named(args: &AddArgs, presets: &Presets) -> anyhow::Result<(String, NewFeed)> {
    let mut feed = NewFeed {
        private_hosts: args.private_host.clone(),
        allow_http: args.allow_http,
        ports: args.port.clone(),
        secrets: args.secret.clone(),
        ..NewFeed::default()
    };
    let (name, plugin) = if let Some(preset) = presets.feeds.get(&args.what) {
        feed.url.clone_from(&preset.url);
        feed.options.clone_from(&preset.options);
        (args.what.clone(), preset.plugin.clone())
    } else if args.what.contains("://") {
        let url = url::Url::parse(&args.what).map_err(|e| anyhow!("`{}` is not an address: {e}", args.what))?;
        feed.url = url.to_string();
        (name_of(url.host_str().unwrap_or("folder")), presets.plugins.address.clone())
    } else if let Ok(path) = Path::new(&args.what).canonicalize() {
        let url = if path.is_dir() { url::Url::from_directory_path(&path) } else { url::Url::from_file_path(&path) };
        feed.url = url.map_err(|()| anyhow!("{} has no address", path.display()))?.to_string();
        let name = path.file_name().map_or("folder".into(), |name| name.to_string_lossy().into_owned());
        (name_of(&name), presets.plugins.folder.clone())
    } else {
        let hint = feeds::meant(&args.what, presets.feeds.keys().map(String::as_str));
        bail!("`{}` is no preset, no address and no folder\n\nhint: {hint}", args.what);
    };
    feed.plugin = args.reads.clone().unwrap_or(plugin);
    Ok((args.name.clone().unwrap_or(name), feed))
}

/// `www.blog.example` gives `blog-example`.
fn name_of(text: &str) -> String {
    let words = text.strip_prefix("www.").unwrap_or(text).to_ascii_lowercase();
    let words: Vec<&str> = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-").chars().take(64).collect()
}

/// A number, a truth or a list, where the value is written as one; else text.
fn option_value(text: &str) -> toml::Value {
    let read = serde_json::from_str::<serde_json::Value>(text).ok();
    read.and_then(|value| toml::Value::try_from(value).ok()).unwrap_or_else(|| toml::Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_by_what_they_are_made_of() {
        assert_eq!(name_of("www.Blog.example"), "blog-example");
        assert_eq!(option_value("3"), toml::Value::Integer(3));
        assert_eq!(option_value("[\"a\"]"), toml::Value::Array(vec!["a".into()]));
        assert_eq!(option_value("div.post > a"), toml::Value::String("div.post > a".into()));
    }
}
