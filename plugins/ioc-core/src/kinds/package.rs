//! Packages as package URLs (github.com/package-url/purl-spec): written as such, or named as a registry's, alone or in lists.

use super::android_package;
use super::labelled::{self, Announced, Label, floor_boundary, is_coined};
use crate::found::Finds;

pub const LABEL: Label = Label { longest: 1, read, ..Label::of("package", &["package", "packages"]) };

/// What a label announces, where the registry's name stands before it.
fn read(label: &Label, finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    if let Some(stop) = listed(finds, text, start, end) {
        return Some(stop);
    }
    let announced = Announced::after(text, end)?;
    if announced.named || text[end..announced.at].contains("name") {
        let application = android_package::read_announced(finds, text, &announced);
        if application.is_some() {
            return application;
        }
    }
    if announced.named || announced.quoted(text).is_some() {
        return enumerated(finds, text, start, announced.at, true);
    }
    if let Some(names) = published(text, end) {
        return enumerated(finds, text, start, names, true);
    }
    // "npm packages a-b and c-d2 contain": names that no dictionary has need no other announcement.
    if label.words[1].eq_ignore_ascii_case(&text[start..end])
        && announced.word(text).is_some_and(|at| is_coined(&text[at.0..at.1]))
    {
        return enumerated(finds, text, start, announced.at, false);
    }
    let before = finds.found.len();
    let stop = labelled::name(label, finds, text, start, end)?;
    match purl(text, start, &finds.found[before].value) {
        Some(value) => finds.found[before].value = value,
        None => finds.found.truncate(before),
    }
    (finds.found.len() > before).then_some(stop)
}

/// "two npm packages. On Monday, "a-b" and "c-d" were published": where the quoted names begin that the next words say were
/// put there.
fn published(text: &str, end: usize) -> Option<usize> {
    const NEAR: usize = 60;
    const VERBS: [&str; 3] = ["publish", "upload", "push"];
    let near = &text[end..floor_boundary(text, text.len().min(end + 4 * NEAR))];
    let quote = near.find(['"', '\u{201c}', '`']).filter(|at| *at <= NEAR)?;
    let names = near[quote..].rfind(['"', '\u{201d}', '`'])? + quote;
    let said = |part: &str| VERBS.iter().any(|verb| part.contains(verb));
    (!near[..quote].contains('\n') && (said(&near[..quote]) || said(&near[names..]))).then_some(end + quote)
}

/// `packages: a, "b" and c`, where the registry's name stands before the label. Returns where the list ends.
///
/// A name in the list that is not `announced` and stands without quotes is one that no dictionary has.
fn enumerated(finds: &mut Finds, text: &str, label_start: usize, from: usize, announced: bool) -> Option<usize> {
    let mut at = from;
    let mut end = None;
    let quote_at = |at: usize| text[at..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '\u{201c}'));
    let first = quote_at(from);
    for _ in 0..64 {
        let quote = quote_at(at);
        // After names in quotes, a word without is the sentence's.
        if quote != first {
            break;
        }
        let start = at + quote.map_or(0, char::len_utf8);
        let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@');
        let length = text[start..].bytes().take(128).take_while(own).count();
        let name = text[start..start + length].trim_end_matches(['.', '/']);
        let coined = quote.is_some() || end.is_none() || announced || is_coined(name);
        if name.len() < 2 || !coined || !name.bytes().any(|b| b.is_ascii_lowercase()) {
            break;
        }
        let stop = start + name.len();
        finds.add("package", purl(text, label_start, name)?, start, stop);
        end = Some(stop);
        let close = quote.and_then(|_| text[stop..].chars().next()).map_or(0, char::len_utf8);
        let rest = &text[stop + close..];
        let Some(parted) = [", and ", " and ", ", "].iter().find(|sign| rest.starts_with(**sign)) else { break };
        at = stop + close + parted.len();
    }
    end
}

/// "The following packages are affected:" and a line for each, with its versions: `- name (1.0.4)`, `@scope/name 2.1`,
/// `name@1.0.4`. Returns where the list ends.
fn listed(finds: &mut Finds, text: &str, label_start: usize, from: usize) -> Option<usize> {
    const LEAD: usize = 120;
    const NEAR: usize = 600;
    const LINES: usize = 1_000;
    let lead = text[from..floor_boundary(text, text.len().min(from + LEAD))].find('\n')?;
    let body = text[from..from + lead].trim_end().ends_with(':').then_some(from + lead)?;
    let kind = registry_of(&text[floor_boundary(text, label_start.saturating_sub(NEAR))..body])?;
    let (mut at, mut end) = (body, None);
    for _ in 0..LINES {
        let blank = text[at..].bytes().take(8).take_while(|b| b.is_ascii_whitespace()).count();
        let line = &text[at + blank..];
        let marks = line.bytes().take(8).take_while(|b| matches!(b, b'-' | b'*' | b' ' | b'`' | b'"' | b'|')).count();
        let start = at + blank + marks;
        let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/');
        let scope = usize::from(text[start..].starts_with('@'));
        let length = scope + text[start + scope..].bytes().take(214).take_while(own).count();
        let name = text[start..start + length].trim_end_matches(['.', '/']);
        let rest = text[start + name.len()..].trim_start_matches(['`', '"', ' ', '|', '\t', '(', '@', ':', '=', 'v']);
        let versions = rest.starts_with(|c: char| c.is_ascii_digit());
        let named = name.bytes().any(|b| b.is_ascii_lowercase());
        if !named || !versions && (marks == 0 || !rest.starts_with('\n') || !is_coined(name)) {
            break;
        }
        finds.add("package", package_url(kind, name), start, start + name.len());
        end = Some(start + name.len());
        at = start + length + text[start + length..].find('\n')?;
    }
    end
}

/// A package URL as it is written, for `pkg` before `colon`. Returns where it ends.
pub fn read_purl(finds: &mut Finds, text: &str, start: usize, colon: usize) -> Option<usize> {
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@' | b'%' | b'+');
    let length = text[colon + 1..].bytes().take(256).take_while(own).count();
    let value = text[start..colon + 1 + length].trim_end_matches(['.', '/']);
    let (kind, name) = value[4..].split_once('/')?;
    if kind.is_empty() || name.is_empty() || !kind.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    finds.add("package", value.to_string(), start, start + value.len());
    Some(start + value.len())
}

/// A package URL (github.com/package-url/purl-spec) from the registry's name before the word "package".
fn purl(text: &str, label_start: usize, name: &str) -> Option<String> {
    let kind = registry_of(&text[floor_boundary(text, label_start.saturating_sub(24))..label_start])?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b'@'));
    plain.then(|| package_url(kind, name))
}

/// The type of a package URL for the registry that a text names last.
fn registry_of(text: &str) -> Option<&'static str> {
    const REGISTRIES: [(&str, &str); 8] = [
        ("npm", "npm"),
        ("pypi", "pypi"),
        ("python", "pypi"),
        ("rubygems", "gem"),
        ("nuget", "nuget"),
        ("crates.io", "cargo"),
        ("maven", "maven"),
        ("packagist", "composer"),
    ];
    let text = text.to_ascii_lowercase();
    let named = REGISTRIES.iter().filter_map(|(registry, kind)| Some((text.rfind(registry)?, *kind)));
    named.max().map(|(_, kind)| kind)
}

fn package_url(kind: &str, name: &str) -> String {
    format!("pkg:{kind}/{}", name.replace('@', "%40").to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;
    use super::*;

    #[test]
    fn of_a_registry_that_is_named() {
        assert_eq!(
            announced("the malicious npm package \"@evil/left-pad\" was"),
            Some(("package", "pkg:npm/%40evil/left-pad".to_string()))
        );
        assert_eq!(
            announced("two PyPI packages named requests-toolz and urllib3-lts."),
            Some(("package", "pkg:pypi/urllib3-lts".to_string()))
        );
        assert_eq!(announced("the package \"left-pad\" came"), None);
        let list = "PyPI packages \"requests-toolz\" and \"urllib3-lts\" steal";
        assert_eq!(announced(list), Some(("package", "pkg:pypi/urllib3-lts".to_string())));
        let later =
            "two npm packages by one user, \"a-theme\" and \"b-fetch\" (versions 2.1.3 and 4) were published to it";
        assert_eq!(announced(later), Some(("package", "pkg:npm/b-fetch".to_string())));
        let bare = "npm packages discord-selfbot-v15 and colors-2.0 and others contain";
        assert_eq!(announced(bare), Some(("package", "pkg:npm/colors-2.0".to_string())));
        assert_eq!(announced("npm packages were removed and others"), None);
        let list = "published to npm. These packages are affected:\n\n- web3-utils (1.0.4)\n- @kit/rpc (2.1)\n\nAll of";
        assert_eq!(announced(list), Some(("package", "pkg:npm/%40kit/rpc".to_string())));
    }

    #[test]
    fn as_a_package_url() {
        let mut finds = Finds::default();
        assert_eq!(read_purl(&mut finds, "pkg:npm/left-pad@1.3.0.", 0, 3), Some(22));
        assert_eq!(finds.found[0].value, "pkg:npm/left-pad@1.3.0");
        assert_eq!(read_purl(&mut finds, "pkg:left-pad", 0, 3), None);
    }
}
