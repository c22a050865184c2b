//! `huntsmith-score ioc DATA [--extracted FILE] [--data FOLDER] [--random SEED] [--print-random] [--table]`

use huntsmith_score::{Extracted, Sample, native, randomise, score, table};
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: huntsmith-score ioc DATA [--extracted FILE] [--data FOLDER] [--random SEED]

  DATA              labelled texts, one JSON object a line: id, text, types, expected, optional
  --extracted FILE  what `huntsmith extract --jsonl DATA` answered; without it the plugin runs natively
  --data FOLDER     the data folder for the native run (default: data)
  --table           the table without every mistake after it
  --random SEED     natively, on a copy in which every labelled value is a random one
  --print-random    prints that copy instead of a score";

struct Arguments {
    samples: PathBuf,
    extracted: Option<PathBuf>,
    data: PathBuf,
    errors: bool,
    random: Option<u64>,
    print_random: bool,
}

fn arguments() -> Option<Arguments> {
    let mut given = std::env::args().skip(1);
    if given.next()? != "ioc" {
        return None;
    }
    let mut arguments = Arguments {
        samples: PathBuf::from(given.next()?),
        extracted: None,
        data: PathBuf::from("data"),
        errors: true,
        random: None,
        print_random: false,
    };
    while let Some(option) = given.next() {
        match option.as_str() {
            "--extracted" => arguments.extracted = Some(PathBuf::from(given.next()?)),
            "--data" => arguments.data = PathBuf::from(given.next()?),
            "--random" => arguments.random = Some(given.next()?.parse().ok()?),
            "--table" => arguments.errors = false,
            "--print-random" => arguments.print_random = true,
            _ => return None,
        }
    }
    Some(arguments)
}

fn lines<T: serde::de::DeserializeOwned>(path: &PathBuf) -> Result<Vec<T>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let parse = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| format!("{}:{}: {e}", path.display(), number + 1))
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(parse).collect()
}

fn run(arguments: &Arguments) -> Result<(), String> {
    let mut samples: Vec<Sample> = lines(&arguments.samples)?;
    if let Some(seed) = arguments.random {
        samples = randomise::randomise(&samples, seed);
    }
    if arguments.print_random {
        for sample in &samples {
            println!(
                "{}",
                serde_json::json!({"id": sample.id, "text": sample.text, "types": sample.types, "expected": sample.expected, "optional": sample.optional})
            );
        }
        return Ok(());
    }
    let extracted: Vec<Extracted> = match &arguments.extracted {
        Some(path) => lines(path)?,
        None => {
            native::prepare(&arguments.data)?;
            native::extract(&samples)
        }
    };
    let score = score(&samples, &extracted);
    print!("{}", table::markdown(&score));
    if arguments.errors {
        print!("\n{}", table::mistakes(&score));
    }
    Ok(())
}

fn main() -> ExitCode {
    let Some(arguments) = arguments() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}
