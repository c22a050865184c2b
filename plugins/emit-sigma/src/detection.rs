//! A condition as Sigma's detection: named selections, and an expression over their names.

use crate::table::MODIFIERS;
use huntsmith_sdk::emitter::Refusal;
use huntsmith_sdk::emitter::plan::Part;
use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Operand, Scalar, Subject};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::Resolved;
use huntsmith_sdk::query::shape::unquoted;
use huntsmith_sdk::query::text::Query;
use huntsmith_sdk::query::yaml::quoting;

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
    detection.say(&one.formula.clone().map(&apart), At::search(one.index), true)?;
    query.word("detection:\n").append(detection.selections);
    query.word("  condition: ").append(detection.condition).word("\n");
    Ok(())
}

/// Fields and values to compare with apart: no one list of Sigma's holds both.
fn apart(atom: Atom<'_>) -> Formula<'_> {
    let (fields, values): (Vec<_>, Vec<_>) = atom.operands.iter().cloned().partition(Operand::is_column);
    if fields.is_empty() || values.is_empty() {
        return Formula::Atom(atom);
    }
    Formula::Any([fields, values].map(|operands| Formula::Atom(Atom { operands, ..atom })).into())
}

/// Comparisons of different fields, which stand in one selection, and what does not go with them.
fn together<'f, 'a>(children: &'f [Formula<'a>]) -> (Vec<&'f Atom<'a>>, Vec<&'f Formula<'a>>) {
    let (mut atoms, mut rest) = (Vec::<&Atom<'_>>::new(), Vec::new());
    for child in children {
        match child {
            Formula::Atom(atom)
                if atom.subject != Subject::Anywhere && atoms.iter().all(|known| known.subject != atom.subject) =>
            {
                atoms.push(atom);
            }
            other => rest.push(other),
        }
    }
    (atoms, rest)
}

impl Detection {
    fn say(&mut self, formula: &Formula<'_>, at: At, outermost: bool) -> Result<(), Refusal> {
        let (connective, (atoms, rest)) = match formula {
            Formula::Atom(atom) => return self.selection(&[atom]),
            Formula::Not(child) => {
                self.condition.word("not ");
                return self.say(child, at, false);
            }
            Formula::All(children) => (" and ", together(children)),
            Formula::Any(children) => (" or ", (Vec::new(), children.iter().collect())),
            Formula::Fixed(_) => {
                let reason = "the condition always or never holds, which no selection says";
                return Err(at.refuse(Code::UnsupportedValue, "condition", reason));
            }
        };
        let bare = outermost || usize::from(!atoms.is_empty()) + rest.len() == 1;
        self.condition.word(if bare { "" } else { "(" });
        if !atoms.is_empty() {
            self.selection(&atoms)?;
        }
        for (index, child) in rest.into_iter().enumerate() {
            self.condition.word(if index == 0 && atoms.is_empty() { "" } else { connective });
            self.say(child, at, false)?;
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
            query.word(match atom.compare {
                Compare::Present => " true\n",
                Compare::Absent => " false\n",
                _ => "\n",
            });
            let words = atom.subject == Subject::Anywhere && atom.compare != Compare::Matches;
            for operand in &atom.operands {
                value(query.word(if words { "    - " } else { "      - " }), atom, operand)?;
                query.word("\n");
            }
        }
        Ok(())
    }
}

/// `Field|modifiers:`; nothing for words anywhere.
fn key(query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
    let Subject::Column(native) = atom.subject else {
        query.word(if atom.compare == Compare::Matches { "    '|re':" } else { "" });
        return Ok(());
    };
    let texts = atom.operands.iter().any(|operand| matches!(operand.value, Scalar::Text(_) | Scalar::Pattern(_)));
    let known = MODIFIERS.iter().find(|(compare, _)| *compare == atom.compare);
    let modifier = match atom.operands.iter().any(Operand::is_column) {
        true => (atom.compare == Compare::Equals).then_some("|fieldref"),
        false => known.map(|(_, modifiers)| modifiers[usize::from(texts && atom.case_sensitive)]),
    };
    let reason = "Sigma has no modifier for this comparison";
    let refuse = || atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason);
    query.word("    ").name(native.name).word(modifier.ok_or_else(refuse)?).word(":");
    Ok(())
}

fn value(query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
    let text = match (&operand.value, atom.compare) {
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
        _ => return unquoted(query, operand),
    };
    query.literal(quoting(&text), &text, operand.origin).map(drop)
}

/// Text in which a star and a question mark stand for themselves. A backslash is written twice where Sigma would take
/// it with what follows, and alone elsewhere.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '*', '?']) {
        out.push_str(&rest[..at]);
        let after = rest[at..].trim_start_matches('\\');
        let run = rest.len() - at - after.len();
        let wildcard = after.starts_with(['*', '?']);
        let written = if run > 1 || wildcard || after.is_empty() { run * 2 } else { run };
        out.extend(std::iter::repeat_n('\\', written + usize::from(wildcard)));
        let (next, left) = after.split_at(usize::from(wildcard));
        out.push_str(next);
        rest = left;
    }
    out + rest
}
