//! `ioc-core`: no text stops it; spans cut the article on character boundaries, values are never empty, relations point
//! at indicators, and the same text gives the same answer whatever came before it.

use super::{Target, files, root};
use huntsmith_sdk::extractor::{Extractor, Span};
use huntsmith_sdk::testing::article;

pub const TARGET: Target = Target {
    name: "ioc-core",
    prepare,
    seeds: || files("tests/fixtures/ioc", &["txt"]),
    words: &[
        "[.]",
        "(.)",
        "[dot]",
        " dot ",
        "hxxp://",
        "h**p",
        "[:]//",
        "[at]",
        "%2e",
        "%3A%2F%2F",
        "\\.",
        "[.",
        ".]",
        "evil.com",
        "a@b.net",
        "1.2.3.4",
        "45.77.1.9:80",
        "::ffff:",
        "2a02:348::1",
        "C:\\Users\\",
        "%TEMP%\\",
        "HKLM\\Software\\",
        "\\\\.\\pipe\\",
        "/etc/",
        "cmd.exe /c ",
        "powershell -enc ",
        "mutex \"",
        "service named ",
        "scheduled task ",
        "rule x {",
        "serial number: ",
        "User-Agent: ",
        "Mozilla/5.0 (",
        "npm package ",
        "TLP:AMBER",
        "CVE-2021-44228",
        "T1059.001",
        "AS1234",
        "UA-123456-1",
        "G-ABCDEF1234",
        "ca-pub-1234567890123456",
        "T1",
        "d41d8cd98f00b204e9800998ecf8427e",
        "3:AbCdEfGh:IjKl",
        "Win32/Foo.CH",
        "System.Net",
        "Node.js",
        "com.a.b",
        "\n\n",
        "\t",
        " | ",
        "Indicators of compromise\n",
        "- ",
        "# ",
        "\u{201c}",
        "\u{201d}",
        "\u{e9}",
        "xn--",
        "drops ",
        "spawned ",
        "legitimate ",
        "C2 ",
        "t.me/",
        "0x",
        "bc1q",
        "KB5005565",
        "com.evil.app",
        "::",
        "://",
    ],
    most_bytes: 4_096,
    check,
};

fn prepare() {
    // SAFETY: no other thread reads the environment yet.
    unsafe { std::env::set_var("HUNTSMITH_DATA", root().join("data")) };
    ioc_core::IocCore::init().expect("the shipped lists are complete");
}

fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let article = article(&*text);
    let found = ioc_core::extract(&article);
    let holds = |span: &Span, what: &str| {
        let cut = text.get(span.start as usize..span.end as usize);
        assert!(cut.is_some_and(|cut| !cut.is_empty()), "the span {span:?} of {what} does not cut the text");
    };
    for one in &found.indicators {
        assert!(!one.value.is_empty() && !one.reasons.is_empty() && one.confidence <= 100, "{one:?}");
        assert!(!one.spans.is_empty() && one.spans.windows(2).all(|pair| pair[0].end <= pair[1].start), "{one:?}");
        one.spans.iter().for_each(|span| holds(span, &one.value));
    }
    for (at, one) in found.indicators.iter().enumerate() {
        let again = found.indicators[..at].iter().any(|other| (&other.kind, &other.value) == (&one.kind, &one.value));
        assert!(!again, "{} {} stands twice", one.kind, one.value);
    }
    found.rejections.iter().for_each(|one| holds(&one.span, &one.value));
    for one in &found.observations {
        assert!(!one.fields.is_empty() && !one.spans.is_empty(), "{one:?}");
        one.spans.iter().chain(one.fields.iter().map(|field| &field.span)).for_each(|span| holds(span, &one.class));
    }
    for one in &found.relations {
        let known = found.indicators.len() as u32;
        assert!(one.subject < known && one.object < known && one.subject != one.object, "{one:?}");
        one.spans.iter().for_each(|span| holds(span, &one.kind));
    }
    if input.len().is_multiple_of(32) {
        assert_eq!(format!("{found:?}"), format!("{:?}", ioc_core::extract(&article)), "another answer");
    }
}
