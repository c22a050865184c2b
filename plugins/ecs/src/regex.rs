//! From RE2's syntax to Lucene's: anchored, without flags, look-around or lazy repetition, and with operators of its own
//! that must be escaped. What a regular expression says of the beginning, the end and words' edges is `anchors`' part.
//!
//! Source: Apache Lucene, `org.apache.lucene.util.automaton.RegExp`; Elastic, "Regular expression syntax".

use crate::anchors::anchored;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::formula::{Atom, Compare, Operand, Scalar};
use huntsmith_sdk::query::refusal::Code;
use regex_syntax::ast::{
    Ast, ClassPerlKind, ClassSet, ClassSetItem, Flag, Flags, GroupKind, RepetitionKind, RepetitionRange, parse::Parser,
};

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
fn translate(regex: &str, fold: bool) -> Option<String> {
    anchored(&Parser::new().parse(regex).ok()?, fold)
}

/// Whether letters compare without case after flags. None: a flag that changes more than that and what a dot matches.
pub(crate) fn folds(flags: &Flags, fold: bool) -> Option<bool> {
    let other = [Flag::MultiLine, Flag::CRLF].into_iter().any(|flag| flags.flag_state(flag) == Some(true))
        || flags.flag_state(Flag::Unicode) == Some(false);
    (!other).then(|| flags.flag_state(Flag::CaseInsensitive).unwrap_or(fold))
}

/// Appends what consumes text. None: a construct that Lucene lacks, or one of the edges.
pub(crate) fn write(ast: &Ast, fold: bool, out: &mut String) -> Option<()> {
    match ast {
        Ast::Empty(_) => {}
        Ast::Literal(found) => literal(found.c, fold, out),
        Ast::Dot(_) => out.push('.'),
        Ast::ClassPerl(class) => perl(&class.kind, class.negated, out),
        Ast::ClassBracketed(class) => {
            let ClassSet::Item(item) = &class.kind else { return None };
            out.push_str(if class.negated { "[^" } else { "[" });
            inside(item, fold, out)?;
            out.push(']');
        }
        Ast::Repetition(repeated) => {
            // How much is taken first does not change whether something is found.
            let nested = matches!(*repeated.ast, Ast::Repetition(_));
            out.push_str(if nested { "(" } else { "" });
            write(&repeated.ast, fold, out)?;
            out.push_str(if nested { ")" } else { "" });
            out.push_str(&match &repeated.op.kind {
                RepetitionKind::ZeroOrOne => "?".to_owned(),
                RepetitionKind::ZeroOrMore => "*".to_owned(),
                RepetitionKind::OneOrMore => "+".to_owned(),
                RepetitionKind::Range(RepetitionRange::Exactly(count)) => format!("{{{count}}}"),
                RepetitionKind::Range(RepetitionRange::AtLeast(least)) => format!("{{{least},}}"),
                RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => format!("{{{least},{most}}}"),
            });
        }
        Ast::Group(group) => {
            let fold = match &group.kind {
                GroupKind::NonCapturing(flags) => folds(flags, fold)?,
                _ => fold,
            };
            out.push('(');
            write(&group.ast, fold, out)?;
            out.push(')');
        }
        Ast::Alternation(either) => {
            for (index, branch) in either.asts.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "|" });
                write(branch, fold, out)?;
            }
        }
        Ast::Concat(all) => {
            let mut fold = fold;
            for part in &all.asts {
                match part {
                    Ast::Flags(set) => fold = folds(&set.flags, fold)?,
                    part => write(part, fold, out)?,
                }
            }
        }
        Ast::Flags(_) | Ast::Assertion(_) | Ast::ClassUnicode(_) => return None,
    }
    Some(())
}

fn perl(kind: &ClassPerlKind, negated: bool, out: &mut String) {
    out.push('\\');
    out.push(match (kind, negated) {
        (ClassPerlKind::Digit, false) => 'd',
        (ClassPerlKind::Digit, true) => 'D',
        (ClassPerlKind::Space, false) => 's',
        (ClassPerlKind::Space, true) => 'S',
        (ClassPerlKind::Word, false) => 'w',
        (ClassPerlKind::Word, true) => 'W',
    });
}

/// The inside of a bracketed class.
fn inside(item: &ClassSetItem, fold: bool, out: &mut String) -> Option<()> {
    match item {
        ClassSetItem::Empty(_) => {}
        ClassSetItem::Literal(found) => range(found.c, found.c, fold, out),
        ClassSetItem::Range(found) => range(found.start.c, found.end.c, fold, out),
        ClassSetItem::Perl(class) => perl(&class.kind, class.negated, out),
        ClassSetItem::Union(all) => {
            for item in &all.items {
                inside(item, fold, out)?;
            }
        }
        ClassSetItem::Ascii(_) | ClassSetItem::Unicode(_) | ClassSetItem::Bracketed(_) => return None,
    }
    Some(())
}

fn range(from: char, to: char, fold: bool, out: &mut String) {
    let mut one = |from: char, to: char| {
        for (index, c) in [from, to].into_iter().take(if from == to { 1 } else { 2 }).enumerate() {
            out.push_str(if index == 1 { "-" } else { "" });
            out.push_str(if c.is_ascii_punctuation() && c != '_' { "\\" } else { "" });
            out.push(c);
        }
    };
    one(from, to);
    if fold && from.is_ascii_alphabetic() && to.is_ascii_alphabetic() {
        let swap = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        one(swap(from), swap(to));
    }
}
