//! When two addresses are one: the form under which an article is kept.

use url::Url;

/// Parameters that say where a reader came from and nothing about what stands at the address.
const TRACKING: [&str; 14] = [
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_hsenc",
    "_hsmi", "mkt_tok", "vero_id",
];

/// `url` without what does not change the page: scheme `http` or `https`, the scheme's own port, the fragment,
/// tracking parameters, a last dot of the host. None where it is no web address.
///
/// Two pages that a server keeps apart by something else (a path's case, a last slash) stay two.
pub fn canonical_url(url: &str) -> Option<String> {
    let mut url = Url::parse(url.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    url.set_fragment(None);
    // Both were parsed from such a URL, so neither can fail.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    let _ = url.set_scheme("https");
    let host = url.host_str()?.trim_end_matches('.').to_owned();
    url.set_host(Some(&host)).ok()?;
    if let Some(query) = url.query() {
        let tracking = |pair: &&str| {
            let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
            name.starts_with("utm_") || TRACKING.contains(&name.as_str())
        };
        let kept: Vec<_> = query.split('&').filter(|pair| !pair.is_empty() && !tracking(pair)).collect();
        let kept = kept.join("&");
        url.set_query((!kept.is_empty()).then_some(kept.as_str()));
    }
    Some(url.into())
}

/// The address under which an article is kept: its own, or its place in the feed where it has none.
pub(super) fn address_of(url: &str, feed: &str, key: &str) -> String {
    canonical_url(url).unwrap_or_else(|| format!("item:{}:{feed}:{key}", feed.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_change_the_page_is_left_out() {
        let cases = [
            ("http://Example.ORG:80/a?utm_source=x&id=7&fbclid=y#part", "https://example.org/a?id=7"),
            ("https://example.org:443/a?utm_medium=x", "https://example.org/a"),
            ("https://example.org./a/", "https://example.org/a/"),
            ("https://example.org/A?b=1&a=2", "https://example.org/A?b=1&a=2"),
            ("https://example.org/a?", "https://example.org/a"),
            ("http://example.org:8080/a", "https://example.org:8080/a"),
            (" https://user:pass@example.org/a ", "https://example.org/a"),
        ];
        for (url, expected) in cases {
            assert_eq!(canonical_url(url).as_deref(), Some(expected), "{url}");
        }
        for url in ["", "mailto:a@example.org", "javascript:x", "/relative"] {
            assert_eq!(canonical_url(url), None, "{url}");
        }
        assert_ne!(address_of("", "a", "b:c"), address_of("", "a:b", "c"));
    }
}
