//! IPv4 (RFC 791 dotted decimal), IPv6 (RFC 4291, written back by RFC 5952), networks (RFC 4632), and the ranges that
//! IANA reserves (RFC 6890).

use crate::codes::turned;
use crate::found::{Doubt, Finds};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why an IPv4 address is nobody's on the internet.
pub fn reserved4(address: Ipv4Addr) -> Option<&'static str> {
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

/// Why an IPv6 address is nobody's on the internet, or not one that anybody wrote.
pub fn reserved6(address: Ipv6Addr) -> Option<&'static str> {
    let [a, b, ..] = address.segments();
    if address.to_ipv4_mapped().is_some() || (a, b) == (0x64, 0xff9b) {
        return None;
    }
    match a {
        0x2001 if b == 0xdb8 => Some(turned::DOCUMENTATION),
        0x3fff if b < 0x1000 => Some(turned::DOCUMENTATION),
        0x2000..=0x3fff => None,
        0xfc00..=0xfdff => Some(turned::PRIVATE_ADDRESS),
        0xfe80..=0xfebf | 0xff00..=0xffff => Some(turned::RESERVED_ADDRESS),
        _ => Some(turned::RESERVED_ADDRESS),
    }
}

/// Four decimal numbers up to 255 without leading zeros.
pub fn parse4(text: &str) -> Option<Ipv4Addr> {
    if text.len() < 7 || text.len() > 15 {
        return None;
    }
    text.parse().ok()
}

/// A run of digits and dots, dots trimmed from its ends. Returns where to go on.
pub fn read4(finds: &mut Finds, text: &str, start: usize, end: usize) -> usize {
    let run = &text[start..end];
    let Some(address) = parse4(run) else {
        if run.bytes().filter(|b| *b == b'.').count() == 3 {
            finds.turn_away("ipv4", run, start, end, turned::NUMBER);
        }
        return end;
    };
    let bytes = text.as_bytes();
    let mut stop = end;
    let mut port = None;
    if bytes.get(end) == Some(&b'/') {
        let digits = count_digits(bytes, end + 1, 3);
        let after = bytes.get(end + 1 + digits);
        let prefix = text[end + 1..end + 1 + digits].parse::<u8>().ok().filter(|p| (8..=32).contains(p));
        if let Some(prefix) =
            prefix.filter(|_| digits <= 2 && !after.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'/'))
        {
            stop = end + 1 + digits;
            network4(finds, address, prefix, start, stop);
            return stop;
        }
    }
    if bytes.get(end) == Some(&b':') {
        let digits = count_digits(bytes, end + 1, 6);
        if let Ok(number) = text[end + 1..end + 1 + digits].parse::<u16>() {
            stop = end + 1 + digits;
            port = Some(number);
        }
    }
    if let Some(reason) = reserved4(address) {
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

fn network4(finds: &mut Finds, address: Ipv4Addr, prefix: u8, start: usize, end: usize) {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
    let network = Ipv4Addr::from(u32::from(address) & mask);
    let value = format!("{network}/{prefix}");
    if let Some(reason) = reserved4(address) {
        finds.turn_away("cidr", &value, start, end, reason);
        return;
    }
    finds.add("cidr", value, start, end).parts = vec![("address", network.to_string()), ("prefix", prefix.to_string())];
}

fn count_digits(bytes: &[u8], from: usize, most: usize) -> usize {
    bytes[from.min(bytes.len())..].iter().take(most).take_while(|b| b.is_ascii_digit()).count()
}

/// Colon-separated groups of hexadecimal digits that begin at `start`. Returns where to go on, or `None` if it is no
/// address at all.
pub fn read6(finds: &mut Finds, text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let length =
        bytes[start..].iter().take(64).take_while(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.')).count();
    let mut end = start + length;
    while end > start && (bytes[end - 1] == b'.' || (bytes[end - 1] == b':' && !text[..end].ends_with("::"))) {
        end -= 1;
    }
    let run = &text[start..end];
    if bytes.get(start + length).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_') || run.len() < 3 {
        return None;
    }
    if run.bytes().filter(|b| *b == b':').count() < 2 {
        return None;
    }
    let address: Ipv6Addr = match run.parse() {
        Ok(address) => address,
        Err(_) => {
            if run.bytes().all(|b| b.is_ascii_digit() || b == b':') && run.len() >= 5 {
                finds.turn_away("ipv6", run, start, end, turned::TIMESTAMP);
                return Some(end);
            }
            return None;
        }
    };
    // `dead::beef` in code and `12:30:01::` in logs parse as addresses; nobody routes them.
    let digits = run.bytes().any(|b| b.is_ascii_digit());
    if let Some(reason) = reserved6(address) {
        let reason = match reason {
            turned::RESERVED_ADDRESS
                if address.segments()[0] < 0xfc00 && !address.is_loopback() && !address.is_unspecified() =>
            {
                if digits && run.split(':').all(|group| group.len() <= 2 && group.bytes().all(|b| b.is_ascii_digit())) {
                    turned::TIMESTAMP
                } else {
                    turned::CODE_IDENTIFIER
                }
            }
            reason => reason,
        };
        finds.turn_away("ipv6", run, start, end, reason);
        return Some(end);
    }
    if let Some(length) = bytes.get(end).filter(|b| **b == b'/').map(|_| count_digits(bytes, end + 1, 3))
        && let Some(prefix) = text[end + 1..end + 1 + length].parse::<u8>().ok().filter(|p| (16..=128).contains(p))
    {
        let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
        let network = Ipv6Addr::from(u128::from(address) & mask);
        let stop = end + 1 + length;
        finds.add("cidr", format!("{network}/{prefix}"), start, stop).parts =
            vec![("address", network.to_string()), ("prefix", prefix.to_string())];
        return Some(stop);
    }
    finds.add("ipv6", address.to_string(), start, end);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn four(text: &str) -> Finds {
        let mut finds = Finds::default();
        read4(&mut finds, text, 0, text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count());
        finds
    }

    #[test]
    fn ipv4_with_port_and_network() {
        let finds = four("45.77.36.243:8080");
        assert_eq!(finds.found[0].value, "45.77.36.243");
        assert_eq!(finds.found[0].properties, [("port", "8080".to_string())]);
        let finds = four("45.77.36.243/24");
        assert_eq!((finds.found[0].kind, finds.found[0].value.as_str()), ("cidr", "45.77.36.0/24"));
        assert_eq!(four("192.168.0.1").turned[0].reason, turned::PRIVATE_ADDRESS);
        assert_eq!(four("203.0.113.9").turned[0].reason, turned::DOCUMENTATION);
        assert_eq!(four("256.1.1.1").turned[0].reason, turned::NUMBER);
    }

    #[test]
    fn ipv6_is_compressed_and_code_is_not_one() {
        let mut finds = Finds::default();
        read6(&mut finds, "2A02:0348:0000:0000:0000:0000:0000:0001 ", 0);
        assert_eq!(finds.found[0].value, "2a02:348::1");
        for text in ["12:30:45", "dead::beef", "::", "00:11:22:33:44:55"] {
            let before = finds.found.len();
            read6(&mut finds, text, 0);
            assert_eq!(finds.found.len(), before, "{text}");
        }
    }
}
