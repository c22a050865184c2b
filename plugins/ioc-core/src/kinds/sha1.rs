//! SHA-1 digests (FIPS 180-4): 40 hexadecimal digits.

use super::digest::Algorithm;

pub const ALGORITHM: Algorithm = Algorithm { kind: "sha1", digits: 40 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_sample_is_found() {
        // Of "abc".
        ALGORITHM.check("a9993e364706816aba3e25717850c26c9cd0d89d");
    }
}
