//! Every style of defanging times every type of network indicator: each has to come back as it was, and be known to have
//! been defanged. `-- --nocapture` prints how many combinations there are.

mod common;

use std::collections::BTreeSet;

/// A type: its kind, and a value of it.
const TYPES: [(&str, &str); 8] = [
    ("domain", "ab.kvikk.top"),
    ("ipv4", "45.141.87.219"),
    ("ipv6", "::ffff:45.141.87.219"),
    ("ipv6", "2a0e:97c0:3ea::15"),
    ("url", "https://ab.kvikk.top/x.php"),
    ("url", "http://45.141.87.219:8080/x"),
    ("url", "http://[2a0e:97c0:3ea::15]/x"),
    ("email", "big.boss@kvikk.top"),
];

/// What stands for a dot, without blanks around it.
const DOTS: [&str; 18] = [
    "[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[DOT]", "(DOT)", "[.", ".]", "\\.", "[,]", "(,)", "[ . ]",
    "[ dot ]", "%2E", "%2e", "[d0t]",
];
/// Those that may have a blank, a line's end or a cell's border beside them.
const PARTED: [&str; 9] = ["[.]", "(.)", "{.}", "[dot]", "(dot)", "{dot}", "[DOT]", "[,]", "[ . ]"];
/// What stands for an at sign.
const ATS: [&str; 15] = [
    "[at]", "(at)", "{at}", "[@]", "(@)", "{@}", "[AT]", " [at] ", " (at) ", " [@] ", "[at] ", " (at)", "%40", " at ",
    "[ at ]",
];
/// What stands for `http` and its sign, and for `https`.
const SCHEMES: [(&str, &str); 20] = [
    ("hxxp://", "hxxps://"),
    ("hXXp://", "hXXps://"),
    ("HXXP://", "HXXPS://"),
    ("h**p://", "h**ps://"),
    ("htxp://", "htxps://"),
    ("hxtp://", "hxtps://"),
    ("meow://", "meows://"),
    ("http[:]//", "https[:]//"),
    ("http(:)//", "https(:)//"),
    ("http{:}//", "https{:}//"),
    ("http[://]", "https[://]"),
    ("http(://)", "https(://)"),
    ("hxxp[:]//", "hxxps[:]//"),
    ("hxxp[://]", "hxxps[://]"),
    ("http:\\\\", "https:\\\\"),
    ("hxxp:\\\\", "hxxps:\\\\"),
    ("http%3A%2F%2F", "https%3A%2F%2F"),
    ("[http]://", "[https]://"),
    ("hxxp:// ", "hxxps:// "),
    ("http[:]\\\\", "https[:]\\\\"),
];
/// What stands for the colons of an IPv6 address.
const COLONS: [&str; 5] = ["[:]", "(:)", "{:}", "[colon]", "(colon)"];

/// Where the host of a value begins and ends.
fn host(kind: &str, value: &str) -> (usize, usize) {
    match kind {
        "url" => {
            let begin = value.find("://").unwrap() + 3;
            (begin, value[begin..].find('/').map_or(value.len(), |at| begin + at))
        }
        "email" => (value.find('@').unwrap() + 1, value.len()),
        _ => (0, value.len()),
    }
}

/// A combination: the style's name, the type, the text, and what has to be found.
type Combination = (String, &'static str, String, &'static str);

fn combinations() -> Vec<Combination> {
    let mut all = Vec::new();
    for (kind, value) in TYPES {
        let mut add = |style: String, text: String| all.push((style, kind, text, value));
        let (begin, end) = host(kind, value);
        let (before, name, after) = (&value[..begin], &value[begin..end], &value[end..]);
        if name.contains('.') {
            let last = name.rfind('.').unwrap();
            let parted = PARTED.iter().flat_map(|mark| {
                [
                    format!(" {mark} "),
                    format!("{mark} "),
                    format!(" {mark}"),
                    format!("{mark}\n"),
                    format!("\n{mark}"),
                    format!("{mark}\t"),
                    format!("{mark} | "),
                ]
            });
            for mark in DOTS.iter().map(ToString::to_string).chain(parted) {
                add(format!("{mark:?} for every dot"), format!("{before}{}{after}", name.replace('.', &mark)));
                add(
                    format!("{mark:?} for the last dot"),
                    format!("{before}{}{mark}{}{after}", &name[..last], &name[last + 1..]),
                );
            }
            add("\" dot \" for every dot".into(), format!("{before}{}{after}", name.replace('.', " dot ")));
            for shift in 0..DOTS.len() {
                let mut marks = DOTS.iter().cycle().skip(shift);
                let mixed: String = name
                    .chars()
                    .map(|c| if c == '.' { marks.next().unwrap().to_string() } else { c.to_string() })
                    .collect();
                add(format!("mixed from {shift}"), format!("{before}{mixed}{after}"));
            }
        }
        if kind == "ipv6" || name.starts_with('[') {
            for mark in COLONS {
                let hidden = name
                    .replace("::", "\u{1}")
                    .replace(':', mark)
                    .replace('\u{1}', &mark.replace(':', "::").replace("colon", "::"));
                add(format!("{mark:?} for every colon"), format!("{before}{hidden}{after}"));
            }
        }
        if kind == "url" {
            for (plain, secure) in SCHEMES {
                let scheme = if before == "https://" { secure } else { plain };
                add(format!("{plain:?}"), format!("{scheme}{name}{after}"));
                add(format!("{plain:?} and [.]"), format!("{scheme}{}{after}", name.replace('.', "[.]")));
            }
        }
        if kind == "email" {
            for at in ATS {
                let local = &before[..before.len() - 1];
                add(
                    format!("{at:?}"),
                    format!("{local}{at}{}", name.replace('.', if at == " at " { " dot " } else { "." })),
                );
                add(format!("{at:?} and [.]"), format!("{local}{at}{}", name.replace('.', "[.]")));
            }
        }
    }
    let mut www = |style: &str, kind, text: &str, value| all.push((style.to_string(), kind, text.to_string(), value));
    www("[www]", "domain", "[www].kvikk.top", "www.kvikk.top");
    www("[www][.]", "domain", "[www][.]kvikk[.]top", "www.kvikk.top");
    www("(www)", "domain", "(www).kvikk.top", "www.kvikk.top");
    www("[www]", "url", "hxxp://[www].kvikk.top/a", "http://www.kvikk.top/a");
    www("[www]", "email", "boss@[www].kvikk.top", "boss@www.kvikk.top");
    all
}

#[test]
fn every_style_times_every_type() {
    let mut wrong = Vec::new();
    let all = combinations();
    let pairs: BTreeSet<(&str, &str)> = all.iter().map(|(style, kind, ..)| (style.as_str(), *kind)).collect();
    for (style, kind, text, value) in &all {
        let found = common::extract(&format!("The C2 server is {text} and more"));
        if !found.indicators.iter().any(|one| one.kind == *kind && one.value == *value && one.defanged) {
            let got: Vec<_> = found.indicators.iter().map(|one| (&one.kind, &one.value, one.defanged)).collect();
            wrong.push(format!("{style}, {kind}: {text:?}: no {value}, but {got:?}"));
        }
    }
    println!(
        "{} of {} combinations of a style and a value come back ({} styles of a type)",
        all.len() - wrong.len(),
        all.len(),
        pairs.len()
    );
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
