//! SHA-512 digests (FIPS 180-4): 128 hexadecimal digits.

use super::digest::Algorithm;

pub const ALGORITHM: Algorithm = Algorithm { kind: "sha512", digits: 128 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_sample_is_found() {
        // Of "abc".
        ALGORITHM.check(
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a\
             2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        );
    }
}
