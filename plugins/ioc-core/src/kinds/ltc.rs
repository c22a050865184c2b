//! Litecoin addresses: Base58Check with version 48 or 50, Bech32 with the prefix `ltc` (Litecoin Core, `chainparams.cpp`).

use super::wallet::Coin;

pub const COIN: Coin = Coin { kind: "ltc", versions: &[0x30, 0x32], prefix: Some("ltc") };

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn the_checksum_decides() {
        assert_eq!(kind_of("LU2gww3sdu2WQqJZwxAD2Ukgf5WjDrnegB"), Some("ltc"));
        assert_eq!(kind_of("MGhtv9eT4FxG3hajznpqzjJFv62cazoW5n"), Some("ltc"));
        assert_eq!(kind_of("ltc1qvztutgjd97347nrsnkl20dxvunrftacv6wkktn"), Some("ltc"));
        assert_eq!(kind_of("LU2gww3sdu2WQqJZwxAD2Ukgf5WjDrnegC"), None);
    }
}
