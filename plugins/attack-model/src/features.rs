//! A sentence as hashed features: words, pairs of words, their stems, and what kinds of value it holds. Training and
//! inference read this one file, so that they cannot differ.

/// A sentence's own features are numbered below this; a power of two.
pub const OWN_BUCKETS: u32 = 1 << 17;
/// Behind them so many numbers are for what a sentence says of those beside it; a power of two.
const NEAR_BUCKETS: u32 = 1 << 15;
/// All features are numbered below this.
pub const BUCKETS: u32 = OWN_BUCKETS + NEAR_BUCKETS;

const WORD: u32 = 0x9e37_79b1;
const PAIR: u32 = 0x85eb_ca77;
const STEM: u32 = 0x1656_67b1;
const SHAPE: u32 = 0xd3a2_646c;
/// Salt of a neighbouring sentence's words.
const NEAR: u32 = 0xfd70_46c5;
/// A word's stem is so many bytes of it.
const STEM_BYTES: usize = 5;
/// A sentence's features are read from so many bytes at most.
pub const SENTENCE_BYTES: usize = 2_000;

/// Collects the features of sentences, each once a sentence.
#[derive(Default)]
pub struct Extractor {
    own: Set,
    near: Set,
}

/// A sentence's features, in the order of their first occurrence.
#[derive(Debug, Clone, Copy)]
pub struct Features<'e> {
    pub own: &'e [u32],
    /// What the sentence says of those beside it: its words.
    pub near: &'e [u32],
}

impl Extractor {
    /// The features of a sentence.
    pub fn read(&mut self, sentence: &str) -> Features<'_> {
        let (own, near) = (&mut self.own, &mut self.near);
        own.clear();
        near.clear();
        let sentence = cut(sentence).as_bytes();
        let lengths = [40, 80, 160, 320, 640];
        let bin = lengths.iter().position(|limit| sentence.len() < *limit).unwrap_or(lengths.len());
        own.add(mix(bin as u32, SHAPE));
        let mut last = None;
        tokens(sentence, |token| match token {
            Token::Word(word) => {
                let hash = word.hash();
                near.take(OWN_BUCKETS + (mix(hash, NEAR) & (NEAR_BUCKETS - 1)));
                own.add(mix(hash, WORD));
                if word.bytes > STEM_BYTES {
                    own.add(mix(word.stem, STEM));
                }
                if let Some(before) = last.replace(hash) {
                    own.add(mix(before.rotate_left(5) ^ hash, PAIR));
                }
            }
            Token::Marked { bytes, marks } => {
                if let Some(shape) = shape(bytes, marks) {
                    own.add(mix(shape, SHAPE));
                }
            }
        });
        Features { own: own.found(), near: near.found() }
    }
}

/// Features, each once.
struct Set {
    seen: Vec<u64>,
    found: Vec<u32>,
    count: usize,
}

/// So many features has a sentence at most: every second byte may begin a word, which makes two; its length and the shapes
/// in it are few.
const MOST: usize = SENTENCE_BYTES + 64;

impl Default for Set {
    fn default() -> Self {
        Self { seen: vec![0; BUCKETS as usize / 64], found: vec![0; MOST], count: 0 }
    }
}

impl Set {
    fn found(&self) -> &[u32] {
        &self.found[..self.count]
    }

    fn clear(&mut self) {
        for feature in &self.found[..self.count] {
            self.seen[*feature as usize / 64] = 0;
        }
        self.count = 0;
    }

    #[inline]
    fn add(&mut self, hash: u32) {
        self.take(hash & (OWN_BUCKETS - 1));
    }

    /// Without a branch: whether a feature is new is hard to foretell.
    #[inline]
    fn take(&mut self, feature: u32) {
        let seen = &mut self.seen[feature as usize / 64];
        self.found[self.count] = feature;
        self.count += usize::from(*seen >> (feature % 64) & 1 == 0);
        *seen |= 1 << (feature % 64);
    }
}

/// The first [`SENTENCE_BYTES`] bytes, to a character's boundary.
fn cut(sentence: &str) -> &str {
    &sentence[..sentence.floor_char_boundary(SENTENCE_BYTES)]
}

/// What a sentence is made of.
enum Token<'s> {
    /// Letters, digits, `_`.
    Word(Word),
    /// Between blanks, with [marks](MARKS) or so long that it may be a hash.
    Marked { bytes: &'s [u8], marks: u8 },
}

struct Word {
    bytes: usize,
    /// Of its bytes in lower case.
    hash: u32,
    /// Of the first [`STEM_BYTES`] of them, where there are more.
    stem: u32,
    digits: usize,
}

impl Word {
    /// Longer numbers are alike.
    fn hash(&self) -> u32 {
        let number = self.digits > 8 || self.digits > 4 && self.digits == self.bytes;
        if number { 0x6e75_6d62 } else { self.hash }
    }
}

/// FNV-1a, 32 bits.
const FNV_BASIS: u32 = 0x811c_9dc5;

#[inline]
fn fnv(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// A token without marks is a hash at the least from this length on.
const LONG: usize = 32;

/// Words, and between blanks what may have a shape, in one pass.
#[inline]
fn tokens<'s>(bytes: &'s [u8], mut each: impl FnMut(Token<'s>)) {
    let (mut token, mut marks) = (0, 0);
    let mut at = 0;
    while at <= bytes.len() {
        let start = at;
        let (mut hash, mut stem, mut digits) = (FNV_BASIS, FNV_BASIS, 0);
        // The end of the sentence reads as a blank.
        let between = 'word: loop {
            stem = if at - start == STEM_BYTES { hash } else { stem };
            // Some at a time: a guest's loop looks at the clock in every round.
            for _ in 0..STEM_BYTES {
                let byte = bytes.get(at).copied().unwrap_or(b' ');
                let letter = LETTERS[usize::from(byte)];
                if letter == 0 {
                    break 'word byte;
                }
                hash = fnv(hash, letter);
                digits += usize::from(letter.is_ascii_digit());
                marks |= MARKS[usize::from(byte)];
                at += 1;
            }
        };
        if at > start {
            each(Token::Word(Word { bytes: at - start, hash, stem, digits }));
        }
        marks |= MARKS[usize::from(between)];
        if between.is_ascii_whitespace() {
            if marks != 0 || at - token >= LONG {
                each(Token::Marked { bytes: &bytes[token..at], marks });
            }
            (token, marks) = (at + 1, 0);
        }
        at += 1;
    }
}

/// A byte of a word in lower case, 0 for one that stands between words.
static LETTERS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        if b.is_ascii_alphanumeric() || b >= 0x80 || b == b'_' {
            table[byte] = b.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// Bytes without which a token has no shape, as bits.
const CAPITAL: u8 = 1;
const COLON: u8 = 2;
const STOP: u8 = 4;
const BRACKET: u8 = 8;
const DASH: u8 = 16;
const X: u8 = 32;
/// `/`, `-` or `%`: may lead an option, a path, a variable.
const LEADING: u8 = 64;

static MARKS: [u8; 256] = {
    let mut table = [0; 256];
    let mut letter = b'A';
    while letter <= b'Z' {
        table[letter as usize] = CAPITAL;
        letter += 1;
    }
    table[b':' as usize] = COLON;
    table[b'.' as usize] = STOP;
    table[b'[' as usize] = BRACKET;
    table[b'-' as usize] = DASH | LEADING;
    table[b'x' as usize] = X;
    table[b'X' as usize] = X | CAPITAL;
    table[b'/' as usize] = LEADING;
    table[b'%' as usize] = LEADING;
    table
};

/// A path, a registry key, an address, a file, an option, a function: by how the token looks.
fn shape(token: &[u8], marks: u8) -> Option<u32> {
    let needs = |mark: u8, wanted: &[u8]| {
        marks & mark != 0 && token.windows(wanted.len()).any(|w| w.eq_ignore_ascii_case(wanted))
    };
    if token.len() < 2 {
        return None;
    }
    if needs(COLON, b"://") || needs(X, b"hxxp") {
        return Some(11);
    }
    if token[0] == b'H' && (needs(CAPITAL, b"HKLM") || needs(CAPITAL, b"HKCU") || needs(CAPITAL, b"HKEY_")) {
        return Some(12);
    }
    if needs(COLON, b":\\") || token[0] == b'%' {
        return Some(13);
    }
    if marks & LEADING != 0 && matches!(token[0], b'/' | b'-') && token[1].is_ascii_alphabetic() {
        return Some(if token[0] == b'/' { 14 } else { 15 });
    }
    if needs(DASH, b"CVE-") {
        return Some(16);
    }
    if needs(BRACKET, b"[.]") {
        return Some(17);
    }
    if token.len() >= LONG && token.iter().all(u8::is_ascii_hexdigit) {
        return Some(18);
    }
    // A stop at the end is the sentence's.
    if marks & STOP != 0 && token[..token.len() - 1].contains(&b'.') {
        for (ending, number) in
            [(".exe", 21), (".dll", 22), (".ps1", 23), (".vbs", 24), (".bat", 25), (".js", 26), (".doc", 27)]
        {
            if needs(STOP, ending.as_bytes()) {
                return Some(number);
            }
        }
    }
    // CreateRemoteThread: capitals inside a word without other marks.
    let capital = marks & CAPITAL != 0 && token.len() > 6;
    let inside = capital && token.windows(2).any(|w| w[0].is_ascii_lowercase() && w[1].is_ascii_uppercase());
    inside.then_some(if token.contains(&b'(') { 31 } else { 32 })
}

/// Spreads a hash over all its bits, under a family's salt.
fn mix(hash: u32, salt: u32) -> u32 {
    let mut x = hash ^ salt;
    x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}
