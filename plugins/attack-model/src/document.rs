//! From the scores of a document's sentences to what the document shows: several independent sentences count for more
//! than one, a technique that reports often show needs less than a rare one, and a short text less than a long report.

/// How many inputs the document's log-odds have.
pub const INPUTS: usize = 13;
/// The score that stands where there is none.
const FLOOR: f32 = -1.0;
/// Scores from here on are taken in.
pub const HEARD: f32 = -0.8;
/// Sentences from these scores on are counted.
const COUNTED: [f32; 2] = [-0.5, 0.0];
/// A procedure is no surer than these log-odds.
const TOLD_MOST: f32 = 4.0;
/// How sharply the soft maximum follows the best sentences.
const SHARPNESS: f32 = 4.0;

/// The scores of one technique over a document's sentences, as far as the document's log-odds need them.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    /// The three best, descending.
    best: [f32; 3],
    soft: f32,
    counted: [u32; 2],
    /// The log-odds that the best of the procedures that its sentences tell is right, and how many sentences tell one.
    told: f32,
    telling: u32,
}

impl Default for Tally {
    fn default() -> Self {
        Self { best: [FLOOR; 3], soft: 0.0, counted: [0; 2], told: 0.0, telling: 0 }
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

    /// Takes in one sentence that tells a procedure of the technique, which is right so often.
    pub fn tell(&mut self, precision: f32) {
        self.told = self.told.max((precision / (1.0 - precision)).ln().min(TOLD_MOST));
        self.telling += 1;
    }

    /// The inputs of the log-odds of a document of so many sentences, for a technique with `prior` log-odds.
    pub fn inputs(&self, prior: f32, sentences: usize) -> [f32; INPUTS] {
        let soft = self.soft.max(1e-2).ln() / SHARPNESS;
        let log = |count: u32| (1.0 + count as f32).ln();
        let [first, second, third] = self.best;
        let long = length(sentences);
        [
            first,
            second,
            third,
            soft,
            prior,
            first * prior,
            log(self.counted[0]),
            log(self.counted[1]),
            self.told,
            log(self.telling),
            long,
            first * long,
            self.told * long,
        ]
    }
}

/// From 0 for a short text to 1 for a long report: in many sentences one is more easily like a technique's by chance.
pub fn length(sentences: usize) -> f32 {
    let [short, long] = [SHORT, LONG].map(f32::ln);
    (((sentences.max(1) as f32).ln() - short) / (long - short)).clamp(0.0, 1.0)
}

/// So many sentences have a short text and a long report.
const SHORT: f32 = 8.0;
const LONG: f32 = 200.0;

/// The log-odds that a document shows the technique; the intercept is the last coefficient.
pub fn log_odds(inputs: &[f32; INPUTS], coefficients: &[f32; INPUTS + 1]) -> f32 {
    inputs.iter().zip(coefficients).map(|(x, w)| x * w).sum::<f32>() + coefficients[INPUTS]
}
