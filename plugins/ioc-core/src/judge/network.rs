//! Addresses, names, mail and accounts: whose they are, and what is only there for the reader.

use super::{Judge, Judgement, Place, role};
use crate::codes::{reason, turned};
use crate::cues::Cues;
use crate::found::{Doubt, Found};
use crate::kinds::{account, address, domain, email};
use crate::known::Lists;

/// The host that a find names, and what is known of it.
struct Named<'a> {
    host: Option<&'a str>,
    registrable: Option<&'a str>,
    lists: Lists,
    /// Anybody can have an account or a page there.
    service: bool,
    /// More than the host: a page, a file, an account.
    page: bool,
}

impl Judge<'_> {
    pub(super) fn network(&self, found: &Found, place: &Place, start: usize) -> Result<Judgement, &'static str> {
        self.other_reading(found, place, start)?;
        let named = self.name(found);
        if !found.defanged {
            self.for_the_reader(found, place, &named, start)?;
        }
        let (mut reasons, mut confidence) = evidence(found, place);
        let nothing = reasons.is_empty();
        let mut role = if nothing { role::UNKNOWN } else { role::ATTACKER };
        let shared = Lists::SHORTENER.or(Lists::SHARED_SITE).or(Lists::DISPOSABLE_MAIL).or(Lists::DYNAMIC_DNS);
        let number = (found.kind == "ipv4").then(|| address::parse4(&found.value)).flatten().map(u32::from);
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
        } else if named.lists.has(shared) || named.service || named.registrable.is_some_and(domain::is_tenant) {
            // An account there is the attacker's own.
            let account = !matches!(found.kind, "ipv4" | "ipv6" | "cidr" | "domain" | "url" | "email");
            role = if role == role::ATTACKER && !account { role::ABUSED } else { role };
            reasons.push(reason::SHARED_SERVICE);
            confidence -= 5;
        } else if named.lists.has(Lists::POPULAR) && found.kind != "email" {
            // A popular name in an indicator list: named, not owned, by the attacker. One page of it may be theirs.
            role = if named.page && role == role::ATTACKER { role::ABUSED } else { role::REFERENCE };
            reasons.insert(0, reason::POPULAR);
            confidence -= 20;
        }
        if found.doubt == Some(Doubt::HostOfAddress) && reasons.contains(&reason::SHARED_SERVICE) && !found.defanged {
            return Err(turned::HOST_OF_ADDRESS);
        }
        if nothing && found.kind == "email" && named.host.is_some_and(email::is_free) {
            // Publishers, vendors and authorities write from names of their own.
            reasons.push(reason::FREE_MAIL);
        } else if nothing {
            let literal = named.host.is_some_and(|host| named.registrable.is_none() && !host.is_empty());
            if !matches!(found.kind, "ipv4" | "ipv6" | "cidr") && !literal {
                return Err(turned::NO_ATTACKER_CONTEXT);
            }
            if reasons.is_empty() {
                reasons.push(reason::NO_CONTEXT);
            }
        }
        Ok(Judgement { kind: found.kind, role, confidence: confidence.clamp(5, 98) as u8, reasons })
    }

    fn name<'f>(&self, found: &'f Found) -> Named<'f> {
        let part = |wanted: &[&str]| {
            found.parts.iter().find(|(name, _)| wanted.contains(name)).map(|(_, value)| value.as_str())
        };
        let host = if found.kind == "domain" { Some(found.value.as_str()) } else { part(&["host", "domain"]) };
        let registrable = part(&["registrable"]);
        let lists = match (host, registrable) {
            (Some(host), Some(registrable)) => self.known.host(host, registrable),
            _ => Lists::default(),
        };
        let page = part(&["path"]).is_some_and(|path| path.len() > 1);
        Named { host, registrable, lists, service: host.is_some_and(account::is_service), page }
    }

    /// What the value may be instead: a file, a product, a slip, a version.
    fn other_reading(&self, found: &Found, place: &Place, start: usize) -> Result<(), &'static str> {
        if found.defanged {
            return Ok(());
        }
        match found.doubt {
            Some(Doubt::FileOrDomain) if !self.names_a_host(found, place) => return Err(turned::FILE_NAME),
            Some(Doubt::Product) if !place.in_list => return Err(turned::PRODUCT_NAME),
            Some(Doubt::SentenceJoin) if !place.announced() => return Err(turned::SENTENCE_JOIN),
            Some(Doubt::Version)
                if !place.in_list
                    && (place.label.has(Cues::VERSION)
                        || place.sentence.has(Cues::VERSION)
                        || self.product_before(start)) =>
            {
                return Err(turned::VERSION);
            }
            _ => {}
        }
        if found.kind == "ipv4" && !place.in_list && (self.version_before(start) || self.version_after(start)) {
            return Err(turned::VERSION);
        }
        Ok(())
    }

    /// What is not defanged and stands there for the reader to look at or to write to.
    fn for_the_reader(&self, found: &Found, place: &Place, named: &Named, start: usize) -> Result<(), &'static str> {
        let numeric = matches!(found.kind, "ipv4" | "ipv6" | "cidr");
        let announced = place.announced();
        let shared = named.lists.has(Lists::SHARED_SITE);
        let known_site = named.lists.has(Lists::POPULAR) || named.service || shared;
        if named.registrable.is_some() && named.registrable == self.publisher.registrable.as_deref() {
            return Err(turned::PUBLISHER);
        }
        let contact = place.sentence.has(Cues::CONTACT)
            && !place.sentence.has(Cues::EXTORTION)
            && !place.in_list
            && found.kind != "ipv4";
        let restricted = named.registrable.is_some_and(is_restricted) && !place.in_list;
        // Nobody makes an attacker's page one click away from the reader.
        let link = self.is_link(start) && !place.in_list;
        let security = named.lists.has(Lists::SECURITY_SITE) && !shared;
        let aside = place.heading.has(Cues::ASIDE) && !place.heading.has(Cues::IOC);
        let footnote = !place.heading.has(Cues::IOC) && self.is_footnote(start);
        let named_source = place.label.has(Cues::REFERENCE) && !announced && !numeric;
        let cited = place.sentence.has(Cues::REFERENCE) && !place.own.has(Cues::ATTACK) && !announced && !numeric;
        let on_a_service = named.service && found.kind != "domain";
        let popular =
            named.lists.has(Lists::POPULAR) && !shared && !on_a_service && !announced && found.kind != "email";
        // "Lookalikes of Dropbox (dropbox.com)": the name that was imitated.
        let imitated = known_site && !named.page && place.sentence.has(Cues::IMITATION) && !place.in_list;
        if contact
            || restricted
            || link
            || security
            || aside
            || footnote
            || named_source
            || cited
            || popular
            || imitated
        {
            return Err(turned::REFERENCE_LINK);
        }
        if announced || numeric || place.in_code {
            return Ok(());
        }
        if place.label.has(Cues::LEGITIMATE) || place.sentence.has(Cues::LEGITIMATE) && !place.own.has(Cues::ATTACK) {
            return Err(turned::STATED_HARMLESS);
        }
        if self.author_defangs && !known_site && !place.own.has(Cues::ATTACK) {
            return Err(turned::NO_ATTACKER_CONTEXT);
        }
        Ok(())
    }

    /// Whether the article speaks of hosts where a name could as well be a file's.
    fn names_a_host(&self, found: &Found, place: &Place) -> bool {
        let port = found.properties.iter().any(|(name, _)| *name == "port");
        if port || place.label.has(Cues::NETWORK) || place.column.has(Cues::NETWORK) {
            return true;
        }
        let archive = found.value.ends_with(".zip") || found.value.ends_with(".mov");
        let of_files = place.column.has(Cues::FILE)
            || place.beside_digest
            || self.files.contains(&found.value)
            || place.heading.has(Cues::FILE) && !place.heading.has(Cues::NETWORK)
            || place.sentence.has(Cues::FILE);
        !of_files && (place.heading.has(Cues::NETWORK) || place.in_list && !place.in_row && !archive)
    }

    /// A link of the document, or one that is written in Markdown.
    fn is_link(&self, start: usize) -> bool {
        let at = self.links.partition_point(|link| link.0 <= start);
        at.checked_sub(1).is_some_and(|at| start < self.links[at].1) || self.text[..start].ends_with("](")
    }

    /// `[1] https://…`, `¹ https://…` at the beginning of a line: a footnote.
    fn is_footnote(&self, start: usize) -> bool {
        // A line without an end must not be searched from each of its addresses.
        const LONGEST: usize = 32;
        let near = super::place::floor(self.text, start.saturating_sub(LONGEST));
        let line = match self.text[near..start].rfind('\n') {
            Some(at) => near + at + 1,
            None if near == 0 => 0,
            None => return false,
        };
        let before = self.text[line..start].trim_matches([' ', '\t', '^', '-', '*']);
        let digits = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let bracketed =
            before.strip_prefix('[').and_then(|rest| rest.strip_suffix([']', ':'])).map(|n| n.trim_end_matches(']'));
        let raised = |c: char| matches!(c, '\u{b9}' | '\u{b2}' | '\u{b3}' | '\u{2070}'..='\u{2079}');
        bracketed.is_some_and(digits) || !before.is_empty() && before.chars().all(raised)
    }

    /// The word before an address.
    fn word_before(&self, start: usize) -> &str {
        let before = self.text[..start].trim_end_matches([' ', '\n']);
        before.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default()
    }

    /// A name before small numbers is a product's: `iOS 15.0.2.1`.
    fn product_before(&self, start: usize) -> bool {
        const HOSTS: [&str; 8] = ["ip", "ips", "c2", "c&c", "host", "server", "address", "ipv4"];
        let word = self.word_before(start);
        word.contains(char::is_uppercase)
            && word.ends_with(char::is_alphanumeric)
            && !word.ends_with("'s")
            && !word.ends_with("\u{2019}s")
            && !HOSTS.iter().any(|host| word.eq_ignore_ascii_case(host))
    }

    /// `22.214.171.124 build`, `5.1.2.3 or later`.
    fn version_after(&self, start: usize) -> bool {
        const WORDS: [&str; 8] =
            ["build", "release", "version", "or later", "and later", "or earlier", "and earlier", "and below"];
        let rest = self.text[start..].trim_start_matches(|c: char| c.is_ascii_digit() || c == '.').trim_start();
        WORDS.iter().any(|word| rest.starts_with(word))
    }

    /// `v`, `version` or a product with a slash directly before an address.
    fn version_before(&self, start: usize) -> bool {
        const WORDS: [&str; 17] = [
            "version", "versions", "ver", "ver.", "v", "v.", "build", "release", "firmware", "revision", "rev.",
            "section", "sections", "chapter", "clause", "appendix", "figure",
        ];
        let from = start.saturating_sub(24);
        let before = &self.text.as_bytes()[from..start];
        if before.last() == Some(&b'/') {
            return before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphabetic);
        }
        let words = String::from_utf8_lossy(before).trim_end().to_ascii_lowercase();
        WORDS.iter().any(|word| {
            words.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
        })
    }
}

/// What speaks for an attacker's, and how much.
fn evidence(found: &Found, place: &Place) -> (Vec<&'static str>, i32) {
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
    (reasons, confidence)
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
