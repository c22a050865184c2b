//! Times of many calls, and a line of the table: each figure beside a reference that ran in turn with it.

use std::time::{Duration, Instant};

/// Times, sorted.
pub struct Times(pub Vec<Duration>);

impl Times {
    pub fn of(calls: usize, mut call: impl FnMut(usize)) -> Self {
        let mut times = Vec::with_capacity(calls);
        for index in 0..calls {
            let started = Instant::now();
            call(index);
            times.push(started.elapsed());
        }
        times.sort();
        Self(times)
    }

    pub fn at(&self, percent: usize) -> Duration {
        self.0[(self.0.len() * percent / 100).min(self.0.len() - 1)]
    }

    pub fn row(&self, name: &str, reference: &str, other: &Times) {
        let ratio = self.at(50).as_secs_f64() / other.at(50).as_secs_f64();
        println!(
            "{name} | {} | {} | {reference}: {} | {ratio:.2}",
            shown(self.at(50)),
            shown(self.at(95)),
            shown(other.at(50))
        );
    }
}

pub fn shown(time: Duration) -> String {
    match time.as_secs_f64() {
        s if s < 1e-3 => format!("{:.1} µs", s * 1e6),
        s if s < 1.0 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}
