//! Stages and correlations as steps over rows, in native terms: what [`super::pipeline`] makes of a hunt's, and what a
//! dialect writes down, by [`super::pipes`] where its queries are pipes.

use super::formula::{Formula, Kind, Native};
use super::refusal::{At, Code};
use super::search::Resolved;
use super::text::Name;
use crate::emitter::Refusal;
use crate::emitter::plan::Measure;

/// The name of the column that says which search found an event.
pub const SEARCH: Name<'static> = Name::native("SearchName");

/// The columns that hold the time: an event's, and a bucket's once events are grouped in buckets.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    pub event: Native<'static>,
    pub bucket: Native<'static>,
}

impl From<Native<'static>> for Times {
    /// One column for both.
    fn from(column: Native<'static>) -> Self {
        Self { event: column, bucket: column }
    }
}

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

impl Pipeline<'_> {
    /// Whether a step says how many rows there may be.
    pub fn is_limited(&self) -> bool {
        self.steps.iter().any(|(_, step)| matches!(step, Step::Limit(_)))
    }
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

/// Groups, in buckets of time where there is one, and what is measured of each.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    pub by: Vec<Native<'a>>,
    /// Seconds.
    pub bucket: Option<u32>,
    pub measures: Vec<Measured<'a>>,
}

impl<'a> Group<'a> {
    /// What is measured of some events alone, with its place among the measures.
    pub fn of_some(&self) -> impl Iterator<Item = (usize, &Measured<'a>)> {
        self.measures.iter().enumerate().filter(|(_, measured)| !matches!(measured.only, Only::All))
    }
}

/// What is measured.
#[derive(Debug, Clone)]
pub struct Measured<'a> {
    pub name: Name<'a>,
    pub function: Function,
    /// None for a count alone.
    pub field: Option<Native<'a>>,
    pub only: Only<'a>,
}

/// Which events are measured.
#[derive(Debug, Clone)]
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

    pub(super) fn named(measure: &Measure, at: At) -> Result<Self, Refusal> {
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
    pub(super) fn kind(self, field: Option<Native<'_>>) -> Kind {
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
    pub(super) time: Native<'static>,
    pub(super) kind: &'a str,
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
