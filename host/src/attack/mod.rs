//! MITRE ATT&CK Enterprise: what the host knows of techniques, tactics, groups and software. The data ships in
//! `data/attack/` (with MITRE's notice) and `huntsmith attack update` replaces it by that of any official bundle.

mod bundle;
mod compact;
mod error;
mod id;
mod knowledge;
mod procedures;
mod stix;
mod store;

pub use bundle::{BUNDLE_LIMIT, from_bundle};
pub use error::AttackError;
pub use id::TechniqueId;
pub use knowledge::{Analytic, Files, Knowledge, LogSource, Named, NamedKind, Resolved, Tactic, Technique};
pub use store::{load, update};

/// MITRE's notice: it goes wherever ATT&CK's text goes.
pub const NOTICE: &str = "© 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";

/// The compact files that ship with huntsmith.
pub fn shipped_files() -> Files<'static> {
    Files {
        techniques: include_bytes!("../../../data/attack/techniques.jsonl"),
        revoked: include_bytes!("../../../data/attack/revoked.json"),
        groups: include_bytes!("../../../data/attack/groups_software.json"),
        matrix: Some(include_bytes!("../../../data/attack/matrix.json")),
        procedures: Some(include_bytes!("../../../data/attack/procedures.jsonl")),
    }
}

#[cfg(test)]
mod official_tests;
#[cfg(test)]
mod tests;
