//! `cargo xtask`: everything that a developer or the continuous integration runs, by one name each.

mod build;
mod check;
mod demo;
mod examples;
mod guests;
mod reference;
mod run;
mod setup;
mod test;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  setup [--tools]      get what building plugins needs, and say which way; with --tools also cargo-nextest and cargo-deny
  build [PLUGIN]...    plugins to components, then the command with them built in; only the named ones where given
  demo                 build, then briefs of the sample on disk and a table on screen
  test [PART]...       all that has to hold, linted: fmt, check, deny, guests, fuzz, build, host, benches, docs,
                       examples, validate
  validate [ARG]...    the vendors' own parsers over what huntsmith emits
  bench [ARG]...       the figures of README, or of some families: plugins, processes, authors
  score ioc|attack FILE [OPTION]...  precision and recall of the extractor or the classifiers over labelled texts
  train attack --data DIR            the technique model anew, with its card
  fuzz [TARGET]... [OPTION]...       mutated inputs for the plugins' own code: --runs N, --seconds S, --seed N, --only N
  contract             the contract's reference in docs/contract anew, from wit/
  check                the invariants that a command can check";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    let done = match command.as_str() {
        "setup" => setup::setup(&rest),
        "build" => build::build(&rest).map(drop),
        "demo" => demo::demo(),
        "test" => test::test(&rest),
        "validate" => test::validate(&rest),
        "bench" => test::bench(&rest),
        "score" => test::score(&rest),
        "fuzz" => test::fuzz(&rest),
        "train" => test::train(&rest),
        "contract" => reference::write(),
        "check" => check::check(),
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => Err(anyhow::anyhow!("there is no `{other}`\n\n{USAGE}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
