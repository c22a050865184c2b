//! Writes a model's bytes, in the layout that [`crate::model`] reads: for training.

use crate::features::BUCKETS;
use crate::model::{BLOCK, Class, DENSE_FROM, DIGEST, FORMAT, General, Kind, MAGIC, digest, width};
use crate::procedures;

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
    let rows: Vec<Vec<u8>> = weighed.iter().map(|weights| row(weights, classes.len())).collect();
    let length = rows.iter().map(Vec::len).sum::<usize>() / 2;
    let mut bytes = Vec::new();
    bytes.extend(MAGIC);
    for word in [FORMAT, classes.len() as u32, length as u32] {
        bytes.extend(word.to_le_bytes());
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
    let (mut bases, mut offsets, mut total) = (Vec::new(), Vec::new(), 0_u32);
    for block in rows.chunks(BLOCK) {
        bases.extend(total.to_le_bytes());
        let mut inside = 0_u32;
        for row in block {
            offsets.extend((inside as u16).to_le_bytes());
            inside += row.len() as u32 / 2;
        }
        total += inside;
    }
    bases.extend(total.to_le_bytes());
    bytes.extend(bases);
    bytes.extend(offsets);
    bytes.extend(rows.concat());
    let digest = digest(&bytes);
    bytes[DIGEST].copy_from_slice(&digest);
    bytes
}

/// A feature's row: sparse, or dense where many classes have a weight.
fn row(weights: &[(u16, i8)], classes: usize) -> Vec<u8> {
    if weights.len() as f32 <= classes as f32 * DENSE_FROM {
        let entry = |(class, steps): &(u16, i8)| (class << 7 | u16::from(*steps as u8 & 0x7f)).to_le_bytes();
        return weights.iter().flat_map(entry).collect();
    }
    let mut row = vec![0; width(classes)];
    for (class, steps) in weights {
        row[usize::from(*class)] = *steps as u8;
    }
    row
}
