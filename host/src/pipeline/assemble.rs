//! From an article to its brief: the stages in their order, and what is derived from all of them together.

use super::classify::{Classified, classify};
use super::hunt::{About, article_key, plan};
use super::profile::{Findings, profile};
use super::{CatalogueStage, IndicatorFilter, PhaseTable, SeverityTable, emit, extract, nothing, phases, severity};
use crate::attack::Knowledge;
use crate::kinds::Kinds;
use crate::model::{
    Article, BRIEF_SCHEMA_VERSION, Brief, BriefHunt, BriefTechnique, CallFailure, Emission, Extraction, Hunt, Note,
    PluginId, Target, Window,
};
use crate::sandbox::Plugin;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Everything that turns articles into briefs; shared by all worker threads.
pub struct Analyst {
    pub extractors: Vec<Plugin>,
    pub classifiers: Vec<Plugin>,
    /// In the order in which a brief shows them.
    pub emitters: Vec<Plugin>,
    pub kinds: Kinds,
    /// What briefs show and hunt for.
    pub filter: IndicatorFilter,
    /// None where no classifier runs.
    pub knowledge: Option<Cow<'static, Knowledge>>,
    pub phases: PhaseTable,
    /// Empty where no brief is made.
    pub catalogue: CatalogueStage,
    pub severity: SeverityTable,
    /// The time that hunts look at.
    pub window: Window,
    pub target: Target,
    pub times: StageTimes,
}

/// Time spent in each stage, summed over all threads.
#[derive(Debug, Default)]
pub struct StageTimes(Mutex<BTreeMap<&'static str, Duration>>);

impl StageTimes {
    /// Does the work of a stage and adds the time that it took.
    pub fn measure<T>(&self, stage: &'static str, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        if let Ok(mut times) = self.0.lock() {
            *times.entry(stage).or_default() += started.elapsed();
        }
        done
    }

    /// What was measured, by stage.
    pub fn all(&self) -> BTreeMap<&'static str, Duration> {
        self.0.lock().map(|times| times.clone()).unwrap_or_default()
    }
}

/// What extractors and classifiers say of an article.
#[derive(Debug, Default)]
pub struct Analysis {
    pub extraction: Extraction,
    pub classified: Classified,
    pub failures: Vec<CallFailure>,
}

impl Analyst {
    /// Extracts only.
    pub fn extract(&self, article: &Article) -> Analysis {
        let mut analysis = Analysis::default();
        let failures = &mut analysis.failures;
        analysis.extraction = self.times.measure("extract", || extract::extract(article, &self.extractors, failures));
        analysis
    }

    /// Extracts and classifies.
    pub fn analyse(&self, article: &Article) -> Analysis {
        let mut analysis = self.extract(article);
        self.classify(article, &mut analysis);
        analysis
    }

    fn classify(&self, article: &Article, analysis: &mut Analysis) {
        if let Some(knowledge) = &self.knowledge {
            let found = &analysis.extraction;
            let failures = &mut analysis.failures;
            let classifiers = &self.classifiers;
            analysis.classified =
                self.times.measure("classify", || classify(article, found, classifiers, knowledge, failures));
        }
    }

    /// The brief of one article. `notes` and `failures` are those of reading it.
    pub fn brief(&self, mut article: Article, notes: Vec<Note>, failures: Vec<CallFailure>) -> Brief {
        let mut analysis = self.extract(&article);
        // What the article says of itself binds as what its feed says; the stricter of both counts.
        article.tlp = article.tlp.max(self.kinds.tlp(&analysis.extraction.indicators));
        self.classify(&article, &mut analysis);
        let Analysis { mut extraction, classified, failures: analysing } = analysis;
        // What an article tells, and how severe it is, does not depend on what of it is asked for.
        let whole = extraction.indicators.clone();
        self.filter.apply(&mut extraction);
        let mut failures = failures;
        failures.extend(analysing);
        let title = article.content.title.clone().unwrap_or_else(|| "Untitled".into());
        let about = About {
            key: article_key(&article),
            title: title.clone(),
            url: article.url.clone(),
            tlp: article.tlp,
            window: self.window.clone(),
        };
        let plan = plan(&self.kinds, &about, &extraction.indicators, &extraction.observations);
        let plain: Vec<Hunt> = plan.hunts.iter().map(|planned| planned.traced.hunt.clone()).collect();
        let emissions = self.times.measure("emit", || self.emissions(&plain, &mut failures));
        let mut hunts: Vec<BriefHunt> = plan
            .hunts
            .into_iter()
            .zip(emissions)
            .map(|(planned, emissions)| BriefHunt {
                traced: planned.traced,
                origin: planned.origin,
                because: Vec::new(),
                emissions,
            })
            .collect();
        let likely: Vec<BriefTechnique> = classified.techniques.iter().filter(|t| t.is_likely()).cloned().collect();
        hunts.extend(self.times.measure("emit", || {
            self.catalogue.hunts(&likely, &self.phases, &self.emitters, &self.target, &mut failures)
        }));
        let phases = phases::derive(&likely, &hunts, &self.phases);
        let (actors, sentences) = (&classified.actors, self.severity.wording.sentences(&article));
        let (severity, severity_terms) =
            severity::assess(&self.severity, &article, &sentences, &whole, &likely, actors, &hunts);
        let findings = Findings { indicators: &whole, techniques: &likely, actors, severity: &severity_terms };
        let profile = profile(&article, &sentences, &findings);
        let mut rejections = extraction.rejections;
        rejections.extend(classified.rejections);
        rejections.sort_by(|a, b| (a.span, &a.kind, &a.value).cmp(&(b.span, &b.kind, &b.value)));
        let nothing_to_hunt = match hunts.is_empty() {
            true => nothing::reasons(&extraction.indicators, &extraction.observations, &likely, &rejections),
            false => Vec::new(),
        };
        Brief {
            version: BRIEF_SCHEMA_VERSION,
            article: article.id,
            title,
            source: article.source,
            url: article.url,
            published: article.content.published,
            language: article.content.language,
            tlp: article.tlp,
            links: Vec::new(),
            changes: None,
            severity,
            severity_terms,
            profile,
            text: article.content.text,
            indicators: extraction.indicators,
            observations: extraction.observations,
            relations: extraction.relations,
            techniques: classified.techniques,
            actors: classified.actors,
            phases,
            hunts,
            nothing_to_hunt,
            rejections,
            notes,
            failures,
            plugins: self.plugins(),
        }
    }

    /// For each hunt, its emissions in every dialect.
    fn emissions(&self, hunts: &[Hunt], failures: &mut Vec<CallFailure>) -> Vec<Vec<Emission>> {
        let mut by_hunt: Vec<Vec<Emission>> = vec![Vec::new(); hunts.len()];
        if hunts.is_empty() {
            return by_hunt;
        }
        for emitter in &self.emitters {
            for (hunt, emission) in by_hunt.iter_mut().zip(emit(emitter, hunts, &self.target, failures)) {
                hunt.push(emission);
            }
        }
        by_hunt
    }

    /// Every plugin that is asked for a brief.
    pub fn plugins(&self) -> Vec<PluginId> {
        let all = self.extractors.iter().chain(&self.classifiers).chain(&self.emitters);
        all.map(|plugin| plugin.id().clone()).collect()
    }
}
