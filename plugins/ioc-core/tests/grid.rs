//! Every style of defanging times every type of network indicator: each has to come back as it was, and be known to have
//! been defanged.

mod common;

/// Styles that stand for a dot.
const DOTS: [&str; 22] = [
    "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[DOT]", " dot ", "[.", ".]", "\\.", "[,]", " [.] ", "[.] ",
    " [.]", " (dot) ", " [dot] ", "[ . ]", "[ dot ]", "%2E", "%2e", "[.]\n",
];
/// Styles that stand for an at sign.
const ATS: [&str; 11] = ["[at]", "(at)", "{at}", "[@]", "(@)", " [at] ", " (at) ", "[AT]", " [@] ", "%40", "{@}"];
/// Styles that stand for a scheme and its separator.
const SCHEMES: [(&str, &str); 20] = [
    ("hxxp://", "http"),
    ("hXXp://", "http"),
    ("hxxps://", "https"),
    ("HXXPS://", "https"),
    ("h**p://", "http"),
    ("h**ps://", "https"),
    ("htxp://", "http"),
    ("meow://", "http"),
    ("http[:]//", "http"),
    ("http[://]", "http"),
    ("https[:]//", "https"),
    ("hxxp[:]//", "http"),
    ("hxxps[://]", "https"),
    ("http:\\\\", "http"),
    ("hxxp:\\\\", "http"),
    ("http(:)//", "http"),
    ("http%3A%2F%2F", "http"),
    ("[http]://", "http"),
    ("hxxp:// ", "http"),
    ("fxp://", "ftp"),
];

fn check(text: &str, kind: &str, value: &str, wrong: &mut Vec<String>) {
    let found = common::extract(&format!("The C2 server is {text} and more"));
    if !found.indicators.iter().any(|one| one.kind == kind && one.value == value && one.defanged) {
        wrong.push(format!(
            "{text:?}: no {kind} {value}, but {:?}",
            found.indicators.iter().map(|one| (&one.kind, &one.value, one.defanged)).collect::<Vec<_>>()
        ));
    }
}

#[test]
fn dots_in_domains_addresses_urls_and_mail() {
    let mut wrong = Vec::new();
    for dot in DOTS {
        // In every place, and in the last one only.
        check(&format!("ab{dot}kvikk{dot}top"), "domain", "ab.kvikk.top", &mut wrong);
        if dot != " dot " {
            check(&format!("ab.kvikk{dot}top"), "domain", "ab.kvikk.top", &mut wrong);
        }
        check(&format!("45{dot}141{dot}87{dot}219"), "ipv4", "45.141.87.219", &mut wrong);
        if dot != " dot " {
            check(&format!("45.141.87{dot}219"), "ipv4", "45.141.87.219", &mut wrong);
        }
        check(&format!("boss@kvikk{dot}top"), "email", "boss@kvikk.top", &mut wrong);
        check(&format!("::ffff:45{dot}141{dot}87{dot}219"), "ipv6", "::ffff:45.141.87.219", &mut wrong);
        check(&format!("https://ab{dot}kvikk{dot}top/x.php"), "url", "https://ab.kvikk.top/x.php", &mut wrong);
        check(&format!("hxxp://45{dot}141{dot}87{dot}219:8080/x"), "url", "http://45.141.87.219:8080/x", &mut wrong);
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn schemes_at_signs_colons_and_www() {
    let mut wrong = Vec::new();
    for (written, scheme) in SCHEMES {
        check(&format!("{written}ab.kvikk.top/x"), "url", &format!("{scheme}://ab.kvikk.top/x"), &mut wrong);
        check(&format!("{written}ab[.]kvikk[.]top/x"), "url", &format!("{scheme}://ab.kvikk.top/x"), &mut wrong);
        check(&format!("{written}45.141.87[.]219/x"), "url", &format!("{scheme}://45.141.87.219/x"), &mut wrong);
    }
    for at in ATS {
        check(&format!("big.boss{at}kvikk.top"), "email", "big.boss@kvikk.top", &mut wrong);
        check(&format!("boss{at}kvikk[.]top"), "email", "boss@kvikk.top", &mut wrong);
    }
    check("big.boss at kvikk dot top", "email", "big.boss@kvikk.top", &mut wrong);
    for colon in ["[:]", "(:)", "{:}", "[colon]"] {
        check(&format!("2a0e{colon}97c0{colon}3ea::15"), "ipv6", "2a0e:97c0:3ea::15", &mut wrong);
        check(
            &format!("2a0e{colon}97c0{colon}3ea{colon}1{colon}2{colon}3{colon}4{colon}5"),
            "ipv6",
            "2a0e:97c0:3ea:1:2:3:4:5",
            &mut wrong,
        );
    }
    check("2a0e:97c0:3ea[::]15", "ipv6", "2a0e:97c0:3ea::15", &mut wrong);
    check("[www].kvikk.top", "domain", "www.kvikk.top", &mut wrong);
    check("[www][.]kvikk[.]top", "domain", "www.kvikk.top", &mut wrong);
    check("hxxp://[www].kvikk.top/a", "url", "http://www.kvikk.top/a", &mut wrong);
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
