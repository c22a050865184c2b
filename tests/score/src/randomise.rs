//! A copy of labelled texts in which every labelled value is a random one of its type: what a rule knows of the values
//! themselves, rather than of their form and their surroundings, shows as a difference.

use crate::{Sample, Values};
use std::collections::BTreeSet;

/// xorshift64*: a fixed seed gives the same copy everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }

    fn of(&mut self, alphabet: &[u8]) -> u8 {
        alphabet[self.below(alphabet.len() as u64) as usize]
    }
}

/// Copies samples with random values. Values that the text does not hold in one piece stay.
pub fn randomise(samples: &[Sample], seed: u64) -> Vec<Sample> {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    samples.iter().map(|sample| one(sample, &mut random)).collect()
}

fn one(sample: &Sample, random: &mut Random) -> Sample {
    let mut values: Vec<(&str, &str)> = sample
        .expected
        .iter()
        .flat_map(|(kind, values)| values.iter().map(move |value| (kind.as_str(), value.as_str())))
        .collect();
    // The longest first: an address before the host in it.
    values.sort_by_key(|(kind, value)| (std::cmp::Reverse(value.len()), *kind, *value));
    let mut replaced: Vec<(usize, usize, String)> = Vec::new();
    let mut expected = Values::new();
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (kind, value) in values {
        let places: Vec<Vec<usize>> =
            occurrences(&sample.text, value).into_iter().filter(|place| free(&replaced, place)).collect();
        if places.is_empty() {
            expected.entry(kind.to_string()).or_default().insert(value.to_string());
            continue;
        }
        let fresh = random_like(kind, value, random);
        for place in places {
            let (start, end) = (place[0], place[place.len() - 1] + 1);
            replaced.push((start, end, transfer(&sample.text, value, &fresh, &place)));
        }
        pairs.push((value.to_string(), fresh.clone()));
        expected.entry(kind.to_string()).or_default().insert(fresh);
    }
    replaced.sort();
    let mut text = String::with_capacity(sample.text.len());
    let mut done = 0;
    for (start, end, with) in replaced {
        text.push_str(&sample.text[done..start]);
        text.push_str(&with);
        done = end;
    }
    text.push_str(&sample.text[done..]);
    // A value that was part of another one is still in the text if it stands elsewhere; otherwise nobody can find it.
    for (kind, values) in &mut expected {
        let kept: BTreeSet<String> = values
            .iter()
            .filter(|value| {
                sample.expected.get(kind).is_none_or(|old| !old.contains(*value))
                    || !occurrences(&text, value).is_empty()
                    || occurrences(&sample.text, value).is_empty()
            })
            .cloned()
            .collect();
        *values = kept;
    }
    Sample {
        id: sample.id.clone(),
        text,
        expected,
        optional: follow(&sample.optional, &pairs),
        types: sample.types.clone(),
    }
}

/// Other readings follow the value that they contain.
fn follow(optional: &Values, pairs: &[(String, String)]) -> Values {
    let fresh = |value: &String| {
        let pair = pairs.iter().find(|(old, _)| {
            value.contains(old.as_str()) || old.contains(value.as_str()) && old.ends_with(value.as_str())
        });
        match pair {
            Some((old, new)) if value.contains(old.as_str()) => value.replace(old.as_str(), new),
            Some((_, new)) => new[new.len().saturating_sub(value.len())..].to_string(),
            None => value.clone(),
        }
    };
    optional
        .iter()
        .map(|(kind, values)| (kind.clone(), values.iter().flat_map(|value| [value.clone(), fresh(value)]).collect()))
        .collect()
}

fn free(replaced: &[(usize, usize, String)], place: &[usize]) -> bool {
    let (start, end) = (place[0], place[place.len() - 1] + 1);
    replaced.iter().all(|(from, to, _)| end <= *from || start >= *to)
}

/// Every place of a value in the text, as the position of each of its bytes: between them may stand what defanging puts
/// there, and `hxxp` stands for `http`.
fn occurrences(text: &str, value: &str) -> Vec<Vec<usize>> {
    let (text, value) = (text.as_bytes(), value.as_bytes());
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let begins = text[at].eq_ignore_ascii_case(&value[0]) && (at == 0 || !text[at - 1].is_ascii_alphanumeric());
        match begins.then(|| align(text, value, at)).flatten() {
            Some(place) => {
                at = place[place.len() - 1] + 1;
                found.push(place);
            }
            None => at += 1,
        }
    }
    found
}

fn align(text: &[u8], value: &[u8], start: usize) -> Option<Vec<usize>> {
    let mut place = Vec::with_capacity(value.len());
    let mut at = start;
    for (index, wanted) in value.iter().enumerate() {
        let mut skipped = 0;
        while index > 0
            && at < text.len()
            && skipped < 2
            && matches!(text[at], b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'\\')
            && text[at] != *wanted
        {
            at += 1;
            skipped += 1;
        }
        let got = *text.get(at)?;
        let same = got.eq_ignore_ascii_case(wanted)
            || matches!(wanted, b't' | b'T') && matches!(got, b'x' | b'X') && index < 4;
        if !same {
            return None;
        }
        place.push(at);
        at += 1;
    }
    (!text.get(at).is_some_and(u8::is_ascii_alphanumeric)).then_some(place)
}

/// The random value in the author's own dress: defanging, upper case.
fn transfer(text: &str, value: &str, fresh: &str, place: &[usize]) -> String {
    let bytes = text.as_bytes();
    let letters = || place.iter().map(|at| bytes[*at]).filter(u8::is_ascii_alphabetic);
    let upper = letters().next().is_some()
        && letters().all(|b| b.is_ascii_uppercase())
        && !value.bytes().any(|b| b.is_ascii_uppercase());
    let mut out = String::new();
    let mut old = place.iter().zip(value.bytes()).peekable();
    let mut previous = place[0];
    // Separators stand in the same order in both values: they carry the marks over.
    for byte in fresh.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(if upper { byte.to_ascii_uppercase() } else { byte } as char);
            continue;
        }
        for (at, was) in old.by_ref() {
            if was == byte {
                let after =
                    place.get(place.iter().position(|one| one == at).unwrap_or(0) + 1).copied().unwrap_or(at + 1);
                let before = bytes[previous.min(*at)..*at]
                    .iter()
                    .rposition(u8::is_ascii_alphanumeric)
                    .map_or(*at, |p| previous.min(*at) + p + 1);
                out.push_str(&text[before..after]);
                previous = *at;
                break;
            }
        }
    }
    if text[place[0]..].starts_with("hxxp") && out.starts_with("http") {
        out.replace_range(..4, "hxxp");
    }
    out
}

fn random_like(kind: &str, value: &str, random: &mut Random) -> String {
    match kind {
        "ipv4" => public_address(random),
        "domain" => random_name(value, random),
        "email" => {
            let (local, host) = value.split_once('@').unwrap_or((value, ""));
            format!("{}@{}", scramble(local, random), random_name(host, random))
        }
        "url" => random_url(value, random),
        "cve" => format!("CVE-20{}{}-{}", random.below(2) + 1, random.below(5), 10_000 + random.below(40_000)),
        _ => value
            .bytes()
            .map(|byte| if byte.is_ascii_hexdigit() { random.of(b"0123456789abcdef") as char } else { byte as char })
            .collect(),
    }
}

/// An address that anybody could have: none of the ranges that are kept for something.
fn public_address(random: &mut Random) -> String {
    const FIRST: [u64; 12] = [5, 23, 31, 45, 51, 62, 77, 89, 91, 104, 185, 193];
    format!(
        "{}.{}.{}.{}",
        FIRST[random.below(12) as usize],
        random.below(256),
        random.below(256),
        1 + random.below(254)
    )
}

/// Random labels before the same public suffix.
fn random_name(name: &str, random: &mut Random) -> String {
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return public_address(random);
    }
    let labels: Vec<&str> = name.split('.').collect();
    let kept = match labels.as_slice() {
        [.., second, last] if labels.len() > 2 && last.len() == 2 && second.len() <= 3 => 2,
        _ => 1,
    };
    let random_until = labels.len() - kept;
    let labels: Vec<String> = labels
        .iter()
        .enumerate()
        .map(
            |(at, label)| {
                if at < random_until && *label != "www" { scramble(label, random) } else { label.to_string() }
            },
        )
        .collect();
    labels.join(".")
}

/// A letter for a letter, a digit for a digit.
fn scramble(text: &str, random: &mut Random) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' => random.of(b"abcdefghijklmnopqrstuvwxyz") as char,
            b'A'..=b'Z' => random.of(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ") as char,
            b'0'..=b'9' => random.of(b"0123456789") as char,
            other => other as char,
        })
        .collect()
}

/// Another host, another path; scheme, port, separators and the file's ending stay.
fn random_url(value: &str, random: &mut Random) -> String {
    let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
    let end = rest.find(['/', ':', '?', '#']).unwrap_or(rest.len());
    let (host, tail) = rest.split_at(end);
    let ending = tail.rfind('.').filter(|at| tail.len() - at <= 5 && !tail[*at..].contains('/')).unwrap_or(tail.len());
    let port = tail.strip_prefix(':').map_or(0, |port| 1 + port.bytes().take_while(u8::is_ascii_digit).count());
    let host = random_name(host, random);
    if port > ending {
        return format!("{scheme}://{host}{tail}");
    }
    format!("{scheme}://{host}{}{}{}", &tail[..port], scramble(&tail[port..ending], random), &tail[ending..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_change_and_their_dress_stays() {
        let sample: Sample = serde_json::from_str(
            r#"{"id":"a","text":"C2: evil[.]com and 45.77.36[.]243 and hxxps://bad.net/x.php, D41D8CD98F00B204E9800998ECF8427E.","types":["domain","ipv4","url","md5"],
               "expected":{"domain":["evil.com"],"ipv4":["45.77.36.243"],"url":["https://bad.net/x.php"],"md5":["d41d8cd98f00b204e9800998ecf8427e"]}}"#,
        )
        .unwrap();
        let copy = &randomise(std::slice::from_ref(&sample), 7)[0];
        let [domain, address, url, digest] =
            ["domain", "ipv4", "url", "md5"].map(|kind| copy.expected[kind].first().unwrap().clone());
        assert!(domain.ends_with(".com") && domain != "evil.com");
        assert!(copy.text.contains(&domain.replace('.', "[.]")), "{}", copy.text);
        let (front, last) = address.rsplit_once('.').unwrap();
        assert!(copy.text.contains(&format!("{front}[.]{last}")), "{}", copy.text);
        assert!(copy.text.contains(&url.replace("https", "hxxps")), "{}", copy.text);
        assert!(copy.text.contains(&digest.to_ascii_uppercase()), "{}", copy.text);
    }
}
