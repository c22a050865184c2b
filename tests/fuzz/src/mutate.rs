//! Inputs out of seeds and words: cut, joined, repeated, with bytes turned over. Input N depends on the seed and on N
//! alone.

use fastrand::Rng;

/// What inputs are made of.
pub struct Corpus {
    /// Real inputs, small or large: pieces of them are taken.
    pub seeds: Vec<Vec<u8>>,
    /// Pieces that mean something to the grammar.
    pub words: &'static [&'static str],
    /// The largest input in bytes.
    pub most: usize,
}

impl Corpus {
    /// Input `number` of `seed`.
    pub fn input(&self, seed: u64, number: u64) -> Vec<u8> {
        // Golden-ratio steps keep the generators of neighbouring inputs apart.
        let mut rng = Rng::with_seed(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut out = Vec::new();
        for _ in 0..rng.usize(1..8) {
            self.grow(&mut rng, &mut out);
        }
        for _ in 0..rng.usize(0..5) {
            self.disturb(&mut rng, &mut out);
        }
        out.truncate(self.most);
        out
    }

    /// Appends a piece: mostly short, since short inputs are run by the million.
    fn grow(&self, rng: &mut Rng, out: &mut Vec<u8>) {
        match rng.u8(..100) {
            0..40 if !self.words.is_empty() => out.extend_from_slice(self.word(rng)),
            0..75 if !self.seeds.is_empty() => {
                let seed = &self.seeds[rng.usize(..self.seeds.len())];
                let longest = if rng.u8(..20) == 0 { self.most } else { 96 };
                let from = rng.usize(..=seed.len());
                let length = rng.usize(..=longest.min(seed.len() - from));
                out.extend_from_slice(&seed[from..from + length]);
            }
            75..80 => {
                let piece = self.word(rng).to_vec();
                for _ in 0..rng.usize(2..40) {
                    out.extend_from_slice(&piece);
                }
            }
            80..90 => out.push(*rng.choice(b" \n\t.,:;/\\|\"'()[]{}<>@%-_=").expect("it is not empty")),
            90..95 => {
                let character = rng.char(..);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
            _ => (0..rng.usize(1..12)).for_each(|_| out.push(rng.alphanumeric() as u8)),
        }
    }

    fn disturb(&self, rng: &mut Rng, out: &mut Vec<u8>) {
        let at = rng.usize(..=out.len());
        match rng.u8(..6) {
            0 if at < out.len() => out[at] = rng.u8(..),
            1 if at < out.len() => out[at] ^= 1 << rng.u8(..8),
            2 => {
                let end = (at + rng.usize(..16)).min(out.len());
                out.drain(at..end);
            }
            3 => {
                let end = (at + rng.usize(..48)).min(out.len());
                let piece = out[at..end].to_vec();
                let to = rng.usize(..=out.len());
                out.splice(to..to, piece);
            }
            4 => {
                let word = self.word(rng).to_vec();
                out.splice(at..at, word);
            }
            _ => out.truncate(at),
        }
    }

    fn word(&self, rng: &mut Rng) -> &'static [u8] {
        rng.choice(self.words).map_or(b"", |word| word.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_always_the_same_and_never_too_large() {
        let corpus = || Corpus { seeds: vec![b"one two three".repeat(9)], words: &["[.]", "hxxp"], most: 64 };
        for number in 0..500 {
            let input = corpus().input(7, number);
            assert_eq!(input, corpus().input(7, number));
            assert!(input.len() <= 64);
        }
        assert!((0..500).any(|number| corpus().input(7, number) != corpus().input(8, number)));
    }
}
