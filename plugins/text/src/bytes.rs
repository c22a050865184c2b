//! Many bytes looked at together. A guest's loop looks at the clock in every round, so one that steps byte by byte
//! spends a good part of its time with that; blocks of fixed length become vectors, natively as in the sandbox, where
//! what is asked of a byte is said without branches.

use crate::Range;

/// Bytes of a block, a bit of a `u64` each.
const BLOCK: usize = 64;
/// Bytes that are passed over together.
const STRIDE: usize = 32;

/// The first place from `from` on at which `is` holds; the length where it holds nowhere.
#[inline]
pub fn next_where(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let mut at = from.min(bytes.len());
    while let Some(block) = bytes[at..].first_chunk::<STRIDE>() {
        if block.iter().fold(false, |any, byte| any | is(*byte)) {
            break;
        }
        at += STRIDE;
    }
    bytes[at..].iter().position(|byte| is(*byte)).map_or(bytes.len(), |found| at + found)
}

/// Places at which `is` holds, ascending. It may not hold for NUL.
#[inline]
pub fn places(bytes: &[u8], is: impl Fn(u8) -> bool) -> impl Iterator<Item = usize> {
    blocks(bytes, is, |held, _| held)
}

/// Places at which `is` holds and did not hold for the byte before, ascending. It may not hold for NUL.
#[inline]
pub fn starts(bytes: &[u8], is: impl Fn(u8) -> bool) -> impl Iterator<Item = usize> {
    blocks(bytes, is, |held, before| held & !(held << 1 | before >> (BLOCK - 1)))
}

/// The longest ranges in which `is` holds, ascending. It may not hold for NUL.
#[inline]
pub fn runs(bytes: &[u8], is: impl Fn(u8) -> bool) -> impl Iterator<Item = Range> {
    let mut turns = blocks(bytes, is, |held, before| held ^ (held << 1 | before >> (BLOCK - 1)));
    std::iter::from_fn(move || turns.next().map(|start| start..turns.next().unwrap_or(bytes.len())))
}

/// Places of the bits that `pick` leaves of a block's and the block's before.
#[inline]
fn blocks(bytes: &[u8], is: impl Fn(u8) -> bool, pick: impl Fn(u64, u64) -> u64) -> impl Iterator<Item = usize> {
    let (mut base, mut next, mut open, mut before) = (0, 0, 0_u64, 0);
    std::iter::from_fn(move || {
        while open == 0 {
            let rest = bytes.get(next..).filter(|rest| !rest.is_empty())?;
            let held = match rest.first_chunk() {
                Some(block) => held(block, &is),
                None => {
                    let mut block = [0; BLOCK];
                    block[..rest.len()].copy_from_slice(rest);
                    held(&block, &is)
                }
            };
            open = pick(held, before);
            before = held;
            (base, next) = (next, next + BLOCK);
        }
        let at = base + open.trailing_zeros() as usize;
        open &= open - 1;
        Some(at)
    })
}

/// A bit for each byte for which `is` holds.
#[inline]
fn held(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    /// Moves the lowest bits of eight bytes into the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let flags = block.map(|byte| u8::from(is(byte)));
    let gathered = flags.as_chunks().0.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56);
    gathered.enumerate().fold(0, |all, (number, bits)| all | bits << (8 * number))
}

#[cfg(test)]
mod tests {
    use super::{next_where, places, runs, starts};

    #[test]
    fn blocks_say_what_single_bytes_say() {
        let mut text = Vec::new();
        for length in 0..400_usize {
            let is = |byte: u8| byte.is_ascii_alphanumeric();
            let each: Vec<usize> =
                (0..text.len()).filter(|at| is(text[*at]) && (*at == 0 || !is(text[at - 1]))).collect();
            assert_eq!(starts(&text, is).collect::<Vec<_>>(), each, "{length}");
            let words: Vec<&[u8]> = text.split(|byte| !is(*byte)).filter(|word| !word.is_empty()).collect();
            assert_eq!(runs(&text, is).map(|run| &text[run]).collect::<Vec<_>>(), words, "{length}");
            let stops: Vec<usize> = (0..text.len()).filter(|at| text[*at] == b'.').collect();
            assert_eq!(places(&text, |byte| byte == b'.').collect::<Vec<_>>(), stops, "{length}");
            for from in [0, length / 3, length] {
                let one = (from..text.len()).find(|at| text[*at] == b'.').unwrap_or(text.len());
                assert_eq!(next_where(&text, from, |byte| byte == b'.'), one, "{length} from {from}");
            }
            text.push(b"ab c.d\xff Z9-"[(length * length + length / 7) % 11]);
        }
    }
}
