//! E-mail addresses (RFC 5321 dot-atoms; no quoted local parts).

use super::domain;
use crate::found::Finds;

/// Providers that give an address to anybody.
pub fn is_free(host: &str) -> bool {
    const HOSTS: [&str; 34] = [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "msn.com",
        "yahoo.com",
        "ymail.com",
        "aol.com",
        "icloud.com",
        "proton.me",
        "protonmail.com",
        "protonmail.ch",
        "pm.me",
        "tutanota.com",
        "tutanota.de",
        "tutamail.com",
        "tuta.io",
        "keemail.me",
        "onionmail.org",
        "cock.li",
        "airmail.cc",
        "mail.com",
        "email.com",
        "gmx.com",
        "gmx.net",
        "gmx.de",
        "web.de",
        "mail.ru",
        "bk.ru",
        "yandex.ru",
        "yandex.com",
        "qq.com",
        "163.com",
    ];
    HOSTS.contains(&host)
}

/// Mailboxes of a function (RFC 2142, and what press offices and response teams use): their names say who answers.
pub fn is_office(local: &str) -> bool {
    const NAMES: [&str; 33] = [
        "info",
        "marketing",
        "sales",
        "support",
        "abuse",
        "noc",
        "security",
        "postmaster",
        "hostmaster",
        "webmaster",
        "press",
        "presse",
        "media",
        "contact",
        "cert",
        "csirt",
        "soc",
        "incidents",
        "incident",
        "report",
        "reports",
        "tips",
        "news",
        "editor",
        "privacy",
        "legal",
        "feedback",
        "research",
        "threatintel",
        "psirt",
        "incidentes",
        "kontakt",
        "contacto",
    ];
    NAMES.iter().any(|name| local.eq_ignore_ascii_case(name))
}

fn local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+')
}

/// The address around the `@` at `at`; nothing before `floor` is its own. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, at: usize, floor: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut start = at - bytes[floor..at].iter().rev().take(64).take_while(|b| local_byte(**b)).count();
    while start < at && !bytes[start].is_ascii_alphanumeric() && bytes[start] != b'_' {
        start += 1;
    }
    // A script that writes without blanks goes on after a host in Latin letters; no host mixes them in a label.
    let attached = |at: usize| bytes[at] >= 0xE3 && bytes[at - 1].is_ascii_alphanumeric();
    let length = bytes[at + 1..]
        .iter()
        .take(254)
        .enumerate()
        .take_while(|(index, b)| {
            b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-') || **b >= 0x80 && !attached(at + 1 + index)
        })
        .count();
    let mut end = at + 1 + length;
    while end > at + 1 && (!text.is_char_boundary(end) || matches!(bytes[end - 1], b'.' | b'-')) {
        end -= 1;
    }
    let local = &text[start..at];
    if local.is_empty() || local.ends_with('.') || local.contains("..") {
        return None;
    }
    let host = &text[at + 1..end];
    let name = match domain::parse(host) {
        Ok(name) => name,
        Err(domain::NotADomain::Malformed) => return None,
        Err(why) => {
            finds.turn_away("email", &text[start..end], start, end, why.code());
            return Some(end);
        }
    };
    let value = format!("{}@{}", local.to_ascii_lowercase(), name.ascii);
    finds.add("email", value, start, end).parts =
        vec![("local", local.to_string()), ("domain", name.ascii), ("registrable", name.registrable)];
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_nothing_around_it() {
        let mut finds = Finds::default();
        let text = "mail to bad.actor@Evil.com.";
        read(&mut finds, text, text.find('@').unwrap(), 0);
        assert_eq!(finds.found[0].value, "bad.actor@evil.com");
        assert!(read(&mut finds, "@media x", 0, 0).is_none());
        let text = "邮箱kyxm@163.com发送邮件";
        read(&mut finds, text, text.find('@').unwrap(), 0);
        assert_eq!(finds.found[1].value, "kyxm@163.com");
    }
}
