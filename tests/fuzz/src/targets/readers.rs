//! The readers: no bytes stop one; text is composed and holds no control character, blocks and links cut it on character
//! boundaries, and the same bytes give the same reading.

use super::{Target, files};
use huntsmith_sdk::article::{Content, Document, Span};
use huntsmith_sdk::common::Context;
use huntsmith_sdk::reader::Reader;
use unicode_normalization::is_nfc;

pub const HTML: Target = Target {
    name: "read-html",
    prepare: || (),
    seeds: || files("plugins/read-html/tests/pages", &["html"]),
    words: &[
        "<p>",
        "</p>",
        "<table>",
        "<tr><td>",
        "<th rowspan=3>",
        "</table>",
        "<ul><li>",
        "<h2>",
        "<pre><code>",
        "<a href=x>",
        "<img alt='",
        "<!--",
        "-->",
        "<![CDATA[",
        "<script>",
        "<svg>",
        "<title>",
        "<br>",
        "&amp;",
        "&#x202e;",
        "&#0;",
        "<article>",
        "class=\"related-posts\"",
        "role=tabpanel",
        "hidden",
        "5 min read",
        "\u{301}",
        "\u{200b}",
        "\u{202e}",
        "<base href=",
        "<meta charset=",
        "<html lang=de>",
        "<time datetime=",
        "</",
        "='",
        "\"",
    ],
    most_bytes: 8_192,
    check: check::<read_html::ReadHtml>,
};

pub const TEXT: Target = Target {
    name: "read-text",
    prepare: || (),
    seeds: || files("plugins/read-text/tests/texts", &["md", "adoc", "txt"]),
    words: &[
        "# ",
        "## ",
        "- ",
        "  - ",
        "1. ",
        "> ",
        "```",
        "~~~",
        "|",
        "|---|",
        "\\|",
        "[a](b)",
        "![alt](x)",
        "<https://a.example>",
        "**",
        "`",
        "====",
        "----",
        "[source,sh]",
        "|===",
        "link:x[y]",
        "= Title",
        "---\n",
        "title: ",
        "\r\n",
        "\t",
        "\u{feff}",
        "\u{301}",
        "\u{200b}",
        "\u{202e}",
        "\0",
    ],
    most_bytes: 8_192,
    check: check::<read_text::ReadText>,
};

pub const MAIL: Target = Target {
    name: "read-mail",
    prepare: || (),
    seeds: || {
        vec![
            MESSAGE.into(),
            format!("From a Mon May  6 08:00:00 2024\n{MESSAGE}\nFrom b Mon May  6 08:00:00 2024\nSubject: x\n\ny")
                .into(),
        ]
    },
    words: &[
        "From ",
        "\r\n\r\n",
        "--b",
        "--b--",
        "Content-Type: multipart/mixed; boundary=b",
        "Content-Type: message/rfc822",
        "Content-Type: text/html; charset=utf-7",
        "Content-Transfer-Encoding: base64",
        "quoted-printable",
        "=?utf-8?q?=C3?=",
        "filename*=utf-8''%2e%2e%2f",
        "Date: ",
        "Subject:",
        ">From ",
        "=\n",
        "=C3",
        "<p>",
        "\u{301}",
    ],
    most_bytes: 8_192,
    check: check::<read_mail::ReadMail>,
};

pub const PDF: Target = Target {
    name: "read-pdf",
    prepare: || (),
    seeds: || vec![PAGES.into()],
    words: &[
        "endobj",
        "stream\n",
        "endstream",
        "<<",
        ">>",
        "/Kids [",
        "/Parent 2 0 R",
        "/Type /Page",
        "/Length 9",
        "0 R",
        "BT",
        "ET",
        "Tj",
        "TJ",
        "[(a) -300 (b)]",
        "<0041>",
        "1 0 0 1 5 5 Tm",
        "/F1 1e9 Tf",
        "T*",
        "'",
        "/ToUnicode",
        "/FlateDecode",
        "xref",
        "trailer",
        "startxref",
        "/URI (",
        "/Rect [",
        "-1",
        "99999999999",
    ],
    most_bytes: 8_192,
    check: check::<read_pdf::ReadPdf>,
};

const MESSAGE: &str = "From: \"R\" <r@a.example>\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nDate: Mon, 6 May 2024 10:00:00 +0200\r\n\
    Message-ID: <1@a.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
    Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nThe na=EFve loader\r\n\
    --b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=\"../a.html\"\r\n\r\n<p>x</p>\r\n--b--\r\n";

const PAGES: &str = "%PDF-1.5\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Count 1 /Kids [3 0 R] >>\n\
    endobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\n\
    endobj\n4 0 obj\n<< /Length 58 >>\nstream\nBT /F1 12 Tf 1 0 0 1 50 700 Tm (The loader waits.) Tj ET\nendstream\nendobj\n\
    5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>\nendobj\ntrailer\n<< /Root 1 0 R /Size 6 >>\nstartxref\n0\n%%EOF\n";

fn check<R: Reader>(input: &[u8]) {
    let read = || {
        let context = Context { config: "{}".into(), tlp: "clear".into(), properties: vec![] };
        let document = Document {
            name: None,
            media_type: String::new(),
            base_url: Some("https://a.example/b".into()),
            bytes: input.to_vec(),
        };
        R::read(&context, document)
    };
    let first = read();
    if let Ok(reading) = &first {
        reading.contents.iter().for_each(holds);
        assert!(
            reading.notes.iter().all(|note| !note.code.is_empty() && !note.message.is_empty()),
            "{:?}",
            reading.notes
        );
    }
    if input.len().is_multiple_of(16) {
        assert_eq!(first, read(), "another answer");
    }
}

/// The contract of `content`.
fn holds(content: &Content) {
    let text = &content.text;
    assert!(is_nfc(text), "not composed: {text:?}");
    let control = text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    assert_eq!(control, None, "a control character in {text:?}");
    let cut = |span: &Span| text.get(span.start as usize..span.end as usize).filter(|cut| !cut.is_empty());
    let mut end = 0;
    for (index, block) in content.blocks.iter().enumerate() {
        assert!(cut(&block.span).is_some_and(|cut| !cut.trim().is_empty()), "{block:?} of {text:?}");
        assert!(text[end..block.span.start as usize].chars().all(char::is_whitespace), "text before {block:?}");
        end = block.span.end as usize;
        let above = block.heading.map(|heading| heading as usize);
        assert!(above.is_none_or(|above| above < index && content.blocks[above].kind == "heading"), "{block:?}");
    }
    for link in &content.links {
        assert!(cut(&link.span).is_some() && !link.target.is_empty(), "{link:?} of {text:?}");
    }
}
