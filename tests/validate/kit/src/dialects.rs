//! Every dialect that is validated, called natively.

use crate::layout::{Scope, class_name};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::search::{Resolved, resolve_open};
use huntsmith_sdk::query::table::SIGMA;

use Executed::{Nowhere, OverFiles, OverTables};

type Emit = fn(&Context, &Hunt, &Target) -> Result<Vec<Artifact>, Vec<Refusal>>;

/// A dialect under test: the emitter with one mapping.
pub struct Dialect {
    /// Folder of its golden files.
    pub name: &'static str,
    pub ending: &'static str,
    pub mapping: &'static str,
    /// Whether it takes classes and fields that no table names.
    pub open: bool,
    emit: Emit,
    executed: Executed,
}

type Places = fn(&Hunt) -> Vec<(Resolved<'_>, Scope)>;

/// Whether an engine executes the dialect's queries here, and over what.
#[derive(Clone, Copy)]
enum Executed {
    Nowhere,
    /// What stands in files.
    OverFiles,
    OverTables(Places),
}

/// Where the events of a hunt lie for the engine.
pub enum Laid<'h> {
    AsItIs,
    /// In the tables of the searches.
    In(Vec<(Resolved<'h>, Scope)>),
}

const fn dialect(name: &'static str, ending: &'static str, mapping: &'static str, emit: Emit) -> Dialect {
    Dialect { name, ending, mapping, open: false, emit, executed: Nowhere }
}

impl Dialect {
    const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    const fn executed(self, executed: Executed) -> Self {
        Self { executed, ..self }
    }
}

/// Elastic's events: what narrows each to its class.
fn ecs(hunt: &Hunt) -> Vec<(Resolved<'_>, Scope)> {
    let resolved = huntsmith_ecs::resolve(hunt).unwrap_or_default();
    let each = resolved.into_iter().map(|one| {
        let scopes = huntsmith_ecs::scopes(&one).into_iter();
        let words = scopes.filter_map(|scope| Some((scope.field.to_owned(), (*scope.values.first()?).to_owned())));
        let words = words.collect();
        (one, words)
    });
    each.collect()
}

/// Every one.
pub const ALL: &[Dialect] = &[
    dialect("defender", "kql", "{}", emit_defender::Defender::emit),
    dialect("sentinel", "kql", "{}", emit_sentinel::Sentinel::emit),
    dialect("eql", "eql", "{}", emit_eql::Eql::emit).open().executed(OverTables(ecs)),
    dialect("esql", "esql", "{}", emit_esql::Esql::emit).open(),
    dialect("lucene", "lucene", "{}", emit_lucene::Lucene::emit).open(),
    dialect("loki", "logql", "{}", emit_loki::Loki::emit).open(),
    dialect("cloudwatch", "cwli", "{}", emit_cloudwatch::CloudWatch::emit).open(),
    dialect("logscale", "lql", "{}", emit_logscale::LogScale::emit),
    dialect("cortex", "xql", "{}", emit_cortex::Cortex::emit),
    dialect("qradar", "aql", "{}", emit_qradar::QRadar::emit).open(),
    dialect("sql", "sql", "{}", emit_sql::Sql::emit).executed(OverTables(ocsf)),
    dialect("sql-snowflake", "sql", r#"{"engine":"snowflake"}"#, emit_sql::Sql::emit).executed(OverTables(ocsf)),
    dialect("sql-clickhouse", "sql", r#"{"engine":"clickhouse"}"#, emit_sql::Sql::emit).executed(OverTables(ocsf)),
    dialect("s1", "s1ql", "{}", emit_s1::SentinelOne::emit),
    dialect("secops", "yaral", "{}", emit_secops::SecOps::emit),
    dialect("datadog", "txt", "{}", emit_datadog::Datadog::emit).open(),
    dialect("yara", "yar", "{}", emit_yara::Yara::emit).executed(OverFiles),
    dialect("suricata", "rules", "{}", emit_suricata::Suricata::emit),
    dialect("sigma", "yml", "{}", emit_sigma::Sigma::emit).open().executed(OverTables(logged)),
    dialect("splunk-raw", "spl", "{}", emit_splunk_raw::SplunkRaw::emit).open(),
    dialect("splunk", "spl", "{}", emit_splunk::Splunk::emit),
    dialect("splunk-no-macros", "spl", r#"{"macros":[]}"#, emit_splunk::Splunk::emit),
    dialect("splunk-cim-6.4", "spl", r#"{"cim":"6.4.0"}"#, emit_splunk::Splunk::emit),
    dialect("splunk-cim-8.5", "spl", r#"{"cim":"8.5.0"}"#, emit_splunk::Splunk::emit),
];

/// Tables of a data lake: the table is a word of the class, and the activity.
fn ocsf(hunt: &Hunt) -> Vec<(Resolved<'_>, Scope)> {
    let each = emit_sql::searches(hunt).unwrap_or_default().into_iter().map(|one| {
        let mut words = vec![("@table".to_owned(), one.source.table.to_owned())];
        let activity: String = one.source.only.chars().find(char::is_ascii_digit).into_iter().collect();
        words.extend((!activity.is_empty()).then(|| ("activity_id".to_owned(), activity)));
        (one, words)
    });
    each.collect()
}

/// Events as they are logged.
fn logged(hunt: &Hunt) -> Vec<(Resolved<'_>, Scope)> {
    let resolved = resolve_open(hunt, &[], &SIGMA).unwrap_or_default();
    let each = resolved.into_iter().map(|one| {
        let class = class_name(&one.search.class);
        (one, vec![("class".to_owned(), class)])
    });
    each.collect()
}

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
        self.emit_as(hunt, "query")
    }

    /// Says a hunt in a form.
    ///
    /// # Errors
    /// The emitter's refusals.
    pub fn emit_as(&self, hunt: &Hunt, form: &str) -> Result<Vec<Artifact>, Vec<Refusal>> {
        self.emit_with(hunt, form, self.mapping)
    }

    /// Says a hunt in a form, with a mapping of the operator's.
    ///
    /// # Errors
    /// The emitter's refusals.
    pub fn emit_with(&self, hunt: &Hunt, form: &str, mapping: &str) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let context = Context { config: "{}".into(), tlp: "clear".into(), properties: Vec::new() };
        let target = Target { form: form.into(), mapping: mapping.into() };
        (self.emit)(&context, hunt, &target)
    }

    /// Where the events of a hunt lie, where an engine can execute its query.
    pub fn laid<'h>(&self, hunt: &'h Hunt) -> Option<Laid<'h>> {
        match self.executed {
            Nowhere => None,
            OverFiles => Some(Laid::AsItIs),
            OverTables(places) => Some(Laid::In(places(hunt))),
        }
    }
}
