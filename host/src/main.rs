//! The command: hands the plugins that were built in to the command line. The bundle is here and not in the library, so
//! that a new bundle only links anew.

use std::process::ExitCode;

/// On a page of its own, as the machine code in it is.
#[repr(C, align(4096))]
struct Page<T: ?Sized>(T);

static BUNDLE: &Page<[u8]> = &Page(*include_bytes!(env!("HUNTSMITH_BUNDLE_PATH")));

fn main() -> ExitCode {
    huntsmith::cli::main(&BUNDLE.0)
}
