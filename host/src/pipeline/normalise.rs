//! Brings a caller's text into the form that the contract promises to plugins (NFC, no control characters but newline
//! and tab, nothing invisible), and maps spans back to the text as the caller gave it.

use crate::model::Span;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// A text in the contract's form, with the way back.
#[derive(Debug)]
pub struct Normalised {
    pub text: String,
    /// How many characters were taken out because nobody can see them.
    pub removed: usize,
    /// From the text without its invisible characters back to the original. Empty: nothing was taken out.
    filtered: Vec<Run>,
    /// From the composed text back to the filtered one. Empty: it was composed already.
    composed: Vec<Run>,
}

/// Where a run of the result begins, and the run of the source that it was made of; runs ascend.
#[derive(Debug, Clone, Copy)]
struct Run {
    at: u32,
    source: Span,
    /// Byte for byte the same as its source.
    verbatim: bool,
}

/// Zero-width characters and controls of writing direction: they can hide a value from a reader or show another one.
/// Unicode Standard Annex #9 (explicit formatting characters) and the zero-width characters of general category Cf.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{00ad}' | '\u{061c}' | '\u{180e}')
}

fn is_kept(c: char) -> bool {
    c == '\n' || c == '\t' || !(c.is_control() || is_invisible(c))
}

impl Normalised {
    /// Normalises a text. One that is in the contract's form already is taken as it is.
    ///
    /// Spans address 4 GiB; the caller caps input far below.
    pub fn new(original: String) -> Self {
        let mut removed = 0;
        let (text, filtered) =
            if original.chars().all(is_kept) { (original, Vec::new()) } else { filter(&original, &mut removed) };
        if matches!(is_nfc_quick(text.chars()), IsNormalized::Yes) {
            return Self { text, removed, filtered, composed: Vec::new() };
        }
        let (text, composed) = compose(&text);
        Self { text, removed, filtered, composed }
    }

    /// The span of the original text that a span of the normalised text came from.
    pub fn original(&self, span: Span) -> Span {
        back(&self.filtered, back(&self.composed, span))
    }
}

fn back(runs: &[Run], span: Span) -> Span {
    if runs.is_empty() {
        return span;
    }
    let run_of = |at: u32| runs[runs.partition_point(|run| run.at <= at).saturating_sub(1)];
    let first = run_of(span.start);
    let last = run_of(span.end.saturating_sub(1).max(span.start));
    let start = if first.verbatim { first.source.start + (span.start - first.at) } else { first.source.start };
    let end = if last.verbatim { last.source.start + (span.end - last.at) } else { last.source.end };
    Span { start, end }
}

/// Takes out what the contract does not allow; carriage returns are not counted, they hide nothing.
fn filter(original: &str, removed: &mut usize) -> (String, Vec<Run>) {
    let mut text = String::with_capacity(original.len());
    let mut runs = Vec::new();
    let mut from = 0;
    let mut keep = |text: &mut String, from: usize, to: usize| {
        if from < to {
            let source = Span { start: from as u32, end: to as u32 };
            runs.push(Run { at: text.len() as u32, source, verbatim: true });
            text.push_str(&original[from..to]);
        }
    };
    for (at, c) in original.char_indices().filter(|(_, c)| !is_kept(*c)) {
        keep(&mut text, from, at);
        from = at + c.len_utf8();
        *removed += usize::from(c != '\r');
    }
    keep(&mut text, from, original.len());
    (text, runs)
}

/// Composes to NFC, segment by segment.
fn compose(source: &str) -> (String, Vec<Run>) {
    let mut text = String::with_capacity(source.len());
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    while start < source.len() {
        let end = segment_end(source, start);
        let at = text.len();
        text.extend(source[start..end].nfc());
        let verbatim = text[at..] == source[start..end];
        match runs.last_mut() {
            Some(run) if verbatim && run.verbatim => run.source.end = end as u32,
            _ => {
                let source = Span { start: start as u32, end: end as u32 };
                runs.push(Run { at: at as u32, source, verbatim });
            }
        }
        start = end;
    }
    (text, runs)
}

/// The end of the piece that begins at `start` and is composed by itself: one character that nothing before it composes
/// with, and all that may compose with it.
fn segment_end(text: &str, start: usize) -> usize {
    let mut characters = text[start..].char_indices().skip(1);
    let starts_anew = |c: char| {
        c.is_ascii()
            || unicode_normalization::char::canonical_combining_class(c) == 0
                && matches!(is_nfc_quick(std::iter::once(c)), IsNormalized::Yes)
    };
    characters.find(|(_, c)| starts_anew(*c)).map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(original: &str, find: &str) -> String {
        let normalised = Normalised::new(original.to_owned());
        let start = normalised.text.find(find).unwrap_or_else(|| panic!("{find:?} in {:?}", normalised.text)) as u32;
        let span = normalised.original(Span { start, end: start + find.len() as u32 });
        span.of(original).to_owned()
    }

    #[test]
    fn plain_text_is_taken_as_it_is() {
        let normalised = Normalised::new("evil.example\n\tand\n".into());
        assert!(normalised.filtered.is_empty() && normalised.composed.is_empty());
    }

    #[test]
    fn carriage_returns_go_and_spans_still_cut_the_original() {
        assert_eq!(back("one\r\ntwo evil.example\r\nthree", "evil.example"), "evil.example");
        assert_eq!(back("\r\n\r\nabc\r\n", "abc"), "abc");
    }

    #[test]
    fn invisible_characters_inside_a_value_are_in_the_original_span() {
        assert_eq!(back("go to evil\u{200b}.exam\u{ad}ple now", "evil.example"), "evil\u{200b}.exam\u{ad}ple");
        assert_eq!(Normalised::new("a\u{202e}b".into()).removed, 1);
    }

    #[test]
    fn composed_letters_map_to_all_they_were_made_of() {
        assert_eq!(back("xx cafe\u{301}.example yy", "caf\u{e9}.example"), "cafe\u{301}.example");
        assert_eq!(back("naïve — “evil.example” ok", "evil.example"), "evil.example");
    }

    #[test]
    fn the_result_is_what_the_contract_promises() {
        for text in ["e\u{301}\r\n\u{1f600}\u{0}", "\u{1100}\u{1161}\u{11a8}", "a\u{feff}\u{301}b", "\u{212b}ngström"]
        {
            let normalised = Normalised::new(text.to_owned());
            assert!(unicode_normalization::is_nfc(&normalised.text), "{text:?} → {:?}", normalised.text);
            assert!(normalised.text.chars().all(is_kept));
        }
    }
}
