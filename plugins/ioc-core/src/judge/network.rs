//! Addresses, names, mail and accounts: whose they are, and what is only there for the reader.

use super::shown::MailField;
use super::{Judge, Judgement, Place, role};
use crate::codes::{reason, turned};
use crate::cues::Cues;
use crate::found::{Doubt, Found};
use crate::kinds::{account, domain, email, ipv4};
use crate::known::Lists;

/// The host that a find names, and what is known of it.
pub(super) struct Named<'a> {
    pub(super) host: Option<&'a str>,
    pub(super) registrable: Option<&'a str>,
    pub(super) lists: Lists,
    /// Anybody can have an account or a page there.
    pub(super) service: bool,
    /// More than the host: a page, a file, an account.
    pub(super) page: bool,
    /// A mailbox of a function, not of a person.
    pub(super) office: bool,
    /// A page about a repository, not what is in it.
    pub(super) discussed: bool,
    /// Its name, of a repository.
    pub(super) repository: Option<&'a str>,
    /// A file of detection rules.
    pub(super) rules: bool,
}

impl Named<'_> {
    /// A name that only a hidden network resolves: nobody publishes there for readers of reports.
    /// A host at which anybody can have a mailbox.
    pub(super) fn free_mail(&self) -> bool {
        self.host.is_some_and(email::is_free)
    }

    pub(super) fn hidden(&self) -> bool {
        self.host.is_some_and(|host| host.ends_with(".onion") || host.ends_with(".i2p"))
    }
}

impl Judge<'_> {
    pub(super) fn network(
        &mut self,
        found: &Found,
        place: &Place,
        at: (usize, usize),
    ) -> Result<Judgement, &'static str> {
        let number = (found.kind == "ipv4").then(|| ipv4::parse(&found.value)).flatten().map(u32::from);
        let resolver = number.is_some_and(|number| self.known.is_resolver(number));
        if resolver && !found.defanged && !place.heading.has(Cues::IOC) && !place.header.has(Cues::IOC) {
            return Err(turned::PUBLIC_RESOLVER);
        }
        self.other_reading(found, place, at)?;
        let named = self.name(found);
        match self.mail_field(at.0).filter(|_| matches!(found.kind, "email" | "domain")) {
            Some(MailField::Identifier) if found.kind == "email" => return Err(turned::MESSAGE_ID),
            Some(MailField::Recipient) if !found.defanged => return Err(turned::RECIPIENT),
            _ => {}
        }
        if place.own.has(Cues::PROBE) && named.lists.has(Lists::POPULAR) && !place.in_list {
            return Err(turned::PROBED);
        }
        if number.is_some() && !found.defanged && self.resolves_through_it(at.0) {
            return Err(turned::PUBLIC_RESOLVER);
        }
        if !found.defanged {
            self.for_the_reader(found, place, &named, at)?;
        }
        let bracketed = !found.defanged && !place.in_list && !named.page && self.is_in_brackets(place, at);
        let (mut reasons, mut confidence) = evidence(found, place, bracketed);
        if reasons.is_empty() {
            reasons.extend(
                self.hint(found, place, &named, at).filter(|code| !bracketed || *code != reason::ATTACK_SENTENCE),
            );
        }
        let nothing = reasons.is_empty();
        let mut role = if nothing { role::UNKNOWN } else { role::ATTACKER };
        let shared = Lists::SHORTENER.or(Lists::SHARED_SITE).or(Lists::DISPOSABLE_MAIL).or(Lists::DYNAMIC_DNS);
        if number.is_some_and(|number| self.known.is_sinkhole(number)) || place.sentence.has(Cues::SINKHOLE) {
            role = role::REFERENCE;
            reasons.insert(0, reason::SINKHOLE);
        } else if resolver {
            role = role::REFERENCE;
            reasons.insert(0, reason::PUBLIC_RESOLVER);
        } else if (place.legitimate || place.column.has(Cues::LEGITIMATE)) && !place.sentence.has(Cues::VICTIM) {
            role = role::REFERENCE;
            reasons.insert(0, reason::LEGITIMATE_SENTENCE);
            confidence -= 20;
        } else if place.sentence.has(Cues::VICTIM) && !found.defanged && !place.in_list && !self.came_from_it(at.0) {
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
        if nothing && found.kind == "email" && named.free_mail() {
            // Publishers, vendors and authorities write from names of their own.
            reasons.push(reason::FREE_MAIL);
        } else if nothing && !reasons.contains(&reason::SINKHOLE) {
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
            (Some(host), _) if account::is_bucket(host) => Lists::SHARED_SITE,
            (Some(host), Some(registrable)) => self.known.host(host, registrable),
            _ => Lists::default(),
        };
        let account = matches!(found.kind, "telegram" | "discord" | "slack" | "github_repository");
        let service = host.is_some_and(account::is_service);
        // What is called there is everybody's, but for what a bot's token names.
        let called = host.is_some_and(|host| host.starts_with("api."))
            && (service || lists.has(Lists::POPULAR.or(Lists::SHARED_SITE)));
        let page =
            account || part(&["path"]).is_some_and(|path| path.len() > 1 && (!called || path.starts_with("/bot")));
        let office = part(&["local"]).is_some_and(email::is_office);
        let discussed = part(&["path"]).is_some_and(account::is_discussion) && host.is_some_and(account::is_forge);
        let repository = part(&["path"]).filter(|_| host.is_some_and(account::is_forge));
        let repository = repository.and_then(|path| path.trim_start_matches('/').split('/').nth(1));
        let rules =
            part(&["path"]).is_some_and(|path| [".yar", ".yara", ".rules"].iter().any(|end| path.ends_with(end)));
        Named { host, registrable, lists, service, page, office, discussed, repository, rules }
    }

    /// What the value may be instead: a file, a product, a slip, a version.
    fn other_reading(&self, found: &Found, place: &Place, (start, end): (usize, usize)) -> Result<(), &'static str> {
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
        // Numbers that are as small as a version's, in a sentence that speaks of no host.
        let hosts = Cues::NETWORK.or(Cues::ATTACK).or(Cues::ACT);
        let announced = place.announced() && !place.in_prose;
        if found.doubt == Some(Doubt::Version) && !announced && !place.own.has(hosts) && !self.is_data((start, end)) {
            return Err(turned::VERSION);
        }
        if found.kind == "ipv4" && self.text[end..].starts_with('%') {
            return Err(turned::NUMBER);
        }
        if found.kind == "ipv4" && !place.in_list && (self.version_before(start) || self.version_after(start)) {
            return Err(turned::VERSION);
        }
        Ok(())
    }

    /// What speaks for an attacker's where neither sentence nor heading does.
    fn hint(&mut self, found: &Found, place: &Place, named: &Named, at: (usize, usize)) -> Option<&'static str> {
        if named.hidden() {
            return Some(reason::HIDDEN_SERVICE);
        }
        if found.defanged || !self.article_attack() && !self.is_rule_string(at.0) {
            return None;
        }
        if self.mail_field(at.0) == Some(MailField::Sender) {
            return Some(reason::MAIL_HEADER);
        }
        let tenant = named.registrable.is_some_and(domain::is_tenant);
        let everybodys = named.lists.has(Lists::POPULAR.or(Lists::SHARED_SITE)) && !named.page && !tenant;
        let numeric = matches!(found.kind, "ipv4" | "ipv6" | "cidr");
        if everybodys || numeric || place.own.has(Cues::REFERENCE.or(Cues::DEFENCE).or(Cues::LEGITIMATE)) {
            return None;
        }
        if self.is_data(at) || self.in_command(at.0) {
            return Some(reason::SHOWN_AS_DATA);
        }
        let sender = found.kind == "email" && place.own.has(Cues::SENDER);
        (sender || place.own.has(Cues::ACT)).then_some(reason::ATTACK_SENTENCE)
    }

    /// `MalwareBazaar (bazaar.abuse.ch)`: brackets hold it alone, and no word before them says what it is.
    fn is_in_brackets(&self, place: &Place, (start, end): (usize, usize)) -> bool {
        self.text[..start].ends_with('(')
            && self.text[end..].starts_with(')')
            && !place.label.has(Cues::NETWORK.or(Cues::ATTACK))
    }

    /// "It resolves the names through 192.0.2.1 and 192.0.2.2": whom it asks, not whom it looks for.
    fn resolves_through_it(&self, start: usize) -> bool {
        const NEAR: usize = 100;
        let before = &self.text[super::place::floor(self.text, start.saturating_sub(NEAR))..start];
        let before = before.rfind(". ").map_or(before, |at| &before[at..]).to_ascii_lowercase();
        let asked = before.find("resolve").map_or("", |at| &before[at..]);
        [" through ", " via ", " using ", " by asking "].iter().any(|word| asked.contains(word))
    }

    /// "They logged in to the victim's VPN from 192.0.2.1": where somebody came from is not where he came to.
    pub(super) fn came_from_it(&self, start: usize) -> bool {
        self.word_before(start).eq_ignore_ascii_case("from")
    }

    /// Inside a command that the article shows.
    pub(super) fn in_command(&self, start: usize) -> bool {
        let at = self.commands.partition_point(|command| command.0 <= start);
        at.checked_sub(1).is_some_and(|at| start < self.commands[at].1)
    }

    /// Whether the article speaks of hosts where a name could as well be a file's.
    fn names_a_host(&self, found: &Found, place: &Place) -> bool {
        let port = found.properties.iter().any(|(name, _)| *name == "port");
        if port
            || account::is_service(&found.value)
            || place.label.has(Cues::NETWORK)
            || place.column.has(Cues::NETWORK)
        {
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

    /// The word before an address.
    pub(super) fn word_before(&self, start: usize) -> &str {
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
        const WORDS: [&str; 18] = [
            "version", "versions", "ver", "ver.", "v", "v.", "build", "release", "firmware", "kernel", "revision",
            "rev.", "section", "sections", "chapter", "clause", "appendix", "figure",
        ];
        let from = start.saturating_sub(24);
        let before = &self.text.as_bytes()[from..start];
        if before.last() == Some(&b'/') {
            return before.iter().rev().nth(1).is_some_and(u8::is_ascii_alphabetic);
        }
        let words = String::from_utf8_lossy(before).to_ascii_lowercase();
        // `"ver":"2.4.0.11"` says it as `version 2.4.0.11` does.
        let words = words.trim_end_matches([' ', '\n', '"', '\'', ':', '=']);
        // "22.7R2.6, 9.1.18.10": what it is listed with is a version.
        let neighbour = words.strip_suffix(',').and_then(|list| list.split_whitespace().next_back());
        if neighbour.is_some_and(|one| {
            one.contains('.') && one.starts_with(|c: char| c.is_ascii_digit()) && one.split('.').count() != 4
        }) {
            return true;
        }
        WORDS.iter().any(|word| {
            words.strip_suffix(word).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
        })
    }
}

/// What speaks for an attacker's, and how much. `bracketed`: its own sentence alone can accuse it.
fn evidence(found: &Found, place: &Place, bracketed: bool) -> (Vec<&'static str>, i32) {
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
    // A heading announces what is listed below it, not every name in a sentence there.
    let told = place.in_prose && !found.defanged && found.parts.iter().any(|(name, _)| *name == "registrable");
    let speaks = place.own.has(Cues::ATTACK.or(Cues::ACT));
    if place.heading.has(Cues::IOC) && (!told || speaks) || place.header.has(Cues::IOC) {
        reasons.push(reason::IOC_SECTION);
        confidence += 15;
    }
    if place.own.has(Cues::ATTACK) || place.sentence.has(Cues::ATTACK) && !bracketed {
        reasons.push(reason::ATTACK_SENTENCE);
        confidence += 10;
    }
    (reasons, confidence)
}
