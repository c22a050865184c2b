//! Python, through `componentize-py`: the interpreter, its library and the program in one component.

use super::{Job, LanguageError, Tool};
use std::ffi::OsStr;

pub(super) const TOOLS: &[Tool] = &[Tool { program: "componentize-py", arguments: &["--quiet"] }];
pub(super) const INSTALL: &str = "python3 -m pip install componentize-py==0.25.1";

pub(super) fn compile(job: &Job) -> Result<Vec<u8>, LanguageError> {
    let wit = job.contract(str::to_owned)?;
    let world = job.manifest.world.as_str();
    let arguments: [&OsStr; 9] = [
        "--wit-path".as_ref(),
        wit.as_os_str(),
        "--world".as_ref(),
        world.as_ref(),
        "componentize".as_ref(),
        "--stub-wasi".as_ref(),
        "--python-path".as_ref(),
        job.folder.as_os_str(),
        "plugin".as_ref(),
    ];
    job.run(&[&arguments[..], &["--output".as_ref()]].concat())
}
