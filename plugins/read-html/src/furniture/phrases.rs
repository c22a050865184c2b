//! The set phrases that sites print into an article's text: headings above links, lines between paragraphs, reading
//! times.

/// Whole lines.
const LINES: &[&str] = &[
    "accept all cookies",
    "advertisement",
    "advertisements",
    "back to top",
    "click to share",
    "copied",
    "copy link",
    "email this",
    "follow us on",
    "home",
    "leave a comment",
    "listen to this article",
    "load more",
    "next post",
    "previous post",
    "print this page",
    "print",
    "read more",
    "share on facebook",
    "share on linkedin",
    "share on reddit",
    "share on twitter",
    "share on x",
    "share via email",
    "share",
    "sign up",
    "skip to content",
    "skip to main content",
    "subscribe",
    "tweet",
];

/// Headings above links to other articles, forms and buttons.
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
    "recommended articles",
    "recommended for you",
    "recommended reading",
    "recommended",
    "related articles",
    "related content",
    "related news",
    "related posts",
    "related reading",
    "related stories",
    "related",
    "share this article",
    "share this post",
    "share this",
    "share",
    "similar posts",
    "sponsored",
    "subscribe to our newsletter",
    "subscribe",
    "table of contents",
    "trending now",
    "trending",
    "up next",
    "what to read next",
    "you may also like",
    "you might also like",
];

/// Headings above furniture: what follows them is links to other articles, forms, or buttons.
pub fn is_furniture_heading(text: &str) -> bool {
    let text = text.trim().trim_end_matches([':', '…', '.', '!']).to_lowercase();
    HEADINGS.contains(&text.as_str())
}

/// Whole lines that sites print between the paragraphs.
pub fn is_furniture_line(text: &str) -> bool {
    let text = text.trim();
    if is_imprint(text) {
        return true;
    }
    if text.len() > 90 || text.is_empty() {
        return false;
    }
    let lower = text.trim_end_matches(['.', '!', ':', '…', '»', '›', '→', '>']).trim().to_lowercase();
    LINES.contains(&lower.as_str()) || is_furniture_heading(&lower) || reading_time(&lower) == Some(lower.len())
}

/// `© 2024 Somebody. All rights reserved.`
fn is_imprint(text: &str) -> bool {
    if text.len() > 160 {
        return false;
    }
    let rest = match text.get(..9) {
        Some(word) if word.eq_ignore_ascii_case("copyright") => text[9..].trim_start(),
        _ => text,
    };
    let marked = rest.starts_with(['©']) || rest.get(..3).is_some_and(|mark| mark.eq_ignore_ascii_case("(c)"));
    let dated = rest.len() < text.len() && rest.starts_with(|c: char| c.is_ascii_digit());
    marked || dated
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
