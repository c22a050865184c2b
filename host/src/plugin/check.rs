//! Holding a component against everything that a plugin must be: manifest, world, contract, imports, limits,
//! capabilities, loading, and the conformance suite of its kind.

use super::component::{digest, read_manifest, surface};
use super::conformance::{self, Check, Coverage, Failure, Known};
use super::manifest::{Limits, Manifest};
use crate::attack::Knowledge;
use crate::data::Data;
use crate::kinds::{Kinds, KindsError};
use crate::sandbox::{Code, LoadError, Sandbox, Settings};
use serde::Serialize;
use std::path::PathBuf;

/// What came of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// `name@version`; none where the manifest cannot be read.
    pub plugin: Option<String>,
    /// SHA-256 of the component, lower-case hex.
    pub digest: String,
    pub passes: bool,
    pub checks: Vec<Check>,
    /// What an emitter can say.
    pub coverage: Option<Coverage>,
}

/// What a component is held against.
#[derive(Debug)]
pub struct Against<'a> {
    pub sandbox: &'a Sandbox,
    pub data: &'a Data,
    pub kinds: Kinds,
    pub knowledge: &'a Knowledge,
    /// Documents of the author's own, with their paths.
    pub samples: Vec<(PathBuf, Vec<u8>)>,
}

/// Counting instructions makes calls slower, and a machine may have other work: a call may take this many times its
/// deadline. What costs too much is found by the count.
const PATIENCE: u64 = 4;

/// Checks a component. What is wrong with it is in the report, never an error.
pub fn check(component: &[u8], against: Against<'_>) -> Report {
    let mut report =
        Report { plugin: None, digest: digest(component), passes: false, checks: Vec::new(), coverage: None };
    let manifest = match read_manifest(component) {
        Ok(manifest) => manifest,
        Err(error) => {
            let (message, hint) = super::registry::parted(&error.to_string());
            report.checks.push(fails("manifest", Failure::new(error.code(), "the component", message, &hint)));
            return report;
        }
    };
    report.plugin = Some(format!("{}@{}", manifest.name, manifest.version));
    let Against { sandbox, data, mut kinds, knowledge, samples } = against;
    if let Err(error) = kinds.add(&manifest.name, &manifest.kinds) {
        report.checks.push(fails("manifest", declared(&error)));
        return report;
    }
    let mut patient = manifest.clone();
    patient.limits.deadline_ms = patient.limits.deadline_ms.saturating_mul(PATIENCE);
    let loaded = sandbox.load(component, patient, data);
    report.checks.extend(before_the_first_call(component, &manifest, loaded.as_ref().err()));
    if let Ok(plugin) = &loaded {
        let suite = conformance::run(plugin, &Known { kinds: &kinds, knowledge, samples });
        report.checks.extend(suite.checks);
        report.coverage = suite.coverage;
    }
    report.passes = report.checks.iter().all(|check| check.failures.is_empty());
    report
}

fn fails(name: &'static str, failure: Failure) -> Check {
    Check { name, says: String::new(), failures: vec![failure] }
}

fn declared(error: &KindsError) -> Failure {
    let (message, hint) = super::registry::parted(&error.to_string());
    Failure::new("kind-declared-wrongly", "[kinds]", message, &hint)
}

/// One check for each thing that is known without calling it; the one that loading failed at carries the failure, and
/// those after it are left out, for nothing is known of them.
fn before_the_first_call(component: &[u8], manifest: &Manifest, error: Option<&LoadError>) -> Vec<Check> {
    let (imports, exports) = surface(component).unwrap_or_default();
    let listed = |names: &[String]| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
    let how = if component.len() > LARGE { ", in code that was made quickly and runs slowly" } else { "" };
    let all = [
        ("manifest", format!("{}@{}, {} bytes", manifest.name, manifest.version, component.len())),
        ("imports", format!("what its world has: {}", listed(&imports))),
        ("world", format!("{}: exports {}", manifest.world, listed(&exports))),
        ("contract", format!("{} {}", manifest.world.package(), manifest.contract)),
        ("limits", limits(&manifest.limits)),
        ("capabilities", format!("asks for {}", manifest.capabilities)),
        ("load", format!("prepared, initialised and instantiated{how}")),
    ];
    let at = error.map(|error| match error.code {
        Code::MalformedComponent => "manifest",
        Code::UnknownImport => "imports",
        Code::WrongWorld => "world",
        Code::ContractVersion | Code::Incompatible => "contract",
        _ => "load",
    });
    let mut checks = Vec::new();
    for (name, says) in all {
        if let (Some(error), true) = (error, at == Some(name)) {
            let failure = Failure::new(error.code.as_str(), "the component", error.message.clone(), &error.hint);
            checks.push(fails(name, failure));
            break;
        }
        checks.push(Check { name, says, failures: Vec::new() });
    }
    checks
}

fn limits(limits: &Limits) -> String {
    format!(
        "{} ms and {} MiB a call, {} records, within the host's",
        limits.deadline_ms, limits.memory_mib, limits.records
    )
}

/// Bytes of a component over which it holds an interpreter: making good code of it takes longer than every call of the suite.
const LARGE: usize = 8 << 20;

/// Loads a component for trying it: instructions are counted, so that growth is judged without a clock.
pub fn settings(base: Settings, component: &[u8]) -> Settings {
    Settings { deterministic_fuel: true, quick_code: component.len() > LARGE, ..base }
}
