//! All classifiers over one article, and what the knowledge base says of the techniques that they found. What an author
//! states and what a model infers stay apart.

use super::gather::call_failure;
use crate::attack::{Knowledge, Resolved};
use crate::model::{
    Actor, Article, BriefTechnique, CallContext, CallFailure, Extraction, Rejection, Technique, property,
};
use crate::sandbox::Plugin;

/// What all classifiers together said of one article.
#[derive(Debug, Default)]
pub struct Classified {
    pub techniques: Vec<BriefTechnique>,
    pub actors: Vec<Actor>,
    pub rejections: Vec<Rejection>,
}

/// Asks every classifier; one that fails is reported and the others count.
pub fn classify(
    article: &Article,
    found: &Extraction,
    classifiers: &[Plugin],
    knowledge: &Knowledge,
    failures: &mut Vec<CallFailure>,
) -> Classified {
    let ctx = CallContext { tlp: article.tlp, ..Default::default() };
    let mut all = Classified::default();
    for classifier in classifiers {
        match classifier.classify(&ctx, article, &found.indicators, &found.observations) {
            Ok(called) => {
                let classification = called.value;
                for technique in classification.techniques {
                    all.technique(technique, knowledge);
                }
                all.actors.extend(classification.actors);
                all.rejections.extend(classification.rejections);
            }
            Err(error) => failures.push(call_failure("classify", error)),
        }
    }
    all.finish()
}

impl Classified {
    /// Takes a technique whose id the knowledge base has, under its present id where it was revoked or merged.
    fn technique(&mut self, mut technique: Technique, knowledge: &Knowledge) {
        match knowledge.resolve(&technique.id) {
            // Of a matrix that was given up, as its plugin says: what the author states stands, under the author's name.
            Err(_) if property(&technique.properties, "retired").is_some() => {
                let name = property(&technique.properties, "name").map(str::to_owned);
                let retired = property(&technique.properties, "retired").unwrap_or_default();
                self.techniques.push(BriefTechnique {
                    name: name.unwrap_or_else(|| format!("retired id ({retired})")),
                    tactics: Vec::new(),
                    was: None,
                    technique,
                });
            }
            Err(_) => {
                let span = technique.evidence.first().copied().unwrap_or(crate::model::Span { start: 0, end: 0 });
                self.rejections.push(Rejection {
                    kind: "technique".into(),
                    value: technique.id,
                    span,
                    reason: "unknown-technique".into(),
                    properties: Vec::new(),
                    plugin: technique.plugin,
                });
            }
            Ok(Resolved { id, was }) => {
                technique.id = id.to_string();
                self.techniques.push(BriefTechnique {
                    name: knowledge.display_name(id).unwrap_or_default(),
                    tactics: knowledge.technique(id).map(|known| known.tactics.clone()).unwrap_or_default(),
                    was: was.map(|id| id.to_string()),
                    technique,
                });
            }
        }
    }

    /// Stated before inferred, by confidence, then id; for each id and source one, with the evidence of all.
    fn finish(mut self) -> Self {
        self.techniques.sort_by(|a, b| {
            let (a, b) = (&a.technique, &b.technique);
            (&b.source, b.confidence, &a.id).cmp(&(&a.source, a.confidence, &b.id))
        });
        let mut joined: Vec<BriefTechnique> = Vec::with_capacity(self.techniques.len());
        for found in self.techniques {
            let same = |known: &&mut BriefTechnique| {
                known.technique.id == found.technique.id && known.technique.source == found.technique.source
            };
            match joined.iter_mut().find(same) {
                Some(known) => {
                    known.technique.evidence.extend(found.technique.evidence);
                    known.technique.evidence.sort();
                    known.technique.evidence.dedup();
                    known.was = known.was.take().or(found.was);
                }
                None => joined.push(found),
            }
        }
        self.techniques = joined;
        self.actors.sort_by(|a, b| (&a.kind, &a.name, &a.spans).cmp(&(&b.kind, &b.name, &b.spans)));
        self.rejections.sort_by(|a, b| (a.span, &a.kind, &a.value).cmp(&(b.span, &b.kind, &b.value)));
        self
    }
}
