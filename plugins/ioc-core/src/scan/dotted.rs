//! Runs with a dot inside: an address, a host name, a file name, a package, or code.

use super::Scanner;
use super::names::{is_architecture, is_code_root, is_platform, is_word_of_prose, starts_with_platform};
use crate::codes::turned;
use crate::found::Doubt;
use crate::kinds::{account, android_package, digest, domain, file_name, identifier, ipv4, url};

impl Scanner<'_> {
    /// A run with a dot inside: an address, a host name, a file name, or code.
    pub(super) fn dotted(&mut self, start: usize, end: usize) -> usize {
        let run = &self.text[start..end];
        let trimmed = run.trim_end_matches(['.', '-', '_']);
        let begin = start + (run.len() - run.trim_start_matches(['.', '-', '_']).len());
        let stop = start + trimmed.len();
        if start + 1 == begin && self.before(start) == b'!' && self.file_name(start, stop) {
            return end;
        }
        if stop < begin + 4 || !self.text[begin..stop].contains('.') {
            return end;
        }
        let name = &self.text[begin..stop];
        let before = self.before(begin);
        let bytes = name.as_bytes();
        if let Some(at) = memchr::memmem::find(bytes, b"CVE-").filter(|at| *at > 0 && bytes[at - 1] == b'.') {
            // Inside a detection's name: `Exploit.CVE-2017-11882.Gen`.
            identifier::read(&mut self.finds, self.text, begin + at, stop);
            return end;
        }
        if bytes.iter().all(|b| b.is_ascii_digit() || *b == b'.') {
            let authority = before == b'/' && self.before(begin - 1) == b'/';
            if matches!(before, b'/' | b'\\' | b':' | b'#') && !authority {
                return end;
            }
            if let Some(next) = ipv4::read_broken(&mut self.finds, self.text, begin, stop) {
                return self.consumed(next);
            }
            let next = ipv4::read(&mut self.finds, self.text, begin, stop);
            return self.consumed(next).max(end);
        }
        if bytes.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')) {
            // A range of addresses: its ends.
            let mut at = begin;
            for part in name.split('-') {
                if ipv4::parse(part).is_some() {
                    ipv4::read(&mut self.finds, self.text, at, at + part.len());
                }
                at += part.len() + 1;
            }
            return self.consumed(end);
        }
        let another = before == b'/' && self.names_another(begin);
        let in_path = matches!(before, b'/' | b'\\') && !another;
        if !in_path && android_package::is_one(name) {
            if android_package::is_platform_name(name) {
                self.finds.turn_away("android_package", name, begin, stop, turned::CODE_IDENTIFIER);
            } else {
                self.finds.add("android_package", name.to_string(), begin, stop);
            }
            return self.consumed(stop).max(end);
        }
        match domain::parse(name) {
            Ok(parsed) if in_path => {
                let reason = if self.follows_platform(begin) { turned::ANTIVIRUS_NAME } else { turned::PATH_COMPONENT };
                self.finds.turn_away("domain", &parsed.ascii, begin, stop, reason);
                self.file_name(begin, stop);
                end
            }
            Ok(parsed) => self.domain(begin, stop, end, parsed),
            Err(why @ (domain::NotADomain::Example | domain::NotADomain::Local)) => {
                let named = matches!(why, domain::NotADomain::Local) && self.file_name(begin, stop);
                if !in_path && !named {
                    self.finds.turn_away("domain", &name.to_lowercase(), begin, stop, why.code());
                }
                end
            }
            Err(why) => {
                let defanged = self.refanged.touched(begin, stop);
                if self.file_name(begin, stop) || in_path && !defanged {
                    return end;
                }
                if why == domain::NotADomain::UnknownSuffix && !name.contains(char::is_uppercase) {
                    self.finds.turn_away_unlisted(name, begin, stop);
                } else if defanged {
                    self.finds.turn_away("domain", &name.to_lowercase(), begin, stop, why.code());
                }
                end
            }
        }
    }

    /// A run that is a host name by its form.
    fn domain(&mut self, begin: usize, stop: usize, end: usize, parsed: domain::Domain) -> usize {
        let name = &self.text[begin..stop];
        let after = self.after(stop);
        let defanged = self.refanged.touched(begin, stop);
        if let Some(reason) = self.code(begin, stop).filter(|_| !defanged) {
            self.finds.turn_away("domain", &parsed.ascii, begin, stop, reason);
            return end;
        }
        let mut port = None;
        let mut past = stop;
        if after == b':' {
            let digits = self.bytes[stop + 1..].iter().take(5).take_while(|b| b.is_ascii_digit()).count();
            if let Ok(number) = self.text[stop + 1..stop + 1 + digits].parse::<u16>() {
                port = Some(number);
                past = stop + 1 + digits;
            }
        }
        let labels = name.matches('.').count() + 1;
        let ending = file_name::ending(name);
        // Files have any number of dots before `.zip`; before endings that are countries' codes, hosts have more of them.
        let doubt = if ending.as_deref().is_some_and(|e| e != "com" && (labels == 2 || matches!(e, "zip" | "mov"))) {
            Some(Doubt::FileOrDomain)
        } else if labels == 2
            && (name.ends_with(".NET") || file_name::looks_like_product(name) || self.is_brand(begin, stop))
        {
            Some(Doubt::Product)
        } else if labels == 2 && is_word_of_prose(name) && after == b' ' && self.after(stop + 1).is_ascii_lowercase() {
            Some(Doubt::SentenceJoin)
        } else {
            None
        };
        let found = self.finds.add("domain", parsed.ascii.clone(), begin, stop);
        found.parts = parsed.parts();
        found.doubt = doubt;
        if let Some(port) = port {
            found.properties.push(("port", port.to_string()));
        }
        if !parsed.listed {
            found.properties.push(("suffix", "unlisted".to_string()));
        }
        if self.after(past) == b'/' && stop == end.min(stop) && !self.names_another(past + 1) {
            let host = self.finds.found.len() - 1;
            past = url::read_schemeless(&mut self.finds, self.text, begin, stop, &parsed, port, past);
            if self.finds.found.len() > host + 1 {
                let doubt = &mut self.finds.found[host].doubt;
                *doubt = doubt.or(Some(Doubt::HostOfAddress));
                account::follow(&mut self.finds);
            }
        }
        self.consumed(past).max(end)
    }

    /// Where a name that begins at `begin` begins with the signs that ransom notes put around theirs: `!!!READ_ME!!!.txt`.
    fn marked(&self, begin: usize) -> usize {
        if !matches!(self.before(begin), b'!' | b'#') {
            return begin;
        }
        let own = |b: &&u8| matches!(b, b'!' | b'#' | b'_' | b'-') || b.is_ascii_alphanumeric();
        begin - self.bytes[self.floor.min(begin)..begin].iter().rev().take(64).take_while(own).count()
    }

    /// Why a run that has the form of a host name is code, a detection's name or a slip of the author.
    fn code(&self, begin: usize, stop: usize) -> Option<&'static str> {
        let name = &self.text[begin..stop];
        let call = self.after(stop) == b'(' && self.after(stop + 1) != b'h';
        let setting = self.after(stop) == b'=' && self.before(begin) != b'=';
        // `eval(e.data)`: hosts are quoted where they are arguments.
        let argument = self.before(begin) == b'('
            && begin.checked_sub(2).is_some_and(|at| self.bytes[at].is_ascii_alphanumeric())
            && matches!(self.after(stop), b')' | b',');
        if call || setting || argument || matches!(self.before(begin), b'$' | b'#' | b'!') {
            return Some(turned::CODE_IDENTIFIER);
        }
        let mut capitalised = 0;
        let mut mixed = false;
        let mut last_capital = false;
        for label in name.split('.') {
            let mut letters = label.chars();
            last_capital = letters.next().is_some_and(char::is_uppercase);
            let rest_lower = letters.clone().any(char::is_lowercase);
            mixed |= last_capital && rest_lower || !last_capital && letters.any(char::is_uppercase);
            capitalised += usize::from(last_capital);
        }
        let all_upper = !name.chars().any(char::is_lowercase);
        if capitalised > 0 && !all_upper && (starts_with_platform(name) || name.split('.').any(is_architecture)) {
            return Some(turned::ANTIVIRUS_NAME);
        }
        if all_upper || capitalised == 0 {
            return is_code_root(name).then_some(turned::CODE_IDENTIFIER);
        }
        let joined = is_word_of_prose(&name.to_ascii_lowercase()) && self.after(stop) == b' ';
        if last_capital && (capitalised == 1 || joined) {
            return Some(turned::SENTENCE_JOIN);
        }
        if last_capital && (mixed || capitalised > 1) {
            return Some(if self.follows_platform(begin) || starts_with_platform(name) {
                turned::ANTIVIRUS_NAME
            } else {
                turned::CODE_IDENTIFIER
            });
        }
        is_code_root(name).then_some(turned::CODE_IDENTIFIER)
    }

    /// `evil[.]com/evil[.]net`: what follows the slash is a host that was defanged itself.
    fn names_another(&self, at: usize) -> bool {
        let word = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
        let stop = at + self.bytes[at.min(self.bytes.len())..].iter().take(253).take_while(word).count();
        let name = self.text[at..stop].trim_end_matches(['.', '-']);
        self.refanged.touched(at, at + name.len())
            && domain::parse(name).is_ok()
            && file_name::ending(name).is_none_or(|ending| ending == "com")
    }

    /// `Booking.com` in the middle of a sentence, with no word before it that speaks of hosts: who means the host writes
    /// it small.
    fn is_brand(&self, begin: usize, stop: usize) -> bool {
        const HOSTS: [&str; 7] = ["domain", "host", "site", "server", "c2", "website", "name"];
        let mut letters = self.text[begin..stop].chars();
        if !letters.next().is_some_and(char::is_uppercase) || !letters.all(|c| c.is_lowercase() || c == '.') {
            return false;
        }
        let before = &self.bytes[begin.saturating_sub(24)..begin];
        let Some((b' ', words)) = before.split_last() else { return false };
        let word = words.rsplit(|b| *b == b' ' || *b == b'\n').next().unwrap_or_default();
        let ends_sentence = word.last().is_none_or(|b| matches!(b, b'.' | b'!' | b'?' | b':' | b'-' | b'*' | b'|'));
        !ends_sentence && !HOSTS.iter().any(|host| word.eq_ignore_ascii_case(host.as_bytes()))
    }

    /// `Win64/` or `Trojan:` before a position.
    fn follows_platform(&self, begin: usize) -> bool {
        let Some(separator) = begin.checked_sub(1).filter(|at| matches!(self.bytes[*at], b'/' | b':')) else {
            return false;
        };
        let word = self.bytes[..separator]
            .iter()
            .rev()
            .take(24)
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
            .count();
        is_platform(&self.text[separator - word..separator])
    }

    /// A file name, if the run has the ending of one.
    fn file_name(&mut self, begin: usize, stop: usize) -> bool {
        let begin = self.marked(begin);
        let name = &self.text[begin..stop];
        let Some(ending) = file_name::ending(name) else { return false };
        let stem = name.len() - ending.len() - 1;
        if stem >= 32 && name.as_bytes()[..stem].iter().all(u8::is_ascii_hexdigit) {
            // A sample that is kept under its digest.
            let before = self.finds.found.len();
            digest::read(&mut self.finds, self.text, begin, begin + stem);
            if let Some(found) = self.finds.found.get_mut(before) {
                found.doubt = Some(Doubt::AsName);
            }
        }
        if matches!(self.before(begin), b'/' | b'\\')
            && !matches!(self.before(begin - 1), b' ' | b'\n' | b'"' | b'\'' | b'(' | b'.')
        {
            return false;
        }
        let product = file_name::looks_like_product(name);
        let found = self.finds.add("file_name", name.to_string(), begin, stop);
        found.doubt = product.then_some(Doubt::Product);
        self.consumed(stop);
        true
    }
}
