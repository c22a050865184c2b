//! One linear classifier a technique: L2-regularised squared-hinge support-vector machines by dual coordinate descent
//! (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008). Binary features, one
//! order of examples from a fixed seed, no threads inside a classifier: the same weights on every machine.

/// Examples as rows of feature numbers; every feature of a row has the row's own value times the feature's weight.
#[derive(Default)]
pub struct Rows {
    starts: Vec<usize>,
    features: Vec<u32>,
    values: Vec<f32>,
}

impl Rows {
    pub fn push(&mut self, features: impl Iterator<Item = (u32, f32)>) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        for (feature, value) in features {
            self.features.push(feature);
            self.values.push(value);
        }
        self.starts.push(self.features.len());
    }

    /// Takes out the features for which `out` holds; the others keep their values.
    pub fn without(self, out: impl Fn(u32) -> bool) -> Rows {
        let mut kept = Rows::default();
        for index in 0..self.len() {
            let (features, values) = self.row(index);
            kept.push(features.iter().copied().zip(values.iter().copied()).filter(|(feature, _)| !out(*feature)));
        }
        kept
    }

    /// In how many rows each feature stands.
    pub fn frequencies(&self, dimensions: usize) -> Vec<u32> {
        let mut counts = vec![0; dimensions];
        self.features.iter().for_each(|feature| counts[*feature as usize] += 1);
        counts
    }

    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub fn row(&self, index: usize) -> (&[u32], &[f32]) {
        let range = self.starts[index]..self.starts[index + 1];
        (&self.features[range.clone()], &self.values[range])
    }
}

/// A classifier's weights, with its bias last.
pub struct Weights {
    pub of: Vec<f32>,
    pub bias: f32,
}

impl Weights {
    pub fn score(&self, row: (&[u32], &[f32])) -> f32 {
        row.0.iter().zip(row.1).map(|(f, v)| self.of[*f as usize] * v).sum::<f32>() + self.bias
    }
}

/// How to train.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Cost of a negative example, times its weight.
    pub cost: f32,
    /// A positive example costs so many times that.
    pub positive: f32,
    pub passes: usize,
}

/// Trains on the rows that `examples` names, each with its label and its weight.
pub fn train(rows: &Rows, dimensions: usize, examples: &[(u32, bool, f32)], settings: Settings) -> Weights {
    let mut weights = Weights { of: vec![0.0; dimensions], bias: 0.0 };
    let mut order: Vec<u32> = (0..examples.len() as u32).collect();
    let mut alpha = vec![0.0_f32; examples.len()];
    let square: Vec<f32> =
        examples.iter().map(|(row, ..)| 1.0 + rows.row(*row as usize).1.iter().map(|v| v * v).sum::<f32>()).collect();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for pass in 0..settings.passes {
        for at in (1..order.len()).rev() {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            order.swap(at, (seed % (at as u64 + 1)) as usize);
        }
        let mut kept = 0;
        let mut widest = 0.0_f32;
        for index in 0..order.len() {
            let example = order[index] as usize;
            let (row, positive, weight) = examples[example];
            let label = if positive { 1.0 } else { -1.0 };
            let cost = settings.cost * weight * if positive { settings.positive } else { 1.0 };
            let diagonal = 0.5 / cost;
            let row = rows.row(row as usize);
            let gradient = label * weights.score(row) - 1.0 + diagonal * alpha[example];
            // Examples far on the right side are left out of the next passes; the last pass sees what is kept.
            if alpha[example] == 0.0 && gradient > 0.35 && pass > 0 {
                continue;
            }
            order[kept] = order[index];
            kept += 1;
            let projected = if alpha[example] == 0.0 { gradient.min(0.0) } else { gradient };
            widest = widest.max(projected.abs());
            if projected.abs() > 1e-6 {
                let old = alpha[example];
                alpha[example] = (old - gradient / (square[example] + diagonal)).max(0.0);
                let step = (alpha[example] - old) * label;
                for (feature, value) in row.0.iter().zip(row.1) {
                    weights.of[*feature as usize] += step * value;
                }
                weights.bias += step;
            }
        }
        order.truncate(kept);
        if widest < 0.05 {
            break;
        }
    }
    weights
}
