//! One pass over the refanged text: runs of word characters are told apart by what they are made of and what follows
//! them, and handed to the grammar of that family. No byte is looked at by more than a bounded number of grammars.

use crate::found::Finds;
use crate::kinds::{
    command_line, digest, discord, email, google_adsense, google_analytics, identifier, ja4, labelled, mac,
    registry_key, tlsh, user_agent, wallet,
};
use crate::refang::Refanged;

mod colon;
mod dotted;
mod names;
mod sign;

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
            if let Some(stop) = discord::read_tag(&mut self.finds, self.text, start, end) {
                return self.consumed(stop);
            }
        } else if next == b'@' {
            if let Some(stop) = email::read(&mut self.finds, self.text, end, self.floor) {
                return self.consumed(stop);
            }
        } else if matches!(next, b'\\' | b'/')
            && matches!(self.bytes[start], b'H' | b'h' | b'R' | b'r')
            && let Some((short, body)) = registry_key::hive(self.text, start)
        {
            let stop = registry_key::read(&mut self.finds, self.text, start, short, body);
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
                    && (first == b'T' && tlsh::read(finds, text, start, end)
                        || wallet::read(finds, text, start, end)) =>
            {
                return true;
            }
            b't' | b'q' | b'd' if end - start == 36 => return ja4::read(finds, text, start, end),
            b'U' | b'G' | b'A' if made_of & DASH != 0 && google_analytics::read(finds, text, start, end) => {
                return true;
            }
            b'p' | b'c' if made_of & DASH != 0 && google_adsense::read(finds, text, start, end) => return true,
            _ => {}
        }
        if end - start == 17
            && made_of & DASH != 0
            && made_of & (OTHER | DOT) == 0
            && mac::read(finds, text, start).is_some()
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
            return user_agent::read(&mut self.finds, self.text, start).map(|stop| self.consumed(stop));
        }
        if word.eq_ignore_ascii_case("user-agent") {
            let value = user_agent::announced(self.text, end)?;
            return user_agent::read(&mut self.finds, self.text, value).map(|stop| self.consumed(stop));
        }
        if let Some(label) = labelled::label(word) {
            return (label.read)(label, &mut self.finds, self.text, start, end).map(|stop| self.consumed(stop));
        }
        if self.after(end) == b' '
            && start >= self.command_until
            && let Some(program) = command_line::program(word)
        {
            self.command_until = command_line::read(&mut self.finds, self.text, start, end, program)?;
        }
        None
    }

    fn consumed(&mut self, end: usize) -> usize {
        self.floor = self.floor.max(end);
        end
    }
}

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
        for path in
            ["\\\\10.0.0.5\\share$\\a.exe", "$env:APPDATA\\x.dll", "$HOME/.x/run.sh", "~/.x/run", "D:\\a\\b.dll"]
        {
            assert_eq!(found(&format!("in {path} now")), [pair("file_path", path)]);
        }
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
