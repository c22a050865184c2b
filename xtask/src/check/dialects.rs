//! A dialect is tables and a few rules on the SDK's builder: it stays short, and text gets into a query as the builder
//! lets it.

use super::Violation;
use super::source::Source;
use std::collections::BTreeMap;

/// Lines of a file.
const LINES: usize = 300;

/// Lines of code in all the rules of a dialect have to be fewer.
const RULES: usize = 300;

/// Files that are tables: classes to sources, fields to columns, words.
const TABLES: [&str; 2] = ["table.rs", "fields.rs"];

/// What goes around the builder: an answer put together by hand, and text made to look like the dialect's own.
const AROUND: [(&str, &str); 3] = [
    ("Artifact {", "an answer is made by the SDK, of queries that its builder wrote"),
    (".leak()", "only the dialect's own words live as long as the program"),
    ("Box::leak", "only the dialect's own words live as long as the program"),
];

/// Lines of code in the rules of each dialect, `plugins/emit-*`: those of every file below `src` that is no table. Blank
/// lines, comments and tests are not counted; imports are.
#[derive(Default)]
pub struct Rules(BTreeMap<String, usize>);

impl Rules {
    /// Counts a file's, where it holds rules of a dialect.
    pub fn add(&mut self, path: &str, text: &str) {
        let inside =
            path.strip_prefix("plugins/").filter(|inside| inside.starts_with("emit-") && inside.ends_with(".rs"));
        let Some((dialect, file)) = inside.and_then(|inside| inside.split_once("/src/")) else { return };
        if !TABLES.contains(&file) {
            let lines = Source::parse(text).code.lines().filter(|line| !line.trim().is_empty()).count();
            *self.0.entry(dialect.to_owned()).or_default() += lines;
        }
    }

    /// The dialects whose rules are too long.
    pub fn long(&self) -> Vec<Violation> {
        let long = self.0.iter().filter(|(_, lines)| **lines >= RULES).map(|(dialect, lines)| {
            let message = format!(
                "{lines} lines of code beside its tables: a dialect's rules have fewer than {RULES}; what it shares with \
                 others belongs into the SDK or a crate of theirs"
            );
            Violation::whole(&format!("plugins/{dialect}"), message)
        });
        long.collect()
    }
}

/// Looks into the crates of dialects, and into those that several of them share.
pub fn scan(path: &str, text: &str) -> Vec<Violation> {
    let Some(inside) = path.strip_prefix("plugins/").filter(|inside| inside.ends_with(".rs")) else {
        return Vec::new();
    };
    let own =
        inside.starts_with("emit-") || ["ecs/", "kql/", "spl/", "sql/"].iter().any(|shared| inside.starts_with(shared));
    if !own {
        return Vec::new();
    }
    let lines = text.lines().count();
    let long = (lines > LINES).then(|| {
        Violation::whole(path, format!("{lines} lines: a dialect's tables and rules have at most {LINES} a file"))
    });
    let around = AROUND.iter().flat_map(|(words, why)| {
        let found = text.match_indices(words);
        found.map(|(at, _)| Violation::at(path, text, at, format!("`{words}`: {why}"))).collect::<Vec<_>>()
    });
    long.into_iter().chain(around).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_and_what_goes_around_the_builder_are_caught() {
        let long = "\n".repeat(LINES + 1);
        assert_eq!(scan("plugins/emit-x/src/lib.rs", &long).len(), 1);
        assert_eq!(scan("plugins/kql/src/lib.rs", "let a = Artifact {\n").len(), 1);
        assert_eq!(scan("plugins/emit-x/src/table.rs", "text.leak()").len(), 1);
        assert!(scan("plugins/sdk/src/query/answer.rs", &format!("{long}Artifact {{")).is_empty());
        assert!(scan("plugins/emit-x/src/lib.rs", "Vec<Artifact>").is_empty());
    }

    #[test]
    fn long_rules_are_caught_over_all_files_of_a_dialect() {
        let half = "// why\n\nuse a;\n".repeat(RULES / 2);
        let mut rules = Rules::default();
        rules.add("plugins/emit-x/src/lib.rs", &half);
        rules.add("plugins/emit-x/src/table.rs", &half);
        rules.add("plugins/emit-y/src/lib.rs", &half);
        rules.add("plugins/sql/src/lib.rs", &half.repeat(2));
        assert_eq!(rules.long(), []);
        rules.add("plugins/emit-x/src/pipe.rs", &half);
        let long = rules.long();
        assert_eq!(long.len(), 1);
        assert_eq!((long[0].file.as_str(), long[0].message.starts_with("300 ")), ("plugins/emit-x", true));
    }
}
