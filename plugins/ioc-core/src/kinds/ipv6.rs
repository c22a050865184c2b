//! IPv6 addresses (RFC 4291, written back by RFC 5952) and the ranges that IANA reserves (RFC 6890).

use super::cidr;
use crate::codes::turned;
use crate::found::Finds;
use std::net::Ipv6Addr;

/// Why an IPv6 address is nobody's on the internet, or not one that anybody wrote.
pub fn reserved(address: Ipv6Addr) -> Option<&'static str> {
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

/// Colon-separated groups of hexadecimal digits that begin at `start`. Returns where to go on, or `None` if it is no
/// address at all.
pub fn read(finds: &mut Finds, text: &str, start: usize) -> Option<usize> {
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
    if let Some(reason) = reserved(address) {
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
    if let Some(length) = bytes.get(end).filter(|b| **b == b'/').map(|_| cidr::count_digits(bytes, end + 1, 3))
        && let Some(prefix) = text[end + 1..end + 1 + length].parse::<u8>().ok().filter(|p| (16..=128).contains(p))
    {
        let stop = end + 1 + length;
        cidr::add6(finds, address, prefix, start, stop);
        return Some(stop);
    }
    finds.add("ipv6", address.to_string(), start, end);
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_and_code_is_none() {
        let mut finds = Finds::default();
        read(&mut finds, "2A02:0348:0000:0000:0000:0000:0000:0001 ", 0);
        assert_eq!(finds.found[0].value, "2a02:348::1");
        for text in ["12:30:45", "dead::beef", "::", "00:11:22:33:44:55"] {
            let before = finds.found.len();
            read(&mut finds, text, 0);
            assert_eq!(finds.found.len(), before, "{text}");
        }
    }
}
