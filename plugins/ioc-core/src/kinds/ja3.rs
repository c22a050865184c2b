//! TLS client fingerprints: the MD5 of a client hello's fields (Salesforce, "TLS Fingerprinting with JA3 and JA3S", 2019).
//! Only a label tells one from any other MD5.

use crate::cues::Cues;

/// Whether a digest is one, by what its label or the header of its column says.
pub fn is_meant(digest: &str, said: Cues) -> bool {
    digest == "md5" && said.has(Cues::JA3) && !said.has(Cues::JA3S)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues;

    #[test]
    fn its_label_says_so() {
        assert!(is_meant("md5", cues::read("JA3:")));
        assert!(is_meant("md5", cues::read("TLS fingerprint")));
        assert!(!is_meant("md5", cues::read("JA3S:")));
        assert!(!is_meant("md5", cues::read("MD5")));
    }
}
