//! IPv4 addresses (RFC 791, dotted decimal) and the ranges that IANA reserves (RFC 6890).

use super::cidr;
use crate::codes::turned;
use crate::found::{Doubt, Finds};
use std::net::Ipv4Addr;

/// Why an IPv4 address is nobody's on the internet.
pub fn reserved(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    match (a, b, c) {
        (10, ..) | (172, 16..=31, _) | (192, 168, _) => Some(turned::PRIVATE_ADDRESS),
        (192, 0, 2) | (198, 51, 100) | (203, 0, 113) => Some(turned::DOCUMENTATION),
        (0, ..)
        | (127, ..)
        | (169, 254, _)
        | (100, 64..=127, _)
        | (192, 0, 0)
        | (198, 18..=19, _)
        | (224..=255, ..) => Some(turned::RESERVED_ADDRESS),
        _ => None,
    }
}

/// Four decimal numbers up to 255 without leading zeros.
pub fn parse(text: &str) -> Option<Ipv4Addr> {
    if text.len() < 7 || text.len() > 15 {
        return None;
    }
    text.parse().ok()
}

/// A run of digits and dots, dots trimmed from its ends. Returns where to go on.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> usize {
    let run = &text[start..end];
    let Some(address) = parse(run) else {
        if run.bytes().filter(|b| *b == b'.').count() == 3 {
            finds.turn_away("ipv4", run, start, end, turned::NUMBER);
        }
        return end;
    };
    let bytes = text.as_bytes();
    let mut stop = end;
    let mut port = None;
    if bytes.get(end) == Some(&b'/') {
        let digits = cidr::count_digits(bytes, end + 1, 3);
        let after = bytes.get(end + 1 + digits);
        let prefix = text[end + 1..end + 1 + digits].parse::<u8>().ok().filter(|p| (8..=32).contains(p));
        if let Some(prefix) =
            prefix.filter(|_| digits <= 2 && !after.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'/'))
        {
            stop = end + 1 + digits;
            cidr::add4(finds, address, prefix, start, stop);
            return stop;
        }
    }
    if bytes.get(end) == Some(&b':') {
        let digits = cidr::count_digits(bytes, end + 1, 6);
        if let Ok(number) = text[end + 1..end + 1 + digits].parse::<u16>() {
            stop = end + 1 + digits;
            port = Some(number);
        }
    }
    if let Some(reason) = reserved(address) {
        finds.turn_away("ipv4", run, start, end, reason);
        return stop;
    }
    let found = finds.add("ipv4", address.to_string(), start, end);
    if let Some(port) = port {
        found.properties.push(("port", port.to_string()));
    } else if address.octets().iter().all(|octet| *octet < 30) || address.octets()[2..] == [0, 0] {
        found.doubt = Some(Doubt::Version);
    }
    stop
}

/// An address that a margin broke after a dot: two or three of its numbers end a line, the others begin the next. Returns
/// where it ends.
pub fn read_broken(finds: &mut Finds, text: &str, start: usize, end: usize) -> Option<usize> {
    let rest = text[end..].strip_prefix('.')?;
    let rest = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
    let next = text.len() - rest.len();
    let length = rest.bytes().take(12).take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let others = rest[..length].trim_end_matches('.');
    if rest[others.len()..].starts_with(|c: char| c.is_alphanumeric()) {
        return None;
    }
    let address = parse(&format!("{}.{others}", &text[start..end])).filter(|address| reserved(*address).is_none())?;
    // Numbers of chapters are as small, and end a line as well.
    if address.octets().iter().all(|octet| *octet < 30) {
        return None;
    }
    finds.add("ipv4", address.to_string(), start, next + others.len());
    Some(next + others.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_breaks_one() {
        let mut finds = Finds::default();
        assert_eq!(read_broken(&mut finds, "194.87.\n31.229. It", 0, 6), Some(14));
        assert_eq!(finds.found[0].value, "194.87.31.229");
        assert_eq!(read_broken(&mut finds, "5.4.\n3.2 Next", 0, 3), None);
        assert_eq!(read_broken(&mut finds, "194.87.\n31 is", 0, 6), None);
    }

    #[test]
    fn port_and_reserved_ranges() {
        let read = |text: &str| {
            let mut finds = Finds::default();
            read(&mut finds, text, 0, text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count());
            finds
        };
        let finds = read("45.77.36.243:8080");
        assert_eq!(finds.found[0].value, "45.77.36.243");
        assert_eq!(finds.found[0].properties, [("port", "8080".to_string())]);
        assert_eq!(read("192.168.0.1").turned[0].reason, turned::PRIVATE_ADDRESS);
        assert_eq!(read("203.0.113.9").turned[0].reason, turned::DOCUMENTATION);
        assert_eq!(read("256.1.1.1").turned[0].reason, turned::NUMBER);
    }
}
