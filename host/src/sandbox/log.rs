//! What a plugin logs in one call: attributed, capped, and free of control characters.

use serde::{Deserialize, Serialize};

/// Bytes kept of one message; a fact of the contract.
const LINE_BYTES: usize = 4_096;

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    Debug,
    Info,
    Warn,
    Error,
}

/// One message of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    pub level: LogLevel,
    /// One line without control characters, at most 4,096 bytes.
    pub message: String,
}

/// Records up to a number of lines; after that it only counts.
#[derive(Debug, Default)]
pub(crate) struct LogRecorder {
    lines: Vec<LogLine>,
    limit: usize,
    dropped: u64,
}

impl LogRecorder {
    pub fn new(limit: u32) -> Self {
        Self { lines: Vec::new(), limit: limit as usize, dropped: 0 }
    }

    /// Whether another line would be kept. When not, the caller need not read the message at all.
    pub fn is_full(&self) -> bool {
        self.lines.len() >= self.limit
    }

    pub fn drop_one(&mut self) {
        self.dropped += 1;
    }

    /// `message` is [`clean`] already.
    pub fn record(&mut self, level: LogLevel, message: String) {
        self.lines.push(LogLine { level, message });
    }

    /// The lines, with one more where some were dropped.
    pub fn finish(&mut self) -> Vec<LogLine> {
        let mut lines = std::mem::take(&mut self.lines);
        if self.dropped > 0 {
            lines.push(LogLine {
                level: LogLevel::Warn,
                message: format!("{} more lines of this call were not recorded", self.dropped),
            });
        }
        self.dropped = 0;
        lines
    }
}

/// The message cut to its limit on a character boundary, with every control character, also of writing direction,
/// made visible: a terminal shows these lines.
pub(crate) fn clean(message: &str) -> String {
    let cut = &message[..message.floor_char_boundary(LINE_BYTES)];
    let mut text = String::with_capacity(cut.len());
    for c in cut.trim_end().chars() {
        match c {
            '\n' | '\t' => text.push(' '),
            c if c.is_control() || is_direction(c) => text.push('\u{fffd}'),
            c => text.push(c),
        }
    }
    text.truncate(text.floor_char_boundary(LINE_BYTES));
    text
}

/// Explicit formatting characters of Unicode Standard Annex #9: they make a terminal show another text.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_cut_and_cleaned() {
        assert_eq!(clean("a\u{1b}[31mred\nnext\u{202e}x\n"), "a\u{fffd}[31mred next\u{fffd}x");
        assert_eq!(clean(&"é".repeat(3_000)).len(), LINE_BYTES);
        assert!(clean(&"\u{1}".repeat(9_000)).len() <= LINE_BYTES);
    }

    #[test]
    fn a_flood_leaves_one_note() {
        let mut log = LogRecorder::new(2);
        for _ in 0..5 {
            if log.is_full() { log.drop_one() } else { log.record(LogLevel::Info, "x".into()) }
        }
        let lines = log.finish();
        assert_eq!(lines.len(), 3);
        assert!(lines[2].message.starts_with("3 more lines"));
    }
}
