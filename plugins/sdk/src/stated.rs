//! Identifiers and markings as sources state them: CVE ids, ATT&CK techniques, TLP, package URLs.

/// Whether it is a CVE id in its canonical form (cve.org, CVE record format 5: `CVE-` year, four to 19 digits).
pub fn is_cve(id: &str) -> bool {
    let Some((year, number)) = id.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) else { return false };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number)
}

/// `T1059` and `T1059.001` as words of a text.
pub fn technique_ids(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.'));
    let is_id = |word: &&str| {
        let Some(digits) = word.strip_prefix('T') else { return false };
        let (main, sub) = digits.split_once('.').unwrap_or((digits, "000"));
        main.len() == 4 && sub.len() == 3 && main.bytes().chain(sub.bytes()).all(|b| b.is_ascii_digit())
    };
    words.filter(is_id).map(str::to_string).collect()
}

/// TLP 2.0, least restricted first.
const LEVELS: [&str; 5] = ["clear", "green", "amber", "amber+strict", "red"];

/// The marking of a label like `TLP:AMBER`. TLP 1.0's `WHITE` is `clear`.
pub fn tlp(label: &str) -> Option<&'static str> {
    let lower = label.trim().to_ascii_lowercase();
    match lower.strip_prefix("tlp:")?.trim() {
        "white" => Some("clear"),
        level => LEVELS.into_iter().find(|known| *known == level),
    }
}

/// The most restricted of several markings.
pub fn strictest(markings: impl IntoIterator<Item = &'static str>) -> Option<&'static str> {
    markings.into_iter().max_by_key(|level| LEVELS.iter().position(|known| known == level))
}

/// A package URL (github.com/package-url/purl-spec) of a package in an ecosystem of OSV or GitHub; none where the
/// specification has no type for the ecosystem.
pub fn purl(ecosystem: &str, name: &str) -> Option<String> {
    let kind = match ecosystem.split(':').next()?.to_ascii_lowercase().as_str() {
        "npm" => "npm",
        "pypi" | "pip" => "pypi",
        "rubygems" => "gem",
        "crates.io" | "rust" => "cargo",
        "go" => "golang",
        "maven" => "maven",
        "nuget" => "nuget",
        "packagist" | "composer" => "composer",
        "hex" | "erlang" => "hex",
        "pub" => "pub",
        "github actions" | "actions" => "github",
        "swifturl" | "swift" => "swift",
        "cran" => "cran",
        "hackage" => "hackage",
        "debian" | "ubuntu" => "deb",
        "alpine" => "apk",
        _ => return None,
    };
    // Maven writes `group:artifact`; npm's scopes are namespaces, with their `@` written out.
    let name = match kind {
        "maven" => name.replace(':', "/"),
        "pypi" => name.to_ascii_lowercase().replace('_', "-"),
        "deb" | "apk" => format!("{}/{name}", ecosystem.split(':').next()?.to_ascii_lowercase()),
        "github" | "composer" | "hex" => name.to_ascii_lowercase(),
        _ => name.to_string(),
    };
    let mut path = String::new();
    for byte in name.trim_matches('/').bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'~' | b':' => path.push(byte as char),
            byte if byte.is_ascii_alphanumeric() => path.push(byte as char),
            byte => path.push_str(&format!("%{byte:02X}")),
        }
    }
    (!path.is_empty()).then(|| format!("pkg:{kind}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        assert!(is_cve("CVE-2021-44228") && !is_cve("CVE-21-1") && !is_cve("cve-2021-44228"));
        assert_eq!(technique_ids("PowerShell - T1059.001, (T1566); T15, XT1059"), ["T1059.001", "T1566"]);
    }

    #[test]
    fn markings() {
        assert_eq!(
            [tlp("TLP:WHITE"), tlp("tlp:amber+strict"), tlp("amber")],
            [Some("clear"), Some("amber+strict"), None]
        );
        assert_eq!(strictest(["green", "red", "amber"]), Some("red"));
        assert_eq!(strictest([]), None);
    }

    #[test]
    fn package_urls() {
        for (ecosystem, name, expected) in [
            ("npm", "@evil/left-pad", Some("pkg:npm/%40evil/left-pad")),
            ("PyPI", "Evil_Pad", Some("pkg:pypi/evil-pad")),
            ("Maven", "org.example:evil", Some("pkg:maven/org.example/evil")),
            ("Go", "github.com/Evil/pad", Some("pkg:golang/github.com/Evil/pad")),
            ("Debian:12", "openssl", Some("pkg:deb/debian/openssl")),
            ("OSS-Fuzz", "x", None),
            ("npm", "", None),
        ] {
            assert_eq!(purl(ecosystem, name).as_deref(), expected, "{ecosystem} {name}");
        }
    }
}
