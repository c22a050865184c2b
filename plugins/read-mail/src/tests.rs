//! A message, a mailbox, HTML, attachments, and what is no mail.

#![allow(clippy::disallowed_methods, reason = "runs on the host, where there is a clock")]

use super::*;

const PLAIN: &str = "From: \"R. Writer\" <desk@reports.example>\r\nTo: team@example.org\r\nSubject: =?utf-8?q?Caf=C3=A9?= campaign\r\n\
Date: Mon, 6 May 2024 10:00:00 +0200\r\nMessage-ID: <1@reports.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
The na=EFve loader called hxxp://c2.bad[.]example and then it waited for a long\r\nwhile. See <https://reports.example/x>.\r\n\r\nAddresses:\r\n198.51.100.7\r\n203.0.113.9\r\n\r\n> quoted\r\n\r\n\
--b\r\nContent-Type: text/html; name=\"../report.html\"\r\nContent-Disposition: attachment; filename=\"../report.html\"\r\n\r\n<p>attached</p>\r\n\
--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nJVBERg==\r\n\
--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\nFrom: a@b.example\r\n\r\ninner text\r\n--b--\r\n";

fn read(bytes: &[u8]) -> Result<Reading, PluginError> {
    let ctx = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
    ReadMail::read(&ctx, Document { name: None, media_type: String::new(), base_url: None, bytes: bytes.to_vec() })
}

#[test]
fn text_and_attachments() {
    let reading = read(PLAIN.as_bytes()).unwrap();
    let content = &reading.contents[0];
    assert_eq!(content.title.as_deref(), Some("Café campaign"));
    assert_eq!(content.published.as_deref(), Some("2024-05-06T08:00:00Z"));
    assert_eq!(
        content.text,
        "The naïve loader called hxxp://c2.bad[.]example and then it waited for a long while. See <https://reports.example/x>.\n\n\
         Addresses:\n198.51.100.7\n203.0.113.9\n\nquoted"
    );
    assert_eq!(content.links[0].target, "https://reports.example/x");
    assert_eq!(content.blocks.iter().map(|b| b.kind.as_str()).collect::<Vec<_>>(), ["paragraph", "paragraph", "quote"]);
    let children: Vec<_> =
        reading.children.iter().map(|c| (c.name.as_deref(), c.media_type.as_str(), c.bytes.len())).collect();
    assert_eq!(children[0], (Some("report.html"), "text/html; charset=utf-8", 15));
    assert_eq!(children[1], (Some("a.pdf"), "application/pdf", 4));
    assert_eq!(children[2].1, "message/rfc822");
    assert_eq!(read(&reading.children[2].bytes).unwrap().contents[0].title.as_deref(), Some("inner"));
}

#[test]
fn html_is_handed_on_with_its_subject() {
    let html = "From: a@b.example\nSubject: A \"quoted\" one\nContent-Type: text/html\n\n<p>evil[.]example</p>";
    let reading = read(html.as_bytes()).unwrap();
    assert!(reading.contents.is_empty());
    let page = String::from_utf8(reading.children[0].bytes.clone()).unwrap();
    assert!(page.starts_with("<meta property=\"og:title\" content=\"A &quot;quoted&quot; one\">"));
    assert!(page.contains("<p>evil[.]example</p>"));
}

#[test]
fn a_mailbox_is_several() {
    let mailbox = "From a@b.example Mon May  6 10:00:00 2024\nSubject: one\n\ntext\n>From quoted\n\nFrom a@b.example Mon May  6 11:00:00 2024\nSubject: two\n\nmore\n";
    let reading = read(mailbox.as_bytes()).unwrap();
    assert_eq!(reading.contents.iter().map(|c| c.title.as_deref().unwrap()).collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn what_is_no_mail() {
    for (bytes, code) in [
        (&b""[..], "malformed"),
        (b"just some words", "unsupported"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "unsupported"),
        (b"From \n", "unsupported"),
    ] {
        assert_eq!(read(bytes).unwrap_err().code, code, "{bytes:?}");
    }
}

#[test]
fn hostile_mail_ends_soon() {
    let nested: String =
        (0..2_000).map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n")).collect();
    let messages = "Content-Type: message/rfc822\n\n".repeat(5_000);
    for case in [
        nested,
        messages,
        "Subject: x\n".repeat(20_000),
        "From ".repeat(20_000),
        format!("Subject: =?utf-8?q?{}", "=41".repeat(50_000)),
    ] {
        let started = std::time::Instant::now();
        let _ = read(case.as_bytes());
        assert!(started.elapsed().as_secs() < 5, "{} took {:?}", &case[..10], started.elapsed());
    }
}
