//! What a dialect can say and what it cannot, found out by asking: a plan for every class and field, every operator and
//! kind of value, every stage and correlation. What an emitter refuses, it refuses to users as well.

mod plans;
mod vocabulary;

use crate::kinds::{Kinds, Shape};
use crate::model::{CallContext, EventClass, Hunt, Operator, Refusal, Target, Value};
use crate::sandbox::{CallError, Plugin};
use plans::{Ask, comparisons, correlations, hunt, keywords, samples, stages, test};
use serde::Serialize;
use std::collections::BTreeSet;
use vocabulary::{Known, classes};

/// What a dialect says, and what it does not.
#[derive(Debug, Clone, Serialize)]
pub struct Probed {
    pub dialect: String,
    pub title: String,
    pub plugin: String,
    /// Classes that it has a source for.
    pub classes: Vec<Carried>,
    /// Classes that it has none for.
    pub not_classes: Vec<String>,
    /// Comparisons, words without a field, stages and correlations that it refuses wherever it was asked.
    pub not_said: Vec<NotSaid>,
}

/// A class with its fields.
#[derive(Debug, Clone, Serialize)]
pub struct Carried {
    pub class: String,
    pub fields: Vec<String>,
    /// Of the contract's fields of this class.
    pub not_fields: Vec<String>,
}

/// One thing that is refused.
#[derive(Debug, Clone, Serialize)]
pub struct NotSaid {
    /// `operator`, `keywords`, `stage` or `correlation`.
    pub what: &'static str,
    /// `like pattern`, `interval`, `temporal_ordered`.
    pub name: String,
    pub code: String,
    pub reason: String,
}

/// Asks an emitter.
///
/// # Errors
/// A call failed: nothing can be said of the dialect then.
pub fn probe(emitter: &Plugin, target: &Target, kinds: &Kinds) -> Result<Probed, CallError> {
    let dialect = emitter.manifest().dialect.clone();
    let digests = kinds.kinds.iter().filter(|(_, kind)| kind.value == Shape::Digest);
    let algorithms: Vec<&str> = digests.map(|(name, _)| name.as_str()).collect();
    let asker = Asker { emitter, target };
    let mut probed = Probed {
        dialect: dialect.as_ref().map(|dialect| dialect.name.clone()).unwrap_or_default(),
        title: dialect.map(|dialect| dialect.title).unwrap_or_default(),
        plugin: emitter.id().to_string(),
        classes: Vec::new(),
        not_classes: Vec::new(),
        not_said: Vec::new(),
    };
    let mut places: Vec<(EventClass, String)> = Vec::new();
    for Known { class, fields } in classes() {
        let carried = asker.fields(&class, &fields, &samples(&algorithms))?;
        let name = class_name(&class);
        if carried.is_empty() {
            probed.not_classes.push(name);
            continue;
        }
        let not_fields = fields.into_iter().filter(|field| !carried.contains(field)).collect();
        places.extend(carried.iter().map(|field| (class.clone(), field.clone())));
        probed.classes.push(Carried { class: name, fields: carried, not_fields });
    }
    for asks in [comparisons(&algorithms), keywords(), stages(), correlations()] {
        probed.not_said.extend(asker.refused(asks, &places)?);
    }
    Ok(probed)
}

/// `process_creation`, `aws/cloudtrail`.
fn class_name(class: &EventClass) -> String {
    let parts = [&class.category, &class.product, &class.service];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("/")
}

struct Asker<'a> {
    emitter: &'a Plugin,
    target: &'a Target,
}

/// Plans that go into the sandbox together.
const BATCH: usize = 400;

impl Asker<'_> {
    /// None: it is said; else the first refusal of each plan.
    fn ask(&self, hunts: &[Hunt]) -> Result<Vec<Option<Refusal>>, CallError> {
        let mut answers = Vec::with_capacity(hunts.len());
        for batch in hunts.chunks(BATCH) {
            let called = self.emitter.emit(&CallContext::default(), batch, self.target)?;
            answers.extend(called.value.into_iter().map(|said| said.err().map(|refusals| refusals[0].clone())));
        }
        Ok(answers)
    }

    /// A field is carried where it can be compared with anything at all.
    fn fields(
        &self,
        class: &EventClass,
        fields: &[String],
        samples: &[(Operator, Value)],
    ) -> Result<Vec<String>, CallError> {
        let hunts: Vec<Hunt> = fields
            .iter()
            .flat_map(|field| {
                samples.iter().map(|(operator, value)| hunt(class, test(field, *operator, value.clone())))
            })
            .collect();
        let answers = self.ask(&hunts)?;
        let said = answers.chunks(samples.len()).map(|answers| answers.iter().any(Option::is_none));
        Ok(fields.iter().zip(said).filter(|(_, said)| *said).map(|(field, _)| field.clone()).collect())
    }

    /// What is refused with every class and field that the dialect carries: one that is said once is said.
    fn refused(&self, asks: Vec<Ask>, places: &[(EventClass, String)]) -> Result<Vec<NotSaid>, CallError> {
        let mut open: Vec<(Ask, Option<Refusal>)> = asks.into_iter().map(|ask| (ask, None)).collect();
        let mut said = BTreeSet::new();
        for (class, field) in places {
            if open.is_empty() {
                break;
            }
            let hunts: Vec<Hunt> = open.iter().map(|(ask, _)| (ask.plan)(class, field)).collect();
            let mut answers = self.ask(&hunts)?.into_iter();
            open.retain_mut(|(ask, first)| match answers.next().flatten() {
                None => {
                    said.insert(ask.name.clone());
                    false
                }
                Some(refusal) => {
                    // A refusal of this very thing says more than one of the field that it was tried with.
                    let better = first.as_ref().is_none_or(|known| weight(known) < weight(&refusal));
                    if better {
                        *first = Some(refusal);
                    }
                    true
                }
            });
        }
        let told = open.into_iter().filter_map(|(ask, refusal)| {
            // Under another name's form, or told already.
            if !said.insert(ask.name.clone()) {
                return None;
            }
            let Refusal { code, reason, .. } = refusal?;
            Some(NotSaid { what: ask.what, name: ask.name, code, reason })
        });
        Ok(told.collect())
    }
}

fn weight(refusal: &Refusal) -> u8 {
    match refusal.code.as_str() {
        "unsupported-stage" | "unsupported-correlation" => 3,
        "unsupported-operator" => 2,
        "unsupported-value" => 1,
        _ => 0,
    }
}
