//! The figures of README: each as a ratio against a reference that ran beside it. `cargo xtask bench` runs this; one file
//! a family of figures.

mod authors;
mod peer;
mod plugins;
mod processes;
mod times;

fn main() {
    println!("figure | median | 95th percentile | reference | ratio");
    println!("---|---|---|---|---");
    let bench = plugins::Bench::open();
    bench.fresh_and_warm();
    bench.instantiate();
    bench.native_and_sandboxed();
    peer::ioc_finder(&bench);
    processes::starts();
    processes::runs();
    authors::languages();
}
