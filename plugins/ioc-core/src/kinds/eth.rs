//! Ethereum addresses: `0x` and 40 hexadecimal digits, whose capitals are a checksum (EIP-55).

use super::wallet::keccak::keccak256;

/// A letter is a capital where the digest of the small spelling has a digit above seven. One case throughout
/// carries no checksum.
pub fn is_address(run: &str) -> bool {
    let Some(digits) = run.strip_prefix("0x").or_else(|| run.strip_prefix("0X")) else { return false };
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return false;
    }
    let letters = || digits.bytes().filter(u8::is_ascii_alphabetic);
    if letters().all(|b| b.is_ascii_lowercase()) || letters().all(|b| b.is_ascii_uppercase()) {
        return letters().count() >= 5;
    }
    let digest = keccak256(digits.to_ascii_lowercase().as_bytes());
    digits.bytes().enumerate().all(|(at, byte)| {
        let nibble = digest[at / 2] >> (4 * (1 - at % 2)) & 15;
        !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() == (nibble > 7)
    })
}

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn capitals_are_a_checksum() {
        // The sample of EIP-55.
        assert_eq!(kind_of("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), Some("eth"));
        assert_eq!(kind_of("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"), Some("eth"));
        assert_eq!(kind_of("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"), None);
        assert_eq!(kind_of("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAzz"), None);
    }
}
