//! Scalars in YAML: in single quotes, or in double quotes where a character needs a code; Sigma's own escapes within.

use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::query::quote::{Hidden, Quoting};
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::text::Query;

const SINGLE: Quoting = Quoting { open: "'", close: "'", escapes: &[('\'', "''")], hidden: Hidden::Refused };

const DOUBLE: Quoting = Quoting {
    open: "\"",
    close: "\"",
    escapes: &[('\\', "\\\\"), ('"', "\\\""), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t")],
    hidden: Hidden::Points,
};

/// The quoting that can say a text.
pub fn quoting(text: &str) -> &'static Quoting {
    if SINGLE.can_say(text) { &SINGLE } else { &DOUBLE }
}

/// Text of the rule's own, as a scalar.
///
/// # Errors
/// None: double quotes can say every character.
pub fn quoted<'q>(query: &'q mut Query, text: &str, at: At) -> Result<&'q mut Query, Refusal> {
    query.constant(quoting(text), text, at)
}

/// `key: 'text'` and the end of the line.
///
/// # Errors
/// None, as [`quoted`].
pub fn entry(query: &mut Query, key: &'static str, text: &str, at: At) -> Result<(), Refusal> {
    quoted(query.word(key), text, at)?.word("\n");
    Ok(())
}

/// Text in which a star and a question mark stand for themselves. A backslash is written twice where Sigma would take
/// it with what follows, and alone elsewhere.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    let mut run = 0usize;
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                run += 1;
                if characters.peek() != Some(&'\\') {
                    let special = matches!(characters.peek(), None | Some('*' | '?'));
                    let written = if run > 1 || special { run * 2 } else { 1 };
                    out.extend(std::iter::repeat_n('\\', written));
                    run = 0;
                }
            }
            '*' | '?' => out.extend(['\\', c]),
            other => out.push(other),
        }
    }
    out
}
