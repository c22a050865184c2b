//! For tests: the shipped lists, read once.

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
