//! What an emitter can say, found out by asking: a plan for every class and field, every operator and kind of value, every
//! condition, stage and correlation. What it refuses here it refuses to users as well.

use super::judge::judge;
use super::place::{Place, Sample};
use super::plans;
use super::trial::{Check, Failure, cores};
use super::vocabulary::event_classes;
use crate::model::{Artifact, CallContext, EventClass, Hunt, Refusal, Target};
use crate::pipeline::parallel;
use crate::sandbox::{CallError, Plugin};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What an emitter can say.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// Event classes that it carries.
    pub classes: Vec<Carried>,
    /// Classes of the vocabulary that it refuses.
    pub without: Vec<String>,
    /// Comparisons, conditions, stages and correlations.
    pub rows: Vec<Row>,
}

/// An event class with its fields: those that can be compared with anything at all, and the vocabulary's others.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Carried {
    pub class: String,
    pub fields: Vec<&'static str>,
    pub not_fields: Vec<&'static str>,
}

/// One thing of a plan.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    pub part: &'static str,
    pub what: String,
    /// Of the fields that were tried; beyond comparisons no more are tried when one is said.
    pub said: usize,
    pub tried: usize,
    /// Codes of the refusals, with how many.
    pub refused: BTreeMap<String, usize>,
    /// The refusal that says most, where nothing was said.
    pub because: Option<Because>,
}

/// A refusal's code and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    pub code: String,
    pub reason: String,
}

/// The answer to one hunt.
pub(super) type Told = Result<Result<Vec<Artifact>, Vec<Refusal>>, CallError>;

/// Hunts that one call is given: far below any limit.
const BATCH: usize = 100;
/// Fields with which every comparison is tried; with those after them only what was said of none.
const FIELDS: usize = 48;

/// Asks about many hunts, on all cores.
pub(super) fn ask(plugin: &Plugin, hunts: &[Hunt], target: &Target) -> Vec<Told> {
    let batches: Vec<&[Hunt]> = hunts.chunks(BATCH).collect();
    match &batches[..] {
        [] => Vec::new(),
        [batch] => ask_at_once(plugin, batch, target),
        _ => parallel(cores(), batches, |batch| ask_at_once(plugin, batch, target)).into_iter().flatten().collect(),
    }
}

/// In one call. Where it fails, each of its hunts is asked about by itself.
fn ask_at_once(plugin: &Plugin, batch: &[Hunt], target: &Target) -> Vec<Told> {
    let ctx = CallContext::default();
    match plugin.emit(&ctx, batch, target) {
        Ok(called) => called.value.into_iter().map(Ok).collect(),
        Err(error) if batch.len() == 1 => vec![Err(error)],
        Err(_) => {
            let alone = |hunt| -> Told {
                let called = plugin.emit(&ctx, std::slice::from_ref(hunt), target)?;
                Ok(called.value.into_iter().next().unwrap_or_else(|| Err(Vec::new())))
            };
            batch.iter().map(alone).collect()
        }
    }
}

/// What a dialect says and what not, with the operator's mapping.
///
/// # Errors
/// A call failed: nothing can be said of the dialect then.
pub fn coverage(plugin: &Plugin, target: &Target) -> Result<Coverage, CallError> {
    let mut survey = Survey::new(plugin, target);
    survey.run();
    survey.error.map_or(Ok(survey.coverage), Err)
}

/// A hunt for a text in the vocabulary's first field.
pub(crate) fn any_hunt() -> Hunt {
    let (class, fields) = event_classes().swap_remove(0);
    Place { class, field: fields[0].to_owned(), sample: Sample::ALL[0] }.hunt(0)
}

/// Why a dialect does not take the operator's mapping; none where it does.
///
/// # Errors
/// The call failed.
pub fn mapping_refused(plugin: &Plugin, target: &Target) -> Result<Option<Refusal>, CallError> {
    let told = plugin.emit(&CallContext::default(), &[any_hunt()], target)?.value;
    let refusals = told.into_iter().filter_map(Result::err).flatten();
    Ok(refusals.into_iter().find(|refusal| refusal.code == "invalid-options"))
}

/// Asking about everything.
pub(super) struct Survey<'p> {
    plugin: &'p Plugin,
    target: &'p Target,
    pub coverage: Coverage,
    pub checks: Vec<Check>,
    /// Fields that are said, those that tell most first.
    pub said: Vec<Place>,
    /// Of what was asked, for asking again.
    pub hunts: Vec<Hunt>,
    /// The first call that failed.
    error: Option<CallError>,
}

/// A plan by its name, made for a field.
type Named = Vec<(String, Hunt)>;

impl<'p> Survey<'p> {
    pub fn new(plugin: &'p Plugin, target: &'p Target) -> Self {
        Self {
            plugin,
            target,
            coverage: Coverage::default(),
            checks: Vec::new(),
            said: Vec::new(),
            hunts: Vec::new(),
            error: None,
        }
    }

    pub fn run(&mut self) {
        self.fields();
        if self.said.is_empty() {
            return;
        }
        let comparisons = |place: &Place, other: &str| -> Named {
            let pairs = plans::pairs(other).into_iter();
            pairs
                .map(|(op, kind, operator, it)| (format!("{op} {kind}"), plans::compare(place, operator, it)))
                .collect()
        };
        let conditions = |place: &Place, _: &str| plans::shapes(place);
        self.rows("comparison", "comparisons", FIELDS, &comparisons, &["field", "operator", "value"]);
        self.rows("condition", "conditions", 0, &conditions, &["operator", "value", "field"]);
        self.rows("stage", "stages", 0, &plans::stages, &["stage", "field", "value", "operator"]);
        let codes = ["correlation", "stage", "field", "value", "operator"];
        self.rows("correlation", "correlations", 0, &plans::correlations, &codes);
    }

    fn ask(&mut self, hunts: &[Hunt]) -> Vec<Told> {
        let told = ask(self.plugin, hunts, self.target);
        if self.error.is_none() {
            self.error = told.iter().find_map(|it| it.as_ref().err().cloned());
        }
        told
    }

    /// Every field of every class, in one comparison after another until one is said.
    fn fields(&mut self) {
        let classes = event_classes();
        let mut failures = Vec::new();
        let mut refused: BTreeSet<String> = BTreeSet::new();
        let mut open: Vec<(EventClass, &'static str)> = Vec::new();
        classes.iter().for_each(|(class, fields)| open.extend(fields.iter().map(|field| (class.clone(), *field))));
        let all = open.len();
        for sample in Sample::ALL {
            let places: Vec<Place> = std::mem::take(&mut open)
                .into_iter()
                .map(|(class, field)| Place { class, field: field.to_owned(), sample })
                .collect();
            let hunts: Vec<Hunt> = places.iter().map(|place| place.hunt(0)).collect();
            for ((place, hunt), told) in places.into_iter().zip(&hunts).zip(self.ask(&hunts)) {
                let name = format!("{} of {}", place.field, name_of(&place.class));
                failures.extend(judge(&name, hunt, &told, &["class", "field", "value", "operator"]));
                match told {
                    Ok(Ok(_)) => self.said.push(place),
                    Ok(Err(refusals)) => {
                        if refusals.iter().any(|it| it.code == "unsupported-class") {
                            refused.insert(name_of(&place.class));
                        }
                        let field = classes
                            .iter()
                            .find(|(class, _)| *class == place.class)
                            .and_then(|(_, fields)| fields.iter().find(|field| **field == place.field));
                        open.extend(field.map(|field| (place.class, *field)));
                    }
                    Err(_) => {}
                }
            }
            self.hunts.extend(hunts.into_iter().take(FIELDS));
        }
        for (class, fields) in classes {
            let is_said = |field: &&'static str| self.said.iter().any(|it| it.class == class && it.field == **field);
            let (fields, not_fields): (Vec<_>, Vec<_>) = fields.into_iter().partition(is_said);
            let class = name_of(&class);
            if refused.contains(&class) && !fields.is_empty() {
                let message = "the class is refused as unsupported for one field and said for another";
                failures.push(Failure::new("wrong-code", &class, message, "refuse the field: `unsupported-field`"));
            }
            match fields.is_empty() {
                true => self.coverage.without.push(class),
                false => self.coverage.classes.push(Carried { class, fields, not_fields }),
            }
        }
        if self.said.is_empty() {
            let message = "no field of any event class is said in any comparison";
            let hint = "a dialect carries at least one class of VOCABULARY.md, \"Event classes and fields\"";
            failures.push(Failure::new("says-nothing", "every class and field", message, hint));
        }
        let (classes, without) = (self.coverage.classes.len(), self.coverage.without.len());
        let says = format!(
            "{} of {all} fields said, in {classes} of {} classes; the others refused",
            self.said.len(),
            classes + without
        );
        self.checks.push(Check { name: "fields", says, failures });
    }

    /// Every plan that `make` makes of a field: with each of the first `every` fields, then until it is said of one.
    fn rows(
        &mut self,
        part: &'static str,
        name: &'static str,
        every: usize,
        make: &dyn Fn(&Place, &str) -> Named,
        codes: &[&str],
    ) {
        let mut names = BTreeSet::new();
        let places: Vec<Place> = self.said.iter().filter(|place| names.insert(&place.field)).cloned().collect();
        let mut rows: Vec<Row> = Vec::new();
        let mut failures = Vec::new();
        for (number, place) in places.iter().enumerate() {
            let plans = make(place, &other_field(&self.said, place));
            if rows.is_empty() {
                rows.extend(plans.iter().map(|(what, _)| Row::new(part, what)));
                self.hunts.extend(plans.iter().map(|(_, hunt)| hunt.clone()));
            }
            let open: Vec<usize> = (0..rows.len()).filter(|row| number < every || rows[*row].said == 0).collect();
            let hunts: Vec<Hunt> = open.iter().map(|row| plans[*row].1.clone()).collect();
            for ((row, hunt), told) in open.iter().zip(&hunts).zip(self.ask(&hunts)) {
                failures.extend(judge(&format!("{} with {}", rows[*row].what, place.field), hunt, &told, codes));
                rows[*row].count(told);
            }
        }
        let can = rows.iter().filter(|row| row.said > 0).count();
        let says = format!("{can} of {} said, the others refused", rows.len());
        self.checks.push(Check { name, says, failures });
        self.coverage.rows.extend(rows);
    }
}

impl Row {
    fn new(part: &'static str, what: &str) -> Self {
        Self { part, what: what.to_owned(), said: 0, tried: 0, refused: BTreeMap::new(), because: None }
    }

    fn count(&mut self, told: Told) {
        self.tried += 1;
        match told {
            Ok(Ok(_)) => {
                self.said += 1;
                self.because = None;
            }
            Ok(Err(refusals)) => {
                let codes: BTreeSet<&String> = refusals.iter().map(|refusal| &refusal.code).collect();
                codes.into_iter().for_each(|code| *self.refused.entry(code.clone()).or_default() += 1);
                for Refusal { code, reason, .. } in refusals {
                    // A refusal of this very thing says more than one of the field that it was tried with.
                    if self.said == 0 && self.because.as_ref().is_none_or(|known| weight(&known.code) < weight(&code)) {
                        self.because = Some(Because { code, reason });
                    }
                }
            }
            Err(_) => {}
        }
    }
}

fn weight(code: &str) -> u8 {
    match code {
        "unsupported-stage" | "unsupported-correlation" => 3,
        "unsupported-operator" => 2,
        "unsupported-value" => 1,
        _ => 0,
    }
}

/// Another field of the same class that is said, or the field itself.
fn other_field(said: &[Place], place: &Place) -> String {
    let other = said.iter().find(|it| it.class == place.class && it.field != place.field);
    other.unwrap_or(place).field.clone()
}

/// `process_creation`, `aws/cloudtrail`.
pub(super) fn name_of(class: &EventClass) -> String {
    let parts = [&class.category, &class.product, &class.service];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
}
