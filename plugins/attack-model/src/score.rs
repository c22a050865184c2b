//! Scores of sentences: sums of the model's weights over a sentence's features, its neighbours' words at less weight.

use crate::features::Extractor;
use crate::model::{CLASSES, Model};

/// A sentence's own features count so much, its neighbours' so much.
pub const OWN: i32 = 5;
pub const NEAR: i32 = 2;

/// What one sentence adds to the scores: of itself, and of those beside it.
struct Part {
    sums: [i32; CLASSES],
    features: u32,
}

/// Scores sentences in reading order.
pub struct Scorer<'m> {
    model: &'m Model<'m>,
    extractor: Extractor,
    bias: [f32; CLASSES],
    scale: [f32; CLASSES],
}

impl<'m> Scorer<'m> {
    pub fn new(model: &'m Model<'m>) -> Scorer<'m> {
        let (mut bias, mut scale) = ([0.0; CLASSES], [0.0; CLASSES]);
        for index in 0..model.len() {
            let class = model.class(index);
            (bias[index], scale[index]) = (class.bias, class.scale);
        }
        Scorer { model, extractor: Extractor::default(), bias, scale }
    }

    /// Calls `each` with the number of every sentence and the scores of all classes in it.
    pub fn score<'t>(&mut self, sentences: impl Iterator<Item = &'t str>, mut each: impl FnMut(usize, &[f32])) {
        let mut scores = [0.0_f32; CLASSES];
        let nothing = || Part { sums: [0; CLASSES], features: 0 };
        let (mut before, mut here) = (nothing(), None);
        let mut number = 0;
        let mut sentences = sentences.map(Some).chain([None]);
        // One sentence is held back until the words of the next are known.
        for sentence in &mut sentences {
            let after = sentence.map(|sentence| (self.own(sentence), self.near(sentence)));
            if let Some((own, near)) = here.take() {
                let (own, near): (Part, Part) = (own, near);
                let beside = after.as_ref().map(|(_, near)| near);
                self.combine(&own, &before, beside, &mut scores);
                each(number, &scores[..self.model.len()]);
                number += 1;
                before = near;
            }
            here = after;
        }
    }

    fn combine(&self, own: &Part, before: &Part, after: Option<&Part>, scores: &mut [f32; CLASSES]) {
        let near = before.features + after.map_or(0, |part| part.features);
        let square = (OWN * OWN) as u32 * own.features + (NEAR * NEAR) as u32 * near;
        let factor = 1.0 / (square.max(1) as f32).sqrt();
        for index in 0..self.model.len() {
            let sum = own.sums[index] + before.sums[index] + after.map_or(0, |part| part.sums[index]);
            scores[index] = self.bias[index] + self.scale[index] * factor * sum as f32;
        }
    }

    fn own(&mut self, sentence: &str) -> Part {
        let mut part = Part { sums: [0; CLASSES], features: 0 };
        for feature in self.extractor.own(sentence) {
            self.model.add(*feature, OWN, &mut part.sums);
            part.features += 1;
        }
        part
    }

    fn near(&mut self, sentence: &str) -> Part {
        let mut part = Part { sums: [0; CLASSES], features: 0 };
        for feature in self.extractor.near(sentence) {
            self.model.add(*feature, NEAR, &mut part.sums);
            part.features += 1;
        }
        part
    }
}
