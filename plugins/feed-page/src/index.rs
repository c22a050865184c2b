//! A page that lists posts: entries, their links, titles and dates by CSS selectors.

use huntsmith_sdk::address;
use huntsmith_sdk::feed::PluginError;
use huntsmith_sdk::feed::fetch::error;
use scraper::{ElementRef, Html, Selector};

/// What to look for; the selectors are read once.
#[derive(Debug)]
pub struct Selectors {
    item: Option<Selector>,
    link: Selector,
    title: Option<Selector>,
    date: Selector,
    article: Selector,
    heading: Selector,
    base: Selector,
}

/// A post as its index has it.
#[derive(Debug, PartialEq)]
pub struct Post {
    pub url: String,
    pub title: String,
    /// As written, or as the element's `datetime` says it.
    pub date: String,
}

impl Selectors {
    /// Reads the operator's selectors; none stands for what most pages have.
    ///
    /// # Errors
    /// `configuration`: a selector that is none.
    pub fn new(
        item: Option<&str>,
        link: Option<&str>,
        title: Option<&str>,
        date: Option<&str>,
    ) -> Result<Selectors, PluginError> {
        let read = |name: &str, text: &str| {
            let said = |_| error("configuration", format!("the option `{name}` is no CSS selector: {text}"));
            Selector::parse(text).map_err(said)
        };
        Ok(Selectors {
            item: item.map(|item| read("item", item)).transpose()?,
            link: read("link", link.unwrap_or("a[href]"))?,
            title: title.map(|title| read("title", title)).transpose()?,
            date: read("date", date.unwrap_or("time"))?,
            article: read("item", "article")?,
            heading: read("title", "h1, h2, h3, h4, h5, h6")?,
            base: read("link", "base[href]")?,
        })
    }

    /// The posts of a page, in its order. `place` is the page's address.
    pub fn posts(&self, page: &str, place: &str) -> Vec<Post> {
        let html = Html::parse_document(page);
        let base = html.select(&self.base).next().and_then(|base| base.attr("href"));
        let base = base.and_then(|base| address::resolve(Some(place), base)).unwrap_or_else(|| place.to_string());
        let post = |element: ElementRef| self.post(element, &base);
        if let Some(item) = &self.item {
            return html.select(item).filter_map(post).collect();
        }
        let articles: Vec<Post> = html.select(&self.article).filter_map(post).collect();
        if articles.len() > 1 {
            return articles;
        }
        let folder = place.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let below = |post: &Post| {
            post.url
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/') && rest.len() > 1 && !rest.contains('#'))
        };
        html.select(&self.link).filter_map(post).filter(below).collect()
    }

    fn post(&self, element: ElementRef, base: &str) -> Option<Post> {
        let link = if self.link.matches(&element) { Some(element) } else { element.select(&self.link).next() }?;
        let url = address::resolve(Some(base), &link.attr("href")?.trim().replace(' ', "%20"))?;
        let named = match &self.title {
            Some(title) => element.select(title).next(),
            None => element.select(&self.heading).next(),
        };
        let title = named.map(text).filter(|title| !title.is_empty()).unwrap_or_else(|| text(link));
        let date = element.select(&self.date).next();
        let date = date.map(|date| date.attr("datetime").map_or_else(|| text(date), str::to_string));
        address::is_web(&url).then(|| Post { url, title, date: date.unwrap_or_default() })
    }
}

fn text(element: ElementRef) -> String {
    let words: String = element.text().flat_map(|text| [text, " "]).collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
