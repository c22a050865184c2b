//! How a value is set in its line: quoted, assigned to a key, alone, or as a field of a mail's header. Who shows a name as
//! data, and not as an address to visit, shows what was found.

use super::Judge;

/// What a header of a mail says of the address in it (RFC 5322, section 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailField {
    Sender,
    Recipient,
    Identifier,
}

/// Longer lines are looked at as far as this before a value.
const NEAR: usize = 200;

impl Judge<'_> {
    /// The value at a range is quoted as a whole, follows a key's sign, or has its line to itself.
    pub(super) fn is_data(&self, (start, end): (usize, usize)) -> bool {
        let before = line_before(self.text, start);
        let rest = &self.text[end..];
        let after = rest.chars().next().unwrap_or('\n');
        // A scheme, a port or a path belongs to it.
        let lead = before.trim_end_matches(['/', ':', '\\']);
        let quoted = lead
            .chars()
            .next_back()
            .filter(|quote| matches!(quote, '"' | '\'' | '`'))
            .is_some_and(|quote| after == quote || matches!(after, ':' | '/' | ',' | '|'));
        let key = lead.trim_end_matches([' ', '\t', '"', '\'', '[', '(', '<']);
        let ends = matches!(after, '\n' | '\r' | ',' | ';' | '|' | '"' | '\'' | ')' | ']' | ':' | '/');
        let assigned = ends
            && (key.ends_with('=')
                || before.len() > key.len() && is_key(key)
                || key.ends_with([',', '|', ';']) && is_key_line(before));
        let alone =
            before.trim_matches([' ', '\t', '-', '*', '\u{2022}', '\u{b7}', '\u{30fb}', '"', '\'', '`']).is_empty()
                && rest.trim_start_matches(['"', '\'', '`', ',', ';', ' ', '\t', '\r']).starts_with('\n');
        quoted || assigned || alone
    }

    /// The field of a mail's header that a value stands in.
    pub(super) fn mail_field(&self, start: usize) -> Option<MailField> {
        mail_field(self.text, start)
    }

    /// `$a = "http://…"`: a string that a detection rule looks for.
    pub(super) fn is_rule_string(&self, start: usize) -> bool {
        let before = line_before(self.text, start).trim_end_matches(['"', ' ']);
        let name = before.strip_suffix('=').map(str::trim_end).and_then(|key| key.rsplit([' ', '\t', '(']).next());
        name.and_then(|name| name.strip_prefix('$'))
            .is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
    }

    /// `reference = "https://…"`, `reference:url,…`: a key of rules and manifests whose value is for the reader.
    pub(super) fn is_keyed_reference(&self, start: usize) -> bool {
        const KEYS: [&str; 15] = [
            "advisory",
            "bulletin",
            "writeup",
            "reference",
            "references",
            "ref",
            "refs",
            "license",
            "licence",
            "author",
            "homepage",
            "documentation",
            "docs",
            "reference:url",
            "blog",
        ];
        let before = line_before(self.text, start);
        let key = before.trim_end_matches([' ', '\t', '"', '\'', '=', ':', ',', '(', '[']);
        let word = key.rsplit([' ', '\t', '"', '\'', ';', '(', '[']).next().unwrap_or_default();
        key.len() < before.len() && KEYS.iter().any(|known| word.eq_ignore_ascii_case(known))
    }

    /// `Pangolin: a reverse proxy (github.com/…/pangolin)`: the line's key is a name, the text after it says what has it.
    pub(super) fn heads_its_line(&self, name: &str, start: usize) -> bool {
        let own =
            |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        line_before(self.text, start).split_once(": ").is_some_and(|(key, _)| !name.is_empty() && own(key) == own(name))
    }

    /// "A lookalike of dropbox.com": the words directly before a value say that it is what was imitated.
    pub(super) fn imitates_it(&self, start: usize) -> bool {
        const WORDS: [&str; 22] = [
            "lookalike of",
            "lookalikes of",
            "look-alike of",
            "typosquat of",
            "typosquats of",
            "version of",
            "copy of",
            "clone of",
            "similar to",
            "instead of",
            "impersonating",
            "impersonates",
            "impersonated",
            "imitating",
            "imitates",
            "imitated",
            "mimicking",
            "mimics",
            "mimicked",
            "resembling",
            "posing as",
            "masquerading as",
        ];
        let before = line_before(self.text, start).trim_end_matches(['"', '(', '\u{201c}', '`', '\'', ' ']);
        let before = before.strip_suffix(" the").unwrap_or(before);
        WORDS.iter().any(|words| {
            before
                .len()
                .checked_sub(words.len())
                .is_some_and(|at| before.is_char_boundary(at) && before[at..].eq_ignore_ascii_case(words))
        })
    }
}

/// Whether what stands between two values makes them one enumeration: a comma, or "and" and "or" in some languages.
pub(crate) fn is_enumeration(between: &str) -> bool {
    const WORDS: [&str; 9] = ["and", "or", "und", "et", "y", "e", "i", "и", "та"];
    let words = between.strip_prefix(',').unwrap_or(between);
    match words.trim_matches([' ', '\n']) {
        "" => words.len() < between.len(),
        word => WORDS.contains(&word) && words.len() <= word.len() + 2,
    }
}

/// What stands before a position in its line, as far as is near.
fn line_before(text: &str, start: usize) -> &str {
    let from = super::place::floor(text, start.saturating_sub(NEAR));
    let near = &text[from..start];
    near.rfind('\n').map_or(near, |at| &near[at + 1..])
}

/// The field of a mail's header that a position stands in.
pub(super) fn mail_field(text: &str, start: usize) -> Option<MailField> {
    const FIELDS: [(&str, MailField); 14] = [
        ("from", MailField::Sender),
        ("reply-to", MailField::Sender),
        ("return-path", MailField::Sender),
        ("sender", MailField::Sender),
        ("x-sender", MailField::Sender),
        ("x-originating-ip", MailField::Sender),
        ("envelope-from", MailField::Sender),
        ("to", MailField::Recipient),
        ("cc", MailField::Recipient),
        ("bcc", MailField::Recipient),
        ("delivered-to", MailField::Recipient),
        ("x-original-to", MailField::Recipient),
        ("message-id", MailField::Identifier),
        ("in-reply-to", MailField::Identifier),
    ];
    let line = line_before(text, start).trim_start_matches([' ', '\t', '>', '*', '-']);
    let (name, before) = line.split_once(':')?;
    if name.eq_ignore_ascii_case("received") {
        // RFC 5321, section 4.4: who handed the message over, and who took it.
        let word = before.trim_end().rsplit(' ').next().unwrap_or_default();
        return match word {
            "from" | "(" | "([" => Some(MailField::Sender),
            "by" | "for" => Some(MailField::Recipient),
            _ => None,
        };
    }
    FIELDS.iter().find(|(field, _)| name.eq_ignore_ascii_case(field)).map(|(_, field)| *field)
}

/// `"host":`, `C2Server -`, `HOST =`: one to five words at the line's beginning and a sign.
fn is_key(text: &str) -> bool {
    const LONGEST: usize = 40;
    let Some(name) = text.strip_suffix(':').or_else(|| text.strip_suffix(" -")).or_else(|| text.strip_suffix("->"))
    else {
        return false;
    };
    let name = name.rsplit(['{', ',', ';']).next().unwrap_or(name).trim_matches([' ', '\t', '-', '*', '"', '\'', '$']);
    !name.is_empty() && name.len() <= LONGEST && name.split_whitespace().count() <= 5
}

/// `Hosts: a,b`: the line begins with a key.
fn is_key_line(line: &str) -> bool {
    line.find([':', '=']).is_some_and(|at| is_key(&line[..=at]) || line[..at].split_whitespace().count() == 1)
}
