//! One pass over the refanged text: runs of word characters are told apart by what they are made of and what follows
//! them, and handed to the grammar of that family. No byte is looked at by more than a bounded number of grammars.

use crate::codes::turned;
use crate::found::{Doubt, Finds};
use crate::kinds::{account, address, agent, command, device, digest, domain, email, file, fuzzy, identifier, labelled, path, registry, url, wallet};

/// What a run of word characters is made of.
const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 2;
const OTHER: u8 = 4;
const DOT: u8 = 8;
const DASH: u8 = 16;
const WIDE: u8 = 32;
/// Not part of a run.
const GAP: u8 = 0;
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
const WORD: u8 = DIGIT | HEX_LETTER | OTHER | DOT | DASH | WIDE;

/// Looks for everything in `text`, which is refanged.
pub fn scan(text: &str) -> Finds {
    let mut scanner = Scanner { text, bytes: text.as_bytes(), finds: Finds::default(), floor: 0, command_until: 0 };
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
    text: &'a str,
    bytes: &'a [u8],
    finds: Finds,
    /// Everything before it belongs to something found.
    floor: usize,
    /// End of the command that is being read.
    command_until: usize,
}

impl Scanner<'_> {
    /// The run of word characters at `at`; wide punctuation parts runs.
    fn run(&self, at: usize) -> (usize, usize, u8) {
        let mut made_of = 0;
        let mut end = at;
        while end < self.bytes.len() {
            let class = CLASS[self.bytes[end] as usize];
            if class & WORD == 0 {
                break;
            }
            if class == WIDE {
                let Some(character) = self.text[end..].chars().next() else { break };
                if !character.is_alphanumeric() {
                    if end == at {
                        return (at, at + character.len_utf8(), 0);
                    }
                    break;
                }
                end += character.len_utf8();
            } else {
                end += 1;
            }
            made_of |= class;
        }
        // A sentence's full stop is no part of its last word.
        let trimmed = at + self.text[at..end].trim_end_matches(['.', '-']).len();
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
    fn word(&mut self, start: usize, end: usize, made_of: u8) -> usize {
        if made_of == 0 {
            return end;
        }
        let next = self.after(end);
        if next == b':' {
            if let Some(stop) = self.colon(start, end, made_of) {
                return self.consumed(stop);
            }
        } else if next == b'@' {
            if let Some(stop) = email::read(&mut self.finds, self.text, end, self.floor) {
                return self.consumed(stop);
            }
        } else if next == b'\\' && matches!(self.bytes[start], b'H' | b'h' | b'R' | b'r') {
            if let Some((short, body)) = registry::hive(self.text, start) {
                let stop = registry::read(&mut self.finds, self.text, start, short, body);
                return self.consumed(stop);
            }
        }
        let length = end - start;
        if length >= 32 && made_of & !(DIGIT | HEX_LETTER) == 0 {
            digest::read(&mut self.finds, self.text, start, end);
            return self.consumed(end);
        }
        if made_of & DIGIT != 0 && made_of & WIDE == 0 && self.identified(start, end, made_of) {
            return self.consumed(end);
        }
        if made_of & (DIGIT | WIDE) == 0 || next == b' ' {
            if let Some(stop) = self.spelled(start, end) {
                return stop;
            }
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
            b'1' | b'3' | b'4' | b'8' | b'0' | b'b' | b'B' | b'l' | b'L' | b'M' | b'D' | b'X' | b'T' if end - start >= 26 && made_of & (DOT | DASH) == 0 => {
                if first == b'T' && fuzzy::read_tlsh(finds, text, start, end) || wallet::read(finds, text, start, end) {
                    return true;
                }
            }
            b't' | b'q' | b'd' if end - start == 36 => return device::read_ja4(finds, text, start, end),
            b'U' | b'p' | b'c' if made_of & DASH != 0 && account::read_google(finds, text, start, end) => return true,
            _ => {}
        }
        if end - start == 17 && made_of & DASH != 0 && made_of & (OTHER | DOT) == 0 && device::read_mac(finds, text, start).is_some() {
            return true;
        }
        first.is_ascii_alphabetic() && matches!(first.to_ascii_uppercase(), b'C' | b'G' | b'T' | b'A' | b'M' | b'Z' | b'V' | b'R' | b'D' | b'U' | b'I' | b'E') && identifier::read(finds, text, start, end)
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
        if self.after(end) == b' ' && start >= self.command_until {
            if let Some(program) = command::program(word) {
                self.command_until = command::read(&mut self.finds, self.text, start, end, program)?;
            }
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
            while begin > self.floor && start - begin < 6 && matches!(self.before(begin), b'*' | b'a'..=b'z' | b'A'..=b'Z') {
                begin -= 1;
            }
            let run = &self.text[begin..end];
            // `url=http` has its sign before the run; `see.http` and `1http` have not.
            let scheme = run.rfind(|c: char| !(c.is_ascii_alphabetic() || matches!(c, '*' | '+' | '-' | '_'))).map_or(begin, |at| {
                begin + at + run[at..].chars().next().map_or(1, char::len_utf8)
            });
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
        if end - start == 1 && made_of & DIGIT == 0 && self.bytes[start].is_ascii_alphabetic() && matches!(rest.get(1), Some(b'\\' | b'/')) && rest.get(2).is_some_and(|b| *b != b'/' && *b > b' ') {
            let body = end + 1 + rest[1..].iter().take(2).take_while(|b| **b == b'\\').count().max(1);
            return Some(path::read_windows(&mut self.finds, self.text, start, body));
        }
        if matches!(self.bytes[start], b'H' | b'h') {
            if let Some((short, body)) = registry::hive(self.text, start) {
                return Some(registry::read(&mut self.finds, self.text, start, short, body));
            }
        }
        if end - start <= 4 && made_of & !(DIGIT | HEX_LETTER) == 0 && !matches!(self.before(start), b':' | b'/') {
            if end - start == 2 {
                if let Some(stop) = device::read_mac(&mut self.finds, self.text, start) {
                    return Some(stop);
                }
            }
            return address::read6(&mut self.finds, self.text, start);
        }
        None
    }

    /// A byte that begins something by itself. Returns where to go on.
    fn sign(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let fresh = !CLASS_IS_WORD[self.before(at) as usize];
        match rest[0] {
            b'%' if fresh => {
                let name = rest[1..].iter().take(32).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b')')).count();
                if name >= 3 && rest.get(name + 1) == Some(&b'%') && rest.get(name + 2) == Some(&b'\\') {
                    return path::read_windows(&mut self.finds, self.text, at, at + name + 3);
                }
            }
            b'$' if fresh => {
                let name = rest[1..].iter().take(32).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':')).count();
                if name >= 3 && rest.get(name + 1) == Some(&b'\\') && rest[1..5.min(rest.len())].eq_ignore_ascii_case(b"env:") {
                    return path::read_windows(&mut self.finds, self.text, at, at + name + 2);
                }
                if name >= 3 && rest.get(name + 1) == Some(&b'/') && rest[1..=name].iter().all(|b| b.is_ascii_uppercase() || *b == b'_') {
                    return path::read_unix(&mut self.finds, self.text, at);
                }
            }
            b'~' if fresh && rest.get(1) == Some(&b'/') && rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.') => {
                return path::read_unix(&mut self.finds, self.text, at);
            }
            b'/' if fresh && self.before(at) != b'/' && path::is_unix_root(&self.text[at..]) => {
                return path::read_unix(&mut self.finds, self.text, at);
            }
            b'\\' if fresh && self.pipe(at).is_some() => return self.pipe_name(at),
            b'\\' if fresh && rest.get(1) == Some(&b'\\') && rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric()) => {
                let host = rest[2..].iter().take(64).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_')).count();
                if rest.get(host + 2) == Some(&b'\\') && rest.get(host + 3).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'$') {
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
        const PREFIXES: [&str; 5] = ["\\\\.\\pipe\\", "\\\\?\\pipe\\", "\\pipe\\", "\\device\\namedpipe\\", "\\\\127.0.0.1\\pipe\\"];
        let rest = &self.bytes[at..];
        PREFIXES.iter().find(|prefix| rest.len() > prefix.len() && rest[..prefix.len()].eq_ignore_ascii_case(prefix.as_bytes())).map(|prefix| at + prefix.len())
    }

    fn pipe_name(&mut self, at: usize) -> usize {
        let Some(start) = self.pipe(at) else { return at + 1 };
        let length = self.bytes[start..].iter().take(128).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'\\' | b'{' | b'}' | b'%' | b'#' | b'$' | b'*')).count();
        let name = self.text[start..start + length].trim_end_matches(['.', '-', '*']);
        if name.is_empty() {
            return at + 1;
        }
        let end = start + name.len();
        self.finds.add("named_pipe", name.to_string(), at, end);
        self.consumed(end)
    }

    /// A run with a dot inside: an address, a host name, a file name, or code.
    fn dotted(&mut self, start: usize, end: usize) -> usize {
        let run = &self.text[start..end];
        let trimmed = run.trim_end_matches(['.', '-', '_']);
        let begin = start + (run.len() - run.trim_start_matches(['.', '-', '_']).len());
        let stop = start + trimmed.len();
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
            if matches!(before, b'/' | b'\\' | b':' | b'=' | b'#') && before != b'=' {
                return end;
            }
            let next = address::read4(&mut self.finds, self.text, begin, stop);
            return self.consumed(next).max(end);
        }
        let in_path = matches!(before, b'/' | b'\\');
        if !in_path && is_reversed_name(name) {
            self.finds.add("android_package", name.to_string(), begin, stop);
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
            Err(_) => {
                self.file_name(begin, stop);
                end
            }
        }
    }

    /// A run that is a host name by its form.
    fn domain(&mut self, begin: usize, stop: usize, end: usize, parsed: domain::Domain) -> usize {
        let name = &self.text[begin..stop];
        let after = self.after(stop);
        if let Some(reason) = self.code(begin, stop) {
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
        let ending = file::ending(name);
        // Files have any number of dots before `.zip`; before endings that are countries' codes, hosts have more of them.
        let doubt = if ending.as_deref().is_some_and(|e| e != "com" && (labels == 2 || matches!(e, "zip" | "mov"))) {
            Some(Doubt::FileOrDomain)
        } else if labels == 2 && name.ends_with(".NET") {
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
        if self.after(past) == b'/' && stop == end.min(stop) {
            let found = self.finds.found.len();
            past = url::read_schemeless(&mut self.finds, self.text, begin, stop, &parsed, port, past);
            if self.finds.found.len() > found {
                account::follow(&mut self.finds);
            }
        }
        self.consumed(past).max(end)
    }

    /// Why a run that has the form of a host name is code, a detection's name or a slip of the author.
    fn code(&self, begin: usize, stop: usize) -> Option<&'static str> {
        let name = &self.text[begin..stop];
        if self.after(stop) == b'(' && self.after(stop + 1) != b'h' || matches!(self.before(begin), b'$' | b'#' | b'!') {
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
        if capitalised > 0 && starts_with_platform(name) && !all_upper {
            return Some(turned::ANTIVIRUS_NAME);
        }
        if all_upper || capitalised == 0 {
            return is_code_root(name).then_some(turned::CODE_IDENTIFIER);
        }
        if last_capital && capitalised == 1 {
            return Some(turned::SENTENCE_JOIN);
        }
        if last_capital && (mixed || capitalised > 1) {
            return Some(if self.follows_platform(begin) || starts_with_platform(name) { turned::ANTIVIRUS_NAME } else { turned::CODE_IDENTIFIER });
        }
        is_code_root(name).then_some(turned::CODE_IDENTIFIER)
    }

    /// `Win64/` or `Trojan:` before a position.
    fn follows_platform(&self, begin: usize) -> bool {
        let Some(separator) = begin.checked_sub(1).filter(|at| matches!(self.bytes[*at], b'/' | b':')) else { return false };
        let word = self.bytes[..separator].iter().rev().take(24).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
        is_platform(&self.text[separator - word..separator])
    }

    /// A file name, if the run has the ending of one.
    fn file_name(&mut self, begin: usize, stop: usize) -> bool {
        let name = &self.text[begin..stop];
        let Some(ending) = file::ending(name) else { return false };
        let stem = name.len() - ending.len() - 1;
        if stem >= 32 && name.as_bytes()[..stem].iter().all(u8::is_ascii_hexdigit) {
            // A sample that is kept under its digest.
            let before = self.finds.found.len();
            digest::read(&mut self.finds, self.text, begin, begin + stem);
            if let Some(found) = self.finds.found.get_mut(before) {
                found.doubt = Some(Doubt::AsName);
            }
        }
        if matches!(self.before(begin), b'/' | b'\\') && !matches!(self.before(begin - 1), b' ' | b'\n' | b'"' | b'\'' | b'(' | b'.') {
            return false;
        }
        let product = file::looks_like_product(name);
        let found = self.finds.add("file_name", name.to_string(), begin, stop);
        found.doubt = product.then_some(Doubt::Product);
        self.consumed(stop);
        true
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

/// Platforms and families that vendors begin detection names with (CARO naming scheme, and ESET's and Microsoft's
/// published lists of prefixes).
fn is_platform(word: &str) -> bool {
    const PLATFORMS: [&str; 56] = [
        "win16", "win32", "win64", "wince", "msil", "linux", "unix", "freebsd", "solaris", "android", "androidos", "ios", "iphoneos", "osx", "macos", "js",
        "vbs", "vba", "w97m", "o97m", "x97m", "html", "php", "asp", "java", "python", "perl", "bat", "ps", "powershell", "pdf", "rtf", "doc", "swf", "lnk", "nsis", "script",
        "multi", "generik", "suspicious", "wingo", "efi", "trojan", "backdoor", "worm", "virus", "ransom", "hacktool", "exploit", "pua", "adware", "spyware",
        "trojandownloader", "trojanspy", "behavior", "heur",
    ];
    PLATFORMS.iter().any(|platform| word.eq_ignore_ascii_case(platform))
}

fn starts_with_platform(name: &str) -> bool {
    name.split('.').next().is_some_and(is_platform)
}

/// Global objects and root namespaces of widespread languages: `System.Net`, `wscript.shell`, `os.name`.
fn is_code_root(name: &str) -> bool {
    const ROOTS: [&str; 28] = [
        "system", "microsoft", "windows", "wscript", "cscript", "shell", "adodb", "scripting", "msxml", "msxml2", "winhttp", "document", "window",
        "self", "this", "os", "sys", "string", "console", "math", "process", "java", "javax", "android", "kernel32", "ntdll", "socket", "vb",
    ];
    if lower_is_dom(name) {
        return true;
    }
    // Hosts are called like that, too: code has no third label in lower case, and companies write their names small.
    const ALSO_HOSTS: [&str; 7] = ["microsoft", "windows", "shell", "java", "android", "system", "document"];
    let Some((root, rest)) = name.split_once('.') else { return false };
    let lower = root.to_ascii_lowercase();
    if !ROOTS.contains(&lower.as_str()) || rest.contains('.') && !rest.contains(char::is_uppercase) {
        return false;
    }
    !ALSO_HOSTS.contains(&lower.as_str()) || root.starts_with(char::is_uppercase) && rest.starts_with(char::is_uppercase)
}

/// `document.location.host` and other properties of a web page (HTML Living Standard, `Document` and `Window`).
fn lower_is_dom(name: &str) -> bool {
    let mut labels = name.split('.');
    matches!(labels.next(), Some("document" | "window" | "self" | "this")) && matches!(labels.next(), Some("location" | "body" | "head" | "cookie" | "navigator" | "document" | "event" | "forms" | "links" | "name"))
}

/// `com.example.app`: a name of the web turned around, as Java and Android name packages (JLS 6.1). Hosts below a label
/// that is a generic root are not worth the confusion.
fn is_reversed_name(name: &str) -> bool {
    let mut labels = name.split('.');
    let root = labels.next().unwrap_or_default();
    let enough = name.matches('.').count() >= 2;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
    let starts_right = name.split('.').all(|label| label.as_bytes().first().is_some_and(u8::is_ascii_alphabetic));
    enough && plain && starts_right && matches!(root, "com" | "org" | "net" | "io" | "android" | "androidx" | "java" | "javax") && file::ending(name).is_none()
}

/// A country's code that is also a word of English prose after a full stop that lacks its blank.
fn is_word_of_prose(name: &str) -> bool {
    const WORDS: [&str; 22] = [
        "it", "is", "in", "so", "to", "at", "be", "my", "no", "us", "am", "as", "do", "me", "by", "an", "are", "one", "here", "now", "all", "how",
    ];
    name.rsplit('.').next().is_some_and(|last| WORDS.contains(&last)) && name.split('.').next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(&'static str, String)> {
        scan(text).found.into_iter().map(|found| (found.kind, found.value)).collect()
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
        assert_eq!(found("::ffff:45.77.36.243 2a02:348::1"), [pair("ipv6", "::ffff:45.77.36.243"), pair("ipv6", "2a02:348::1")]);
        assert_eq!(found("C:\\Users\\a.exe"), [pair("file_path", "C:\\Users\\a.exe")]);
        assert_eq!(found("%TEMP%\\x.dll"), [pair("file_path", "%TEMP%\\x.dll")]);
        assert_eq!(found("in /tmp/.x/run.sh."), [pair("file_path", "/tmp/.x/run.sh")]);
        assert_eq!(found("HKLM\\Software\\Foo"), [pair("registry_key", "HKLM\\Software\\Foo")]);
        assert_eq!(found("evil.com/x/y.php"), [pair("domain", "evil.com"), pair("url", "evil.com/x/y.php")]);
    }

    #[test]
    fn code_and_detections_are_turned_away() {
        for text in ["Win64/Winnti.CH", "System.Net", "Microsoft.NET", "wscript.shell", "done.The next", "os.name", "Trojan.Win32.Agent.IN", "Trojan:Win32/Foo.RU"] {
            assert_eq!(found(text), [], "{text}");
        }
        assert_eq!(found("Infoafrica.top EVIL.COM"), [pair("domain", "infoafrica.top"), pair("domain", "evil.com")]);
    }
}
