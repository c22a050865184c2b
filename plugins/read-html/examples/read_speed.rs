//! Reads each file that is named, again and again for a second in all, and prints megabytes a second:
//! `cargo run --release -p read-html --example read_speed -- FILE…`

#![allow(clippy::disallowed_methods, reason = "runs on the host, where there is a clock")]

use std::time::Instant;

fn main() {
    let pages: Vec<String> = std::env::args().skip(1).filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let started = Instant::now();
    let (mut bytes, mut text) = (0, 0);
    while started.elapsed().as_secs_f64() < 1.0 {
        for page in &pages {
            bytes += page.len();
            text += read_html::read_text(page, None, &mut Vec::new()).text.len();
        }
        if pages.is_empty() {
            return;
        }
    }
    println!("{:.1} MB/s, {text} bytes of text", bytes as f64 / 1e6 / started.elapsed().as_secs_f64());
}
