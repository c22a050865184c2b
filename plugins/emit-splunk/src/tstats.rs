//! A hunt as one search over accelerated data models: a `tstats` for each of its searches, appended to one another.

use crate::expression::Where;
use crate::filter::{Search, weaken};
use crate::quote::SEARCH;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Formula, Subject};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::{Window, in_units};

/// What the searches of a hunt have in common.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub window: Window<'a>,
    /// Read accelerated summaries alone: faster, and blind to what is not summarised yet.
    pub summaries_only: bool,
}

/// Appends every search of a part; more than one are joined by `append`.
///
/// # Errors
/// What SPL cannot say.
pub fn hits(query: &mut Query, frame: Frame<'_>, part: &[Resolved<'_>]) -> Result<(), Refusal> {
    let several = part.len() > 1;
    for (index, one) in part.iter().enumerate() {
        let line = if index == 0 { "\n" } else { "\n    " };
        query.word(if index == 0 { "" } else { "\n| append\n    [" });
        let remainder = one.formula.remainder(&weaken);
        let shown = shown(one, remainder.as_ref());
        head(query, frame, line, "count min(_time) AS firstTime max(_time) AS lastTime");
        rows(query, frame, one, line)?;
        query.word(line).word("    by ");
        for (index, name) in shown.iter().enumerate() {
            query.word(if index == 0 { "" } else { ", " });
            query.word(data_set(one)).word(".").name(*name);
        }
        drop_prefix(query, one, line);
        if let Some(rest) = &remainder {
            query.word(line).word("| where ");
            say(&Where, query, rest)?;
        }
        if several {
            query.word(line).word("| eval search_name=").constant(&SEARCH, &one.search.name, At::search(one.index))?;
        }
        query.word(if index == 0 { "" } else { "]" });
    }
    query.word("\n| sort 0 -lastTime\n| convert ctime(firstTime) ctime(lastTime)\n");
    Ok(())
}

/// `| tstats …` up to its functions.
pub fn head(query: &mut Query, frame: Frame<'_>, line: &'static str, functions: &'static str) {
    query.word("| tstats summariesonly=").word(if frame.summaries_only { "true" } else { "false" });
    query.word(" allow_old_summaries=true fillnull_value=\"unknown\" ").word(functions);
    query.word(line);
}

/// `from` and `where`: the data set, the window, the class, and what a search can say of the condition.
///
/// # Errors
/// What SPL cannot say.
pub fn rows(query: &mut Query, frame: Frame<'_>, one: &Resolved<'_>, line: &'static str) -> Result<(), Refusal> {
    query.word("    from datamodel=").word(one.source.table).word(line).word("    where ");
    match frame.window {
        Window::Last(seconds) => {
            let (count, unit) = in_units(seconds);
            query.word("earliest=-").count(count, unit).word(" latest=now");
        }
        Window::Between(from, to) => {
            query.word("earliest=").count(epoch(from)?, "").word(" latest=").count(epoch(to)?, "");
        }
    }
    if !one.source.only.is_empty() {
        query.word(" AND ").word(one.source.only);
    }
    match one.formula.prefilter(&weaken) {
        Formula::Fixed(true) => {}
        prefilter => {
            query.word(line).word("      AND ");
            say(&Search { prefix: data_set(one) }, query, &prefilter)?;
        }
    }
    Ok(())
}

/// The macro of the CIM add-on that takes the data set's name off the fields.
pub fn drop_prefix(query: &mut Query, one: &Resolved<'_>, line: &'static str) {
    query.word(line).word("| `drop_dm_object_name(\"").word(data_set(one)).word("\")`");
}

/// The data set's own name, which is the prefix of its fields.
pub fn data_set(one: &Resolved<'_>) -> &'static str {
    one.source.table.rsplit('.').next().unwrap_or(one.source.table)
}

/// The fields to group by: those to show, and those that are compared afterwards.
fn shown<'a>(one: &Resolved<'a>, remainder: Option<&Formula<'a>>) -> Vec<Name<'a>> {
    let mut names: Vec<Name<'a>> = one.source.show.iter().map(|name| Name::native(name)).collect();
    for name in remainder.map(columns).unwrap_or_default() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The columns that a condition looks at, other columns as values included.
pub fn columns<'a>(formula: &Formula<'a>) -> Vec<Name<'a>> {
    use huntsmith_sdk::query::formula::Scalar;
    let mut names = Vec::new();
    for atom in formula.atoms() {
        if let Subject::Column(native) = atom.subject {
            names.push(native.name);
        }
        names.extend(atom.operands.iter().filter_map(|operand| match &operand.value {
            Scalar::Column(native) => Some(native.name),
            _ => None,
        }));
    }
    names
}

/// Seconds since 1970, which no user's time zone changes.
fn epoch(timestamp: &str) -> Result<u64, Refusal> {
    use huntsmith_sdk::query::refusal::Code;
    huntsmith_sdk::query::window::epoch(timestamp)
        .ok_or_else(|| At::HUNT.refuse(Code::InvalidPlan, "window", "a time that the calendar does not have"))
}
