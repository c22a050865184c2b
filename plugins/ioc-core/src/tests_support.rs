//! For tests: the shipped lists, read once, and readers of one kind.

use crate::found::Finds;
use std::sync::Once;

/// Runs the plugin's `init` on the repository's own data.
pub fn load_lists() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY of the process: set before any list is read, and only here.
        unsafe { std::env::set_var("HUNTSMITH_DATA", concat!(env!("CARGO_MANIFEST_DIR"), "/../../data")) };
        <crate::IocCore as huntsmith_sdk::extractor::Extractor>::init().expect("the shipped lists are complete");
    });
}

/// The value that a kind's reader finds in a run of characters.
pub fn value(read: fn(&mut Finds, &str, usize) -> bool, run: &str) -> Option<String> {
    let mut finds = Finds::default();
    read(&mut finds, run, 0);
    finds.found.pop().map(|found| found.value)
}
