//! One pass over the refanged text: runs of word characters are told apart by what they are made of and what follows
//! them, and handed to the grammar of that family. No byte is looked at by more than a bounded number of grammars.

use crate::found::Finds;
use crate::kinds::{
    account, address, agent, command, device, digest, email, fuzzy, identifier, labelled, path, registry, url, wallet,
};
use crate::refang::Refanged;

mod dotted;
mod names;

/// What a run of word characters is made of.
const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 2;
const OTHER: u8 = 4;
const DOT: u8 = 8;
const DASH: u8 = 16;
const WIDE: u8 = 32;
/// Not part of a run.
const GAP: u8 = 128;
/// Begins something by itself: a separator, a variable.
const SIGN: u8 = 64;

const CLASS: [u8; 256] = {
    let mut class = [GAP; 256];
    let mut byte = 0;
    while byte < 256 {
        class[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => HEX_LETTER,
            b'g'..=b'z' | b'G'..=b'Z' | b'_' => OTHER,
            b'.' => DOT,
            b'-' => DASH,
            0x80.. => WIDE,
            b'\\' | b'/' | b'%' | b'$' | b'~' | b'@' | b':' => SIGN,
            _ => GAP,
        };
        byte += 1;
    }
    class
};
/// Of a run, and one byte long.
const PLAIN: u8 = DIGIT | HEX_LETTER | OTHER | DOT | DASH;
const WORD: u8 = PLAIN | WIDE;
/// A letter or digit of ASCII.
const LETTER: u8 = DIGIT | HEX_LETTER | OTHER;

/// Looks for everything in the refanged text.
pub fn scan(refanged: &Refanged<'_>) -> Finds {
    let text = refanged.text();
    let finds = Finds::default();
    let mut scanner = Scanner { refanged, text, bytes: text.as_bytes(), finds, floor: 0, command_until: 0 };
    let mut at = 0;
    while at < scanner.bytes.len() {
        let class = CLASS[scanner.bytes[at] as usize];
        if class == GAP {
            at += 1;
        } else if class == SIGN {
            let next = scanner.sign(at);
            scanner.floor = scanner.floor.max(if next > at + 1 { next } else { 0 });
            at = next;
        } else {
            let (start, end, made_of) = scanner.run(at);
            at = scanner.word(start, end, made_of).max(end).max(at + 1);
        }
    }
    scanner.finds
}

struct Scanner<'a> {
    refanged: &'a Refanged<'a>,
    text: &'a str,
    bytes: &'a [u8],
    finds: Finds,
    /// Everything before it belongs to something found.
    floor: usize,
    /// End of the command that is being read.
    command_until: usize,
}

impl Scanner<'_> {
    /// The run of word characters at `at`; wide punctuation parts runs. A function of its own, as those of words and
    /// signs: a guest's loop inside a large function keeps nothing in registers.
    #[inline(never)]
    fn run(&self, at: usize) -> (usize, usize, u8) {
        let mut made_of = 0;
        let mut end = at;
        // Scripts that write without blanks (U+3000 and above) attach to names; no host mixes them with Latin in a label.
        let mut attached = false;
        while end < self.bytes.len() {
            if let Some(four) = self.bytes[end..].first_chunk::<4>().filter(|_| !attached) {
                let classes = four.map(|byte| CLASS[byte as usize]);
                let all = classes.iter().fold(0, |all, class| all | class);
                if all & !PLAIN == 0 {
                    made_of |= all;
                    end += classes.len();
                    continue;
                }
            }
            let class = CLASS[self.bytes[end] as usize];
            if class & WORD == 0 {
                break;
            }
            if class == WIDE {
                attached = self.bytes[end] >= 0xE3;
                let Some(character) = self.text[end..].chars().next() else { break };
                if attached && end > at && CLASS[self.bytes[end - 1] as usize] & LETTER != 0 {
                    break;
                }
                if !character.is_alphanumeric() {
                    if end == at {
                        return (at, at + character.len_utf8(), 0);
                    }
                    break;
                }
                end += character.len_utf8();
            } else {
                if attached && class & LETTER != 0 {
                    break;
                }
                attached = false;
                end += 1;
            }
            made_of |= class;
        }
        // A sentence's full stop is no part of its last word.
        let mut trimmed = end;
        while trimmed > at && CLASS[self.bytes[trimmed - 1] as usize] & (DOT | DASH) != 0 {
            trimmed -= 1;
        }
        if trimmed > at && trimmed < end {
            made_of = self.bytes[at..trimmed].iter().fold(0, |all, byte| all | CLASS[*byte as usize]);
            end = trimmed;
        }
        (at, end, made_of)
    }

    fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b'\n', |before| self.bytes[before])
    }

    fn after(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b'\n')
    }

    /// A run of word characters. Returns where to go on.
    #[inline(never)]
    fn word(&mut self, start: usize, end: usize, made_of: u8) -> usize {
        if made_of == 0 {
            return end;
        }
        let next = self.after(end);
        if next == b':' {
            if let Some(stop) = self.colon(start, end, made_of) {
                return self.consumed(stop);
            }
        } else if next == b'#' {
            if let Some(stop) = account::read_tag(&mut self.finds, self.text, start, end) {
                return self.consumed(stop);
            }
        } else if next == b'@' {
            if let Some(stop) = email::read(&mut self.finds, self.text, end, self.floor) {
                return self.consumed(stop);
            }
        } else if matches!(next, b'\\' | b'/')
            && matches!(self.bytes[start], b'H' | b'h' | b'R' | b'r')
            && let Some((short, body)) = registry::hive(self.text, start)
        {
            let stop = registry::read(&mut self.finds, self.text, start, short, body);
            return self.consumed(stop);
        }
        let length = end - start;
        if digest::kind(length).is_some() && made_of & !(DIGIT | HEX_LETTER) == 0 {
            if let Some(stop) = digest::read_broken(&mut self.finds, self.text, start, end) {
                return self.consumed(stop);
            }
            digest::read(&mut self.finds, self.text, start, end);
            return self.consumed(end);
        }
        if length >= 16
            && made_of & !(DIGIT | HEX_LETTER) == 0
            && let Some(stop) = digest::read_broken(&mut self.finds, self.text, start, end)
        {
            return self.consumed(stop);
        }
        if made_of & DIGIT != 0 && made_of & WIDE == 0 && self.identified(start, end, made_of) {
            return self.consumed(end);
        }
        if (made_of & (DIGIT | WIDE) == 0 || next == b' ')
            && let Some(stop) = self.spelled(start, end)
        {
            return stop;
        }
        if made_of & DOT != 0 && length >= 4 {
            return self.dotted(start, end);
        }
        end
    }

    /// A run with digits that is an identifier by its own form.
    fn identified(&mut self, start: usize, end: usize, made_of: u8) -> bool {
        let (text, finds) = (self.text, &mut self.finds);
        let first = self.bytes[start];
        match first {
            b'1' | b'3' | b'4' | b'8' | b'0' | b'b' | b'B' | b'l' | b'L' | b'M' | b'D' | b'X' | b'T'
                if end - start >= 26
                    && made_of & (DOT | DASH) == 0
                    && (first == b'T' && fuzzy::read_tlsh(finds, text, start, end)
                        || wallet::read(finds, text, start, end)) =>
            {
                return true;
            }
            b't' | b'q' | b'd' if end - start == 36 => return device::read_ja4(finds, text, start, end),
            b'U' | b'p' | b'c' | b'G' | b'A'
                if made_of & DASH != 0 && account::read_google(finds, text, start, end) =>
            {
                return true;
            }
            _ => {}
        }
        if end - start == 17
            && made_of & DASH != 0
            && made_of & (OTHER | DOT) == 0
            && device::read_mac(finds, text, start).is_some()
        {
            return true;
        }
        first.is_ascii_alphabetic()
            && matches!(
                first.to_ascii_uppercase(),
                b'C' | b'G'
                    | b'T'
                    | b'A'
                    | b'M'
                    | b'Z'
                    | b'V'
                    | b'R'
                    | b'D'
                    | b'U'
                    | b'I'
                    | b'E'
                    | b'K'
                    | b'F'
                    | b'P'
                    | b'S'
                    | b'J'
            )
            && identifier::read(finds, text, start, end)
    }

    /// A word that announces a name, begins a user agent or starts a command. Returns where to go on; a command's own
    /// values are read as well.
    fn spelled(&mut self, start: usize, end: usize) -> Option<usize> {
        let word = &self.text[start..end];
        if word == "Mozilla" && self.after(end) == b'/' && self.after(end + 1).is_ascii_digit() {
            return agent::read(&mut self.finds, self.text, start).map(|stop| self.consumed(stop));
        }
        if word.eq_ignore_ascii_case("user-agent") {
            let value = agent::announced(self.text, end)?;
            return agent::read(&mut self.finds, self.text, value).map(|stop| self.consumed(stop));
        }
        if let Some(kind) = labelled::label(word) {
            return labelled::read(&mut self.finds, self.text, kind, start, end).map(|stop| self.consumed(stop));
        }
        if self.after(end) == b' '
            && start >= self.command_until
            && let Some(program) = command::program(word)
        {
            self.command_until = command::read(&mut self.finds, self.text, start, end, program)?;
        }
        None
    }

    fn consumed(&mut self, end: usize) -> usize {
        self.floor = self.floor.max(end);
        end
    }

    /// A run before a colon: a scheme, a drive, a hive, an IPv6 address.
    fn colon(&mut self, start: usize, end: usize, made_of: u8) -> Option<usize> {
        let rest = &self.bytes[end..];
        if rest.starts_with(b"://") || rest.starts_with(b":\\\\") && made_of & (DIGIT | DOT) == 0 && end - start > 1 {
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
            return labelled::read_purl(&mut self.finds, self.text, start, end);
        }
        if end - start == 3 && self.text[start..end].eq_ignore_ascii_case("tlp") {
            return identifier::read_tlp(&mut self.finds, self.text, start, end);
        }
        if made_of == DIGIT {
            if end - start >= 8 {
                return account::read_bot_token(&mut self.finds, self.text, start, end);
            }
            if let Some(stop) = fuzzy::read_ssdeep(&mut self.finds, self.text, start, end) {
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
            return Some(path::read_windows(&mut self.finds, self.text, start, body));
        }
        if matches!(self.bytes[start], b'H' | b'h')
            && let Some((short, body)) = registry::hive(self.text, start)
        {
            return Some(registry::read(&mut self.finds, self.text, start, short, body));
        }
        if end - start <= 4 && made_of & !(DIGIT | HEX_LETTER) == 0 && !matches!(self.before(start), b':' | b'/') {
            if end - start == 2
                && let Some(stop) = device::read_mac(&mut self.finds, self.text, start)
                    .or_else(|| digest::read_pairs(&mut self.finds, self.text, start))
            {
                return Some(stop);
            }
            return address::read6(&mut self.finds, self.text, start);
        }
        None
    }

    /// A byte that begins something by itself. Returns where to go on.
    #[inline(never)]
    fn sign(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let fresh = !CLASS_IS_WORD[self.before(at) as usize];
        match rest[0] {
            b'%' if fresh => {
                let name = rest[1..]
                    .iter()
                    .take(32)
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b')'))
                    .count();
                if name >= 3 && rest.get(name + 1) == Some(&b'%') && rest.get(name + 2) == Some(&b'\\') {
                    return path::read_windows(&mut self.finds, self.text, at, at + name + 3);
                }
            }
            b'$' if fresh => {
                let name = rest[1..]
                    .iter()
                    .take(32)
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'))
                    .count();
                if name >= 3
                    && rest.get(name + 1) == Some(&b'\\')
                    && rest[1..5.min(rest.len())].eq_ignore_ascii_case(b"env:")
                {
                    return path::read_windows(&mut self.finds, self.text, at, at + name + 2);
                }
                if name >= 3
                    && rest.get(name + 1) == Some(&b'/')
                    && rest[1..=name].iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
                {
                    return path::read_unix(&mut self.finds, self.text, at);
                }
            }
            b'~' if fresh
                && rest.get(1) == Some(&b'/')
                && rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.') =>
            {
                return path::read_unix(&mut self.finds, self.text, at);
            }
            b'@' if fresh => {
                if let Some(end) = account::read_handle(&mut self.finds, self.text, at) {
                    return end;
                }
            }
            b'/' if fresh && self.before(at) != b'/' && path::is_unix_root(&self.text[at..]) => {
                return path::read_unix(&mut self.finds, self.text, at);
            }
            b'\\' if fresh && self.pipe(at).is_some() => return self.pipe_name(at),
            b'\\' if fresh && rest.get(1) == Some(&b'\\') && rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric()) => {
                let host = rest[2..]
                    .iter()
                    .take(64)
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
                    .count();
                if rest.get(host + 2) == Some(&b'\\')
                    && rest.get(host + 3).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'$')
                {
                    return path::read_windows(&mut self.finds, self.text, at, at + host + 3);
                }
            }
            b'\\' if fresh => {
                if let Some((short, body)) = registry::hive(self.text, at) {
                    return registry::read(&mut self.finds, self.text, at, short, body);
                }
            }
            b':' if fresh && rest.get(1) == Some(&b':') && rest.get(2).is_some_and(u8::is_ascii_hexdigit) => {
                if let Some(end) = address::read6(&mut self.finds, self.text, at) {
                    return end;
                }
            }
            _ => {}
        }
        at + 1
    }

    /// Where the name begins after `\\\\.\\pipe\\`, `\\pipe\\` or `\\Device\\NamedPipe\\` (MS-SMB2, Win32 file namespaces).
    fn pipe(&self, at: usize) -> Option<usize> {
        const PREFIXES: [&str; 5] =
            ["\\\\.\\pipe\\", "\\\\?\\pipe\\", "\\pipe\\", "\\device\\namedpipe\\", "\\\\127.0.0.1\\pipe\\"];
        let rest = &self.bytes[at..];
        PREFIXES
            .iter()
            .find(|prefix| rest.len() > prefix.len() && rest[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes()))
            .map(|prefix| at + prefix.len())
    }

    fn pipe_name(&mut self, at: usize) -> usize {
        let Some(start) = self.pipe(at) else { return at + 1 };
        let length = self.bytes[start..]
            .iter()
            .take(128)
            .take_while(|b| {
                b.is_ascii_alphanumeric()
                    || matches!(b, b'_' | b'-' | b'.' | b'\\' | b'{' | b'}' | b'%' | b'#' | b'$' | b'*')
            })
            .count();
        let name = self.text[start..start + length].trim_end_matches(['.', '-', '*']);
        if name.is_empty() {
            return at + 1;
        }
        let end = start + name.len();
        self.finds.add("named_pipe", name.to_string(), at, end);
        self.consumed(end)
    }
}

const CLASS_IS_WORD: [bool; 256] = {
    let mut is = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is[byte] = CLASS[byte] & (DIGIT | HEX_LETTER | OTHER | DASH) != 0;
        byte += 1;
    }
    is
};

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, String)> {
        scan(&crate::refang::refang(text)).found.into_iter().map(|found| (found.kind, found.value)).collect()
    }

    fn pair(kind: &'static str, value: &str) -> (&'static str, String) {
        (kind, value.to_string())
    }

    #[test]
    fn every_family_is_reached() {
        assert_eq!(found("see https://evil.com/a.php, and x"), [pair("url", "https://evil.com/a.php")]);
        assert_eq!(found("h**ps://evil.com"), [pair("url", "https://evil.com")]);
        assert_eq!(found("evil.com:8080"), [pair("domain", "evil.com")]);
        assert_eq!(found("45.77.36.243:8080"), [pair("ipv4", "45.77.36.243")]);
        assert_eq!(found("a.b@evil.com"), [pair("email", "a.b@evil.com")]);
        assert_eq!(
            found("::ffff:45.77.36.243 2a02:348::1"),
            [pair("ipv6", "::ffff:45.77.36.243"), pair("ipv6", "2a02:348::1")]
        );
        assert_eq!(found("C:\\Users\\a.exe"), [pair("file_path", "C:\\Users\\a.exe")]);
        assert_eq!(found("%TEMP%\\x.dll"), [pair("file_path", "%TEMP%\\x.dll")]);
        assert_eq!(found("in /tmp/.x/run.sh."), [pair("file_path", "/tmp/.x/run.sh")]);
        assert_eq!(found("HKLM\\Software\\Foo"), [pair("registry_key", "HKLM\\Software\\Foo")]);
        assert_eq!(found("evil.com/x/y.php"), [pair("domain", "evil.com"), pair("url", "evil.com/x/y.php")]);
    }

    #[test]
    fn code_and_detections_are_turned_away() {
        for text in [
            "Win64/Winnti.CH",
            "System.Net",
            "Microsoft.NET",
            "wscript.shell",
            "done.The next",
            "os.name",
            "Trojan.Win32.Agent.IN",
            "Trojan:Win32/Foo.RU",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("Infoafrica.top EVIL.COM"), [pair("domain", "infoafrica.top"), pair("domain", "evil.com")]);
    }
}
