//! Page furniture: what a page carries around its article, recognised by element, role and name, and by the few set
//! phrases that sites print into the text itself.

use crate::content::Measure;
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};

/// Names that mean furniture by themselves.
const FURNITURE: &[&str] = &[
    "addthis",
    "addtoany",
    "ads",
    "adsbygoogle",
    "advert",
    "advertisement",
    "advertisements",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "comment",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "cta",
    "disqus",
    "footer",
    "gdpr",
    "masthead",
    "menu",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "outbrain",
    "overlay",
    "pager",
    "pagination",
    "popup",
    "promo",
    "readtime",
    "recommended",
    "recommendations",
    "related",
    "relatedposts",
    "respond",
    "share",
    "sharedaddy",
    "sharing",
    "sidebar",
    "signup",
    "skip",
    "social",
    "sponsor",
    "sponsored",
    "subscribe",
    "subscription",
    "taboola",
    "toc",
    "toolbar",
    "widget",
];

/// Pairs of words that mean furniture together.
const PAIRS: &[(&str, &str)] = &[
    ("article", "meta"),
    ("author", "avatar"),
    ("author", "bio"),
    ("author", "box"),
    ("author", "card"),
    ("author", "info"),
    ("entry", "meta"),
    ("in", "article"),
    ("min", "read"),
    ("page", "header"),
    ("post", "meta"),
    ("post", "tags"),
    ("read", "next"),
    ("read", "more"),
    ("read", "time"),
    ("reader", "text"),
    ("reading", "time"),
    ("site", "header"),
    ("sr", "only"),
    ("table", "contents"),
    ("tag", "list"),
    ("visually", "hidden"),
    ("entry", "tags"),
    ("back", "top"),
    ("you", "like"),
];

/// Words that a furniture name may have besides: with any other word it names something of the article's own
/// (`social-engineering`, `cookie-theft`).
const PLAIN: &[&str] = &[
    "and",
    "area",
    "article",
    "articles",
    "author",
    "back",
    "banner",
    "bar",
    "block",
    "bottom",
    "box",
    "button",
    "buttons",
    "card",
    "cards",
    "col",
    "column",
    "container",
    "content",
    "contents",
    "detail",
    "details",
    "entry",
    "form",
    "global",
    "group",
    "header",
    "icon",
    "icons",
    "info",
    "inline",
    "inner",
    "item",
    "items",
    "left",
    "link",
    "links",
    "list",
    "main",
    "media",
    "meta",
    "module",
    "more",
    "notice",
    "only",
    "page",
    "panel",
    "popular",
    "post",
    "posts",
    "primary",
    "print",
    "privacy",
    "reader",
    "reading",
    "read",
    "right",
    "row",
    "save",
    "screen",
    "secondary",
    "section",
    "single",
    "site",
    "sticky",
    "story",
    "stories",
    "text",
    "thread",
    "time",
    "title",
    "to",
    "tool",
    "tools",
    "top",
    "widgets",
    "wrap",
    "wrapper",
];

/// A name with one of these says that something else is there or not.
const ABOUT: &[&str] = &["has", "no", "with", "without", "is", "not", "hide", "show"];

/// Whether one class name or id names furniture.
fn names_furniture(name: &str) -> bool {
    let mut words: Vec<String> = Vec::new();
    let mut lower = false;
    for c in name.chars() {
        if !c.is_ascii_alphanumeric() {
            lower = false;
            words.push(String::new());
            continue;
        }
        if words.is_empty() || (c.is_ascii_uppercase() && lower) {
            words.push(String::new());
        }
        lower = c.is_ascii_lowercase();
        if let Some(word) = words.last_mut() {
            word.push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    let is = |list: &[&str], word: &str| list.binary_search(&word).is_ok() || list.contains(&word);
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let strong = words.iter().any(|word| is(FURNITURE, word)) || PAIRS.iter().any(|(a, b)| has(a) && has(b));
    strong
        && words.len() <= 6
        && !words.iter().any(|word| ABOUT.contains(&word.as_str()))
        && words.iter().all(|word| {
            word.len() <= 3
                || is(FURNITURE, word)
                || is(PLAIN, word)
                || PAIRS.iter().any(|(a, b)| a == word || b == word)
        })
}

/// Whether a reader of the page would not see the element.
pub fn is_hidden(tree: &Tree, id: NodeId) -> bool {
    if tree.attribute(id, "hidden").is_some() || tree.attribute(id, "aria-hidden").is_some_and(|v| v == "true") {
        return true;
    }
    tree.attribute(id, "style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}

/// Whether an element is furniture by what it is and what it calls itself. `outside`: it stands in no `article` or
/// `main` of the page.
pub fn is_furniture(tree: &Tree, id: NodeId, measure: Measure, outside: bool, is_page: bool) -> bool {
    let tag = tree.nodes[id as usize].tag;
    match tag {
        Tag::Nav => return true,
        Tag::Header | Tag::Footer | Tag::Aside if outside => return true,
        Tag::Footer if measure.text < 400 || measure.link_density() > 40 => return true,
        Tag::Aside | Tag::Form if measure.link_density() > 33 || measure.text < 80 => return true,
        Tag::Td => return tree.attribute(id, "class").is_some_and(|class| is_gutter(&class)),
        Tag::Html
        | Tag::Body
        | Tag::Article
        | Tag::Main
        | Tag::Table
        | Tag::Tbody
        | Tag::Thead
        | Tag::Tr
        | Tag::Th
        | Tag::Pre
        | Tag::Code
        | Tag::Img
        | Tag::Br => return false,
        _ if tag.heading().is_some() => return false,
        _ => {}
    }
    if let Some(role) = tree.attribute(id, "role")
        && matches!(
            &*role.to_ascii_lowercase(),
            "navigation"
                | "banner"
                | "contentinfo"
                | "search"
                | "complementary"
                | "dialog"
                | "alertdialog"
                | "menu"
                | "menubar"
                | "toolbar"
        )
    {
        return true;
    }
    let named = |attribute: &str| {
        tree.attribute(id, attribute).is_some_and(|names| names.split_ascii_whitespace().take(24).any(names_furniture))
    };
    if named("class") || named("id") {
        return true;
    }
    // A list of nothing but links into the same page is its table of contents.
    matches!(tag, Tag::Ul | Tag::Ol) && is_page && measure.link_density() >= 95 && only_fragments(tree, id)
}

/// The column of line numbers beside a listing.
fn is_gutter(class: &str) -> bool {
    class.split_ascii_whitespace().any(|c| {
        matches!(c, "gutter" | "lineno" | "linenos" | "line-numbers" | "blob-num" | "rouge-gutter" | "hljs-ln-numbers")
    })
}

fn only_fragments(tree: &Tree, id: NodeId) -> bool {
    let mut links = 0;
    for child in id + 1..tree.nodes[id as usize].end {
        if tree.nodes[child as usize].tag == Tag::A {
            match tree.attribute(child, "href") {
                Some(href) if href.starts_with('#') => links += 1,
                _ => return false,
            }
        }
    }
    links > 1
}

/// Headings above furniture: what follows them is links to other articles, forms, or buttons.
pub fn is_furniture_heading(text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '…', '.', '!']).to_lowercase();
    const HEADINGS: &[&str] = &[
        "about the author",
        "about the authors",
        "comments",
        "featured posts",
        "follow us",
        "in this article",
        "keep reading",
        "latest articles",
        "latest news",
        "latest posts",
        "leave a comment",
        "leave a reply",
        "like what you see",
        "more from this author",
        "more from this category",
        "more like this",
        "more news",
        "more posts",
        "more stories",
        "most popular",
        "newsletter",
        "on this page",
        "popular articles",
        "popular posts",
        "read more",
        "read next",
        "recent articles",
        "recent posts",
        "recommended",
        "recommended articles",
        "recommended for you",
        "recommended reading",
        "related",
        "related articles",
        "related content",
        "related news",
        "related posts",
        "related reading",
        "related stories",
        "share",
        "share this",
        "share this article",
        "share this post",
        "similar posts",
        "sponsored",
        "subscribe",
        "subscribe to our newsletter",
        "table of contents",
        "trending",
        "trending now",
        "up next",
        "what to read next",
        "you may also like",
        "you might also like",
    ];
    HEADINGS.contains(&text.as_str())
}

/// Whole lines that sites print between the paragraphs.
pub fn is_furniture_line(text: &str) -> bool {
    let text = text.trim();
    if text.len() > 90 || text.is_empty() {
        return false;
    }
    let lower = text.trim_end_matches(['.', '!', ':', '…', '»', '›', '→', '>']).trim().to_lowercase();
    const LINES: &[&str] = &[
        "accept all cookies",
        "advertisement",
        "advertisements",
        "back to top",
        "click to share",
        "copy link",
        "copied",
        "email this",
        "follow us on",
        "home",
        "leave a comment",
        "listen to this article",
        "load more",
        "next post",
        "previous post",
        "print",
        "print this page",
        "read more",
        "sign up",
        "skip to content",
        "skip to main content",
        "subscribe",
        "tweet",
        "share",
        "share on facebook",
        "share on linkedin",
        "share on reddit",
        "share on twitter",
        "share on x",
        "share via email",
    ];
    LINES.contains(&lower.as_str()) || is_furniture_heading(&lower) || reading_time(&lower) == Some(lower.len())
}

/// `5 min read`, `12 minutes read`, `0 mins read`, `reading time: 5 minutes` at the start of lower-case text: its length.
pub fn reading_time(lower: &str) -> Option<usize> {
    let mut rest = lower;
    let mut announced = false;
    for lead in ["estimated reading time", "reading time", "read time", "estimated read time"] {
        if let Some(after) = rest.strip_prefix(lead) {
            rest = after.trim_start_matches([':', ' ', '-']);
            announced = true;
            break;
        }
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 3 {
        return None;
    }
    rest = rest[digits..].trim_start_matches([' ', '-', '\u{a0}']);
    let unit = ["minutes", "minute", "mins", "min"].iter().find_map(|unit| rest.strip_prefix(unit))?;
    let unit_end = lower.len() - unit.len();
    let after = unit.trim_start_matches(['.', ' ', '-', '\u{a0}']);
    match after.strip_prefix("read") {
        Some(tail) if !tail.starts_with(|c: char| c.is_alphanumeric()) || tail.starts_with("ing") => {
            let tail = tail.strip_prefix("ing time").or(tail.strip_prefix("ing")).unwrap_or(tail);
            Some(lower.len() - tail.len())
        }
        _ if announced => Some(unit_end),
        _ => None,
    }
}
