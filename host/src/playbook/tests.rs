//! The form of the reference, coverage of all techniques, overrides, escaping, and how alike playbooks are.

use super::*;
use std::collections::{BTreeMap, HashMap, HashSet};

fn id(text: &str) -> TechniqueId {
    text.parse().unwrap()
}

fn playbook(text: &str) -> Playbook {
    compose(Knowledge::shipped(), id(text), None, None).unwrap()
}

fn row<'a>(playbook: &'a Playbook, name: &str) -> &'a Row {
    playbook.rows.iter().find(|row| row.name == name).unwrap()
}

fn all() -> Vec<Playbook> {
    let knowledge = Knowledge::shipped();
    knowledge.techniques().map(|technique| compose(knowledge, technique.id, None, None).unwrap()).collect()
}

#[test]
fn the_form_is_that_of_the_reference() {
    let markdown = playbook("T1584.007").markdown();
    let lines: Vec<&str> = markdown.lines().collect();
    assert_eq!(lines[0], "# Compromise_Infrastructure:_Serverless - T1584007");
    assert_eq!(lines[1], "");
    assert_eq!(lines[2], "| Column Name | Value |");
    assert_eq!(lines[3], "|-------------|-------|");
    assert_eq!(lines[4], "| MITRE Tactic | Resource Development |");
    assert_eq!(lines[5], "| MITRE TTP | T1584.007 |");
    assert_eq!(lines[6], "| MITRE Sub-TTP | T1584.007 |");
    assert_eq!(lines[7], "| Name | Compromise Infrastructure: Serverless |");
    assert_eq!((lines.len(), lines[15]), (17, ""));
    assert!(lines[16].contains("© 2025 The MITRE Corporation"), "{}", lines[16]);
    for (line, name) in lines[4..15].iter().zip(ROWS) {
        assert!(line.starts_with(&format!("| {name} | ")) && line.ends_with(" |"), "{line}");
    }
    assert!(lines[10].starts_with("| Questions for Analysis | 1. Is there"), "{}", lines[10]);
    assert!(lines[10].contains("<br>2. "));
    assert!(playbook("T1566").markdown().contains("| MITRE Sub-TTP | None |"));
}

#[test]
fn every_technique_has_eleven_rows_with_something_in_each() {
    for playbook in all() {
        let names: Vec<&str> = playbook.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ROWS, "{}", playbook.technique);
        for row in &playbook.rows {
            assert!(!row.text.trim().is_empty(), "{}: {} is empty", playbook.technique, row.name);
            assert!(
                !row.text.contains("{name}") && !row.text.contains("{rest}"),
                "{}: {}",
                playbook.technique,
                row.text
            );
            let pieces: String = row.pieces.iter().map(|piece| piece.text.as_str()).collect();
            assert_eq!(pieces, row.text);
        }
        for row in &playbook.rows[6..] {
            assert!(row.text.split_whitespace().count() >= 20, "{}: {}: {}", playbook.technique, row.name, row.text);
        }
        let table = playbook.markdown();
        let rows = table.lines().skip(4).take(ROWS.len());
        for line in rows {
            let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
            assert_eq!(bars, 3, "{}: {line}", playbook.technique);
        }
    }
}

#[test]
fn log_sources_are_concrete_and_ours_are_marked() {
    let mut ours = 0;
    for playbook in all() {
        let row = row(&playbook, "Log Sources to Investigate");
        let sources = row.text.matches([';', '\n']).count() + 1;
        match row.text.starts_with("Chosen by huntsmith") {
            true => {
                ours += 1;
                assert!(sources >= 4, "{}: {}", playbook.technique, row.text);
                assert!(row.pieces.iter().all(|piece| piece.origin == Origin::Huntsmith));
            }
            false => assert!(row.pieces.iter().any(|piece| piece.origin == Origin::Attack)),
        }
        for nothing in ["Internet Scan", "Malware Repository", "Persona"] {
            assert!(!row.text.contains(nothing), "{}: {}", playbook.technique, row.text);
        }
    }
    assert!((60..=90).contains(&ours), "{ours} techniques without a log source of ATT&CK's");
    let serverless = playbook("T1584.007");
    let row = row(&serverless, "Log Sources to Investigate");
    for source in ["CloudTrail", "Google Cloud Audit Logs", "Workers", "IAM", "IDS"] {
        assert!(row.text.contains(source), "{source} is missing: {}", row.text);
    }
}

#[test]
fn every_tactic_and_platform_that_ships_has_a_text() {
    let texts = texts::Texts::shipped();
    for technique in Knowledge::shipped().techniques() {
        assert_eq!(texts.tactics.of(&technique.tactics).len(), technique.tactics.len(), "{}", technique.id);
        for platform in &technique.platforms {
            assert!(texts.platforms.contains_key(platform), "{platform}");
        }
    }
    let later = ["stealth".to_owned()];
    assert_eq!(texts.tactics.of(&later).len(), 1);
}

#[test]
fn questions_differ_inside_a_tactic_too() {
    let mut by_questions: HashMap<String, Vec<String>> = HashMap::new();
    for playbook in all() {
        let text = row(&playbook, "Questions for Analysis").text.replace(&playbook.name, "");
        by_questions.entry(text).or_default().push(playbook.technique);
    }
    let largest = by_questions.values().map(Vec::len).max().unwrap();
    println!("{} sets of questions, the largest is shared by {largest}", by_questions.len());
    assert!(by_questions.len() > 350 && largest <= 20, "{} sets, {largest}", by_questions.len());
}

#[test]
fn steps_and_questions_fit_what_a_technique_is_about() {
    let steps = |id: &str| -> String { playbook(id).rows[8..].iter().map(|row| row.text.clone()).collect() };
    for id in ["T1498", "T1498.001", "T1499.002"] {
        let text = steps(id);
        assert!(!text.contains("encrypted") && text.contains("upstream"), "{id}: {text}");
    }
    for id in ["T1078", "T1078.004"] {
        let text = steps(id);
        assert!(!text.contains("purge the message") && text.contains("session"), "{id}: {text}");
    }
    // A door of a server's has no user who was lured, a router no files with signers, a search for backups none that are lost.
    for (id, silly) in [
        ("T1190", &["Call the user", "mail client", "quarantine events", "Was the person expecting"][..]),
        ("T1195.002", &["Call the user", "message's", "Was the person expecting"]),
        ("T1200", &["purge the message", "browser history"]),
        ("T1600", &["signer", "From which folder", "trusted program"]),
        ("T1600.001", &["signer", "From which folder", "Unpack"]),
        ("T1518.002", &["recovery points"]),
        ("T1137.004", &["Does a rule or delegate move"]),
        ("T1120", &["photograph"]),
    ] {
        let text: String = playbook(id).rows.iter().map(|row| row.text.clone()).collect();
        assert!(silly.iter().all(|words| !text.contains(words)), "{id}: {text}");
    }
    let signs = row(&playbook("T1587.004"), "Key Indicators").text.clone();
    assert!(!signs.contains("and Application or System Exploitation"), "half of a sentence: {signs}");
    assert!(steps("T1486").contains("encrypted") && steps("T1566.001").contains("purge the message"));
    let asked = row(&playbook("T1190"), "Questions for Analysis").text.clone();
    assert!(asked.contains("application's own log") && !asked.contains("module"), "what most analytics read: {asked}");
}

/// Runs of this many words are compared.
const RUN: usize = 5;

/// The runs of words of what is not quoted from ATT&CK. Each quotation counts as one and the same word, so that a
/// sentence of ours does not become another one by the name that is put into it.
fn own_runs(playbook: &Playbook) -> HashSet<u64> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut words: Vec<String> = Vec::new();
    for piece in playbook.rows.iter().flat_map(|row| &row.pieces) {
        match piece.origin {
            Origin::Attack => words.push("…".into()),
            _ => words.extend(texts::words(&piece.text)),
        }
    }
    let hash = |run: &[String]| {
        let mut hasher = DefaultHasher::new();
        run.hash(&mut hasher);
        hasher.finish()
    };
    words.windows(RUN).map(hash).collect()
}

/// The share of the runs of words of the one with fewer of them that the other has too.
fn shared(one: &HashSet<u64>, other: &HashSet<u64>) -> f64 {
    let (small, large) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    small.iter().filter(|run| large.contains(run)).count() as f64 / small.len() as f64
}

/// Over every pair of techniques whose leading tactics differ; those that have no tactic in common are among them.
#[test]
fn no_two_techniques_of_different_tactics_share_a_third() {
    let knowledge = Knowledge::shipped();
    let texts = texts::Texts::shipped();
    let playbooks = all();
    let runs: Vec<HashSet<u64>> = playbooks.iter().map(own_runs).collect();
    let leading: Vec<*const texts::Tactic> =
        knowledge.techniques().map(|t| std::ptr::from_ref(texts.tactics.of(&t.tactics)[0])).collect();
    let apart = |one: usize, other: usize| {
        let tactics = |at: usize| &knowledge.technique(id(&playbooks[at].technique)).unwrap().tactics;
        tactics(one).iter().all(|tactic| !tactics(other).contains(tactic))
    };
    let (mut pairs, mut sum, mut worst, mut worst_apart) = (0_u64, 0.0, (0.0, 0, 0), (0.0, 0, 0));
    for one in 0..playbooks.len() {
        for other in (0..one).filter(|&other| leading[other] != leading[one]) {
            let share = shared(&runs[one], &runs[other]);
            pairs += 1;
            sum += share;
            if share > worst.0 {
                worst = (share, one, other);
            }
            if share > worst_apart.0 && apart(one, other) {
                worst_apart = (share, one, other);
            }
        }
    }
    let name = |(share, one, other): (f64, usize, usize)| {
        format!("{share:.3} ({} and {})", playbooks[one].technique, playbooks[other].technique)
    };
    println!(
        "{pairs} pairs, mean {:.3}, most {}; no tactic in common: {}",
        sum / pairs as f64,
        name(worst),
        name(worst_apart)
    );
    assert!(pairs > 190_000, "{pairs}");
    assert!(worst.0 <= 1.0 / 3.0, "{}", name(worst));
}

#[test]
fn a_users_rows_take_the_place_of_ours() {
    let knowledge = Knowledge::shipped();
    let toml = "[\"T1584.007\"]\n\"Decision for Escalation\" = \"Call | the **lead**.\\nThen wait.\"\n\n\
                [\"*\"]\n\"t2 analyst actions\" = \"As in our runbook.\"\n";
    let markdown = "# Any_Name - T1584007\n\n| Column Name | Value |\n|---|---|\n\
                    | Decision for Escalation | Call \\| the **lead**.<br>Then wait. |\n";
    for text in [toml, markdown] {
        let overrides = Overrides::parse(text, knowledge).unwrap();
        let playbook = compose(knowledge, id("T1584.007"), Some(&overrides), None).unwrap();
        let decision = row(&playbook, "Decision for Escalation");
        assert_eq!(decision.text, "Call | the **lead**.\nThen wait.");
        assert_eq!(decision.pieces[0].origin, Origin::User);
        assert!(playbook.markdown().contains("| Decision for Escalation | Call \\| the **lead**.<br>Then wait. |"));
        assert_eq!(row(&playbook, "Name"), row(&self::playbook("T1584.007"), "Name"));
    }
    let overrides = Overrides::parse(toml, knowledge).unwrap();
    let other = compose(knowledge, id("T1566"), Some(&overrides), None).unwrap();
    assert_eq!(row(&other, "T2 Analyst Actions").text, "As in our runbook.");
    assert_eq!(row(&other, "Decision for Escalation"), row(&playbook("T1566"), "Decision for Escalation"));
}

#[test]
fn what_huntsmith_prints_can_be_edited_and_given_back() {
    let knowledge = Knowledge::shipped();
    let printed = playbook("T1003.007").markdown();
    let overrides = Overrides::parse(&printed, knowledge).unwrap();
    let again = compose(knowledge, id("T1003.007"), Some(&overrides), None).unwrap().markdown();
    assert_eq!(again, printed);
}

#[test]
fn wrong_overrides_say_what_was_meant() {
    let knowledge = Knowledge::shipped();
    let cases = [
        ("override-unknown-row", "[\"T1566\"]\n\"Decision to Escalate\" = \"x\"", "`Decision for Escalation`"),
        ("override-unknown-row", "# A - T1566\n| Questions | x |\n", "`Questions for Analysis`"),
        ("attack-unknown-technique", "[\"T9999\"]\n\"Name\" = \"x\"", "newer ATT&CK"),
        ("attack-bad-id", "[\"phishing\"]\n\"Name\" = \"x\"", "T1059"),
        ("override-malformed", "Name = 3", "a table for each technique"),
        ("override-bad-markdown", "# A - T1566\n| Name | x | y |\n", "huntsmith playbook"),
        ("override-row-twice", "# A - T1566\n| Name | x |\n| Name | y |\n", "leave one"),
    ];
    for (code, text, hint) in cases {
        let error = Overrides::parse(text, knowledge).expect_err(code);
        assert_eq!(error.code(), code, "{error}");
        assert!(error.hint().contains(hint), "{}: {}", code, error.hint());
    }
}

#[test]
fn an_article_adds_its_rows_and_cannot_break_the_table() {
    let article = ArticleContext {
        title: "Title".into(),
        url: String::new(),
        evidence: vec!["It ran `x | y` <script>alert(1)</script> [a](http://b.test)".into()],
        queries: vec![Query {
            hunt: "hunt_a".into(),
            title: "Hunt | one".into(),
            dialect: "spl".into(),
            language: "spl".into(),
            text: "``` comment ```\n| tstats count".into(),
        }],
    };
    let playbook = compose(Knowledge::shipped(), id("T1059.001"), None, Some(&article)).unwrap();
    assert_eq!(playbook.rows.len(), 13);
    assert_eq!(playbook.rows[11].name, EVIDENCE_ROW);
    let markdown = playbook.markdown();
    assert!(
        markdown.contains("“It ran \\`x \\| y\\` \\<script\\>alert(1)\\</script\\> \\[a\\](http\\://b.test)”"),
        "{markdown}"
    );
    assert!(markdown.contains("```spl\n``` comment ```\n| tstats count\n```"), "{markdown}");
    let json: BTreeMap<String, serde_json::Value> = serde_json::from_str(&playbook.json().unwrap()).unwrap();
    assert_eq!(json["rows"].as_array().unwrap().len(), 13);
    assert_eq!(json["queries"][0]["hunt"], "hunt_a");
}

/// A brief whose article states one technique, has it inferred from another sentence too, and has a hunt for it.
fn brief() -> crate::model::Brief {
    use crate::model::{Artifact, Emission, PluginId, Span};
    use crate::pipeline::fixtures::{hunt, technique};
    let text = "They ran `a | b`. It called <b>home</b> over HTTP. Nothing else.";
    let mut stated = technique("T1071.001", "command-and-control", 95);
    stated.technique.source = "stated".into();
    stated.technique.evidence = vec![Span { start: 18, end: 50 }];
    let mut inferred = technique("T1071.001", "command-and-control", 60);
    inferred.technique.evidence = vec![Span { start: 0, end: 17 }, Span { start: 18, end: 50 }];
    let weak = technique("T1486", "impact", 20);
    let mut retired = technique("T1245", "", 95);
    retired.technique.source = "stated".into();
    let mut network = hunt("hunt_net", "c2", "indicator");
    network.traced.hunt.techniques = vec!["T1071".into()];
    let query = Artifact {
        name: String::new(),
        media_type: "text/plain".into(),
        language: "spl".into(),
        text: "index=*\n```x```".into(),
        notes: vec![],
        literals: vec![],
        properties: vec![],
    };
    network.emissions = vec![Emission {
        dialect: "spl".into(),
        title: "SPL".into(),
        plugin: PluginId { name: "emit".into(), version: "1.0.0".into(), digest: String::new() },
        artifacts: vec![query],
        refusals: vec![],
    }];
    let mut unrelated = network.clone();
    (unrelated.traced.hunt.id, unrelated.traced.hunt.techniques) = ("hunt_other".into(), vec!["T1566".into()]);
    crate::model::Brief {
        title: "A | [report](http://bad.test)".into(),
        url: "https://example.test/a|b".into(),
        text: text.into(),
        techniques: vec![stated, inferred, weak, retired],
        hunts: vec![network, unrelated],
        ..Default::default()
    }
}

#[test]
fn a_brief_has_a_playbook_for_each_likely_technique() {
    let knowledge = Knowledge::shipped();
    let overrides = Overrides::parse("[\"*\"]\n\"Decision for Escalation\" = \"Call the lead.\"", knowledge).unwrap();
    let playbooks = Playbooks::new(knowledge, overrides);
    let brief = brief();
    let found = playbooks.of(&brief);
    let each: Vec<Playbook> = found.each().collect();
    let ids: Vec<&str> = each.iter().map(|playbook| playbook.technique.as_str()).collect();
    assert_eq!(ids, ["T1071.001"], "each once; neither what is unlikely nor what ATT&CK gave up");
    let playbook = &each[0];
    let evidence = row(playbook, EVIDENCE_ROW).text.lines().collect::<Vec<_>>();
    assert_eq!(evidence[1..], ["“They ran `a | b`.”", "“It called <b>home</b> over HTTP.”"]);
    assert_eq!(row(playbook, QUERIES_ROW).text.lines().count(), 1, "the hunt of the technique above, not the other");
    assert_eq!(row(playbook, "Decision for Escalation").text, "Call the lead.");
    let markdown = found.markdown();
    assert!(!markdown.contains("<b>") && !markdown.contains("(http://bad.test)"), "{markdown}");
    let table: Vec<&str> = markdown.lines().filter(|line| line.starts_with('|')).collect();
    assert_eq!(table.len(), 2 + ROWS.len() + 2);
    assert!(table.iter().all(|line| line.replace("\\|", "").matches('|').count() == 3), "{markdown}");
    assert_eq!(playbooks.of(&brief).json().unwrap(), found.json().unwrap());
    let plain = compose(knowledge, id("T1071.001"), None, None).unwrap();
    assert_eq!(plain.rows.len(), ROWS.len(), "an article leaves nothing behind");
}

#[test]
fn an_unknown_technique_is_an_error() {
    let error = compose(Knowledge::shipped(), id("T9999"), None, None).unwrap_err();
    assert_eq!(error.code(), "attack-unknown-technique");
}

#[test]
fn names_of_files_are_safe_and_apart() {
    let stems: HashSet<String> = all().iter().map(Playbook::file_stem).collect();
    assert_eq!(stems.len(), 691);
    assert!(stems.iter().all(|stem| stem.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))));
}
