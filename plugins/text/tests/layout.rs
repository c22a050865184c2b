//! Articles with blocks, as readers give them: what their titles, paragraphs and columns announce.

use huntsmith_sdk::article::{Block, Cell, Content, Span};
use huntsmith_text::{Layout, Section};

/// An article of blocks: kind and text; `h2` is a heading of level 2, `1,0` a cell by row and column.
fn content(parts: &[(&str, &str)]) -> Content {
    let (mut text, mut blocks) = (String::new(), Vec::new());
    let mut above: Vec<(u8, u32)> = Vec::new();
    for (kind, words) in parts {
        let span = Span { start: text.len() as u32, end: (text.len() + words.len()) as u32 };
        text.push_str(words);
        text.push('\n');
        let mut block = Block {
            span,
            kind: (*kind).into(),
            level: 0,
            heading: None,
            cell: None,
            language: None,
            properties: vec![],
        };
        if let Some(level) = kind.strip_prefix('h').and_then(|level| level.parse().ok()) {
            above.retain(|(other, _)| *other < level);
            block.kind = "heading".into();
            block.level = level;
        } else if let Some((row, column)) = kind.split_once(',') {
            let (row, column) = (row.parse().unwrap(), column.parse().unwrap());
            block.kind = "table-cell".into();
            block.cell = Some(Cell { table: 1, row, column, header: row == 0 });
        }
        block.heading = above.last().map(|(_, index)| *index);
        if block.level > 0 {
            above.push((block.level, blocks.len() as u32));
        }
        blocks.push(block);
    }
    Content { blocks, ..huntsmith_sdk::testing::content(text) }
}

fn sections(parts: &[(&str, &str)]) -> Vec<Section> {
    Layout::of(&content(parts)).units.iter().map(|unit| unit.section).collect()
}

#[test]
fn a_title_announces_by_its_first_words_only() {
    let below = |title| sections(&[("h1", title), ("paragraph", "They ran it.")])[1];
    assert_eq!(below("Advisory on ransomware, with mitigations"), Section::Body);
    assert_eq!(below("Detecting scheduled tasks"), Section::Advice);
    assert_eq!(below("Threat predictions"), Section::Forecast);
    let inner = sections(&[("h1", "Report"), ("h2", "Ransomware mitigations"), ("paragraph", "Enable MFA.")]);
    assert_eq!(inner[2], Section::Advice);
}

#[test]
fn a_paragraph_that_is_a_heading_announces_up_to_the_next() {
    let found = sections(&[
        ("h1", "Loader"),
        ("paragraph", "It ran."),
        ("paragraph", "See also"),
        ("list-item", "T1055"),
        ("paragraph", "Further down the road they left."),
        ("h2", "Second stage"),
        ("paragraph", "It ran again."),
    ]);
    use Section::{Body, References};
    assert_eq!(found, [Body, Body, References, References, References, Body, Body]);
}

#[test]
fn a_column_or_a_row_of_mitigations_advises() {
    let article = content(&[
        ("h1", "Techniques"),
        ("0,0", "ID"),
        ("0,1", "Mitigation"),
        ("1,0", "T1078"),
        ("1,1", "MFA helps against T1110, too."),
        ("2,0", "M1017 User Training"),
        ("2,2", "T1566"),
    ]);
    let layout = Layout::of(&article);
    let advises: Vec<bool> = (0..layout.units.len()).map(|unit| layout.cell_advises(&article.text, unit)).collect();
    assert_eq!(advises, [false, false, false, false, true, true, true]);
}
