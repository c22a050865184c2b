//! JavaScript, through `jco` with QuickJS: the engine and the module, evaluated once by the tool, in one component. The
//! engine's calls of WASI become stubs that trap: no clock, no randomness, no console.

use super::{Job, LanguageError, Tool};
use crate::plugin::contract;
use crate::plugin::flatten::flatten;
use std::ffi::OsStr;

pub(super) const TOOLS: &[Tool] = &[Tool { program: "jco", arguments: &["componentize"] }];
pub(super) const INSTALL: &str = "npm install --global @bytecodealliance/jco@1.35.0";

/// What the contract calls `init`, which is the name that the tool has for a function of its own.
const INIT: &str = "prepare";

/// Beside the program, so that what it imports is found.
const ENTRY: &str = ".huntsmith-entry.mjs";

pub(super) fn compile(job: &Job) -> Result<Vec<u8>, LanguageError> {
    let (world, version) = (job.manifest.world, &job.manifest.contract);
    let known = |known: Vec<&str>| LanguageError::contract(version, &known);
    let interface = contract::interface(world, version).map_err(known)?;
    let wit = job.contract(|text| text.replace("export init:", &format!("export {INIT}:")))?;
    let entry = job.folder.join(ENTRY);
    let text = format!(
        "import * as plugin from \"./plugin.js\";\nexport {{ {interface} }} from \"./plugin.js\";\n\
         export const {INIT} = plugin.init ?? (() => {{}});\n"
    );
    std::fs::write(&entry, text).map_err(LanguageError::at(&entry))?;
    // Taken away whatever the tool says.
    let entry = tempfile::TempPath::try_from_path(&entry).map_err(LanguageError::at(&entry))?;
    let arguments: [&OsStr; 10] = [
        entry.as_os_str(),
        "--wit".as_ref(),
        wit.as_os_str(),
        "--world-name".as_ref(),
        world.as_str().as_ref(),
        "--backend".as_ref(),
        "qjs".as_ref(),
        "--backend-qjs-stub-wasi".as_ref(),
        "--backend-qjs-disable-async".as_ref(),
        "--out".as_ref(),
    ];
    let nested = job.run(&arguments)?;
    let named = |name: &str| match name {
        INIT => Some("init".to_owned()),
        // The tool's own.
        "init" => None,
        name => Some(name.to_owned()),
    };
    flatten(&nested, named).map_err(|error| LanguageError::Unknown { tool: "jco", error, install: INSTALL })
}
