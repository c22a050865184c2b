//! Quoting by a declared rule: delimiters, an escape table, and what becomes of characters that nobody can see.

/// How a dialect writes text as a literal.
#[derive(Debug, Clone, Copy)]
pub struct Quoting {
    pub open: &'static str,
    pub close: &'static str,
    /// Characters with a spelling of their own. The delimiter and the escape character must be among them.
    pub escapes: &'static [(char, &'static str)],
    /// Other characters that stand for themselves behind a word, a backslash most often: the characters, and the word.
    pub marked: (&'static str, &'static str),
    pub hidden: Hidden,
}

/// Text as it is: nothing is escaped, and what is hidden cannot be said.
pub const BARE: Quoting = Quoting { open: "", close: "", escapes: &[], marked: ("", ""), hidden: Hidden::Refused };

/// A string `"…"` in which a backslash escapes: C's rule, and that of most languages after it.
pub const BACKSLASHED: Quoting = Quoting {
    open: "\"",
    close: "\"",
    escapes: &[('\\', "\\\\"), ('"', "\\\""), ('\n', "\\n"), ('\r', "\\r"), ('\t', "\\t")],
    ..BARE
};

/// A string `"…"` in which a backslash escapes the quote and itself, and nothing else.
pub const QUOTED: Quoting = Quoting { escapes: &[('\\', "\\\\"), ('"', "\\\"")], ..BACKSLASHED };

/// What becomes of control characters and of those that change how text looks without being seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// `\uXXXX`, as UTF-16 units.
    Units,
    /// `\uXXXX` and `\UXXXXXXXX`, as code points.
    Points,
    /// `\u{XXXX}`, as code points.
    Braced,
    /// `\x{XXXX}`, as code points, with that many backslashes: for regular expressions.
    CodePoint(&'static str),
    /// As they are, control characters excepted, which cannot be said.
    Plain,
    /// They cannot be said.
    Refused,
}

impl Quoting {
    /// Appends the spelling of `text`, without delimiters.
    ///
    /// # Errors
    /// The first character that the rule cannot say.
    pub fn spell(&self, text: &str, out: &mut String) -> Result<(), char> {
        out.reserve(text.len());
        for c in text.chars() {
            if let Some((_, spelling)) = self.escapes.iter().find(|(escaped, _)| *escaped == c) {
                out.push_str(spelling);
            } else if is_hidden(c) {
                self.spell_hidden(c, out)?;
            } else {
                let (characters, word) = self.marked;
                out.push_str(if characters.contains(c) { word } else { "" });
                out.push(c);
            }
        }
        Ok(())
    }

    /// Whether the rule can say every character.
    pub fn can_say(&self, text: &str) -> bool {
        text.chars().all(|c| match self.hidden {
            Hidden::Units | Hidden::Points | Hidden::Braced | Hidden::CodePoint(_) => true,
            Hidden::Plain => !c.is_control() || self.escapes.iter().any(|(escaped, _)| *escaped == c),
            Hidden::Refused => !is_hidden(c) || self.escapes.iter().any(|(escaped, _)| *escaped == c),
        })
    }

    fn spell_hidden(&self, c: char, out: &mut String) -> Result<(), char> {
        match self.hidden {
            Hidden::Units => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04X}"));
                }
            }
            Hidden::Points if (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04X}", c as u32)),
            Hidden::Points => out.push_str(&format!("\\U{:08X}", c as u32)),
            Hidden::Braced => out.push_str(&format!("\\u{{{:04X}}}", c as u32)),
            Hidden::CodePoint(backslashes) => out.push_str(&format!("{backslashes}x{{{:X}}}", c as u32)),
            Hidden::Plain if !c.is_control() => out.push(c),
            Hidden::Plain | Hidden::Refused => return Err(c),
        }
        Ok(())
    }
}

/// Control characters, and those of Unicode's format characters, separators and tags that reorder, join or hide text
/// (UTS #39 and the bidirectional controls of UAX #9).
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c as u32,
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}
