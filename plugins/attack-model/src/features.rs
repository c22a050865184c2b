//! A sentence as hashed features: words, pairs of words, their stems, and what kinds of value it holds. Training and
//! inference read this one file, so that they cannot differ.

/// Features are numbered below this; a power of two.
pub const BUCKETS: u32 = 1 << 17;

const WORD: u32 = 0x9e37_79b1;
const PAIR: u32 = 0x85eb_ca77;
const STEM: u32 = 0x1656_67b1;
const SHAPE: u32 = 0xd3a2_646c;
/// Salt of a neighbouring sentence's words.
const NEAR: u32 = 0xfd70_46c5;
/// A word's stem is so many bytes of it.
const STEM_BYTES: usize = 5;
/// Longest word that is read to its end, in bytes.
const WORD_BYTES: usize = 64;
/// A sentence's features are read from so many bytes at most.
pub const SENTENCE_BYTES: usize = 2_000;

/// Collects the features of sentences, each once a sentence.
pub struct Extractor {
    seen: Vec<u64>,
    /// The current sentence's features, in the order of their first occurrence.
    found: Vec<u32>,
}

impl Default for Extractor {
    fn default() -> Self {
        Self { seen: vec![0; BUCKETS as usize / 64], found: Vec::with_capacity(512) }
    }
}

impl Extractor {
    /// The sentence's own features.
    pub fn own(&mut self, sentence: &str) -> &[u32] {
        self.clear();
        let sentence = cut(sentence);
        let mut last = None;
        tokens(sentence, &mut |word| {
            self.add(mix(word.hash, WORD));
            if word.length > STEM_BYTES {
                self.add(mix(word.stem, STEM));
            }
            if let Some(before) = last.replace(word.hash) {
                self.add(mix(before.rotate_left(5) ^ word.hash, PAIR));
            }
        });
        self.shapes(sentence);
        &self.found
    }

    /// What the sentence says of those beside it: its words.
    pub fn near(&mut self, sentence: &str) -> &[u32] {
        self.clear();
        tokens(cut(sentence), &mut |word| self.add(mix(word.hash, NEAR)));
        &self.found
    }

    fn clear(&mut self) {
        for feature in self.found.drain(..) {
            self.seen[feature as usize / 64] &= !(1 << (feature % 64));
        }
    }

    /// What kinds of value stand in the sentence.
    fn shapes(&mut self, sentence: &str) {
        let bytes = sentence.as_bytes();
        let lengths = [40, 80, 160, 320, 640];
        let bin = lengths.iter().position(|limit| bytes.len() < *limit).unwrap_or(lengths.len());
        self.add(mix(bin as u32, SHAPE));
        for token in sentence.split_ascii_whitespace() {
            if let Some(shape) = shape(token) {
                self.add(mix(shape, SHAPE));
            }
        }
    }

    fn add(&mut self, hash: u32) {
        let feature = hash & (BUCKETS - 1);
        let (slot, bit) = (feature as usize / 64, 1 << (feature % 64));
        if self.seen[slot] & bit == 0 {
            self.seen[slot] |= bit;
            self.found.push(feature);
        }
    }
}

/// The first [`SENTENCE_BYTES`] bytes, to a character's boundary.
fn cut(sentence: &str) -> &str {
    &sentence[..sentence.floor_char_boundary(SENTENCE_BYTES)]
}

struct Word {
    hash: u32,
    /// Hash of the first [`STEM_BYTES`] bytes.
    stem: u32,
    /// In bytes.
    length: usize,
}

/// Letters and digits, in lower case; digits of longer numbers are alike.
fn tokens(text: &str, each: &mut impl FnMut(Word)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_inner(bytes[at]) {
            at += 1;
            continue;
        }
        let start = at;
        let (mut hash, mut stem) = (0x811c_9dc5_u32, 0);
        let (mut letters, mut digits) = (false, 0);
        while at < bytes.len() && is_inner(bytes[at]) {
            let byte = bytes[at].to_ascii_lowercase();
            if at - start < WORD_BYTES {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
            if byte.is_ascii_digit() {
                digits += 1;
            } else {
                letters = true;
            }
            at += 1;
            if at - start == STEM_BYTES {
                stem = hash;
            }
        }
        if !letters && digits > 4 || letters && digits > 8 {
            hash = 0x6e75_6d62;
        }
        each(Word { hash, stem, length: at - start });
    }
}

fn is_inner(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b'_'
}

/// A path, a registry key, an address, a file, an option, a function: by how the token looks.
fn shape(token: &str) -> Option<u32> {
    let bytes = token.as_bytes();
    let has = |wanted: &[u8]| bytes.windows(wanted.len()).any(|w| w.eq_ignore_ascii_case(wanted));
    if bytes.len() < 2 {
        return None;
    }
    if has(b"://") || has(b"hxxp") {
        return Some(11);
    }
    if bytes[0] == b'H' && (has(b"HKLM") || has(b"HKCU") || has(b"HKEY_")) {
        return Some(12);
    }
    if has(b":\\") || bytes[0] == b'%' {
        return Some(13);
    }
    if matches!(bytes[0], b'/' | b'-') && bytes[1].is_ascii_alphabetic() {
        return Some(if bytes[0] == b'/' { 14 } else { 15 });
    }
    if has(b"CVE-") {
        return Some(16);
    }
    if has(b"[.]") {
        return Some(17);
    }
    if bytes.len() >= 32 && bytes.iter().all(u8::is_ascii_hexdigit) {
        return Some(18);
    }
    for (ending, number) in
        [(".exe", 21), (".dll", 22), (".ps1", 23), (".vbs", 24), (".bat", 25), (".js", 26), (".doc", 27)]
    {
        if has(ending.as_bytes()) {
            return Some(number);
        }
    }
    // CreateRemoteThread: capitals inside a word without other marks.
    let capitals = bytes.windows(2).filter(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase()).count();
    (capitals >= 1 && bytes.len() > 6).then_some(if bytes.contains(&b'(') { 31 } else { 32 })
}

/// Spreads a hash over all its bits, under a family's salt.
fn mix(hash: u32, salt: u32) -> u32 {
    let mut x = hash ^ salt;
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
