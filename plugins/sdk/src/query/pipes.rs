//! Stages and correlations in languages whose queries are pipes: a dialect declares the words of each step, and says in
//! code what is truly its own.

use super::boolean::{Dialect, say};
use super::formula::{Formula, Kind, Native};
use super::quote::Quoting;
use super::refusal::{At, Code};
use super::steps::{Correlate, Derived, Function, Group, Measured, Only, SEARCH, Step};
use super::text::{Name, Query};
use crate::emitter::Refusal;

/// Words before, between and after two things.
pub type Words = [&'static str; 3];

/// The words of steps that are written alike but for them.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    /// Before a new column, and how it gets its name.
    pub derive: &'static str,
    pub derived: Named,
    pub functions: Functions,
    /// Before a condition.
    pub keep: &'static str,
    /// Between a column and what it must be.
    pub equals: &'static str,
    /// Around two columns of which the first must not be the greater.
    pub in_order: Words,
    pub sort: Sort,
    /// Around a number of rows.
    pub limit: [&'static str; 2],
    /// Before the measures of a group and before its keys.
    pub group: [&'static str; 2],
    pub named: Named,
}

/// The words of functions of one field, or of two.
#[derive(Debug, Clone, Copy)]
pub struct Functions {
    pub length: Words,
    pub hour: Words,
    pub lower: Words,
    pub ratio: Words,
    pub difference: Words,
}

impl Functions {
    /// Appends a function; `column` writes a field.
    pub fn say(&self, query: &mut Query, function: Derived, inputs: &[Native<'_>], column: fn(&mut Query, Native<'_>)) {
        let [before, between, after] = match function {
            Derived::Length => self.length,
            Derived::Hour => self.hour,
            Derived::Lower => self.lower,
            Derived::Ratio => self.ratio,
            Derived::Difference => self.difference,
        };
        column(query.word(before), inputs[0]);
        if let (Derived::Ratio | Derived::Difference, Some(second)) = (function, inputs.get(1)) {
            column(query.word(between), *second);
        }
        query.word(after);
    }
}

/// The words of an order: before all columns, around each, and after all.
#[derive(Debug, Clone, Copy)]
pub struct Sort {
    pub open: &'static str,
    pub ascending: [&'static str; 2],
    pub descending: [&'static str; 2],
}

impl Sort {
    /// Appends an order; nothing where there are no keys. `column` writes a field.
    pub fn say(&self, query: &mut Query, keys: &[(Native<'_>, bool)], column: fn(&mut Query, Native<'_>)) {
        query.word(if keys.is_empty() { "" } else { self.open }).list(keys, |query, (key, is_descending)| {
            let [before, after] = if *is_descending { self.descending } else { self.ascending };
            column(query.word(before), *key);
            query.word(after);
        });
    }
}

/// A field by its bare name.
fn bare(query: &mut Query, native: Native<'_>) {
    query.name(native.name);
}

/// Where the name of a new column stands, and the word between it and what the column is.
#[derive(Debug, Clone, Copy)]
pub enum Named {
    Before(&'static str),
    /// And the word that closes it.
    After(&'static str, &'static str),
}

impl Named {
    /// Appends a column, which `what` writes, under a name.
    ///
    /// # Errors
    /// Those of `what`.
    pub fn say(
        self,
        query: &mut Query,
        name: Name<'_>,
        what: impl FnOnce(&mut Query) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        match self {
            Named::Before(word) => what(query.name(name).word(word))?,
            Named::After(word, close) => {
                what(query)?;
                query.word(word).name(name).word(close);
            }
        }
        Ok(())
    }
}

/// The words that open functions over a group, up to what is measured. Empty: the dialect has none.
#[derive(Debug, Clone, Copy)]
pub struct Measures {
    pub count: &'static str,
    pub distinct: &'static str,
    pub sum: &'static str,
    pub minimum: &'static str,
    pub maximum: &'static str,
    pub average: &'static str,
    /// Of the sample.
    pub deviation: &'static str,
    /// The share of 50, where it has a word of its own.
    pub median: &'static str,
    pub percentile: &'static str,
    pub values: &'static str,
    pub first: &'static str,
    pub last: &'static str,
}

impl Measures {
    /// The word that opens a function.
    ///
    /// # Errors
    /// `unsupported-stage` where there is none.
    pub fn word(&self, function: Function, at: At) -> Result<&'static str, Refusal> {
        let word = match function {
            Function::Count => self.count,
            Function::Distinct => self.distinct,
            Function::Sum => self.sum,
            Function::Minimum => self.minimum,
            Function::Maximum => self.maximum,
            Function::Average => self.average,
            Function::Deviation => self.deviation,
            Function::Percentile(50.0) if !self.median.is_empty() => self.median,
            Function::Percentile(_) => self.percentile,
            Function::Values => self.values,
            Function::First => self.first,
            Function::Last => self.last,
        };
        if word.is_empty() { Err(function.refuse(at)) } else { Ok(word) }
    }
}

/// A language of pipes.
pub trait Pipes: Dialect + Sized {
    const STEPS: Steps;
    /// How a search's name is written.
    const STRING: &'static Quoting;
    /// The column that holds it.
    const SEARCH: Name<'static> = SEARCH;
    /// Why the language cannot see the row before another; empty where it can.
    const NO_INTERVAL: &'static str = "the language has no command that sees the row before another";

    /// Appends a condition over the columns so far.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn condition(&self, query: &mut Query, condition: &Formula<'_>) -> Result<(), Refusal> {
        say(self, query, condition)
    }

    /// Appends a correlation.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn correlate(&self, query: &mut Query, correlated: &Correlate<'_>) -> Result<(), Refusal> {
        correlated.in_buckets()?.iter().try_for_each(|next| step(self, query, correlated.at, next))
    }

    /// Appends the seconds since the row before, in the same group.
    fn interval(&self, _query: &mut Query, _by: &[Native<'_>], _name: Name<'_>) {}

    /// Appends an order.
    fn sort(&self, query: &mut Query, keys: &[(Native<'_>, bool)]) {
        Self::STEPS.sort.say(query, keys, bare);
    }

    /// Appends a group: the measures, then the keys.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn group(&self, query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
        let [open, by] = Self::STEPS.group;
        self.before(query, group)?;
        self.measures(query.word(open), group, at)?;
        self.keys(query.word(if group.by.is_empty() && group.bucket.is_none() { "" } else { by }), group);
        self.after(query, group);
        Ok(())
    }

    /// Appends columns that a group needs: buckets of time, what is measured of some events alone.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn before(&self, _query: &mut Query, _group: &Group<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Appends what gives the columns after a group their names again.
    fn after(&self, _query: &mut Query, _group: &Group<'_>) {}

    /// Appends what is measured of a group, under its names.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn measures(&self, query: &mut Query, group: &Group<'_>, at: At) -> Result<(), Refusal> {
        let each = |query: &mut Query, (index, measured): (usize, &Measured<'_>)| {
            Self::STEPS.named.say(query, measured.name, |query| self.measure(query, index, measured, at))
        };
        query.try_list(group.measures.iter().enumerate(), each).map(drop)
    }

    /// Appends the keys of a group, the bucket of time last.
    fn keys(&self, query: &mut Query, group: &Group<'_>) {
        query.names(&group.by);
        if let Some(seconds) = group.bucket {
            self.bucket(query.word(if group.by.is_empty() { "" } else { ", " }), seconds);
        }
    }

    /// Appends a bucket of time as a key.
    fn bucket(&self, query: &mut Query, seconds: u32);

    /// Appends one measure of a group, which is the one of this index.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn measure(&self, query: &mut Query, index: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal>;

    /// Appends the condition under which an event is measured, if there is one.
    ///
    /// # Errors
    /// What the dialect cannot say.
    fn only(&self, query: &mut Query, only: &Only<'_>) -> Result<(), Refusal> {
        match only {
            Only::All => Ok(()),
            Only::Where(condition) => self.condition(query, condition),
            Only::Search(name) => {
                query.name(Self::SEARCH).word(Self::STEPS.equals).constant(Self::STRING, name, At::HUNT).map(drop)
            }
        }
    }
}

/// Appends what is measured: a field, as a number where a function needs one, or `none` where there is no field.
pub fn measured_field(query: &mut Query, measured: &Measured<'_>, number: [&'static str; 2], none: &'static str) {
    let [before, after] = number;
    match measured.field {
        Some(native) if measured.function.is_numeric() && native.kind == Kind::Text => {
            query.word(before).name(native.name).word(after)
        }
        Some(native) => query.name(native.name),
        None => query.word(none),
    };
}

/// Appends what is measured where that of some events alone has a column of its own, made before the group: the column,
/// whose name is `only` with the measure's place, or the field, or the time.
pub fn measured_column(query: &mut Query, index: usize, measured: &Measured<'_>, only: &'static str, time: Native<'_>) {
    match measured.only {
        Only::All => query.name(measured.field.unwrap_or(time).name),
        _ => query.word(only).count(index as u64, ""),
    };
}

/// Appends steps one after another.
///
/// # Errors
/// What the dialect cannot say.
pub fn steps<P: Pipes>(pipes: &P, query: &mut Query, steps: &[(At, Step<'_>)]) -> Result<(), Refusal> {
    steps.iter().try_for_each(|(at, next)| step(pipes, query, *at, next))
}

fn step<P: Pipes>(pipes: &P, query: &mut Query, at: At, step: &Step<'_>) -> Result<(), Refusal> {
    let words = P::STEPS;
    match step {
        Step::Correlate(correlated) => return pipes.correlate(query, correlated),
        Step::Group(group) => return pipes.group(query, group, at),
        Step::Interval { .. } if !P::NO_INTERVAL.is_empty() => {
            return Err(at.refuse(Code::UnsupportedStage, "interval", P::NO_INTERVAL));
        }
        Step::Interval { by, name } => pipes.interval(query, by, *name),
        Step::Derive { name, function, inputs } => {
            return words.derived.say(query.word(words.derive), *name, |query| {
                words.functions.say(query, *function, inputs, bare);
                Ok(())
            });
        }
        Step::Keep(condition) => return pipes.condition(query.word(words.keep), condition),
        Step::Reached { value, count } => {
            query.word(words.keep).name(*value).word(words.equals).count(*count, "");
        }
        Step::InOrder { earlier, later } => {
            let [before, between, after] = words.in_order;
            query.word(before).name(*earlier).word(between).name(*later).word(after);
        }
        Step::Sort(keys) => pipes.sort(query, keys),
        Step::Limit(rows) => {
            let [before, after] = words.limit;
            query.word(before).count(*rows, after);
        }
    }
    Ok(())
}
