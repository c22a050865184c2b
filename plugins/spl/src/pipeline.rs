//! Stages and correlations in SPL: events under the plan's names, then one command a step.

use crate::expression::{Where, field};
use crate::quote::SEARCH;
use crate::rows::{Frame, Reading, rows};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::pipeline::pipeline;
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, steps as say_steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::Names;
use huntsmith_sdk::query::steps::{Condition, Correlate, Events, Function, Group, Measured, Only};
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
    say_steps(&FILLED, query, &pipeline.steps)
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

const MEASURES: Measures = Measures {
    count: "count(",
    distinct: "dc(",
    sum: "sum(",
    minimum: "min(",
    maximum: "max(",
    average: "avg(",
    deviation: "stdev(",
    median: "median(",
    percentile: "exactperc",
    values: "values(",
    first: "earliest(",
    last: "latest(",
};

impl Pipes for Where {
    const STEPS: Steps = Steps {
        derive: "\n| eval ",
        derived: Named::Before("="),
        functions: Functions {
            length: ["len(", "", ")"],
            // The hour in UTC: `strftime` would take the user's time zone.
            hour: ["floor((", "", "%86400)/3600)"],
            lower: ["lower(", "", ")"],
            ratio: ["", "/", ""],
            difference: ["", "-", ""],
        },
        keep: "\n| where ",
        equals: "==",
        in_order: ["\n| where ", "<=", ""],
        sort: Sort { open: "\n| sort 0 ", ascending: ["+", ""], descending: ["-", ""] },
        limit: ["\n| head ", ""],
        group: ["\n| stats ", " by "],
        named: Named::After(" AS ", ""),
    };
    const STRING: &'static Quoting = &SEARCH;
    const SEARCH: Name<'static> = Name::native("search_name");
    const NO_INTERVAL: &'static str = "";

    fn interval(&self, query: &mut Query, by: &[Native<'_>], name: Name<'_>) {
        query.word("\n| sort 0 ").names(by).word(if by.is_empty() { "" } else { ", " });
        query.word("_time\n| streamstats current=f last(_time) AS previous_time");
        query.word(if by.is_empty() { "" } else { " by " }).names(by);
        query.word("\n| eval ").name(name).word("=_time-previous_time");
    }

    fn before(&self, query: &mut Query, group: &Group<'_>) -> Result<(), Refusal> {
        if let Some(seconds) = group.bucket {
            let (count, unit) = in_units(seconds);
            query.word("\n| bin _time span=").count(count, unit);
        }
        Ok(())
    }

    fn bucket(&self, query: &mut Query, _: u32) {
        query.name(TIME.name);
    }

    fn measure(&self, query: &mut Query, _: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        let all = matches!(measured.only, Only::All);
        if all && measured.function == Function::Count {
            query.word("count");
            return Ok(());
        }
        opened(query, measured.function, at)?;
        query.word(if all { "" } else { "eval(if(" });
        self.only(query, &measured.only)?;
        query.word(if all { "" } else { ", " }).name(measured.field.map_or(Name::native("events"), |field| field.name));
        query.word(if all { ")" } else { ", null())))" });
        Ok(())
    }

    fn correlate(&self, query: &mut Query, correlated: &Correlate<'_>) -> Result<(), Refusal> {
        slide(query, correlated)
    }
}

/// Appends the word that opens a function, up to its field.
fn opened(query: &mut Query, function: Function, at: At) -> Result<(), Refusal> {
    let word = MEASURES.word(function, at)?;
    match function {
        Function::Percentile(share) if word == MEASURES.percentile => {
            if !(1.0..=99.0).contains(&share) {
                return Err(at.refuse(Code::UnsupportedStage, "percentile", "SPL takes a share from 1 to 99"));
            }
            query.word(word).count(share as u64, "(");
        }
        _ => {
            query.word(word);
        }
    }
    Ok(())
}

/// Events within the span before each event, in the same group: a sliding window.
fn slide(query: &mut Query, correlated: &Correlate<'_>) -> Result<(), Refusal> {
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
        Condition::Value(function, field, _) => {
            opened(query, *function, at)?;
            query.names(field).word(")")
        }
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
