//! Cryptocurrency addresses that carry a checksum, and carry it right: Base58Check (Bitcoin, Litecoin, Dogecoin, Dash,
//! Tron), Bech32 and Bech32m (BIP 173, BIP 350), Ethereum's mixed case (EIP-55), Monero (CryptoNote, standard and
//! sub-addresses).

use crate::codes::turned;
use crate::found::Finds;
use sha2::{Digest, Sha256};

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// A run of letters and digits. Returns whether it was an address, or looked like one and failed.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let bytes = run.as_bytes();
    let kind = match (bytes[0], bytes.len()) {
        (b'b' | b'B', 42..=62) if starts(run, "bc1") => bech32(run).then_some("btc"),
        (b'l' | b'L', 43..=63) if starts(run, "ltc1") => bech32(run).then_some("ltc"),
        (b'0', 42) if starts(run, "0x") => ethereum(run).then_some("eth"),
        (b'4' | b'8', 95) => monero(run).then_some("xmr"),
        (b'1' | b'3' | b'L' | b'M' | b'D' | b'X' | b'T', 26..=35) => match base58check(run) {
            Some(kind) => Some(kind),
            None => {
                if matches!(bytes[0], b'1' | b'3') && has_all_sorts(bytes) && bytes.iter().all(|b| BASE58.contains(b)) {
                    finds.turn_away("btc", run, start, end, turned::CHECKSUM);
                }
                return false;
            }
        },
        _ => return false,
    };
    let Some(kind) = kind else { return false };
    let value = if matches!(bytes[0], b'b' | b'B' | b'l') || starts(run, "ltc1") {
        run.to_ascii_lowercase()
    } else {
        run.to_string()
    };
    finds.add(kind, value, start, end);
    true
}

fn starts(run: &str, prefix: &str) -> bool {
    run.get(..prefix.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
}

fn has_all_sorts(bytes: &[u8]) -> bool {
    bytes.iter().any(u8::is_ascii_digit)
        && bytes.iter().any(u8::is_ascii_lowercase)
        && bytes.iter().any(u8::is_ascii_uppercase)
}

/// Base 58 as big-endian bytes of a fixed length.
fn base58(run: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut out = vec![0u8; length];
    for byte in run {
        let mut carry = BASE58.iter().position(|known| known == byte)? as u32;
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

fn base58check(run: &str) -> Option<&'static str> {
    let bytes = base58(run.as_bytes(), 25)?;
    let kind = match bytes[0] {
        0x00 | 0x05 => "btc",
        0x30 | 0x32 => "ltc",
        0x1e => "doge",
        0x4c => "dash",
        0x41 => "trx",
        _ => return None,
    };
    let first = Sha256::digest(&bytes[..21]);
    let second = Sha256::digest(first);
    (second[..4] == bytes[21..]).then_some(kind)
}

/// BIP 173 and BIP 350: the checksum polynomial leaves 1 or 0x2bc830a3.
fn bech32(run: &str) -> bool {
    const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    if run.bytes().any(|b| b.is_ascii_lowercase()) && run.bytes().any(|b| b.is_ascii_uppercase()) {
        return false;
    }
    let lower = run.to_ascii_lowercase();
    let Some((prefix, data)) = lower.split_once('1') else { return false };
    let values = prefix
        .bytes()
        .map(|b| Some(u32::from(b >> 5)))
        .chain([Some(0)])
        .chain(prefix.bytes().map(|b| Some(u32::from(b & 31))));
    let data = data.bytes().map(|b| ALPHABET.iter().position(|known| *known == b).map(|at| at as u32));
    let mut check = 1u32;
    for value in values.chain(data) {
        let Some(value) = value else { return false };
        let top = check >> 25;
        check = (check & 0x01ff_ffff) << 5 ^ value;
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if top >> bit & 1 == 1 {
                check ^= generator;
            }
        }
    }
    matches!(check, 1 | 0x2bc8_30a3)
}

/// EIP-55: a letter is a capital where the digest of the small spelling has a digit above seven. One case throughout
/// carries no checksum.
fn ethereum(run: &str) -> bool {
    let digits = &run[2..];
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

/// CryptoNote's base 58 in blocks of eleven digits for eight bytes; the last block is seven digits for five bytes.
fn monero(run: &str) -> bool {
    let mut bytes = Vec::with_capacity(69);
    for block in run.as_bytes().chunks(11) {
        let length = if block.len() == 11 { 8 } else { 5 };
        match base58(block, length) {
            Some(part) => bytes.extend(part),
            None => return false,
        }
    }
    bytes.len() == 69 && matches!(bytes[0], 18 | 42) && keccak256(&bytes[..65])[..4] == bytes[65..]
}

/// Keccak-256 with the original padding (the Keccak submission, version 3), as Ethereum and Monero use it; at most one
/// block of input.
fn keccak256(input: &[u8]) -> [u8; 32] {
    const RATE: usize = 136;
    debug_assert!(input.len() < RATE);
    let mut block = [0u8; 200];
    block[..input.len()].copy_from_slice(input);
    block[input.len()] ^= 0x01;
    block[RATE - 1] ^= 0x80;
    let mut state = [0u64; 25];
    for (lane, bytes) in state.iter_mut().zip(block.chunks_exact(8)) {
        *lane = u64::from_le_bytes(bytes.try_into().unwrap_or_default());
    }
    permute(&mut state);
    let mut out = [0u8; 32];
    for (bytes, lane) in out.chunks_exact_mut(8).zip(&state) {
        bytes.copy_from_slice(&lane.to_le_bytes());
    }
    out
}

/// Keccak-f[1600]; the round constants come from the specification's own shift register.
fn permute(state: &mut [u64; 25]) {
    let mut register = 1u8;
    let mut round_bit = || {
        let bit = register & 1;
        register = register << 1 ^ if register & 0x80 != 0 { 0x71 } else { 0 };
        bit == 1
    };
    for _ in 0..24 {
        let column: [u64; 5] = std::array::from_fn(|x| (0..5).fold(0, |all, y| all ^ state[x + 5 * y]));
        for (at, lane) in state.iter_mut().enumerate() {
            *lane ^= column[(at + 4) % 5] ^ column[(at % 5 + 1) % 5].rotate_left(1);
        }
        let (mut x, mut y) = (1usize, 0usize);
        let mut current = state[1];
        for step in 0..24u32 {
            (x, y) = (y, (2 * x + 3 * y) % 5);
            let next = state[x + 5 * y];
            state[x + 5 * y] = current.rotate_left((step + 1) * (step + 2) / 2 % 64);
            current = next;
        }
        for y in 0..5 {
            let row: [u64; 5] = std::array::from_fn(|x| state[x + 5 * y]);
            for x in 0..5 {
                state[x + 5 * y] = row[x] ^ (!row[(x + 1) % 5] & row[(x + 2) % 5]);
            }
        }
        for shift in 0..7 {
            if round_bit() {
                state[0] ^= 1u64 << ((1u32 << shift) - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(run: &str) -> Option<&'static str> {
        let mut finds = Finds::default();
        read(&mut finds, run, 0, run.len());
        finds.found.first().map(|found| found.kind)
    }

    #[test]
    fn checksums_of_the_specifications() {
        // Bitcoin's first block; BIP 173's and BIP 350's samples; EIP-55's sample; Monero's donation address.
        assert_eq!(kind("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"), Some("btc"));
        assert_eq!(kind("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb"), None);
        assert_eq!(kind("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"), Some("btc"));
        assert_eq!(kind("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"), Some("btc"));
        assert_eq!(kind("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"), Some("eth"));
        assert_eq!(kind("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"), None);
        assert_eq!(
            kind("888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup3H"),
            Some("xmr")
        );
        assert_eq!(
            kind("888tNkZrPN6JsEgekjMnABU4TBzc2Dt29EPAvkRxbANsAnjyPbb3iQ1YBRk1UXcdRsiKc9dhwMVgN5S9cQUiyoogDavup4H"),
            None
        );
    }

    #[test]
    fn keccak_of_nothing() {
        assert_eq!(keccak256(b"")[..4], [0xc5, 0xd2, 0x46, 0x01]);
    }
}
