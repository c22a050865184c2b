//! Decides what each find is: an indicator in a role with a confidence and reasons, or turned away with one.

use crate::codes::{reason, turned};
use crate::cues::Cues;
use crate::found::{Doubt, Found};
use crate::kinds::{address, domain, file, path, registry};
use crate::known::{Known, Lists, known};
use crate::layout::{Layout, Sentences};
use huntsmith_sdk::extractor::Article;
use place::{Place, disjoint, listed_units};

mod place;

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

/// The article's own publisher, where it is known.
#[derive(Debug, Default)]
pub struct Publisher {
    pub registrable: Option<String>,
}

/// Reads places, and remembers the last sentence: many finds share one.
pub struct Judge<'a> {
    text: &'a str,
    layout: &'a Layout,
    publisher: Publisher,
    known: &'static Known,
    /// For every unit: finds are most of it and so are they of its neighbours.
    listed: Vec<bool>,
    last: Option<(usize, usize, Cues)>,
    sentences: Sentences,
    /// The last unit and its cues.
    paragraph: Option<(usize, Cues)>,
    /// Ranges that can be clicked, ascending.
    links: Vec<(usize, usize)>,
    /// The finds' ranges: what an address says is no word of the sentence.
    spans: Vec<(usize, usize)>,
}

impl<'a> Judge<'a> {
    /// `spans` are the finds' ranges in the original, ascending.
    pub fn new(article: &'a Article, layout: &'a Layout, publisher: Publisher, spans: &[(usize, usize)]) -> Self {
        let text = article.content.text.as_str();
        let mut links: Vec<(usize, usize)> =
            article.content.links.iter().map(|link| (link.span.start as usize, link.span.end as usize)).collect();
        links.sort_unstable();
        Self {
            text,
            layout,
            publisher,
            known: known(),
            listed: listed_units(text, layout, spans),
            last: None,
            sentences: Sentences::default(),
            paragraph: None,
            links,
            spans: disjoint(spans),
        }
    }

    /// Judges a find at a range of the original.
    pub fn judge(&mut self, found: &Found, start: usize) -> Result<Judgement, &'static str> {
        let place = self.place(start);
        match found.kind {
            "ipv4" | "ipv6" | "cidr" | "domain" | "url" | "email" => self.network(found, &place, start),
            "md5" | "sha1" | "sha224" | "sha256" | "sha384" | "sha512" => self.digest(found, &place),
            "file_name" => self.file_name(found, &place),
            "file_path" | "pdb_path" | "registry_key" => Ok(host_artefact(found, &place)),
            "telegram" | "discord" | "slack" | "github_repository"
                if found.parts.iter().any(|(name, _)| *name == "registrable") =>
            {
                self.network(found, &place, start)
            }
            "command_line" | "mutex" | "named_pipe" | "service_name" | "scheduled_task" | "process_name"
            | "user_agent" | "android_package" | "package" | "xmpp" | "google_analytics" | "google_adsense"
            | "telegram" | "ja4" | "mac" | "btc" | "eth" | "ltc" | "xmr" | "doge" | "dash" | "trx"
            | "certificate_serial" | "ssdeep" | "tlsh" => self.named(found, &place),
            _ => Ok(Judgement { kind: found.kind, role: role::UNKNOWN, confidence: 90, reasons: vec![reason::STATED] }),
        }
    }

    /// Values that have a form or a label of their own: whose they are is for the context to say.
    fn named(&self, found: &Found, place: &Place) -> Result<Judgement, &'static str> {
        let announced = place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) || place.in_list;
        let attack = place.sentence.has(Cues::ATTACK);
        let needs_context = matches!(found.kind, "process_name" | "service_name" | "android_package" | "package");
        if !announced && !attack && (needs_context || place.sentence.has(Cues::DEFENCE)) {
            return Err(if found.kind == "android_package" {
                turned::CODE_IDENTIFIER
            } else {
                turned::NO_ATTACKER_CONTEXT
            });
        }
        let mut judgement = host_artefact(found, place);
        if matches!(found.kind, "btc" | "eth" | "ltc" | "xmr" | "doge" | "dash" | "trx") {
            judgement.confidence = judgement.confidence.max(80);
            judgement.reasons.push(reason::CHECKSUM);
        }
        Ok(judgement)
    }

    fn network(&self, found: &Found, place: &Place, start: usize) -> Result<Judgement, &'static str> {
        let announced = place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) || place.in_list;
        match found.doubt {
            Some(Doubt::FileOrDomain) if !found.defanged && !names_a_host(found, place) => {
                return Err(turned::FILE_NAME);
            }
            Some(Doubt::Product) if !found.defanged && !place.in_list => return Err(turned::PRODUCT_NAME),
            Some(Doubt::SentenceJoin) if !found.defanged && !announced => return Err(turned::SENTENCE_JOIN),
            Some(Doubt::Version)
                if !found.defanged
                    && !place.in_list
                    && (place.label.has(Cues::VERSION) || place.sentence.has(Cues::VERSION)) =>
            {
                return Err(turned::VERSION);
            }
            _ => {}
        }
        if found.kind == "ipv4" && !found.defanged && !place.in_list && self.version_before(start) {
            return Err(turned::VERSION);
        }
        let host = match found.kind {
            "domain" => Some(found.value.as_str()),
            _ => {
                found.parts.iter().find(|(name, _)| matches!(*name, "host" | "domain")).map(|(_, value)| value.as_str())
            }
        };
        let registrable = found.parts.iter().find(|(name, _)| *name == "registrable").map(|(_, value)| value.as_str());
        let lists = match (host, registrable) {
            (Some(host), Some(registrable)) => self.known.host(host, registrable),
            _ => Lists::default(),
        };
        if !found.defanged {
            if registrable.is_some() && registrable == self.publisher.registrable.as_deref() {
                return Err(turned::PUBLISHER);
            }
            if place.sentence.has(Cues::CONTACT) && !place.in_list && found.kind != "ipv4" {
                return Err(turned::REFERENCE_LINK);
            }
            if registrable.is_some_and(is_restricted) && !place.in_list {
                return Err(turned::REFERENCE_LINK);
            }
            // Nobody makes an attacker's page one click away from the reader.
            if self.is_link(start) && !place.in_list {
                return Err(turned::REFERENCE_LINK);
            }
            if lists.has(Lists::SECURITY_SITE) && !lists.has(Lists::SHARED_SITE) {
                return Err(turned::REFERENCE_LINK);
            }
            if place.heading.has(Cues::ASIDE) && !place.heading.has(Cues::IOC) {
                return Err(turned::REFERENCE_LINK);
            }
            let cited = place.sentence.has(Cues::REFERENCE) && !place.sentence.has(Cues::ATTACK) && !announced;
            if cited && found.kind != "ipv4" && found.kind != "cidr" {
                return Err(turned::REFERENCE_LINK);
            }
            if lists.has(Lists::POPULAR) && !lists.has(Lists::SHARED_SITE) && !announced && found.kind != "email" {
                return Err(turned::REFERENCE_LINK);
            }
        }
        let mut reasons = Vec::new();
        let mut confidence = 50i32;
        if found.defanged {
            reasons.push(reason::DEFANGED);
            confidence += 25;
        }
        if place.in_list {
            reasons.push(if place.in_row { reason::IOC_TABLE } else { reason::IOC_LIST });
            confidence += 15;
        }
        if place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) {
            reasons.push(reason::IOC_SECTION);
            confidence += 15;
        }
        if place.sentence.has(Cues::ATTACK) {
            reasons.push(reason::ATTACK_SENTENCE);
            confidence += 10;
        }
        let mut role = if reasons.is_empty() { role::UNKNOWN } else { role::ATTACKER };
        let literal = found.kind == "ipv4";
        let number = literal.then(|| address::parse4(&found.value)).flatten().map(u32::from);
        if number.is_some_and(|number| self.known.is_sinkhole(number)) || place.sentence.has(Cues::SINKHOLE) {
            role = role::REFERENCE;
            reasons.insert(0, reason::SINKHOLE);
        } else if number.is_some_and(|number| self.known.is_resolver(number)) {
            role = role::REFERENCE;
            reasons.insert(0, reason::PUBLIC_RESOLVER);
        } else if place.sentence.has(Cues::LEGITIMATE) && !place.sentence.has(Cues::VICTIM) {
            role = role::REFERENCE;
            reasons.insert(0, reason::LEGITIMATE_SENTENCE);
            confidence -= 20;
        } else if place.sentence.has(Cues::VICTIM) && !found.defanged && !place.in_list {
            role = role::VICTIM;
            reasons.insert(0, reason::VICTIM_SENTENCE);
        } else if lists.has(Lists::SHORTENER.or(Lists::SHARED_SITE).or(Lists::DISPOSABLE_MAIL).or(Lists::DYNAMIC_DNS))
            || registrable.is_some_and(domain::is_tenant)
        {
            role = if role == role::ATTACKER { role::ABUSED } else { role };
            reasons.push(reason::SHARED_SERVICE);
            confidence -= 5;
        } else if lists.has(Lists::POPULAR) && found.kind != "email" {
            // A popular name in an indicator list: named, not owned, by the attacker. One page of it may be theirs.
            let page = found.parts.iter().any(|(name, value)| *name == "path" && value.len() > 1);
            role = if page && role == role::ATTACKER { role::ABUSED } else { role::REFERENCE };
            reasons.insert(0, reason::POPULAR);
            confidence -= 20;
        }
        if reasons.is_empty() {
            let literal = host.is_some_and(|host| registrable.is_none() && !host.is_empty());
            if matches!(found.kind, "domain" | "url" | "email") && !literal {
                return Err(turned::NO_ATTACKER_CONTEXT);
            }
            reasons.push(reason::NO_CONTEXT);
        }
        Ok(Judgement { kind: found.kind, role, confidence: confidence.clamp(5, 98) as u8, reasons })
    }

    fn is_link(&self, start: usize) -> bool {
        let at = self.links.partition_point(|link| link.0 <= start);
        at.checked_sub(1).is_some_and(|at| start < self.links[at].1)
    }

    /// `v`, `version` or a product with a slash directly before an address.
    fn version_before(&self, start: usize) -> bool {
        let bytes = self.text.as_bytes();
        let from = start.saturating_sub(24);
        let before = &bytes[from..start];
        if before.last() == Some(&b'/') {
            return before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphabetic);
        }
        let mut from = from;
        while !self.text.is_char_boundary(from) {
            from += 1;
        }
        let words = self.text[from..start].trim_end().to_ascii_lowercase();
        ["version", "versions", "ver", "ver.", "v", "v.", "build", "release", "firmware", "revision", "rev."]
            .iter()
            .any(|word| {
                words.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
            })
    }

    fn digest(&self, found: &Found, place: &Place) -> Result<Judgement, &'static str> {
        let lists = self.known.digest(&found.value);
        if lists.has(Lists::EMPTY_INPUT) {
            return Err(turned::EMPTY_HASH);
        }
        if lists.has(Lists::TEST_FILE) {
            return Err(turned::TEST_FILE);
        }
        if lists.has(Lists::CLEAN_FILE) {
            return Err(turned::CLEAN_HASH);
        }
        let announced = place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) || place.in_list;
        if found.kind == "sha1"
            && !announced
            && (place.label.has(Cues::COMMIT) || place.sentence.has(Cues::COMMIT) && !place.sentence.has(Cues::ATTACK))
        {
            return Err(turned::GIT_COMMIT);
        }
        if found.kind == "md5" && !announced && place.label.has(Cues::UUID) {
            return Err(turned::UUID);
        }
        let kind = match found.kind {
            "md5" if place.label.or(place.column).has(Cues::IMPHASH) => "imphash",
            "md5" if place.label.or(place.column).has(Cues::JA3S) => "ja3s",
            "md5" if place.label.or(place.column).has(Cues::JA3) => "ja3",
            "sha1" | "sha256" | "md5" if place.label.or(place.column).has(Cues::AUTHENTIHASH) => "authentihash",
            "sha1" | "sha256" | "md5" if place.label.or(place.column).has(Cues::CERTIFICATE) => {
                "certificate_thumbprint"
            }
            "md5" if place.label.or(place.column).has(Cues::SERIAL) => "certificate_serial",
            kind => kind,
        };
        let mut reasons = Vec::new();
        let mut confidence = 60i32;
        if place.in_list {
            reasons.push(if place.in_row { reason::IOC_TABLE } else { reason::IOC_LIST });
            confidence += 20;
        }
        if place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) {
            reasons.push(reason::IOC_SECTION);
            confidence += 15;
        }
        if place.sentence.has(Cues::ATTACK) {
            reasons.push(reason::ATTACK_SENTENCE);
            confidence += 10;
        }
        let mut role = if reasons.is_empty() { role::UNKNOWN } else { role::ATTACKER };
        if place.sentence.has(Cues::LEGITIMATE) {
            role = role::TOOL;
            reasons.insert(0, reason::LEGITIMATE_SENTENCE);
            confidence -= 20;
        } else if place.sentence.has(Cues::CHECKSUM) && !announced {
            role = role::REFERENCE;
            confidence -= 20;
        }
        if found.doubt == Some(Doubt::AsName) {
            role = role::UNKNOWN;
            reasons.insert(0, reason::INSIDE_URL);
            confidence = 40;
        }
        if reasons.is_empty() {
            reasons.push(reason::NO_CONTEXT);
        }
        Ok(Judgement { kind, role, confidence: confidence.clamp(5, 98) as u8, reasons })
    }

    fn file_name(&self, found: &Found, place: &Place) -> Result<Judgement, &'static str> {
        if found.doubt == Some(Doubt::Product) && !place.in_row {
            return Err(turned::PRODUCT_NAME);
        }
        if place.heading.has(Cues::EXTENSIONS) {
            return Err(turned::LIST_OF_EXTENSIONS);
        }
        let announced = place.heading.has(Cues::IOC) || place.header.has(Cues::IOC);
        if !announced && !place.sentence.has(Cues::ATTACK) {
            return Err(turned::NO_ATTACKER_CONTEXT);
        }
        Ok(host_artefact(found, place))
    }
}

/// Names below roots that register governments, armed forces and treaty bodies only: an author who means an attacker's
/// use of one writes it defanged or lists it.
fn is_restricted(registrable: &str) -> bool {
    let mut labels = registrable.rsplit('.');
    let root = labels.next().unwrap_or_default();
    let second = labels.next().unwrap_or_default();
    let restricted = |label: &str| matches!(label, "gov" | "mil" | "int");
    restricted(root) || root.len() == 2 && matches!(second, "gov" | "mil" | "gob" | "gouv" | "go")
}

/// Whether the article speaks of hosts where a name could as well be a file's.
fn names_a_host(found: &Found, place: &Place) -> bool {
    let port = found.properties.iter().any(|(name, _)| *name == "port");
    if port || place.label.has(Cues::NETWORK) || place.column.has(Cues::NETWORK) {
        return true;
    }
    let archive = found.value.ends_with(".zip") || found.value.ends_with(".mov");
    let files = Cues::FILE;
    let of_files = place.column.has(files)
        || place.heading.has(files) && !place.heading.has(Cues::NETWORK)
        || place.sentence.has(files);
    !of_files && (place.heading.has(Cues::NETWORK) || place.in_list && !place.in_row && !archive)
}

/// Files, paths and keys: an attacker's where the article says so of them.
fn host_artefact(found: &Found, place: &Place) -> Judgement {
    let mut reasons = Vec::new();
    let mut confidence = 45i32;
    if place.heading.has(Cues::IOC) || place.header.has(Cues::IOC) {
        reasons.push(reason::IOC_SECTION);
        confidence += 20;
    }
    if place.sentence.has(Cues::ATTACK) {
        reasons.push(reason::ATTACK_SENTENCE);
        confidence += 15;
    }
    let mut role = if reasons.is_empty() { role::UNKNOWN } else { role::ATTACKER };
    let name =
        found.parts.iter().find(|(name, _)| *name == "name").map_or(found.value.as_str(), |(_, value)| value.as_str());
    if place.sentence.has(Cues::DEFENCE) && !place.in_list && role == role::ATTACKER {
        role = role::UNKNOWN;
        reasons.insert(0, reason::DEFENDERS_SENTENCE);
        confidence -= 15;
    }
    if found.kind == "file_path" && path::is_everybodys(&found.value)
        || found.kind == "registry_key" && registry::is_everybodys(&found.value)
    {
        role = role::UNKNOWN;
        reasons.insert(0, reason::EVERYBODYS_DIRECTORY);
    } else if found.kind != "registry_key" && file::is_system_component(name) {
        role = role::TOOL;
        reasons.insert(0, reason::SYSTEM_COMPONENT);
    } else if place.sentence.has(Cues::LEGITIMATE) {
        role = role::TOOL;
        reasons.insert(0, reason::LEGITIMATE_SENTENCE);
    }
    if reasons.is_empty() {
        reasons.push(reason::NO_CONTEXT);
    }
    Judgement { kind: found.kind, role, confidence: confidence.clamp(5, 95) as u8, reasons }
}
