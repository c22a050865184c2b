//! Import hashes: the MD5 of a Windows program's imports in their order (Mandiant, "Tracking Malware with Import Hashing",
//! 2014). Only a label tells one from any other MD5.

use crate::cues::Cues;

/// Whether a digest is one, by what its label or the header of its column says.
pub fn is_meant(digest: &str, said: Cues) -> bool {
    digest == "md5" && said.has(Cues::IMPHASH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues;

    #[test]
    fn its_label_says_so() {
        assert!(is_meant("md5", cues::read("Imphash:")));
        assert!(is_meant("md5", cues::read("import hash of the sample")));
        assert!(!is_meant("md5", cues::read("MD5:")));
        assert!(!is_meant("sha1", cues::read("Imphash:")));
    }
}
