//! Hostile text on its way into a report: nothing of it may become markup, hide, or move the cursor.

use crate::model::Span;
use crate::pipeline::is_invisible;

/// One line of plain text: white space folded, control and invisible characters written as their code points.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        // Nearly every word: nothing in it can hide.
        if word.bytes().all(|byte| byte.is_ascii_graphic()) {
            out.push_str(word);
            continue;
        }
        for c in word.chars() {
            if c.is_control() || is_invisible(c) {
                out.push_str(&format!("⟨U+{:04X}⟩", c as u32));
            } else {
                out.push(c);
            }
        }
    }
    out
}

/// Plain text for a terminal: as [`plain`], line by line.
pub fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// At most `most` characters of a line, with an ellipsis where it was cut.
pub fn shortened(line: &str, most: usize) -> String {
    match line.char_indices().nth(most) {
        None => line.to_owned(),
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
    }
}

/// Text inside a line of Markdown: markup characters are escaped, as CommonMark 0.31.2 section 2.4 allows for all ASCII
/// punctuation. For the beginning of a line, see [`markdown_line`].
pub fn markdown(text: &str) -> String {
    let line = plain(text);
    let mut out = String::with_capacity(line.len() + 16);
    for (at, c) in line.char_indices() {
        let markup = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => true,
            // Between letters and digits it is no emphasis (section 6.2).
            '_' => !line[..at].ends_with(char::is_alphanumeric) || !line[at + 1..].starts_with(char::is_alphanumeric),
            '!' => line[at..].starts_with("!["),
            // A bare address would become a link.
            ':' => line[at..].starts_with("://"),
            _ => false,
        };
        if markup {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Text that begins a line of Markdown: neither a heading nor a list nor a rule.
pub fn markdown_line(text: &str) -> String {
    let line = markdown(text);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let at = if line.starts_with(['#', '+', '-', '=']) { 0 } else { digits };
    let marks = at == 0 && digits == 0 && line.starts_with(['#', '+', '-', '='])
        || digits > 0 && line[digits..].starts_with(['.', ')']);
    if marks { format!("{}\\{}", &line[..at], &line[at..]) } else { line }
}

/// A code span; its fence is longer than every run of backticks in the text (CommonMark 0.31.2, section 6.1).
pub fn code(text: &str) -> String {
    let line = plain(text);
    let fence = "`".repeat(longest_run(&line, '`') + 1);
    let pad = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{line}{pad}{fence}")
}

/// A fenced block; the fence is three backticks, and longer only where a line of the text would close it.
pub fn fenced(language: &str, text: &str) -> String {
    let closing = text.lines().map(str::trim).filter(|l| !l.is_empty() && l.bytes().all(|b| b == b'`'));
    let fence = "`".repeat(closing.map(str::len).max().unwrap_or(0).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or(0)
}

/// A count with its noun: `1 brief`, `2 briefs`.
pub fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A text in which no word is an address that a terminal or a mail program would make a link of.
pub fn defanged_text(text: &str) -> String {
    let word = |word: &str| {
        let inside = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if is_link(inside) { defanged(inside) + &word[inside.len()..] } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whether a word reads as an address of the web, of mail, or of a host; `T1059.001` and `8.5` are none.
fn is_link(word: &str) -> bool {
    if word.contains("://") || word.contains('@') {
        return true;
    }
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').map(|label| label.trim_matches(|c: char| !c.is_alphanumeric())).collect();
    let is_number = |label: &&str| label.bytes().all(|b| b.is_ascii_digit());
    let whole = labels.len() > 1 && !labels.contains(&"");
    whole && (!labels.last().is_some_and(is_number) || labels.len() == 4 && labels.iter().all(is_number))
}

/// Written so that no reader follows it by accident: `evil[.]example`, `hxxps[://]evil[.]example`. What is written so
/// already stays.
pub fn defanged(value: &str) -> String {
    let value = value.replace("[.]", ".").replace("[@]", "@").replace("[://]", "://");
    let (scheme, rest) = match value.split_once("://") {
        Some((scheme, rest)) => (format!("{}[://]", scheme.replacen("tt", "xx", 1)), rest),
        None => (String::new(), value.as_str()),
    };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = match host.contains("::") || host.matches(':').count() > 1 {
        true => host.replacen(':', "[:]", 1),
        false => host.replace('.', "[.]").replace('@', "[@]"),
    };
    format!("{scheme}{host}{path}")
}

/// The sentence or line that a span stands in.
pub fn sentence(text: &str, span: Span) -> &str {
    const REACH: usize = 280;
    if !span.fits(text) {
        return "";
    }
    let (start, end) = (span.start as usize, span.end as usize);
    let ends_sentence = |before: &str, after: &str| {
        before.ends_with('\n') || (before.ends_with(['.', '!', '?']) && after.starts_with(|c: char| c.is_whitespace()))
    };
    let floor = floor_char(text, start.saturating_sub(REACH));
    let from = (floor..=start)
        .rev()
        .filter(|i| text.is_char_boundary(*i))
        .find(|i| ends_sentence(&text[..*i], &text[*i..]))
        .unwrap_or(floor);
    let ceiling = floor_char(text, (end + REACH).min(text.len()));
    let to = (end..=ceiling)
        .filter(|i| text.is_char_boundary(*i))
        .find(|i| text[*i..].starts_with('\n') || ends_sentence(&text[..*i], &text[*i..]))
        .unwrap_or(ceiling);
    text[from..to].trim()
}

fn floor_char(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_title_stays_text() {
        assert_eq!(markdown_line("# <b>x</b> [a](b) `c` *d*"), "\\# \\<b\\>x\\</b\\> \\[a\\](b) \\`c\\` \\*d\\*");
        assert_eq!(markdown_line("1. not a list"), "1\\. not a list");
        assert_eq!(markdown_line("- not a list"), "\\- not a list");
        assert_eq!(markdown_line("203.0.113.7"), "203\\.0.113.7");
        assert_eq!(markdown("a_b _c_"), "a_b \\_c\\_");
        assert_eq!(markdown("line\n\n# heading"), "line # heading");
        assert_eq!(markdown("a\u{202e}b\u{1b}[31m"), "a⟨U+202E⟩b⟨U+001B⟩\\[31m");
    }

    #[test]
    fn a_fence_is_never_closed_by_what_it_holds() {
        let block = fenced("spl", "``` title ```\n| tstats\n````\nend");
        assert!(block.starts_with("`````spl\n"), "{block}");
        assert!(fenced("spl", "``` title ```\n| x").starts_with("```spl\n"));
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
    }

    #[test]
    fn what_a_click_could_follow_is_defanged() {
        assert_eq!(defanged("evil.example"), "evil[.]example");
        assert_eq!(defanged("https://evil.example/a.b?c"), "hxxps[://]evil[.]example/a.b?c");
        assert_eq!(defanged("a@evil.example"), "a[@]evil[.]example");
        assert_eq!(defanged("2001:db8::1"), "2001[:]db8::1");
        assert_eq!(
            defanged_text("T1059.001 at evil.example/x, evil[.]example (203.0.113.7) v8.5 a])[1] b@evil.example."),
            "T1059.001 at evil[.]example/x, evil[.]example (203[.]0[.]113[.]7) v8.5 a])[1] b[@]evil[.]example."
        );
    }

    #[test]
    fn the_sentence_around_a_span() {
        let text = "First one. The C2 is evil.example today. Last.\nNext line";
        let start = text.find("evil").unwrap() as u32;
        assert_eq!(sentence(text, Span { start, end: start + 12 }), "The C2 is evil.example today.");
        assert_eq!(sentence("one\ntwo x\nthree", Span { start: 8, end: 9 }), "two x");
    }
}
