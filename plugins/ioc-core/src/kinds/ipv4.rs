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

#[cfg(test)]
mod tests {
    use super::*;

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
