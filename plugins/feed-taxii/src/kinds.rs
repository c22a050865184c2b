//! Which indicator kind a comparison of a STIX pattern states (STIX 2.1, part 6: cyber-observable objects).

use crate::pattern::{Comparison, Operator};

/// The contract's kind and value of everything that a comparison says is bad; nothing for what it excludes, for
/// wildcards and regular expressions, and for fields that no kind stands for.
pub fn stated(comparison: &Comparison) -> Vec<(&'static str, String)> {
    let exact = matches!(comparison.operator, Operator::Equal | Operator::In | Operator::Subset);
    if comparison.negated || !exact {
        return Vec::new();
    }
    let one = |value: &String| Some((kind(&comparison.object, &comparison.path, value)?, value.trim().to_string()));
    comparison.values.iter().filter_map(one).filter(|(_, value)| !value.is_empty()).collect()
}

fn kind(object: &str, path: &str, value: &str) -> Option<&'static str> {
    Some(match (object, path) {
        ("ipv4-addr" | "ipv6-addr", "value")
        | ("network-traffic", "src_ref.value" | "dst_ref.value")
        | ("domain-name", "resolves_to_refs.value") => host(value)?,
        ("domain-name", "value") | ("ipv4-addr" | "ipv6-addr", "resolves_to_refs.value") => "domain",
        ("url", "value") => "url",
        ("email-addr", "value") | ("email-message", "from_ref.value" | "sender_ref.value" | "to_refs.value") => "email",
        ("mac-addr", "value") => "mac",
        ("autonomous-system", "number") => return None,
        ("file" | "artifact", path) if path.starts_with("hashes.") => digest(&path["hashes.".len()..])?,
        ("file", "name") if value.contains(['\\', '/']) => "file_path",
        ("file", "name") => "file_name",
        ("file", "extensions.windows-pebinary-ext.imphash") => "imphash",
        ("windows-registry-key", "key") => "registry_key",
        ("mutex", "name") => "mutex",
        ("process", "command_line") => "command_line",
        ("process", "name" | "image_ref.name" | "binary_ref.name") => "file_name",
        ("network-traffic", "extensions.http-request-ext.request_header.User-Agent") => "user_agent",
        ("x509-certificate", "serial_number") => "certificate_serial",
        ("x509-certificate", "hashes.SHA-1" | "hashes.SHA-256") => "certificate_thumbprint",
        _ => return None,
    })
}

/// The kind of an address, a block of them, or a name.
fn host(value: &str) -> Option<&'static str> {
    Some(match value {
        value if value.contains('/') => "cidr",
        value if value.contains(':') => "ipv6",
        value if value.bytes().all(|b| b.is_ascii_digit() || b == b'.') => "ipv4",
        value if value.contains('.') => "domain",
        _ => return None,
    })
}

fn digest(algorithm: &str) -> Option<&'static str> {
    Some(match algorithm.to_ascii_uppercase().replace(['-', '_'], "").as_str() {
        "MD5" => "md5",
        "SHA1" => "sha1",
        "SHA224" => "sha224",
        "SHA256" => "sha256",
        "SHA384" => "sha384",
        "SHA512" => "sha512",
        "SSDEEP" => "ssdeep",
        "TLSH" => "tlsh",
        _ => return None,
    })
}
