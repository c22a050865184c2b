//! Host names (RFC 1035, RFC 5891 for international ones): only the public suffix list decides what can be registered,
//! besides a few roots outside DNS (RFC 7686 `.onion`, and name systems that malware uses).

use crate::codes::turned;

/// Roots that are not in the public DNS but answer all the same: Tor, I2P, Namecoin, EmerCoin, OpenNIC.
const OTHER_ROOTS: [&str; 9] = ["onion", "i2p", "bit", "bazar", "coin", "emc", "lib", "libre", "bbs"];

/// Whether a root answers outside the public DNS.
pub fn is_other_root(root: &str) -> bool {
    OTHER_ROOTS.contains(&root)
}

/// A host name taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Lower case, punycode.
    pub ascii: String,
    /// Lower case, as a person would write it.
    pub unicode: String,
    /// The registrable name in ASCII; the whole name where it is itself a public suffix.
    pub registrable: String,
    /// The root is in the public suffix list.
    pub listed: bool,
}

/// Why a run of labels is not a name that anybody can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotADomain {
    /// Labels that DNS does not allow, or only one.
    Malformed,
    /// The last label is no public suffix: a file name, a version, code.
    UnknownSuffix,
    /// RFC 2606, RFC 6761: kept for examples.
    Example,
    /// RFC 6761, RFC 6762: never leaves the local network.
    Local,
}

impl NotADomain {
    pub fn code(self) -> &'static str {
        match self {
            NotADomain::Malformed => turned::IMPLAUSIBLE,
            NotADomain::UnknownSuffix => turned::UNKNOWN_SUFFIX,
            NotADomain::Example => turned::EXAMPLE_DOMAIN,
            NotADomain::Local => turned::LOCAL_NAME,
        }
    }
}

/// Takes a host name apart; no dot at its ends.
pub fn parse(text: &str) -> Result<Domain, NotADomain> {
    if text.len() > 253 || text.len() < 4 {
        return Err(NotADomain::Malformed);
    }
    let last = text.rsplit('.').next().unwrap_or_default();
    let plausible_root = last.len() >= 2 && !last.as_bytes()[0].is_ascii_digit();
    if !plausible_root || last.len() == text.len() {
        return Err(NotADomain::Malformed);
    }
    if text
        .split('.')
        .any(|label| label.is_empty() || label.len() > 63 || label.starts_with('-') || label.ends_with('-'))
    {
        return Err(NotADomain::Malformed);
    }
    let (ascii, unicode) = both_forms(text).ok_or(NotADomain::Malformed)?;
    let root = ascii.rsplit('.').next().unwrap_or_default();
    match root {
        "example" | "test" | "invalid" => return Err(NotADomain::Example),
        "localhost" | "local" | "lan" | "internal" | "localdomain" | "intranet" | "corp" | "home" | "arpa" => {
            return Err(NotADomain::Local);
        }
        _ => {}
    }
    let other_root = is_other_root(root);
    let listed = !other_root && psl::suffix(ascii.as_bytes()).is_some_and(|suffix| suffix.is_known())
        || root.starts_with("xn--") && psl::suffix(unicode.as_bytes()).is_some_and(|suffix| suffix.is_known());
    if !listed && !other_root {
        return Err(NotADomain::UnknownSuffix);
    }
    let registrable = psl::domain_str(&ascii).unwrap_or(&ascii).to_string();
    if registrable.contains('_') {
        return Err(NotADomain::Malformed);
    }
    if is_placeholder(&registrable) {
        return Err(NotADomain::Example);
    }
    Ok(Domain { ascii, unicode, registrable, listed })
}

/// Names that stand for a part in an example: those that are kept for it, and what proofs of concept write.
fn is_placeholder(registrable: &str) -> bool {
    let Some((label, "com" | "org" | "net" | "edu")) = registrable.split_once('.') else { return false };
    matches!(
        label,
        "example"
            | "attacker"
            | "attackers"
            | "attacker-server"
            | "attacker-controlled"
            | "victim"
            | "yourdomain"
            | "your-domain"
            | "yoursite"
            | "your-site"
            | "yourserver"
            | "your-server"
            | "mydomain"
            | "somedomain"
    )
}

impl Domain {
    pub fn parts(&self) -> Vec<(&'static str, String)> {
        vec![
            ("ascii", self.ascii.clone()),
            ("unicode", self.unicode.clone()),
            ("registrable", self.registrable.clone()),
        ]
    }
}

/// Whether a registrable name in ASCII is a tenant's at a provider.
pub fn is_tenant(registrable: &str) -> bool {
    psl::suffix(registrable.as_bytes()).is_some_and(|suffix| suffix.typ() == Some(psl::Type::Private))
}

/// Lower-case punycode and Unicode forms of a name.
fn both_forms(text: &str) -> Option<(String, String)> {
    if text.is_ascii() {
        let ascii = text.to_ascii_lowercase();
        let unicode = if ascii.contains("xn--") {
            let labels: Vec<String> = ascii
                .split('.')
                .map(|label| label.strip_prefix("xn--").and_then(punycode_decode).unwrap_or_else(|| label.to_string()))
                .collect();
            labels.join(".")
        } else {
            ascii.clone()
        };
        return Some((ascii, unicode));
    }
    let unicode = text.to_lowercase();
    let mut ascii = String::with_capacity(unicode.len() + 8);
    for (index, label) in unicode.split('.').enumerate() {
        if index > 0 {
            ascii.push('.');
        }
        if label.is_ascii() {
            ascii.push_str(label);
        } else {
            ascii.push_str("xn--");
            ascii.push_str(&punycode_encode(label)?);
        }
    }
    Some((ascii, unicode))
}

// RFC 3492, section 5: the parameters of Punycode.
const BASE: u32 = 36;
const TMIN: u32 = 1;
const TMAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;

fn adapt(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > ((BASE - TMIN) * TMAX) / 2 {
        delta /= BASE - TMIN;
        k += BASE;
    }
    k + (BASE - TMIN + 1) * delta / (delta + SKEW)
}

fn threshold(k: u32, bias: u32) -> u32 {
    k.saturating_sub(bias).clamp(TMIN, TMAX)
}

/// One label without its prefix, by RFC 3492, section 6.3. `None` for labels longer than DNS allows.
fn punycode_encode(label: &str) -> Option<String> {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = out.len() as u32;
    let total = label.chars().count() as u32;
    if total > 63 {
        return None;
    }
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut done) = (128u32, 0u32, 72u32, basic);
    while done < total {
        let next = label.chars().map(u32::from).filter(|c| *c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(done + 1)?)?;
        n = next;
        for c in label.chars().map(u32::from) {
            if c < n {
                delta += 1;
            } else if c == n {
                let mut q = delta;
                let mut k = BASE;
                loop {
                    let t = threshold(k, bias);
                    if q < t {
                        break;
                    }
                    out.push(digit(t + (q - t) % (BASE - t)));
                    q = (q - t) / (BASE - t);
                    k += BASE;
                }
                out.push(digit(q));
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    (out.len() <= 59).then_some(out)
}

fn digit(value: u32) -> char {
    char::from(if value < 26 { b'a' + value as u8 } else { b'0' + (value - 26) as u8 })
}

/// One label without its prefix, by RFC 3492, section 6.2.
fn punycode_decode(label: &str) -> Option<String> {
    let (basic, rest) = label.rsplit_once('-').unwrap_or(("", label));
    let mut out: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128u32, 0u32, 72u32);
    let mut digits = rest.bytes();
    while digits.len() > 0 {
        let old = i;
        let (mut weight, mut k) = (1u32, BASE);
        loop {
            let value = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(value.checked_mul(weight)?)?;
            let t = threshold(k, bias);
            if value < t {
                break;
            }
            weight = weight.checked_mul(BASE - t)?;
            k += BASE;
        }
        let count = out.len() as u32 + 1;
        bias = adapt(i - old, count, old == 0);
        n = n.checked_add(i / count)?;
        i %= count;
        out.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(out.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffix_list_decides() {
        assert_eq!(parse("A.B.Evil.co.uk").unwrap().registrable, "evil.co.uk");
        assert_eq!(parse("x.duckdns.org").unwrap().registrable, "x.duckdns.org");
        assert_eq!(parse("handler.js"), Err(NotADomain::UnknownSuffix));
        assert_eq!(parse("host.example"), Err(NotADomain::Example));
        assert_eq!(parse("www.attacker.com"), Err(NotADomain::Example));
        assert!(parse("attacker.top").is_ok() && parse("my-attacker.com").is_ok());
        assert_eq!(parse("dc.corp"), Err(NotADomain::Local));
        assert_eq!(parse("-a.com"), Err(NotADomain::Malformed));
        assert!(parse("abcdefghij234567.onion").is_ok());
    }

    #[test]
    fn international_names_have_both_forms() {
        // The samples of RFC 3492, section 7.1, and a registered name.
        assert_eq!(punycode_encode("bücher").unwrap(), "bcher-kva");
        assert_eq!(punycode_decode("bcher-kva").unwrap(), "bücher");
        assert_eq!(punycode_encode("他们为什么不说中文").unwrap(), "ihqwcrb4cv8a8dqg056pqjye");
        let domain = parse("Bücher.de").unwrap();
        assert_eq!((domain.ascii.as_str(), domain.unicode.as_str()), ("xn--bcher-kva.de", "bücher.de"));
        assert_eq!(parse("xn--bcher-kva.de").unwrap().unicode, "bücher.de");
        assert!(parse("почта.рф").unwrap().listed);
    }
}
