//! Stages and correlations: which fields their searches must carry, and names for them that every dialect can write.

use super::formula::{Kind, Native};
use super::lower::single;
use super::refusal::{At, Code};
use super::search::Resolved;
use super::table::Column;
use super::text::Name;
use crate::emitter::Refusal;
use crate::emitter::plan::{Correlation, Hunt, Node, Predicate, Source, Stage};
use std::collections::BTreeMap;

/// Words that some dialect reserves: those of the dialects' own pipelines, and every one that Microsoft's parser of KQL
/// wants in brackets (found by trying its keywords).
const RESERVED: &str = "\
    accumulate and as asc avg between bucket by contains copy count datatable date datetime decimal decodeblocks desc \
    double dynamic earlier_time earliertime earliest events externaldata false find first firstseen has has_all \
    has_any in int invoke join kind last lastseen latertime latest let like limit long materialize max min missing \
    not null of on or order others pathformat previous_time print project queries real sample search search_name \
    searchname set simple sort sql string sum take time timeline timespan timestamp title to toscalar true union \
    verbose viewers views where with";

fn is_reserved(spelling: &str) -> bool {
    RESERVED.split(' ').any(|word| word.eq_ignore_ascii_case(spelling))
}

/// A safe spelling for every name of a hunt's stages and correlations.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Collects the names of a hunt.
    pub fn of(hunt: &Hunt) -> Self {
        let mut names = Self::default();
        for correlation in &hunt.correlations {
            correlation.by.iter().for_each(|key| names.add(&key.name));
            correlation.fields.iter().for_each(|field| names.add(field));
        }
        names.add("value");
        for stage in &hunt.stages {
            mentioned(stage).into_iter().for_each(|name| names.add(name));
            made(stage).into_iter().for_each(|name| names.add(name));
        }
        names
    }

    fn add(&mut self, name: &str) {
        if self.0.contains_key(name) {
            return;
        }
        let mut spelling: String =
            name.chars().take(64).map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        if !spelling.starts_with(|c: char| c.is_ascii_alphabetic()) {
            spelling.insert_str(0, "f_");
        }
        while is_reserved(&spelling) || self.0.values().any(|used| *used == spelling) {
            spelling.push('_');
        }
        self.0.insert(name.into(), spelling);
    }

    /// The spelling of a name that the hunt mentions.
    ///
    /// # Errors
    /// `invalid-plan` for any other.
    pub fn get(&self, name: &str, at: At) -> Result<Name<'_>, Refusal> {
        self.0
            .get(name)
            .and_then(|spelling| Name::checked(spelling, ""))
            .ok_or_else(|| at.refuse(Code::InvalidPlan, name, "no stage or correlation names this field"))
    }
}

/// The fields that a stage reads.
fn mentioned(stage: &Stage) -> Vec<&str> {
    match stage {
        Stage::Aggregate(aggregate) => {
            let mut names: Vec<&str> = aggregate.by.iter().map(String::as_str).collect();
            for measure in &aggregate.measures {
                names.extend(measure.field.as_deref());
                names.extend(measure.where_.iter().flat_map(tested));
            }
            names
        }
        Stage::Interval(interval) => interval.by.iter().map(String::as_str).collect(),
        Stage::Derive(derive) => derive.fields.iter().map(String::as_str).collect(),
        Stage::Keep(predicate) => tested(predicate),
        Stage::Sort(keys) => keys.iter().map(|key| key.field.as_str()).collect(),
        Stage::Limit(_) => Vec::new(),
    }
}

/// The fields that a stage adds.
fn made(stage: &Stage) -> Vec<&str> {
    match stage {
        Stage::Aggregate(aggregate) => aggregate.measures.iter().map(|measure| measure.name.as_str()).collect(),
        Stage::Interval(interval) => vec![&interval.name],
        Stage::Derive(derive) => vec![&derive.name],
        Stage::Keep(_) | Stage::Sort(_) | Stage::Limit(_) => Vec::new(),
    }
}

fn tested(predicate: &Predicate) -> Vec<&str> {
    let fields = predicate.nodes.iter().filter_map(|node| match node {
        Node::Test(test) => Some(test.field.as_str()),
        _ => None,
    });
    fields.collect()
}

/// The time of an event, for stages that read it.
pub const TIME: &str = "Timestamp";

/// The fields that a hunt's searches must carry for its stages, each once, in the order in which they are read.
pub fn carried(hunt: &Hunt) -> Vec<(&str, At)> {
    let mut made_so_far: Vec<&str> = vec![TIME];
    let mut carried: Vec<(&str, At)> = Vec::new();
    for (index, stage) in hunt.stages.iter().enumerate() {
        for name in mentioned(stage) {
            if !made_so_far.contains(&name) && !carried.iter().any(|(known, _)| *known == name) {
                carried.push((name, At::stage(index)));
            }
        }
        made_so_far.extend(made(stage));
        if matches!(stage, Stage::Aggregate(_)) {
            // Events are gone: what is not there now was never there.
            break;
        }
    }
    carried
}

/// The one column of a source that holds a field.
///
/// # Errors
/// `unsupported-field`.
pub fn column<'a>(resolved: &Resolved<'a>, field: &'a str, version: u32, at: At) -> Result<Native<'a>, Refusal> {
    resolved.column(field, version).and_then(single).ok_or_else(|| {
        let reason = format!(
            "{} has no column that holds the field in the plan's words, which a later step reads",
            resolved.source.table
        );
        at.refuse(Code::UnsupportedField, field, reason)
    })
}

/// What is known of the columns between stages.
#[derive(Debug, Default)]
pub struct Columns<'a>(BTreeMap<&'a str, Native<'a>>);

impl<'a> Columns<'a> {
    /// Adds or replaces a column.
    pub fn add(&mut self, field: &'a str, name: Name<'a>, kind: Kind) {
        self.0.insert(field, Native { name, kind });
    }

    /// What an aggregation leaves: those alone.
    pub fn keep(&mut self, fields: &[&'a str]) {
        self.0.retain(|field, _| fields.contains(field));
    }

    /// A column by the plan's name.
    ///
    /// # Errors
    /// `invalid-plan` where no earlier step has it.
    pub fn get(&self, field: &str, at: At) -> Result<Native<'a>, Refusal> {
        let reason = "no earlier step has this field";
        self.0.get(field).copied().ok_or_else(|| at.refuse(Code::InvalidPlan, field, reason))
    }

    /// For lowering a predicate over them.
    pub fn lookup(&self, field: &str) -> Option<Column<'a>> {
        self.0.get(field).map(|native| Column::Plain(*native))
    }
}

/// A correlation, its place, and the searches that it reads.
pub type Correlated<'a> = (&'a Correlation, At, Vec<usize>);

/// A hunt's correlation, where it is one that dialects with a row pipeline can say: one, over searches.
///
/// # Errors
/// `unsupported-correlation` and `invalid-plan`.
pub fn correlation(hunt: &Hunt) -> Result<Option<Correlated<'_>>, Refusal> {
    let Some(last) = hunt.correlations.last() else { return Ok(None) };
    let at = At::correlation(hunt.correlations.len() - 1);
    if hunt.correlations.len() > 1 {
        let reason = "correlations of correlations cannot be said in one statement here";
        return Err(at.refuse(Code::UnsupportedCorrelation, &last.kind, reason));
    }
    let mut inputs = Vec::new();
    for input in &last.inputs {
        match input {
            Source::Search(index) if (*index as usize) < hunt.searches.len() => inputs.push(*index as usize),
            _ => return Err(at.refuse(Code::InvalidPlan, "input", "the correlation reads what is not there")),
        }
    }
    let keys = last.by.iter().all(|key| key.fields.len() == inputs.len());
    if inputs.is_empty() || !keys || last.span_seconds == 0 {
        let reason = "a correlation needs inputs, a span, and a field of each input for every key";
        return Err(at.refuse(Code::InvalidPlan, &last.name, reason));
    }
    Ok(Some((last, at, inputs)))
}
