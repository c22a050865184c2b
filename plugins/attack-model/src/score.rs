//! Scores of sentences: sums of the model's weights over a sentence's features, its neighbours' words at less weight.

use crate::features::Extractor;
use crate::model::{CLASSES, Model};
use crate::rows::Ahead;

/// A sentence's own features count so much, its neighbours' so much.
pub const OWN: i32 = 5;
pub const NEAR: i32 = 2;

/// What one sentence adds to the scores, of itself or as a neighbour: sums by class, and how many features they are of.
#[derive(Clone)]
struct Part {
    sums: [i32; CLASSES],
    features: u32,
}

const EMPTY: Part = Part { sums: [0; CLASSES], features: 0 };

/// Scores sentences in reading order.
pub struct Scorer<'m> {
    model: &'m Model<'m>,
    extractor: Extractor,
    ahead: Ahead,
    bias: [f32; CLASSES],
    scale: [f32; CLASSES],
    scores: [f32; CLASSES],
    /// Of the last two sentences.
    own: [Part; 2],
    /// Of the last three.
    near: [Part; 3],
}

impl<'m> Scorer<'m> {
    pub fn new(model: &'m Model<'m>) -> Scorer<'m> {
        let (mut bias, mut scale) = ([0.0; CLASSES], [0.0; CLASSES]);
        for index in 0..model.len() {
            let class = model.class(index);
            (bias[index], scale[index]) = (class.bias, class.scale);
        }
        let extractor = Extractor::default();
        Scorer {
            model,
            extractor,
            ahead: Ahead::default(),
            bias,
            scale,
            scores: [0.0; CLASSES],
            own: [EMPTY; 2],
            near: [EMPTY; 3],
        }
    }

    /// Calls `each` with the number of every sentence and the scores of all classes in it.
    pub fn score<'t>(&mut self, sentences: impl Iterator<Item = &'t str>, mut each: impl FnMut(usize, &[f32])) {
        self.near.fill(EMPTY);
        let mut count = 0;
        // A sentence is scored when the words of the next are known.
        for (number, sentence) in sentences.enumerate() {
            self.take(number, sentence);
            if number > 0 {
                self.combine(number - 1);
                each(number - 1, &self.scores[..self.model.len()]);
            }
            count = number + 1;
        }
        if count > 0 {
            self.near[count % 3] = EMPTY;
            self.combine(count - 1);
            each(count - 1, &self.scores[..self.model.len()]);
        }
    }

    /// Sums up what the sentence's own features and its words as a neighbour's say.
    fn take(&mut self, number: usize, sentence: &str) {
        let found = self.extractor.read(sentence);
        let (own, near) = (&mut self.own[number % 2], &mut self.near[number % 3]);
        own.features = found.own.len() as u32;
        self.model.sum(found.own, &mut self.ahead, &mut own.sums);
        near.features = found.near.len() as u32;
        self.model.sum(found.near, &mut self.ahead, &mut near.sums);
    }

    fn combine(&mut self, number: usize) {
        let own = &self.own[number % 2];
        let (before, after) = (&self.near[(number + 2) % 3], &self.near[(number + 1) % 3]);
        let near = before.features + after.features;
        let square = (OWN * OWN) as u32 * own.features + (NEAR * NEAR) as u32 * near;
        let factor = 1.0 / (square.max(1) as f32).sqrt();
        let blocks = self.model.len().div_ceil(LANES);
        let sums = lanes(&own.sums).zip(lanes(&before.sums).zip(lanes(&after.sums)));
        let parameters = lanes(&self.bias).zip(lanes(&self.scale));
        let scores = self.scores.as_chunks_mut::<LANES>().0.iter_mut().take(blocks);
        for (scores, ((own, (before, after)), (bias, scale))) in scores.zip(sums.zip(parameters)) {
            *scores = std::array::from_fn(|lane| {
                bias[lane] + scale[lane] * factor * (OWN * own[lane] + NEAR * (before[lane] + after[lane])) as f32
            });
        }
    }
}

/// Classes that are scored together, without a look at the clock between them.
const LANES: usize = 8;

fn lanes<T>(of: &[T; CLASSES]) -> impl Iterator<Item = &[T; LANES]> {
    of.as_chunks().0.iter()
}
