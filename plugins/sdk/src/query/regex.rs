//! Comparisons as regular expressions: exact in every dialect that has them, whatever its wildcards cannot escape.

use super::formula::{Atom, Compare, Operand, Scalar};
use super::quote::{BARE, Hidden, Quoting, is_hidden};
use super::refusal::Code;
use super::text::Piece;
use crate::emitter::Refusal;
use crate::emitter::plan::Part;

/// How a dialect writes regular expressions.
#[derive(Debug, Clone, Copy)]
pub struct Regex {
    /// Text that stands for itself in a regular expression, in the dialect's literal.
    pub inside: Quoting,
    /// A regular expression of the plan, in the dialect's literal.
    pub whole: Quoting,
    /// What comes first where case counts, and where it does not: a dot matches a newline.
    pub flags: [&'static str; 2],
    /// The same for a regular expression of the plan, in which a dot does not.
    pub whole_flags: [&'static str; 2],
    /// The beginning and the end of the text.
    pub start: &'static str,
    pub end: &'static str,
    /// Before and after a word.
    pub word: (&'static str, &'static str),
    /// Whether the dialect compares the whole text: what is open gets any run of characters.
    pub anchored: bool,
}

/// Before and after a word, for engines with look-around; in a literal whose backslashes stand for themselves.
pub const WORD_AROUND: (&str, &str) = ("(?<![\\p{L}\\p{N}_])", "(?![\\p{L}\\p{N}_])");
/// For engines without, such as RE2.
pub const WORD: (&str, &str) = ("(?:^|[^\\pL\\pN_])", "(?:$|[^\\pL\\pN_])");
/// The same in a literal in which a backslash is written twice.
pub const WORD_ESCAPED: (&str, &str) = ("(?:^|[^\\\\pL\\\\pN_])", "(?:$|[^\\\\pL\\\\pN_])");

/// Characters that mean something in a regular expression, beside the backslash.
pub const SIGNS: &str = ".+*?()[]{}|^$";

/// Text for itself in a regular expression (RE2) in a string `"…"` with backslash escapes.
pub const IN_STRING: Quoting = Quoting {
    open: "\"",
    close: "\"",
    escapes: &[('\\', "\\\\\\\\"), ('"', "\\\""), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t")],
    marked: (SIGNS, "\\\\"),
    hidden: Hidden::CodePoint("\\\\"),
};

/// Text for itself in a regular expression between slashes.
pub const IN_SLASHES: Quoting = Quoting { marked: (r"\.+*?()[]{}|^$", "\\"), ..WHOLE_IN_SLASHES };

/// Text for itself in a regular expression in a string that knows no escape: the quotes themselves and the backslash
/// are said by their codes, so that it does not matter what the string makes of either.
const fn raw(quote: &'static str) -> Quoting {
    Quoting {
        open: quote,
        close: quote,
        escapes: &[('\\', "\\x5C"), ('"', "\\x22"), ('\'', "\\x27"), ('`', "\\x60"), ('*', "\\x2A")],
        marked: (SIGNS, "\\"),
        hidden: Hidden::CodePoint("\\"),
    }
}

/// A regular expression of the plan in such a string.
const fn raw_whole(quote: &'static str) -> Quoting {
    Quoting {
        open: quote,
        close: quote,
        escapes: &[('"', "\\x22"), ('\'', "\\x27"), ('`', "\\x60")],
        hidden: Hidden::CodePoint("\\"),
        ..BARE
    }
}

/// Regular expressions in strings that know no escape, for an engine without look-around.
pub const fn in_raw(quote: &'static str, anchored: bool) -> Regex {
    Regex {
        inside: raw(quote),
        whole: raw_whole(quote),
        flags: ["(?s)", "(?is)"],
        whole_flags: ["", "(?i)"],
        start: "^",
        end: "$",
        word: WORD,
        anchored,
    }
}

/// A regular expression of the plan between slashes.
pub const WHOLE_IN_SLASHES: Quoting =
    Quoting { open: "/", close: "/", escapes: &[('/', "\\/")], hidden: Hidden::CodePoint("\\"), ..BARE };

impl Regex {
    /// The pieces of a literal for one comparison, and the rule under which they are written.
    ///
    /// # Errors
    /// `unsupported-value` for a regular expression that would not end with its literal.
    pub fn pieces<'o>(&self, atom: &Atom<'_>, operand: &'o Operand<'_>) -> Result<(&Quoting, Vec<Piece<'o>>), Refusal> {
        let folded = usize::from(!atom.case_sensitive);
        let anywhere = atom.subject == super::formula::Subject::Anywhere;
        if let (Compare::Matches, Scalar::Text(regex)) = (atom.compare, &operand.value) {
            let mut pieces = vec![Piece::Wild(self.whole_flags[folded])];
            pieces.extend(self.anchored.then_some(Piece::Wild(".*(?:")));
            if !self.spelled(regex, &mut pieces) {
                let reason = "the regular expression ends in an open escape";
                return Err(atom.at.refuse(Code::UnsupportedValue, "regex", reason));
            }
            pieces.extend(self.anchored.then_some(Piece::Wild(").*")));
            return Ok((&self.whole, pieces));
        }
        let open = if self.anchored { ".*" } else { "" };
        let (before, after) = match atom.compare {
            Compare::Word => self.word,
            Compare::StartsWith => (self.start, open),
            Compare::EndsWith => (open, self.end),
            Compare::Equals | Compare::Like if !anywhere => (self.start, self.end),
            _ => (open, open),
        };
        let mut pieces = vec![Piece::Wild(self.flags[folded]), Piece::Wild(before)];
        match &operand.value {
            Scalar::Text(text) => pieces.push(Piece::Text(text)),
            Scalar::Pattern(parts) => pieces.extend(parts.iter().map(|part| match part {
                Part::Literal(text) => Piece::Text(text),
                Part::AnyRun => Piece::Wild(".*"),
                Part::AnyOne => Piece::Wild("."),
            })),
            _ => {
                let reason = "only text is compared by a regular expression";
                return Err(atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason));
            }
        }
        pieces.push(Piece::Wild(after));
        Ok((&self.inside, pieces))
    }

    /// A regular expression without the backslashes before what the rule says by a code anyhow. Whether its last
    /// escape is closed.
    fn spelled<'o>(&self, regex: &'o str, pieces: &mut Vec<Piece<'o>>) -> bool {
        // Where the literal leaves a backslash alone, its own escape would add a second one.
        let raw = self.whole.escapes.iter().all(|(known, _)| *known != '\\');
        let recoded = |c: char, spelling: &str| raw || !spelling.ends_with(c);
        let coded = |c: char| {
            is_hidden(c)
                || self.whole.escapes.iter().any(|(known, spelling)| *known == c && c != '\\' && recoded(c, spelling))
        };
        let (mut start, mut escaped) = (0, false);
        for (at, c) in regex.char_indices() {
            if escaped && coded(c) {
                pieces.push(Piece::Text(&regex[start..at - 1]));
                start = at;
            }
            escaped = c == '\\' && !escaped;
        }
        pieces.push(Piece::Text(&regex[start..]));
        !escaped
    }
}
