//! Accounts on services that attackers use, read out of their addresses: Telegram, Discord, Slack, GitHub; and the ids of
//! Google Analytics and AdSense (Google's help pages), which tie sites of one operator together.

use super::identifier;
use crate::found::{Finds, Found};

/// Accounts named by an address that was just found: `host` in lower case and what follows it, without the slash.
pub fn of_address(host: &str, rest: &str) -> Option<(&'static str, String)> {
    let mut segments = rest.split(['/', '?', '#']).filter(|segment| !segment.is_empty());
    let first = segments.next()?;
    let name = |text: &str| {
        text.len() >= 3 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'+'))
    };
    match host {
        "t.me" | "telegram.me" | "telegram.dog" => {
            let handle = if matches!(first, "s" | "joinchat") { segments.next()? } else { first };
            name(handle).then(|| ("telegram", handle.to_string()))
        }
        "api.telegram.org" => {
            let token = first.strip_prefix("bot")?;
            is_bot_token(token).then(|| ("telegram", token.to_string()))
        }
        "discord.gg" => name(first).then(|| ("discord", format!("invite/{first}"))),
        "discord.com" | "discordapp.com" | "canary.discord.com" | "ptb.discord.com" => {
            match (first, segments.next(), segments.next(), segments.next()) {
                ("invite", Some(code), ..) if name(code) => Some(("discord", format!("invite/{code}"))),
                ("api", Some("webhooks"), Some(id), Some(token)) => Some(("discord", format!("webhooks/{id}/{token}"))),
                _ => None,
            }
        }
        "hooks.slack.com" => {
            (first == "services").then(|| ("slack", format!("services/{}", segments.collect::<Vec<_>>().join("/"))))
        }
        // The site's own addresses of techniques: `/techniques/T1059/001/`.
        "attack.mitre.org" if first == "techniques" => {
            let technique = segments.next().filter(|id| identifier::is_technique(id))?;
            let of = segments.next().filter(|sub| sub.len() == 3 && sub.bytes().all(|b| b.is_ascii_digit()));
            Some(("attack_id", of.map_or_else(|| technique.to_string(), |sub| format!("{technique}.{sub}"))))
        }
        "github.com" | "www.github.com" | "raw.githubusercontent.com" | "codeload.github.com" => {
            const PAGES: [&str; 12] = [
                "features",
                "topics",
                "about",
                "orgs",
                "sponsors",
                "security",
                "login",
                "search",
                "advisories",
                "marketplace",
                "settings",
                "readme",
            ];
            let repository = segments.next()?.trim_end_matches(".git");
            (!PAGES.contains(&first) && name(first) && !repository.is_empty())
                .then(|| ("github_repository", format!("{first}/{repository}")))
        }
        _ => None,
    }
}

/// Services where anybody can have a page, an account or an image: a host of them is nobody's sign, an address there is.
pub fn is_service(host: &str) -> bool {
    const HOSTS: [&str; 22] = [
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
    ];
    HOSTS.contains(&host)
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

/// `123456789:AA…`, as Telegram's Bot API describes a token.
pub fn is_bot_token(text: &str) -> bool {
    let Some((id, secret)) = text.split_once(':') else { return false };
    (8..=10).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_digit())
        && (34..=36).contains(&secret.len())
        && secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// The service that the few words before a position name last.
fn service_before(text: &str, at: usize) -> Option<&'static str> {
    let mut from = at.saturating_sub(40);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let words = text[from..at].to_ascii_lowercase();
    let named = ["telegram", "discord", "slack"].into_iter().filter_map(|name| Some((words.rfind(name)?, name)));
    named.max().map(|(_, name)| name)
}

/// A handle after its `@` at `at`, where the few words before it name its service. Telegram's have five to 32 letters,
/// digits and underscores (Telegram's FAQ); Discord's two to 32 small letters, digits, underscores and dots (Discord's
/// help pages, "New Usernames"); Slack's up to 80 small letters, digits and signs. Returns where it ends.
pub fn read_handle(finds: &mut Finds, text: &str, at: usize) -> Option<usize> {
    let own = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let run = text[at + 1..].bytes().take(81).take_while(own).count();
    let name = text[at + 1..at + 1 + run].trim_end_matches(['.', '-']);
    if name.len() < 2 || run > 80 {
        return None;
    }
    let kind = service_before(text, at)?;
    let small = !name.contains(char::is_uppercase);
    let fits = match kind {
        "telegram" => {
            (5..=32).contains(&name.len()) && name.as_bytes()[0].is_ascii_alphabetic() && !name.contains(['.', '-'])
        }
        "discord" => name.len() <= 32 && small && !name.contains('-'),
        _ => small,
    };
    let end = at + 1 + name.len();
    if fits {
        finds.add(kind, name.to_string(), at, end);
    }
    fits.then_some(end)
}

/// `name#1234`, as Discord called its users until 2023: a run before a number sign at `sign`, where the words before it
/// name the service. Returns where it ends.
pub fn read_tag(finds: &mut Finds, text: &str, start: usize, sign: usize) -> Option<usize> {
    const DIGITS: usize = 4;
    let digits = text[sign + 1..].bytes().take(DIGITS + 1).take_while(u8::is_ascii_digit).count();
    let end = sign + 1 + digits;
    let whole = !text[end..].starts_with(|c: char| c.is_alphanumeric());
    if digits != DIGITS
        || !whole
        || !(2..=32).contains(&(sign - start))
        || service_before(text, start) != Some("discord")
    {
        return None;
    }
    finds.add("discord", text[start..end].to_string(), start, end);
    Some(end)
}

/// A bot token whose number is `text[start..colon]`. Returns where it ends.
pub fn read_bot_token(finds: &mut Finds, text: &str, start: usize, colon: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let length = bytes[colon + 1..]
        .iter()
        .take(40)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        .count();
    let end = colon + 1 + length;
    if !is_bot_token(&text[start..end]) {
        return None;
    }
    finds.add("telegram", text[start..end].to_string(), start, end);
    Some(end)
}

/// `UA-12345678-1`, `G-1A2B3C4D5E`, `pub-1234567890123456`. Returns whether it was one.
pub fn read_google(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((account, property)) = run.strip_prefix("UA-").and_then(|rest| rest.split_once('-'))
        && digits(account)
        && digits(property)
        && (4..=10).contains(&account.len())
        && property.len() <= 4
    {
        finds.add("google_analytics", run.to_string(), start, end);
        return true;
    }
    // Measurement ids of Analytics 4, Ads conversions, tag managers.
    let coded = |text: &str| text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let mixed = |text: &str| coded(text) && text.bytes().any(|b| b.is_ascii_digit());
    let tag = run.strip_prefix("G-").is_some_and(|id| id.len() == 10 && mixed(id))
        || run.strip_prefix("AW-").is_some_and(|id| (9..=11).contains(&id.len()) && digits(id))
        || run.strip_prefix("GTM-").is_some_and(|id| (6..=8).contains(&id.len()) && mixed(id));
    if tag {
        finds.add("google_analytics", run.to_string(), start, end);
        return true;
    }
    let publisher = run.strip_prefix("ca-").unwrap_or(run);
    if publisher.strip_prefix("pub-").is_some_and(|number| number.len() == 16 && digits(number)) {
        finds.add("google_adsense", publisher.to_string(), start, end);
        return true;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handle(text: &str) -> Option<(&'static str, String)> {
        let mut finds = Finds::default();
        let at = text.find(['@', '#']).unwrap();
        if text.as_bytes()[at] == b'@' {
            read_handle(&mut finds, text, at);
        } else {
            read_tag(&mut finds, text, text[..at].rfind(' ').unwrap() + 1, at);
        }
        finds.found.pop().map(|found| (found.kind, found.value))
    }

    #[test]
    fn handles_belong_to_the_service_named_last() {
        assert_eq!(handle("on Telegram as @evil_shop, he"), Some(("telegram", "evil_shop".to_string())));
        assert_eq!(handle("via Telegram and Discord (@dark.shop)"), Some(("discord", "dark.shop".to_string())));
        assert_eq!(handle("the Slack user @ops-desk."), Some(("slack", "ops-desk".to_string())));
        assert_eq!(handle("the Discord user evilcat#1337 sold"), Some(("discord", "evilcat#1337".to_string())));
        assert_eq!(handle("see issue tracker#1337"), None);
        assert_eq!(handle("follow us @vendor"), None);
    }

    #[test]
    fn accounts_of_addresses() {
        assert_eq!(of_address("t.me", "/s/evilchannel/12"), Some(("telegram", "evilchannel".to_string())));
        assert_eq!(of_address("github.com", "/evil/tool.git"), Some(("github_repository", "evil/tool".to_string())));
        assert_eq!(of_address("github.com", "/features/actions"), None);
        assert_eq!(of_address("discord.com", "/api/webhooks/1/abc"), Some(("discord", "webhooks/1/abc".to_string())));
        assert_eq!(
            of_address("attack.mitre.org", "/techniques/T1059/001/"),
            Some(("attack_id", "T1059.001".to_string()))
        );
        assert_eq!(of_address("attack.mitre.org", "/groups/G0032/"), None);
        let mut finds = Finds::default();
        assert!(
            read_google(&mut finds, "UA-12345678-1", 0, 13)
                && read_google(&mut finds, "ca-pub-1234567890123456", 0, 23)
        );
        assert!(read_google(&mut finds, "G-1A2B3C4D5E", 0, 12) && read_google(&mut finds, "AW-123456789", 0, 12));
        assert!(!read_google(&mut finds, "UA-Compatible", 0, 13) && !read_google(&mut finds, "G-CONVERSION", 0, 12));
    }
}
