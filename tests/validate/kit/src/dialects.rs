//! Every dialect that is validated, called natively.

use crate::events::{self, Search, Tried};
use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};

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
    /// For dialects with an executing oracle: a hunt's searches in native terms.
    searches: Option<Searches>,
}

type Searches = fn(&Hunt) -> Vec<Search<'_>>;

const fn dialect(name: &'static str, ending: &'static str, mapping: &'static str, emit: Emit) -> Dialect {
    Dialect { name, ending, mapping, open: false, emit, searches: None }
}

impl Dialect {
    const fn open(self) -> Self {
        Self { open: true, ..self }
    }

    const fn executed(self, searches: Searches) -> Self {
        Self { searches: Some(searches), ..self }
    }
}

/// Elastic's events: the searches with what narrows each to its class.
fn ecs(hunt: &Hunt) -> Vec<Search<'_>> {
    let resolved = huntsmith_ecs::resolve(hunt).unwrap_or_default();
    let each = resolved.into_iter().map(|one| {
        let scopes = huntsmith_ecs::scopes(&one).into_iter();
        let words = scopes.filter_map(|scope| Some((scope.field.to_owned(), (*scope.values.first()?).to_owned())));
        let words = words.collect();
        (one.formula, words)
    });
    each.collect()
}

/// Every one.
pub const ALL: &[Dialect] = &[
    dialect("defender", "kql", "{}", emit_defender::Defender::emit),
    dialect("sentinel", "kql", "{}", emit_sentinel::Sentinel::emit),
    dialect("eql", "eql", "{}", emit_eql::Eql::emit).open().executed(ecs),
    dialect("esql", "esql", "{}", emit_esql::Esql::emit).open(),
    dialect("lucene", "lucene", "{}", emit_lucene::Lucene::emit).open(),
    dialect("loki", "logql", "{}", emit_loki::Loki::emit).open(),
    dialect("cloudwatch", "cwli", "{}", emit_cloudwatch::CloudWatch::emit).open(),
    dialect("logscale", "lql", "{}", emit_logscale::LogScale::emit),
    dialect("cortex", "xql", "{}", emit_cortex::Cortex::emit),
    dialect("qradar", "aql", "{}", emit_qradar::QRadar::emit).open(),
    dialect("sql", "sql", "{}", emit_sql::Sql::emit).executed(ocsf),
    dialect("sql-snowflake", "sql", r#"{"engine":"snowflake"}"#, emit_sql::Sql::emit).executed(ocsf),
    dialect("sql-clickhouse", "sql", r#"{"engine":"clickhouse"}"#, emit_sql::Sql::emit).executed(ocsf),
    dialect("s1", "s1ql", "{}", emit_s1::SentinelOne::emit),
    dialect("secops", "yaral", "{}", emit_secops::SecOps::emit),
    dialect("datadog", "txt", "{}", emit_datadog::Datadog::emit).open(),
    dialect("yara", "yar", "{}", emit_yara::Yara::emit),
    dialect("suricata", "rules", "{}", emit_suricata::Suricata::emit),
    dialect("sigma", "yml", "{}", emit_sigma::Sigma::emit).open(),
    dialect("splunk-raw", "spl", "{}", emit_splunk_raw::SplunkRaw::emit).open(),
    dialect("splunk", "spl", "{}", emit_splunk::Splunk::emit),
    dialect("splunk-no-macros", "spl", r#"{"macros":[]}"#, emit_splunk::Splunk::emit),
    dialect("splunk-cim-6.4", "spl", r#"{"cim":"6.4.0"}"#, emit_splunk::Splunk::emit),
    dialect("splunk-cim-8.5", "spl", r#"{"cim":"8.5.0"}"#, emit_splunk::Splunk::emit),
];

/// Tables of a data lake: the table is a word of the class, and the activity.
fn ocsf(hunt: &Hunt) -> Vec<Search<'_>> {
    let each = emit_sql::searches(hunt).unwrap_or_default().into_iter().map(|one| {
        let mut words = vec![("@table".to_owned(), one.source.table.to_owned())];
        let activity: String = one.source.only.chars().find(char::is_ascii_digit).into_iter().collect();
        words.extend((!activity.is_empty()).then(|| ("activity_id".to_owned(), activity)));
        (one.formula, words)
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
        let context = Context { config: "{}".into(), tlp: "clear".into(), properties: Vec::new() };
        let target = Target { form: form.into(), mapping: self.mapping.into() };
        (self.emit)(&context, hunt, &target)
    }

    /// Events with what a hunt must say to each, where an oracle can execute its query.
    pub fn events(&self, hunt: &Hunt) -> Vec<Tried> {
        self.searches.map(|searches| events::of(hunt, &searches(hunt))).unwrap_or_default()
    }
}
