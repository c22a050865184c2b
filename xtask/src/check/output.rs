//! Only `cli/` prints, only `fetch/` opens a socket: where standard output, standard error and sockets are named.

use super::Violation;
use super::source::Source;

struct Rule {
    what: &'static [&'static str],
    /// Folders and files of `host/src` where it may stand.
    only_in: &'static [&'static str],
    message: &'static str,
}

const RULES: [Rule; 2] = [
    Rule {
        what: &["println!", "print!", "eprintln!", "eprint!", "dbg!", "stdout(", "stderr(", "Stdout", "Stderr"],
        // The preparing child answers its parent through its standard output; nobody reads it.
        only_in: &["cli/", "sandbox/prepare/child.rs"],
        message: "only cli/ prints",
    },
    Rule {
        what: &[
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
            "UnixListener",
            "TcpSocket",
            "ToSocketAddrs",
            "lookup_host",
            "reqwest",
            "hyper",
        ],
        only_in: &["fetch/", "plugin/oci"],
        message: "only fetch/ opens a socket",
    },
];

/// Looks at one file of the host. `path` is relative to `host/src`.
pub fn scan(path: &str, text: &str) -> Vec<Violation> {
    let source = Source::parse(text);
    let mut code = source.code.into_bytes();
    for (at, literal) in &source.strings {
        code[*at..at + literal.len()].fill(b' ');
    }
    let code = String::from_utf8_lossy(&code).into_owned();
    let mut found = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.only_in.iter().any(|allowed| path.starts_with(allowed))) {
        for what in rule.what {
            let mut end = 0;
            for (at, _) in code.match_indices(what) {
                let before = code[..at].chars().next_back();
                let inside = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
                // A child's pipes are no output of ours.
                let of_a_child = before == Some('.');
                if !inside && !of_a_child && at >= end {
                    end = at + what.len();
                    let message = format!("`{what}`: {}", rule.message);
                    found.push(Violation::at(&format!("host/src/{path}"), text, at, message));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(path: &str, text: &str) -> usize {
        scan(path, text).len()
    }

    #[test]
    fn printing_and_sockets_are_caught_outside_their_rooms() {
        assert_eq!(caught("pipeline/x.rs", "println!(\"x\");"), 1);
        assert_eq!(caught("pipeline/x.rs", "anstream::eprintln!(\"x\");"), 1);
        assert_eq!(caught("report/x.rs", "std::io::stdout().lock()"), 1);
        assert_eq!(caught("plugin/x.rs", "use std::net::TcpStream;"), 1);
        assert_eq!(caught("store/x.rs", "reqwest::get(url)"), 1);
        assert_eq!(caught("cli/x.rs", "println!(\"x\"); std::io::stdout()"), 0);
        assert_eq!(caught("fetch/x.rs", "reqwest::Client::new()"), 0);
        assert_eq!(caught("fetch/x.rs", "println!(\"x\")"), 1);
    }

    #[test]
    fn comments_strings_and_a_childs_pipes_are_none() {
        assert_eq!(
            caught("plugin/x.rs", "// println!\nlet a = \"println!(\"; child.stdout.take(); command.stdout(pipe);"),
            0
        );
        assert_eq!(caught("plugin/x.rs", "let my_print = 1; eprint_count()"), 0);
    }
}
