//! Blocks of addresses (RFC 4632): a network and the length of its prefix.

use super::ipv4;
use crate::found::Finds;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An IPv4 network, reserved ones turned away.
pub(super) fn add4(finds: &mut Finds, address: Ipv4Addr, prefix: u8, start: usize, end: usize) {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
    let network = Ipv4Addr::from(u32::from(address) & mask);
    let value = format!("{network}/{prefix}");
    if let Some(reason) = ipv4::reserved(address) {
        finds.turn_away("cidr", &value, start, end, reason);
        return;
    }
    finds.add("cidr", value, start, end).parts = vec![("address", network.to_string()), ("prefix", prefix.to_string())];
}

/// An IPv6 network.
pub(super) fn add6(finds: &mut Finds, address: Ipv6Addr, prefix: u8, start: usize, end: usize) {
    let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
    let network = Ipv6Addr::from(u128::from(address) & mask);
    finds.add("cidr", format!("{network}/{prefix}"), start, end).parts =
        vec![("address", network.to_string()), ("prefix", prefix.to_string())];
}

/// Digits at a position, `most` at most.
pub(super) fn count_digits(bytes: &[u8], from: usize, most: usize) -> usize {
    bytes[from.min(bytes.len())..].iter().take(most).take_while(|b| b.is_ascii_digit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_network_of_an_address() {
        let mut finds = Finds::default();
        ipv4::read(&mut finds, "45.77.36.243/24", 0, 12);
        add6(&mut finds, "2a02:348::1".parse().unwrap(), 32, 0, 14);
        let values: Vec<_> = finds.found.iter().map(|found| (found.kind, found.value.as_str())).collect();
        assert_eq!(values, [("cidr", "45.77.36.0/24"), ("cidr", "2a02:348::/32")]);
    }
}
