//! What a reader knows of a document decides as well: the rows under a heading or a caption that announces indicators, code,
//! links, the headings above, and who publishes it. Each pair of pages differs in nothing else.

mod common;

use huntsmith_sdk::extractor::{Article, Block, Cell, Extraction, Link, Span};
use huntsmith_sdk::testing::article;

/// A page that grows block by block.
struct Page {
    article: Article,
    /// Indices and levels of the headings above.
    headings: Vec<(u32, u8)>,
    tables: u32,
}

impl Page {
    fn new() -> Self {
        Page { article: article(""), headings: Vec::new(), tables: 0 }
    }

    fn block(mut self, kind: &str, level: u8, text: &str) -> Self {
        self.push(kind, level, None, "\n\n", text);
        self
    }

    fn heading(mut self, level: u8, text: &str) -> Self {
        self.headings.retain(|(_, above)| *above < level);
        let index = self.article.content.blocks.len() as u32;
        self = self.block("heading", level, text);
        self.headings.push((index, level));
        self
    }

    fn paragraph(self, text: &str) -> Self {
        self.block("paragraph", 0, text)
    }

    /// A paragraph of which one part is a link to somewhere.
    fn linked(mut self, before: &str, link: &str, after: &str) -> Self {
        let text = format!("{before}{link}{after}");
        self = self.paragraph(&text);
        let start = (self.article.content.text.len() - text.len() + before.len()) as u32;
        let span = Span { start, end: start + link.len() as u32 };
        self.article.content.links.push(Link { span, target: format!("https://{link}/"), properties: Vec::new() });
        self
    }

    fn table(mut self, header: bool, rows: &[&[&str]]) -> Self {
        for (row, cells) in rows.iter().enumerate() {
            for (column, text) in cells.iter().enumerate() {
                let cell =
                    Cell { table: self.tables, row: row as u32, column: column as u32, header: header && row == 0 };
                let before = if column > 0 {
                    "\t"
                } else if row > 0 {
                    "\n"
                } else {
                    "\n\n"
                };
                self.push("table-cell", 0, Some(cell), before, text);
            }
        }
        self.tables += 1;
        self
    }

    fn push(&mut self, kind: &str, level: u8, cell: Option<Cell>, before: &str, text: &str) {
        let content = &mut self.article.content;
        if !content.text.is_empty() {
            content.text.push_str(before);
        }
        let start = content.text.len() as u32;
        content.text.push_str(text);
        content.blocks.push(Block {
            span: Span { start, end: start + text.len() as u32 },
            kind: kind.to_string(),
            level,
            heading: self.headings.last().map(|(index, _)| *index),
            cell,
            language: None,
            properties: Vec::new(),
        });
    }

    fn at(mut self, url: &str, source: &str) -> Self {
        (self.article.url, self.article.source) = (url.to_string(), source.to_string());
        self
    }

    fn found(&self) -> Extraction {
        common::extract_article(&self.article)
    }

    /// Role and reasons of a value, or why it was turned away.
    fn judged(&self, value: &str) -> String {
        let found = self.found();
        match found.indicators.iter().find(|one| one.value == value) {
            Some(one) => format!("{}: {}", one.role, one.reasons.join(" ")),
            None => {
                let gone = found.rejections.iter().find(|one| one.value == value);
                format!("turned away: {}", gone.unwrap_or_else(|| panic!("{value} is nowhere: {found:?}")).reason)
            }
        }
    }
}

const STORY: &str = "The group sends mails to banks and installs a backdoor. Its operators read mail for months.";

#[test]
fn a_table_makes_its_rows_indicators_by_header_or_caption() {
    let rows: &[&[&str]] = &[&["kvikk-parts.top", "2025-03-01"], &["storr-parts.top", "2025-03-04"]];
    let with_header: Vec<&[&str]> =
        [&["C2 domain", "First seen"][..]].into_iter().chain(rows.iter().copied()).collect();
    let page = Page::new().paragraph(STORY).table(true, &with_header);
    assert_eq!(page.judged("kvikk-parts.top"), "attacker: ioc-table ioc-section");
    let caption = |text: &str| Page::new().paragraph(STORY).block("caption", 0, text).table(false, rows);
    assert_eq!(
        caption("Table 2: Indicators of compromise").judged("storr-parts.top"),
        "attacker: ioc-table ioc-section"
    );
    assert_eq!(caption("Table 2: Suppliers of spare parts").judged("storr-parts.top"), "attacker: ioc-table");
}

#[test]
fn a_captions_own_words_count_for_what_it_names() {
    let page = |caption: &str| Page::new().paragraph(STORY).block("caption", 0, caption).found();
    let c2 = page("Figure 3: the C2 panel at kvikk-panel.top");
    assert_eq!((c2.indicators[0].value.as_str(), c2.indicators[0].role.as_str()), ("kvikk-panel.top", "attacker"));
    let source = page("Figure 3: phases of an intrusion (source: kvikk-magazine.com)");
    assert_eq!((source.indicators.len(), source.rejections[0].reason.as_str()), (0, "reference-link"));
}

#[test]
fn code_shows_what_a_sentence_only_mentions() {
    let text = "var home = \"stat.kvikk-parts.top\";";
    let code = Page::new().paragraph(STORY).block("code", 0, text);
    assert_eq!(code.judged("stat.kvikk-parts.top"), "attacker: shown-as-data");
    let prose =
        Page::new().paragraph(STORY).paragraph("The firm's list of parts is at stat.kvikk-parts.top since spring.");
    assert_eq!(prose.judged("stat.kvikk-parts.top"), "turned away: no-attacker-context");
    // A line's end is a margin's in a paragraph, and parts statements in code.
    let lines = "c2 = get()\nhost = \"kvikk-parts.top\"";
    assert!(
        Page::new().paragraph(STORY).block("preformatted", 0, lines).judged("kvikk-parts.top").starts_with("attacker")
    );
}

#[test]
fn what_a_link_leads_to_is_for_the_reader() {
    let before = "The C2 server was found by ";
    let plain = Page::new().paragraph(STORY).paragraph(&format!("{before}kvikk-research.top in May."));
    assert_eq!(plain.judged("kvikk-research.top"), "attacker: attack-sentence");
    let link = Page::new().paragraph(STORY).linked(before, "kvikk-research.top", " in May.");
    assert_eq!(link.judged("kvikk-research.top"), "turned away: reference-link");
}

#[test]
fn the_path_of_headings_decides() {
    let under = |headings: &[(u8, &str)]| {
        let page = headings.iter().fold(Page::new().paragraph(STORY), |page, (level, text)| page.heading(*level, text));
        page.block("list-item", 1, "kvikk-parts.top").judged("kvikk-parts.top")
    };
    assert_eq!(under(&[(2, "Indicators of compromise")]), "attacker: ioc-section");
    assert_eq!(under(&[(2, "Indicators of compromise"), (3, "Dropper")]), "attacker: ioc-section");
    assert_eq!(under(&[(2, "Indicators of compromise"), (3, "References")]), "turned away: reference-link");
    assert_eq!(under(&[(2, "Indicators of compromise"), (2, "References")]), "turned away: reference-link");
    // A heading of the same level ends the part before it.
    let ended = Page::new()
        .heading(2, "Indicators of compromise")
        .paragraph("None are public.")
        .heading(2, "Our history")
        .paragraph("In 1998 the firm bought the name kvikk-parts.top from a farmer.");
    assert_eq!(ended.judged("kvikk-parts.top"), "turned away: no-attacker-context");
}

#[test]
fn the_publishers_own_names_are_no_indicators() {
    let text = "The C2 server was blocked. Rules are in kvikk-vendor.com/rules and on blog.kvikk-vendor.com.";
    for (url, source) in [("https://www.kvikk-vendor.com/blog/x", "Kvikk"), ("", "kvikk-vendor.com")] {
        let found = Page::new().paragraph(text).at(url, source).found();
        assert!(found.indicators.is_empty(), "{url}: {:?}", found.indicators);
        assert!(
            found.rejections.len() >= 2 && found.rejections.iter().all(|one| one.reason == "publisher"),
            "{found:?}"
        );
    }
    // Of another publisher the same words accuse.
    let text = "The backdoor's C2 server was blog.kvikk-vendor.com until May.";
    assert_eq!(
        Page::new().paragraph(text).at("https://other.org/x", "").judged("blog.kvikk-vendor.com"),
        "attacker: attack-sentence"
    );
    // And who defangs a name of their own accuses it.
    let own = Page::new().paragraph("The C2 server was old[.]kvikk-vendor[.]com.").at("https://kvikk-vendor.com/x", "");
    assert!(own.judged("old.kvikk-vendor.com").starts_with("attacker"));
}
