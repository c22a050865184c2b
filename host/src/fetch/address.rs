//! Which addresses on the network belong to somebody's inside: an article must never make huntsmith call there.
//!
//! From IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates), read as an allow-list: what
//! is not plainly global unicast is not public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressClass {
    Public,
    Loopback,
    Private,
    LinkLocal,
    /// Shared by a carrier's customers (RFC 6598).
    Carrier,
    Multicast,
    /// A service that hands credentials to whoever asks from inside a machine.
    Metadata,
    /// An address in which another is wrapped (6to4, Teredo, local NAT64): where it leads is not ours to know.
    Tunnel,
    /// For documentation, benchmarks, protocols; unspecified; not assigned.
    Reserved,
}

impl AddressClass {
    /// As errors name it.
    pub fn as_str(self) -> &'static str {
        match self {
            AddressClass::Public => "public",
            AddressClass::Loopback => "loopback",
            AddressClass::Private => "private",
            AddressClass::LinkLocal => "link-local",
            AddressClass::Carrier => "carrier-grade NAT",
            AddressClass::Multicast => "multicast",
            AddressClass::Metadata => "metadata-service",
            AddressClass::Tunnel => "tunnel",
            AddressClass::Reserved => "reserved",
        }
    }

    /// Whether an operator who names a host means it to be reached at such an address.
    pub fn can_be_named(self) -> bool {
        matches!(self, AddressClass::Loopback | AddressClass::Private | AddressClass::LinkLocal | AddressClass::Carrier)
    }
}

/// Where metadata services of hosting platforms listen, as their documentation gives it; some of these addresses
/// would pass as carrier-grade, unique-local or even public ones.
const METADATA_V4: [Ipv4Addr; 6] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(169, 254, 170, 2),
    Ipv4Addr::new(169, 254, 170, 23),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x23),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x254),
];

/// The class of `address`; one that is mapped into IPv6, or translated by the well-known NAT64 prefix, has the class
/// of the IPv4 address inside.
pub fn classify(address: IpAddr) -> AddressClass {
    match address {
        IpAddr::V4(v4) => classify_v4(v4),
        IpAddr::V6(v6) => classify_v6(v6),
    }
}

fn classify_v4(address: Ipv4Addr) -> AddressClass {
    if METADATA_V4.contains(&address) {
        return AddressClass::Metadata;
    }
    match address.octets() {
        [127, ..] => AddressClass::Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => AddressClass::Private,
        [169, 254, ..] => AddressClass::LinkLocal,
        [100, 64..=127, ..] => AddressClass::Carrier,
        [224..=239, ..] => AddressClass::Multicast,
        // This network; protocol assignments; the three documentation nets; the 6to4 relay; benchmarks; class E.
        [0, ..]
        | [192, 0, 0, _]
        | [192, 0, 2, _]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [240..=255, ..] => AddressClass::Reserved,
        _ => AddressClass::Public,
    }
}

fn classify_v6(address: Ipv6Addr) -> AddressClass {
    if METADATA_V6.contains(&address) {
        return AddressClass::Metadata;
    }
    let [a, b, c, ..] = address.segments();
    let inner = || {
        let [.., w, x, y, z] = address.octets();
        classify_v4(Ipv4Addr::new(w, x, y, z))
    };
    if address.is_loopback() {
        return AddressClass::Loopback;
    }
    if address.to_ipv4_mapped().is_some() {
        return inner();
    }
    match (a, b, c) {
        (0x64, 0xff9b, 0) if address.segments()[3..6] == [0, 0, 0] => inner(),
        (0x64, 0xff9b, _) => AddressClass::Tunnel,
        (0xfe80..=0xfebf, ..) => AddressClass::LinkLocal,
        // Unique-local, and the site-local addresses that they replaced.
        (0xfc00..=0xfdff, ..) | (0xfec0..=0xfeff, ..) => AddressClass::Private,
        (0xff00..=0xffff, ..) => AddressClass::Multicast,
        (0x2002, ..) | (0x2001, 0, _) => AddressClass::Tunnel,
        // Protocol assignments, documentation.
        (0x2001, 0x0001..=0x01ff, _) | (0x2001, 0x0db8, _) | (0x3fff, 0x0000..=0x0fff, _) => AddressClass::Reserved,
        (0x2000..=0x3fff, ..) => AddressClass::Public,
        _ => AddressClass::Reserved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line: an address, and its class.
    const CASES: &str = "
        8.8.8.8 public
        1.1.1.1 public
        127.0.0.1 loopback
        127.255.255.254 loopback
        0.0.0.0 reserved
        0.1.2.3 reserved
        10.0.0.1 private
        172.15.255.255 public
        172.16.0.1 private
        172.31.255.255 private
        172.32.0.0 public
        192.168.0.1 private
        169.254.0.1 link-local
        169.254.169.254 metadata-service
        168.63.129.16 metadata-service
        100.64.0.1 carrier-grade NAT
        100.127.255.255 carrier-grade NAT
        100.128.0.0 public
        100.100.100.200 metadata-service
        192.0.0.192 metadata-service
        192.0.2.1 reserved
        198.18.0.1 reserved
        198.20.0.0 public
        203.0.113.9 reserved
        224.0.0.1 multicast
        239.255.255.255 multicast
        240.0.0.1 reserved
        255.255.255.255 reserved
        :: reserved
        ::1 loopback
        ::ffff:127.0.0.1 loopback
        ::ffff:8.8.8.8 public
        ::ffff:169.254.169.254 metadata-service
        ::127.0.0.1 reserved
        ::8.8.8.8 reserved
        64:ff9b::7f00:1 loopback
        64:ff9b::a9fe:a9fe metadata-service
        64:ff9b::808:808 public
        64:ff9b:1::808:808 tunnel
        64:ff9b:0:0:1::808:808 tunnel
        2002:7f00:1:: tunnel
        2001:0:1:2:3:4:5:6 tunnel
        2001:db8::1 reserved
        2001:10::1 reserved
        3fff::1 reserved
        fe80::1 link-local
        fec0::1 private
        fd00::1 private
        fd00:ec2::254 metadata-service
        fd20:ce::254 metadata-service
        ff02::1 multicast
        100::1 reserved
        5f00::1 reserved
        4000::1 reserved
        2606:4700:4700::1111 public
        2a00:1450:4001:82a::200e public
    ";

    #[test]
    fn every_class_of_address_is_known() {
        let cases: Vec<_> = CASES.lines().filter_map(|line| line.trim().split_once(' ')).collect();
        assert!(cases.len() > 50);
        for (address, class) in cases {
            assert_eq!(classify(address.parse().unwrap()).as_str(), class, "{address}");
        }
    }
}
