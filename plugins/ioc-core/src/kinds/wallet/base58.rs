//! Base 58 with the checksum that Bitcoin gave it (Bitcoin wiki, "Base58Check encoding").

use sha2::{Digest, Sha256};

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Whether all of a run's bytes are digits of it.
pub fn is_written_in(run: &[u8]) -> bool {
    run.iter().all(|byte| ALPHABET.contains(byte))
}

/// Base 58 as big-endian bytes of a fixed length.
pub fn decode(run: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0u8; length];
    for byte in run {
        let mut carry = ALPHABET.iter().position(|known| known == byte)? as u32;
        for place in out.iter_mut().rev() {
            carry += u32::from(*place) * 58;
            *place = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(out)
}

/// The version of an address whose checksum is right.
pub fn checked_version(run: &str) -> Option<u8> {
    let bytes = decode(run.as_bytes(), 25)?;
    let digest = Sha256::digest(Sha256::digest(&bytes[..21]));
    (digest[..4] == bytes[21..]).then_some(bytes[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_digit_fails() {
        assert_eq!(checked_version("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), Some(0));
        assert_eq!(checked_version("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), None);
        assert!(is_written_in(b"1A1z") && !is_written_in(b"0OIl"));
    }
}
