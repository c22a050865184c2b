//! Stages and correlations in CloudWatch Logs Insights: the events of one search under the plan's names, then one command
//! a step.
//!
//! Source: AWS, "CloudWatch Logs Insights: stats" and "functions". Two `stats` are the most, an order or a limit stands
//! behind them, and `bin` takes the event's own time. No condition stands in a measure, and of the deviation is written
//! nowhere whether it is a sample's.

use crate::{CloudWatch, FORM, STRING, from};
use huntsmith_sdk::emitter::plan::Hunt;
use huntsmith_sdk::emitter::{Artifact, Refusal};
use huntsmith_sdk::query::answer::{bucketed, stepped};
use huntsmith_sdk::query::boolean::say;
use huntsmith_sdk::query::formula::{Formula, Native};
use huntsmith_sdk::query::grouped::alone;
use huntsmith_sdk::query::pipes::{Functions, Measures, Named, Pipes, Sort, Steps, measured_field, steps};
use huntsmith_sdk::query::quote::Quoting;
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::Shapes;
use huntsmith_sdk::query::steps::{Events, Function, Measured, Only, Pipeline, Step, Times};
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::window::in_units;

const TIMES: Times = Times { event: Native::text("@timestamp"), bucket: Native::text("@t") };

/// How often a query may group.
const MOST_GROUPS: usize = 2;

/// Says a hunt with stages or a correlation.
///
/// # Errors
/// What CloudWatch cannot say.
pub fn emit(
    hunt: &Hunt,
    resolved: Vec<Resolved<'_>>,
    prefixes: &[&str],
    mut notes: Vec<String>,
) -> Result<Vec<Artifact>, Vec<Refusal>> {
    notes.extend(bucketed(hunt));
    stepped(&FORM, hunt, resolved, TIMES, notes, |query, pipeline| {
        let Events { one, fields } = alone(pipeline)?;
        fits(pipeline)?;
        from(query, prefixes)?;
        query.word("filter ");
        say(&CloudWatch, query, &one.formula.clone().guarded())?;
        query.word("\n| fields @timestamp");
        for (name, native) in fields.iter().filter(|(name, native)| *name != native.name) {
            CloudWatch.column(query.word(", "), *native);
            query.word(" as ").name(*name);
        }
        steps(&CloudWatch, query, &pipeline.steps)?;
        query.word(if pipeline.is_limited() { "" } else { "\n| limit 10000" });
        Ok(())
    })
}

/// Checks how often the query groups, and what stands before.
fn fits(pipeline: &Pipeline<'_>) -> Result<(), Refusal> {
    let (mut groups, mut ordered) = (0, false);
    for (at, step) in &pipeline.steps {
        let bucket = matches!(step, Step::Group(group) if group.bucket.is_some());
        match step {
            Step::Group(_) | Step::Correlate(_) if groups == MOST_GROUPS || ordered || (bucket && groups > 0) => {
                let reason =
                    "a query groups twice at most, by time at first alone, and neither orders nor limits before";
                return Err(at.refuse(Code::UnsupportedStage, "aggregate", reason));
            }
            Step::Group(_) | Step::Correlate(_) => groups += 1,
            Step::Sort(_) | Step::Limit(_) => ordered = true,
            _ => {}
        }
    }
    Ok(())
}

const MEASURES: Measures = Measures {
    count: "count(",
    distinct: "count_distinct(",
    sum: "sum(",
    minimum: "min(",
    maximum: "max(",
    average: "avg(",
    deviation: "",
    median: "",
    percentile: "pct(",
    values: "",
    first: "earliest(",
    last: "latest(",
};

impl Pipes for CloudWatch {
    const STEPS: Steps = Steps {
        derive: "\n| fields ",
        derived: Named::After(" as ", ""),
        functions: Functions {
            length: ["strlen(", "", ")"],
            hour: ["floor((toMillis(", "", ") % 86400000) / 3600000)"],
            lower: ["tolower(", "", ")"],
            ratio: ["", " / ", ""],
            difference: ["", " - ", ""],
        },
        keep: "\n| filter ",
        equals: " = ",
        in_order: ["\n| filter ", " <= ", ""],
        sort: Sort { open: "\n| sort ", ascending: ["", " asc"], descending: ["", " desc"] },
        limit: ["\n| limit ", ""],
        group: ["\n| stats ", " by "],
        named: Named::After(" as ", ""),
    };
    const STRING: &'static Quoting = &STRING;
    const NO_INTERVAL: &'static str = "CloudWatch has no command that sees the row before another";

    fn condition(&self, query: &mut Query, condition: &Formula<'_>) -> Result<(), Refusal> {
        say(self, query, &condition.clone().guarded())
    }

    fn bucket(&self, query: &mut Query, seconds: u32) {
        let (count, unit) = in_units(seconds);
        query.word("bin(").count(count, unit).word(") as ").name(TIMES.bucket.name);
    }

    fn measure(&self, query: &mut Query, _: usize, measured: &Measured<'_>, at: At) -> Result<(), Refusal> {
        if !matches!(measured.only, Only::All) {
            let reason = "CloudWatch measures all events of a group";
            return Err(at.refuse(Code::UnsupportedStage, measured.function.as_str(), reason));
        }
        query.word(MEASURES.word(measured.function, at)?);
        // What looks like a number is one.
        measured_field(query, measured, ["", ""], "*");
        if let Function::Percentile(share) = measured.function {
            query.word(", ").count(share.round() as u64, "");
        }
        query.word(")");
        Ok(())
    }
}
