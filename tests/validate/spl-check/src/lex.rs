//! Tokens of SPL: comments in three backticks, macros in one, strings with `\"` and `\\`, the rest in words and signs.

/// A token and where it begins, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// What it is. Strings are decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    Word(String),
    String(String),
    Quoted(String),
    Macro(String),
    Sign(&'static str),
}

const SIGNS: [&str; 20] =
    ["==", "!=", "<=", ">=", "|", "[", "]", "(", ")", ",", "=", "<", ">", "+", "-", "*", "/", "%", ".", ":"];

/// The tokens of a search, comments left out.
///
/// # Errors
/// What is not closed, and characters that stand nowhere in SPL.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let kind = if let Some(rest) = text[at..].strip_prefix("```") {
            let length = rest.find("```").ok_or("a comment is not closed")?;
            at += length + 6;
            continue;
        } else if c == '`' {
            let length = text[at + 1..].find('`').ok_or("a macro is not closed")?;
            at += length + 2;
            Kind::Macro(text[start + 1..at - 1].into())
        } else if c == '"' || c == '\'' {
            let decoded = string(text, &mut at, c)?;
            if c == '"' { Kind::String(decoded) } else { Kind::Quoted(decoded) }
        } else if is_word(c) {
            at += text[at..].find(|c| !is_word(c)).unwrap_or(text.len() - at);
            Kind::Word(text[start..at].into())
        } else if let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) {
            at += sign.len();
            Kind::Sign(sign)
        } else {
            return Err(format!("{c:?} outside of a string, at byte {at}"));
        };
        tokens.push(Token { kind, start, end: at });
    }
    Ok(tokens)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '@'
}

fn string(text: &str, at: &mut usize, delimiter: char) -> Result<String, String> {
    let mut decoded = String::new();
    let mut characters = text[*at + 1..].char_indices();
    while let Some((offset, c)) = characters.next() {
        match c {
            c if c == delimiter => {
                *at += offset + 2;
                return Ok(decoded);
            }
            '\\' => match characters.next() {
                Some((_, escaped)) if escaped == '\\' || escaped == delimiter => decoded.push(escaped),
                // Any other backslash stands for itself.
                Some((_, other)) => decoded.extend(['\\', other]),
                None => break,
            },
            c if c.is_control() => return Err(format!("a control character in a string, at byte {}", *at + offset)),
            c => decoded.push(c),
        }
    }
    Err("a string is not closed".into())
}

/// A place in the tokens.
pub struct Cursor<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl<'t> Cursor<'t> {
    pub fn new(tokens: &'t [Token]) -> Self {
        Self { tokens, at: 0 }
    }

    pub fn peek(&self) -> Option<&'t Kind> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    pub fn peek_after(&self, ahead: usize) -> Option<&'t Kind> {
        self.tokens.get(self.at + ahead).map(|token| &token.kind)
    }

    pub fn advance(&mut self) -> Option<&'t Kind> {
        self.at += 1;
        self.tokens.get(self.at - 1).map(|token| &token.kind)
    }

    /// Whether the next token touches the one before it.
    pub fn touches(&self) -> bool {
        self.at > 0 && self.tokens.get(self.at).is_some_and(|token| token.start == self.tokens[self.at - 1].end)
    }

    pub fn take(&mut self, sign: &str) -> bool {
        let taken = matches!(self.peek(), Some(Kind::Sign(found)) if *found == sign);
        self.at += usize::from(taken);
        taken
    }

    /// # Errors
    /// What stands there instead.
    pub fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) { Ok(()) } else { Err(format!("{sign:?} expected, {:?} found", self.peek())) }
    }

    /// A word, compared without case.
    pub fn take_word(&mut self, word: &str) -> bool {
        let taken = matches!(self.peek(), Some(Kind::Word(found)) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(taken);
        taken
    }

    /// # Errors
    /// What stands there instead.
    pub fn word(&mut self) -> Result<&'t str, String> {
        match self.advance() {
            Some(Kind::Word(word)) => Ok(word),
            other => Err(format!("a word expected, {other:?} found")),
        }
    }

    /// A field: words joined by dots, or anything in quotes.
    ///
    /// # Errors
    /// What stands there instead.
    pub fn field(&mut self) -> Result<String, String> {
        let mut field = match self.advance() {
            Some(Kind::Word(word)) => word.clone(),
            Some(Kind::String(name) | Kind::Quoted(name)) => return Ok(name.clone()),
            other => return Err(format!("a field expected, {other:?} found")),
        };
        while self.touches() && matches!(self.peek(), Some(Kind::Sign("."))) {
            self.advance();
            field.push('.');
            field.push_str(self.word()?);
        }
        Ok(field)
    }
}
