//! MD5 digests (RFC 1321): 32 hexadecimal digits.

use super::digest::Algorithm;

pub const ALGORITHM: Algorithm = Algorithm { kind: "md5", digits: 32 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_sample_is_found() {
        // Of "abc".
        ALGORITHM.check("900150983cd24fb0d6963f7d28e17f72");
    }
}
