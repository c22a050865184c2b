//! `huntsmith plugin install`, `update` and `remove`: what is got, what it asks for, what is granted.

use crate::cli::FINE;
use crate::cli::host::HostArgs;
use crate::config::Config;
use crate::data::Data;
use crate::fetch::{Client, FetchConfig, FetchError, FetchKind, Grant, HostPattern};
use crate::plugin::install::{self, InstallError, Offer, Source, accept, granted, not_installed, offers};
use crate::plugin::lock::{Lock, LockError, Pinned, Shelf};
use crate::plugin::manifest::Capabilities;
use crate::plugin::trust::{TrustConfig, Verdict};
use crate::report::{plain, plain_lines};
use crate::sandbox::{Sandbox, Settings};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// Options of `install`.
#[derive(Debug, clap::Args)]
pub struct Install {
    /// A component, a folder of them, `https://…`, or `oci://registry.example/team/NAME:VERSION`
    #[arg(value_name = "SOURCE", required_unless_present = "locked")]
    sources: Vec<String>,
    /// Get the very plugins of the lock, for a machine that does not have them yet
    #[arg(long, conflicts_with = "sources")]
    locked: bool,
    #[command(flatten)]
    how: How,
}

/// Options of `update`.
#[derive(Debug, clap::Args)]
pub struct Update {
    /// Installed plugins; none: all of them
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    how: How,
}

/// Options of `remove`.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// An installed plugin
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    #[command(flatten)]
    host: HostArgs,
}

#[derive(Debug, clap::Args)]
struct How {
    /// Grant what a plugin asks for: `http:HOST`, `secret:NAME`, or `all`; may be given more than once
    #[arg(long = "grant", value_name = "CAPABILITY")]
    grants: Vec<String>,
    /// Ask nothing. It grants nothing either: a plugin that asks for more than it has is not installed
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    host: HostArgs,
}

/// What all of them work on.
struct Place<'a> {
    host: &'a HostArgs,
    lock: Lock,
    shelf: Shelf,
    trust: TrustConfig,
    fetch: FetchConfig,
}

impl<'a> Place<'a> {
    fn open(host: &'a HostArgs) -> anyhow::Result<Self> {
        let config = Config::open(host.config.as_deref())?;
        let (lock, shelf) = (Lock::read(&host.lock)?, Shelf::open(host.plugin_dir.as_deref()));
        Ok(Self { host, lock, shelf, trust: config.trust, fetch: config.fetch })
    }

    fn offers(&self, source: &str) -> Result<Vec<Offer>, InstallError> {
        offers(&Source::parse(source)?, &self.trust, &|url| self.get(url))
    }

    /// The operator named the address and its port, so any public host may answer.
    fn get(&self, url: &str) -> Result<Option<Vec<u8>>, InstallError> {
        let failed = |error: FetchError| InstallError::Web {
            url: url.to_owned(),
            code: error.code(),
            message: error.to_string(),
            hint: error.hint(),
        };
        let client = Client::new(FetchConfig { max_wire_bytes: 128 << 20, max_bytes: 128 << 20, ..self.fetch.clone() });
        let ports = url::Url::parse(url).ok().and_then(|url| url.port()).into_iter().collect();
        let grant = Grant { ports, ..Grant::for_hosts(vec![HostPattern::Any]) };
        let fetcher = client.map_err(failed)?.fetcher(grant);
        match fetcher.get(url, FetchKind::Named) {
            Ok(fetched) => Ok(Some(fetched.document.bytes)),
            Err(FetchError::Status { status: 404 | 410, .. }) => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn sandbox(&self) -> anyhow::Result<(Sandbox, Data)> {
        let settings = Settings { cache_dir: self.host.cache_dir.clone(), ..Settings::default() };
        Ok((Sandbox::new(settings)?, Data::new(self.host.data_dir.clone())))
    }

    /// Judges, tries and pins what is offered; only then anything is written.
    fn take(&mut self, all: Vec<Offer>, how: &How) -> anyhow::Result<ExitCode> {
        let asked: Vec<&Capabilities> = all.iter().map(|offer| &offer.manifest.capabilities).collect();
        let given = granted(&how.grants, &asked)?;
        let (sandbox, data) = self.sandbox()?;
        let mut accepted = Vec::new();
        for offer in all {
            let before = self.lock.get(&offer.manifest.name).cloned();
            if let Some(before) = &before {
                offer.follows(before)?;
            }
            let given = self.ask(&offer, before.as_ref(), &given, how)?;
            let pinned = offer.pin(before.as_ref(), &given)?;
            offer.try_out(&sandbox, &data)?;
            accepted.push((offer, pinned));
        }
        let told: Vec<String> = accepted.iter().map(|(offer, pinned)| self.told(offer, pinned)).collect();
        accept(accepted, &mut self.lock, &self.host.lock, &self.shelf)?;
        let mut out = std::io::stdout().lock();
        told.iter().try_for_each(|line| writeln!(out, "{line}"))?;
        Ok(ExitCode::from(FINE))
    }

    /// Shows what a plugin asks for beyond what it has, and asks, where somebody is there to answer.
    fn ask(
        &self,
        offer: &Offer,
        before: Option<&Pinned>,
        given: &Capabilities,
        how: &How,
    ) -> anyhow::Result<Capabilities> {
        if let Verdict::Unsigned { warning: Some(warning) } = &offer.verdict {
            anstream::eprintln!("warning: {}", plain_lines(warning));
        }
        let more = offer.more(before);
        if more == Capabilities::default() {
            return Ok(given.clone());
        }
        let had = before.map_or_else(|| "nothing".to_owned(), |it| it.granted.to_string());
        anstream::eprintln!(
            "{} asks for {}; granted so far: {}",
            offer.plugin(),
            plain(&more.to_string()),
            plain(&had)
        );
        let missing = offer.pin(before, given).is_err();
        if missing && !how.yes && how.grants.is_empty() && std::io::stdin().is_terminal() {
            anstream::eprint!("grant it? [y/N] ");
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer)?;
            if matches!(answer.trim(), "y" | "Y" | "yes") {
                return Ok(more);
            }
        }
        Ok(given.clone())
    }

    fn told(&self, offer: &Offer, pinned: &Pinned) -> String {
        let what = match self.lock.get(&pinned.name) {
            Some(before) if before.digest == pinned.digest => "is installed already",
            Some(_) => "updated",
            None => "installed",
        };
        let signed = pinned.signer.as_ref().map_or("not signed".to_owned(), |it| format!("signed by `{}`", it.name));
        format!("{} {what}: sha256 {}, {signed}, granted: {}", offer.plugin(), offer.digest, pinned.granted)
    }
}

/// Installs.
///
/// # Errors
/// Why a plugin was not installed; then none of them was.
pub fn install(args: &Install) -> anyhow::Result<ExitCode> {
    let mut place = Place::open(&args.how.host)?;
    if args.locked {
        return locked(&place);
    }
    let mut all = Vec::new();
    for source in &args.sources {
        all.extend(place.offers(source)?);
    }
    place.take(all, &args.how)
}

/// Gets what the lock names and is not here, as the lock has it to the last byte.
fn locked(place: &Place<'_>) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    for pinned in &place.lock.plugins {
        let name = format!("{}@{}", pinned.name, pinned.version);
        match place.shelf.get(pinned) {
            Ok(_) => writeln!(out, "{name} is here")?,
            Err(LockError::Missing { .. }) => {
                let offers = place.offers(&pinned.source)?;
                let Some(offer) = offers.iter().find(|offer| offer.manifest.name == pinned.name) else {
                    return Err(not_installed(&pinned.name, &place.lock).into());
                };
                if offer.digest != pinned.digest {
                    return Err(InstallError::Replaced {
                        plugin: name,
                        locked: pinned.digest.clone(),
                        found: offer.digest.clone(),
                        origin: pinned.source.clone(),
                    }
                    .into());
                }
                place.shelf.put(&offer.component)?;
                writeln!(out, "{name} installed: sha256 {}", pinned.digest)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(ExitCode::from(FINE))
}

/// Updates.
///
/// # Errors
/// Why a plugin was not updated; then none of them was.
pub fn update(args: &Update) -> anyhow::Result<ExitCode> {
    let mut place = Place::open(&args.how.host)?;
    if let Some(name) = args.names.iter().find(|name| place.lock.get(name).is_none()) {
        return Err(not_installed(name, &place.lock).into());
    }
    let wanted = |pinned: &&Pinned| args.names.is_empty() || args.names.contains(&pinned.name);
    let mut all = Vec::new();
    for pinned in place.lock.plugins.iter().filter(wanted) {
        let offers = place.offers(&pinned.source)?;
        all.extend(offers.into_iter().filter(|offer| offer.manifest.name == pinned.name));
    }
    place.take(all, &args.how)
}

/// Removes.
///
/// # Errors
/// There is no such plugin.
pub fn remove(args: &Remove) -> anyhow::Result<ExitCode> {
    let mut place = Place::open(&args.host)?;
    let mut out = std::io::stdout().lock();
    for name in &args.names {
        let gone = install::remove(name, &mut place.lock, &args.host.lock, &place.shelf)?;
        writeln!(out, "{}@{} removed", gone.name, gone.version)?;
    }
    Ok(ExitCode::from(FINE))
}
