//! From findings to hunts: indicators are gathered into one hunt a group, observations into the behavioural hunt. Every
//! value of a hunt keeps the place in the article that it comes from.

use crate::kinds::{Comparison, Group, Kinds, Shape};
use crate::model::{
    Article, Content, EventClass, Hunt, Indicator, Node, Observation, Operator, Origin, PathValue, Predicate, Search,
    Test, Tlp, TracedHunt, Value, Window,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Groups that observations go into.
const BEHAVIOUR: &str = "behaviour";

/// What the hunts are about.
#[derive(Debug, Clone)]
pub struct About {
    /// What ids are made from: see [`article_key`].
    pub key: String,
    /// The article's title; empty for a bare list of indicators.
    pub title: String,
    pub url: String,
    pub tlp: Tlp,
    /// The time that the hunts look at.
    pub window: Window,
}

/// A hunt and what it is made from.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedHunt {
    /// `behaviour`, `indicator` or `exposure`.
    pub origin: String,
    pub traced: TracedHunt,
}

/// A value that no hunt says, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RefusedValue {
    pub value: String,
    pub kind: String,
    /// `unknown-kind`, `not-hunted`, `invalid-value`.
    pub code: String,
    pub reason: String,
}

/// The hunts of one article or list.
#[derive(Debug, Default)]
pub struct Plan {
    pub hunts: Vec<PlannedHunt>,
    pub refused: Vec<RefusedValue>,
}

/// Makes the hunts of one article. Indicators below their group's confidence or outside its roles are left out: they
/// are in the brief with their role.
pub fn plan(kinds: &Kinds, about: &About, indicators: &[Indicator], observations: &[Observation]) -> Plan {
    let mut plan = Plan::default();
    let mut drafts: BTreeMap<(u32, &str), Draft> = BTreeMap::new();
    for indicator in indicators {
        let Some(kind) = kinds.kinds.get(&indicator.kind) else {
            plan.refuse(
                indicator,
                "unknown-kind",
                format!("no plugin and no table knows the kind `{}`", indicator.kind),
            );
            continue;
        };
        let Some((name, group)) = kind.group.as_deref().and_then(|g| kinds.groups.get_key_value(g)) else {
            plan.refuse(indicator, "not-hunted", format!("no event carries a {}", kind.name));
            continue;
        };
        if !group.takes(indicator) {
            continue;
        }
        match kind.value.value(&indicator.kind, &indicator.value, &indicator.parts) {
            Err(reason) => plan.refuse(indicator, "invalid-value", reason),
            Ok(value) => {
                let draft = drafts.entry((group.order, name)).or_default();
                draft.confidence = draft.confidence.min(indicator.confidence);
                for test in kind.tests.iter().filter(|test| test.takes(&value, &kinds.endings)) {
                    for value in test.values(&value) {
                        let (operator, value) = comparable(test.operator, value);
                        draft.add(&test.class, &test.field, operator, value, indicator);
                    }
                }
            }
        }
    }
    if let Some((name, group)) = kinds.groups.get_key_value(BEHAVIOUR) {
        for observation in observations.iter().filter(|o| o.confidence >= group.minimum_confidence) {
            drafts.entry((group.order, name)).or_default().observe(kinds, observation);
        }
    }
    for ((_, name), draft) in drafts {
        if let Some(hunt) = draft.finish(name, &kinds.groups[name], about) {
            plan.hunts.push(hunt);
        }
    }
    plan
}

impl Plan {
    fn refuse(&mut self, indicator: &Indicator, code: &str, reason: String) {
        let (value, kind) = (indicator.value.clone(), indicator.kind.clone());
        self.refused.push(RefusedValue { value, kind, code: code.into(), reason });
    }
}

impl Group {
    fn takes(&self, indicator: &Indicator) -> bool {
        indicator.confidence >= self.minimum_confidence && self.roles.contains(&indicator.role)
    }
}

/// What a value is compared with in events: a path that begins with an environment variable is written there in full,
/// so its end is compared; inside a longer text it stands as it is.
fn comparable(operator: Operator, value: Value) -> (Operator, Value) {
    let Value::Path(path) = &value else { return (operator, value) };
    match (operator, after_variable(&path.full)) {
        (Operator::Contains, rest) => (operator, Value::Text(rest.unwrap_or(&path.full).to_owned())),
        (_, Some(rest)) => (Operator::EndsWith, Value::Text(rest.to_owned())),
        (_, None) => (operator, value),
    }
}

/// What follows a leading environment variable or home folder, with its separator.
fn after_variable(path: &str) -> Option<&str> {
    let rest = match path.strip_prefix('%') {
        Some(rest) => rest.split_once('%')?.1,
        None => {
            let rest = path.strip_prefix(['~', '$'])?;
            &rest[rest.find(['\\', '/'])?..]
        }
    };
    (rest.starts_with(['\\', '/']) && rest.len() > 1).then_some(rest)
}

/// A hunt in the making: per event class, the values of each field, and whole observations.
#[derive(Debug)]
struct Draft<'a> {
    classes: BTreeMap<&'a str, ClassDraft<'a>>,
    confidence: u8,
}

#[derive(Debug, Default)]
struct ClassDraft<'a> {
    fields: BTreeMap<(&'a str, Operator), Vec<(Value, &'a Indicator)>>,
    observations: Vec<(&'a Observation, Vec<Test>)>,
}

impl Default for Draft<'_> {
    fn default() -> Self {
        Self { classes: BTreeMap::new(), confidence: 100 }
    }
}

impl<'a> Draft<'a> {
    fn add(&mut self, class: &'a str, field: &'a str, operator: Operator, value: Value, from: &'a Indicator) {
        let fields = &mut self.classes.entry(class).or_default().fields;
        fields.entry((field, operator)).or_default().push((value, from));
    }

    fn observe(&mut self, kinds: &Kinds, observation: &'a Observation) {
        let tests = observation.fields.iter().map(|field| {
            let default = Comparison { value: Shape::Text, operator: Operator::Equals };
            let comparison = kinds.fields.get(&field.name).copied().unwrap_or(default);
            // A value that is not of the field's shape is compared as the text that the article gives.
            let value = comparison.value.value("", &field.value, &[]).unwrap_or(Value::Text(field.value.clone()));
            let (operator, value) = comparable(comparison.operator, bare_name(value));
            test(&field.name, operator, vec![value])
        });
        let tests = tests.collect();
        self.confidence = self.confidence.min(observation.confidence);
        self.classes.entry(&observation.class).or_default().observations.push((observation, tests));
    }

    fn finish(self, name: &str, group: &Group, about: &About) -> Option<PlannedHunt> {
        let mut searches = Vec::new();
        let mut origins = Vec::new();
        for (class, draft) in self.classes {
            let search = searches.len() as u32;
            let mut nodes = Vec::new();
            let mut alternatives = Vec::new();
            for ((field, operator), values) in draft.fields {
                let node = nodes.len() as u32;
                for (index, (_, from)) in values.iter().enumerate() {
                    origins.push(Origin {
                        search,
                        node,
                        value: index as u32,
                        kind: from.kind.clone(),
                        indicator: from.value.clone(),
                        spans: from.spans.clone(),
                    });
                }
                let values = values.into_iter().map(|(value, _)| value).collect();
                nodes.push(Node::Test(test(field, operator, values)));
                alternatives.push(node);
            }
            for (observation, tests) in draft.observations {
                let first = nodes.len() as u32;
                for (test, field) in tests.into_iter().zip(&observation.fields) {
                    origins.push(Origin {
                        search,
                        node: nodes.len() as u32,
                        value: 0,
                        kind: field.name.clone(),
                        indicator: field.value.clone(),
                        spans: vec![field.span],
                    });
                    nodes.push(Node::Test(test));
                }
                let last = nodes.len() as u32;
                if last - first > 1 {
                    nodes.push(Node::All((first..last).collect()));
                }
                alternatives.push(nodes.len() as u32 - 1);
            }
            if alternatives.len() > 1 {
                nodes.push(Node::Any(alternatives));
            }
            let root = nodes.len().checked_sub(1)? as u32;
            searches.push(Search {
                name: class.to_owned(),
                class: EventClass { category: Some(class.to_owned()), ..Default::default() },
                predicate: Predicate { nodes, root },
                fields: Vec::new(),
                properties: Vec::new(),
            });
        }
        if searches.is_empty() {
            return None;
        }
        let (confidence, level) = match self.confidence {
            80.. => ("High", "high"),
            50.. => ("Medium", "medium"),
            _ => ("Low", "low"),
        };
        let title = match about.title.as_str() {
            "" => group.title.clone(),
            title => format!("{} — {title}", group.title),
        };
        let hunt = Hunt {
            id: hunt_id(&about.key, name),
            title,
            description: group.description.clone(),
            author: None,
            license: None,
            level: Some(level.into()),
            status: Some("experimental".into()),
            source: None,
            phase: group.phase.clone(),
            confidence: confidence.into(),
            tlp: about.tlp,
            techniques: Vec::new(),
            searches,
            correlations: Vec::new(),
            stages: Vec::new(),
            window: about.window.clone(),
            false_positives: group.false_positives.clone(),
            references: Some(about.url.clone()).filter(|url| !url.is_empty()).into_iter().collect(),
            properties: Vec::new(),
        };
        Some(PlannedHunt { origin: group.origin.clone(), traced: TracedHunt { hunt, origins } })
    }
}

/// A path without a folder is a file's name, whatever its full form is called.
fn bare_name(value: Value) -> Value {
    match value {
        Value::Path(PathValue { name, directory: None, .. }) => {
            Value::Path(PathValue { full: name.clone(), directory: None, name })
        }
        other => other,
    }
}

fn test(field: &str, operator: Operator, values: Vec<Value>) -> Test {
    Test { field: field.into(), operator, values, all: false, case_sensitive: false, properties: Vec::new() }
}

/// What makes an article the same after its text was revised: its address, and where it has none, what its source, title
/// and date are. A file's source is its name, in whatever folder it lies.
pub fn article_key(article: &Article) -> String {
    if !article.url.is_empty() {
        return article.url.clone();
    }
    let Content { title, published, .. } = &article.content;
    let parts = [Some(&article.source), title.as_ref(), published.as_ref()];
    parts.map(|part| part.map_or("", String::as_str)).join("\u{1f}")
}

/// The id of a hunt: the same article and group have the same id in every run, also when what is hunted changes, so
/// that a rule made of it is updated and not added a second time.
pub fn hunt_id(key: &str, group: &str) -> String {
    let digest = Sha256::digest(format!("huntsmith hunt\n{group}\n{key}").as_bytes());
    let hex: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    format!("uc_{hex}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ObservedField, Span};

    fn kinds() -> Kinds {
        Kinds::parse(include_str!("../../../data/kinds.toml")).unwrap()
    }

    fn about() -> About {
        let (key, title) = ("https://news.example/1".to_owned(), "Title".to_owned());
        About { url: key.clone(), key, title, tlp: Tlp::Clear, window: Window::LastSeconds(2_592_000) }
    }

    fn indicator(kind: &str, value: &str, role: &str, confidence: u8) -> Indicator {
        Indicator {
            kind: kind.into(),
            value: value.into(),
            parts: vec![],
            spans: vec![Span { start: 1, end: 4 }],
            defanged: true,
            role: role.into(),
            confidence,
            reasons: vec![],
            properties: vec![],
            plugin: None,
        }
    }

    #[test]
    fn every_value_of_a_hunt_leads_back_to_the_article() {
        let found = [
            indicator("ipv4", "203.0.113.7", "attacker", 90),
            indicator("domain", "evil.example", "attacker", 90),
            indicator("sha256", &"ab".repeat(32), "attacker", 95),
        ];
        let plan = plan(&kinds(), &about(), &found, &[]);
        assert_eq!(plan.hunts.len(), 2);
        for hunt in &plan.hunts {
            for (index, search) in hunt.traced.hunt.searches.iter().enumerate() {
                for (node, tested) in search.predicate.nodes.iter().enumerate() {
                    let Node::Test(tested) = tested else { continue };
                    for value in 0..tested.values.len() {
                        let traced = hunt
                            .traced
                            .origins
                            .iter()
                            .filter(|o| (o.search, o.node, o.value) == (index as u32, node as u32, value as u32));
                        assert_eq!(traced.count(), 1);
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_attackers_is_not_hunted() {
        let found = [
            indicator("file_name", "handler.js", "unknown", 90),
            indicator("domain", "vendor.example", "reference", 90),
            indicator("domain", "weak.example", "attacker", 20),
        ];
        assert!(plan(&kinds(), &about(), &found, &[]).hunts.is_empty());
    }

    #[test]
    fn a_value_that_cannot_be_hunted_is_kept_with_its_reason() {
        let found = [indicator("ipv4", "1.2.3.999", "attacker", 90), indicator("shoe_size", "44", "attacker", 90)];
        let codes: Vec<_> = plan(&kinds(), &about(), &found, &[]).refused.into_iter().map(|r| r.code).collect();
        assert_eq!(codes, ["invalid-value", "unknown-kind"]);
    }

    #[test]
    fn services_tasks_and_packages_are_hunted() {
        let found = [
            indicator("service_name", "WinUpdSvc", "attacker", 80),
            indicator("scheduled_task", "Updater", "attacker", 80),
            indicator("package", "pkg:npm/evil-lib@1.0.3", "attacker", 80),
            indicator("package", "pkg:npm/left-pad", "reference", 80),
        ];
        let plan = plan(&kinds(), &about(), &found, &[]);
        let classes = |at: usize| {
            let searches = &plan.hunts[at].traced.hunt.searches;
            searches.iter().map(|search| search.class.category.clone().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(plan.hunts.iter().map(|hunt| hunt.origin.as_str()).collect::<Vec<_>>(), ["behaviour", "indicator"]);
        assert_eq!(classes(0), ["create_service", "scheduled_task"]);
        assert_eq!(classes(1), ["file_event", "process_creation"]);
        assert!(plan.hunts[1].traced.origins.iter().all(|origin| origin.indicator == "pkg:npm/evil-lib@1.0.3"));
        assert_eq!(plan.hunts[1].traced.origins.len(), 8, "each form leads back to the package");
    }

    #[test]
    fn a_library_is_loaded_and_a_script_is_named_in_a_command() {
        let tested = |value: &str| {
            let plan = plan(&kinds(), &about(), &[indicator("file_path", value, "attacker", 80)], &[]);
            let mut fields: Vec<String> = Vec::new();
            for search in &plan.hunts[0].traced.hunt.searches {
                for node in &search.predicate.nodes {
                    if let Node::Test(test) = node {
                        fields.push(format!("{} {} {:?}", search.name, test.field, test.operator));
                    }
                }
            }
            fields
        };
        let file = "file_event TargetFilename Equals";
        let command = "process_creation CommandLine Contains";
        assert_eq!(tested(r"C:\ProgramData\x\a.dll"), [file, "image_load ImageLoaded Equals", command]);
        assert_eq!(tested(r"C:\ProgramData\x\a.PS1"), [file, command]);
        assert_eq!(tested(r"C:\ProgramData\x\a.exe"), [file, "process_creation Image Equals"]);
        assert_eq!(tested(r"C:\ProgramData\x\note.txt"), [file]);
        assert_eq!(tested("/tmp/.x/kworkerds"), [file, "process_creation Image Equals"]);
    }

    #[test]
    fn an_observation_is_one_condition_of_all_its_fields() {
        let field = |name: &str, value: &str| ObservedField {
            name: name.into(),
            value: value.into(),
            span: Span { start: 0, end: 1 },
        };
        let observation = Observation {
            class: "process_creation".into(),
            fields: vec![field("ParentImage", "winword.exe"), field("CommandLine", "-enc")],
            spans: vec![],
            confidence: 80,
            properties: vec![],
            plugin: None,
        };
        let planned = plan(&kinds(), &about(), &[], &[observation]);
        let predicate = &planned.hunts[0].traced.hunt.searches[0].predicate;
        assert_eq!(predicate.nodes[predicate.root as usize], Node::All(vec![0, 1]));
    }

    #[test]
    fn a_path_behind_a_variable_is_compared_by_its_end() {
        assert_eq!(after_variable(r"%APPDATA%\x\evil.exe"), Some(r"\x\evil.exe"));
        assert_eq!(after_variable("~/.config/evil"), Some("/.config/evil"));
        assert_eq!(after_variable(r"C:\x"), None);
        assert_eq!(after_variable("%APPDATA%"), None);
    }

    #[test]
    fn ids_do_not_depend_on_what_is_hunted() {
        assert_eq!(hunt_id("a", "network"), hunt_id("a", "network"));
        assert_ne!(hunt_id("a", "network"), hunt_id("a", "hash"));
        let article = |title: &str, text: &str| {
            let content = Content { title: Some(title.into()), text: text.into(), ..Content::default() };
            Article { id: text.into(), source: "report.txt".into(), content, ..Article::default() }
        };
        let key = article_key(&article("Report", "first"));
        assert_eq!(key, article_key(&article("Report", "revised")));
        assert_ne!(key, article_key(&article("Another", "first")));
        assert_eq!(
            article_key(&Article { url: "https://a.example".into(), ..article("Report", "") }),
            "https://a.example"
        );
    }
}
