//! Thumbprints of certificates: the digest of one in DER, as Windows and browsers show it (Microsoft, "How to retrieve the
//! thumbprint of a certificate"). A label tells one from a file's digest, or the colons between its pairs of digits.

use crate::cues::Cues;

/// Whether a digest is one, by what its label or the header of its column says, or by its form.
pub fn is_meant(digest: &str, said: Cues, in_pairs: bool) -> bool {
    match digest {
        // Files' digests are not written in pairs; certificates' and keys' are.
        "sha1" | "sha256" => in_pairs || said.has(Cues::CERTIFICATE),
        "md5" => said.has(Cues::CERTIFICATE),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues;

    #[test]
    fn its_label_or_its_pairs_say_so() {
        assert!(is_meant("sha1", cues::read("Thumbprint:"), false));
        assert!(is_meant("sha256", cues::read("certificate fingerprint"), false));
        assert!(is_meant("sha1", Cues::default(), true));
        assert!(!is_meant("sha1", cues::read("SHA-1"), false) && !is_meant("md5", Cues::default(), true));
    }
}
