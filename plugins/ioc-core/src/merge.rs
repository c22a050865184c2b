//! Puts judged finds together: one indicator for each kind and value, with all its places, its strongest role and why.

use crate::codes::{reason, turned};
use crate::found::{Doubt, Finds, Found};
use crate::judge::{Judge, Judgement, role, shown};
use crate::kinds::{account, domain, file_name, url};
use crate::layout::Layout;
use crate::refang::Refanged;
use crate::{observe, relate};
use huntsmith_sdk::extractor::{Article, Extraction, Indicator, Property, Rejection, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Roles by how much they say: an attacker's in one sentence is an attacker's, whatever other sentences leave open.
fn weight(role: &str) -> u8 {
    match role {
        role::ATTACKER => 6,
        role::ABUSED => 5,
        role::TOOL => 4,
        role::VICTIM => 3,
        role::REFERENCE => 2,
        _ => 1,
    }
}

/// Judges everything and merges it.
pub fn assemble(article: &Article, refanged: &Refanged<'_>, mut finds: Finds, layout: &Layout) -> Extraction {
    // The scanner moves forward; what it reads inside an address it has just read is the one exception.
    finds.found.sort_by_key(|found| (found.start, found.end));
    let spans: Vec<(usize, usize)> = finds.found.iter().map(|found| refanged.span(found.start, found.end)).collect();
    let mut judge = Judge::new(article, layout, publisher(article), &finds.found, &spans);
    let mut ledger = Ledger::default();
    let mut judged: Vec<Result<Judgement, &'static str>> = Vec::with_capacity(spans.len());
    let (mut last, mut discussed) = ((0, 0), false);
    // Of each kind the last one that is an attacker's: where it ends, and how sure that is.
    let mut enumerated: BTreeMap<&str, (usize, &'static str, u8)> = BTreeMap::new();
    for (found, &(start, end)) in finds.found.iter_mut().zip(&spans) {
        let mut judgement = judge.judge(found, (start, end));
        if judgement == Err(turned::FILE_NAME) && found.kind == "domain" {
            let span = Span { start: start as u32, end: end as u32 };
            ledger.reject("domain", found.value.clone(), span, turned::FILE_NAME);
            *found = as_file_name(refanged.text(), found);
            judgement = judge.judge(found, (start, end));
        }
        // An account that an address names is there for what the address is there for, unless that speaks about it.
        let account = !matches!(found.kind, "url" | "attack_id") && !discussed && part(found, "host").is_some();
        if let Some(Err(reason)) = judged.last().filter(|_| account && last == (start, end)) {
            judgement = Err(reason);
        }
        if judgement == Err(turned::NO_ATTACKER_CONTEXT)
            && let Some((_, role, confidence)) = enumerated
                .get(found.kind)
                .filter(|(before, ..)| article.content.text.get(*before..start).is_some_and(shown::is_enumeration))
        {
            let (kind, confidence) = (found.kind, (*confidence).min(55));
            judgement = Ok(Judgement { kind, role, confidence, reasons: vec![reason::ENUMERATED] });
        }
        if let Ok(one) = &judgement
            && matches!(one.role, role::ATTACKER | role::ABUSED)
        {
            enumerated.insert(found.kind, (end, one.role, one.confidence));
        }
        last = (start, end);
        discussed = part(found, "path").is_some_and(account::is_discussion);
        judged.push(judgement);
    }
    let attackers = attackers(&finds.found, &judged);
    for ((found, judgement), &(start, end)) in finds.found.into_iter().zip(judged).zip(&spans) {
        let span = Span { start: start as u32, end: end as u32 };
        let elsewhere = matches!(judgement, Err(turned::NO_ATTACKER_CONTEXT | turned::REFERENCE_LINK))
            && registrable(&found).is_some_and(|name| attackers.contains(name));
        let judgement = match judgement {
            Err(_) if elsewhere => Ok(Judgement {
                kind: found.kind,
                role: role::ATTACKER,
                confidence: 55,
                reasons: vec![reason::NAMED_ELSEWHERE],
            }),
            judgement => judgement,
        };
        match judgement {
            Ok(judgement) => ledger.accept(found, span, judgement),
            Err(reason) => ledger.reject(found.kind, found.value, span, reason),
        }
    }
    for gone in finds.turned {
        let (start, end) = refanged.span(gone.start, gone.end);
        ledger.reject(gone.kind, gone.value, Span { start: start as u32, end: end as u32 }, gone.reason);
    }
    let Ledger { mut indicators, mut rejections, .. } = ledger;
    rejections.sort_by_key(|gone| (gone.span.start, gone.span.end));
    let observations = observe::observe(&article.content.text, &indicators);
    let relations = relate::relate(&article.content.text, layout, &mut indicators);
    Extraction { indicators, observations, relations, rejections }
}

/// Registrable names that the article ties to an attacker beyond doubt: what else it says of them is of the same host.
fn attackers(found: &[Found], judged: &[Result<Judgement, &'static str>]) -> BTreeSet<String> {
    let sure = |judgement: &Judgement| {
        judgement.role == role::ATTACKER
            && judgement.reasons.iter().any(|code| *code != reason::ATTACK_SENTENCE)
            && judgement.confidence >= 60
    };
    found
        .iter()
        .zip(judged)
        .filter(|(found, judgement)| !is_of_a_service(found) && judgement.as_ref().is_ok_and(sure))
        .filter_map(|(found, _)| registrable(found).map(str::to_string))
        .collect()
}

/// Of a place where anybody can have something: what is said of one thing there is not said of the others.
fn is_of_a_service(found: &Found) -> bool {
    part(found, "host").or(part(found, "ascii")).is_some_and(account::is_service)
}

fn registrable(found: &Found) -> Option<&str> {
    part(found, "registrable")
}

fn part<'a>(found: &'a Found, wanted: &str) -> Option<&'a str> {
    found.parts.iter().find(|(name, _)| *name == wanted).map(|(_, value)| value.as_str())
}

/// The other reading of `setup.zip`.
fn as_file_name(text: &str, found: &Found) -> Found {
    let name = text[found.start..found.end].to_string();
    let doubt = file_name::looks_like_product(&name).then_some(Doubt::Product);
    Found { kind: "file_name", value: name, parts: Vec::new(), properties: Vec::new(), doubt, ..found.clone() }
}

/// What was accepted and what was turned away, so far.
#[derive(Default)]
struct Ledger {
    indicators: Vec<Indicator>,
    /// Index of every kind and value in `indicators`.
    known: BTreeMap<(&'static str, String), usize>,
    rejections: Vec<Rejection>,
}

impl Ledger {
    fn reject(&mut self, kind: &str, value: String, span: Span, reason: &str) {
        self.rejections.push(Rejection {
            kind: kind.to_string(),
            value,
            span,
            reason: reason.to_string(),
            properties: Vec::new(),
        });
    }

    fn accept(&mut self, found: Found, span: Span, judgement: Judgement) {
        let Judgement { kind, role, confidence, reasons } = judgement;
        let reasons: Vec<String> = reasons.into_iter().map(str::to_string).collect();
        if let Some(&at) = self.known.get(&(kind, found.value.clone())) {
            let indicator = &mut self.indicators[at];
            if indicator.spans.last().is_some_and(|last| last.end <= span.start) {
                indicator.spans.push(span);
            }
            indicator.defanged |= found.defanged;
            if (weight(role), confidence) > (weight(&indicator.role), indicator.confidence) {
                (indicator.role, indicator.confidence, indicator.reasons) = (role.to_string(), confidence, reasons);
            }
            return;
        }
        self.known.insert((kind, found.value.clone()), self.indicators.len());
        self.indicators.push(Indicator {
            kind: kind.to_string(),
            value: found.value,
            parts: properties(found.parts),
            spans: vec![span],
            defanged: found.defanged,
            role: role.to_string(),
            confidence,
            reasons,
            properties: properties(found.properties),
        });
    }
}

fn properties(pairs: Vec<(&'static str, String)>) -> Vec<Property> {
    pairs.into_iter().map(|(name, value)| Property { name: name.to_string(), value }).collect()
}

/// The registrable name of the article's own address.
fn publisher(article: &Article) -> Option<String> {
    let host = article.url.find("://").and_then(|at| url::host(&article.url, at + 3));
    host.and_then(|host| host.registrable).or_else(|| domain::parse(&article.source).ok().map(|name| name.registrable))
}
