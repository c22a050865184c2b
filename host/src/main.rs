//! The command: hands the plugins that were built in to the command line. The bundle is here and not in the library, so
//! that a new bundle only links anew.

use std::process::ExitCode;

/// On a page of its own, as the machine code in it is.
#[repr(C, align(4096))]
struct Page<T: ?Sized>(T);

static BUNDLE: &Page<[u8]> = &Page(*include_bytes!(env!("HUNTSMITH_BUNDLE_PATH")));

fn main() -> ExitCode {
    // Before anything else: the child that prepares a plugin starts with nothing of the command line.
    if std::env::args_os().nth(1).is_some_and(|first| first == huntsmith::sandbox::CHILD_COMMAND) {
        return if huntsmith::sandbox::prepare_child_main() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    huntsmith::cli::main(&BUNDLE.0)
}
