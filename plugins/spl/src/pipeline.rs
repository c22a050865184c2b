//! Stages and correlations in SPL: events under the plan's names, then one command a step.

use crate::expression::{Where, field};
use crate::quote::SEARCH;
use crate::rows::{Frame, Reading, rows};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::steps::{
    Condition, Correlate, Derived, Events, Function, Group, Measured, Only, Step, bare, derived, pipeline,
};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::in_units;

const TIME: Native<'static> = Native { name: Name::native("_time"), kind: Kind::Real };

/// Rows of `tstats` in which what is not there stands as `unknown`.
const FILLED: Where = Where { filled: true };

/// Appends the hunt's searches and every step after them.
///
/// # Errors
/// What SPL cannot say.
pub fn steps<'a>(
    query: &mut Query,
    hunt: &'a Hunt,
    part: &'a [Resolved<'a>],
    frame: Frame<'_>,
    names: &'a Names,
) -> Result<(), Refusal> {
    let pipeline = pipeline(hunt, part, names, frame.version, TIME)?;
    events(query, &pipeline.events, frame)?;
    for (at, next) in &pipeline.steps {
        step(query, *at, next)?;
    }
    query.word("\n");
    Ok(())
}

/// The events of every search under the plan's names: a row an event, to the second.
fn events(query: &mut Query, part: &[Events<'_>], frame: Frame<'_>) -> Result<(), Refusal> {
    for (index, Events { one, fields }) in part.iter().enumerate() {
        let line = if index == 0 { "\n" } else { "\n    " };
        query.word(if index == 0 { "" } else { "\n| append\n    [" });
        let natives: Vec<Name<'_>> = fields.iter().map(|(_, native)| native.name).collect();
        rows(query, frame, one, line, "count AS events", "_time span=1s", &natives)?;
        // Two fields of the plan may lie in one column, and a name of the plan may be that of another column.
        query.word(line).word("| eval search_name=").constant(&SEARCH, &one.search.name, At::search(one.index))?;
        for (name, Native { name: native, .. }) in fields {
            if name != native {
                field(query.word(", ").name(*name).word("="), *native);
            }
        }
        match frame.reading {
            // `tstats` counts what is the same in one second: a row an event again.
            Reading::Models { .. } => {
                query.word(line).word("| eval copy=mvrange(0, events)").word(line).word("| mvexpand copy")
            }
            Reading::Events { .. } => query.word(", events=1"),
        };
        query.word(if index == 0 { "" } else { "]" });
    }
    Ok(())
}

fn step(query: &mut Query, at: At, step: &Step<'_>) -> Result<(), Refusal> {
    match step {
        Step::Correlate(correlated) => return correlate(query, correlated),
        Step::Group(group) => return stats(query, group, at),
        Step::Interval { by, name } => {
            query.word("\n| sort 0 ").names(by).word(if by.is_empty() { "" } else { ", " });
            query.word("_time\n| streamstats current=f last(_time) AS previous_time");
            query.word(if by.is_empty() { "" } else { " by " }).names(by);
            query.word("\n| eval ").name(*name).word("=_time-previous_time");
        }
        Step::Derive { name, function, inputs } => {
            let words = match function {
                Derived::Length => ["len(", "", ")"],
                // The hour in UTC: `strftime` would take the user's time zone.
                Derived::Hour => ["floor((", "", "%86400)/3600)"],
                Derived::Lower => ["lower(", "", ")"],
                Derived::Ratio => ["", "/", ""],
                Derived::Difference => ["", "-", ""],
            };
            derived(query.word("\n| eval ").name(*name).word("="), words, inputs, bare);
        }
        Step::Keep(formula) => return say(&FILLED, query.word("\n| where "), formula),
        Step::Reached { value, count } => {
            query.word("\n| where ").name(*value).word("==").count(*count, "");
        }
        Step::InOrder { earlier, later } => {
            query.word("\n| where ").name(*earlier).word("<=").name(*later);
        }
        Step::Sort(keys) => {
            query.word("\n| sort 0 ").list(keys, |query, (key, descending)| {
                query.word(if *descending { "-" } else { "+" }).name(key.name);
            });
        }
        Step::Limit(rows) => {
            query.word("\n| head ").count(*rows, "");
        }
    }
    Ok(())
}

fn stats(query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
    if let Some(seconds) = group.bucket {
        let (count, unit) = in_units(seconds);
        query.word("\n| bin _time span=").count(count, unit);
    }
    query.word("\n| stats ").try_list(&group.measures, |query, measured| {
        function(query, measured, at)?;
        query.word(" AS ").name(measured.name);
        Ok(())
    })?;
    let keys: Vec<Native<'_>> = group.by.iter().copied().chain(group.bucket.map(|_| TIME)).collect();
    query.word(if keys.is_empty() { "" } else { " by " }).names(&keys);
    Ok(())
}

/// The word that opens a function, up to its field.
fn opening(function: Function, at: At) -> Result<&'static str, Refusal> {
    Ok(match function {
        Function::Count => "count(",
        Function::Distinct => "dc(",
        Function::Sum => "sum(",
        Function::Minimum => "min(",
        Function::Maximum => "max(",
        Function::Average => "avg(",
        Function::Deviation => "stdev(",
        Function::Values => "values(",
        Function::First => "earliest(",
        Function::Last => "latest(",
        Function::Percentile(50.0) => "median(",
        Function::Percentile(share) if (1.0..=99.0).contains(&share) => "exactperc",
        Function::Percentile(_) => {
            return Err(at.refuse(Code::UnsupportedStage, "percentile", "SPL takes a share from 1 to 99"));
        }
    })
}

fn function(query: &mut Query, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
    let name = measured.field.map_or(Name::native("events"), |native| native.name);
    let opening = opening(measured.function, at)?;
    match (&measured.only, measured.function) {
        (Only::All, Function::Count) => {
            query.word("count");
            return Ok(());
        }
        (_, Function::Percentile(share)) if opening == "exactperc" => query.word(opening).count(share as u64, "("),
        _ => query.word(opening),
    };
    match &measured.only {
        Only::All => query.name(name),
        Only::Where(formula) => {
            say(&FILLED, query.word("eval(if("), formula)?;
            query.word(", ").name(name).word(", null()))")
        }
        Only::Search(search) => {
            query.word("eval(if(search_name==").constant(&SEARCH, search, at)?.word(", ").name(name).word(", null()))")
        }
    };
    query.word(")");
    Ok(())
}

/// Events within the span before each event, in the same group: a sliding window.
fn correlate(query: &mut Query, correlated: &Correlate<'_>) -> Result<(), Refusal> {
    let Correlate { at, value, .. } = *correlated;
    let by = |query: &mut Query| {
        for (index, key) in correlated.keys.iter().enumerate() {
            query.word(if index == 0 { " by " } else { ", " }).name(*key);
        }
    };
    query.word("\n| sort 0 _time");
    let ordered = match (&correlated.condition, correlated.searches.as_slice()) {
        (Condition::InOrder, [first, second]) => {
            query.word("\n| eval earlier_time=if(search_name==").constant(&SEARCH, first, at)?.word(", _time, null())");
            *second
        }
        (Condition::InOrder, _) => {
            return Err(correlated.refuse("an order of more than two events cannot be said as one search here"));
        }
        _ => "",
    };
    let (count, unit) = in_units(correlated.span);
    query.word("\n| streamstats time_window=").count(count, unit).word(" ");
    match &correlated.condition {
        Condition::Value(Function::Count, ..) => query.word("count"),
        Condition::Value(function, field, _) => query.word(opening(*function, at)?).names(field).word(")"),
        Condition::Together => query.word("dc(search_name)"),
        Condition::InOrder => query.word("min(earlier_time)"),
    };
    query.word(" AS ").name(value);
    by(query);
    query.word("\n| where ");
    match &correlated.condition {
        Condition::Value(_, _, formula) => say(&FILLED, query, formula)?,
        Condition::Together => {
            query.name(value).word("==").count(correlated.searches.len() as u64, "");
        }
        Condition::InOrder => {
            query.word("search_name==").constant(&SEARCH, ordered, at)?.word(" AND ").name(value).word("<=_time");
        }
    }
    query.word("\n| stats max(").name(value).word(") AS ").name(value);
    query.word(", min(_time) AS firstTime, max(_time) AS lastTime, values(search_name) AS searches");
    by(query);
    query.word("\n| sort 0 -lastTime\n| convert ctime(firstTime) ctime(lastTime)");
    Ok(())
}
