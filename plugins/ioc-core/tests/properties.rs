//! Properties that hold for every text: defanging and extracting gives the value back, spans cut the original on
//! character boundaries, articles know nothing of each other, unrelated text changes nothing, no text is a panic.

mod common;

use huntsmith_sdk::extractor::{Extraction, Span};
use ioc_core::refang::refang;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use std::cell::Cell;
use std::net::{Ipv4Addr, Ipv6Addr};

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) }
}

fn name() -> impl Strategy<Value = String> {
    ("[a-z][a-z0-9]{3,12}", "[a-z]{3,10}", prop_oneof!["com", "net", "top", "ru", "co\\.uk"])
        .prop_map(|(a, b, c)| format!("{a}.{b}{}.{c}", b.len()))
}

fn ipv4() -> impl Strategy<Value = String> {
    // Of ranges that nobody reserves.
    (prop_oneof![31u8..100, 130u8..168], any::<[u8; 2]>(), 1u8..=255)
        .prop_map(|(a, [b, c], d)| Ipv4Addr::new(a, b, c, d).to_string())
}

fn ipv6() -> impl Strategy<Value = String> {
    any::<[u16; 6]>().prop_map(|[b, c, d, e, f, g]| Ipv6Addr::new(0x2a02, b, c, d, e, f, g, 0x15).to_string())
}

fn path() -> impl Strategy<Value = String> {
    "(/[a-z0-9]{1,8}){1,3}(\\.php|\\?id=[0-9]{1,4}|)"
}

/// A kind and a value of it.
fn value() -> impl Strategy<Value = (&'static str, String)> {
    prop_oneof![
        name().prop_map(|value| ("domain", value)),
        ipv4().prop_map(|value| ("ipv4", value)),
        ipv6().prop_map(|value| ("ipv6", value)),
        (prop_oneof!["http", "https"], name(), path())
            .prop_map(|(s, host, path)| ("url", format!("{s}://{host}{path}"))),
        (ipv4(), 1024u16.., path()).prop_map(|(host, port, path)| ("url", format!("http://{host}:{port}{path}"))),
        ("[a-z]{3,8}\\.[a-z]{3,8}", name()).prop_map(|(local, host)| ("email", format!("{local}@{host}"))),
    ]
}

/// Marks for dots, one each in turn, an at sign, a scheme's letters, and a colon of an IPv6 address.
#[derive(Debug, Clone)]
struct Style {
    dots: Vec<&'static str>,
    at: &'static str,
    scheme: &'static str,
    sign: &'static str,
    colon: &'static str,
}

fn style() -> impl Strategy<Value = Style> {
    let dot = proptest::sample::select(vec![
        "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[DOT]", "[,]", "\\.", "[ . ]", " [.] ", "[.] ", " (dot)",
        "%2E", "[.]\n",
    ]);
    let at = proptest::sample::select(vec!["[at]", "(at)", "{at}", "[@]", " [at] ", " (@) ", "@"]);
    let scheme = proptest::sample::select(vec!["hxxp", "hXXp", "h**p", "htxp", "meow", "http"]);
    let sign = proptest::sample::select(vec!["://", "[:]//", "[://]", "(://)", ":\\\\"]);
    let colon = proptest::sample::select(vec!["[:]", "(:)", "{:}"]);
    (proptest::collection::vec(dot, 1..5), at, scheme, sign, colon).prop_map(|(dots, at, scheme, sign, colon)| Style {
        dots,
        at,
        scheme,
        sign,
        colon,
    })
}

impl Style {
    /// Every dot of a host, each with the next mark.
    fn host(&self, host: &str) -> String {
        let mut marks = self.dots.iter().cycle();
        host.split_inclusive('.')
            .map(|part| match part.strip_suffix('.') {
                Some(label) => format!("{label}{}", marks.next().unwrap()),
                None => part.to_string(),
            })
            .collect()
    }

    fn of(&self, kind: &str, value: &str) -> String {
        match kind {
            "email" => {
                let (local, host) = value.split_once('@').unwrap();
                format!("{local}{}{}", self.at, self.host(host))
            }
            "url" => {
                let (scheme, rest) = value.split_once("://").unwrap();
                let end = rest.find([':', '/']).unwrap_or(rest.len());
                let secure = scheme.strip_prefix("http").unwrap();
                format!("{}{secure}{}{}{}", self.scheme, self.sign, self.host(&rest[..end]), &rest[end..])
            }
            "ipv6" => value.replace("::", "\u{1}").replace(':', self.colon).replace('\u{1}', "[::]"),
            _ => self.host(value),
        }
    }
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,6}",
        Just("[.]".to_string()),
        Just(" dot ".to_string()),
        Just("hxxp://".to_string()),
        Just("a.b@c.com".to_string()),
        Just("C:\\Users\\x.exe".to_string()),
        Just("HKLM\\Software\\".to_string()),
        Just("d41d8cd98f00b204e9800998ecf8427f".to_string()),
        Just("\n\n".to_string()),
        Just("|\t".to_string()),
        Just("%2e".to_string()),
        Just("::1".to_string()),
        Just("service named \u{201c}".to_string()),
        Just("cmd /c ".to_string()),
        Just("é“”…".to_string()),
        Just("evil[.]com ".to_string()),
        Just(" 45.77[.]36.243".to_string()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// What was found, and its places from a position of the text on.
fn seen(found: &Extraction, from: u32) -> Vec<String> {
    let places = |spans: &[Span]| spans.iter().map(|span| (span.start - from, span.end - from)).collect::<Vec<_>>();
    let of = |one: &huntsmith_sdk::extractor::Indicator| {
        format!("{} {} {} {} {:?} {:?}", one.kind, one.value, one.role, one.confidence, one.reasons, places(&one.spans))
    };
    found.indicators.iter().map(of).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_defanged_comes_back((kind, value) in value(), style in style()) {
        let text = format!("Traffic to {} was seen", style.of(kind, &value));
        let found = common::extract(&text);
        let one = found.indicators.iter().find(|one| one.kind == kind && one.value == value);
        prop_assert!(one.is_some_and(|one| one.defanged), "{text:?}: {:?} {:?}", seen(&found, 0), found.rejections);
    }

    #[test]
    fn the_order_of_articles_never_matters(first in soup(), second in soup()) {
        let alone = format!("{:?}", common::extract(&second));
        common::extract(&first);
        prop_assert_eq!(format!("{:?}", common::extract(&second)), alone);
    }

    #[test]
    fn unrelated_text_changes_nothing((kind, value) in value(), style in style(), (_, plain) in value(), prose in 0usize..PROSE.len()) {
        let prose = PROSE[prose];
        let core = format!("The backdoor connects to {} and to {plain} over TLS.", style.of(kind, &value));
        let alone = common::extract(&core);
        let alone = seen(&alone, 0);
        prop_assert!(alone.iter().any(|one| one.starts_with(&format!("{kind} {value} attacker"))), "{core:?}: {alone:?}");
        let after = format!("{prose}\n\n{core}");
        prop_assert_eq!(seen(&common::extract(&after), (prose.len() + 2) as u32), alone.clone());
        prop_assert_eq!(seen(&common::extract(&format!("{core}\n\n{prose}")), 0), alone.clone());
        prop_assert_eq!(seen(&common::extract(&format!("{prose}\n\n{core}\n\n{prose}")), (prose.len() + 2) as u32), alone);
    }
}

/// Texts that say nothing of attacks and name nothing.
const PROSE: [&str; 4] = [
    "The weather in the north was mild this year. People went outside and the harvest was good.",
    "Our office moves to the second floor in June, and the canteen opens at eleven.",
    "Rain is expected.\n\nThe ferry leaves at noon; bring a coat.\n\n- bread\n- milk",
    "Ein milder Winter – die Ernte war gut. \u{4e00}\u{5207}\u{6b63}\u{5e38}\u{3002}",
];

/// Not written with the macro, so that it is known that the texts held something to cut.
#[test]
fn spans_cut_the_original() {
    let cut = Cell::new(0);
    let outcome = TestRunner::new(config()).run(&soup(), |text| {
        let found = common::extract(&text);
        let spans = found.indicators.iter().flat_map(|one| &one.spans);
        let spans = spans.chain(found.rejections.iter().map(|one| &one.span));
        let spans = spans.chain(found.observations.iter().flat_map(|one| &one.spans));
        for span in spans.chain(found.relations.iter().flat_map(|one| &one.spans)) {
            prop_assert!(span.start < span.end && span.end as usize <= text.len());
            prop_assert!(text.is_char_boundary(span.start as usize) && text.is_char_boundary(span.end as usize));
        }
        for one in &found.indicators {
            prop_assert!(!one.value.is_empty() && !one.spans.is_empty() && !one.reasons.is_empty());
            prop_assert!(one.spans.windows(2).all(|pair| pair[0].end <= pair[1].start));
            // What was cut is the value, as it was written.
            let ascii =
                one.kind == "ipv4" || one.kind == "domain" && one.value.is_ascii() && !one.value.contains("xn--");
            for span in one.spans.iter().filter(|_| ascii) {
                let written = &text[span.start as usize..span.end as usize];
                prop_assert_eq!(refang(written).text().to_ascii_lowercase(), one.value.clone(), "{:?}", written);
                cut.set(cut.get() + 1);
            }
        }
        Ok(())
    });
    outcome.unwrap();
    assert!(cut.get() > 500, "only {} values were cut", cut.get());
}
