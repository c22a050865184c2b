//! Web addresses as documents write them: resolving a reference against a base (RFC 3986, section 5) and telling what
//! may be fetched. Nothing is normalised: evidence keeps the author's spelling.

/// The scheme of an absolute address, in lower case: `https` of `HTTPS://example.org`.
pub fn scheme(address: &str) -> Option<String> {
    let end = address.find(':')?;
    let scheme = &address[..end];
    let mut bytes = scheme.bytes();
    let valid = bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    valid.then(|| scheme.to_ascii_lowercase())
}

/// Whether it is an absolute `http` or `https` address with a host: what an item's `url` may be.
pub fn is_web(address: &str) -> bool {
    matches!(scheme(address).as_deref(), Some("http" | "https"))
        && parts(address).authority.is_some_and(|a| !a.trim_start_matches([':', '@']).is_empty())
        && !address.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// The host of an absolute address, in lower case, without user, port or brackets.
pub fn host(address: &str) -> Option<String> {
    scheme(address)?;
    let authority = parts(address).authority?;
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => host.split(':').next().unwrap_or(host),
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

/// Makes a reference absolute. White space around it, and line breaks and tabs within, are dropped as browsers do.
/// Without a base that has a scheme, only an absolute reference has an answer.
pub fn resolve(base: Option<&str>, reference: &str) -> Option<String> {
    let cleaned;
    let mut reference = reference.trim_matches(|c: char| c.is_whitespace() || c.is_control());
    if reference.contains(['\n', '\r', '\t']) {
        cleaned = reference.replace(['\n', '\r', '\t'], "");
        reference = &cleaned;
    }
    if scheme(reference).is_some() {
        return Some(reference.to_string());
    }
    let base = base.filter(|b| scheme(b).is_some())?;
    let base = parts(base);
    let reference = parts(reference);
    let (authority, path, query) = if reference.authority.is_some() {
        (reference.authority, remove_dots(reference.path), reference.query)
    } else if reference.path.is_empty() {
        (base.authority, base.path.to_string(), reference.query.or(base.query))
    } else if reference.path.starts_with('/') {
        (base.authority, remove_dots(reference.path), reference.query)
    } else {
        let folder = match base.path.rfind('/') {
            Some(slash) => &base.path[..=slash],
            None if base.authority.is_some() => "/",
            None => "",
        };
        (base.authority, remove_dots(&format!("{folder}{}", reference.path)), reference.query)
    };
    let mut address = format!("{}:", base.scheme?);
    if let Some(authority) = authority {
        address.push_str("//");
        address.push_str(authority);
        if !path.is_empty() && !path.starts_with('/') {
            address.push('/');
        }
    }
    address.push_str(&path);
    if let Some(query) = query {
        address.push('?');
        address.push_str(query);
    }
    if let Some(fragment) = reference.fragment {
        address.push('#');
        address.push_str(fragment);
    }
    Some(address)
}

struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

fn parts(address: &str) -> Parts<'_> {
    let (rest, fragment) = match address.split_once('#') {
        Some((rest, fragment)) => (rest, Some(fragment)),
        None => (address, None),
    };
    let (scheme, rest) = match scheme(rest) {
        Some(name) => (Some(&rest[..name.len()]), &rest[name.len() + 1..]),
        None => (None, rest),
    };
    let (rest, query) = match rest.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (rest, None),
    };
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => match rest.find('/') {
            Some(slash) => (Some(&rest[..slash]), &rest[slash..]),
            None => (Some(rest), ""),
        },
        None => (None, rest),
    };
    Parts { scheme, authority, path, query, fragment }
}

fn remove_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let absolute = path.starts_with('/');
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let last = segments.len() - 1;
    for (index, segment) in segments.iter().enumerate() {
        match *segment {
            "." | ".." => {
                if *segment == ".." {
                    kept.pop();
                }
                if index == last {
                    kept.push("");
                }
            }
            other => kept.push(other),
        }
    }
    format!("{}{}", if absolute { "/" } else { "" }, kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{host, is_web, resolve};

    #[test]
    fn references_resolve_as_the_rfc_says() {
        // The examples of RFC 3986, section 5.4, and what feeds bring besides.
        let base = Some("http://a/b/c/d;p?q");
        for (reference, expected) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("g?y#s", "http://a/b/c/g?y#s"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../../../g", "http://a/g"),
            (" \n/g\n", "http://a/g"),
        ] {
            assert_eq!(resolve(base, reference).as_deref(), Some(expected), "{reference}");
        }
        assert_eq!(resolve(Some("https://example.org"), "post").as_deref(), Some("https://example.org/post"));
        assert_eq!(resolve(None, "/post"), None);
    }

    #[test]
    fn what_may_be_fetched() {
        for good in ["http://a", "HTTPS://example.org/x", "https://[::1]:8080/", "https://127.0.0.1/"] {
            assert!(is_web(good), "{good}");
        }
        for bad in
            ["javascript:alert(1)", "https://", "http:", "/relative", "ftp://a/b", "data:text/html,x", "http://a b/"]
        {
            assert!(!is_web(bad), "{bad}");
        }
        assert_eq!(host("https://user@Example.org:8443/x").as_deref(), Some("example.org"));
        assert_eq!(host("https://[fe80::1]:8443/x").as_deref(), Some("fe80::1"));
    }
}
