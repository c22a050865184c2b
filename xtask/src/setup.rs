//! `setup`: gets what building plugins needs, by whichever way works here, and says which.

use crate::run::{cargo, program, run, step, succeeds, target};
use anyhow::{Result, bail};
use huntsmith_toolchain::{CHOICE_VARIABLE, DEBIAN_PACKAGES, TARGET, Toolchain};
use std::process::Command;

/// The version that deny.toml was written for.
const DENY: &str = "cargo-deny@0.20.2";

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
        registry()?;
        crate::examples::tools()?;
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
        let installed = step("install Debian's compiler", || apt_install(&DEBIAN_PACKAGES));
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

/// The OCI registry that the tests of `plugin install` start.
pub fn registry() -> Result<()> {
    if succeeds(program("docker-registry").arg("--version")) {
        return Ok(());
    }
    if !succeeds(program("apt-get").arg("--version")) {
        bail!(
            "docker-registry is not installed\n\nhint: install your system's package of that name (CNCF distribution)"
        );
    }
    step("install docker-registry", || apt_install(&["docker-registry"]))
}

fn apt_install(packages: &[&str]) -> Result<()> {
    // A list of packages may be missing altogether; where it is only old, installing still works.
    if let Err(error) = run(privileged("apt-get").arg("update")) {
        eprintln!("   {error:#}");
    }
    run(privileged("apt-get").args(["install", "-y", "--no-install-recommends"]).args(packages))
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

/// cargo-deny: the caller's, else one of our own, compiled once and without optimisation: it runs for seconds.
pub fn deny() -> Result<Command> {
    if succeeds(cargo().args(["deny", "--version"])) {
        let mut command = cargo();
        command.arg("deny");
        return Ok(command);
    }
    let folder = target().join("tools");
    let installed = folder.join("bin/cargo-deny");
    if !installed.exists() {
        step(&format!("install {DENY}"), || {
            let mut install = cargo();
            install.args(["install", "--quiet", "--locked", "--debug", "--root"]).arg(&folder).arg(DENY);
            run(install.env("CARGO_PROFILE_DEV_DEBUG", "0").env("CARGO_INCREMENTAL", "0"))
        })?;
    }
    let mut command = program(installed);
    command.env("CARGO", std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    Ok(command)
}
