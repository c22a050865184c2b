//! What is not defanged and stands in a text for its reader: sources, links to read on, the sites of those who are named,
//! whom to write to.

use super::network::Named;
use super::shown::is_enumeration;
use super::{Judge, Place};
use crate::codes::turned;
use crate::cues::Cues;
use crate::found::{Doubt, Found};
use crate::kinds::ipv4;
use crate::known::Lists;

impl Judge<'_> {
    /// What is not defanged and stands there for the reader to look at or to write to.
    pub(super) fn for_the_reader(
        &self,
        found: &Found,
        place: &Place,
        named: &Named,
        (start, end): (usize, usize),
    ) -> Result<(), &'static str> {
        let literal = named.registrable.is_none() && named.host.is_some_and(|host| ipv4::parse(host).is_some());
        let numeric = matches!(found.kind, "ipv4" | "ipv6" | "cidr") || literal;
        let listed = place.in_list || place.announced() && !place.in_prose;
        let shared = named.lists.has(Lists::SHARED_SITE);
        let known_site = named.lists.has(Lists::POPULAR) || named.service || shared;
        let own_attack = place.own.has(Cues::ATTACK);
        if place.own.has(Cues::SPARED) {
            return Err(turned::STATED_HARMLESS);
        }
        // Whose sites they are, the line above them says.
        if place.heading.has(Cues::VICTIM) && !place.heading.has(Cues::IOC) && !place.in_prose {
            return Err(turned::NAMED_PARTY);
        }
        if place.own.has(Cues::PROBE) && !numeric && (known_site || !own_attack) && !named.hidden() {
            return Err(turned::PROBED);
        }
        // The host of a longer address at a service is turned away for what it is.
        if found.doubt != Some(Doubt::HostOfAddress) || !named.service {
            self.of_a_party(place, named, start)?;
        }
        if !named.hidden() && !self.is_rule_string(start) && self.is_reference(place, named, start, found.kind) {
            return Err(turned::REFERENCE_LINK);
        }
        let on_a_service = named.service && found.kind != "domain";
        let popular = named.lists.has(Lists::POPULAR) && !shared && !on_a_service && !listed && found.kind != "email";
        // "Lookalikes of Dropbox (dropbox.com)": the name that was imitated.
        let imitated = known_site && !named.page && place.sentence.has(Cues::IMITATION) && !place.in_list;
        if popular || imitated || self.imitates_it(start) {
            return Err(turned::REFERENCE_LINK);
        }
        if numeric {
            return Ok(());
        }
        if listed || place.in_code {
            let harmless = place.column.has(Cues::LEGITIMATE) || place.legitimate && !own_attack;
            return if harmless { Err(turned::STATED_HARMLESS) } else { Ok(()) };
        }
        if place.label.has(Cues::LEGITIMATE) || place.legitimate && !own_attack {
            return Err(turned::STATED_HARMLESS);
        }
        let mailbox = found.kind == "email";
        let habit = if mailbox { self.defangs_mail && !named.free_mail() } else { self.author_defangs };
        // Who defangs in running text leaves there what is safe to visit.
        let meant = self.defangs_prose && place.in_prose && !mailbox && !self.is_beside_defanged((start, end));
        // Who does not defang there says in words what is an attacker's.
        let plain = place.in_prose && !self.defangs_prose && place.own.has(Cues::ACT);
        let told = own_attack && !meant
            || plain
            || place.own.has(Cues::VICTIM)
            || mailbox && place.own.has(Cues::ACT.or(Cues::SENDER));
        let shortened = named.lists.has(Lists::SHORTENER) && named.page;
        let shown = self.is_data((start, end)) || self.in_command(start);
        if habit
            && !known_site
            && !told
            && !named.hidden()
            && !shown
            && !shortened
            && !self.is_beside_defanged((start, end))
        {
            return Err(turned::NO_ATTACKER_CONTEXT);
        }
        Ok(())
    }

    /// The site of whoever publishes the text, or of somebody whom it names.
    fn of_a_party(&self, place: &Place, named: &Named, start: usize) -> Result<(), &'static str> {
        let reason = named.registrable.and_then(|name| self.parties.reason(name));
        if let Some(reason @ (turned::PUBLISHER | turned::RECIPIENT)) = reason {
            return Err(reason);
        }
        let service = named.service || named.lists.has(Lists::SHARED_SITE);
        // "Dropbox (dropbox.com)" names the service; an address there is somebody's.
        let everybodys = service && (named.page || reason.is_none()) || named.hidden();
        if everybodys || place.in_list || place.header.has(Cues::IOC) {
            return Ok(());
        }
        let page_of_attack = named.page && place.own.has(Cues::ATTACK);
        let own_site = place.label.has(Cues::OWN_SITE) && !self.came_from_it(start)
            || named.registrable.is_some() && !place.own.has(Cues::ATTACK) && self.is_possessed(start);
        let called = (reason.is_some() || named.host.is_some_and(|host| self.is_called(host, start)))
            && !page_of_attack
            && self.mail_field(start).is_none();
        if called || own_site { Err(turned::NAMED_PARTY) } else { Ok(()) }
    }

    /// A link to read on, a source, somebody to write to.
    fn is_reference(&self, place: &Place, named: &Named, start: usize, kind: &str) -> bool {
        let numeric = matches!(kind, "ipv4" | "ipv6" | "cidr");
        let announced = place.announced();
        let free_mail = kind == "email" && named.free_mail();
        let listed = place.in_list || announced && !place.in_prose;
        let contact = place.sentence.has(Cues::CONTACT)
            && !place.sentence.has(Cues::EXTORTION)
            && !place.in_list
            && !free_mail
            && !named.hidden()
            && kind != "ipv4";
        let office = kind == "email"
            && named.office
            && !free_mail
            && !place.in_list
            && !place.own.has(Cues::ATTACK.or(Cues::SENDER))
            && !place.sentence.has(Cues::EXTORTION)
            && self.mail_field(start).is_none();
        let headed = place.heading.has(Cues::IOC) && !place.in_prose || place.header.has(Cues::IOC);
        let restricted = named.registrable.is_some_and(is_restricted) && !headed;
        let name_server = named.host.is_some_and(is_name_server) && !headed;
        // Nobody makes an attacker's page one click away from the reader.
        let link = self.is_link(start) && !place.in_list;
        let on_a_service = named.service && named.page;
        let security = named.lists.has(Lists::SECURITY_SITE) && !named.lists.has(Lists::SHARED_SITE) && !on_a_service;
        let aside = place.heading.has(Cues::ASIDE) && !place.heading.has(Cues::IOC) && !free_mail && !named.hidden();
        let footnote = !place.heading.has(Cues::IOC) && self.is_footnote(start);
        let named_source = place.label.has(Cues::REFERENCE) && !announced && !numeric;
        let cited = place.sentence.has(Cues::REFERENCE)
            && !place.own.has(Cues::ATTACK)
            && !listed
            && !numeric
            && !free_mail
            && !named.hidden();
        let further = place.label.has(Cues::FURTHER) && !place.in_list && !numeric;
        contact
            || office
            || restricted
            || name_server
            || link
            || security
            || aside
            || footnote
            || named_source
            || cited
            || further
            || named.discussed
            || named.rules
            || named.repository.is_some_and(|name| self.heads_its_line(name, start)) && !place.own.has(Cues::ATTACK)
            || !numeric && self.is_keyed_reference(start)
    }

    /// `ID Ransomware (id-ransomware.vendor.com)`: the words before the bracket are the host's first label.
    fn is_called(&self, host: &str, start: usize) -> bool {
        const WORDS: usize = 3;
        let own =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let label = host.split('.').next().map(own).filter(|label| label.len() >= 4).unwrap_or_default();
        let Some(words) = self.text[..start].strip_suffix(" (").filter(|_| !label.is_empty()) else { return false };
        let near = &words[super::place::floor(words, words.len().saturating_sub(2 * label.len()))..];
        let mut called = String::new();
        near.rsplit([' ', '\n']).take(WORDS).any(|word| {
            called.insert_str(0, &own(word));
            called == label && word.starts_with(char::is_uppercase)
        })
    }

    /// In one enumeration with what the author defanged: left as it is by a slip.
    fn is_beside_defanged(&self, (start, end): (usize, usize)) -> bool {
        let at = self.defanged.partition_point(|span| span.0 < start);
        let before = at.checked_sub(1).map(|at| self.defanged[at].1);
        let after = self.defanged.get(at).map(|span| span.0);
        before.is_some_and(|before| self.text.get(before..start).is_some_and(is_enumeration))
            || after.is_some_and(|after| self.text.get(end..after).is_some_and(is_enumeration))
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

    /// "OpenAI's sora.com": the word before it is somebody's name, and says that it is theirs.
    fn is_possessed(&self, start: usize) -> bool {
        let word = self.word_before(start);
        word.starts_with(|c: char| c.is_ascii_uppercase()) && (word.ends_with("'s") || word.ends_with("\u{2019}s"))
    }
}

/// Names below roots that register governments, armed forces and treaty bodies only: an author who means an attacker's
/// use of one writes it defanged or lists it.
fn is_restricted(registrable: &str) -> bool {
    let mut labels = registrable.rsplit('.');
    let root = labels.next().unwrap_or_default();
    let second = labels.next().unwrap_or_default();
    let restricted = |label: &str| matches!(label, "gov" | "mil" | "int");
    restricted(root) || root.len() == 2 && matches!(second, "gov" | "govt" | "mil" | "gob" | "gouv" | "go")
}

/// `ns1.provider.net`: a provider's, whoever's names it answers for.
fn is_name_server(host: &str) -> bool {
    let number = host.split('.').next().and_then(|label| label.strip_prefix("ns"));
    number.is_some_and(|number| number.len() <= 2 && number.bytes().all(|b| b.is_ascii_digit()))
}
