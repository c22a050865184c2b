//! Bech32 and Bech32m (BIP 173, BIP 350).

/// Whether the checksum is right: its polynomial leaves 1 or 0x2bc830a3.
pub fn is_right(run: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_both_proposals() {
        assert!(is_right("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"));
        assert!(is_right("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"));
        assert!(!is_right("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp"));
        assert!(!is_right("bc1Qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"));
    }
}
