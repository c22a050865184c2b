//! The trained model, read in place from the bytes that the component carries: nothing is unpacked.
//!
//! Layout, little-endian, offsets in bytes:
//!
//! | at | what |
//! |---|---|
//! | 0 | magic `HSTM`, format `u32`, number of classes `u32`, number of entries `u32` |
//! | 16 | the document's coefficients, [`document::INPUTS`] + 1 `f32` |
//! | … | the evidence's two coefficients and its threshold, `f32`; the document's threshold, `f32` |
//! | … | a class each: id (12 ASCII bytes, zero-padded), bias, scale, threshold, prior `f32`, kind `u32` |
//! | … | for each 64 features the index of their first entry, `u32` |
//! | … | for each feature its first entry from there, `u16`, and one more |
//! | … | entries, `u16`: class in the upper nine bits, steps in the lower seven, two's complement; the weight is their square |

use crate::document;
use crate::features::BUCKETS;

/// The format that this code reads.
pub const FORMAT: u32 = 1;
/// Most classes that an entry can name.
pub const CLASSES: usize = 512;
/// An entry's weight is the square of at most so many steps, with the steps' sign.
pub const STEPS: i32 = 63;
/// Features that share one base.
pub const BLOCK: usize = 64;
const MAGIC: &[u8; 4] = b"HSTM";
const HEADER: usize = 16;
const CLASS: usize = 32;
const GENERAL: usize = 4 * (document::INPUTS + 1 + 4);

/// What a class was trained on, and so what its figures are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Annotated reports: probabilities are calibrated on documents.
    Reports,
    /// Procedure sentences alone: a threshold with known precision on such sentences, no more.
    Procedures,
}

/// One technique of the model.
#[derive(Debug, Clone, Copy)]
pub struct Class<'m> {
    pub id: &'m str,
    pub bias: f32,
    pub scale: f32,
    /// Kind `Procedures`: the score from which a sentence carries the technique.
    pub threshold: f32,
    /// Kind `Reports`: log-odds that a report shows the technique. Kind `Procedures`: precision at the threshold.
    pub prior: f32,
    pub kind: Kind,
}

/// What holds for all classes.
#[derive(Debug, Clone, PartialEq)]
pub struct General {
    pub document: [f32; document::INPUTS + 1],
    /// Slope and intercept that turn a sentence's score into log-odds.
    pub evidence: [f32; 2],
    /// Score from which a sentence is evidence.
    pub sentence_threshold: f32,
    /// Log-odds from which a document shows a technique.
    pub document_threshold: f32,
}

/// A model in its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Model<'m> {
    bytes: &'m [u8],
    classes: usize,
    bases: usize,
    offsets: usize,
    entries: usize,
}

/// Why bytes are not a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    Magic,
    /// The format that the bytes claim.
    Format(u32),
    /// The length that the header asks for, and the length there is.
    Length(usize, usize),
    Class(usize),
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Malformed::Magic => f.write_str("the bytes are not a technique model"),
            Malformed::Format(found) => write!(f, "the model has format {found}, this plugin reads {FORMAT}"),
            Malformed::Length(wanted, found) => write!(f, "the model should have {wanted} bytes and has {found}"),
            Malformed::Class(index) => write!(f, "class {index} of the model is malformed"),
        }
    }
}

impl<'m> Model<'m> {
    /// Checks the header, the length and every class.
    ///
    /// # Errors
    /// The bytes are not a model, or one of another format.
    pub fn read(bytes: &'m [u8]) -> Result<Model<'m>, Malformed> {
        if bytes.len() < HEADER || &bytes[..4] != MAGIC {
            return Err(Malformed::Magic);
        }
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if word(4) != FORMAT {
            return Err(Malformed::Format(word(4)));
        }
        let (classes, count) = (word(8) as usize, word(12) as usize);
        let bases = HEADER + GENERAL + classes.min(CLASSES) * CLASS;
        let offsets = bases + 4 * (BUCKETS as usize / BLOCK + 1);
        let entries = offsets + 2 * BUCKETS as usize;
        let wanted = entries + 2 * count;
        if classes > CLASSES || bytes.len() != wanted {
            return Err(Malformed::Length(wanted, bytes.len()));
        }
        let model = Model { bytes, classes, bases, offsets, entries };
        for index in 0..classes {
            let at = HEADER + GENERAL + index * CLASS;
            if std::str::from_utf8(&bytes[at..at + 12]).is_err() || word(at + 28) > 1 {
                return Err(Malformed::Class(index));
            }
        }
        Ok(model)
    }

    /// How many classes there are.
    pub fn len(&self) -> usize {
        self.classes
    }

    /// Whether the model knows no technique.
    pub fn is_empty(&self) -> bool {
        self.classes == 0
    }

    /// What holds for all classes.
    pub fn general(&self) -> General {
        let at = HEADER + 4 * (document::INPUTS + 1);
        General {
            document: std::array::from_fn(|i| self.float(HEADER + 4 * i)),
            evidence: [self.float(at), self.float(at + 4)],
            sentence_threshold: self.float(at + 8),
            document_threshold: self.float(at + 12),
        }
    }

    /// The class numbered `index`, from 0.
    pub fn class(&self, index: usize) -> Class<'m> {
        let at = HEADER + GENERAL + index * CLASS;
        let id = std::str::from_utf8(&self.bytes[at..at + 12]).unwrap_or("");
        Class {
            id: id.trim_end_matches('\0'),
            bias: self.float(at + 12),
            scale: self.float(at + 16),
            threshold: self.float(at + 20),
            prior: self.float(at + 24),
            kind: if self.bytes[at + 28] == 0 { Kind::Reports } else { Kind::Procedures },
        }
    }

    /// Adds the weights of `feature`, times `value`, to the sums of their classes. `sums` has [`CLASSES`] places.
    #[inline]
    pub fn add(&self, feature: u32, value: i32, sums: &mut [i32; CLASSES]) {
        let feature = feature as usize;
        let block = feature / BLOCK;
        let first = self.word(self.bases + 4 * block) as usize + self.half(self.offsets + 2 * feature);
        let last = if feature % BLOCK == BLOCK - 1 {
            self.word(self.bases + 4 * (block + 1)) as usize
        } else {
            self.word(self.bases + 4 * block) as usize + self.half(self.offsets + 2 * (feature + 1))
        };
        let Some(entries) = self.bytes.get(self.entries + 2 * first..self.entries + 2 * last) else { return };
        for entry in entries.chunks_exact(2) {
            let entry = u16::from_le_bytes([entry[0], entry[1]]);
            let steps = i32::from((entry << 9) as i16 >> 9);
            sums[usize::from(entry >> 7)] += steps * steps.abs() * value;
        }
    }

    fn word(&self, at: usize) -> u32 {
        u32::from_le_bytes([self.bytes[at], self.bytes[at + 1], self.bytes[at + 2], self.bytes[at + 3]])
    }

    fn half(&self, at: usize) -> usize {
        usize::from(u16::from_le_bytes([self.bytes[at], self.bytes[at + 1]]))
    }

    fn float(&self, at: usize) -> f32 {
        f32::from_bits(self.word(at))
    }
}

/// A class's weights as they are written: feature and steps, ascending, and what a weight of one step is worth.
pub struct Quantised {
    pub weights: Vec<(u32, i8)>,
    pub scale: f32,
}

/// Writes a model. `classes` and `weights` are parallel.
pub fn write<'q>(general: &General, classes: &[Class<'_>], weights: impl Iterator<Item = &'q Quantised>) -> Vec<u8> {
    let mut rows: Vec<Vec<u16>> = vec![Vec::new(); BUCKETS as usize];
    for (class, quantised) in weights.enumerate() {
        for (feature, weight) in &quantised.weights {
            rows[*feature as usize].push((class as u16) << 7 | u16::from(*weight as u8 & 0x7f));
        }
    }
    let count: usize = rows.iter().map(Vec::len).sum();
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    for word in [FORMAT, classes.len() as u32, count as u32] {
        bytes.extend(word.to_le_bytes());
    }
    let general = general
        .document
        .iter()
        .chain(&general.evidence)
        .chain([&general.sentence_threshold, &general.document_threshold]);
    general.for_each(|value| bytes.extend(value.to_le_bytes()));
    for class in classes {
        let mut id = [0; 12];
        id[..class.id.len()].copy_from_slice(class.id.as_bytes());
        bytes.extend(id);
        for value in [class.bias, class.scale, class.threshold, class.prior] {
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(u32::from(class.kind == Kind::Procedures).to_le_bytes());
    }
    let (mut bases, mut offsets, mut total) = (Vec::new(), Vec::new(), 0_u32);
    for block in rows.chunks(BLOCK) {
        bases.extend(total.to_le_bytes());
        let mut inside = 0_u32;
        for row in block {
            offsets.extend((inside as u16).to_le_bytes());
            inside += row.len() as u32;
        }
        total += inside;
    }
    bases.extend(total.to_le_bytes());
    bytes.extend(bases);
    bytes.extend(offsets);
    rows.iter().flatten().for_each(|entry| bytes.extend(entry.to_le_bytes()));
    bytes
}
