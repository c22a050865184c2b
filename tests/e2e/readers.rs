//! From bytes to a brief: what a reader takes out of a document is what the brief says, with offsets into the text that it
//! shows.

use huntsmith_tests::{briefs, files, huntsmith, root, run};
use serde_json::Value;
use std::path::Path;

fn read(input: &Path) -> Vec<Value> {
    let home = tempfile::tempdir().unwrap();
    let mut command = huntsmith(["run", "--offline", "--dialect", "defender", "--out"]);
    command.arg(home.path()).arg(input);
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    briefs(home.path())
}

fn indicator<'a>(brief: &'a Value, kind: &str) -> &'a Value {
    let indicators = brief["indicators"].as_array().unwrap();
    indicators.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {indicators:?}"))
}

fn codes(brief: &Value) -> Vec<&str> {
    brief["notes"].as_array().into_iter().flatten().filter_map(|note| note["code"].as_str()).collect()
}

/// Zero-width characters within a domain, a file's name turned round, and letters with their accents apart.
#[test]
fn nobodys_characters_get_into_values_and_offsets_are_into_the_text_that_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let html = "<html><head><title>Cafe\u{301} campaign</title></head><body><main><h1>Cafe\u{301} campaign</h1>\
        <p>Cafe\u{301}s were told first.</p><h2>Indicators of compromise</h2>\
        <p>C2 server: evil&#8203;-cafe\u{200d}s[.]exa&#xAD;mple-c2[.]com, and the file C:\\Temp\\\u{202e}drop\u{202c}per.exe was written.</p>\
        </main></body></html>";
    std::fs::write(&page, html).unwrap();
    let brief = &read(&page)[0];
    let text = brief["text"].as_str().unwrap();
    assert_eq!(brief["title"], "Caf\u{e9} campaign");
    assert!(
        text.contains("Caf\u{e9}s were told")
            && !text.contains(['\u{301}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{ad}'])
    );
    for (kind, value, written) in [
        ("domain", "evil-cafes.example-c2.com", "evil-cafes[.]example-c2[.]com"),
        ("file_path", "C:\\Temp\\dropper.exe", "C:\\Temp\\dropper.exe"),
    ] {
        let found = indicator(brief, kind);
        assert_eq!(found["value"], value);
        let offset = |end: usize| found["spans"][0][end].as_u64().unwrap_or_else(|| panic!("{found}")) as usize;
        assert_eq!(&text[offset(0)..offset(1)], written);
    }
    let codes = codes(brief);
    assert!(codes.contains(&"zero_width_removed") && codes.contains(&"bidi_removed"), "{codes:?}");
}

/// By declaration, else by what its sentences are; a list of values is in none.
#[test]
fn the_language_of_a_text_is_noted() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a.html", "<html lang=fr-FR><body><main><p>evil-one[.]com</p></main></body></html>"),
        (
            "b.txt",
            "Die Angreifer verschickten Nachrichten mit einem Link auf ein Archiv, und wer es öffnete, startete \
                   damit einen Loader, der auf dem Rechner eine geplante Aufgabe anlegte.\n",
        ),
        (
            "c.html",
            "<p>The attackers sent mails with a link to an archive, and whoever opened it started a loader, \
                    which left a scheduled task behind.</p>",
        ),
        ("d.txt", "203.0.113.7\nevil-two[.]com\nevil-three[.]com\n"),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let home = tempfile::tempdir().unwrap();
    let mut command = huntsmith(["run", "--offline", "--dialect", "defender", "--out"]);
    command.arg(home.path()).arg(folder.path());
    let ran = run(command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let briefs = briefs(home.path());
    let language = |words: &str| {
        let brief = briefs.iter().find(|brief| brief["text"].as_str().unwrap().contains(words));
        brief.unwrap_or_else(|| panic!("{words}"))["language"].as_str()
    };
    let found = ["evil-one", "Angreifer", "attackers", "evil-two"].map(language);
    assert_eq!(found, [Some("fr-FR"), Some("de"), Some("en"), None]);
    let markdown: String =
        files(home.path()).values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
    assert!(markdown.contains("**Language:** de\n") && !markdown.contains("**Language:** en"));
}

#[test]
fn an_attachment_is_an_article_of_its_own() {
    let briefs = read(&root().join("tests/fixtures/sources/report.eml"));
    let titles: Vec<&str> = briefs.iter().filter_map(|brief| brief["title"].as_str()).collect();
    assert_eq!(briefs.len(), 2, "{titles:?}");
    let appendix =
        briefs.iter().find(|brief| brief["title"] == "Appendix to the quiet loader").expect("the attachment");
    assert_eq!(indicator(appendix, "domain")["value"], "appendix-evil.com");
    let mail = briefs.iter().find(|brief| brief["title"] == "Quiet loader campaign, part 1").expect("the mail");
    assert_eq!(indicator(mail, "domain")["value"], "drop-invoices.com");
}

#[test]
fn a_pdf_is_read_page_by_page() {
    let brief = &read(&root().join("tests/fixtures/sources/report.pdf"))[0];
    assert_eq!(brief["title"], "Quiet loader campaign");
    let text = brief["text"].as_str().unwrap();
    assert!(text.contains("drop-invoices[.]com, from which a shortcut was fetched."), "{text}");
    assert_eq!(indicator(brief, "md5")["value"], "0f1e2d3c4b5a69788796a5b4c3d2e1f0");
}
