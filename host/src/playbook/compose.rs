//! From a technique to the eleven rows: what ATT&CK says of it, quoted, and our own text for its tactics, its platforms
//! and what it is about.

use super::texts::{Component, Tactic, Texts, Topic, Variant, words};
use super::{Origin, Piece, ROWS, Row, logs};
use crate::attack::{Analytic, Knowledge, Technique};

/// At most this many topics shape a playbook.
const TOPICS: usize = 2;
/// From this weight on, a technique is about a topic.
const TOPIC_WEIGHT: usize = 3;

/// A row's text while it is written: pieces, each with its origin.
#[derive(Debug, Default)]
pub struct Cell(Vec<Piece>);

impl Cell {
    pub fn push(&mut self, origin: Origin, text: &str) -> &mut Self {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.origin == origin => last.text.push_str(text),
            _ => self.0.push(Piece { origin, text: text.to_owned() }),
        }
        self
    }

    pub fn attack(&mut self, text: &str) -> &mut Self {
        self.push(Origin::Attack, text)
    }

    pub fn ours(&mut self, text: &str) -> &mut Self {
        self.push(Origin::Huntsmith, text)
    }

    /// Begins a new line, unless nothing stands here yet.
    pub fn line(&mut self) -> &mut Self {
        if let Some(last) = self.0.last_mut() {
            last.text.push('\n');
        }
        self
    }

    /// One of our sentences after what stands here, with the technique's name where it asks for it.
    fn sentence(&mut self, text: &str, name: &str) -> &mut Self {
        if self.0.last().is_some_and(|last| !last.text.ends_with(['\n', ' '])) {
            self.ours(" ");
        }
        for (at, part) in text.split("{name}").enumerate() {
            if at > 0 {
                self.attack(name);
            }
            self.ours(part);
        }
        self
    }

    fn sentences(&mut self, texts: &[String], name: &str) -> &mut Self {
        for text in texts {
            self.sentence(text, name);
        }
        self
    }

    pub fn row(self, name: &str) -> Row {
        let text = self.0.iter().map(|piece| piece.text.as_str()).collect();
        Row { name: name.to_owned(), text, pieces: self.0 }
    }
}

/// What rows are made of.
struct Maker<'a> {
    technique: &'a Technique,
    name: String,
    texts: &'a Texts,
    /// The leading one first.
    tactics: Vec<&'a Tactic>,
    topics: Vec<&'a Topic>,
    /// In place of the leading tactic's texts: those of what the technique is about, or of its one group of platforms.
    variant: Option<&'a Variant>,
}

/// The eleven rows of a technique.
pub fn rows(knowledge: &Knowledge, technique: &Technique, texts: &Texts) -> Vec<Row> {
    let name = knowledge.display_name(technique.id).unwrap_or_else(|| technique.name.clone());
    let tactics = texts.tactics.of(&technique.tactics);
    let topics = topics(&name, technique, texts);
    let by_name = topics.iter().find_map(|topic| topic.steps(&words(&name)));
    let variant = by_name.or_else(|| tactics.first()?.alone.get(only_group(technique, texts)?));
    let maker = Maker { technique, name, texts, tactics, topics, variant };
    let named = |text: &str| {
        let mut cell = Cell::default();
        cell.attack(text);
        cell
    };
    let tactics: Vec<&str> = technique.tactics.iter().map(|code| knowledge.tactic_name(code)).collect();
    let id = technique.id.to_string();
    let sub = if technique.id.is_sub() { &id } else { &texts.phrases.no_sub };
    let cells = [
        named(&tactics.join(", ")),
        named(&id),
        named(sub),
        named(&maker.name),
        logs::row(technique, &maker.topics, texts),
        maker.indicators(knowledge),
        maker.questions(),
        maker.escalation(),
        maker.steps(0),
        maker.steps(1),
        maker.containment(),
    ];
    ROWS.iter().zip(cells).map(|(name, cell)| cell.row(name)).collect()
}

/// The group of all of a technique's platforms.
fn only_group<'a>(technique: &Technique, texts: &'a Texts) -> Option<&'a str> {
    let mut groups = technique.platforms.iter().map(|platform| texts.platforms.get(platform).map(|p| p.group.as_str()));
    let first = groups.next()??;
    groups.all(|group| group == Some(first)).then_some(first)
}

/// What a technique is about: the heaviest topics, in the order of their weight. Where its name says it, what its
/// description mentions beside that says nothing.
fn topics<'a>(name: &str, technique: &Technique, texts: &'a Texts) -> Vec<&'a Topic> {
    let (name, description) = (words(name), words(&technique.description));
    let weighed = texts.topics.iter().map(|topic| (topic.weight(&name, &description), topic));
    let mut weighed: Vec<(usize, &Topic)> = weighed.filter(|(weight, _)| *weight >= TOPIC_WEIGHT).collect();
    if weighed.iter().any(|(_, topic)| topic.is_named(&name)) {
        weighed.retain(|(_, topic)| topic.is_named(&name));
    }
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighed.into_iter().take(TOPICS).map(|(_, topic)| topic).collect()
}

impl Maker<'_> {
    fn indicators(&self, knowledge: &Knowledge) -> Cell {
        let mut cell = Cell::default();
        let several = self.technique.analytics.len() > 1;
        for analytic in &self.technique.analytics {
            let text = self.telling(&analytic.text);
            if !text.is_empty() {
                cell.line();
                if several {
                    cell.attack(&format!("{}: ", analytic.platforms.join(", ")));
                }
                cell.attack(&text);
            }
        }
        cell.line();
        // Where ATT&CK's analytics speak of scans that no defender runs, what the technique is about speaks.
        let silent = self.technique.platforms.iter().all(|platform| self.group(platform) == Some("pre"));
        for signs in self.topics.iter().filter(|_| silent).filter_map(|topic| topic.signs.as_ref()) {
            cell.sentence(signs, &self.name);
        }
        let own = self.variant.and_then(|variant| variant.signs.as_ref());
        if let Some(signs) = own.or(self.tactics.first().map(|tactic| &tactic.signs)) {
            cell.sentence(signs, &self.name);
        }
        let seen = knowledge.procedures(self.technique.id);
        if !seen.is_empty() {
            cell.line().ours(&self.texts.phrases.seen).ours(" ").attack(&seen.join(" "));
        }
        cell
    }

    /// An analytic's text without the sentences that ATT&CK puts into many.
    fn telling(&self, text: &str) -> String {
        let boilerplate = &self.texts.phrases.boilerplate;
        let (mut kept, mut dropped) = (String::new(), false);
        let mut goes_on = false;
        for part in text.split_inclusive(". ") {
            // A full stop of `e.g.` ends no sentence.
            dropped =
                if goes_on { dropped } else { boilerplate.iter().any(|begin| part.trim_start().starts_with(begin)) };
            if !dropped {
                kept.push_str(part);
            }
            goes_on = self.texts.phrases.abbreviations.iter().any(|end| part.trim_end().ends_with(end));
        }
        kept.trim().to_owned()
    }

    fn questions(&self) -> Cell {
        let of_topics = self.topics.iter().map(|topic| &topic.question);
        let own = self.variant.map(|variant| &variant.questions).filter(|questions| !questions.is_empty());
        let leading = own.or(self.tactics.first().map(|tactic| &tactic.questions)).map_or(&[][..], Vec::as_slice);
        let others = self.tactics.iter().skip(1).filter_map(|tactic| tactic.questions.first());
        // What most analytics read, the more telling where as many do.
        let fits = |component: &&Component| component.groups.is_empty() || self.runs_on(&component.groups);
        let components = self.texts.components.iter().rev().filter(|component| self.reads(&component.name) > 0);
        let components = components.filter(fits);
        let component =
            components.max_by_key(|component| self.reads(&component.name)).map(|component| &component.question);
        let mut cell = Cell::default();
        for (at, question) in of_topics.chain(leading).chain(others).chain(component).enumerate() {
            cell.line().ours(&format!("{}.", at + 1)).sentence(question, &self.name);
        }
        cell
    }

    /// How many of the technique's analytics read this data component.
    fn reads(&self, component: &str) -> usize {
        let reads = |analytic: &&Analytic| analytic.logs.iter().any(|log| log.component == component);
        self.technique.analytics.iter().filter(reads).count()
    }

    fn runs_on(&self, groups: &[String]) -> bool {
        self.technique.platforms.iter().filter_map(|name| self.group(name)).any(|of| groups.iter().any(|g| g == of))
    }

    fn escalation(&self) -> Cell {
        let mut cell = Cell::default();
        if let Some(tactic) = self.tactics.first() {
            cell.sentences(&tactic.escalate, &self.name);
        }
        cell
    }

    /// The steps for L1 (0), T2 (1) or containment (2): the variant's, else the leading tactic's, with one line a group of
    /// platforms; for L1 what each topic adds.
    fn steps(&self, row: usize) -> Cell {
        let mut cell = Cell::default();
        let of_tactic = self.tactics.first().map(|tactic| &tactic.steps);
        if let Some(steps) = self.variant.map(|variant| &variant.steps).or(of_tactic) {
            cell.sentences(steps.row(row), &self.name);
        }
        for topic in self.topics.iter().filter(|_| row == 0) {
            cell.sentence(&topic.check, &self.name);
        }
        if self.variant.is_none_or(|variant| variant.platforms) {
            self.on_platforms(&mut cell, row);
        }
        cell
    }

    fn on_platforms(&self, cell: &mut Cell, line: usize) {
        let groups = self.platform_lines();
        for (platforms, lines) in &groups {
            cell.line();
            if groups.len() > 1 {
                cell.attack(platforms).ours(":");
            }
            cell.sentence(&lines[line], &self.name);
        }
    }

    /// For each group of platforms, their names and the variant's lines, or those of the first tactic that has some.
    fn platform_lines(&self) -> Vec<(String, &[String; 3])> {
        let mut found: Vec<(&str, String, &[String; 3])> = Vec::new();
        for platform in &self.technique.platforms {
            let Some(group) = self.group(platform) else { continue };
            let own = self.variant.and_then(|variant| variant.on.get(group));
            let lines = own.or_else(|| self.tactics.iter().find_map(|tactic| tactic.on.get(group)));
            let Some(lines) = lines else { continue };
            match found.iter_mut().find(|(known, _, _)| *known == group) {
                Some((_, names, _)) => names.push_str(&format!(", {platform}")),
                None => found.push((group, platform.clone(), lines)),
            }
        }
        found.into_iter().map(|(_, names, lines)| (names, lines)).collect()
    }

    fn group(&self, platform: &str) -> Option<&str> {
        self.texts.platforms.get(platform).map(|platform| platform.group.as_str())
    }

    fn containment(&self) -> Cell {
        let mut cell = self.steps(2);
        let none = &self.texts.phrases.no_mitigation;
        let mitigations: Vec<&str> =
            self.technique.mitigations.iter().filter(|name| !none.contains(name)).map(String::as_str).collect();
        if !mitigations.is_empty() {
            cell.line().ours(&self.texts.phrases.harden).ours(" ").attack(&mitigations.join(", ")).ours(".");
        }
        cell
    }
}
