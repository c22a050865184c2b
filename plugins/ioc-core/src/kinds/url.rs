//! Addresses with a scheme (RFC 3986), and `host/path` without one.

use super::{account, domain, ipv4, ipv6};
use crate::found::{Doubt, Finds};

/// A scheme as written, and what it stands for; letters that defanging replaced count.
fn scheme(written: &str) -> Option<(String, bool)> {
    // `wget+http`: a query's blank. Schemes of which the second part is one of the web's are a version control system's.
    let own = written.rsplit_once('+').filter(|(tool, _)| !matches!(*tool, "git" | "svn" | "hg" | "bzr"));
    let lower = own.map_or(written, |(_, own)| own).to_ascii_lowercase();
    let meant = match lower.as_str() {
        "hxxp" | "htxp" | "hxtp" | "h**p" | "h__p" | "hxp" | "htp" | "hyyp" | "hp" | "hhxp" | "h--p" | "ht*p"
        | "meow" | "tcp-http" => "http",
        "hxxps" | "htxps" | "hxtps" | "h**ps" | "h__ps" | "hxps" | "htps" | "hyyps" | "hps" | "h--ps" | "ht*ps"
        | "meows" => "https",
        "fxp" | "f*p" | "fxxp" => "ftp",
        "fxps" | "f*ps" => "ftps",
        "wxs" => "ws",
        "wxss" => "wss",
        _ => {
            let plain = lower.len() >= 2
                && lower.len() <= 12
                && lower.as_bytes()[0].is_ascii_alphabetic()
                && lower.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
            return plain.then_some((lower, false));
        }
    };
    Some((meant.to_string(), true))
}

/// Where an address ends: white space, a quote, a bracket that its grammar does not know.
fn stops(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b'"' | b'<' | b'>' | b'`' | b'|' | b'^' | b'{' | b'}' | b'[' | b']' | b'\\' | 0x7f)
}

/// Typographic marks that end an address although they are no ASCII.
fn stops_wide(rest: &[u8]) -> bool {
    match rest[0] {
        // U+00A0 to U+00BF: no-break space, guillemets.
        0xC2 => true,
        // U+2000 to U+206F: spaces, dashes, quotes, bullets, ellipses.
        0xE2 => matches!(rest.get(1), Some(0x80 | 0x81)),
        // U+3000 to U+303F and U+FF00 to U+FF0F: ideographic punctuation.
        0xE3 => rest.get(1) == Some(&0x80),
        0xEF => rest.get(1) == Some(&0xBC) && rest.get(2).is_some_and(|b| *b <= 0x8F),
        _ => false,
    }
}

/// Whether letters of other scripts are inside a path: a dot or a slash and more follow them.
fn returns_to_ascii(rest: &[u8]) -> bool {
    const NAME: usize = 96;
    let wide = rest.iter().take(NAME).take_while(|b| **b >= 0x80).count();
    matches!(rest.get(wide), Some(b'.' | b'/' | b'%' | b'-' | b'_' | b'='))
        && rest.get(wide + 1).is_some_and(u8::is_ascii_alphanumeric)
}

/// The words that go on after an address in a line of a shell: `wget http://…/x.sh;sh x.sh`.
fn begins_command(rest: &str) -> bool {
    const COMMANDS: [&str; 12] =
        ["sh", "bash", "chmod", "curl", "wget", "cd", "rm", "perl", "python", "nohup", "tftp", "busybox"];
    let rest = rest.trim_start_matches('+');
    let word = rest.bytes().take(8).take_while(u8::is_ascii_alphabetic).count();
    rest.starts_with("./") || COMMANDS.contains(&&rest[..word])
}

/// End of an address whose path begins at `from`: what follows a sentence or a bracket is not its own.
fn end_of(text: &str, from: usize, quoted: Option<u8>) -> usize {
    let bytes = text.as_bytes();
    let mut end = from;
    let (mut open, mut closed) = (0usize, 0usize);
    while end < bytes.len() && !stops(bytes[end]) {
        match bytes[end] {
            byte if Some(byte) == quoted => break,
            b'(' => open += 1,
            b')' if closed == open => break,
            b';' if begins_command(&text[end + 1..]) => break,
            b')' => closed += 1,
            0x80.. if stops_wide(&bytes[end..]) => break,
            // Scripts that write without blanks go on after an address; inside a name, ASCII follows once more.
            0xE3..0xF0 if !returns_to_ascii(&bytes[end..]) => break,
            _ => {}
        }
        end += 1;
    }
    while end > from
        && matches!(bytes[end - 1], b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'+' | b'_' | b'~')
    {
        // `_` and `*` end emphasis, but many paths end with `_`; only emphasis has one before the address, too.
        if bytes[end - 1] == b'_' && quoted != Some(b'_') {
            break;
        }
        end -= 1;
    }
    end
}

/// The host part of an address.
pub struct Host {
    pub value: String,
    pub end: usize,
    pub registrable: Option<String>,
    pub literal: Option<std::net::Ipv4Addr>,
    pub problem: Option<&'static str>,
}

/// Reads the host at `from`. `None`: there is nothing like one.
pub fn host(text: &str, from: usize) -> Option<Host> {
    let bytes = text.as_bytes();
    if bytes.get(from) == Some(&b'[') {
        let close = from + bytes[from..].iter().take(64).position(|b| *b == b']')?;
        let address: std::net::Ipv6Addr = text[from + 1..close].parse().ok()?;
        let problem = ipv6::reserved(address);
        return Some(Host { value: format!("[{address}]"), end: close + 1, registrable: None, literal: None, problem });
    }
    let mut end = from;
    while end < bytes.len() && end - from < 300 {
        match bytes[end] {
            b'-' | b'_' | b'.' => {}
            byte if byte.is_ascii_alphanumeric() => {}
            0x80.. if !stops_wide(&bytes[end..]) => {}
            _ => break,
        }
        end += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut stop = end;
    while stop > from && matches!(bytes[stop - 1], b'.' | b'-' | b'_') {
        stop -= 1;
    }
    let name = &text[from..stop];
    if name.is_empty() {
        return None;
    }
    if let Some(literal) = ipv4::parse(name) {
        let problem = ipv4::reserved(literal);
        return Some(Host {
            value: literal.to_string(),
            end: stop,
            registrable: None,
            literal: Some(literal),
            problem,
        });
    }
    match domain::parse(name) {
        Ok(domain) => Some(Host {
            value: domain.ascii,
            end: stop,
            registrable: Some(domain.registrable),
            literal: None,
            problem: None,
        }),
        Err(why) => Some(Host {
            value: name.to_ascii_lowercase(),
            end: stop,
            registrable: None,
            literal: None,
            problem: Some(why.code()),
        }),
    }
}

/// An address whose scheme is `text[start..colon]` and whose authority begins at `authority`. Returns where to go on.
pub fn read(finds: &mut Finds, text: &str, start: usize, colon: usize, authority: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (meant, disguised) = scheme(&text[start..colon])?;
    let quoted =
        start.checked_sub(1).map(|at| bytes[at]).filter(|b| matches!(b, b'\'' | b'*' | b'_' | b'+' | b'~' | b','));
    let mut from = authority;
    // `hxxp:// evil.com`: who disguises the scheme may part it from the host as well.
    if disguised && bytes.get(from) == Some(&b' ') {
        from += 1;
    }
    let line = bytes[from..]
        .iter()
        .take(2048)
        .position(|b| stops(*b) || matches!(b, b'/' | b'?' | b'#'))
        .map_or(bytes.len().min(from + 2048), |at| from + at);
    let mut userinfo = "";
    if let Some(at) = memchr::memrchr(b'@', &bytes[from..line]) {
        userinfo = &text[from..from + at];
        from += at + 1;
    }
    let host = host(text, from)?;
    let mut end = host.end;
    let mut port = None;
    if bytes.get(end) == Some(&b':') {
        let digits = bytes[end + 1..].iter().take(5).take_while(|b| b.is_ascii_digit()).count();
        if let Ok(number) = text[end + 1..end + 1 + digits].parse::<u16>() {
            port = Some(number);
            end += 1 + digits;
        }
    }
    let path_start = end;
    if matches!(bytes.get(end), Some(b'/' | b'?' | b'#')) {
        end = end_of(text, end, quoted).max(path_start);
    }
    let mut value = format!("{meant}://");
    if !userinfo.is_empty() {
        value.push_str(userinfo);
        value.push('@');
    }
    value.push_str(&host.value);
    if let Some(port) = port {
        value.push_str(&format!(":{port}"));
    }
    value.push_str(&text[path_start..end]);
    if let Some(reason) = host.problem {
        finds.turn_away("url", &value, start, end, reason);
        return Some(end);
    }
    let tail = &text[path_start..end];
    let (tail, fragment) = tail.split_once('#').map_or((tail, None), |(a, b)| (a, Some(b)));
    let (path, query) = tail.split_once('?').map_or((tail, None), |(a, b)| (a, Some(b)));
    let mut parts = vec![("scheme", meant), ("host", host.value.clone())];
    parts.extend(port.map(|port| ("port", port.to_string())));
    if !path.is_empty() {
        parts.push(("path", path.to_string()));
    }
    parts.extend(query.map(|query| ("query", query.to_string())));
    parts.extend(fragment.filter(|f| !f.is_empty()).map(|f| ("fragment", f.to_string())));
    if !userinfo.is_empty() {
        parts.push(("userinfo", userinfo.to_string()));
    }
    parts.extend(host.registrable.map(|name| ("registrable", name)));
    let is_service = account::is_service(&host.value);
    let found = finds.add("url", value, start, end);
    found.parts = parts;
    found.defanged = disguised;
    // A service numbers its users' pages with as many digits.
    if !is_service {
        digests_in_path(finds, text, path_start, end);
    }
    advisories_in_path(finds, text, path_start, end);
    Some(end)
}

/// `/advisories/GHSA-…`, `/detail/CVE-…`: what the page is about.
fn advisories_in_path(finds: &mut Finds, text: &str, start: usize, end: usize) {
    for prefix in ["CVE-", "GHSA-"] {
        if let Some(at) = memchr::memmem::find(&text.as_bytes()[start..end], prefix.as_bytes()) {
            let own = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
            let length = text.as_bytes()[start + at..end].iter().take_while(|b| own(b)).count();
            super::identifier::read(finds, text, start + at, start + at + length);
        }
    }
}

/// A payload served under its digest: the last part of the path, before its ending; or the page of a file at a scanner,
/// where the part before says so. Digits elsewhere in a path number other things.
fn digests_in_path(finds: &mut Finds, text: &str, start: usize, end: usize) {
    let bytes = text.as_bytes();
    let mut at = start;
    while at < end {
        let run = bytes[at..end].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        let hex = run >= 32 && bytes[at..at + run].iter().all(u8::is_ascii_hexdigit);
        let (lead, rest) = (&bytes[start..at], &bytes[at + run..end]);
        let last = memchr::memchr(b'/', rest).is_none_or(|slash| slash + 1 == rest.len());
        let of_a_file = ["/file/", "/files/", "/sample/", "/samples/", "/sha256/", "/report/"]
            .iter()
            .any(|part| lead.ends_with(part.as_bytes()));
        if hex && (last || of_a_file) {
            let before = finds.found.len();
            super::digest::read(finds, text, at, at + run);
            if let Some(found) = finds.found.get_mut(before) {
                found.doubt = Some(Doubt::AsName);
            }
        }
        at += run.max(1);
    }
}

/// `host/path` without a scheme: `host_end` is where the host, already found to be one, ends. Returns where it ends.
pub fn read_schemeless(
    finds: &mut Finds,
    text: &str,
    start: usize,
    host_end: usize,
    domain: &domain::Domain,
    port: Option<u16>,
    path_start: usize,
) -> usize {
    let bytes = text.as_bytes();
    let quoted =
        start.checked_sub(1).map(|at| bytes[at]).filter(|b| matches!(b, b'\'' | b'*' | b'_' | b'+' | b'~' | b','));
    let end = end_of(text, path_start, quoted);
    if end <= path_start + 1 {
        return path_start.max(host_end);
    }
    let tail = &text[path_start..end];
    let mut value = domain.ascii.clone();
    if let Some(port) = port {
        value.push_str(&format!(":{port}"));
    }
    value.push_str(tail);
    let (path, query) = tail.split_once('?').map_or((tail, None), |(a, b)| (a, Some(b)));
    let mut parts = vec![("host", domain.ascii.clone())];
    parts.extend(port.map(|port| ("port", port.to_string())));
    parts.push(("path", path.to_string()));
    parts.extend(query.map(|query| ("query", query.to_string())));
    parts.push(("registrable", domain.registrable.clone()));
    finds.add("url", value, start, end).parts = parts;
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        let mut finds = Finds::default();
        let colon = text.find(':').unwrap();
        read(&mut finds, text, 0, colon, colon + 3);
        finds
            .found
            .first()
            .map(|found| found.value.clone())
            .unwrap_or_else(|| format!("turned: {}", finds.turned[0].reason))
    }

    #[test]
    fn schemes_and_ends() {
        assert_eq!(one("hxxps://Evil.com/A(b).php)."), "https://evil.com/A(b).php");
        assert_eq!(one("h**p://evil.com:8080/x?y=1, then"), "http://evil.com:8080/x?y=1");
        assert_eq!(one("http://user:pw@[2a02:348::1]:81/x"), "http://user:pw@[2a02:348::1]:81/x");
        assert_eq!(one("https://evil.com/a”"), "https://evil.com/a");
        assert_eq!(one("ftp://10.0.0.1/x"), "turned: private-address");
        assert_eq!(one("meow://evil.com"), "http://evil.com");
        assert_eq!(one("wget+http://evil.com/a;sh+a"), "http://evil.com/a");
        assert_eq!(one("git+https://evil.com/a;sid=1"), "git+https://evil.com/a;sid=1");
        assert_eq!(one("ldap://evil.com:1389/a}"), "ldap://evil.com:1389/a");
    }
}
