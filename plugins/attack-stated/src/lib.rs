//! Finds the ATT&CK techniques, groups, campaigns and software that an article's author states, each with the sentences that say
//! so. It infers nothing: what is turned away (denied, advised, merely referenced, unknown) is reported with its reason.

mod actors;
mod dictionary;
mod evidence;
mod ids;
mod knowledge;
mod names;
mod verdict;

use huntsmith_sdk::classifier::*;
use huntsmith_text::Layout;
pub use knowledge::Knowledge;
use std::collections::BTreeMap;
use std::sync::OnceLock;

static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();

/// The plugin.
pub struct AttackStated;

/// One place at which the author states a technique, or seems to.
#[derive(Debug, Clone)]
struct Finding {
    id: String,
    /// As the article writes it.
    written: String,
    at: huntsmith_text::Range,
    evidence: Vec<huntsmith_text::Range>,
    /// 0 to 100.
    confidence: u8,
    /// How it is stated: VOCABULARY.md, "Reasons".
    reason: &'static str,
    /// Why it is turned away.
    refused: Option<&'static str>,
    properties: Vec<Property>,
}

impl Classifier for AttackStated {
    fn init() -> Result<(), String> {
        let knowledge = Knowledge::read()?;
        KNOWLEDGE.set(knowledge).map_err(|_| "init ran twice".to_string())
    }

    fn classify(
        _ctx: &Context,
        article: &Article,
        _indicators: &[Indicator],
        _observations: &[Observation],
    ) -> Result<Classification, PluginError> {
        let knowledge = KNOWLEDGE.get().ok_or_else(|| PluginError {
            code: "failed".into(),
            message: "classify was called before init".into(),
            properties: vec![],
        })?;
        Ok(classify(knowledge, article))
    }
}

huntsmith_sdk::export_classifier!(AttackStated);

/// Everything that `article` states, by what `knowledge` knows of ATT&CK.
pub fn classify(knowledge: &Knowledge, article: &Article) -> Classification {
    let layout = Layout::of(&article.content);
    let mut findings = ids::in_text(knowledge, &article.content.text, &layout);
    findings.extend(ids::in_links(knowledge, article, &layout));
    findings.extend(ids::in_facts(knowledge, article, &layout));
    let named = names::in_text(knowledge, &article.content.text, &layout, &findings);
    findings.extend(named);
    let (techniques, mut rejections) = merge(findings);
    let (actors, refused) = actors::in_article(knowledge, article, &layout);
    rejections.extend(refused);
    Classification { techniques, actors, rejections }
}

/// One technique an id; what was refused everywhere is a rejection, one for each id and reason.
fn merge(findings: Vec<Finding>) -> (Vec<Technique>, Vec<Rejection>) {
    let mut by_id: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        by_id.entry(finding.id.clone()).or_default().push(finding);
    }
    let (mut techniques, mut rejections) = (Vec::new(), Vec::new());
    for (id, mut findings) in by_id {
        findings.sort_by(|a, b| a.at.start.cmp(&b.at.start).then(b.confidence.cmp(&a.confidence)));
        let accepted: Vec<&Finding> = findings.iter().filter(|f| f.refused.is_none()).collect();
        if accepted.is_empty() {
            let mut seen = Vec::new();
            for finding in findings {
                let Some(reason) = finding.refused.filter(|reason| !seen.contains(reason)) else { continue };
                seen.push(reason);
                rejections.push(Rejection {
                    kind: "technique".into(),
                    value: finding.written,
                    span: evidence::span(&finding.at),
                    reason: reason.into(),
                    properties: finding.properties,
                });
            }
            continue;
        }
        let mut reasons: Vec<(u8, &'static str)> = accepted.iter().map(|f| (f.confidence, f.reason)).collect();
        reasons.sort_by(|a, b| b.cmp(a));
        reasons.dedup_by_key(|(_, reason)| *reason);
        let mut properties: Vec<Property> = Vec::new();
        for property in accepted.iter().flat_map(|f| &f.properties) {
            if !properties.iter().any(|p| p.name == property.name) {
                properties.push(property.clone());
            }
        }
        techniques.push(Technique {
            id,
            source: "stated".into(),
            confidence: accepted.iter().map(|f| f.confidence).max().unwrap_or(0),
            evidence: evidence::spans(accepted.iter().flat_map(|f| f.evidence.iter().cloned())),
            reasons: reasons.into_iter().map(|(_, reason)| reason.to_string()).collect(),
            properties,
        });
    }
    (techniques, rejections)
}
