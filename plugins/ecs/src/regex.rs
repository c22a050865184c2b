//! From RE2's syntax to Lucene's: anchored, without flags, look-around or lazy repetition, and with operators of its own
//! that must be escaped.
//!
//! Source: Apache Lucene, `org.apache.lucene.util.automaton.RegExp`; Elastic, "Regular expression syntax".

use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::formula::{Atom, Compare, Operand, Scalar};
use huntsmith_sdk::query::refusal::Code;

/// A comparison as a pattern for the whole field, without regard to case unless the test asks for it.
///
/// # Errors
/// `unsupported-value` for what Lucene has no word for.
pub fn pattern(atom: &Atom<'_>, operand: &Operand<'_>) -> Result<String, Refusal> {
    let fold = !atom.case_sensitive;
    let mut out = String::new();
    match (&operand.value, atom.compare) {
        (Scalar::Text(regex), Compare::Matches) => {
            return translate(regex, fold).ok_or_else(|| {
                let reason = "Lucene's regular expressions lack a construct of this one";
                atom.at.refuse(Code::UnsupportedValue, "regex", reason)
            });
        }
        (Scalar::Text(text), Compare::Word) => {
            out.push_str("(.*[^a-zA-Z0-9_])?");
            text.chars().for_each(|c| literal(c, fold, &mut out));
            out.push_str("([^a-zA-Z0-9_].*)?");
        }
        (Scalar::Text(text), compare) => {
            out.push_str(if matches!(compare, Compare::Contains | Compare::EndsWith) { ".*" } else { "" });
            text.chars().for_each(|c| literal(c, fold, &mut out));
            out.push_str(if matches!(compare, Compare::Contains | Compare::StartsWith) { ".*" } else { "" });
        }
        (Scalar::Pattern(parts), _) => {
            for part in *parts {
                match part {
                    Part::Literal(text) => text.chars().for_each(|c| literal(c, fold, &mut out)),
                    Part::AnyRun => out.push_str(".*"),
                    Part::AnyOne => out.push('.'),
                }
            }
        }
        _ => return Err(atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), "only text is matched")),
    }
    Ok(out)
}

/// One character for itself. A backslash stands in a class, so that none ever stands before what ends the literal.
fn literal(c: char, fold: bool, out: &mut String) {
    let (lower, upper) = (c.to_ascii_lowercase(), c.to_ascii_uppercase());
    if c == '\\' {
        out.push_str("[\\\\]");
    } else if fold && lower != upper {
        out.extend(['[', lower, upper, ']']);
    } else {
        if c.is_ascii_punctuation() && c != '_' {
            out.push('\\');
        }
        out.push(c);
    }
}

/// None: a construct that Lucene lacks.
fn translate(regex: &str, mut fold: bool) -> Option<String> {
    let regex = match regex.strip_prefix("(?i)") {
        Some(rest) => {
            fold = true;
            rest
        }
        None => regex,
    };
    // Anchors are understood where they bind the whole expression.
    let whole = !has_open_alternation(regex);
    let (regex, from_start) = match regex.strip_prefix('^') {
        Some(rest) if whole => (rest, true),
        _ => (regex, false),
    };
    let (regex, to_end) = match regex.strip_suffix('$') {
        Some(rest) if whole && !ends_in_escape(rest) => (rest, true),
        _ => (regex, false),
    };
    let mut out = String::from(if from_start { "(" } else { ".*(" });
    let mut rest = regex.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => escape(rest.next()?, fold, &mut out)?,
            '[' => class(&mut rest, fold, &mut out)?,
            '(' => {
                out.push('(');
                if rest.next_if_eq(&'?').is_some() {
                    rest.next_if_eq(&':')?;
                }
            }
            '*' | '+' | '?' | '}' => {
                out.push(c);
                // How much is taken first does not change whether something is found.
                rest.next_if_eq(&'?');
                if matches!(rest.peek(), Some('+' | '*')) {
                    return None;
                }
            }
            '{' if rest.peek().is_some_and(char::is_ascii_digit) => {
                out.push('{');
                while let Some(inside) = rest.next_if(|c| c.is_ascii_digit() || *c == ',') {
                    out.push(inside);
                }
            }
            ')' | '|' | '.' => out.push(c),
            '^' | '$' => return None,
            other => literal(other, fold, &mut out),
        }
    }
    out.push_str(if to_end { ")" } else { ").*" });
    Some(out)
}

fn ends_in_escape(regex: &str) -> bool {
    regex.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Whether a `|` stands outside of every group.
fn has_open_alternation(regex: &str) -> bool {
    let (mut depth, mut escaped, mut in_class) = (0, false, false);
    for c in regex.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => depth += 1,
            ')' if !in_class => depth -= 1,
            '|' if !in_class && depth == 0 => return true,
            _ => {}
        }
    }
    false
}

fn escape(c: char, fold: bool, out: &mut String) -> Option<()> {
    match c {
        'd' | 'D' | 's' | 'S' | 'w' | 'W' => out.extend(['\\', c]),
        't' => out.push('\t'),
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        c if c.is_ascii_alphanumeric() => return None,
        c => literal(c, fold, out),
    }
    Some(())
}

/// A bracketed class, item by item: a character, a range, or `\d` and its like.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, fold: bool, out: &mut String) -> Option<()> {
    out.push('[');
    if rest.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let mut first = true;
    loop {
        let from = match member(rest, first, out)? {
            Member::End => break,
            Member::Class => None,
            Member::Char(c) => Some(c),
        };
        first = false;
        let Some(from) = from else { continue };
        let mut ahead = rest.clone();
        let to = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(end)) if end != ']' => {
                rest.next();
                let Member::Char(to) = member(rest, true, out)? else { return None };
                to
            }
            _ => from,
        };
        range(from, to, out);
        if fold && from.is_ascii_alphabetic() && to.is_ascii_alphabetic() {
            let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            range(swap(from), swap(to), out);
        }
    }
    out.push(']');
    Some(())
}

/// A member of a class.
enum Member {
    End,
    /// `\d` and its like: written already.
    Class,
    Char(char),
}

fn member(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, first: bool, out: &mut String) -> Option<Member> {
    Some(match rest.next()? {
        ']' if !first => Member::End,
        '[' if rest.peek() == Some(&':') => return None,
        '\\' => match rest.next()? {
            c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W') => {
                out.extend(['\\', c]);
                Member::Class
            }
            't' => Member::Char('\t'),
            'n' => Member::Char('\n'),
            'r' => Member::Char('\r'),
            c if c.is_ascii_alphanumeric() => return None,
            c => Member::Char(c),
        },
        c => Member::Char(c),
    })
}

fn range(from: char, to: char, out: &mut String) {
    for (index, c) in [from, to].into_iter().take(if from == to { 1 } else { 2 }).enumerate() {
        out.push_str(if index == 1 { "-" } else { "" });
        out.push_str(if c.is_ascii_punctuation() && c != '_' { "\\" } else { "" });
        out.push(c);
    }
}
