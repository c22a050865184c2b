//! With which characters an expression begins and ends, as far as words' edges ask: those of a word, or others.

use regex_syntax::ast::{Ast, ClassPerlKind, ClassSet, ClassSetItem, RepetitionKind, RepetitionRange};

/// What stands beside an edge.
pub enum Side {
    /// A word's character, or another, the text's end among them.
    Is(bool),
    /// What the expression says nothing of.
    Outside,
    Unknown,
}

/// What the characters at one end of an expression are.
#[derive(Default)]
pub struct Edge {
    word: bool,
    other: bool,
}

impl Edge {
    /// Whether nothing was looked at that has characters.
    pub fn is_empty(&self) -> bool {
        !self.word && !self.other
    }

    /// What all that was looked at has in common.
    pub fn told(&self) -> Side {
        if self.word == self.other { Side::Unknown } else { Side::Is(self.word) }
    }

    /// The same where the text may end as well.
    pub fn with_end(mut self) -> Side {
        self.other = true;
        self.told()
    }

    fn add(&mut self, word: bool) -> bool {
        self.word |= word;
        self.other |= !word;
        true
    }

    /// A character of either kind.
    fn unknown(&mut self) -> bool {
        self.add(true) && self.add(false)
    }

    /// Adds the characters with which an expression begins, or ends; whether it takes at least one.
    pub fn look(&mut self, ast: &Ast, first: bool) -> bool {
        match ast {
            Ast::Literal(found) => self.add(is_word(found.c)),
            Ast::ClassPerl(class) => match (&class.kind, class.negated) {
                (ClassPerlKind::Word, negated) => self.add(!negated),
                (ClassPerlKind::Digit, false) => self.add(true),
                (ClassPerlKind::Space, false) => self.add(false),
                _ => self.unknown(),
            },
            Ast::ClassBracketed(class) => match &class.kind {
                ClassSet::Item(item) if !class.negated => self.item(item),
                _ => self.unknown(),
            },
            Ast::Repetition(repeated) => {
                let least = match repeated.op.kind {
                    RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
                    RepetitionKind::OneOrMore => 1,
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(least)
                        | RepetitionRange::AtLeast(least)
                        | RepetitionRange::Bounded(least, _),
                    ) => least,
                };
                self.look(&repeated.ast, first) && least > 0
            }
            Ast::Group(group) => self.look(&group.ast, first),
            // Every branch is looked at.
            Ast::Alternation(either) => {
                either.asts.iter().map(|branch| self.look(branch, first)).filter(|takes| !takes).count() == 0
            }
            Ast::Concat(all) if first => all.asts.iter().any(|part| self.look(part, first)),
            Ast::Concat(all) => all.asts.iter().rev().any(|part| self.look(part, first)),
            Ast::Dot(_) | Ast::ClassUnicode(_) => self.unknown(),
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => false,
        }
    }

    fn item(&mut self, item: &ClassSetItem) -> bool {
        match item {
            ClassSetItem::Literal(found) => self.add(is_word(found.c)),
            ClassSetItem::Range(found) if found.end.c.is_ascii() => {
                (found.start.c..=found.end.c).fold(true, |_, c| self.add(is_word(c)))
            }
            ClassSetItem::Union(all) => all.items.iter().fold(true, |_, item| self.item(item)),
            ClassSetItem::Perl(class) => self.look(&Ast::class_perl(class.clone()), true),
            _ => self.unknown(),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
