//! Names that only the word beside them tells: mutexes, services, scheduled tasks, YARA rules, packages, processes,
//! serial numbers of certificates. The word comes first, and the name is quoted, announced ("named", "called", a colon),
//! or has a form of its own.

use crate::found::Finds;

/// A word that announces a name, and the kind of what it announces.
const LABELS: [(&str, &str); 21] = [
    ("agent", "user_agent"),
    ("mutex", "mutex"),
    ("mutexes", "mutex"),
    ("mutant", "mutex"),
    ("pipe", "named_pipe"),
    ("pipes", "named_pipe"),
    ("service", "service_name"),
    ("services", "service_name"),
    ("task", "scheduled_task"),
    ("tasks", "scheduled_task"),
    ("process", "process_name"),
    ("processes", "process_name"),
    ("rule", "yara_rule"),
    ("package", "package"),
    ("packages", "package"),
    ("serial", "certificate_serial"),
    ("jabber", "xmpp"),
    ("xmpp", "xmpp"),
    ("telegram", "telegram"),
    ("discord", "discord"),
    ("slack", "slack"),
];

/// The lengths, a bit each, that the labels have, by first letter: most words end here.
const LENGTHS: [u32; 26] = {
    let mut lengths = [0; 26];
    let mut at = 0;
    while at < LABELS.len() {
        let label = LABELS[at].0.as_bytes();
        lengths[(label[0] - b'a') as usize] |= 1 << label.len();
        at += 1;
    }
    lengths
};

/// The kind that a word announces; ASCII only.
pub fn label(word: &str) -> Option<&'static str> {
    let letter = (word.as_bytes().first()? | 0x20).wrapping_sub(b'a');
    if LENGTHS.get(usize::from(letter))?.checked_shr(word.len() as u32)? & 1 == 0 {
        return None;
    }
    LABELS.iter().find(|(label, _)| word.eq_ignore_ascii_case(label)).map(|(_, kind)| *kind)
}

/// Reads the name that the label ending at `end` announces. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, kind: &'static str, label_start: usize, end: usize) -> Option<usize> {
    match kind {
        "yara_rule" => return yara(finds, text, label_start, end),
        "certificate_serial" => return serial(finds, text, end),
        _ => {}
    }
    if kind == "package"
        && let Some(stop) = listed_packages(finds, text, label_start, end)
    {
        return Some(stop);
    }
    let announced = Announced::after(text, end)?;
    if kind == "package" && announced.named {
        return packages(finds, text, label_start, announced.at);
    }
    let labelled = match kind {
        "scheduled_task" => said_before(text, label_start, "scheduled") || announced.colon,
        "named_pipe" => said_before(text, label_start, "named") || announced.colon,
        "user_agent" => said_before(text, label_start, "user"),
        _ => true,
    };
    if !labelled {
        return None;
    }
    // "creates the service WinUpd32": the verb announces as well as "named" does.
    let made = || ["creat", "install", "regist", "new "].iter().any(|verb| said_before(text, label_start, verb));
    let (start, stop, quoted) = match announced.quoted(text) {
        Some((start, stop)) => (start, stop, true),
        None if announced.named || kind == "xmpp" || made() => {
            announced.word(text).map(|(start, stop)| (start, stop, false))?
        }
        None => return None,
    };
    let account = matches!(kind, "telegram" | "discord" | "slack");
    if account && (!announced.named || text[start..stop].contains(['/', ':', '@', '.'])) {
        return None;
    }
    if kind == "user_agent" && !quoted || kind == "xmpp" && !text[start..stop].contains('@') {
        return None;
    }
    let name = text[start..stop].trim();
    if kind == "named_pipe" && name.starts_with('\\') {
        // Its own grammar reads it with its prefix.
        return None;
    }
    if !plausible(kind, name) || !quoted && !is_coined(name) {
        return None;
    }
    let (kind, value) = match kind {
        "package" => ("package", purl(text, label_start, name)?),
        kind => (kind, name.to_string()),
    };
    finds.add(kind, value, start, stop);
    Some(stop)
}

/// Whether a word stands within a few words before a position.
fn said_before(text: &str, position: usize, word: &str) -> bool {
    let from = floor_boundary(text, position.saturating_sub(24));
    text[from..position].to_ascii_lowercase().contains(word)
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// What stands after a label.
struct Announced {
    at: usize,
    /// "named", "called" or a colon was read.
    named: bool,
    colon: bool,
}

impl Announced {
    fn after(text: &str, end: usize) -> Option<Announced> {
        let mut at = end;
        let (mut named, mut colon) = (false, false);
        for _ in 0..4 {
            let rest = &text[at..];
            let blanks = rest.bytes().take(2).take_while(|b| matches!(b, b' ' | b'\n')).count();
            if rest.starts_with(':') || rest.starts_with('=') {
                at += 1;
                (named, colon) = (true, true);
                continue;
            }
            let word = rest[blanks..].bytes().take(12).take_while(u8::is_ascii_alphabetic).count();
            let next = &rest[blanks..blanks + word];
            match next.to_ascii_lowercase().as_str() {
                "named" | "called" | "dubbed" => named = true,
                "name" | "names" | "is" | "was" | "the" | "a" | "object" | "with" | "as" | "using" | "installed"
                | "created" | "registered" | "string" | "user" | "username" | "handle" | "account" | "id" | "tag" => {}
                _ => {
                    at += blanks;
                    return (at < text.len()).then_some(Announced { at, named, colon });
                }
            }
            at += blanks + word;
        }
        let blanks = text[at..].bytes().take(2).take_while(|b| *b == b' ').count();
        Some(Announced { at: at + blanks, named, colon })
    }

    /// The text between the quotes that begin here.
    fn quoted(&self, text: &str) -> Option<(usize, usize)> {
        let open = text[self.at..].chars().next()?;
        let close = match open {
            '"' | '`' | '\'' => open,
            '\u{201c}' => '\u{201d}',
            '\u{2018}' => '\u{2019}',
            '\u{ab}' => '\u{bb}',
            _ => return None,
        };
        let start = self.at + open.len_utf8();
        let limit = floor_boundary(text, text.len().min(start + 160));
        let length = text[start..limit].find([close, '\n'])?;
        (text[start + length..].starts_with(close) && length > 0).then_some((start, start + length))
    }

    /// The word that begins here, without the sentence's punctuation.
    fn word(&self, text: &str) -> Option<(usize, usize)> {
        let limit = floor_boundary(text, text.len().min(self.at + 128));
        let rest = &text[self.at..limit];
        let length = rest
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '`' | '|' | '<' | '>'))
            .unwrap_or(rest.len());
        let word = rest[..length].trim_end_matches(['.', ',', ':', ')', '\u{201d}', '\u{2019}']);
        (word.len() >= 3).then_some((self.at, self.at + word.len()))
    }
}

/// A name, not the next word of the sentence: it has a capital inside, a digit or a sign, or stands in quotes with few
/// words.
fn plausible(kind: &str, name: &str) -> bool {
    if name.len() < 3 || name.len() > 128 || name.contains("://") {
        return false;
    }
    let words = name.split_whitespace().count();
    match kind {
        "mutex" | "named_pipe" | "package" | "xmpp" | "telegram" | "discord" | "slack" => words == 1,
        _ => words <= 5 && name.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '\\' | '{' | '_' | '$' | '%')),
    }
}

/// A word that no dictionary has: a digit, a sign or a capital inside.
fn is_coined(name: &str) -> bool {
    name.bytes().any(|b| b.is_ascii_digit() || matches!(b, b'_' | b'\\' | b'-' | b'{' | b'$' | b'%' | b'@' | b'.'))
        || name.chars().skip(1).any(char::is_uppercase) && name.chars().any(char::is_lowercase)
}

/// `rule Name {`, `rule Name : tags {`.
fn yara(finds: &mut Finds, text: &str, label_start: usize, end: usize) -> Option<usize> {
    let line = text[..label_start].rfind('\n').map_or(0, |at| at + 1);
    let before = text[line..label_start].trim();
    if !matches!(before, "" | "private" | "global" | "private global" | "global private") {
        return None;
    }
    let rest = &text[end..];
    let start = end + rest.len() - rest.trim_start_matches(' ').len();
    let length = text[start..].bytes().take(128).take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
    let stop = start + length;
    let after = text[stop..].trim_start();
    if length < 3 || start == end || !(after.starts_with('{') || after.starts_with(':')) {
        return None;
    }
    finds.add("yara_rule", text[start..stop].to_string(), start, stop);
    Some(stop)
}

/// `serial number: 00:AB:…` or 16 and more hexadecimal digits.
fn serial(finds: &mut Finds, text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = end;
    let rest = &text[at..];
    let skipped = rest.trim_start_matches([' ', '\t']);
    if skipped.get(..6).is_some_and(|word| word.eq_ignore_ascii_case("number")) {
        at += rest.len() - skipped.len() + 6;
    }
    let rest = text[at..].trim_start_matches([' ', ':', '\t', '#', '|', '=']);
    let hex = text.len() - rest.len() + if rest.starts_with("0x") { 2 } else { 0 };
    if hex - end < 18 {
        at = hex;
    }
    while at < bytes.len() && at - end < 16 && matches!(bytes[at], b' ' | b':' | b'\t' | b'#' | b'|' | b'=') {
        at += 1;
    }
    let length = bytes[at..].iter().take(96).take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b' ')).count();
    let run = text[at..at + length].trim_end_matches([' ', ':']);
    let digits: String = run.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_ascii_lowercase();
    let parted = run.contains([':', ' ']);
    let pairs = !parted || run.split([':', ' ']).all(|pair| pair.len() == 2);
    // RFC 5280, 4.1.2.2: at most 20 octets; below 8 it would be any number.
    if !(16..=40).contains(&digits.len()) || !pairs || bytes.get(at + run.len()).is_some_and(u8::is_ascii_alphanumeric)
    {
        return None;
    }
    finds.add("certificate_serial", digits, at, at + run.len());
    Some(at + run.len())
}

/// `packages: a, "b" and c`, where the registry's name stands before the label. Returns where the list ends.
fn packages(finds: &mut Finds, text: &str, label_start: usize, from: usize) -> Option<usize> {
    let mut at = from;
    let mut end = None;
    for _ in 0..64 {
        let quote = text[at..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '\u{201c}'));
        let start = at + quote.map_or(0, char::len_utf8);
        let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@');
        let length = text[start..].bytes().take(128).take_while(own).count();
        let name = text[start..start + length].trim_end_matches(['.', '/']);
        if name.len() < 2 || !name.bytes().any(|b| b.is_ascii_lowercase()) {
            break;
        }
        let stop = start + name.len();
        finds.add("package", purl(text, label_start, name)?, start, stop);
        end = Some(stop);
        let close = quote.and_then(|_| text[stop..].chars().next()).map_or(0, char::len_utf8);
        let rest = &text[stop + close..];
        let Some(parted) = [", and ", " and ", ", "].iter().find(|sign| rest.starts_with(**sign)) else { break };
        at = stop + close + parted.len();
    }
    end
}

/// "The following packages are affected:" and a line for each, with its versions: `- name (1.0.4)`, `@scope/name 2.1`,
/// `name@1.0.4`. Returns where the list ends.
fn listed_packages(finds: &mut Finds, text: &str, label_start: usize, from: usize) -> Option<usize> {
    const LEAD: usize = 120;
    const NEAR: usize = 600;
    const LINES: usize = 1_000;
    let lead = text[from..floor_boundary(text, text.len().min(from + LEAD))].find('\n')?;
    let body = text[from..from + lead].trim_end().ends_with(':').then_some(from + lead)?;
    let kind = registry(&text[floor_boundary(text, label_start.saturating_sub(NEAR))..body])?;
    let (mut at, mut end) = (body, None);
    for _ in 0..LINES {
        let blank = text[at..].bytes().take(8).take_while(|b| b.is_ascii_whitespace()).count();
        let line = &text[at + blank..];
        let marks = line.bytes().take(8).take_while(|b| matches!(b, b'-' | b'*' | b' ' | b'`' | b'"' | b'|')).count();
        let start = at + blank + marks;
        let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        let scope = usize::from(text[start..].starts_with('@'));
        let length = scope + text[start + scope..].bytes().take(214).take_while(own).count();
        let name = text[start..start + length].trim_end_matches(['.', '/']);
        let rest = text[start + name.len()..].trim_start_matches(['`', '"', ' ', '|', '\t', '(', '@', ':', '=', 'v']);
        let versions = rest.starts_with(|c: char| c.is_ascii_digit());
        let named = name.bytes().any(|b| b.is_ascii_lowercase());
        if !named || !versions && (marks == 0 || !rest.starts_with('\n') || !is_coined(name)) {
            break;
        }
        finds.add("package", package_url(kind, name), start, start + name.len());
        end = Some(start + name.len());
        at = start + length + text[start + length..].find('\n')?;
    }
    end
}

/// A package URL as it is written, for `pkg` before `colon`. Returns where it ends.
pub fn read_purl(finds: &mut Finds, text: &str, start: usize, colon: usize) -> Option<usize> {
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@' | b'%' | b'+');
    let length = text[colon + 1..].bytes().take(256).take_while(own).count();
    let value = text[start..colon + 1 + length].trim_end_matches(['.', '/']);
    let (kind, name) = value[4..].split_once('/')?;
    if kind.is_empty() || name.is_empty() || !kind.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    finds.add("package", value.to_string(), start, start + value.len());
    Some(start + value.len())
}

/// A package URL (github.com/package-url/purl-spec) from the registry's name before the word "package".
fn purl(text: &str, label_start: usize, name: &str) -> Option<String> {
    let kind = registry(&text[floor_boundary(text, label_start.saturating_sub(24))..label_start])?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@'));
    plain.then(|| package_url(kind, name))
}

/// The type of a package URL for the registry that a text names last.
fn registry(text: &str) -> Option<&'static str> {
    const REGISTRIES: [(&str, &str); 8] = [
        ("npm", "npm"),
        ("pypi", "pypi"),
        ("python", "pypi"),
        ("rubygems", "gem"),
        ("nuget", "nuget"),
        ("crates.io", "cargo"),
        ("maven", "maven"),
        ("packagist", "composer"),
    ];
    let text = text.to_ascii_lowercase();
    let named = REGISTRIES.iter().filter_map(|(registry, kind)| Some((text.rfind(registry)?, *kind)));
    named.max().map(|(_, kind)| kind)
}

fn package_url(kind: &str, name: &str) -> String {
    format!("pkg:{kind}/{}", name.replace('@', "%40").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<(&'static str, String)> {
        let mut finds = Finds::default();
        let (at, kind) = text
            .split_whitespace()
            .find_map(|word| label(word.trim_matches(':')).map(|kind| (text.find(word).unwrap(), kind)))?;
        let length = text[at..].bytes().take_while(u8::is_ascii_alphabetic).count();
        read(&mut finds, text, kind, at, at + length);
        finds.found.pop().map(|found| (found.kind, found.value))
    }

    #[test]
    fn names_are_announced_or_quoted() {
        assert_eq!(one("creates the mutex \"Global\\Foo123\" so"), Some(("mutex", "Global\\Foo123".to_string())));
        assert_eq!(one("a service named WinUpdSvc, which"), Some(("service_name", "WinUpdSvc".to_string())));
        assert_eq!(
            one("a scheduled task called `Updater Core` runs"),
            Some(("scheduled_task", "Updater Core".to_string()))
        );
        assert_eq!(one("rule APT_Foo : bar {"), Some(("yara_rule", "APT_Foo".to_string())));
        assert_eq!(
            one("the malicious npm package \"@evil/left-pad\" was"),
            Some(("package", "pkg:npm/%40evil/left-pad".to_string()))
        );
        let list = "published to npm. These packages are affected:\n\n- web3-utils (1.0.4)\n- @kit/rpc (2.1)\n\nAll of";
        assert_eq!(one(list), Some(("package", "pkg:npm/%40kit/rpc".to_string())));
        assert_eq!(one("Discord username: dark_shop77, and"), Some(("discord", "dark_shop77".to_string())));
        assert_eq!(one("Telegram: https://t.me/x_y"), None);
        assert_eq!(
            one("serial number: 7e748cdde5b67111bfe43346900e043d"),
            Some(("certificate_serial", "7e748cdde5b67111bfe43346900e043d".to_string()))
        );
    }

    #[test]
    fn prose_announces_nothing() {
        for text in [
            "the service was stopped",
            "a process that runs",
            "as a rule the attackers",
            "the task is done",
            "customer service is good",
        ] {
            assert_eq!(one(text), None, "{text}");
        }
    }
}
