//! No value leaves its literal. A dialect's quoting is learned from what it makes of its own quotation mark, and every
//! literal of hostile values must then end exactly where the emitter says; titles must stay within their comment.

use super::coverage::ask;
use super::place::Place;
use super::plans;
use super::trial::{Check, Failure};
use crate::model::{Artifact, Hunt, Literal, Operator, Part, Target, Value};
use crate::sandbox::Plugin;
use std::collections::{BTreeMap, BTreeSet};

/// Begins every word of a value, so that it can be found outside of literals. Digits: dialects that compare without case
/// write letters in both cases.
const WORD: &str = "70917";

/// What means something to some language, between and after words.
const NASTY: [&str; 44] = [
    "\"",
    "'",
    "`",
    "\\",
    "\\\\",
    "\\\"",
    "\\'",
    "\"\"",
    "''",
    "```",
    "*",
    "?",
    "%",
    "_",
    "|",
    ";",
    "//",
    "/*",
    "*/",
    "--",
    "#",
    "$",
    "${",
    "{{",
    "}}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "&",
    "&&",
    "||",
    "=",
    ",",
    ":",
    "\n",
    "\r\n",
    "\t",
    " or 1=1 ",
    "\u{2028}",
    "\u{202e}",
    "é\u{1f600}",
];

/// Places of values that are tried.
const PLACES: usize = 8;

pub(super) fn check(plugin: &Plugin, said: &[Place]) -> Check {
    let mut failures = Vec::new();
    let mut literals = 0;
    let mut classes = BTreeSet::new();
    let texts = || said.iter().filter(|place| place.sample.is_text());
    let places = texts().filter(|place| classes.insert(place.class.category.clone())).chain(texts().rev());
    for (place, operator) in places.take(PLACES).flat_map(|place| OPERATORS.map(|operator| (place, operator))) {
        let spot = Spot { plugin, place, operator };
        let name = format!("{} {operator:?}", place.field).to_lowercase();
        let Some((closers, structure)) = spot.closers() else { continue };
        let styles = spot.learn(&closers, &name, &mut failures);
        let values = hostile(&closers);
        let hunts: Vec<Hunt> = values.iter().map(|value| spot.hunt(value)).collect();
        for (value, told) in values.iter().zip(ask(plugin, &hunts, &Target::default())) {
            let input = format!("{name} {value:?}");
            match told {
                Err(error) => failures.push(Failure::of(&input, &error)),
                Ok(Err(_)) => {}
                Ok(Ok(artifacts)) => {
                    literals += artifacts.iter().map(|artifact| artifact.literals.len()).sum::<usize>();
                    failures
                        .extend(artifacts.iter().find_map(|artifact| escapes(artifact, &styles, &structure, &input)));
                }
            }
        }
    }
    failures.extend(titles(plugin, &said[0]));
    let says = format!("{literals} literals of hostile values end where they say; titles stay in their comment");
    Check { name: "injection", says, failures }
}

const OPERATORS: [Operator; 6] =
    [Operator::Equals, Operator::Contains, Operator::StartsWith, Operator::EndsWith, Operator::Like, Operator::Matches];

/// Values with every nasty piece in the middle and at the end, and after the quotation mark that the dialect uses.
fn hostile(closers: &BTreeSet<char>) -> Vec<String> {
    let mut values = Vec::new();
    for piece in NASTY {
        values.push(format!("{WORD}1{piece}{WORD}2"));
        values.push(format!("{WORD}1{piece}"));
        for close in closers {
            values.push(format!("{WORD}1{close}{piece}{WORD}2"));
            values.push(format!("{WORD}1\\{close}{piece} {WORD}2"));
        }
    }
    values
}

/// How a quotation mark is written within a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Twice.
    Doubled,
    /// After a backslash, which is itself then written twice.
    Backslash,
    /// As something without the mark.
    Replaced,
}

/// Where a literal begins: its opening, up to and with the quotation mark; and the mark.
type Opening = (String, char);

struct Spot<'p> {
    plugin: &'p Plugin,
    place: &'p Place,
    operator: Operator,
}

impl Spot<'_> {
    fn hunt(&self, text: &str) -> Hunt {
        let value = match self.operator {
            Operator::Like => {
                Value::Pattern(vec![Part::Literal(text.into()), Part::AnyRun, Part::Literal(text.into())])
            }
            // Escaped as a regular expression: what is left to the dialect is its quoting.
            Operator::Matches => Value::Regex(regex(text)),
            _ => Value::Text(text.into()),
        };
        plans::compare(self.place, self.operator, value)
    }

    fn said(&self, text: &str) -> Option<Vec<Artifact>> {
        ask(self.plugin, &[self.hunt(text)], &Target::default()).pop()?.ok()?.ok()
    }

    /// The marks that end literals of a harmless value, and the signs that the query has outside of literals; none where
    /// it is not said.
    fn closers(&self) -> Option<(BTreeSet<char>, BTreeSet<char>)> {
        let artifacts = self.said(&format!("{WORD}1"))?;
        let (mut closers, mut structure) = (BTreeSet::new(), BTreeSet::new());
        for artifact in &artifacts {
            closers.extend(texts(artifact).filter_map(opening).map(|(_, mark)| mark));
            let mut outside = artifact.text.clone();
            for text in texts(artifact) {
                outside = outside.replace(text, "");
            }
            structure.extend(outside.chars().filter(|c| c.is_ascii_punctuation() && !"._-@*".contains(*c)));
        }
        Some((closers, structure))
    }

    /// What the dialect makes of each mark, by the opening of the literal.
    fn learn(&self, closers: &BTreeSet<char>, name: &str, failures: &mut Vec<Failure>) -> BTreeMap<Opening, Style> {
        let mut styles = BTreeMap::new();
        for close in closers {
            for artifact in self.said(&format!("{WORD}1{close}{WORD}2")).unwrap_or_default() {
                for literal in texts(&artifact).filter(|text| text.contains(&format!("{WORD}2"))) {
                    let (Some(key), Some(inner)) = (opening(literal), between(literal)) else { continue };
                    if key.1 != *close {
                        continue;
                    }
                    match style(inner, *close) {
                        Some(style) => drop(styles.insert(key, style)),
                        None => failures.push(Failure::new(
                            "quote-not-escaped",
                            &format!("{name} with {close} in the value"),
                            format!("the literal is {literal}"),
                            QUOTING,
                        )),
                    }
                }
            }
        }
        styles
    }
}

const QUOTING: &str =
    "declare a `Quoting` and write every value with `Query::literal`, or escape the mark and the escape";

fn style(inner: &str, mark: char) -> Option<Style> {
    match inner.matches(mark).count() {
        0 => Some(Style::Replaced),
        1 if inner.contains(&format!("\\{mark}")) => Some(Style::Backslash),
        // Escaped twice: for a pattern language within a string.
        1 => None,
        _ if inner.contains(&format!("{mark}{mark}")) => Some(Style::Doubled),
        _ => None,
    }
}

fn regex(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn texts(artifact: &Artifact) -> impl Iterator<Item = &str> {
    artifact.literals.iter().filter_map(|it| artifact.text.get(it.start as usize..it.end as usize))
}

/// The opening of a quoted literal; none for one that is written bare.
fn opening(literal: &str) -> Option<Opening> {
    let quoted = &literal[..closed(literal)];
    let mark = quoted.chars().next_back().filter(|c| matches!(c, '"' | '\'' | '`' | '/'))?;
    let at = quoted.find(mark)?;
    (at + mark.len_utf8() < quoted.len() && !quoted[..at].contains(WORD)).then(|| (quoted[..=at].to_owned(), mark))
}

/// Where a literal ends without the flags of a regular expression (`/…/i`).
fn closed(literal: &str) -> usize {
    let bare = literal.trim_end_matches(|c: char| c.is_ascii_lowercase());
    if literal.starts_with('/') && bare.len() > 1 && bare.ends_with('/') { bare.len() } else { literal.len() }
}

/// What a value's two words enclose.
fn between(literal: &str) -> Option<&str> {
    let (_, rest) = literal.split_once(&format!("{WORD}1"))?;
    rest.split_once(&format!("{WORD}2")).map(|(inner, _)| inner)
}

/// A literal that ends before its end or after it, or a word of the value outside of every literal.
fn escapes(
    artifact: &Artifact,
    styles: &BTreeMap<Opening, Style>,
    structure: &BTreeSet<char>,
    input: &str,
) -> Option<Failure> {
    for (at, _) in artifact.text.match_indices(WORD) {
        let inside = |it: &Literal| (it.start as usize) <= at && at < it.end as usize;
        if !artifact.literals.iter().any(inside) {
            let message =
                format!("a piece of the value stands outside of every literal, at byte {at}: {}", artifact.text);
            return Some(Failure::new("value-outside-literal", input, message, QUOTING));
        }
    }
    texts(artifact).find_map(|literal| {
        let whole = match opening(literal) {
            Some(key) => match styles.get(&key) {
                Some(style) => ends_at(&literal[key.0.len()..], key.1, *style) == Some(closed(literal) - key.0.len()),
                // Of an opening that only other values have: one of the two usual ways must make it one token.
                None => [Style::Backslash, Style::Doubled]
                    .into_iter()
                    .any(|style| ends_at(&literal[key.0.len()..], key.1, style) == Some(closed(literal) - key.0.len())),
            },
            None => is_bare(literal, structure),
        };
        let fail =
            || Failure::new("literal-broken-open", input, format!("the literal {literal} is not one token"), QUOTING);
        (!whole).then(fail)
    })
}

/// Where the first mark ends that closes, given what follows the opening.
fn ends_at(rest: &str, mark: char, style: Style) -> Option<usize> {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if style == Style::Backslash && c == '\\' {
            chars.next();
        } else if c == mark {
            if style == Style::Doubled && chars.peek().is_some_and(|(_, next)| *next == mark) {
                chars.next();
            } else {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}

/// A bare literal holds no blank, and no sign that the query is made of, without a backslash before it.
fn is_bare(literal: &str, structure: &BTreeSet<char>) -> bool {
    let mut chars = literal.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c.is_whitespace() || c.is_control() || structure.contains(&c) {
            return false;
        }
    }
    true
}

/// Titles and descriptions are hostile too: they stand in a comment, behind the same opening as a harmless one, or not
/// at all.
fn titles(plugin: &Plugin, place: &Place) -> Vec<Failure> {
    let titled = |title: &str| Hunt { title: title.into(), description: title.into(), ..place.hunt(0) };
    let text = |title: &str| -> Option<String> {
        let artifacts = ask(plugin, &[titled(title)], &Target::default()).pop()?.ok()?.ok()?;
        Some(artifacts.into_iter().map(|artifact| artifact.text).collect::<Vec<_>>().join("\n"))
    };
    let harmless = format!("{WORD}title");
    let Some(plain) = text(&harmless) else { return Vec::new() };
    let frames: Vec<(&str, &str)> = plain.lines().filter_map(|line| line.split_once(&harmless)).collect();
    let mut failures = Vec::new();
    for piece in NASTY {
        let title = format!("{WORD}title{piece} {WORD}more");
        let Some(said) = text(&title) else { continue };
        for line in said.split(['\n', '\r', '\u{2028}']).filter(|line| line.contains(WORD)) {
            if !frames.iter().any(|(before, after)| framed(line, before, after)) {
                let hint = "write titles with `Query::comment`, which takes line breaks and the comment's end out";
                let message = format!("the title leaves its comment: {line}");
                failures.push(Failure::new("title-outside-comment", &format!("the title {title:?}"), message, hint));
            }
        }
    }
    failures
}

/// Whether a title's line begins and ends as a harmless one's, with nothing in between that ends it: in a comment, or in
/// quotation marks of either kind.
fn framed(line: &str, before: &str, after: &str) -> bool {
    let quote = |text: &str| text.ends_with(['"', '\'']);
    if quote(before) && after.starts_with(['"', '\'']) {
        let (start, end) = (&before[..before.len() - 1], &after[1..]);
        let Some(quoted) = line.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) else { return false };
        let Some(mark) = quoted.chars().next().filter(|c| quote(&c.to_string())) else { return false };
        return [Style::Doubled, Style::Backslash]
            .into_iter()
            .any(|style| ends_at(&quoted[1..], mark, style) == Some(quoted.len() - 1));
    }
    let body = line.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    !before.is_empty() && body.is_some_and(|body| after.trim().is_empty() || !body.contains(after.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query with one literal, which is everything from the first mark on.
    fn artifact(text: &str) -> Artifact {
        let at = text.find(['"', '\'', ':']).unwrap() + usize::from(text.contains(':'));
        let place = crate::model::Place { part: "search".into(), index: 0, node: Some(0) };
        Artifact {
            name: "a".into(),
            media_type: "text/plain".into(),
            language: "x".into(),
            text: text.into(),
            notes: vec![],
            literals: vec![Literal { place, value: 0, piece: None, start: at as u32, end: text.len() as u32 }],
            properties: vec![],
        }
    }

    fn code(text: &str, style: Style) -> Option<String> {
        let mark = if text.contains('\'') { '\'' } else { '"' };
        escapes(&artifact(text), &[((mark.to_string(), mark), style)].into(), &[':'].into(), "x")
            .map(|failure| failure.code)
    }

    #[test]
    fn a_literal_that_ends_too_early_is_found_in_every_style() {
        let broken = Some("literal-broken-open".to_owned());
        assert_eq!(code(r#"f = "709171" 709172""#, Style::Backslash), broken);
        assert_eq!(code(r#"f = "709171\" 709172""#, Style::Backslash), None);
        assert_eq!(code(r#"f = "709171\\\" 709172""#, Style::Backslash), None);
        assert_eq!(code(r#"f = "709171\\" 709172""#, Style::Backslash), broken);
        assert_eq!(code(r#"f = "709171\""#, Style::Backslash), broken);
        assert_eq!(code("f is '709171'' 709172'", Style::Doubled), None);
        assert_eq!(code("f is '709171' 709172'", Style::Doubled), broken);
        assert_eq!(code("f is '709171\\'", Style::Doubled), None);
        assert_eq!(code("f is '709171' 709172'", Style::Replaced), broken);
        assert_eq!(code("f:709171\\ 709172", Style::Replaced), None);
        assert_eq!(code("f:709171 709172", Style::Replaced), broken);
    }

    #[test]
    fn a_title_stays_in_its_comment_or_its_quotes() {
        assert!(framed("# 709171 x", "# ", "") && !framed("x 709171", "# ", ""));
        assert!(framed("/* a */", "/* ", " */") && !framed("/* a */ b */", "/* ", " */"));
        assert!(framed("t: 'a''b'", "t: '", "'") && framed("t: \"a\\\"b\"", "t: '", "'"));
        assert!(!framed("t: 'a' b'", "t: '", "'"));
    }

    #[test]
    fn a_word_outside_of_the_literals_is_found() {
        let styles = [(("\"".to_owned(), '"'), Style::Backslash)].into();
        let failure = |text: &str| escapes(&artifact(text), &styles, &BTreeSet::new(), "x");
        assert_eq!(failure("709172 f = \"709171\"").unwrap().code, "value-outside-literal");
        assert!(failure("name f = \"709171\"").is_none());
    }

    #[test]
    fn a_mark_is_learned_as_doubled_escaped_or_replaced() {
        assert_eq!(style("''", '\''), Some(Style::Doubled));
        assert_eq!(style("\\\"", '"'), Some(Style::Backslash));
        assert_eq!(style("\\u0022", '"'), Some(Style::Replaced));
        assert_eq!(style("\"", '"'), None);
    }
}
