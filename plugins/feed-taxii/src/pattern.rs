//! STIX patterns (STIX 2.1, part 9) taken apart: every comparison with its object path, operator and constants. What a
//! pattern says of time and number (`WITHIN`, `REPEATS`, `START … STOP`) is read and not kept.

/// How deep parentheses may nest.
const DEPTH: usize = 64;

/// One comparison of a pattern.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// `ipv4-addr`, `file`, …
    pub object: String,
    /// The path below it, its keys joined by dots and without quotes: `value`, `hashes.SHA-256`.
    pub path: String,
    pub operator: Operator,
    /// By `NOT`, `!=`, or an enclosing `NOT`.
    pub negated: bool,
    /// Texts as they are, numbers and other constants as written.
    pub values: Vec<String>,
}

/// What a comparison compares by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    In,
    Like,
    Matches,
    Subset,
    Superset,
    Order,
    Exists,
}

/// Why a pattern cannot be read, with the byte at which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    pub at: usize,
    pub expected: &'static str,
}

impl std::fmt::Display for PatternError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} expected at byte {}", self.expected, self.at)
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A keyword, a name, or a number.
    Word(String),
    /// In quotes; `t'…'`, `b'…'` and `h'…'` too.
    Text(String),
    Sign(&'static str),
}

/// Reads a pattern.
///
/// # Errors
/// It breaks the grammar, or nests deeper than [`DEPTH`].
pub fn read(pattern: &str) -> Result<Vec<Comparison>, PatternError> {
    let mut parser = Parser { tokens: tokens(pattern)?, at: 0, end: pattern.len(), found: Vec::new(), depth: 0 };
    parser.observations()?;
    match parser.tokens.get(parser.at) {
        None => Ok(parser.found),
        Some(_) => parser.fail("the end"),
    }
}

fn tokens(pattern: &str) -> Result<Vec<(usize, Token)>, PatternError> {
    const SIGNS: [&str; 14] = ["!=", "<>", "<=", ">=", "==", "=", "<", ">", "[", "]", "(", ")", ",", ":"];
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if rest.starts_with("/*") {
            at += rest.find("*/").ok_or(PatternError { at, expected: "`*/`" })? + 2;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if c == '\'' || (matches!(c, 't' | 'b' | 'h') && rest[1..].starts_with('\'')) {
            let open = at + usize::from(c != '\'') + 1;
            let (text, length) = quoted(&pattern[open..]).ok_or(PatternError { at, expected: "a closing quote" })?;
            tokens.push((at, Token::Text(text)));
            at = open + length;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            tokens.push((at, Token::Sign(sign)));
            at += sign.len();
        } else if c == '.' {
            tokens.push((at, Token::Sign(".")));
            at += 1;
        } else {
            let ends = |c: char| c.is_whitespace() || "'=!<>[](),:".contains(c);
            // A dot parts the keys of a path, but not the digits of a number.
            let number = c.is_ascii_digit() || matches!(c, '-' | '+');
            let length = rest.find(|c| ends(c) || (c == '.' && !number)).unwrap_or(rest.len());
            if length == 0 {
                return Err(PatternError { at, expected: "a word" });
            }
            tokens.push((at, Token::Word(rest[..length].to_string())));
            at += length;
        }
    }
    Ok(tokens)
}

/// Text up to its closing quote; a backslash takes the next character as it is.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '\'' => return Some((value, at + 1)),
            '\\' => value.push(characters.next()?.1),
            c => value.push(c),
        }
    }
    None
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    end: usize,
    found: Vec<Comparison>,
    depth: usize,
}

impl Parser {
    fn fail<T>(&self, expected: &'static str) -> Result<T, PatternError> {
        Err(PatternError { at: self.tokens.get(self.at).map_or(self.end, |(at, _)| *at), expected })
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some((_, Token::Sign(other))) if *other == sign);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found =
            matches!(self.tokens.get(self.at), Some((_, Token::Word(other))) if other.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn deeper(&mut self) -> Result<(), PatternError> {
        self.depth += 1;
        if self.depth > DEPTH { self.fail("fewer parentheses") } else { Ok(()) }
    }

    /// `[…] AND […] FOLLOWEDBY ([…] OR […]) WITHIN 5 SECONDS`
    fn observations(&mut self) -> Result<(), PatternError> {
        loop {
            if self.sign("(") {
                self.deeper()?;
                self.observations()?;
                self.depth -= 1;
                if !self.sign(")") {
                    return self.fail("`)`");
                }
            } else if self.sign("[") {
                self.comparisons(false)?;
                if !self.sign("]") {
                    return self.fail("`]`");
                }
            } else {
                return self.fail("`[` or `(`");
            }
            self.qualifiers()?;
            if !(self.word("AND") || self.word("OR") || self.word("FOLLOWEDBY")) {
                return Ok(());
            }
        }
    }

    fn qualifiers(&mut self) -> Result<(), PatternError> {
        loop {
            if self.word("WITHIN") {
                self.constant()?;
                if !self.word("SECONDS") {
                    return self.fail("`SECONDS`");
                }
            } else if self.word("REPEATS") {
                self.constant()?;
                if !self.word("TIMES") {
                    return self.fail("`TIMES`");
                }
            } else if self.word("START") {
                self.constant()?;
                if !self.word("STOP") {
                    return self.fail("`STOP`");
                }
                self.constant()?;
            } else {
                return Ok(());
            }
        }
    }

    fn comparisons(&mut self, negated: bool) -> Result<(), PatternError> {
        loop {
            let inner = negated ^ self.word("NOT");
            if self.sign("(") {
                self.deeper()?;
                self.comparisons(inner)?;
                self.depth -= 1;
                if !self.sign(")") {
                    return self.fail("`)`");
                }
            } else {
                self.comparison(inner)?;
            }
            if !(self.word("AND") || self.word("OR")) {
                return Ok(());
            }
        }
    }

    fn comparison(&mut self, negated: bool) -> Result<(), PatternError> {
        let exists = self.word("EXISTS");
        let (object, path) = self.object_path()?;
        if exists {
            let comparison = Comparison { object, path, operator: Operator::Exists, negated, values: Vec::new() };
            self.found.push(comparison);
            return Ok(());
        }
        let negated = negated ^ self.word("NOT");
        let (operator, differs) = match () {
            () if self.sign("=") || self.sign("==") => (Operator::Equal, false),
            () if self.sign("!=") || self.sign("<>") => (Operator::Equal, true),
            () if self.word("IN") => (Operator::In, false),
            () if self.word("LIKE") => (Operator::Like, false),
            () if self.word("MATCHES") => (Operator::Matches, false),
            () if self.word("ISSUBSET") => (Operator::Subset, false),
            () if self.word("ISSUPERSET") => (Operator::Superset, false),
            () if ["<", ">", "<=", ">="].iter().any(|sign| self.sign(sign)) => (Operator::Order, false),
            () => return self.fail("an operator"),
        };
        let mut values = Vec::new();
        if operator == Operator::In {
            if !self.sign("(") {
                return self.fail("`(`");
            }
            loop {
                values.push(self.constant()?);
                if !self.sign(",") {
                    break;
                }
            }
            if !self.sign(")") {
                return self.fail("`)`");
            }
        } else {
            values.push(self.constant()?);
        }
        self.found.push(Comparison { object, path, operator, negated: negated ^ differs, values });
        Ok(())
    }

    /// `file:hashes.'SHA-256'`, `x:refs[*].name`
    fn object_path(&mut self) -> Result<(String, String), PatternError> {
        let object = self.key()?;
        if !self.sign(":") {
            return self.fail("`:`");
        }
        let mut path = self.key()?;
        loop {
            if self.sign(".") {
                path.push('.');
                path.push_str(&self.key()?);
            } else if self.sign("[") {
                self.constant()?;
                if !self.sign("]") {
                    return self.fail("`]`");
                }
            } else {
                return Ok((object, path));
            }
        }
    }

    fn key(&mut self) -> Result<String, PatternError> {
        self.constant().or_else(|_| self.fail("a name"))
    }

    fn constant(&mut self) -> Result<String, PatternError> {
        match self.tokens.get(self.at) {
            Some((_, Token::Word(value) | Token::Text(value))) => {
                let value = value.clone();
                self.at += 1;
                Ok(value)
            }
            _ => self.fail("a constant"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(pattern: &str) -> Vec<String> {
        let comparisons = read(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
        let one = |c: Comparison| {
            let not = if c.negated { "not " } else { "" };
            format!("{not}{}:{} {:?} {}", c.object, c.path, c.operator, c.values.join("|"))
        };
        comparisons.into_iter().map(one).collect()
    }

    #[test]
    fn patterns_as_the_standard_has_them() {
        for (pattern, expected) in [
            ("[ipv4-addr:value = '198.51.100.1']", vec!["ipv4-addr:value Equal 198.51.100.1"]),
            (
                "[ file:hashes.'SHA-256' = 'ab' AND file:name='a\\'b\\\\c.exe' ]",
                vec!["file:hashes.SHA-256 Equal ab", "file:name Equal a'b\\c.exe"],
            ),
            (
                "([domain-name:value IN ('a.example', 'b.example')] FOLLOWEDBY [url:value LIKE 'http://%'] WITHIN 300 SECONDS) REPEATS 2 TIMES",
                vec!["domain-name:value In a.example|b.example", "url:value Like http://%"],
            ),
            (
                "[ipv4-addr:value ISSUBSET '198.51.100.0/24' OR NOT (ipv4-addr:value != '198.51.100.9')]",
                vec!["ipv4-addr:value Subset 198.51.100.0/24", "ipv4-addr:value Equal 198.51.100.9"],
            ),
            (
                "[file:size NOT > 10 AND EXISTS file:extensions.'pdf-ext'] START t'2024-01-01T00:00:00Z' STOP t'2024-02-01T00:00:00Z'",
                vec!["not file:size Order 10", "file:extensions.pdf-ext Exists "],
            ),
            ("[process:x_refs[*].name = 'a.exe' /* note */]", vec!["process:x_refs.name Equal a.exe"]),
            (
                "[network-traffic:dst_ref.value = '::1' AND network-traffic:dst_port = 443]",
                vec!["network-traffic:dst_ref.value Equal ::1", "network-traffic:dst_port Equal 443"],
            ),
            ("[x:a = -1.5]", vec!["x:a Equal -1.5"]),
        ] {
            assert_eq!(said(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn broken_patterns_say_where() {
        for (pattern, at) in [
            ("", 0),
            ("[ipv4-addr:value = ]", 19),
            ("[ipv4-addr:value = 'x]", 19),
            ("[ipv4-addr = 'x']", 11),
            ("[a:b = 'x'", 10),
            ("[a:b = 'x'] [c:d = 'y']", 12),
            ("[a:b IN ('x' 'y')]", 13),
            ("[a:b ~ 'x']", 5),
        ] {
            assert_eq!(read(pattern).map_err(|e| e.at), Err(at), "{pattern}");
        }
        assert!(read(&"(".repeat(100_000)).is_err());
        assert!(read(&format!("[{}a:b = 1", "(".repeat(100_000))).is_err());
    }
}
