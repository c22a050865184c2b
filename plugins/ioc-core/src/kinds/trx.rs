//! Tron addresses: Base58Check with version 65 (Tron's developer documentation, "Account address format").

use super::wallet::Coin;

pub const COIN: Coin = Coin { kind: "trx", versions: &[0x41], prefix: None };

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn the_checksum_decides() {
        assert_eq!(kind_of("TJmwgn7mhxuQKCg3N5pdGcP4MetmCtABbU"), Some("trx"));
        assert_eq!(kind_of("TJmwgn7mhxuQKCg3N5pdGcP4MetmCtABbV"), None);
    }
}
