//! Keccak-256 with the original padding (the Keccak submission, version 3), as Ethereum and Monero use it.

/// The digest of at most one block of input.
pub fn keccak256(input: &[u8]) -> [u8; 32] {
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

    #[test]
    fn of_nothing() {
        assert_eq!(keccak256(b"")[..4], [0xc5, 0xd2, 0x46, 0x01]);
    }
}
