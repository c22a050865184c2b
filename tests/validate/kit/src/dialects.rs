//! Every dialect that is validated, called natively.

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};

type Emit = fn(&Context, &Hunt, &Target) -> Result<Vec<Artifact>, Vec<Refusal>>;

/// A dialect under test: the emitter with one mapping.
pub struct Dialect {
    /// Folder of its golden files.
    pub name: &'static str,
    pub ending: &'static str,
    pub mapping: &'static str,
    emit: Emit,
}

/// Every one.
pub const ALL: &[Dialect] = &[
    Dialect { name: "defender", ending: "kql", mapping: "{}", emit: emit_defender::Defender::emit },
    Dialect { name: "sentinel", ending: "kql", mapping: "{}", emit: emit_sentinel::Sentinel::emit },
    Dialect { name: "splunk", ending: "spl", mapping: "{}", emit: emit_splunk::Splunk::emit },
    Dialect { name: "splunk-cim-6.4", ending: "spl", mapping: r#"{"cim":"6.4.0"}"#, emit: emit_splunk::Splunk::emit },
    Dialect { name: "splunk-cim-8.5", ending: "spl", mapping: r#"{"cim":"8.5.0"}"#, emit: emit_splunk::Splunk::emit },
];

impl Dialect {
    /// By the name of its golden files.
    pub fn named(name: &str) -> Option<&'static Dialect> {
        ALL.iter().find(|dialect| dialect.name == name)
    }

    /// Says a hunt.
    ///
    /// # Errors
    /// The emitter's refusals.
    pub fn emit(&self, hunt: &Hunt) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let context = Context { config: "{}".into(), tlp: "clear".into(), properties: Vec::new() };
        let target = Target { form: "query".into(), mapping: self.mapping.into() };
        (self.emit)(&context, hunt, &target)
    }
}
