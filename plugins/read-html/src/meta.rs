//! What a page says about itself: title, date, language, author, address, from `meta`, `link`, JSON-LD and `time`.

use crate::attributes::Attribute;
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};
use huntsmith_sdk::{address, time};

/// The head of a page.
#[derive(Debug, Default, PartialEq)]
pub struct Head {
    pub title: Option<String>,
    pub published: Option<String>,
    pub updated: Option<String>,
    /// BCP 47, as declared.
    pub language: Option<String>,
    pub author: Option<String>,
    pub site: Option<String>,
    pub description: Option<String>,
    pub canonical: Option<String>,
    /// What relative links are resolved against.
    pub base: Option<String>,
}

/// What pages write between a headline and their own name.
const SEPARATORS: [&str; 7] = [" | ", " - ", " – ", " — ", " :: ", " » ", " • "];

/// How good a value's source is: a better one replaces a worse.
#[derive(Default)]
struct Ranked(Option<(u8, String)>);

impl Ranked {
    fn offer(&mut self, rank: u8, value: Option<String>) {
        if let Some(value) = value.filter(|v| !v.is_empty())
            && self.0.as_ref().is_none_or(|(held, _)| rank > *held)
        {
            self.0 = Some((rank, value));
        }
    }

    fn take(self) -> Option<String> {
        self.0.map(|(_, value)| value)
    }
}

/// Reads the head. `base` is the address that the page came from.
pub fn read(tree: &Tree, base: Option<&str>) -> Head {
    let mut head = Head { base: base.map(str::to_string), ..Head::default() };
    let (mut title, mut published, mut updated, mut author) =
        (Ranked::default(), Ranked::default(), Ranked::default(), Ranked::default());
    let mut site = Ranked::default();
    let mut headlines = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        let id = index as NodeId;
        match node.tag {
            Tag::Html => {
                head.language = tree.attribute(id, Attribute::Lang).and_then(|l| language(&l)).or(head.language)
            }
            Tag::Base => {
                if let Some(href) = tree.attribute(id, Attribute::Href) {
                    head.base = address::resolve(base, &href).or(head.base);
                }
            }
            Tag::Title => title.offer(2, Some(words(&tree.inner_text(id)))),
            Tag::H1 => headlines.push(words(&tree.inner_text(id))),
            Tag::Link
                if tree.attribute(id, Attribute::Rel).is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) =>
            {
                let href = tree.attribute(id, Attribute::Href);
                head.canonical = href.and_then(|href| address::resolve(base, &href)).filter(|a| address::is_web(a));
            }
            Tag::Meta => {
                let Some(content) = tree.attribute(id, Attribute::Content) else { continue };
                let content = words(&content);
                let named = [Attribute::Property, Attribute::Name, Attribute::Itemprop, Attribute::HttpEquiv];
                let name = named.into_iter().find_map(|attribute| tree.attribute(id, attribute));
                let Some(name) = name else { continue };
                match &*name.to_ascii_lowercase() {
                    "og:title" => title.offer(4, Some(content)),
                    "twitter:title" => title.offer(1, Some(content)),
                    "article:published_time" | "og:published_time" => published.offer(5, time::parse(&content)),
                    "datepublished" => published.offer(4, time::parse(&content)),
                    "date"
                    | "dc.date"
                    | "dc.date.issued"
                    | "dcterms.created"
                    | "pubdate"
                    | "publish-date"
                    | "parsely-pub-date"
                    | "citation_publication_date" => {
                        published.offer(2, time::parse(&content));
                    }
                    "article:modified_time" | "og:updated_time" | "datemodified" | "last-modified" => {
                        updated.offer(2, time::parse(&content));
                    }
                    "author" | "dc.creator" | "parsely-author" => author.offer(2, Some(content)),
                    "article:author" if !content.starts_with("http") => author.offer(1, Some(content)),
                    "og:site_name" => site.offer(2, Some(content)),
                    "application-name" => site.offer(1, Some(content)),
                    "description" | "og:description" if head.description.is_none() => head.description = Some(content),
                    "content-language" if head.language.is_none() => head.language = language(&content),
                    "og:locale" if head.language.is_none() => head.language = language(&content),
                    _ => {}
                }
            }
            Tag::Time => {
                let published_time = tree.attribute(id, Attribute::Itemprop).is_some_and(|p| p == "datePublished")
                    || tree.attribute(id, Attribute::Class).is_some_and(|c| c.contains("publish"));
                let written =
                    tree.attribute(id, Attribute::Datetime).map_or_else(|| tree.inner_text(id), |d| d.into_owned());
                match published_time {
                    false if is_update(tree, id) => updated.offer(1, time::parse(&written)),
                    certain => published.offer(if certain { 3 } else { 1 }, time::parse(&written)),
                }
            }
            Tag::Script if is_linked_data(tree, id) => {
                let Ok(json) = serde_json::from_str::<serde_json::Value>(tree.inner_text(id).trim()) else { continue };
                linked_data(&json, &mut |key, value| match key {
                    "headline" => title.offer(3, Some(words(value))),
                    "datePublished" => published.offer(4, time::parse(value)),
                    "dateModified" => updated.offer(3, time::parse(value)),
                    "author" => author.offer(3, Some(words(value))),
                    _ => {}
                });
            }
            _ => {}
        }
    }
    head.site = site.take();
    // The first headline, or the first that the page's title repeats: the logo may be a headline too.
    let repeated =
        title.0.as_ref().and_then(|(_, title)| headlines.iter().find(|h| !h.is_empty() && title.contains(*h)));
    // What a title says after the headline and a separator is the site's name.
    let whole = |headline: &&String| {
        let rest = title.0.as_ref().and_then(|(_, title)| title.strip_prefix(headline.as_str()));
        rest.is_some_and(|rest| SEPARATORS.iter().any(|separator| rest.starts_with(separator)))
    };
    let rank = match repeated {
        Some(headline) if whole(&headline) => 5,
        Some(_) => 3,
        None => 1,
    };
    title.offer(rank, repeated.or(headlines.first()).cloned());
    head.title = title.take().map(|title| without_site(&title, head.site.as_deref()));
    if !tree.is_page && head.language.is_none() {
        head.language = (1..tree.nodes.len().min(16) as NodeId).find_map(|id| element_language(tree, id));
    }
    head.published = published.take();
    head.updated = updated.take();
    head.author = author.take();
    head
}

/// Whether the words before a `time` call it the last change.
fn is_update(tree: &Tree, id: NodeId) -> bool {
    let before = (0..id).rev().take(4).find(|before| !tree.text(*before).trim().is_empty());
    before.is_some_and(|before| {
        let words = tree.text(before).to_ascii_lowercase();
        ["updated", "modified", "revised"].iter().any(|word| words.contains(word)) && words.len() < 60
    })
}

fn is_linked_data(tree: &Tree, id: NodeId) -> bool {
    tree.attribute(id, Attribute::Type).is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/ld+json"))
}

/// Walks JSON-LD for the fields of an article; a site's or a list's own are not the article's.
fn linked_data(json: &serde_json::Value, offer: &mut impl FnMut(&str, &str)) {
    let mut waiting = vec![json];
    while let Some(value) = waiting.pop() {
        match value {
            serde_json::Value::Array(values) => waiting.extend(values.iter().rev()),
            serde_json::Value::Object(fields) => {
                if let Some(graph) = fields.get("@graph") {
                    waiting.push(graph);
                }
                let kinds = match fields.get("@type") {
                    Some(serde_json::Value::Array(kinds)) => kinds.iter().filter_map(|k| k.as_str()).collect(),
                    Some(serde_json::Value::String(kind)) => vec![kind.as_str()],
                    _ => vec![],
                };
                if !kinds.iter().any(|kind| {
                    kind.ends_with("Article")
                        || kind.ends_with("Posting")
                        || kind.ends_with("Report")
                        || *kind == "WebPage"
                }) {
                    continue;
                }
                for key in ["headline", "datePublished", "dateModified"] {
                    if let Some(text) = fields.get(key).and_then(|v| v.as_str()) {
                        offer(key, text);
                    }
                }
                let authors = match fields.get("author") {
                    Some(serde_json::Value::Array(authors)) => authors.iter().collect(),
                    Some(author) => vec![author],
                    None => vec![],
                };
                let names: Vec<&str> =
                    authors.iter().filter_map(|a| a.as_str().or_else(|| a.get("name")?.as_str())).collect();
                if !names.is_empty() {
                    offer("author", &names.join(", "));
                }
            }
            _ => {}
        }
    }
}

/// A language tag in its usual case, without what is no tag: `en_us` → `en-US`.
fn language(text: &str) -> Option<String> {
    let text = text.split([',', ';']).next()?.trim().replace('_', "-");
    let mut parts = text.split('-');
    let primary = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&primary.len())
        || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        || text.len() > 35
    {
        return None;
    }
    let rest = parts.map(|part| match part.len() {
        2 => part.to_ascii_uppercase(),
        4 => format!("{}{}", part[..1].to_ascii_uppercase(), part[1..].to_ascii_lowercase()),
        _ => part.to_ascii_lowercase(),
    });
    Some(std::iter::once(primary).chain(rest).collect::<Vec<_>>().join("-"))
}

/// The language that an element declares.
pub fn element_language(tree: &Tree, id: NodeId) -> Option<String> {
    language(&tree.attribute(id, Attribute::Lang)?)
}

/// `Headline | Site` → `Headline`.
fn without_site(title: &str, site: Option<&str>) -> String {
    if let Some(site) = site {
        for separator in SEPARATORS {
            if let Some(headline) = title.strip_suffix(site).and_then(|t| t.strip_suffix(separator)) {
                return headline.trim().to_string();
            }
        }
    }
    title.to_string()
}

/// Text on one line, white space collapsed, at most 500 characters, without control characters.
fn words(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(500).collect()
}
