//! Bytes a second of the native build, on the texts given and on adversarial ones, and what twice the input costs:
//! `cargo run --release -p ioc-core --example extract_speed -- FILE…`

use huntsmith_sdk::extractor::{Article, Extractor};
use huntsmith_sdk::testing::article;
use std::time::Instant;

/// The best of five.
#[allow(clippy::disallowed_methods, reason = "a native program that measures; it never runs in the sandbox")]
fn seconds(articles: &[Article]) -> f64 {
    (0..5)
        .map(|_| {
            let start = Instant::now();
            for article in articles {
                std::hint::black_box(ioc_core::extract(article));
            }
            start.elapsed().as_secs_f64()
        })
        .fold(f64::MAX, f64::min)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::var_os("HUNTSMITH_DATA").is_none() {
        // SAFETY: nothing else runs yet.
        unsafe { std::env::set_var("HUNTSMITH_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/../../data")) };
    }
    ioc_core::IocCore::init()?;
    for file in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&file)?;
        let bytes = text.len();
        println!("{:7.1} MB/s  {file}", bytes as f64 / 1e6 / seconds(&[article(text)]));
    }
    let adversarial = [
        "a.",
        "[",
        "a",
        "@",
        "[.]",
        "a@",
        "://",
        "http://a",
        "\\",
        "%2e",
        " dot ",
        "(",
        "1.",
        "1:",
        "::",
        "C:\\a ",
        "HKLM\\a\\",
        "a.com ",
        "a.com/",
        "mutex ",
        "x\n",
        "|",
        "\t",
        "a.b.",
        "0x",
        "cmd /c ",
        "service named ",
        "Mozilla/5 ",
        "serial ",
        "http://a.com/",
        "http%3A%2F%2F",
        "\u{e9}",
        "\u{201c}",
        "a[.",
        "a.]",
        "1.2.3.4 ",
        "d41d8cd98f00b204e9800998ecf8427f ",
        "rule a",
        "a dot com dot ",
        "C2: a.com. ",
    ];
    for piece in adversarial {
        let one = seconds(&[article(piece.repeat(500_000 / piece.len()))]);
        let two = seconds(&[article(piece.repeat(1_000_000 / piece.len()))]);
        println!("{:7.1} MB/s  twice costs {:.2}  {piece:?}", 1.0 / two, two / one);
    }
    Ok(())
}
