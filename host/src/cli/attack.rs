//! `huntsmith attack`: look a technique up, and replace the ATT&CK that huntsmith knows by that of an official bundle.

use crate::attack::{self, AttackError, Knowledge, Resolved, Technique};
use crate::report::plain;
use anyhow::Context as _;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Look up MITRE ATT&CK, or load a newer version of it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder with the operator's own data; `update` writes to it
    #[arg(long, value_name = "DIR", env = "HUNTSMITH_DATA_DIR", global = true)]
    data_dir: Option<PathBuf>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Print what ATT&CK says of a technique; a revoked id is followed, and the answer says so
    Show {
        /// `T1059`, `T1059.001`
        id: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Load `enterprise-attack.json`, as MITRE publishes it, into the data folder; the old data stays if anything is wrong
    Update {
        /// A STIX 2.x bundle of Enterprise ATT&CK
        bundle: PathBuf,
    },
}

/// Runs the subcommand.
///
/// # Errors
/// An unknown id, a bundle that is not Enterprise ATT&CK, damaged data, or an output that cannot be written.
pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match args.command {
        Command::Show { id, json } => {
            let knowledge = knowledge(args.data_dir.as_deref())?;
            let resolved = knowledge.resolve(&id).map_err(explained)?;
            let technique = knowledge.technique(resolved.id).context("a resolved id is known")?;
            match json {
                true => writeln!(out, "{}", serde_json::to_string_pretty(&object(&knowledge, technique, resolved))?)?,
                false => text(&mut out, &knowledge, technique, resolved)?,
            }
        }
        Command::Update { bundle } => {
            let folder = args
                .data_dir
                .context("no folder to write to\n\nhint: give --data-dir DIR, or set HUNTSMITH_DATA_DIR")?;
            let before = attack::load(&folder).map(|known| known.version().to_owned());
            let knowledge = attack::update(&folder, &bundle).map_err(explained)?;
            writeln!(
                out,
                "ATT&CK {} in place of {}: {} techniques, {} tactics, {} groups, campaigns and pieces of software; {} ids revoked or merged",
                plain(knowledge.version()),
                before.as_deref().map_or_else(|_| "damaged data".into(), plain),
                knowledge.techniques().count(),
                knowledge.tactics().len(),
                knowledge.named().len(),
                knowledge.revoked().count()
            )?;
        }
    }
    Ok(ExitCode::from(super::FINE))
}

/// The operator's ATT&CK where there is one, else what ships.
///
/// # Errors
/// The operator's files are damaged.
pub fn knowledge(data_dir: Option<&std::path::Path>) -> anyhow::Result<std::borrow::Cow<'static, Knowledge>> {
    match data_dir {
        Some(folder) => attack::load(folder).map_err(explained),
        None => Ok(std::borrow::Cow::Borrowed(Knowledge::shipped())),
    }
}

/// An error with its code and its hint.
pub fn explained(error: AttackError) -> anyhow::Error {
    anyhow::anyhow!("{error} [{}]\n\nhint: {}", error.code(), error.hint())
}

fn object(knowledge: &Knowledge, technique: &Technique, resolved: Resolved) -> serde_json::Value {
    let tactics = technique.tactics.iter().map(|code| {
        let known = knowledge.tactic(code);
        json!({ "code": code, "id": known.and_then(|t| t.id.as_ref()), "name": knowledge.tactic_name(code) })
    });
    let analytics = technique.analytics.iter().map(|analytic| {
        let logs = analytic
            .logs
            .iter()
            .map(|log| json!({ "component": log.component, "source": log.name, "channel": log.channel }));
        json!({
            "platforms": analytic.platforms,
            "text": analytic.text,
            "log_sources": logs.collect::<Vec<_>>(),
        })
    });
    let below = knowledge.subtechniques(technique.id);
    json!({
        "id": technique.id,
        "name": knowledge.display_name(technique.id),
        "was": resolved.was,
        "attack": knowledge.version(),
        "tactics": tactics.collect::<Vec<_>>(),
        "platforms": technique.platforms,
        "description": technique.description,
        "sub_techniques": below.map(|sub| json!({ "id": sub.id, "name": sub.name })).collect::<Vec<_>>(),
        "mitigations": technique.mitigations,
        "analytics": analytics.collect::<Vec<_>>(),
        "procedures": knowledge.procedures(technique.id),
        "notice": attack::NOTICE,
    })
}

fn text(out: &mut impl Write, known: &Knowledge, technique: &Technique, resolved: Resolved) -> std::io::Result<()> {
    let name = known.display_name(technique.id).unwrap_or_default();
    writeln!(out, "{} {}", technique.id, plain(&name))?;
    if let Some(was) = resolved.was {
        writeln!(out, "{was} was revoked or merged into it")?;
    }
    let tactics: Vec<&str> = technique.tactics.iter().map(|code| known.tactic_name(code)).collect();
    writeln!(out, "\nTactics    {}", plain(&tactics.join(", ")))?;
    writeln!(out, "Platforms  {}", plain(&technique.platforms.join(", ")))?;
    writeln!(out, "\n{}", plain(&technique.description))?;
    let below: Vec<&Technique> = known.subtechniques(technique.id).collect();
    if !below.is_empty() {
        writeln!(out, "\nSub-techniques")?;
    }
    for sub in below {
        writeln!(out, "  {} {}", sub.id, plain(&sub.name))?;
    }
    for analytic in &technique.analytics {
        writeln!(out, "\nAnalytic ({})\n  {}", plain(&analytic.platforms.join(", ")), plain(&analytic.text))?;
        for log in &analytic.logs {
            let channel = log.channel.as_deref().map(|channel| format!(" – {channel}")).unwrap_or_default();
            writeln!(out, "  {}", plain(&format!("{}: {}{channel}", log.component, log.name)))?;
        }
    }
    if !technique.mitigations.is_empty() {
        writeln!(out, "\nMitigations\n  {}", plain(&technique.mitigations.join(", ")))?;
    }
    let procedures = known.procedures(technique.id);
    if !procedures.is_empty() {
        writeln!(out, "\nSeen in use")?;
    }
    for procedure in procedures {
        writeln!(out, "  {}", plain(procedure))?;
    }
    writeln!(out, "\nATT&CK {}. {}", plain(known.version()), attack::NOTICE)
}
