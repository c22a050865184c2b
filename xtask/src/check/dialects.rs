//! A dialect is tables and a few rules on the SDK's builder: files stay short, and text gets into a query as the builder
//! lets it.

use super::Violation;

/// Lines of a file.
const LINES: usize = 300;

/// What goes around the builder: an answer put together by hand, and text made to look like the dialect's own.
const AROUND: [(&str, &str); 3] = [
    ("Artifact {", "an answer is made by the SDK, of queries that its builder wrote"),
    (".leak()", "only the dialect's own words live as long as the program"),
    ("Box::leak", "only the dialect's own words live as long as the program"),
];

/// Looks into the crates of dialects, and into those that several of them share.
pub fn scan(path: &str, text: &str) -> Vec<Violation> {
    let Some(inside) = path.strip_prefix("plugins/").filter(|inside| inside.ends_with(".rs")) else {
        return Vec::new();
    };
    let own = inside.starts_with("emit-") || ["ecs/", "kql/", "spl/"].iter().any(|shared| inside.starts_with(shared));
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
}
