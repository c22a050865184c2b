//! Writes a model's bytes, in the layout that [`crate::model`] reads: for training.

use crate::features::BUCKETS;
use crate::model::{Class, DIGEST, FORMAT, General, Kind, MAGIC, digest};
use crate::procedures;
use crate::rows::{BLOCK, Place, SPARSE_MOST};

/// A class's weights as they are written: feature and steps, ascending, and what a weight of one step is worth.
pub struct Quantised {
    pub weights: Vec<(u32, i8)>,
    pub scale: f32,
}

/// Writes a model. `classes` and `weights` are parallel, `told` has how often each procedure is right.
pub fn write<'q>(
    general: &General,
    classes: &[Class<'_>],
    weights: impl Iterator<Item = &'q Quantised>,
    told: &[f32; procedures::COUNT],
) -> Vec<u8> {
    let mut weighed: Vec<Vec<(u16, i8)>> = vec![Vec::new(); BUCKETS as usize];
    for (class, quantised) in weights.enumerate() {
        for (feature, steps) in &quantised.weights {
            weighed[*feature as usize].push((class as u16, *steps));
        }
    }
    let rows = Written::of(&weighed, classes.len());
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    for number in [FORMAT as usize, classes.len(), rows.sparse.len() / 2, rows.dense.len() / classes.len().max(1)] {
        bytes.extend((number as u32).to_le_bytes());
    }
    bytes.extend([0; DIGEST.end - DIGEST.start]);
    let general = general
        .document
        .iter()
        .chain(&general.evidence)
        .chain([&general.sentence_threshold])
        .chain(&general.document_thresholds)
        .chain(&general.worth);
    general.for_each(|value| bytes.extend(value.to_le_bytes()));
    for class in classes {
        let mut id = [0; 12];
        id[..class.id.len()].copy_from_slice(class.id.as_bytes());
        bytes.extend(id);
        for value in [class.bias, class.scale, class.threshold, class.threshold_long, class.prior] {
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend(u32::from(class.kind == Kind::Procedures).to_le_bytes());
    }
    bytes.extend(procedures::fingerprint().to_le_bytes());
    for (procedure, right) in procedures::ALL.iter().zip(told) {
        let of_class = classes.iter().position(|class| class.id == procedure.technique);
        let first = || procedures::ALL.iter().position(|other| other.technique == procedure.technique);
        let class = of_class.or_else(|| first().map(|first| classes.len() + first)).unwrap_or_default();
        bytes.extend(right.to_le_bytes());
        bytes.extend((class as u32).to_le_bytes());
    }
    bytes.extend([rows.bases, rows.places, rows.sparse, rows.dense].concat());
    let digest = digest(&bytes);
    bytes[DIGEST].copy_from_slice(&digest);
    bytes
}

/// Rows as they are written.
#[derive(Default)]
struct Written {
    bases: Vec<u8>,
    places: Vec<u8>,
    sparse: Vec<u8>,
    dense: Vec<u8>,
}

impl Written {
    /// The rows of all features, whose classes and steps these are.
    fn of(weighed: &[Vec<(u16, i8)>], classes: usize) -> Written {
        let mut rows = Written::default();
        for block in weighed.chunks(BLOCK) {
            let base = rows.sparse.len() / 2;
            rows.bases.extend((base as u32).to_le_bytes());
            for weights in block {
                let place = if weights.len() <= SPARSE_MOST {
                    let offset = rows.sparse.len() / 2 - base;
                    let entry = |(class, steps): &(u16, i8)| class << 7 | u16::from(*steps as u8 & 0x7f);
                    rows.sparse.extend(weights.iter().flat_map(|weight| entry(weight).to_le_bytes()));
                    // Where there is nothing, nothing is looked up.
                    Place::sparse(weights.len(), if weights.is_empty() { 0 } else { offset })
                } else {
                    let number = rows.dense.len() / classes;
                    rows.dense.resize((number + 1) * classes, 0);
                    let row = &mut rows.dense[number * classes..];
                    weights.iter().for_each(|(class, steps)| row[usize::from(*class)] = *steps as u8);
                    Place::dense(number)
                };
                rows.places.extend(place.to_le_bytes());
            }
        }
        rows
    }
}
