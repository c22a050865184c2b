//! Accounts on services that attackers use, read out of their addresses and of handles after the service's name. What an
//! account of each service looks like stands in its own file.

use super::{attack_id, discord, github_repository, slack, telegram};
use crate::found::{Finds, Found};

/// The parts of an address behind its host.
pub type Segments<'a> = std::iter::Filter<std::str::Split<'a, [char; 3]>, fn(&&'a str) -> bool>;

/// An account named by an address that was just found: `host` in lower case and what follows it.
fn of_address(host: &str, rest: &str) -> Option<(&'static str, String)> {
    let filled: fn(&&str) -> bool = |segment| !segment.is_empty();
    let mut segments: Segments<'_> = rest.split(['/', '?', '#']).filter(filled);
    let first = segments.next()?;
    let rest = &mut segments;
    match host {
        "t.me" | "telegram.me" | "telegram.dog" | "api.telegram.org" => {
            telegram::of_address(host, first, rest).map(|account| ("telegram", account))
        }
        "discord.gg" | "discord.com" | "discordapp.com" | "canary.discord.com" | "ptb.discord.com" => {
            discord::of_address(host, first, rest).map(|account| ("discord", account))
        }
        "hooks.slack.com" => slack::of_address(first, rest).map(|webhook| ("slack", webhook)),
        "attack.mitre.org" => attack_id::of_address(first, rest).map(|id| ("attack_id", id)),
        "github.com" | "www.github.com" | "raw.githubusercontent.com" | "codeload.github.com" => {
            github_repository::of_address(first, rest).map(|repository| ("github_repository", repository))
        }
        _ => None,
    }
}

/// Three letters, digits or signs that such names have, or more.
pub fn is_name(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'+'))
}

/// Services where anybody can have a page, an account or an image: a host of them is nobody's sign, an address there is.
pub fn is_service(host: &str) -> bool {
    const HOSTS: [&str; 37] = [
        "gist.github.com",
        "gist.githubusercontent.com",
        "objects.githubusercontent.com",
        "gitlab.com",
        "bitbucket.org",
        "t.me",
        "telegram.me",
        "telegram.dog",
        "api.telegram.org",
        "discord.gg",
        "discord.com",
        "discordapp.com",
        "cdn.discordapp.com",
        "hooks.slack.com",
        "github.com",
        "raw.githubusercontent.com",
        "codeload.github.com",
        "docker.io",
        "ghcr.io",
        "quay.io",
        "gcr.io",
        "steamcommunity.com",
        "cdn.jsdelivr.net",
        "unpkg.com",
        "esm.sh",
        "webhook.site",
        "file.io",
        "temp.sh",
        "transfer.sh",
        "gofile.io",
        "catbox.moe",
        "files.catbox.moe",
        "0x0.st",
        "bashupload.com",
        "tmpfiles.org",
        "oshi.at",
        "pixeldrain.com",
    ];
    HOSTS.contains(&host)
}

/// A bucket of Amazon's object store in any of its forms (`name.s3-us-west-2.amazonaws.com`; "Virtual hosting of general
/// purpose buckets" in the S3 user guide): whoever rented it fills it. The public suffix list has not all of them.
pub fn is_bucket(host: &str) -> bool {
    let Some(labels) = host.strip_suffix(".amazonaws.com") else { return false };
    labels.split('.').skip(1).any(|label| label == "s3" || label.starts_with("s3-"))
}

/// Hosts of repositories.
pub fn is_forge(host: &str) -> bool {
    matches!(host, "github.com" | "www.github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org")
}

/// `/owner/name/issues/7`: a page on which a repository is talked about.
pub fn is_discussion(path: &str) -> bool {
    const PAGES: [&str; 10] = [
        "issues",
        "issue",
        "pull",
        "pulls",
        "pull-requests",
        "discussions",
        "commit",
        "commits",
        "compare",
        "security",
    ];
    let third = path.trim_start_matches('/').split('/').nth(2).unwrap_or_default();
    PAGES.contains(&third)
}

/// Adds the account that the last found address names, at the same place.
pub fn follow(finds: &mut Finds) {
    let Some(address) = finds.found.last() else { return };
    let part =
        |wanted: &str| address.parts.iter().find(|(name, _)| *name == wanted).map_or("", |(_, value)| value.as_str());
    let Some((kind, value)) = of_address(part("host"), part("path")) else { return };
    let parts = vec![("host", part("host").to_string()), ("registrable", part("registrable").to_string())];
    let account = Found {
        kind,
        value,
        parts,
        properties: Vec::new(),
        start: address.start,
        end: address.end,
        doubt: None,
        defanged: address.defanged,
    };
    finds.found.push(account);
}

/// The service that the few words before a position name last.
pub(super) fn service_before(text: &str, at: usize) -> Option<&'static str> {
    let mut from = at.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let words = text[from..at].to_ascii_lowercase();
    let named = ["telegram", "discord", "slack"].into_iter().filter_map(|name| Some((words.rfind(name)?, name)));
    named.max().map(|(_, name)| name)
}

/// A handle after its `@` at `at`, where the few words before it name its service. Returns where it ends.
pub fn read_handle(finds: &mut Finds, text: &str, at: usize) -> Option<usize> {
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let run = text[at + 1..].bytes().take(81).take_while(own).count();
    let name = text[at + 1..at + 1 + run].trim_end_matches(['.', '-']);
    if name.len() < 2 || run > 80 {
        return None;
    }
    let kind = service_before(text, at)?;
    let fits = match kind {
        "telegram" => telegram::is_handle(name),
        "discord" => discord::is_handle(name),
        _ => slack::is_handle(name),
    };
    let end = at + 1 + name.len();
    if fits {
        finds.add(kind, name.to_string(), at, end);
    }
    fits.then_some(end)
}

/// The accounts that an address names.
#[cfg(test)]
pub(super) fn accounts(address: &str) -> Vec<String> {
    let (host, rest) = address.trim_start_matches("https://").split_once('/').unwrap();
    of_address(host, rest).into_iter().map(|(_, account)| account).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_belong_to_the_service_named_last() {
        let handle = |text: &str| {
            let mut finds = Finds::default();
            read_handle(&mut finds, text, text.find('@').unwrap());
            finds.found.pop().map(|found| (found.kind, found.value))
        };
        assert_eq!(handle("on Telegram as @evil_shop, he"), Some(("telegram", "evil_shop".to_string())));
        assert_eq!(handle("via Telegram and Discord (@dark.shop)"), Some(("discord", "dark.shop".to_string())));
        assert_eq!(handle("the Slack user @ops-desk."), Some(("slack", "ops-desk".to_string())));
        assert_eq!(handle("follow us @vendor"), None);
    }
}
