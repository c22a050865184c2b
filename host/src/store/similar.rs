//! Whether two texts are the same report, printed twice: candidates by MinHash bands (Broder 1997; Leskovec et al.,
//! Mining of Massive Datasets, 3.3), then compared word by word. Sharing a subject, a template or a tag is not enough.

use std::collections::BTreeSet;
use std::ops::Range;

/// Words in a shingle.
const SHINGLE: usize = 5;

/// Bands and rows in a band: two texts with a Jaccard similarity of 0.85 share a band with 0.997 probability, of 0.3
/// with 0.06. Each band is a page of the file that storing an article writes, so they are few.
const BANDS: usize = 8;
const ROWS: usize = 4;

/// From how many words on two texts can be near to each other. Shorter ones are the same word for word or are not.
const FEWEST_WORDS: usize = 80;

/// The fewest words of texts that are joined for being the same word for word.
const FEWEST_EXACT: usize = 20;

/// The least Jaccard similarity of the shingles of two printings.
const LEAST: f64 = 0.85;

/// What is compared of a text.
pub(super) struct Shape {
    words: usize,
    /// Hashes of every run of five words, in order.
    runs: Vec<u64>,
    shingles: BTreeSet<u64>,
    /// Hashes of words that tell one report from another of the same mould: identifiers, versions, addresses, files.
    telling: BTreeSet<u64>,
    /// Capitalised words within sentences, with their places: names, for the most part.
    proper: Vec<(usize, u64)>,
    /// Of all words in order.
    exact: u64,
}

impl Shape {
    pub(super) fn of(text: &str) -> Self {
        let (mut words, mut telling, mut proper) = (Vec::new(), BTreeSet::new(), Vec::new());
        let mut sentence_start = true;
        for token in text.split_whitespace() {
            let word = token.trim_matches(|c: char| !c.is_alphanumeric());
            if !word.is_empty() {
                let hash = fnv(word.to_lowercase().bytes());
                if is_telling(word) {
                    telling.insert(hash);
                } else if !sentence_start && word.starts_with(char::is_uppercase) {
                    proper.push((words.len(), hash));
                }
                words.push(hash);
                sentence_start = false;
            }
            sentence_start |= token.ends_with(['.', '!', '?', ':']);
        }
        let run = |words: &[u64]| fnv(words.iter().flat_map(|w| w.to_le_bytes()));
        let runs: Vec<_> = words.windows(SHINGLE).map(run).collect();
        let (shingles, exact) = (runs.iter().copied().collect(), run(&words));
        Self { words: words.len(), runs, shingles, telling, proper, exact }
    }

    /// Under which texts are looked up; texts with none in common are not the same report. None for a text that is
    /// too short to be recognised.
    pub(super) fn bands(&self) -> Vec<i64> {
        if self.words < FEWEST_EXACT {
            return Vec::new();
        }
        // The whole text is a band of its own, so that short ones are found as well.
        let mut bands = vec![mix(self.exact) as i64];
        if self.words >= FEWEST_WORDS {
            let row = |n: usize| self.shingles.iter().map(|s| mix(s ^ mix(n as u64 + 1))).min().unwrap_or_default();
            let band = |b: usize| fnv((b * ROWS..(b + 1) * ROWS).flat_map(|n| row(n).to_le_bytes()).chain([b as u8]));
            bands.extend((0..BANDS).map(|b| band(b) as i64));
        }
        bands
    }

    /// How alike two printings of one report are, 0.85 to 1; none for two reports.
    pub(super) fn same_report(&self, other: &Shape) -> Option<f64> {
        if self.exact == other.exact && self.words == other.words && self.words >= FEWEST_EXACT {
            return Some(1.0);
        }
        if self.words < FEWEST_WORDS || other.words < FEWEST_WORDS {
            return None;
        }
        let shared = self.shingles.intersection(&other.shingles).count();
        let similarity = shared as f64 / (self.shingles.len() + other.shingles.len() - shared) as f64;
        let alike = similarity >= LEAST && agree(&self.telling, &other.telling);
        (alike && agree(&self.own_names(other), &other.own_names(self))).then_some(similarity)
    }

    /// The names in this text, without those that one printer put before or after the other's whole text. Where both
    /// texts begin or end with something of their own, that is a difference like any other.
    fn own_names(&self, other: &Shape) -> BTreeSet<u64> {
        let (Some(own), Some(others)) = (self.shared_runs(other), other.shared_runs(self)) else {
            return self.proper.iter().map(|(_, name)| *name).collect();
        };
        let start = if others.start == 0 { own.start } else { 0 };
        let end = if others.end == other.runs.len() { own.end - 1 + SHINGLE } else { self.words };
        let within = self.proper.iter().filter(|(place, _)| (start..end).contains(place));
        within.map(|(_, name)| *name).collect()
    }

    /// From the first to the last run that the other text has too.
    fn shared_runs(&self, other: &Shape) -> Option<Range<usize>> {
        let shared = |run: &u64| other.shingles.contains(run);
        Some(self.runs.iter().position(shared)?..self.runs.iter().rposition(shared)? + 1)
    }
}

/// A word with letters and digits, or with something inside that plain words do not have: an identifier, an
/// indicator, a version, a file.
fn is_telling(word: &str) -> bool {
    let digit = word.contains(|c: char| c.is_ascii_digit());
    let letter = word.contains(char::is_alphabetic);
    let inside = word.contains(['.', '/', '\\', '_', '@', '[']);
    digit && letter || inside
}

/// Whether at most a tenth of each side's words is missing on the other.
fn agree(one: &BTreeSet<u64>, other: &BTreeSet<u64>) -> bool {
    let missing = |from: &BTreeSet<u64>, to: &BTreeSet<u64>| from.difference(to).count() <= from.len() / 10;
    missing(one, other) && missing(other, one)
}

/// FNV-1a, 64 bits: the same on every machine.
fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of SplitMix64: spreads every bit over all of them.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report of some 200 words about one subject.
    fn report(actor: &str, cve: &str, seed: usize) -> String {
        let words = ["server", "loader", "beacon", "script", "token", "session", "stage", "archive", "driver", "task"];
        let body: Vec<_> = (0..180).map(|n| words[(n * n + n / 7 + seed * n) % words.len()]).collect();
        format!("Researchers say that {actor} used {cve} in March. It was seen first by Contoso. {}.", body.join(" "))
    }

    fn same(one: &str, other: &str) -> Option<f64> {
        let (one, other) = (Shape::of(one), Shape::of(other));
        let found = one.bands().iter().any(|band| other.bands().contains(band));
        found.then(|| one.same_report(&other)).flatten()
    }

    #[test]
    fn a_reprint_with_another_frame_is_the_same_report() {
        let original = report("Storm", "CVE-2026-1234", 3);
        assert_eq!(same(&original, &original), Some(1.0));
        assert_eq!(same(&original, &original.replace(' ', "\n  ")), Some(1.0));
        let reprint = format!("This was first printed elsewhere today. {original} Read more from Us and Others");
        let similarity = same(&original, &reprint).unwrap();
        assert!((LEAST..1.0).contains(&similarity), "{similarity}");
    }

    #[test]
    fn the_same_mould_with_another_identifier_or_name_is_another_report() {
        let original = report("Storm", "CVE-2026-1234", 3);
        assert_eq!(same(&original, &report("Storm", "CVE-2026-9999", 3)), None);
        assert_eq!(same(&original, &report("Blizzard", "CVE-2026-1234", 3)), None);
        assert_eq!(same(&original, &report("Storm", "CVE-2026-1234", 4)), None);
        assert_eq!(same(&original, &original.replace("server", "printer")), None);
    }

    #[test]
    fn short_texts_are_the_same_only_word_for_word() {
        let short = "One added vulnerability is exploited in the wild and agencies have to mend it by the end of the month or stop using it.";
        assert_eq!(same(short, short), Some(1.0));
        assert_eq!(same(short, &short.replace("month", "week")), None);
        assert_eq!(same("Tag: ransomware", "Tag: ransomware"), None, "too short to say anything");
        assert_eq!(same("", ""), None);
    }
}
