//! Lexers by the documented rules of strings and comments of each language, written without regard to the emitters.

use super::Tokens;

/// How a quote is written inside a string.
#[derive(Clone, Copy)]
pub enum Escape {
    /// A backslash takes the next character with it.
    Backslash,
    /// The quote twice.
    Doubled,
    /// Not at all.
    None,
}

/// A kind of string: its first and last words, and its escape.
pub type Quoted = (&'static str, &'static str, Escape);

/// A language's strings and comments, and whether a line may end in a string. Longer words come first.
pub struct Rules {
    pub strings: &'static [Quoted],
    /// Each with what ends it.
    pub comments: &'static [(&'static str, &'static str)],
    pub lines: bool,
}

/// Elastic, "EQL syntax reference": `"…"` with backslash escapes, `"""…"""` without, backticks for names.
pub const EQL: Rules = Rules {
    strings: &[("\"\"\"", "\"\"\"", Escape::None), ("\"", "\"", Escape::Backslash), ("`", "`", Escape::Doubled)],
    comments: &[("//", "\n"), ("/*", "*/")],
    lines: false,
};

/// Elastic, "ES|QL syntax reference": the same strings.
pub const ESQL: Rules = EQL;

/// YAML 1.2, "Flow scalar styles": `'…'` with the quote doubled, `"…"` with backslash escapes.
pub const YAML: Rules = Rules {
    strings: &[("'", "'", Escape::Doubled), ("\"", "\"", Escape::Backslash)],
    comments: &[("#", "\n")],
    lines: false,
};

/// Grafana, "LogQL": strings of Go, and `#` for a comment.
pub const LOGQL: Rules = Rules {
    strings: &[("\"", "\"", Escape::Backslash), ("`", "`", Escape::None)],
    comments: &[("#", "\n")],
    lines: false,
};

/// AWS, "CloudWatch Logs Insights query syntax": strings in either quote, expressions between slashes, `#` for a
/// comment, backticks for names.
pub const CLOUDWATCH: Rules = Rules {
    strings: &[
        ("\"", "\"", Escape::Backslash),
        ("'", "'", Escape::Backslash),
        ("`", "`", Escape::None),
        ("/", "/", Escape::Backslash),
    ],
    comments: &[("#", "\n")],
    lines: false,
};

/// CrowdStrike, "LogScale syntax": strings in double quotes, expressions between slashes and their flags, two kinds of
/// comments.
pub const LOGSCALE: Rules = Rules {
    strings: &[("\"", "\"", Escape::Backslash), ("/", "/", Escape::Backslash)],
    comments: &[("//", "\n"), ("/*", "*/")],
    lines: false,
};

/// Palo Alto Networks, "XQL filter stage": `"…"` is taken as it is, `"""…"""` knows escapes.
pub const XQL: Rules = Rules {
    strings: &[("\"\"\"", "\"\"\"", Escape::Backslash), ("\"", "\"", Escape::None)],
    comments: &[("//", "\n"), ("/*", "*/")],
    lines: false,
};

/// IBM, "Ariel Query Language guide": single quotes for values, double quotes for names.
pub const AQL: Rules =
    Rules { strings: &[("'", "'", Escape::Doubled), ("\"", "\"", Escape::None)], comments: &[], lines: false };

/// Standard SQL (Trino): a quote is doubled.
pub const SQL: Rules = Rules {
    strings: &[("'", "'", Escape::Doubled), ("\"", "\"", Escape::Doubled)],
    comments: &[("--", "\n"), ("/*", "*/")],
    lines: false,
};

/// Snowflake and ClickHouse: a backslash escapes in a string.
pub const SQL_ESCAPED: Rules = Rules {
    strings: &[("'", "'", Escape::Backslash), ("\"", "\"", Escape::Backslash)],
    comments: &[("--", "\n"), ("/*", "*/")],
    lines: false,
};

/// SentinelOne, "Query syntax": strings in either quote with backslash escapes.
pub const S1QL: Rules =
    Rules { strings: &[("\"", "\"", Escape::Backslash), ("'", "'", Escape::Backslash)], comments: &[], lines: false };

/// YARA documentation, "Text strings": `"…"` with backslash escapes; two kinds of comments.
pub const YARA: Rules =
    Rules { strings: &[("\"", "\"", Escape::Backslash)], comments: &[("//", "\n"), ("/*", "*/")], lines: false };

/// Google, "YARA-L 2.0 language syntax": `"…"` with backslash escapes, backticks without.
pub const YARAL: Rules = Rules {
    strings: &[("\"", "\"", Escape::Backslash), ("`", "`", Escape::None)],
    comments: &[("//", "\n"), ("/*", "*/")],
    lines: false,
};

/// OISF, "Rules format": strings in double quotes in which everything of meaning is a byte's code.
pub const SURICATA: Rules = Rules { strings: &[("\"", "\"", Escape::None)], comments: &[("#", "\n")], lines: false };

/// Places of tokens, and whether each is a string. Comments are left out.
pub fn tokens(text: &str, rules: &Rules) -> Result<Tokens, String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().ok_or("no character")?;
        if let Some((_, end)) = rules.comments.iter().find(|(open, _)| rest.starts_with(open)) {
            at += rest.find(end).map_or(rest.len(), |found| found + end.len());
        } else if let Some(quoted) = rules.strings.iter().find(|(open, ..)| rest.starts_with(open)) {
            let mut length = string(rest, *quoted, rules.lines).ok_or_else(|| format!("an open string at {at}"))?;
            if quoted.0 == "/" {
                // The flags of a regular expression.
                length += rest[length..].find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len() - length);
            }
            tokens.push((at..at + length, true));
            at += length;
        } else if first.is_ascii_whitespace() {
            at += 1;
        } else if is_word(first) {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            tokens.push((at..at + length, false));
            at += length;
        } else if first.is_ascii_punctuation() {
            tokens.push((at..at + 1, false));
            at += 1;
        } else {
            return Err(format!("{first:?} at {at} outside of a string"));
        }
    }
    Ok(tokens)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// How long the string is with which the text begins.
fn string(text: &str, (open, close, escape): Quoted, lines: bool) -> Option<usize> {
    let mut at = open.len();
    loop {
        let rest = &text[at..];
        let c = rest.chars().next()?;
        if let Some(after) = rest.strip_prefix(close) {
            if matches!(escape, Escape::Doubled) && after.starts_with(close) {
                at += 2 * close.len();
                continue;
            }
            return Some(at + close.len());
        }
        if c == '\n' && !lines {
            return None;
        }
        at += c.len_utf8();
        if c == '\\' && matches!(escape, Escape::Backslash) {
            at += text[at..].chars().next()?.len_utf8();
        }
    }
}

/// Apache Lucene, "Query Parser Syntax", and Datadog's search after its pattern: terms in which a backslash takes the next character with it, phrases in double
/// quotes, regular expressions between slashes. A term counts as a string.
pub fn lucene(text: &str) -> Result<Tokens, String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let first = rest.chars().next().ok_or("no character")?;
        let length = match first {
            '"' | '/' => {
                let quote = if first == '"' { "\"" } else { "/" };
                let length = string(rest, (quote, quote, Escape::Backslash), true).ok_or("an open string")?;
                tokens.push((at..at + length, true));
                length
            }
            '(' | ')' | ':' | '[' | ']' | '{' | '}' => {
                tokens.push((at..at + 1, false));
                1
            }
            c if c.is_whitespace() => c.len_utf8(),
            _ => {
                let mut length = 0;
                let mut characters = rest.chars();
                while let Some(c) = characters.next() {
                    if c.is_whitespace() || "\"/()[]{}:^~".contains(c) {
                        break;
                    }
                    length += c.len_utf8();
                    if c == '\\' {
                        length += characters.next().ok_or("an open escape")?.len_utf8();
                    }
                }
                tokens.push((at..at + length.max(1), true));
                length.max(1)
            }
        };
        at += length;
    }
    Ok(tokens)
}
