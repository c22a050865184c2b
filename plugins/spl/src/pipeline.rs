//! Stages and correlations in SPL: events under the plan's names, then one command a step.

use crate::expression::{Where, field};
use crate::quote::SEARCH;
use crate::rows::{Frame, Reading, rows};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::{Aggregate, Correlation, Hunt, Measure, Predicate, Stage};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::Kind;
use huntsmith_sdk::query::lower::lower;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::stages::{Columns, Names, TIME, carried, column, correlation};
use huntsmith_sdk::query::text::{Name, Query};
use huntsmith_sdk::query::window::in_units;
use huntsmith_sdk::tree::Tree;

const TIME_FIELD: Name<'static> = Name::native("_time");

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
    let version = frame.version;
    let mut columns = Columns::default();
    columns.add(TIME, TIME_FIELD, Kind::Real);
    if let Some((correlated, at, inputs)) = correlation(hunt)? {
        let part: Vec<&Resolved<'_>> = part.iter().filter(|one| inputs.contains(&one.index)).collect();
        events(query, &part, frame, &mut |one| {
            let input = inputs.iter().position(|index| *index == one.index).unwrap_or_default();
            let mut fields = Vec::new();
            for key in &correlated.by {
                fields.push((names.get(&key.name, at)?, column(one, &key.fields[input], version, at)?.name));
            }
            for field in &correlated.fields {
                fields.push((names.get(field, at)?, column(one, field, version, at)?.name));
            }
            Ok(fields)
        })?;
        correlate(query, correlated, at, hunt, &inputs, names, &mut columns)?;
    } else {
        let needed = carried(hunt);
        let part: Vec<&Resolved<'_>> = part.iter().collect();
        events(query, &part, frame, &mut |one| {
            let each = needed.iter();
            each.map(|(field, at)| Ok((names.get(field, *at)?, column(one, field, version, *at)?.name))).collect()
        })?;
        for (field, at) in &needed {
            columns.add(field, names.get(field, *at)?, column(part[0], field, version, *at)?.kind);
        }
    }
    for (index, stage) in hunt.stages.iter().enumerate() {
        step(query, stage, At::stage(index), names, &mut columns)?;
    }
    query.word("\n");
    Ok(())
}

type Carry<'c, 'a> = &'c mut dyn FnMut(&Resolved<'a>) -> Result<Vec<(Name<'a>, Name<'a>)>, Refusal>;

/// The events of every search under the plan's names: a row an event, to the second.
fn events<'a>(
    query: &mut Query,
    part: &[&Resolved<'a>],
    frame: Frame<'_>,
    carry: Carry<'_, 'a>,
) -> Result<(), Refusal> {
    for (index, one) in part.iter().enumerate() {
        let line = if index == 0 { "\n" } else { "\n    " };
        query.word(if index == 0 { "" } else { "\n| append\n    [" });
        let fields = carry(one)?;
        let natives: Vec<Name<'_>> = fields.iter().map(|(_, native)| *native).collect();
        rows(query, frame, one, line, "count AS events", "_time span=1s", &natives)?;
        // Two fields of the plan may lie in one column, and a name of the plan may be that of another column.
        query.word(line).word("| eval search_name=").constant(&SEARCH, &one.search.name, At::search(one.index))?;
        for (name, native) in fields {
            if name != native {
                field(query.word(", ").name(name).word("="), native);
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

fn step<'a>(
    query: &mut Query,
    stage: &'a Stage,
    at: At,
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<(), Refusal> {
    match stage {
        Stage::Aggregate(aggregate) => return stats(query, aggregate, at, names, columns),
        Stage::Interval(interval) => {
            columns.get(TIME, at)?;
            query.word("\n| sort 0 ");
            for name in &interval.by {
                query.name(columns.get(name, at)?.name).word(", ");
            }
            query.word("_time\n| streamstats current=f last(_time) AS previous_time");
            for (index, name) in interval.by.iter().enumerate() {
                query.word(if index == 0 { " by " } else { ", " }).name(columns.get(name, at)?.name);
            }
            let name = names.get(&interval.name, at)?;
            query.word("\n| eval ").name(name).word("=_time-previous_time");
            columns.add(&interval.name, name, Kind::Real);
        }
        Stage::Derive(derive) => {
            let name = names.get(&derive.name, at)?;
            let input = |index: usize| {
                let missing = || at.refuse(Code::InvalidPlan, &derive.function, "the function needs another field");
                columns.get(derive.fields.get(index).ok_or_else(missing)?, at).map(|native| native.name)
            };
            query.word("\n| eval ").name(name).word("=");
            let kind = match derive.function.as_str() {
                "length" => {
                    query.word("len(").name(input(0)?).word(")");
                    Kind::Integer
                }
                // The hour in UTC: `strftime` would take the user's time zone.
                "hour" => {
                    query.word("floor((").name(input(0)?).word("%86400)/3600)");
                    Kind::Integer
                }
                "lower" => {
                    query.word("lower(").name(input(0)?).word(")");
                    Kind::Text
                }
                "ratio" | "difference" => {
                    query.name(input(0)?).word(if derive.function == "ratio" { "/" } else { "-" }).name(input(1)?);
                    Kind::Real
                }
                other => return Err(at.refuse(Code::UnsupportedStage, other, "no such function here")),
            };
            columns.add(&derive.name, name, kind);
        }
        Stage::Keep(predicate) => {
            query.word("\n| where ");
            keep(query, predicate, at, columns)?;
        }
        Stage::Sort(keys) => {
            query.word("\n| sort 0 ");
            for (index, key) in keys.iter().enumerate() {
                query.word(if index == 0 { "" } else { ", " }).word(if key.descending { "-" } else { "+" });
                query.name(columns.get(&key.field, at)?.name);
            }
        }
        Stage::Limit(rows) => {
            query.word("\n| head ").count(u64::from(*rows), "");
        }
    }
    Ok(())
}

fn keep<'a>(query: &mut Query, predicate: &'a Predicate, at: At, columns: &Columns<'a>) -> Result<(), Refusal> {
    let tree = Tree::of(predicate, at)?;
    let formula = lower(&tree, at, &|field| columns.lookup(field)).map_err(|mut refused| refused.remove(0))?;
    say(&Where { filled: true }, query, &formula)
}

fn stats<'a>(
    query: &mut Query,
    aggregate: &'a Aggregate,
    at: At,
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<(), Refusal> {
    let mut kept: Vec<&str> = aggregate.by.iter().map(String::as_str).collect();
    let bucket = aggregate.bucket_seconds.filter(|seconds| *seconds > 0);
    if let Some(seconds) = bucket {
        let (count, unit) = in_units(seconds);
        query.word("\n| bin _time span=").count(count, unit);
        kept.push(TIME);
    }
    query.word("\n| stats ");
    let mut added = Vec::new();
    for (index, measure) in aggregate.measures.iter().enumerate() {
        let name = names.get(&measure.name, at)?;
        query.word(if index == 0 { "" } else { ", " });
        function(query, measure, at, columns)?;
        query.word(" AS ").name(name);
        let text = matches!(measure.function.as_str(), "values" | "minimum" | "maximum" | "first" | "last");
        added.push((measure.name.as_str(), name, if text { Kind::Text } else { Kind::Real }));
    }
    let keys = aggregate.by.iter().map(|name| columns.get(name, at).map(|native| native.name));
    let keys = keys.chain(bucket.map(|_| Ok(TIME_FIELD))).collect::<Result<Vec<_>, _>>()?;
    for (index, name) in keys.into_iter().enumerate() {
        query.word(if index == 0 { " by " } else { ", " }).name(name);
    }
    columns.keep(&kept);
    added.into_iter().for_each(|(field, name, kind)| columns.add(field, name, kind));
    Ok(())
}

fn function<'a>(query: &mut Query, measure: &'a Measure, at: At, columns: &Columns<'a>) -> Result<(), Refusal> {
    let opening = match measure.function.as_str() {
        "count" => "count(",
        "distinct" => "dc(",
        "sum" => "sum(",
        "minimum" => "min(",
        "maximum" => "max(",
        "average" => "avg(",
        "deviation" => "stdev(",
        "values" => "values(",
        "first" => "earliest(",
        "last" => "latest(",
        "percentile" => "exactperc",
        other => return Err(at.refuse(Code::UnsupportedStage, other, "SPL has no such function over a group here")),
    };
    let counted = measure.function == "count";
    let name = match measure.field.as_ref().filter(|_| !counted) {
        Some(field) => columns.get(field, at)?.name,
        None if counted => Name::native("events"),
        None => return Err(at.refuse(Code::InvalidPlan, &measure.function, "the function needs a field")),
    };
    if counted && measure.where_.is_none() {
        query.word("count");
        return Ok(());
    }
    query.word(opening);
    if measure.function == "percentile" {
        let share = measure.argument.filter(|share| (1.0..=99.0).contains(share));
        let share =
            share.ok_or_else(|| at.refuse(Code::UnsupportedStage, "percentile", "SPL takes a share from 1 to 99"))?;
        query.count(share.round() as u64, "(");
    }
    match &measure.where_ {
        Some(predicate) => {
            query.word("eval(if(");
            keep(query, predicate, at, columns)?;
            query.word(", ").name(name).word(", null())))");
        }
        None => {
            query.name(name).word(")");
        }
    }
    Ok(())
}

/// Events within the span before each event, in the same group: a sliding window.
fn correlate<'a>(
    query: &mut Query,
    correlated: &'a Correlation,
    at: At,
    hunt: &Hunt,
    inputs: &[usize],
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<(), Refusal> {
    let value = names.get("value", at)?;
    let (count, unit) = in_units(correlated.span_seconds);
    let keys = correlated.by.iter().map(|key| names.get(&key.name, at)).collect::<Result<Vec<_>, _>>()?;
    let by = |query: &mut Query| {
        for (index, key) in keys.iter().enumerate() {
            query.word(if index == 0 { " by " } else { ", " }).name(*key);
        }
    };
    let ordered = correlated.kind == "temporal_ordered";
    if ordered && inputs.len() != 2 {
        let reason = "an order of more than two events cannot be said as one search here";
        return Err(at.refuse(Code::UnsupportedCorrelation, &correlated.kind, reason));
    }
    let counted = || {
        let missing = || at.refuse(Code::InvalidPlan, &correlated.kind, "the correlation needs a field");
        names.get(correlated.fields.first().ok_or_else(missing)?, at)
    };
    query.word("\n| sort 0 _time");
    if ordered {
        query.word("\n| eval earlier_time=if(search_name==");
        query.constant(&SEARCH, &hunt.searches[inputs[0]].name, at)?.word(", _time, null())");
    }
    query.word("\n| streamstats time_window=").count(count, unit).word(" ");
    match correlated.kind.as_str() {
        "event_count" => query.word("count"),
        "value_count" => query.word("dc(").name(counted()?).word(")"),
        "value_sum" => query.word("sum(").name(counted()?).word(")"),
        "value_avg" => query.word("avg(").name(counted()?).word(")"),
        "value_median" => query.word("median(").name(counted()?).word(")"),
        "temporal" => query.word("dc(search_name)"),
        "temporal_ordered" => query.word("min(earlier_time)"),
        other => {
            let reason = "this correlation cannot be said as one search here";
            return Err(at.refuse(Code::UnsupportedCorrelation, other, reason));
        }
    };
    query.word(" AS ").name(value);
    by(query);
    query.word("\n| where ");
    columns.add("value", value, Kind::Real);
    match (correlated.kind.as_str(), &correlated.condition) {
        ("temporal", _) => {
            query.name(value).word("==").count(inputs.len() as u64, "");
        }
        ("temporal_ordered", _) => {
            query.word("search_name==").constant(&SEARCH, &hunt.searches[inputs[1]].name, at)?;
            query.word(" AND ").name(value).word("<=_time");
        }
        (_, Some(condition)) => keep(query, condition, at, columns)?,
        (kind, None) => return Err(at.refuse(Code::InvalidPlan, kind, "the correlation needs a condition")),
    }
    query.word("\n| stats max(").name(value).word(") AS ").name(value);
    query.word(", min(_time) AS firstTime, max(_time) AS lastTime, values(search_name) AS searches");
    by(query);
    for key in &correlated.by {
        columns.add(&key.name, names.get(&key.name, at)?, Kind::Text);
    }
    query.word("\n| sort 0 -lastTime\n| convert ctime(firstTime) ctime(lastTime)");
    Ok(())
}
