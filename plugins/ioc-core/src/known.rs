//! Known-good and shared values, read once in `init` from the shipped lists and kept as sorted fingerprints: 8 bytes a
//! name or digest, whatever its length.

use std::sync::OnceLock;

/// What a list says of a value; a value can be on several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lists(u16);

impl Lists {
    /// Among the most used names of the world, or a service of everybody's.
    pub const POPULAR: Lists = Lists(1);
    /// Names below it can be had by anybody at once.
    pub const DYNAMIC_DNS: Lists = Lists(2);
    pub const SHORTENER: Lists = Lists(4);
    /// A trusted site that attackers store and serve things from.
    pub const SHARED_SITE: Lists = Lists(8);
    /// Publishers of security news, sandboxes, scanners: what articles link to.
    pub const SECURITY_SITE: Lists = Lists(16);
    pub const DISPOSABLE_MAIL: Lists = Lists(32);
    pub const CLEAN_FILE: Lists = Lists(64);
    pub const EMPTY_INPUT: Lists = Lists(128);
    pub const TEST_FILE: Lists = Lists(256);
    /// The entry itself, not a name below it, is what the list means.
    const BITS: u64 = 0xFFFF;

    pub fn has(self, other: Lists) -> bool {
        self.0 & other.0 != 0
    }

    fn without(self, other: Lists) -> Lists {
        Lists(self.0 & !other.0)
    }

    pub fn or(self, other: Lists) -> Lists {
        Lists(self.0 | other.0)
    }
}

/// The lists of names and digests, by the name that the manifest gives them.
const NAMES: [(&str, Lists); 14] = [
    ("warninglists/automated-malware-analysis.json", Lists::SECURITY_SITE),
    ("warninglists/cisco_top5k.json", Lists::POPULAR),
    ("warninglists/common-ioc-false-positive.json", Lists::CLEAN_FILE),
    ("warninglists/crl-hostname.json", Lists::POPULAR),
    ("warninglists/disposable-email.json", Lists::DISPOSABLE_MAIL),
    ("warninglists/dynamic-dns.json", Lists::DYNAMIC_DNS),
    ("warninglists/eicar.com.json", Lists::TEST_FILE),
    ("warninglists/empty-hashes.json", Lists::EMPTY_INPUT),
    ("warninglists/google.json", Lists::POPULAR),
    ("warninglists/lots-project.json", Lists::SHARED_SITE),
    ("warninglists/microsoft.json", Lists::POPULAR),
    ("warninglists/security-provider-blogpost.json", Lists::SECURITY_SITE),
    ("warninglists/ti-falsepositives.json", Lists::CLEAN_FILE),
    ("warninglists/url-shortener.json", Lists::SHORTENER),
];
const WHATS_MY_IP: &str = "warninglists/whats-my-ip.json";
const SINKHOLES: &str = "warninglists/sinkholes.json";
const RESOLVERS: &str = "warninglists/public-resolvers.json";

/// Everything known, ready to be asked.
#[derive(Debug, Default)]
pub struct Known {
    /// 48 bits of fingerprint, 16 bits of [`Lists`], ascending.
    names: Vec<u64>,
    /// First and last address, ascending.
    sinkholes: Vec<(u32, u32)>,
    resolvers: Vec<(u32, u32)>,
}

static KNOWN: OnceLock<Known> = OnceLock::new();

/// What `init` read; empty lists if it did not run.
pub fn known() -> &'static Known {
    KNOWN.get_or_init(Known::default)
}

/// Reads all lists.
///
/// # Errors
/// The name of the list that could not be read and why, or that it holds no list.
pub fn load() -> Result<(), String> {
    let mut known = Known::default();
    for (name, lists) in NAMES.into_iter().chain([(WHATS_MY_IP, Lists::POPULAR)]) {
        read_list(name, |value| {
            let value = value.trim_start_matches('.').to_ascii_lowercase();
            known.names.push(fingerprint(value.as_bytes()) & !Lists::BITS | u64::from(lists.0));
        })?;
    }
    known.names.sort_unstable();
    known.names.dedup_by(|next, kept| {
        let same = *next & !Lists::BITS == *kept & !Lists::BITS;
        if same {
            *kept |= *next & Lists::BITS;
        }
        same
    });
    known.names.shrink_to_fit();
    for (name, ranges) in [(SINKHOLES, &mut known.sinkholes), (RESOLVERS, &mut known.resolvers)] {
        read_list(name, |value| ranges.extend(range(value)))?;
        ranges.sort_unstable();
    }
    KNOWN.set(known).map_err(|_| "the lists were read twice".to_string())
}

impl Known {
    fn exact(&self, value: &str) -> Lists {
        let print = fingerprint(value.as_bytes()) & !Lists::BITS;
        let at = self.names.partition_point(|entry| *entry & !Lists::BITS < print);
        match self.names.get(at) {
            Some(entry) if *entry & !Lists::BITS == print => Lists((*entry & Lists::BITS) as u16),
            _ => Lists::default(),
        }
    }

    /// What is known of a digest in lower-case hex.
    pub fn digest(&self, hex: &str) -> Lists {
        self.exact(hex)
    }

    /// What is known of a host name in lower-case ASCII: of the name itself and of the names above it, down to
    /// `registrable`.
    pub fn host(&self, host: &str, registrable: &str) -> Lists {
        let mut lists = Lists::default();
        let mut name = host;
        loop {
            lists = lists.or(self.exact(name));
            if name.len() <= registrable.len() {
                // A provider's own suffix ("duckdns.org" is one of the public suffix list) is above the registrable name.
                if let Some((_, suffix)) = name.split_once('.').filter(|(_, suffix)| suffix.contains('.')) {
                    // The provider is well known; what a tenant puts there is not.
                    lists = lists.or(self.exact(suffix).without(Lists::POPULAR));
                }
                return lists;
            }
            match name.split_once('.') {
                Some((_, parent)) => name = parent,
                None => return lists,
            }
        }
    }

    pub fn is_sinkhole(&self, address: u32) -> bool {
        inside(&self.sinkholes, address)
    }

    pub fn is_resolver(&self, address: u32) -> bool {
        inside(&self.resolvers, address)
    }
}

fn inside(ranges: &[(u32, u32)], address: u32) -> bool {
    let at = ranges.partition_point(|(first, _)| *first <= address);
    // Ranges of one list may lie within each other; three back covers what the lists hold.
    ranges[at.saturating_sub(3)..at].iter().any(|(_, last)| *last >= address)
}

/// `192.0.2.0/24` or `192.0.2.1` as first and last address; IPv6 entries are passed over.
fn range(value: &str) -> Option<(u32, u32)> {
    let (address, bits) = match value.split_once('/') {
        Some((address, bits)) => (address, bits.parse::<u32>().ok().filter(|bits| *bits <= 32)?),
        None => (value, 32),
    };
    let address = u32::from(address.parse::<std::net::Ipv4Addr>().ok()?);
    let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
    Some((address & mask, address | !mask))
}

/// FNV-1a with a finishing mix, so that the upper bits depend on every byte.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

/// Calls `each` with every string of the file's `list`. The bytes are wiped afterwards: what stays in memory becomes
/// part of the prepared plugin.
fn read_list(name: &str, mut each: impl FnMut(&str)) -> Result<(), String> {
    let mut bytes =
        huntsmith_sdk::data::read(name).map_err(|e| format!("known-good list {name} cannot be read: {e}"))?;
    let begin = memchr::memmem::find(&bytes, b"\"list\"").map(|at| at + 6);
    let mut count = 0usize;
    if let Some(begin) = begin {
        let mut rest = &bytes[begin..];
        while let Some(open) = memchr::memchr2(b'"', b']', rest) {
            if rest[open] == b']' {
                break;
            }
            rest = &rest[open + 1..];
            let Some(close) = memchr::memchr(b'"', rest) else { break };
            if let Ok(value) = std::str::from_utf8(&rest[..close]) {
                each(value);
                count += 1;
            }
            rest = &rest[close + 1..];
        }
    }
    bytes.fill(0);
    std::hint::black_box(&bytes);
    if count == 0 { Err(format!("known-good list {name} holds no entries under \"list\"")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_their_ends() {
        let ranges = vec![range("192.0.2.0/30").unwrap(), range("198.51.100.7").unwrap()];
        assert!(inside(&ranges, u32::from(std::net::Ipv4Addr::new(192, 0, 2, 3))));
        assert!(!inside(&ranges, u32::from(std::net::Ipv4Addr::new(192, 0, 2, 4))));
        assert!(inside(&ranges, u32::from(std::net::Ipv4Addr::new(198, 51, 100, 7))));
    }

    #[test]
    fn names_answer_for_the_names_below_them() {
        crate::tests_support::load_lists();
        let known = known();
        assert!(known.host("a.b.google.com", "google.com").has(Lists::POPULAR));
        assert!(known.host("evil.duckdns.org", "evil.duckdns.org").has(Lists::DYNAMIC_DNS));
        assert!(known.digest("d41d8cd98f00b204e9800998ecf8427e").has(Lists::EMPTY_INPUT));
        assert_eq!(known.host("nobody-has-this-name.example", "nobody-has-this-name.example"), Lists::default());
    }
}
