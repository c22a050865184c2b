//! From the scores of a document's sentences to what the document shows: several independent sentences count for more
//! than one, and a technique that reports often show needs less than a rare one.

/// How many inputs the document's log-odds have.
pub const INPUTS: usize = 8;
/// The score that stands where there is none.
const FLOOR: f32 = -1.0;
/// Scores from here on are taken in.
pub const HEARD: f32 = -0.8;
/// Sentences from these scores on are counted.
const COUNTED: [f32; 2] = [-0.5, 0.0];
/// How sharply the soft maximum follows the best sentences.
const SHARPNESS: f32 = 4.0;

/// The scores of one technique over a document's sentences, as far as the document's log-odds need them.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    /// The three best, descending.
    best: [f32; 3],
    soft: f32,
    counted: [u32; 2],
}

impl Default for Tally {
    fn default() -> Self {
        Self { best: [FLOOR; 3], soft: 0.0, counted: [0; 2] }
    }
}

impl Tally {
    /// Takes in one sentence's score; one below [`HEARD`] changes nothing.
    pub fn add(&mut self, score: f32) {
        if score < HEARD {
            return;
        }
        if score > self.best[2] {
            let at = self.best.iter().position(|best| score > *best).unwrap_or(2);
            self.best[at..].rotate_right(1);
            self.best[at] = score;
        }
        self.soft += (SHARPNESS * score).exp();
        for (count, from) in self.counted.iter_mut().zip(COUNTED) {
            *count += u32::from(score > from);
        }
    }

    /// The best sentence's score.
    pub fn best(&self) -> f32 {
        self.best[0]
    }

    /// The inputs of the document's log-odds, for a technique with `prior` log-odds.
    pub fn inputs(&self, prior: f32) -> [f32; INPUTS] {
        let soft = self.soft.max(1e-2).ln() / SHARPNESS;
        let count = |index: usize| (1.0 + self.counted[index] as f32).ln();
        [self.best[0], self.best[1], self.best[2], soft, prior, self.best[0] * prior, count(0), count(1)]
    }
}

/// The log-odds that a document shows the technique; the intercept is the last coefficient.
pub fn log_odds(inputs: &[f32; INPUTS], coefficients: &[f32; INPUTS + 1]) -> f32 {
    inputs.iter().zip(coefficients).map(|(x, w)| x * w).sum::<f32>() + coefficients[INPUTS]
}
