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

/// No name of furniture has more words, or is longer in bytes.
const WORDS: usize = 6;
const LONGEST: usize = 96;

/// Whether one class name or id names furniture: `relatedPosts`, `share-bar`.
pub fn is_furniture(name: &str) -> bool {
    let bytes = name.as_bytes();
    let mut lower = [0u8; LONGEST];
    let Some(lower) = lower.get_mut(..bytes.len()) else { return false };
    lower.copy_from_slice(bytes);
    lower.make_ascii_lowercase();
    let (mut words, mut count, mut from): ([&[u8]; WORDS], _, _) = ([b""; WORDS], 0, 0);
    for at in 0..=bytes.len() {
        let ends = bytes.get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let hump = !ends && at > from && bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
        if !ends && !hump {
            continue;
        }
        if from < at {
            let word = &lower[from..at];
            // One word of the article's own decides: nearly every name ends here.
            if count == WORDS || !may_stand(word) || ABOUT.iter().any(|about| about.as_bytes() == word) {
                return false;
            }
            words[count] = word;
            count += 1;
        }
        from = at + usize::from(!hump);
    }
    let words = &words[..count];
    let has = |wanted: &str| words.contains(&wanted.as_bytes());
    words.iter().any(|word| is_in(FURNITURE, word)) || PAIRS.iter().any(|(a, b)| has(a) && has(b))
}

/// Whether a name of furniture may have this word.
fn may_stand(word: &[u8]) -> bool {
    word.len() <= 3
        || is_in(FURNITURE, word)
        || is_in(PLAIN, word)
        || PAIRS.iter().any(|(a, b)| a.as_bytes() == word || b.as_bytes() == word)
}

fn is_in(list: &[&str], word: &[u8]) -> bool {
    list.binary_search_by(|other| other.as_bytes().cmp(word)).is_ok()
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
