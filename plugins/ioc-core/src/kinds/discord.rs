//! Discord: accounts by their usernames (two to 32 small letters, digits, underscores and dots: Discord's help pages,
//! "New Usernames") and by the tags that they had until 2023, servers by their invitations, and webhooks (Discord's
//! developer documentation, "Webhook Resource").

use super::account::{Segments, is_name, service_before};
use super::labelled::{self, Label};
use crate::found::Finds;

pub const LABEL: Label = Label { longest: 1, read: labelled::account, ..Label::of("discord", &["discord"]) };

/// The invitation or the webhook in an address of the service.
pub fn of_address(host: &str, first: &str, rest: &mut Segments<'_>) -> Option<String> {
    if host == "discord.gg" {
        return is_name(first).then(|| format!("invite/{first}"));
    }
    match (first, rest.next(), rest.next(), rest.next()) {
        ("invite", Some(code), ..) if is_name(code) => Some(format!("invite/{code}")),
        ("api", Some("webhooks"), Some(id), Some(token)) => Some(format!("webhooks/{id}/{token}")),
        _ => None,
    }
}

/// A username.
pub fn is_handle(name: &str) -> bool {
    name.len() <= 32 && !name.contains(char::is_uppercase) && !name.contains('-')
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

#[cfg(test)]
mod tests {
    use super::super::account::accounts;
    use super::*;

    #[test]
    fn tags_where_the_service_is_named() {
        let read = |text: &str| {
            let mut finds = Finds::default();
            let sign = text.find('#').unwrap();
            read_tag(&mut finds, text, text[..sign].rfind(' ').unwrap() + 1, sign);
            finds.found.pop().map(|found| found.value)
        };
        assert_eq!(read("the Discord user evilcat#1337 sold").as_deref(), Some("evilcat#1337"));
        assert_eq!(read("see issue tracker#1337"), None);
        assert!(is_handle("dark.shop") && !is_handle("Dark"));
    }

    #[test]
    fn names_after_the_label() {
        let name = |text| labelled::announced(text).map(|(_, name)| name);
        assert_eq!(name("Discord username: dark_shop77, and").as_deref(), Some("dark_shop77"));
        assert_eq!(name("on Discord they said"), None);
    }

    #[test]
    fn invitations_and_webhooks() {
        assert_eq!(accounts("https://discord.com/api/webhooks/1/abc"), ["webhooks/1/abc"]);
        assert_eq!(accounts("https://discord.gg/arcana"), ["invite/arcana"]);
        assert_eq!(accounts("https://discord.com/safety"), [""; 0]);
    }
}
