//! Stages and correlations as steps over rows: names are spelled, fields found, conditions lowered, and what a plan breaks
//! the contract with is refused. A dialect writes each step down.

use super::formula::{Formula, Kind, Native};
use super::lower::lower;
use super::refusal::{At, Code};
use super::search::Resolved;
use super::stages::{Columns, Correlated, Names, TIME, carried, column, correlation};
use super::text::{Name, Query};
use crate::emitter::Refusal;
use crate::emitter::plan::{Aggregate, Hunt, Measure, Predicate, Stage};
use crate::tree::Tree;

/// The name of the column that says which search found an event.
pub const SEARCH: Name<'static> = Name::native("SearchName");

/// The events of one search, and the columns that go under the plan's names.
pub struct Events<'a> {
    pub one: &'a Resolved<'a>,
    pub fields: Vec<(Name<'a>, Native<'a>)>,
}

/// A hunt with stages or a correlation, ready to be written.
pub struct Pipeline<'a> {
    pub events: Vec<Events<'a>>,
    pub steps: Vec<(At, Step<'a>)>,
}

/// What is done with the rows so far.
pub enum Step<'a> {
    Correlate(Box<Correlate<'a>>),
    Group(Group<'a>),
    Interval {
        by: Vec<Native<'a>>,
        name: Name<'a>,
    },
    Derive {
        name: Name<'a>,
        function: Derived,
        inputs: Vec<Native<'a>>,
    },
    Keep(Formula<'a>),
    /// So many different values.
    Reached {
        value: Name<'a>,
        count: u64,
    },
    InOrder {
        earlier: Name<'a>,
        later: Name<'a>,
    },
    /// Descending, where it says so.
    Sort(Vec<(Native<'a>, bool)>),
    Limit(u64),
}

/// A function of one or two fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derived {
    Length,
    Hour,
    Lower,
    Ratio,
    Difference,
}

/// Words before, between and after the fields of a function.
pub type Words = [&'static str; 3];

/// Appends a function of one field, or of two where there is a word between them.
pub fn derived(query: &mut Query, [before, between, after]: Words, inputs: &[Native<'_>], column: Column) {
    column(query.word(before), inputs[0]);
    if let Some(second) = inputs.get(1).filter(|_| !between.is_empty()) {
        column(query.word(between), *second);
    }
    query.word(after);
}

/// Appends a column.
pub type Column = fn(&mut Query, Native<'_>);

/// Appends a column by its bare name.
pub fn bare(query: &mut Query, native: Native<'_>) {
    query.name(native.name);
}

/// Groups, in buckets of time where there is one, and what is measured of each.
pub struct Group<'a> {
    pub by: Vec<Native<'a>>,
    /// Seconds.
    pub bucket: Option<u32>,
    pub measures: Vec<Measured<'a>>,
}

/// What is measured.
pub struct Measured<'a> {
    pub name: Name<'a>,
    pub function: Function,
    /// None for a count alone.
    pub field: Option<Native<'a>>,
    pub only: Only<'a>,
}

/// Which events are measured.
pub enum Only<'a> {
    All,
    Where(Formula<'a>),
    /// Those of a search.
    Search(&'a str),
}

/// A function over the rows of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Function {
    Count,
    Distinct,
    Sum,
    Minimum,
    Maximum,
    Average,
    /// Of the sample.
    Deviation,
    /// 0 to 100.
    Percentile(f64),
    Values,
    First,
    Last,
}

impl Function {
    /// As the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Function::Count => "count",
            Function::Distinct => "distinct",
            Function::Sum => "sum",
            Function::Minimum => "minimum",
            Function::Maximum => "maximum",
            Function::Average => "average",
            Function::Deviation => "deviation",
            Function::Percentile(_) => "percentile",
            Function::Values => "values",
            Function::First => "first",
            Function::Last => "last",
        }
    }

    /// Whether it takes numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Function::Sum | Function::Average | Function::Deviation | Function::Percentile(_))
    }

    /// Refuses it, where a dialect has none.
    pub fn refuse(self, at: At) -> Refusal {
        at.refuse(Code::UnsupportedStage, self.as_str(), "the dialect has no such function over a group")
    }

    fn named(measure: &Measure, at: At) -> Result<Self, Refusal> {
        Ok(match measure.function.as_str() {
            "count" => Function::Count,
            "distinct" => Function::Distinct,
            "sum" => Function::Sum,
            "minimum" => Function::Minimum,
            "maximum" => Function::Maximum,
            "average" => Function::Average,
            "deviation" => Function::Deviation,
            "values" => Function::Values,
            "first" => Function::First,
            "last" => Function::Last,
            "percentile" => {
                let share = measure.argument.filter(|share| (0.0..=100.0).contains(share));
                let refuse = || at.refuse(Code::InvalidPlan, "percentile", "it needs a share from 0 to 100");
                Function::Percentile(share.ok_or_else(refuse)?)
            }
            other => return Err(at.refuse(Code::UnsupportedStage, other, "no such function over a group is known")),
        })
    }

    /// What comes out, by what goes in.
    fn kind(self, field: Option<Native<'_>>) -> Kind {
        match self {
            Function::Minimum | Function::Maximum | Function::First | Function::Last => {
                field.map_or(Kind::Text, |native| native.kind)
            }
            Function::Values => Kind::Text,
            _ => Kind::Real,
        }
    }
}

/// What has to come together.
pub enum Condition<'a> {
    /// What is counted or summed of a group meets a condition over the column `value`.
    Value(Function, Option<Native<'a>>, Formula<'a>),
    /// Each search finds something.
    Together,
    /// And in this order.
    InOrder,
}

/// Events of a group within a span of time.
pub struct Correlate<'a> {
    pub at: At,
    pub keys: Vec<Name<'a>>,
    pub span: u32,
    /// Names of the searches, in the order of the inputs.
    pub searches: Vec<&'a str>,
    /// The column that holds what is counted or summed.
    pub value: Name<'a>,
    pub condition: Condition<'a>,
    time: Native<'static>,
    kind: &'a str,
}

impl<'a> Correlate<'a> {
    /// The correlation in windows that follow one another: groups in buckets of time, and what is kept of them.
    ///
    /// # Errors
    /// An order of more than two events.
    pub fn in_buckets(&self) -> Result<[Step<'a>; 2], Refusal> {
        let time = Some(self.time);
        let measured =
            |name: &'static str, function, only| Measured { name: Name::native(name), function, field: time, only };
        let value = |function, field| Measured { name: self.value, function, field, only: Only::All };
        let seen = Native { name: SEARCH, kind: Kind::Text };
        let (mut measures, kept) = match (&self.condition, self.searches.as_slice()) {
            (Condition::Value(function, field, formula), _) => {
                (vec![value(*function, *field)], Step::Keep(formula.clone()))
            }
            (Condition::Together, searches) => {
                let kept = Step::Reached { value: self.value, count: searches.len() as u64 };
                (vec![value(Function::Distinct, Some(seen))], kept)
            }
            (Condition::InOrder, [first, second]) => {
                let earlier = measured("EarlierTime", Function::Minimum, Only::Search(first));
                let later = measured("LaterTime", Function::Maximum, Only::Search(second));
                let kept = Step::InOrder { earlier: earlier.name, later: later.name };
                (vec![earlier, later], kept)
            }
            (Condition::InOrder, _) => return Err(self.refuse("an order of more than two events cannot be said here")),
        };
        measures.push(measured("FirstSeen", Function::Minimum, Only::All));
        measures.push(measured("LastSeen", Function::Maximum, Only::All));
        let by = self.keys.iter().map(|name| Native { name: *name, kind: Kind::Text }).collect();
        Ok([Step::Group(Group { by, bucket: Some(self.span), measures }), kept])
    }

    /// Refuses the correlation.
    pub fn refuse(&self, reason: &str) -> Refusal {
        self.at.refuse(Code::UnsupportedCorrelation, self.kind, reason)
    }
}

/// Prepares a hunt's stages and correlation. `time` is the column that holds an event's time between the steps.
///
/// # Errors
/// What breaks the contract, and fields that the sources do not carry.
pub fn pipeline<'a>(
    hunt: &'a Hunt,
    resolved: &'a [Resolved<'a>],
    names: &'a Names,
    version: u32,
    time: Native<'static>,
) -> Result<Pipeline<'a>, Refusal> {
    let mut columns = Columns::default();
    columns.add(TIME, time.name, time.kind);
    let mut steps = Vec::new();
    let correlated = correlation(hunt)?;
    let needed = if correlated.is_some() { Vec::new() } else { carried(hunt) };
    let mut events = Vec::with_capacity(resolved.len());
    for one in resolved {
        let mut fields = Vec::new();
        if let Some((correlation, at, inputs)) = &correlated {
            let Some(input) = inputs.iter().position(|index| *index == one.index) else { continue };
            let keys = correlation.by.iter().map(|key| (&key.name, &key.fields[input]));
            for (name, field) in keys.chain(correlation.fields.iter().map(|field| (field, field))) {
                fields.push((names.get(name, *at)?, column(one, field, version, *at)?));
            }
        }
        for (field, at) in &needed {
            let (name, native) = (names.get(field, *at)?, column(one, field, version, *at)?);
            if events.is_empty() {
                columns.add(field, name, native.kind);
            }
            fields.push((name, native));
        }
        events.push(Events { one, fields });
    }
    if let Some(correlated) = correlated {
        let (_, at, _) = correlated;
        let correlate = correlate(hunt, correlated, names, time, &mut columns)?;
        steps.push((at, Step::Correlate(Box::new(correlate))));
    }
    for (index, stage) in hunt.stages.iter().enumerate() {
        let at = At::stage(index);
        steps.push((at, step(stage, at, names, &mut columns)?));
    }
    Ok(Pipeline { events, steps })
}

fn correlate<'a>(
    hunt: &'a Hunt,
    (correlation, at, inputs): Correlated<'a>,
    names: &'a Names,
    time: Native<'static>,
    columns: &mut Columns<'a>,
) -> Result<Correlate<'a>, Refusal> {
    let kind = correlation.kind.as_str();
    let function = match kind {
        "event_count" => Some(Function::Count),
        "value_count" => Some(Function::Distinct),
        "value_sum" => Some(Function::Sum),
        "value_avg" => Some(Function::Average),
        "value_median" => Some(Function::Percentile(50.0)),
        "temporal" | "temporal_ordered" => None,
        other => return Err(at.refuse(Code::UnsupportedCorrelation, other, "this correlation cannot be said here")),
    };
    let value = names.get("value", at)?;
    let mut keys = Vec::with_capacity(correlation.by.len());
    for key in &correlation.by {
        let name = names.get(&key.name, at)?;
        columns.add(&key.name, name, Kind::Text);
        keys.push(name);
    }
    columns.add("value", value, Kind::Real);
    let condition = match function {
        Some(function) => {
            let missing = |what| at.refuse(Code::InvalidPlan, kind, format!("the correlation needs a {what}"));
            let field = match correlation.fields.first().filter(|_| function != Function::Count) {
                Some(field) => Some(Native { name: names.get(field, at)?, kind: Kind::Text }),
                None if function == Function::Count => None,
                None => return Err(missing("field")),
            };
            let condition = correlation.condition.as_ref().ok_or_else(|| missing("condition"))?;
            Condition::Value(function, field, lowered(condition, at, columns)?)
        }
        None if kind == "temporal" => Condition::Together,
        None => Condition::InOrder,
    };
    let searches = inputs.iter().map(|index| hunt.searches[*index].name.as_str()).collect();
    Ok(Correlate { at, keys, span: correlation.span_seconds, searches, value, condition, time, kind })
}

fn step<'a>(stage: &'a Stage, at: At, names: &'a Names, columns: &mut Columns<'a>) -> Result<Step<'a>, Refusal> {
    let all = |fields: &'a [String], columns: &Columns<'a>| {
        fields.iter().map(|field| columns.get(field, at)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match stage {
        Stage::Aggregate(aggregate) => Step::Group(group(aggregate, at, names, columns)?),
        Stage::Interval(interval) => {
            columns.get(TIME, at)?;
            let (by, name) = (all(&interval.by, columns)?, names.get(&interval.name, at)?);
            columns.add(&interval.name, name, Kind::Real);
            Step::Interval { by, name }
        }
        Stage::Derive(derive) => {
            let name = names.get(&derive.name, at)?;
            let (function, kind, fields) = match derive.function.as_str() {
                "length" => (Derived::Length, Kind::Integer, 1),
                "hour" => (Derived::Hour, Kind::Integer, 1),
                "lower" => (Derived::Lower, Kind::Text, 1),
                "ratio" => (Derived::Ratio, Kind::Real, 2),
                "difference" => (Derived::Difference, Kind::Real, 2),
                other => return Err(at.refuse(Code::UnsupportedStage, other, "no such function is known")),
            };
            let inputs = all(&derive.fields, columns)?;
            if inputs.len() < fields {
                return Err(at.refuse(Code::InvalidPlan, &derive.function, "the function needs another field"));
            }
            columns.add(&derive.name, name, kind);
            Step::Derive { name, function, inputs }
        }
        Stage::Keep(predicate) => Step::Keep(lowered(predicate, at, columns)?),
        Stage::Sort(keys) => {
            let each = keys.iter().map(|key| Ok((columns.get(&key.field, at)?, key.descending)));
            Step::Sort(each.collect::<Result<_, Refusal>>()?)
        }
        Stage::Limit(rows) => Step::Limit(u64::from(*rows)),
    })
}

fn group<'a>(
    aggregate: &'a Aggregate,
    at: At,
    names: &'a Names,
    columns: &mut Columns<'a>,
) -> Result<Group<'a>, Refusal> {
    let by = aggregate.by.iter().map(|field| columns.get(field, at)).collect::<Result<Vec<_>, _>>()?;
    let bucket = aggregate.bucket_seconds.filter(|seconds| *seconds > 0);
    let mut measures = Vec::with_capacity(aggregate.measures.len());
    for measure in &aggregate.measures {
        let function = Function::named(measure, at)?;
        let field = measure.field.as_ref().filter(|_| function != Function::Count);
        let field = field.map(|field| columns.get(field, at)).transpose()?;
        if field.is_none() && function != Function::Count {
            return Err(at.refuse(Code::InvalidPlan, function.as_str(), "the function needs a field"));
        }
        let only = match &measure.where_ {
            Some(predicate) => Only::Where(lowered(predicate, at, columns)?),
            None => Only::All,
        };
        measures.push(Measured { name: names.get(&measure.name, at)?, function, field, only });
    }
    let mut kept: Vec<&str> = aggregate.by.iter().map(String::as_str).collect();
    kept.extend(bucket.map(|_| TIME));
    columns.keep(&kept);
    for (measure, measured) in aggregate.measures.iter().zip(&measures) {
        columns.add(&measure.name, measured.name, measured.function.kind(measured.field));
    }
    Ok(Group { by, bucket, measures })
}

fn lowered<'a>(predicate: &'a Predicate, at: At, columns: &Columns<'a>) -> Result<Formula<'a>, Refusal> {
    let tree = Tree::of(predicate, at)?;
    lower(&tree, at, &|field| columns.lookup(field)).map_err(|mut refused| refused.remove(0))
}
