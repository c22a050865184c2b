//! Cryptocurrency addresses that carry a checksum, and carry it right. Each coin's file says how its addresses begin.

use super::{btc, dash, doge, eth, ltc, trx, xmr};
use crate::codes::turned;
use crate::found::Finds;

pub mod base58;
pub mod bech32;
pub mod keccak;

/// A coin whose addresses are written in Base58Check, and in Bech32 where it has a prefix for that.
pub struct Coin {
    pub kind: &'static str,
    /// The first byte of an address in Base58Check.
    pub versions: &'static [u8],
    /// What stands before the separator in Bech32.
    pub prefix: Option<&'static str>,
}

const COINS: [Coin; 5] = [btc::COIN, ltc::COIN, doge::COIN, dash::COIN, trx::COIN];

/// Addresses in Bech32 have a prefix, its separator `1`, a version, a program of 20 to 32 bytes and six digits of checksum.
const BECH32: std::ops::RangeInclusive<usize> = 39..=60;

impl Coin {
    /// It begins as an address in Bech32 does, and is as long as one.
    fn begins(&self, run: &str) -> bool {
        self.prefix.is_some_and(|prefix| {
            let length = prefix.len();
            run.get(..length).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
                && run.as_bytes().get(length) == Some(&b'1')
                && BECH32.contains(&(run.len() - length - 1))
        })
    }
}

/// A run of letters and digits. Returns whether it was an address.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    if let Some(coin) = COINS.iter().find(|coin| coin.begins(run)) {
        let right = bech32::is_right(run);
        if right {
            finds.add(coin.kind, run.to_ascii_lowercase(), start, end);
        }
        return right;
    }
    let kind = match (run.as_bytes()[0], run.len()) {
        (b'0', 42) => eth::is_address(run).then_some("eth"),
        (b'4' | b'8', 95) => xmr::is_address(run).then_some("xmr"),
        (first @ (b'1' | b'3' | b'L' | b'M' | b'D' | b'X' | b'T'), 26..=35) => {
            let version = base58::checked_version(run);
            if version.is_none() && matches!(first, b'1' | b'3') && looks_like_one(run.as_bytes()) {
                finds.turn_away("btc", run, start, end, turned::CHECKSUM);
            }
            version.and_then(|of| COINS.iter().find(|coin| coin.versions.contains(&of))).map(|coin| coin.kind)
        }
        _ => None,
    };
    if let Some(kind) = kind {
        finds.add(kind, run.to_string(), start, end);
    }
    kind.is_some()
}

/// Digits, small letters and capitals, none that Base 58 leaves out.
fn looks_like_one(run: &[u8]) -> bool {
    run.iter().any(u8::is_ascii_digit)
        && run.iter().any(u8::is_ascii_lowercase)
        && run.iter().any(u8::is_ascii_uppercase)
        && base58::is_written_in(run)
}

/// The kind that a whole text is an address of.
#[cfg(test)]
pub(super) fn kind_of(text: &str) -> Option<&'static str> {
    let mut finds = Finds::default();
    read(&mut finds, text, 0, text.len());
    finds.found.pop().map(|found| found.kind)
}
