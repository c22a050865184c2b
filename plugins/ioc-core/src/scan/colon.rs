//! Runs before a colon: a scheme, a drive, a hive, a label, groups of an IPv6 address.

use super::{DIGIT, DOT, HEX_LETTER, Scanner};
use crate::kinds::{account, digest, file_path, ipv6, mac, package, registry_key, ssdeep, telegram, tlp, url};

impl Scanner<'_> {
    /// A run before a colon: a scheme, a drive, a hive, an IPv6 address.
    pub(super) fn colon(&mut self, start: usize, end: usize, made_of: u8) -> Option<usize> {
        let rest = &self.bytes[end..];
        if rest.starts_with(b"://")
            || rest.starts_with(b":\\\\")
                && made_of & (DIGIT | DOT) == 0
                && (end - start > 1 || self.before(start) == b'*')
        {
            // Letters that defanging replaced stand before the run: `h**p`.
            let mut begin = start;
            while begin > self.floor
                && start - begin < 6
                && matches!(self.before(begin), b'*' | b'a'..=b'z' | b'A'..=b'Z')
            {
                begin -= 1;
            }
            let run = &self.text[begin..end];
            // `url=http` has its sign before the run; `see.http` and `1http` have not.
            let scheme = run
                .rfind(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '*' | '+' | '-' | '_')))
                .map_or(begin, |at| begin + at + run[at..].chars().next().map_or(1, char::len_utf8));
            let before = self.finds.found.len();
            let stop = url::read(&mut self.finds, self.text, scheme, end, end + 3);
            if let Some(found) = self.finds.found.get_mut(before) {
                found.defanged |= rest.starts_with(b":\\\\");
            }
            if self.finds.found.len() > before {
                account::follow(&mut self.finds);
            }
            return stop;
        }
        if end - start == 3 && self.text[start..end].eq_ignore_ascii_case("pkg") {
            return package::read_purl(&mut self.finds, self.text, start, end);
        }
        if end - start == 3 && self.text[start..end].eq_ignore_ascii_case("tlp") {
            return tlp::read(&mut self.finds, self.text, start, end);
        }
        if made_of == DIGIT {
            if end - start >= 8 {
                return telegram::read_bot_token(&mut self.finds, self.text, start, end);
            }
            if let Some(stop) = ssdeep::read(&mut self.finds, self.text, start, end) {
                return Some(stop);
            }
        }
        if end - start == 1
            && made_of & DIGIT == 0
            && self.bytes[start].is_ascii_alphabetic()
            && matches!(rest.get(1), Some(b'\\' | b'/'))
            && rest.get(2).is_some_and(|b| *b != b'/' && *b > b' ')
        {
            let body = end + 1 + rest[1..].iter().take(2).take_while(|b| **b == b'\\').count().max(1);
            return Some(file_path::read_windows(&mut self.finds, self.text, start, body));
        }
        if matches!(self.bytes[start], b'H' | b'h')
            && let Some((short, body)) = registry_key::hive(self.text, start)
        {
            return Some(registry_key::read(&mut self.finds, self.text, start, short, body));
        }
        if end - start <= 4 && made_of & !(DIGIT | HEX_LETTER) == 0 && !matches!(self.before(start), b':' | b'/') {
            if end - start == 2
                && let Some(stop) = mac::read(&mut self.finds, self.text, start)
                    .or_else(|| digest::read_pairs(&mut self.finds, self.text, start))
            {
                return Some(stop);
            }
            return ipv6::read(&mut self.finds, self.text, start);
        }
        None
    }
}
