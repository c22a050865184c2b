//! The trained model, read in place from the bytes that the component carries: nothing but dense rows is unpacked.
//!
//! Layout, little-endian, offsets in bytes:
//!
//! | at | what |
//! |---|---|
//! | 0 | magic `HSTM`, format, numbers of classes, of sparse rows' entries and of dense rows, `u32` |
//! | 20 | SHA-256 of everything before and after it |
//! | 52 | the document's coefficients, [`document::INPUTS`] + 1 `f32` |
//! | … | the evidence's [`EVIDENCE`] + 1 coefficients and its threshold; the document's thresholds; what a procedure is |
//! |   | worth, slope and intercept; `f32` |
//! | … | a class each: id (12 ASCII bytes, zero-padded), bias, scale, threshold, threshold in a long report, prior `f32`, |
//! |   | kind `u32` |
//! | … | fingerprint of the [procedures](crate::procedures) `u64`; for each how often it is right `f32`, and its class `u32` |
//! | … | for each 64 features where their sparse rows begin, in entries, `u32` |
//! | … | for each feature its place, `u16`: `crate::rows` says how |
//! | … | sparse rows: an entry a weight, `u16`: class in the upper nine bits, steps in the lower seven, two's complement |
//! | … | dense rows: the steps of every class, `i8` |
//!
//! A weight is its steps' square, with their sign. Words of every second sentence have weights in most classes: as dense
//! rows they are summed without a branch.

use crate::document;
use crate::procedures;
use crate::rows::{Ahead, Rows};
use sha2::{Digest, Sha256};

/// The format that this code reads.
pub const FORMAT: u32 = 5;
/// Most classes that an entry can name.
pub const CLASSES: usize = 512;
/// An entry's weight is the square of at most so many steps, with the steps' sign.
pub const STEPS: i32 = 63;
pub(crate) const MAGIC: &[u8; 4] = b"HSTM";
/// Where the digest stands, and what follows it.
pub(crate) const DIGEST: std::ops::Range<usize> = 20..52;
const HEADER: usize = DIGEST.end;
const CLASS: usize = 36;
/// How many inputs a sentence's log-odds have: its score, its document's log-odds, whether it tells a procedure.
pub const EVIDENCE: usize = 3;
const GENERAL: usize = 4 * (document::INPUTS + 1 + EVIDENCE + 1 + 1 + 2 + 2);
const TOLD: usize = 8 * (1 + procedures::COUNT);

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
    /// Kind `Procedures`: the score from which a sentence of a short text carries the technique, and of a long report.
    pub threshold: f32,
    pub threshold_long: f32,
    /// Kind `Reports`: log-odds that a report shows the technique. Kind `Procedures`: precision at the threshold.
    pub prior: f32,
    pub kind: Kind,
}

/// What holds for all classes.
#[derive(Debug, Clone, PartialEq)]
pub struct General {
    pub document: [f32; document::INPUTS + 1],
    /// Of a sentence's log-odds, the intercept last.
    pub evidence: [f32; EVIDENCE + 1],
    /// Log-odds from which a sentence is evidence.
    pub sentence_threshold: f32,
    /// Log-odds from which a short text shows a technique, and a long report.
    pub document_thresholds: [f32; 2],
    /// Slope and intercept that turn a procedure's log-odds by ATT&CK into those that it has in a report.
    pub worth: [f32; 2],
}

/// A model in its bytes.
#[derive(Debug, Clone)]
pub struct Model<'m> {
    /// Up to the classes' end.
    head: &'m [u8],
    classes: usize,
    procedures: &'m [[u8; 8]],
    rows: Rows<'m>,
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
    /// It was trained beside other procedures.
    Procedures,
    Digest,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Malformed::Magic => f.write_str("the bytes are not a technique model"),
            Malformed::Format(found) => write!(f, "the model has format {found}, this plugin reads {FORMAT}"),
            Malformed::Length(wanted, found) => write!(f, "the model should have {wanted} bytes and has {found}"),
            Malformed::Class(index) => write!(f, "class {index} of the model is malformed"),
            Malformed::Procedures => f.write_str("the model was trained beside other procedures than this plugin has"),
            Malformed::Digest => f.write_str("the model's bytes are not those that its digest was made of"),
        }?;
        f.write_str(
            "\n\nhint: `cargo xtask train attack --data DIR` writes the model anew; then build the plugin again",
        )
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
        let [classes, entries, dense] = [8, 12, 16].map(|at| word(at) as usize);
        let head = HEADER + GENERAL + classes.min(CLASSES) * CLASS;
        let rows = head + TOLD;
        let wanted = rows + Rows::size(classes, entries, dense);
        if classes > CLASSES || bytes.len() != wanted {
            return Err(Malformed::Length(wanted, bytes.len()));
        }
        let procedures = bytes[head..rows].as_chunks().0;
        let rows = Rows::of(&bytes[rows..], classes, entries);
        let model = Model { head: &bytes[..head], classes, procedures, rows };
        for index in 0..classes {
            let at = HEADER + GENERAL + index * CLASS;
            if std::str::from_utf8(&bytes[at..at + 12]).is_err() || word(at + 32) > 1 {
                return Err(Malformed::Class(index));
            }
        }
        Ok(model)
    }

    /// As [`Model::read`], and checks the digest: once is enough, the bytes do not change.
    ///
    /// # Errors
    /// As [`Model::read`], or the bytes were changed.
    pub fn verified(bytes: &'m [u8]) -> Result<Model<'m>, Malformed> {
        let model = Model::read(bytes)?;
        if model.procedures[0] != procedures::fingerprint().to_le_bytes() {
            return Err(Malformed::Procedures);
        }
        if bytes[DIGEST] == digest(bytes)[..] { Ok(model) } else { Err(Malformed::Digest) }
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
            evidence: std::array::from_fn(|i| self.float(at + 4 * i)),
            sentence_threshold: self.float(at + 4 * (EVIDENCE + 1)),
            document_thresholds: [2, 3].map(|i| self.float(at + 4 * (EVIDENCE + i))),
            worth: [4, 5].map(|i| self.float(at + 4 * (EVIDENCE + i))),
        }
    }

    /// How often the procedure numbered `index` is right in a procedure sentence, and the number of its technique: a
    /// class's, or behind them one for each technique that has no class.
    pub fn procedure(&self, index: usize) -> (f32, usize) {
        let [right @ .., _, _, _, _] = self.procedures[1 + index];
        let [_, _, _, _, class @ ..] = self.procedures[1 + index];
        (f32::from_le_bytes(right), u32::from_le_bytes(class) as usize)
    }

    /// The class numbered `index`, from 0.
    pub fn class(&self, index: usize) -> Class<'m> {
        let at = HEADER + GENERAL + index * CLASS;
        let id = std::str::from_utf8(&self.head[at..at + 12]).unwrap_or("");
        Class {
            id: id.trim_end_matches('\0'),
            bias: self.float(at + 12),
            scale: self.float(at + 16),
            threshold: self.float(at + 20),
            threshold_long: self.float(at + 24),
            prior: self.float(at + 28),
            kind: if self.head[at + 32] == 0 { Kind::Reports } else { Kind::Procedures },
        }
    }

    /// Writes the sums of the weights of `features` into `sums`, by class; places behind the last class hold nothing.
    pub(crate) fn sum(&self, features: &[u32], ahead: &mut Ahead, sums: &mut [i32; CLASSES]) {
        self.rows.sum(features, ahead, sums);
    }

    fn float(&self, at: usize) -> f32 {
        f32::from_le_bytes([self.head[at], self.head[at + 1], self.head[at + 2], self.head[at + 3]])
    }
}

/// SHA-256 of a model's bytes but for the digest itself.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(&bytes[..DIGEST.start]).chain_update(&bytes[DIGEST.end..]).finalize().into()
}
