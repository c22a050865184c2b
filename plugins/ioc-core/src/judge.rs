//! Decides what each find is: an indicator in a role with a confidence and reasons, or turned away with one.

use crate::codes::{reason, turned};
use crate::cues::Cues;
use crate::found::{Doubt, Found};
use crate::kinds::digest;
use crate::known::{Known, known};
use crate::layout::{Layout, Sentences};
use huntsmith_sdk::extractor::Article;
use parties::Parties;
use place::{Place, disjoint, listed_units};
use std::collections::BTreeSet;

mod files;
mod network;
mod parties;
mod place;
mod reader;
pub(crate) mod shown;

/// Roles of the contract.
pub mod role {
    pub const ATTACKER: &str = "attacker";
    pub const ABUSED: &str = "abused-service";
    pub const VICTIM: &str = "victim";
    pub const REFERENCE: &str = "reference";
    pub const TOOL: &str = "tool";
    pub const UNKNOWN: &str = "unknown";
}

/// A find that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub kind: &'static str,
    pub role: &'static str,
    pub confidence: u8,
    pub reasons: Vec<&'static str>,
}

/// Reads places, and remembers the last sentence: many finds share one.
pub struct Judge<'a> {
    text: &'a str,
    layout: &'a Layout,
    parties: Parties,
    known: &'static Known,
    /// For every unit: finds are most of it and so are they of its neighbours.
    listed: Vec<bool>,
    last: Option<(usize, usize, Cues)>,
    sentences: Sentences,
    /// The last unit and its cues.
    paragraph: Option<(usize, Cues)>,
    /// Commands that the article shows, ascending.
    commands: Vec<(usize, usize)>,
    /// Ranges that can be clicked, ascending.
    links: Vec<(usize, usize)>,
    /// The finds' ranges: what an address says is no word of the sentence.
    spans: Vec<(usize, usize)>,
    /// Where digests begin, ascending.
    digests: Vec<usize>,
    /// Names that could be hosts and stand beside a digest somewhere: one article calls one thing by one name.
    files: BTreeSet<String>,
    /// Whether the article speaks of an attack at all; looked up once.
    attack: Option<bool>,
    /// The author defangs names and addresses in this article: one that is left as it is was left so on purpose.
    author_defangs: bool,
    /// One host, address or link at the least is defanged: mailboxes are by who fears harvesters, too.
    defangs_hosts: bool,
    /// That goes for mailboxes as well.
    defangs_mail: bool,
    /// The author defangs in running text as well, not in lists alone.
    defangs_prose: bool,
    /// What the author defanged, ascending.
    defanged: Vec<(usize, usize)>,
}

/// Defanged finds that make it a habit of the author's.
const HABIT: usize = 3;
/// The same in running text.
const HABIT_IN_PROSE: usize = 2;

impl<'a> Judge<'a> {
    /// `spans` are the ranges of `found` in the original, both ascending.
    pub fn new(
        article: &'a Article,
        layout: &'a Layout,
        publisher: Option<String>,
        found: &[Found],
        spans: &[(usize, usize)],
    ) -> Self {
        let text = article.content.text.as_str();
        let mut links: Vec<(usize, usize)> =
            article.content.links.iter().map(|link| (link.span.start as usize, link.span.end as usize)).collect();
        links.sort_unstable();
        let digests = found.iter().zip(spans).filter(|(found, _)| digest::is_digest(found.kind));
        let digests: Vec<usize> = digests.map(|(_, span)| span.0).collect();
        let beside_digest = |start: usize| {
            layout.unit(start).is_some_and(|unit| {
                let at = digests.partition_point(|digest| *digest < unit.start);
                digests.get(at).is_some_and(|digest| *digest < unit.end)
            })
        };
        let files = found.iter().zip(spans);
        let files = files.filter(|(found, _)| found.doubt == Some(Doubt::FileOrDomain) && !found.defanged);
        let files = files.filter(|(_, span)| beside_digest(span.0)).map(|(found, _)| found.value.clone()).collect();
        let defanged = found.iter().zip(spans).filter(|(found, _)| found.defanged);
        let defanged: Vec<(usize, usize)> = defanged.map(|(_, span)| *span).collect();
        Self {
            text,
            layout,
            parties: Parties::of(publisher, text, found, spans),
            known: known(),
            listed: listed_units(text, layout, spans),
            last: None,
            sentences: Sentences::default(),
            paragraph: None,
            links,
            commands: found
                .iter()
                .zip(spans)
                .filter(|(one, _)| one.kind == "command_line")
                .map(|(_, at)| *at)
                .collect(),
            spans: disjoint(spans),
            digests,
            files,
            attack: None,
            defangs_prose: defanged
                .iter()
                .filter(|span| layout.unit(span.0).is_some_and(|unit| place::is_told(text, unit, span.0)))
                .take(HABIT_IN_PROSE)
                .count()
                == HABIT_IN_PROSE,
            defangs_hosts: found.iter().any(|found| found.defanged && found.kind != "email"),
            defangs_mail: found.iter().any(|found| found.kind == "email" && found.defanged),
            author_defangs: defanged.len() >= HABIT,
            defanged,
        }
    }

    /// A TLP marking is the article's own where it has its line nearly to itself, or the words around it, up to a comma,
    /// speak of this text; else it is quoted.
    fn marking(&self, found: &Found, start: usize) -> Result<Judgement, &'static str> {
        const THIS: [&str; 9] = [
            "this article",
            "this report",
            "this document",
            "this advisory",
            "this bulletin",
            "this alert",
            "this publication",
            "this blog",
            "this product",
        ];
        const WORDS_BESIDE: usize = 5;
        let end = place::floor(self.text, start + found.end - found.start).max(start);
        let around = |signs: &[char]| {
            let from = self.text[..start].rfind(signs).map_or(0, |at| at + 1);
            let to = self.text[end..].find(signs).map_or(self.text.len(), |at| end + at);
            (&self.text[from..start], &self.text[end..to])
        };
        let (before, after) = around(&['\n']);
        let beside = before.split_whitespace().chain(after.split_whitespace()).take(WORDS_BESIDE + 1).count();
        let (before, after) = around(&['\n', ',', ';', '.']);
        let clause = format!("{before} {after}").to_ascii_lowercase();
        // "TLP:AMBER applies." says nothing of anything else.
        let bare = clause.split_whitespace().count() <= 2;
        if beside > WORDS_BESIDE && !bare && !THIS.iter().any(|this| clause.contains(this)) {
            return Err(turned::NOT_THIS_ARTICLE);
        }
        Ok(Judgement { kind: found.kind, role: role::UNKNOWN, confidence: 90, reasons: vec![reason::STATED] })
    }

    /// Judges a find at a range of the original.
    pub fn judge(&mut self, found: &Found, (start, end): (usize, usize)) -> Result<Judgement, &'static str> {
        let place = self.place(start);
        match found.kind {
            "ipv4" | "ipv6" | "cidr" | "domain" | "url" | "email" => self.network(found, &place, (start, end)),
            kind if digest::is_digest(kind) => self.digest(found, &place, start),
            "tlp" => self.marking(found, start),
            "file_name" => self.file_name(found, &place),
            "file_path" | "pdb_path" | "registry_key" => Ok(files::host_artefact(found, &place)),
            "telegram" | "discord" | "slack" | "github_repository"
                if found.parts.iter().any(|(name, _)| *name == "registrable") =>
            {
                self.network(found, &place, (start, end))
            }
            "command_line" | "mutex" | "named_pipe" | "service_name" | "scheduled_task" | "process_name"
            | "user_agent" | "android_package" | "package" | "xmpp" | "google_analytics" | "google_adsense"
            | "telegram" | "ja4" | "mac" | "btc" | "eth" | "ltc" | "xmr" | "doge" | "dash" | "trx"
            | "certificate_serial" | "ssdeep" | "tlsh" => self.named(found, &place, (start, end)),
            _ => Ok(Judgement { kind: found.kind, role: role::UNKNOWN, confidence: 90, reasons: vec![reason::STATED] }),
        }
    }
}
