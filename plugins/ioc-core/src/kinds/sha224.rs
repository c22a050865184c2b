//! SHA-224 digests (FIPS 180-4): 56 hexadecimal digits.

use super::digest::Algorithm;

pub const ALGORITHM: Algorithm = Algorithm { kind: "sha224", digits: 56 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_sample_is_found() {
        // Of "abc".
        ALGORITHM.check("23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
    }
}
