//! Repositories on GitHub: `owner/name` in an address of the site (GitHub Docs, "About repositories").

use super::account::{Segments, is_name};

/// The repository in an address of the site.
pub fn of_address(first: &str, rest: &mut Segments<'_>) -> Option<String> {
    // What stands where an owner would.
    const PAGES: [&str; 12] = [
        "features",
        "topics",
        "about",
        "orgs",
        "sponsors",
        "security",
        "login",
        "search",
        "advisories",
        "marketplace",
        "settings",
        "readme",
    ];
    let repository = rest.next()?.trim_end_matches(".git");
    (!PAGES.contains(&first) && is_name(first) && !repository.is_empty()).then(|| format!("{first}/{repository}"))
}

#[cfg(test)]
mod tests {
    use super::super::account::accounts;

    #[test]
    fn owner_and_name() {
        assert_eq!(accounts("https://github.com/evil/tool.git"), ["evil/tool"]);
        assert_eq!(accounts("https://raw.githubusercontent.com/evil/tool/main/x.ps1"), ["evil/tool"]);
        assert_eq!(accounts("https://github.com/features/actions"), [""; 0]);
        assert_eq!(accounts("https://github.com/evil"), [""; 0]);
    }
}
