//! Named places at which a run can be killed on purpose, so that tests can show that a kill loses and repeats nothing.
//!
//! `HUNTSMITH_FAIL_POINT=NAME` kills the process at the first passing of that place, `NAME:3` at the third; without
//! the variable a place costs one comparison.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The environment variable.
pub const VARIABLE: &str = "HUNTSMITH_FAIL_POINT";

/// Every place: before and after every write, rename, removal, commit and fetch.
pub const FAIL_POINTS: [&str; 24] = [
    "store.run.before-commit",
    "store.run.after-commit",
    "fetch.before-send",
    "fetch.after-receive",
    "cache.before-body",
    "cache.after-body",
    "cache.before-entry",
    "cache.after-entry",
    "store.page.before-commit",
    "store.page.after-commit",
    "output.before-write",
    "output.before-rename",
    "output.after-rename",
    "output.before-remove",
    "output.after-remove",
    "store.brief.before-commit",
    "store.brief.after-commit",
    "store.run.before-end",
    "store.run.after-end",
    "store.collect.before-commit",
    "store.collect.after-commit",
    "cache.before-remove",
    "install.before-component",
    "install.before-lock",
];

struct Plan {
    name: String,
    left: AtomicU64,
}

/// Kills the process, as `kill -9` does, if the operator's environment names this place. A name that is not one of
/// [`FAIL_POINTS`] is a mistake in the program.
pub fn fail_point(name: &'static str) {
    debug_assert!(FAIL_POINTS.contains(&name), "{name} is not listed");
    static PLAN: OnceLock<Option<Plan>> = OnceLock::new();
    let plan = PLAN.get_or_init(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some(Plan { name: name.to_owned(), left: AtomicU64::new(nth.parse().ok()?) })
    });
    let Some(plan) = plan else { return };
    if plan.name == name && plan.left.fetch_sub(1, Ordering::SeqCst) == 1 {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
}
