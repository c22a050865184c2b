//! Monero addresses, standard ones and sub-addresses: CryptoNote's base 58 with a checksum (CryptoNote standard 007, "Keys and
//! addresses").

use super::wallet::base58;
use super::wallet::keccak::keccak256;

/// Base 58 in blocks of eleven digits for eight bytes; the last block is seven digits for five bytes.
pub fn is_address(run: &str) -> bool {
    let mut bytes = Vec::with_capacity(69);
    for block in run.as_bytes().chunks(11) {
        let length = if block.len() == 11 { 8 } else { 5 };
        match base58::decode(block, length) {
            Some(part) => bytes.extend(part),
            None => return false,
        }
    }
    bytes.len() == 69 && matches!(bytes[0], 18 | 42) && keccak256(&bytes[..65])[..4] == bytes[65..]
}

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn the_checksum_decides() {
        // The project's own, for donations.
        let address = "888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H";
        assert_eq!(kind_of(address), Some("xmr"));
        assert_eq!(kind_of(&address.replace("vup3H", "vup4H")), None);
    }
}
