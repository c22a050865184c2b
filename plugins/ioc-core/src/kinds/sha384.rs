//! SHA-384 digests (FIPS 180-4): 96 hexadecimal digits.

use super::digest::Algorithm;

pub const ALGORITHM: Algorithm = Algorithm { kind: "sha384", digits: 96 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_sample_is_found() {
        // Of "abc".
        ALGORITHM
            .check("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    }
}
