//! Beginnings, ends and words' edges in regular expressions for an engine that knows none of them and compares the whole
//! text: each way through the expression gets what may stand before and after it, and a way that cannot be is left out.

use crate::edges::{Edge, Side};
use crate::regex::{folds, write};
use regex_syntax::ast::{AssertionKind, Ast, GroupKind, RepetitionKind, RepetitionRange};

/// How many ways through an expression are written out.
const MOST_WAYS: usize = 64;

/// What stands at a place of a way.
#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Start,
    End,
    /// Between a word's character and another, or not so.
    Edge(bool),
    /// Text, with letters of either case or not.
    Text(&'a Ast, bool),
}

/// The expression for the whole text. None: a construct that cannot be said without anchors.
pub fn anchored(ast: &Ast, fold: bool) -> Option<String> {
    let mut said = Vec::new();
    for way in ways(ast, fold)? {
        said.extend(said_way(&way)?);
    }
    (!said.is_empty()).then(|| said.join("|"))
}

/// Every way through an expression, divided where that decides which anchors hold.
fn ways(ast: &Ast, fold: bool) -> Option<Vec<Vec<Step<'_>>>> {
    if !has_anchor(ast) {
        return Some(vec![if matches!(ast, Ast::Empty(_)) { vec![] } else { vec![Step::Text(ast, fold)] }]);
    }
    Some(match ast {
        Ast::Assertion(found) => vec![vec![match found.kind {
            AssertionKind::StartLine | AssertionKind::StartText => Step::Start,
            AssertionKind::EndLine | AssertionKind::EndText => Step::End,
            AssertionKind::WordBoundary => Step::Edge(true),
            AssertionKind::NotWordBoundary => Step::Edge(false),
            _ => return None,
        }]],
        Ast::Group(group) => match &group.kind {
            GroupKind::NonCapturing(flags) => ways(&group.ast, folds(flags, fold)?)?,
            _ => ways(&group.ast, fold)?,
        },
        Ast::Alternation(either) => {
            let each = either.asts.iter().map(|branch| ways(branch, fold)).collect::<Option<Vec<_>>>()?;
            each.into_iter().flatten().collect()
        }
        Ast::Concat(all) => {
            let mut fold = fold;
            let mut found = vec![Vec::new()];
            for part in &all.asts {
                match part {
                    Ast::Flags(set) => fold = folds(&set.flags, fold)?,
                    part => found = followed(&found, &ways(part, fold)?)?,
                }
            }
            found
        }
        Ast::Repetition(repeated) => {
            let (least, most) = match repeated.op.kind {
                RepetitionKind::ZeroOrOne => (0, 1),
                RepetitionKind::Range(RepetitionRange::Exactly(count)) => (count, count),
                RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => (least, most),
                _ => return None,
            };
            let inner = ways(&repeated.ast, fold)?;
            let (mut so_far, mut found) = (vec![Vec::new()], Vec::new());
            for count in 0..=most {
                if count >= least {
                    found.extend(so_far.iter().cloned());
                }
                if count < most {
                    so_far = followed(&so_far, &inner)?;
                }
            }
            found
        }
        _ => return None,
    })
    .filter(|found| found.len() <= MOST_WAYS)
}

/// Each of the first with each of the second behind it. None: too many.
fn followed<'a>(first: &[Vec<Step<'a>>], second: &[Vec<Step<'a>>]) -> Option<Vec<Vec<Step<'a>>>> {
    let both = first.iter().flat_map(|way| second.iter().map(move |next| [way.as_slice(), next.as_slice()].concat()));
    (first.len() * second.len() <= MOST_WAYS).then(|| both.collect())
}

fn has_anchor(ast: &Ast) -> bool {
    match ast {
        Ast::Assertion(_) => true,
        Ast::Group(group) => has_anchor(&group.ast),
        Ast::Repetition(repeated) => has_anchor(&repeated.ast),
        Ast::Alternation(either) => either.asts.iter().any(has_anchor),
        Ast::Concat(all) => all.asts.iter().any(has_anchor),
        _ => false,
    }
}

/// One way for the whole text; nothing where it cannot be. None: what it says of an edge cannot be told.
fn said_way(way: &[Step<'_>]) -> Option<Option<String>> {
    let (mut before, mut after) = (".*", ".*");
    let mut body = String::new();
    for (place, step) in way.iter().enumerate() {
        let (behind, ahead) = (&way[..place], &way[place + 1..]);
        match *step {
            Step::Text(ast, fold) => write(ast, fold, &mut body)?,
            Step::Start if is_open(behind) && !before.contains('[') => before = "",
            Step::End if is_open(ahead) && !after.contains('[') => after = "",
            // Never where text stands before it, or after it; that may take nothing, and then it cannot be told.
            Step::Start => return behind.iter().any(consumes).then_some(None),
            Step::End => return ahead.iter().any(consumes).then_some(None),
            Step::Edge(differ) => {
                let sides = [side(behind.iter().rev(), false), side(ahead.iter(), true)];
                match sides {
                    [Side::Is(left), Side::Is(right)] if (left != right) == differ => {}
                    [Side::Is(_), Side::Is(_)] => return Some(None),
                    [Side::Outside, Side::Is(right)] if before == ".*" => {
                        before = if right == differ { "(.*[^a-zA-Z0-9_])?" } else { ".*[a-zA-Z0-9_]" };
                    }
                    [Side::Is(left), Side::Outside] if after == ".*" => {
                        after = if left == differ { "([^a-zA-Z0-9_].*)?" } else { "[a-zA-Z0-9_].*" };
                    }
                    _ => return None,
                }
            }
        }
    }
    Some(Some(format!("{before}({body}){after}")))
}

/// Whether nothing but anchors stands there.
fn is_open(steps: &[Step<'_>]) -> bool {
    steps.iter().all(|step| !matches!(step, Step::Text(..)))
}

/// Looks from an edge to one side; `first`: at the beginnings of what stands there.
fn side<'s, 'a: 's>(steps: impl Iterator<Item = &'s Step<'a>>, first: bool) -> Side {
    let mut seen = Edge::default();
    for step in steps {
        match step {
            Step::Start if !first => return seen.with_end(),
            Step::End if first => return seen.with_end(),
            Step::Text(ast, _) if seen.look(ast, first) => return seen.told(),
            _ => {}
        }
    }
    if seen.is_empty() { Side::Outside } else { Side::Unknown }
}

/// Whether a step takes at least one character.
fn consumes(step: &Step<'_>) -> bool {
    matches!(step, Step::Text(ast, _) if Edge::default().look(ast, true))
}

#[cfg(test)]
mod tests {
    use super::anchored;
    use regex::Regex;
    use regex_syntax::ast::parse::Parser;

    const TEXTS: [&str; 22] = [
        "",
        "a",
        "ab",
        "abcd",
        "abcdefgh",
        "xabcdx",
        ".hidden",
        "/home/.ssh",
        "a/.b",
        "a.b",
        "..",
        "http://1.2.3.4/x",
        "http://1.2.3.4",
        "http://1.2.3.400",
        "http://1.2.3.4x",
        "curl http://10.0.255.1 -o x",
        "http://256.1.1.1",
        "0oa1",
        "x 0oa1",
        "ann@example.org",
        "1234567",
        "word boundary",
    ];

    fn translated(regex: &str) -> Option<String> {
        anchored(&Parser::new().parse(regex).expect("sound"), false)
    }

    #[test]
    fn finds_what_the_expression_finds() {
        for regex in [
            "abc",
            "^abc",
            "abc$",
            "^abcd$",
            "^a|b$",
            "(^0oa.*|[a-z]+@[a-z.]+)",
            r"(^|\/)\.[^.\/]",
            "(^[a-z]{4}$)|(^[a-z]{8}$)",
            r"https?://(?:(?:25[0-5]|(?:2[0-4]|1\d|[1-9])?\d)(?:\.|\b)){4}",
            r"\bword\b",
            r"\b\d+",
            r"\Bb",
            r"d\B",
            r"[a-z]\b\s\b[a-z]",
            r"x?^a",
            r"(?:^a|b)c?",
            r"a\b(?:\.b)?$",
            "a^b|cd",
            r"(\ba){0,1}b",
        ] {
            let Some(lucene) = translated(regex) else {
                assert!(["x?^a"].contains(&regex), "{regex} is said");
                continue;
            };
            let (plain, whole) = (Regex::new(regex).expect("sound"), Regex::new(&format!("(?s)\\A(?:{lucene})\\z")));
            let whole = whole.unwrap_or_else(|error| panic!("{lucene}: {error}"));
            for text in TEXTS {
                assert_eq!(plain.is_match(text), whole.is_match(text), "{regex} as {lucene} in {text:?}");
            }
        }
    }

    #[test]
    fn what_lucene_lacks_is_told() {
        for regex in [r"(?:a|^)+b", r".\b", r"\p{Greek}", "(?m)^a", "[[:alpha:]]", "[a&&b]"] {
            assert_eq!(translated(regex), None, "{regex}");
        }
    }
}
