//! Telegram: bots by their token (Telegram's Bot API), accounts and channels by their usernames (Telegram's FAQ: five to 32
//! letters, digits and underscores) or by the addresses of the service.

use super::account::{Segments, is_name};
use super::labelled::{self, Label};
use crate::found::Finds;

pub const LABEL: Label = Label { longest: 1, read: labelled::account, ..Label::of("telegram", &["telegram"]) };

/// The account in an address of the service: of a channel's page, an invitation, or a bot's call.
pub fn of_address(host: &str, first: &str, rest: &mut Segments<'_>) -> Option<String> {
    if host == "api.telegram.org" {
        return first.strip_prefix("bot").filter(|token| is_bot_token(token)).map(str::to_string);
    }
    let handle = if matches!(first, "s" | "joinchat") { rest.next()? } else { first };
    is_name(handle).then(|| handle.to_string())
}

/// A username.
pub fn is_handle(name: &str) -> bool {
    (5..=32).contains(&name.len()) && name.as_bytes()[0].is_ascii_alphabetic() && !name.contains(['.', '-'])
}

/// `123456789:AA…`, as Telegram's Bot API describes a token.
pub fn is_bot_token(text: &str) -> bool {
    let Some((id, secret)) = text.split_once(':') else { return false };
    (8..=10).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_digit())
        && (34..=36).contains(&secret.len())
        && secret.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
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

#[cfg(test)]
mod tests {
    use super::super::account::accounts;
    use super::*;

    #[test]
    fn names_after_the_label() {
        let name = |text| labelled::announced(text).map(|(_, name)| name);
        assert_eq!(name("Telegram handle: evil_shop").as_deref(), Some("evil_shop"));
        assert_eq!(name("Telegram: https://t.me/x_y"), None);
    }

    #[test]
    fn tokens_and_usernames() {
        let text = "6402847263:AAF1k9dP3mYcVb7Q2hJxR8sWnT0uLzEgKoi rest";
        assert_eq!(read_bot_token(&mut Finds::default(), text, 0, 10), Some(46));
        assert_eq!(accounts("https://t.me/s/evilchannel/12"), ["evilchannel"]);
        assert_eq!(accounts("https://api.telegram.org/bot6402847263:AAF1k9dP3mYcVb7Q2hJxR8sWnT0uLzEgKoi/x").len(), 1);
        assert_eq!(accounts("https://t.me/"), [""; 0]);
        assert!(!is_bot_token("12:30") && is_handle("evil_shop") && !is_handle("evil") && !is_handle("1evil"));
    }
}
