//! The figures of README: each as a ratio against a reference that ran beside it. `cargo xtask bench` runs this; one file
//! a family of figures. With names of families (`cargo xtask bench authors`) only those.

mod authors;
mod peer;
mod plugins;
mod processes;
mod times;

fn main() {
    // Cargo adds a flag of its own.
    let named: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |family: &str| named.is_empty() || named.iter().any(|name| name == family);
    println!("figure | median | 95th percentile | reference | ratio");
    println!("---|---|---|---|---");
    if wanted("plugins") {
        let bench = plugins::Bench::open();
        bench.fresh_and_warm();
        bench.instantiate();
        bench.native_and_sandboxed();
        peer::ioc_finder(&bench);
    }
    if wanted("processes") {
        processes::starts();
        processes::runs();
    }
    if wanted("authors") {
        authors::languages();
    }
}
