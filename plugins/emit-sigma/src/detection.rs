//! A condition as Sigma's detection: named selections, and an expression over their names.

use crate::yaml::{escaped, quoting};
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Operand, Scalar, Subject};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::text::Query;

/// The selections so far, and the expression that grows with them.
#[derive(Default)]
struct Detection {
    selections: Query,
    condition: Query,
    count: u64,
}

/// Appends `detection:`.
///
/// # Errors
/// What Sigma has no modifier for.
pub fn detection(query: &mut Query, one: &Resolved<'_>) -> Result<(), Refusal> {
    let mut detection = Detection::default();
    detection.say(&one.formula, At::search(one.index), true)?;
    query.word("detection:\n").append(detection.selections);
    query.word("  condition: ").append(detection.condition).word("\n");
    Ok(())
}

impl Detection {
    fn say(&mut self, formula: &Formula<'_>, at: At, outermost: bool) -> Result<(), Refusal> {
        match formula {
            Formula::Atom(atom) if is_mixed(atom) => {
                let (fields, values): (Vec<_>, Vec<_>) = atom.operands.iter().cloned().partition(is_field);
                let each = [fields, values].map(|operands| Atom { operands, ..*atom });
                self.several(outermost, " or ", 2, |this, index| this.selection(&[&each[index]]))
            }
            Formula::Atom(atom) => self.selection(&[atom]),
            Formula::Not(child) => {
                self.condition.word("not ");
                self.say(child, at, false)
            }
            Formula::All(children) => {
                // Comparisons of different keys stand in one selection.
                let mut together: Vec<&Atom<'_>> = Vec::new();
                let mut rest = Vec::new();
                for child in children {
                    match child {
                        Formula::Atom(atom)
                            if matches!(atom.subject, Subject::Column(_))
                                && !is_mixed(atom)
                                && together.iter().all(|known| known.subject != atom.subject) =>
                        {
                            together.push(atom);
                        }
                        other => rest.push(other),
                    }
                }
                self.several(outermost, " and ", usize::from(!together.is_empty()) + rest.len(), |this, index| {
                    match (together.is_empty(), index) {
                        (false, 0) => this.selection(&together),
                        (empty, index) => this.say(rest[index - usize::from(!empty)], at, false),
                    }
                })
            }
            Formula::Any(children) => {
                self.several(outermost, " or ", children.len(), |this, index| this.say(&children[index], at, false))
            }
            Formula::Fixed(_) => {
                let reason = "the condition always or never holds, which no selection says";
                Err(at.refuse(Code::UnsupportedValue, "condition", reason))
            }
        }
    }

    fn several(
        &mut self,
        outermost: bool,
        connective: &'static str,
        count: usize,
        each: impl Fn(&mut Self, usize) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let bare = outermost || count == 1;
        self.condition.word(if bare { "" } else { "(" });
        for index in 0..count {
            self.condition.word(if index == 0 { "" } else { connective });
            each(self, index)?;
        }
        self.condition.word(if bare { "" } else { ")" });
        Ok(())
    }

    fn selection(&mut self, atoms: &[&Atom<'_>]) -> Result<(), Refusal> {
        self.count += 1;
        self.condition.word("sel_").count(self.count, "");
        let query = &mut self.selections;
        query.word("  sel_").count(self.count, ":\n");
        for atom in atoms {
            key(query, atom)?;
            match atom.compare {
                Compare::Present => query.word(" true\n"),
                Compare::Absent => query.word(" false\n"),
                _ => query.word("\n"),
            };
            let indent = if atom.subject == Subject::Anywhere && atom.compare != Compare::Matches {
                "    - "
            } else {
                "      - "
            };
            for operand in &atom.operands {
                value(query.word(indent), atom, operand)?;
                query.word("\n");
            }
        }
        Ok(())
    }
}

fn is_field(operand: &Operand<'_>) -> bool {
    matches!(operand.value, Scalar::Column(_))
}

/// Fields and values to compare with, which no one list of Sigma's holds.
fn is_mixed(atom: &Atom<'_>) -> bool {
    atom.operands.iter().any(is_field) && !atom.operands.iter().all(is_field)
}

/// `Field|modifiers:`; nothing for words anywhere.
fn key(query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
    let Subject::Column(native) = atom.subject else {
        query.word(if atom.compare == Compare::Matches { "    '|re':" } else { "" });
        return Ok(());
    };
    let fields = atom.operands.iter().any(is_field);
    let texts = atom.operands.iter().any(|operand| matches!(operand.value, Scalar::Text(_) | Scalar::Pattern(_)));
    query.word("    ").name(native.name);
    let reason = "Sigma has no modifier for this comparison";
    let refuse = || atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason);
    query.word(match atom.compare {
        Compare::Equals if fields => "|fieldref",
        _ if fields => return Err(refuse()),
        Compare::Equals | Compare::Like => "",
        Compare::Contains => "|contains",
        Compare::StartsWith => "|startswith",
        Compare::EndsWith => "|endswith",
        Compare::Matches | Compare::Word if atom.case_sensitive => "|re",
        Compare::Matches | Compare::Word => "|re|i",
        Compare::Within => "|cidr",
        Compare::Less => "|lt",
        Compare::LessOrEqual => "|lte",
        Compare::Greater => "|gt",
        Compare::GreaterOrEqual => "|gte",
        Compare::Present | Compare::Absent => "|exists",
    });
    let folds = matches!(
        atom.compare,
        Compare::Equals | Compare::Like | Compare::Contains | Compare::StartsWith | Compare::EndsWith
    );
    query.word(if atom.case_sensitive && texts && folds { "|cased:" } else { ":" });
    Ok(())
}

fn value(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    let text = match (&operand.value, atom.compare) {
        (Scalar::Integer(number), _) => {
            query.integer(*number, operand.origin);
            return Ok(());
        }
        (Scalar::Float(number), _) => return query.float(*number, operand.origin).map(drop),
        (Scalar::Boolean(truth), _) => {
            query.boolean(*truth, operand.origin);
            return Ok(());
        }
        (Scalar::Column(other), _) => {
            query.name(other.name);
            return Ok(());
        }
        (Scalar::Text(text), Compare::Matches | Compare::Within) => text.to_string(),
        (Scalar::Text(text), Compare::Word) => {
            // What is no sign of regular expressions may become one by a backslash: `\<` begins a word in some engines.
            let sign = |c: char| r"\.+*?()|[]{}^$".contains(c).then_some('\\');
            let plain: String = text.chars().flat_map(|c| [sign(c), Some(c)]).flatten().collect();
            format!("(?:^|[^a-zA-Z0-9_]){plain}(?:$|[^a-zA-Z0-9_])")
        }
        (Scalar::Text(text), _) => escaped(text),
        (Scalar::Pattern(parts), _) => {
            let each = parts.iter().map(|part| match part {
                Part::Literal(text) => escaped(text),
                Part::AnyRun => "*".into(),
                Part::AnyOne => "?".into(),
            });
            each.collect()
        }
    };
    query.literal(quoting(&text), &text, operand.origin).map(drop)
}
