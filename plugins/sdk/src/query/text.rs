//! The query's text as it grows, token by token. Keywords and native names are `'static`: what an article or an
//! operator wrote can only come in as a quoted literal, a checked name, a number or a comment.

use super::formula::Native;
use super::quote::Quoting;
use super::refusal::{At, Code};
use crate::emitter::{Literal, Refusal};

/// Where a literal comes from: a value of a test, and the piece of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    pub at: At,
    pub value: u32,
    /// None: the whole value.
    pub piece: Option<u32>,
}

/// A name that goes into a query without quotes: native, or checked to be harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<'a> {
    /// The dialect's own words before the name: the object that a field belongs to.
    before: &'static str,
    name: &'a str,
}

impl<'a> Name<'a> {
    /// A name, or an expression, of the dialect's own tables.
    pub const fn native(name: &'static str) -> Self {
        Self { before: "", name }
    }

    /// A name from a plan or an option: ASCII letters, digits, `_` and what `also` allows, at most 128 bytes, not
    /// beginning with a digit.
    pub fn checked(name: &'a str, also: &str) -> Option<Self> {
        let first = name.chars().next()?;
        let sound = name.len() <= 128 && name.chars().all(|c| is_plain(c, also)) && !first.is_ascii_digit();
        sound.then_some(Self { before: "", name })
    }

    /// The same name with the dialect's own words before it.
    pub fn below(self, before: &'static str) -> Self {
        Self { before, ..self }
    }

    /// Whether it is made of ASCII letters, digits, `_` and what `also` allows: a dialect may quote any other.
    pub fn is_plain(self, also: &str) -> bool {
        self.before.chars().chain(self.name.chars()).all(|c| is_plain(c, also))
    }

    /// The name with `_` for everything but ASCII letters, digits and `_`, as log collectors flatten it.
    pub fn flat(self) -> String {
        let flat = |c| if is_plain(c, "") { c } else { '_' };
        self.before.chars().chain(self.name.chars()).map(flat).collect()
    }

    /// What stands before and after the first `separator`.
    pub fn split_once(self, separator: char) -> Option<(Self, Self)> {
        let (head, tail) = self.name.split_once(separator)?;
        Some((Self { name: head, ..self }, Self { before: "", name: tail }))
    }
}

impl std::fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.before, self.name)
    }
}

fn is_plain(c: char, also: &str) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || also.contains(c)
}

/// A query under construction.
#[derive(Debug, Default)]
pub struct Query {
    text: String,
    literals: Vec<Literal>,
}

impl Query {
    /// Keywords, operators, punctuation, white space: the dialect's own text.
    pub fn word(&mut self, word: &'static str) -> &mut Self {
        self.text.push_str(word);
        self
    }

    /// A native or checked name.
    pub fn name(&mut self, name: Name<'_>) -> &mut Self {
        self.text.push_str(name.before);
        self.text.push_str(name.name);
        self
    }

    /// A name as [`Name::flat`] spells it.
    pub fn flat_name(&mut self, name: Name<'_>) -> &mut Self {
        self.text.push_str(&name.flat());
        self
    }

    /// Columns' names with commas between them.
    pub fn names<'n, 'q: 'n>(&mut self, columns: impl IntoIterator<Item = &'n Native<'q>>) -> &mut Self {
        self.list(columns, |query, column| {
            query.name(column.name);
        })
    }

    /// Things with commas between them.
    pub fn list<T>(&mut self, things: impl IntoIterator<Item = T>, mut each: impl FnMut(&mut Self, T)) -> &mut Self {
        for (index, thing) in things.into_iter().enumerate() {
            each(self.word(if index == 0 { "" } else { ", " }), thing);
        }
        self
    }

    /// The same, where one of them may be refused.
    ///
    /// # Errors
    /// The first of `each`.
    pub fn try_list<T>(
        &mut self,
        things: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T) -> Result<(), Refusal>,
    ) -> Result<&mut Self, Refusal> {
        for (index, thing) in things.into_iter().enumerate() {
            each(self.word(if index == 0 { "" } else { ", " }), thing)?;
        }
        Ok(self)
    }

    /// Words with `separator` between them.
    pub fn join(&mut self, words: &[&'static str], separator: &'static str) -> &mut Self {
        for (index, word) in words.iter().enumerate() {
            self.word(if index == 0 { "" } else { separator }).word(word);
        }
        self
    }

    /// A whole number of the query's own, with a unit where the dialect writes one.
    pub fn count(&mut self, number: u64, unit: &'static str) -> &mut Self {
        self.text.push_str(&number.to_string());
        self.word(unit)
    }

    /// A number of the plan, as a literal.
    pub fn integer(&mut self, number: i64, origin: Origin) -> &mut Self {
        let start = self.text.len();
        self.text.push_str(&number.to_string());
        self.record(start, origin)
    }

    /// A number of the plan, as a literal; always with a fraction or an exponent.
    ///
    /// # Errors
    /// `unsupported-value` for what is not a number.
    pub fn float(&mut self, number: f64, origin: Origin) -> Result<&mut Self, Refusal> {
        if !number.is_finite() {
            let reason = "only finite numbers can be compared";
            return Err(origin.at.refuse(Code::UnsupportedValue, "float", reason));
        }
        let start = self.text.len();
        self.text.push_str(&format!("{number:?}"));
        Ok(self.record(start, origin))
    }

    /// A number of the plan as a literal with the dialect's own words around it: `long(-5)`.
    ///
    /// # Errors
    /// `unsupported-value` for what is not a number.
    pub fn number_in(
        &mut self,
        open: &'static str,
        number: f64,
        whole: Option<i64>,
        origin: Origin,
    ) -> Result<&mut Self, Refusal> {
        if !number.is_finite() {
            let reason = "only finite numbers can be compared";
            return Err(origin.at.refuse(Code::UnsupportedValue, "float", reason));
        }
        let start = self.text.len();
        self.word(open);
        self.text.push_str(&whole.map_or_else(|| format!("{number:?}"), |whole| whole.to_string()));
        Ok(self.word(")").record(start, origin))
    }

    /// A truth value of the plan, as a literal.
    pub fn boolean(&mut self, truth: bool, origin: Origin) -> &mut Self {
        let start = self.text.len();
        self.word(if truth { "true" } else { "false" }).record(start, origin)
    }

    /// Text of the plan as a quoted literal.
    ///
    /// # Errors
    /// `unsupported-value` where the rule cannot say a character.
    pub fn literal(&mut self, quoting: &Quoting, text: &str, origin: Origin) -> Result<&mut Self, Refusal> {
        self.quoted(quoting, &[Piece::Text(text)], origin)
    }

    /// A quoted literal of pieces: text that is escaped, and the dialect's own wildcards that are not.
    ///
    /// # Errors
    /// `unsupported-value` where the rule cannot say a character.
    pub fn quoted(&mut self, quoting: &Quoting, pieces: &[Piece<'_>], origin: Origin) -> Result<&mut Self, Refusal> {
        let start = self.text.len();
        self.text.push_str(quoting.open);
        for piece in pieces {
            match piece {
                Piece::Wild(wildcard) => self.text.push_str(wildcard),
                Piece::Text(text) => quoting.spell(text, &mut self.text).map_err(|c| unsayable(c, origin))?,
            }
        }
        self.text.push_str(quoting.close);
        Ok(self.record(start, origin))
    }

    /// Quoted text of the query's own (a timestamp, a search's name), not traced as a literal of the plan.
    ///
    /// # Errors
    /// `unsupported-value` where the rule cannot say a character.
    pub fn constant(&mut self, quoting: &Quoting, text: &str, at: At) -> Result<&mut Self, Refusal> {
        self.text.push_str(quoting.open);
        let origin = Origin { at, value: 0, piece: None };
        quoting.spell(text, &mut self.text).map_err(|c| unsayable(c, origin))?;
        self.text.push_str(quoting.close);
        Ok(self)
    }

    /// Text for people in a comment: one line, no control or hidden character, none of `forbidden`.
    pub fn comment(&mut self, text: &str, forbidden: &[char]) -> &mut Self {
        let plain = super::comment::one_line(text, forbidden);
        self.text.push_str(&plain);
        self
    }

    /// Takes over another piece of the same query, moving its literals along.
    pub fn append(&mut self, other: Query) -> &mut Self {
        let shift = self.text.len() as u32;
        self.text.push_str(&other.text);
        self.literals.extend(other.literals.into_iter().map(|literal| Literal {
            start: literal.start + shift,
            end: literal.end + shift,
            ..literal
        }));
        self
    }

    /// The same without the line's end after it.
    pub fn trimmed(mut self) -> Self {
        self.text.truncate(self.text.trim_end().len());
        self
    }

    /// Takes over a whole query as one literal of what holds it (a rule in JSON, a setting), its own literals with it.
    ///
    /// # Errors
    /// `unsupported-value` where the rule cannot say a character.
    pub fn embed(&mut self, quoting: &Quoting, inner: Query, at: At) -> Result<&mut Self, Refusal> {
        self.text.push_str(quoting.open);
        let mut done = 0;
        let mut spell = |to: u32, out: &mut String| {
            let piece = &inner.text[done..to as usize];
            done = to as usize;
            quoting.spell(piece, out).map_err(|c| unsayable(c, Origin { at, value: 0, piece: None }))?;
            Ok::<u32, Refusal>(out.len() as u32)
        };
        for literal in inner.literals {
            let start = spell(literal.start, &mut self.text)?;
            let end = spell(literal.end, &mut self.text)?;
            self.literals.push(Literal { start, end, ..literal });
        }
        spell(inner.text.len() as u32, &mut self.text)?;
        self.text.push_str(quoting.close);
        Ok(self)
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text and the places of its literals, ascending.
    pub fn finish(self) -> (String, Vec<Literal>) {
        (self.text, self.literals)
    }

    fn record(&mut self, start: usize, origin: Origin) -> &mut Self {
        self.literals.push(Literal {
            place: origin.at.place(),
            value: origin.value,
            piece: origin.piece,
            start: start as u32,
            end: self.text.len() as u32,
        });
        self
    }
}

/// A piece of a quoted literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Wild(&'static str),
}

fn unsayable(c: char, origin: Origin) -> Refusal {
    let what = format!("U+{:04X}", c as u32);
    origin.at.refuse(Code::UnsupportedValue, &what, "the dialect has no way to write this character in a literal")
}
