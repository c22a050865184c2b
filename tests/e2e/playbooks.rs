//! Playbooks beside the briefs of a run: with the article's evidence and queries, made anew only where something changed,
//! gone with their brief.

use huntsmith_tests::site::Site;
use huntsmith_tests::{Ran, briefs, files, huntsmith, markdown, run};
use std::collections::BTreeMap;
use std::path::Path;

const REPORT: &str = "The actors ran encoded scripts with powershell.exe [T1059.001] and used Kerberoasting [T1208].\n\n\
                      Indicators of compromise\n\nC2 server: evil-domain[.]com\n";

fn write(folder: &Path, words: &[&str]) -> Ran {
    let mut command = huntsmith(["run"]);
    command.args(words).args(["--offline", "--out", "out"]).current_dir(folder);
    run(command)
}

/// The files of playbooks, by the names of their briefs.
fn playbooks(out: &Path) -> BTreeMap<String, String> {
    let named = |(name, bytes): (String, Vec<u8>)| {
        Some((name.strip_prefix("playbooks/")?.to_owned(), String::from_utf8(bytes).unwrap()))
    };
    files(out).into_iter().filter_map(named).collect()
}

#[test]
fn a_brief_links_to_its_playbooks_with_its_evidence_and_queries() {
    let home = tempfile::tempdir().unwrap();
    let out = home.path().join("out");
    std::fs::write(home.path().join("report.txt"), REPORT).unwrap();
    std::fs::write(home.path().join("plain.txt"), "Nothing of the kind is said here.").unwrap();
    assert_eq!(write(home.path(), &["report.txt", "plain.txt"]).code, 0);
    let written = playbooks(&out);
    assert_eq!(written.len(), 1, "{:?}", written.keys());
    let (name, text) = written.first_key_value().unwrap();
    let brief = &markdown(&out)[name];
    assert!(brief.contains(&format!("\n**Playbooks:** [playbooks/{name}](playbooks/{name})\n")), "{brief}");
    assert_eq!(markdown(&out).values().filter(|brief| brief.contains("Playbooks")).count(), 1);
    let titles: Vec<&str> = text.lines().filter(|line| line.starts_with("# ")).collect();
    let shell = "# Command_and_Scripting_Interpreter:_PowerShell - T1059001";
    let tickets = "# Steal_or_Forge_Kerberos_Tickets:_Kerberoasting - T1558003";
    assert!(titles.contains(&shell) && titles.contains(&tickets), "the revoked id as its successor: {titles:?}");
    assert!(text.contains("“The actors ran encoded scripts with powershell.exe"), "{text}");
    // Queries stand once, whatever number of techniques they belong to.
    let all = briefs(&out);
    let found = all.iter().find(|brief| !brief["hunts"].as_array().unwrap().is_empty()).unwrap();
    let query = found["hunts"][0]["emissions"][0]["artifacts"][0]["text"].as_str().unwrap();
    assert_eq!(text.matches(query.trim()).count(), 1, "{query}\n\n{text}");

    std::fs::remove_dir_all(&out).unwrap();
    for words in [&["report.txt", "--no-playbooks"][..], &["report.txt", "--format", "json"]] {
        assert_eq!(write(home.path(), words).code, 0);
        assert!(playbooks(&out).is_empty());
        assert!(markdown(&out).values().all(|brief| !brief.contains("Playbooks")));
    }
}

#[test]
fn rows_of_the_operators_own_take_their_place_and_wrong_ones_say_so() {
    let home = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    put("report.txt", REPORT);
    put("huntsmith.toml", "[playbooks]\noverrides = \"rows\"\n");
    std::fs::create_dir(home.path().join("rows")).unwrap();
    put("rows/all.toml", "[\"*\"]\n\"T2 Analyst Actions\" = \"As in our runbook 7.\"\n");
    put("rows/shell.md", "# Shell - T1059001\n\n| Decision for Escalation | Call the lead. |\n");
    assert_eq!(write(home.path(), &["report.txt"]).code, 0);
    let text = playbooks(&home.path().join("out")).into_values().next().unwrap();
    assert_eq!(text.matches("| Decision for Escalation | Call the lead. |").count(), 1);
    assert!(text.matches("| T2 Analyst Actions | As in our runbook 7. |").count() >= 2, "{text}");
    // The other command takes the same rows.
    let mut command = huntsmith(["playbook", "T1566"]);
    command.current_dir(home.path());
    assert!(run(command).out.contains("As in our runbook 7."));

    put("rows/all.toml", "[\"*\"]\n\"T2 Actions\" = \"x\"\n");
    let ran = write(home.path(), &["report.txt"]);
    assert_eq!(ran.code, 2);
    for said in ["all.toml", "no row `T2 Actions`", "override-unknown-row", "hint: did you mean `T2 Analyst Actions`?"]
    {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    put("rows/all.toml", "[\"T1059.001\"]\n\"Decision for Escalation\" = \"x\"\n");
    assert!(write(home.path(), &["report.txt"]).err.contains("override-row-twice"));
    put("huntsmith.toml", "[playbooks]\noverrides = \"nowhere\"\n");
    let ran = write(home.path(), &["report.txt"]);
    assert!(ran.code == 2 && ran.err.contains("nowhere"), "{}", ran.err);
}

#[test]
fn playbooks_are_made_again_where_something_changed_and_go_with_their_brief() {
    let (site, home) = (Site::start(), tempfile::tempdir().unwrap());
    let out = home.path().join("out");
    let config = site.config("feed-rss", &["/news.xml"]);
    let put = |more: &str| std::fs::write(home.path().join("huntsmith.toml"), format!("{config}{more}")).unwrap();
    let publish = |title: &str, text: &str| site.feed("/news.xml", &[("/a", title, Some(text))]);
    let poll = || {
        let mut command = huntsmith(["run", "news", "--out", "out", "--state", "state", "--cache-dir", "cache"]);
        command.current_dir(home.path());
        let ran = run(command);
        assert_eq!(ran.code, 0, "{}", ran.err);
        playbooks(&out)
    };
    put("");
    publish("First", "<p>The actors used T1059.001.</p>");
    let first = poll();
    assert_eq!(first.len(), 1);
    std::fs::remove_dir_all(&out).unwrap();
    assert!(poll().is_empty(), "nothing changed");
    put("[playbooks]\noverrides = \"rows.toml\"\n");
    std::fs::write(home.path().join("rows.toml"), "[\"*\"]\n\"Decision for Escalation\" = \"Call.\"\n").unwrap();
    let other = poll();
    assert!(other.keys().eq(first.keys()) && other.values().all(|text| text.contains("| Call. |")), "{other:?}");
    publish("Second", "<p>The actors used T1486.</p>");
    let second = poll();
    assert!(second.len() == 1 && !second.keys().eq(first.keys()), "the revision's only: {:?}", second.keys());
    publish("Third", "<p>Nobody did anything.</p>");
    assert!(poll().is_empty());
}
