//! Bitcoin addresses: Base58Check with version 0 or 5 (Bitcoin wiki, "List of address prefixes"), Bech32 and Bech32m with the
//! prefix `bc` (BIP 173, BIP 350).

use super::wallet::Coin;

pub const COIN: Coin = Coin { kind: "btc", versions: &[0x00, 0x05], prefix: Some("bc") };

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn the_checksum_decides() {
        // The first block's, and the samples of both proposals.
        assert_eq!(kind_of("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), Some("btc"));
        assert_eq!(kind_of("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), Some("btc"));
        assert_eq!(kind_of("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"), Some("btc"));
        assert_eq!(kind_of("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), None);
        assert_eq!(kind_of("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp"), None);
    }
}
