//! From a hunt to artifacts: what every emitter checks first, and how one hunt becomes several queries where a limit of
//! its dialect asks for it.

use super::pipeline::pipeline;
use super::refusal::{At, Code};
use super::search::{Resolved, split};
use super::stages::Names;
use super::steps::{Pipeline, Times};
use super::text::Query;
use crate::emitter::{Artifact, Hunt, Refusal, Target};

/// Checks that a query is asked for.
///
/// # Errors
/// `invalid-options`.
pub fn queries_only(target: &Target) -> Result<(), Vec<Refusal>> {
    if target.form == "query" {
        return Ok(());
    }
    Err(vec![At::HUNT.refuse(Code::InvalidOptions, &target.form, "the dialect has queries only")])
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// To paste or send.
    Query,
    /// To deploy.
    Rule,
}

/// The form that a target asks for.
///
/// # Errors
/// `invalid-options` for any other.
pub fn form(target: &Target) -> Result<Form, Vec<Refusal>> {
    match target.form.as_str() {
        "query" => Ok(Form::Query),
        "rule" => Ok(Form::Rule),
        other => Err(vec![At::HUNT.refuse(Code::InvalidOptions, other, "the dialect has queries and rules")]),
    }
}

/// Whether a hunt works on what its searches find.
pub fn is_stepped(hunt: &Hunt) -> bool {
    !hunt.stages.is_empty() || !hunt.correlations.is_empty()
}

/// What a reader must know of a correlation that is said in windows which follow one another.
pub fn bucketed(hunt: &Hunt) -> Option<String> {
    let note = "The correlation counts in windows that follow one another, not in a sliding one.";
    (!hunt.correlations.is_empty()).then(|| note.to_owned())
}

/// Checks that a hunt has neither stages nor correlations.
///
/// # Errors
/// `unsupported-stage` and `unsupported-correlation`.
pub fn searches_only(hunt: &Hunt) -> Result<(), Vec<Refusal>> {
    let mut refusals = Vec::new();
    if !hunt.stages.is_empty() {
        let reason = "the dialect finds events; it cannot work on what it found";
        refusals.push(At::stage(0).refuse(Code::UnsupportedStage, "stages", reason));
    }
    if let Some(correlation) = hunt.correlations.first() {
        let reason = "the dialect finds events one by one; it cannot relate them";
        refusals.push(At::correlation(0).refuse(Code::UnsupportedCorrelation, &correlation.kind, reason));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Divides a hunt's searches into queries of at most `most` values.
///
/// # Errors
/// `too-large` where that would change what the hunt means.
pub fn divide<'a>(
    hunt: &Hunt,
    resolved: Vec<Resolved<'a>>,
    most: usize,
) -> Result<Vec<Vec<Resolved<'a>>>, Vec<Refusal>> {
    let parts = split(resolved, most).filter(|parts| parts.len() == 1 || !is_stepped(hunt));
    let reason = "too many values for one query, and they cannot be divided";
    parts.ok_or_else(|| vec![At::HUNT.refuse(Code::TooLarge, "values", reason)])
}

/// How a dialect's comments begin and end, and what must not stand in them.
#[derive(Debug, Clone, Copy)]
pub struct Comment {
    pub open: &'static str,
    pub close: &'static str,
    pub forbidden: &'static [char],
}

/// A query with a hunt's title and id in comments, and the number of the part where there are several.
pub fn headed(comment: &Comment, hunt: &Hunt, part: usize, parts: usize) -> Query {
    let Comment { open, close, forbidden } = *comment;
    let mut query = Query::default();
    query.word(open).comment(&hunt.title, forbidden).word(close).word(open).comment(&hunt.id, forbidden);
    for (label, text) in [(", phase: ", &hunt.phase), (", confidence: ", &hunt.confidence)] {
        if !text.is_empty() {
            query.word(label).comment(text, forbidden);
        }
    }
    query.word(close);
    if parts > 1 {
        query.word(open).word("part ").count(part as u64 + 1, close);
    }
    query
}

/// A query for each part of a hunt, under comments where the dialect has some: `say` appends the searches of one.
///
/// # Errors
/// The first of `say`.
pub fn queries<'p, 'a>(
    comment: Option<&Comment>,
    hunt: &Hunt,
    parts: &'p [Vec<Resolved<'a>>],
    say: impl Fn(&mut Query, &'p [Resolved<'a>]) -> Result<(), Refusal>,
) -> Result<Vec<Query>, Refusal> {
    let each = parts.iter().enumerate().map(|(index, part)| {
        let mut query = comment.map_or_else(Query::default, |comment| headed(comment, hunt, index, parts.len()));
        say(&mut query, part)?;
        query.word("\n");
        Ok(query)
    });
    each.collect()
}

/// How a dialect that only finds events says a hunt.
#[derive(Debug, Clone, Copy)]
pub struct Plain {
    /// For highlighting and file endings.
    pub language: &'static str,
    /// None: the dialect has no comments.
    pub comment: Option<Comment>,
    /// How many values one query may compare with.
    pub values: usize,
    /// Whether a query reads one source: every search is a query of its own.
    pub apart: bool,
}

/// Says a hunt without stages and correlations: `say` appends the searches of one query.
///
/// # Errors
/// Every refusal of the hunt.
pub fn plain<'a>(
    form: &Plain,
    hunt: &'a Hunt,
    resolved: Vec<Resolved<'a>>,
    notes: &[String],
    say: impl Fn(&mut Query, &[Resolved<'a>]) -> Result<(), Refusal>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    searches_only(hunt)?;
    let mut parts = divide(hunt, resolved, form.values)?;
    if form.apart {
        parts = parts.into_iter().flatten().map(|one| vec![one]).collect();
    }
    Ok(artifacts(hunt, form.language, notes, queries(form.comment.as_ref(), hunt, &parts, say)?))
}

/// Says a hunt with stages or a correlation, which cannot be divided: `say` appends what the pipeline holds.
///
/// # Errors
/// Every refusal of the hunt.
pub fn stepped<'a>(
    form: &Plain,
    hunt: &'a Hunt,
    resolved: Vec<Resolved<'a>>,
    time: impl Into<Times>,
    notes: Vec<String>,
    say: impl FnOnce(&mut Query, &Pipeline<'_>) -> Result<(), Refusal>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    let part = divide(hunt, resolved, form.values)?.into_iter().next().unwrap_or_default();
    let names = Names::of(hunt);
    let mut query = form.comment.map_or_else(Query::default, |comment| headed(&comment, hunt, 0, 1));
    say(&mut query, &pipeline(hunt, &part, &names, 0, time)?)?;
    query.word("\n");
    Ok(artifacts(hunt, form.language, &notes, vec![query]))
}

/// The answer to one hunt: an artifact for each query.
pub fn artifacts(hunt: &Hunt, language: &str, notes: &[String], queries: Vec<Query>) -> Vec<Artifact> {
    let many = queries.len() > 1;
    let each = queries.into_iter().enumerate().map(|(index, query)| {
        let (text, literals) = query.finish();
        Artifact {
            name: if many { format!("{}_{}", hunt.id, index + 1) } else { hunt.id.clone() },
            media_type: "text/plain".into(),
            language: language.into(),
            text,
            notes: notes.to_vec(),
            literals,
            properties: Vec::new(),
        }
    });
    each.collect()
}
