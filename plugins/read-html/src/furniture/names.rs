//! Class names and ids that mean furniture.

/// Words that mean furniture by themselves; sorted.
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
    "cookiebot",
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
    "onetrust",
    "outbrain",
    "overlay",
    "pager",
    "pagination",
    "popup",
    "promo",
    "readtime",
    "recommendations",
    "recommended",
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
    "ticker",
    "toc",
    "toolbar",
    "trending",
    "usercentrics",
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
    ("back", "top"),
    ("entry", "meta"),
    ("entry", "tags"),
    ("in", "article"),
    ("min", "read"),
    ("page", "header"),
    ("post", "meta"),
    ("post", "tags"),
    ("read", "more"),
    ("read", "next"),
    ("read", "time"),
    ("reader", "text"),
    ("reading", "time"),
    ("site", "header"),
    ("sr", "only"),
    ("table", "contents"),
    ("tag", "list"),
    ("visually", "hidden"),
    ("you", "like"),
];

/// Sorted. Words that a furniture name may have besides: with any other word it names something of the article's own
/// (`social-engineering`, `cookie-theft`).
const PLAIN: &[&str] = &[
    "also",
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
    "breaking",
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
    "latest",
    "left",
    "link",
    "links",
    "list",
    "main",
    "media",
    "meta",
    "might",
    "module",
    "more",
    "news",
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
    "read",
    "reader",
    "reading",
    "right",
    "row",
    "save",
    "screen",
    "secondary",
    "section",
    "single",
    "site",
    "sticky",
    "stories",
    "story",
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
pub fn is_furniture(name: &str) -> bool {
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
    let is = |list: &[&str], word: &str| list.binary_search(&word).is_ok();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_searching() {
        assert!(FURNITURE.is_sorted() && PLAIN.is_sorted());
    }

    #[test]
    fn names_of_furniture_and_of_articles() {
        for name in
            ["share-bar", "relatedPosts", "you-may-also-like", "onetrust-consent-sdk", "entry-meta", "site-header"]
        {
            assert!(is_furniture(name), "{name}");
        }
        for name in
            ["social-engineering", "cookie-theft", "has-sidebar", "post-content", "entry-content", "no-comments"]
        {
            assert!(!is_furniture(name), "{name}");
        }
    }
}
