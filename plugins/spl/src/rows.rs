//! Where a search reads: accelerated data models through `tstats`, or raw events through `search`.

use crate::expression::Where;
use crate::filter::{Search, weaken};
use crate::quote::SEARCH;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::boolean::{any_of, say};
use huntsmith_sdk::query::formula::{Formula, Scalar, Subject};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::{Window, in_units};

/// Where events come from.
#[derive(Debug, Clone, Copy)]
pub enum Reading<'a> {
    /// The data models of the CIM add-on. `summaries_only`: accelerated summaries alone, which is faster, and blind to
    /// what is not summarised yet. `drop`: whether the add-on's macro that takes a data set's name off the fields is there.
    Models { summaries_only: bool, drop: bool, indexes: &'a [&'a str] },
    /// Indexes, with a source's own condition for the class.
    Events { indexes: &'a [&'a str] },
}

/// What the searches of a hunt have in common.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    pub window: Window<'a>,
    pub reading: Reading<'a>,
    /// Of the data models.
    pub version: u32,
}

impl Frame<'_> {
    fn is_raw(self) -> bool {
        matches!(self.reading, Reading::Events { .. })
    }

    /// What a comparison after the search makes of a field that is not there: `tstats` fills it.
    fn after(self) -> Where {
        Where { filled: !self.is_raw() }
    }
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
        let shown: Vec<Name<'_>> = one.source.show.iter().map(|name| Name::native(name)).collect();
        let functions = "count min(_time) AS firstTime max(_time) AS lastTime";
        rows(query, frame, one, line, functions, "", &shown)?;
        if several {
            query.word(line).word("| eval search_name=").constant(&SEARCH, &one.search.name, At::search(one.index))?;
        }
        query.word(if index == 0 { "" } else { "]" });
    }
    query.word(if frame.is_raw() {
        "\n| sort 0 -_time"
    } else {
        "\n| sort 0 -lastTime\n| convert ctime(firstTime) ctime(lastTime)"
    });
    Ok(())
}

/// The rows of one search with the fields asked for; of data models by `functions`, grouped by `first` and the fields.
///
/// # Errors
/// What SPL cannot say.
pub fn rows<'a>(
    query: &mut Query,
    frame: Frame<'_>,
    one: &Resolved<'a>,
    line: &'static str,
    functions: &'static str,
    first: &'static str,
    fields: &[Name<'a>],
) -> Result<(), Refusal> {
    let remainder = one.formula.remainder(&weaken);
    match frame.reading {
        Reading::Models { summaries_only, indexes, .. } => {
            query.word("| tstats summariesonly=").word(if summaries_only { "true" } else { "false" });
            query.word(" allow_old_summaries=true fillnull_value=\"unknown\" ").word(functions).word(line);
            query.word("    from datamodel=").word(one.source.table).word(line).word("    where ");
            within(query, indexes, " AND ")?;
        }
        Reading::Events { indexes } => {
            query.word(if indexes.is_empty() { "search index=* " } else { "search " });
            within(query, indexes, " ")?;
        }
    }
    match frame.window {
        Window::Last(seconds) => {
            let (count, unit) = in_units(seconds);
            query.word("earliest=-").count(count, unit).word(" latest=now");
        }
        Window::Between(from, to) => {
            query.word("earliest=").count(epoch(from)?, "").word(" latest=").count(epoch(to)?, "");
        }
    }
    let and = if frame.is_raw() { " " } else { " AND " };
    if !one.source.only.is_empty() {
        query.word(and).word(one.source.only);
    }
    scope(query, frame, one)?;
    let prefix = if frame.is_raw() { "" } else { data_set(one) };
    match one.formula.prefilter(&weaken) {
        Formula::Fixed(true) => {}
        prefilter => {
            query.word(line).word(if frame.is_raw() { "    " } else { "      AND " });
            say(&Search { prefix, filled: !frame.is_raw() }, query, &prefilter)?;
        }
    }
    if let Reading::Models { drop, .. } = frame.reading {
        // What is shown, and what is compared afterwards.
        let mut names: Vec<Name<'_>> = Vec::new();
        for name in fields.iter().copied().chain(remainder.iter().flat_map(columns)) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        query.word(line).word("    by ").word(first);
        for (index, name) in names.iter().enumerate() {
            query.word(if index == 0 && first.is_empty() { "" } else { ", " }).word(prefix).word(".").name(*name);
        }
        let [before, after] = if drop { ["| `drop_dm_object_name(\"", "\")`"] } else { ["| rename ", ".* AS *"] };
        query.word(line).word(before).word(prefix).word(after);
    }
    if let Some(rest) = remainder {
        query.word(line).word("| where ");
        say(&frame.after(), query, &if frame.is_raw() { rest.guarded() } else { rest })?;
    }
    Ok(())
}

/// The operator's indexes, and `after`; nothing for all of them.
fn within(query: &mut Query, indexes: &[&str], after: &'static str) -> Result<(), Refusal> {
    any_of::<Search>(query, (&SEARCH, indexes), after, |query| {
        query.word("index=");
    })
}

/// For raw events of Windows' services: the channels, as both ways of collecting them name the source.
fn scope(query: &mut Query, frame: Frame<'_>, one: &Resolved<'_>) -> Result<(), Refusal> {
    let channels = huntsmith_sdk::query::windows::channels(&one.search.class);
    if channels.is_empty() || !frame.is_raw() {
        return Ok(());
    }
    query.word(" source IN (");
    for (index, channel) in channels.iter().enumerate() {
        query.word(if index == 0 { "" } else { ", " });
        query.constant(&SEARCH, &format!("*WinEventLog:{channel}"), At::search(one.index))?;
    }
    query.word(")");
    Ok(())
}

/// The data set's own name, which is the prefix of its fields.
fn data_set(one: &Resolved<'_>) -> &'static str {
    one.source.table.rsplit('.').next().unwrap_or(one.source.table)
}

/// The columns that a condition looks at, other columns as values included.
fn columns<'a>(formula: &Formula<'a>) -> Vec<Name<'a>> {
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
    huntsmith_sdk::query::window::epoch(timestamp)
        .ok_or_else(|| At::HUNT.refuse(Code::InvalidPlan, "window", "a time that the calendar does not have"))
}
