//! Dogecoin addresses: Base58Check with version 30 (Dogecoin Core, `chainparams.cpp`).

use super::wallet::Coin;

pub const COIN: Coin = Coin { kind: "doge", versions: &[0x1e], prefix: None };

#[cfg(test)]
mod tests {
    use super::super::wallet::kind_of;

    #[test]
    fn the_checksum_decides() {
        assert_eq!(kind_of("DDwqDyggregjh2o1WQAUJDrXKzskNiaPA5"), Some("doge"));
        assert_eq!(kind_of("DDwqDyggregjh2o1WQAUJDrXKzskNiaPA6"), None);
    }
}
