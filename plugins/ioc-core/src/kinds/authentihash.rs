//! Authentihashes: the digest of a Windows program without its signature (Microsoft, "Windows Authenticode Portable
//! Executable Signature Format", 2008). Only a label tells one from the digest of the file.

use crate::cues::Cues;

/// Whether a digest is one, by what its label or the header of its column says.
pub fn is_meant(digest: &str, said: Cues) -> bool {
    matches!(digest, "md5" | "sha1" | "sha256") && said.has(Cues::AUTHENTIHASH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues;

    #[test]
    fn its_label_says_so() {
        assert!(is_meant("sha256", cues::read("Authentihash")));
        assert!(is_meant("sha1", cues::read("Authenticode hash:")));
        assert!(!is_meant("sha256", cues::read("SHA-256")));
        assert!(!is_meant("sha512", cues::read("Authentihash")));
    }
}
