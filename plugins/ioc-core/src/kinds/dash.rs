//! Dash addresses: Base58Check with version 76 (Dash Core, `chainparams.cpp`).

use super::wallet::Coin;

pub const COIN: Coin = Coin { kind: "dash", versions: &[0x4c], prefix: None };

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn the_checksum_decides() {
        assert_eq!(kind_of("XjVaWyPwWx13JyCzdhV8bzNiHCj97Fvhrd"), Some("dash"));
        assert_eq!(kind_of("XjVaWyPwWx13JyCzdhV8bzNiHCj97Fvhre"), None);
    }
}
