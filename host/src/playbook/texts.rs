//! Our own texts for playbooks, read from `data/playbook/`.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// All of them.
#[derive(Debug)]
pub struct Texts {
    pub tactics: Tactics,
    pub platforms: BTreeMap<String, Platform>,
    pub topics: Vec<Topic>,
    pub sources: Sources,
    /// The most telling first.
    pub components: Vec<Component>,
    pub phrases: Phrases,
}

/// By tactic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tactics {
    order: Vec<String>,
    alias: BTreeMap<String, String>,
    tactic: BTreeMap<String, Tactic>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tactic {
    pub signs: String,
    pub questions: Vec<String>,
    pub escalate: Vec<String>,
    #[serde(flatten)]
    pub steps: Steps,
    /// By group of platforms: for L1, for T2, for containment.
    pub on: BTreeMap<String, [String; 3]>,
    /// For techniques all of whose platforms are of one group, by the group.
    #[serde(default)]
    pub alone: BTreeMap<String, Variant>,
}

/// What takes the place of a tactic's texts, for techniques to which those say nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// In place of the tactic's, where there are some.
    pub signs: Option<String>,
    #[serde(default)]
    pub questions: Vec<String>,
    #[serde(flatten)]
    pub steps: Steps,
    /// Whether the tactic's lines for platforms follow.
    #[serde(default)]
    pub platforms: bool,
    /// In place of the tactic's lines.
    #[serde(default)]
    pub on: BTreeMap<String, [String; 3]>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    pub group: String,
    pub logs: Vec<String>,
}

/// What a technique is about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    terms: Vec<Term>,
    /// Words in the name that speak against it.
    #[serde(default)]
    unless: Vec<Term>,
    pub question: String,
    pub check: String,
    pub signs: Option<String>,
    #[serde(default)]
    pub logs: Vec<String>,
    steps: Option<Variant>,
}

/// Steps for L1, for T2 and for containment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    l1: Vec<String>,
    t2: Vec<String>,
    contain: Vec<String>,
}

/// Words in a row, in lower case.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Term(Vec<String>);

impl From<String> for Term {
    fn from(text: String) -> Self {
        Self(words(&text))
    }
}

impl Term {
    fn count(&self, text: &[String]) -> usize {
        text.windows(self.0.len().max(1)).filter(|window| *window == self.0).count()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    pub channel: Channel,
    pub source: Vec<Source>,
}

/// What stands before event numbers, and how a row says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    pub prefix: String,
    #[serde(rename = "as")]
    pub shown: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    #[serde(default)]
    names: Vec<String>,
    prefix: Option<String>,
    label: Option<String>,
    #[serde(default = "usable")]
    usable: bool,
}

fn usable() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Component {
    pub name: String,
    pub question: String,
    /// The groups of platforms to which the question can be put; all where there are none.
    #[serde(default)]
    pub groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Phrases {
    pub ours: String,
    pub seen: String,
    pub harden: String,
    pub no_sub: String,
    pub boilerplate: Vec<String>,
    pub abbreviations: Vec<String>,
    pub no_mitigation: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlatformFile {
    platform: BTreeMap<String, Platform>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    topic: Vec<Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComponentFile {
    component: Vec<Component>,
}

impl Texts {
    /// What ships, parsed at the first call.
    pub fn shipped() -> &'static Self {
        static SHIPPED: OnceLock<Texts> = OnceLock::new();
        SHIPPED.get_or_init(|| Self::parse().expect("the shipped texts are tested"))
    }

    fn parse() -> Result<Self, toml::de::Error> {
        let platforms: PlatformFile = toml::from_str(include_str!("../../../data/playbook/platforms.toml"))?;
        let topics: TopicFile = toml::from_str(include_str!("../../../data/playbook/topics.toml"))?;
        let components: ComponentFile = toml::from_str(include_str!("../../../data/playbook/components.toml"))?;
        Ok(Self {
            tactics: toml::from_str(include_str!("../../../data/playbook/tactics.toml"))?,
            platforms: platforms.platform,
            topics: topics.topic,
            sources: toml::from_str(include_str!("../../../data/playbook/log-sources.toml"))?,
            components: components.component,
            phrases: toml::from_str(include_str!("../../../data/playbook/phrases.toml"))?,
        })
    }
}

impl Tactics {
    /// The texts of a technique's tactics, the one that leads first; tactics without a text are left out.
    pub fn of<'a>(&'a self, codes: &'a [String]) -> Vec<&'a Tactic> {
        let known = |code: &'a String| self.alias.get(code).unwrap_or(code);
        let mut codes: Vec<&String> = codes.iter().map(known).collect();
        codes.sort_by_key(|code| self.order.iter().position(|o| o == *code).unwrap_or(usize::MAX));
        codes.dedup();
        codes.into_iter().filter_map(|code| self.tactic.get(code)).collect()
    }
}

impl Steps {
    /// 0: for L1, 1: for T2, 2: for containment.
    pub fn row(&self, number: usize) -> &[String] {
        [&self.l1, &self.t2, &self.contain][number]
    }
}

impl Topic {
    /// Its own steps, for a technique whose name has one of its terms.
    pub fn steps(&self, name: &[String]) -> Option<&Variant> {
        self.steps.as_ref().filter(|_| self.is_named(name))
    }

    /// Whether one of its terms stands in a technique's name.
    pub fn is_named(&self, name: &[String]) -> bool {
        self.terms.iter().any(|term| term.count(name) > 0)
    }

    /// How much a technique is about this. A term in the name counts, a longer one more. In the description only terms
    /// of several words count, up to three times each: single ones stand in every second text.
    pub fn weight(&self, name: &[String], description: &[String]) -> usize {
        if self.unless.iter().any(|term| term.count(name) > 0) {
            return 0;
        }
        let of = |term: &Term| {
            let length = term.0.len();
            let told = if length > 1 { term.count(description).min(3) } else { 0 };
            term.count(name).min(1) * (4 + length) + told
        };
        self.terms.iter().map(of).sum()
    }
}

impl Sources {
    /// What a defender calls a log source; `None` for one that no defender has, the name itself where it is not listed.
    pub fn label(&self, name: &str) -> Option<String> {
        let rest = |source: &Source| {
            let prefix = source.prefix.as_ref()?;
            let begins = name.get(..prefix.len())?.eq_ignore_ascii_case(prefix);
            begins.then(|| name[prefix.len()..].trim().to_owned())
        };
        for source in &self.source {
            if source.names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                return source.usable.then(|| source.label.clone().unwrap_or_else(|| name.to_owned()));
            }
            if let Some(rest) = rest(source) {
                let label = source.label.as_deref().unwrap_or("{rest}").replace("{rest}", &rest);
                return source.usable.then_some(label);
            }
        }
        Some(name.to_owned())
    }
}

/// Runs of letters and digits, in lower case.
pub fn words(text: &str) -> Vec<String> {
    let split = text.split(|c: char| !c.is_alphanumeric());
    split.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
