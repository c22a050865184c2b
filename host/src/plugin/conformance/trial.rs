//! What the suites of all worlds share: trying inputs, calling again, growing the input; and how a failure is told.

use crate::pipeline::parallel;
use crate::sandbox::{CallError, Called, Code};
use serde::Serialize;

/// One property that was tried on many inputs.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Check {
    /// Stable name.
    pub name: &'static str,
    /// What holds where nothing failed.
    pub says: String,
    pub failures: Vec<Failure>,
}

/// One input with which the property does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failure {
    /// Stable: the sandbox's, or the suite's own.
    pub code: String,
    /// Which input.
    pub input: String,
    pub message: String,
    pub hint: String,
}

impl Failure {
    pub fn new(code: &str, input: &str, message: impl Into<String>, hint: &str) -> Self {
        Self { code: code.to_owned(), input: input.to_owned(), message: message.into(), hint: hint.to_owned() }
    }

    /// A call that failed.
    pub fn of(input: &str, error: &CallError) -> Self {
        Self {
            code: error.report_code(),
            input: input.to_owned(),
            message: error.message.clone(),
            hint: error.hint.clone(),
        }
    }
}

/// An input with a name for people.
pub(super) struct Named<I> {
    pub name: String,
    pub input: I,
}

impl<I> Named<I> {
    pub fn new(name: impl Into<String>, input: I) -> Self {
        Self { name: name.into(), input }
    }
}

pub(super) type Answer<T> = Result<Called<T>, CallError>;

/// Codes that a plugin may give its own errors (VOCABULARY.md, "Error codes").
const ERROR_CODES: [&str; 5] = ["malformed", "unsupported", "configuration", "unavailable", "failed"];

/// Every input is answered, and each answer holds what `each` looks at. Where `may_refuse`, an error of the plugin's own
/// with a code of the contract is an answer.
pub(super) fn answers<I, T>(
    name: &'static str,
    inputs: &[Named<I>],
    may_refuse: bool,
    call: &dyn Fn(&I) -> Answer<T>,
    each: &dyn Fn(&str, &I, &T) -> Vec<Failure>,
) -> Check {
    let mut failures = Vec::new();
    let mut refused = 0;
    for Named { name, input } in inputs {
        match call(input) {
            Ok(called) => failures.extend(each(name, input, &called.value)),
            Err(error) => match &error.plugin_code {
                Some(code) if may_refuse && ERROR_CODES.contains(&code.as_str()) => refused += 1,
                Some(code) if !ERROR_CODES.contains(&code.as_str()) => failures.push(Failure::new(
                    "unknown-error-code",
                    name,
                    format!("the plugin's error has the code `{code}`"),
                    &format!("one of {}", ERROR_CODES.join(", ")),
                )),
                _ => failures.push(Failure::of(name, &error)),
            },
        }
    }
    let refused = if refused == 0 { String::new() } else { format!(", {refused} of them with an error of its own") };
    Check { name, says: format!("{} inputs were answered{refused}", inputs.len()), failures }
}

/// The checks of a suite: where most inputs are not answered at all, nothing else is tried, for each try may take the
/// plugin's whole deadline.
pub(super) fn suite(first: Check, inputs: usize, rest: &[Later<'_>]) -> Vec<Check> {
    let hopeless = first.failures.len() * 2 > inputs;
    let mut checks = vec![first];
    if !hopeless {
        checks.extend(side_by_side(rest));
    }
    checks
}

/// A check that asks nothing of the others.
pub(super) type Later<'a> = &'a (dyn Fn() -> Check + Sync);

/// Makes checks on as many threads as there are cores; in their order, whichever was done first.
pub(super) fn side_by_side(checks: &[Later<'_>]) -> Vec<Check> {
    parallel(cores(), checks.to_vec(), |check| check())
}

pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The same input gives the same answer, right away and after all others.
pub(super) fn same_again<I, T: PartialEq>(inputs: &[Named<I>], call: &dyn Fn(&I) -> Answer<T>) -> Check {
    let mut failures = Vec::new();
    let answer = |input: &I| call(input).map(|called| called.value).map_err(|error| error.report_code());
    let first: Vec<_> = inputs.iter().map(|named| answer(&named.input)).collect();
    for (round, order) in [false, true].into_iter().enumerate() {
        let mut again: Vec<usize> = (0..inputs.len()).collect();
        if order {
            again.reverse();
        }
        for index in again {
            let named = &inputs[index];
            if answer(&named.input) != first[index] && !failures.iter().any(|f: &Failure| f.input == named.name) {
                let message = match round {
                    0 => "the same input gave another answer the second time",
                    _ => "the answer depends on what was read before",
                };
                let hint = "use ordered maps, keep nothing between calls, sort what is handed back";
                failures.push(Failure::new("not-deterministic", &named.name, message, hint));
            }
        }
    }
    let says = format!("{} inputs gave the same answer three times, in two orders", inputs.len());
    Check { name: "determinism", says, failures }
}

/// Bytes of the shorter of the two inputs that are compared.
const SIZE: usize = 32 << 10;
/// Twice the input may cost this many times the instructions; squared growth is four times.
const GROWTH: f64 = 3.0;
const GROWTH_HINT: &str = "an automaton instead of backtracking; bounded look-ahead; no search within a search";

/// Twice the input costs about twice the work, for each unit that is repeated. `make` gives an input of so many bytes.
pub(super) fn grows<I, T>(units: &[&str], make: &dyn Fn(&str, usize) -> I, call: &dyn Fn(&I) -> Answer<T>) -> Check {
    let mut failures = Vec::new();
    let mut worst = 0f64;
    for unit in units {
        let cost = |bytes: usize| call(&make(unit, bytes)).map(|called| called.fuel);
        worst = worst.max(growth(&format!("{unit:?} repeated"), SIZE, &cost, &mut failures));
    }
    let says = format!("twice the input costs at most {worst:.1} times the work ({} patterns)", units.len());
    Check { name: "growth", says, failures }
}

/// The same for one input that is counted in something else than bytes.
pub(super) fn grows_by(what: &str, size: usize, cost: &dyn Fn(usize) -> Result<Option<u64>, CallError>) -> Check {
    let mut failures = Vec::new();
    let ratio = growth(what, size, cost, &mut failures);
    Check { name: "growth", says: format!("twice the {what} cost {ratio:.1} times the work"), failures }
}

/// How many times the work of `size` that of twice the size is; 0 where it cannot be said.
fn growth(
    name: &str,
    size: usize,
    cost: &dyn Fn(usize) -> Result<Option<u64>, CallError>,
    failures: &mut Vec<Failure>,
) -> f64 {
    match (cost(size), cost(2 * size)) {
        (Ok(Some(once)), Ok(Some(twice))) if once > 0 => {
            let ratio = twice as f64 / once as f64;
            if ratio > GROWTH {
                let message = format!("twice the input costs {ratio:.1} times the work");
                failures.push(Failure::new("grows-too-fast", name, message, GROWTH_HINT));
            }
            ratio
        }
        // An error of the plugin's own is an answer.
        (Err(error), _) | (_, Err(error)) if error.code != Code::Plugin => {
            failures.push(Failure::of(name, &error));
            0.0
        }
        _ => 0.0,
    }
}
