//! Groups, campaigns and software that the article names, by ATT&CK's names and aliases. A name that is also a word ("Snake",
//! "Play", "Net") counts only where the words around it say what it is.

use crate::evidence::{span, spans};
use crate::knowledge::{ActorName, Knowledge};
use huntsmith_sdk::classifier::{Actor, Article, Property, Rejection};
use huntsmith_text::{Layout, Range, Section};
use std::collections::BTreeMap;

/// Names that are words of English, common names of places, products and elements, or acronyms of other things.
const WORDS: &str = "agenda akira anchor andromeda apostle armageddon aurora avenger axiom backspace badnews bazar biscuit bismuth \
    bitter bookworm bromine buckeye bumblebee calendar callme cannon canopy carbon catapult chaos chimera chopstick \
    chromium cicada cleaver clop confucius conti covenant crimson crutch cuba curium denis disco donut dragonfly \
    dubnium elfin embargo emissary empire epic equation europium expand explosive ferocious flame flamer flipside \
    frankenstein frp gadolinium gallium goldeneye griffon havoc hexane holmium honeybee inception iridium james \
    kessel kevin komplex krypton latrodectus leviathan lookback lucifer lurid lv machete manganese mango mantis \
    matryoshka maze medusa mercury meteor milan mirage monsoon mosquito mythic nebulae neodymium nickel ninja \
    nobelium octopus pacemaker page pandora patchwork peppy phosphorus photo platinum play plead plutonium polonium \
    pony potassium prestige promethium proton radium raindrop ramsay rancor rattlesnake reaper reaver reptile \
    responder riptide rocke rover royal rtm rubidium ruler samurai sardonic scorpion seasalt shark sharpshooter \
    sidewinder silence silicon skid sliver snake solar soldier soundbite spaceship spark spica springtail strider \
    strontium supernova swallowtail tantalum teardrop thallium thrip tick tor trailblazer trinity triton tvt \
    uppercut vermin viper warzone waterbug whitefly windshield wiper zinc zipline zirconium zlib";
/// Programs of the system itself: only as a command.
const COMMANDS: &[&str] = &[
    "arp",
    "at",
    "attrib",
    "bitsadmin",
    "certutil",
    "cmd",
    "dsquery",
    "esentutl",
    "expand",
    "forfiles",
    "ftp",
    "ifconfig",
    "ipconfig",
    "nbtstat",
    "net",
    "netsh",
    "netstat",
    "nltest",
    "ping",
    "reg",
    "route",
    "schtasks",
    "systeminfo",
    "tasklist",
    "wevtutil",
    "wce",
    "meek",
];
const GROUP_CUES: &[&str] = &[
    "group",
    "actor",
    "actors",
    "apt",
    "gang",
    "threat",
    "operators",
    "operator",
    "affiliates",
    "adversary",
    "hackers",
    "team",
    "cluster",
    "collective",
    "espionage",
    "cyberespionage",
];
const SOFTWARE_CUES: &[&str] = &[
    "malware",
    "backdoor",
    "ransomware",
    "trojan",
    "rat",
    "implant",
    "tool",
    "toolkit",
    "loader",
    "downloader",
    "dropper",
    "family",
    "botnet",
    "stealer",
    "infostealer",
    "worm",
    "rootkit",
    "wiper",
    "framework",
    "payload",
    "variant",
    "sample",
    "samples",
    "spyware",
    "c2",
    "beacon",
    "shellcode",
    "exe",
    "utility",
];
const CAMPAIGN_CUES: &[&str] = &["campaign", "campaigns", "operation", "intrusions", "breach", "compromise"];
const ALIAS_CUES: &[&str] = &["aka", "a.k.a", "known", "tracked", "dubbed"];
/// So many words before and behind a name are its context.
const CONTEXT_WORDS: usize = 3;
/// So many where the words behind it say what it is: `Play is, above all, a ransomware group`.
const DEFINITION_WORDS: usize = 9;

/// Groups, campaigns and software, one for each id, and the ambiguous names that were turned away.
pub fn in_article(knowledge: &Knowledge, article: &Article, layout: &Layout) -> (Vec<Actor>, Vec<Rejection>) {
    let text = article.content.text.as_str();
    let mut found: BTreeMap<&str, (&ActorName, Vec<Range>, u8)> = BTreeMap::new();
    let mut refused: BTreeMap<(&str, &'static str), Range> = BTreeMap::new();
    let entries = &knowledge.actor_names.entries;
    for (at, first) in knowledge.actor_names.find_iter(text) {
        if inside_token(text.as_bytes(), &at) {
            continue;
        }
        let namesakes = entries[first..].iter().take_while(|e| e.alias.eq_ignore_ascii_case(&entries[first].alias));
        let namesakes: Vec<&ActorName> = namesakes.collect();
        let section = layout.unit_at(at.start).map_or(Section::Body, |unit| layout.units[unit].section);
        let context = Context::around(text, &at);
        let judged = judge(&namesakes, &text[at.clone()], &context);
        let judged = match section {
            Section::References => judged.and(Err("reference-list")),
            Section::Product => judged.and(Err("product-text")),
            _ => judged,
        };
        match judged {
            Ok((chosen, confidence)) => {
                for actor in chosen {
                    let entry = found.entry(actor.id.as_str()).or_insert((actor, vec![], 0));
                    entry.1.push(at.clone());
                    entry.2 = entry.2.max(confidence);
                }
            }
            Err("not-a-name") => {}
            Err(reason) => {
                refused.entry((namesakes[0].id.as_str(), reason)).or_insert(at);
            }
        }
    }
    // A name that was settled once is settled for the article: its other places count, too.
    let rejections = refused
        .into_iter()
        .filter(|((id, _), _)| !found.contains_key(id))
        .map(|((id, reason), at)| Rejection {
            kind: "actor".into(),
            value: text[at.clone()].to_string(),
            span: span(&at),
            reason: reason.into(),
            properties: vec![Property { name: "attack_id".into(), value: id.into() }],
        })
        .collect();
    let actors = found
        .into_values()
        .map(|(actor, at, confidence)| Actor {
            kind: actor.kind.into(),
            name: actor.name.clone(),
            id: Some(actor.id.clone()),
            spans: spans(at.into_iter()),
            confidence,
            properties: vec![],
        })
        .collect();
    (actors, rejections)
}

/// The words around a name, in lower case.
struct Context {
    before: Vec<String>,
    after: Vec<String>,
    /// The name is the beginning of a longer one.
    goes_on: bool,
    /// Directly behind the name.
    tail: String,
}

impl Context {
    fn around(text: &str, at: &Range) -> Context {
        let clean = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let line_start = text[..at.start].rfind('\n').map_or(0, |p| p + 1);
        let line_end = text[at.end..].find('\n').map_or(text.len(), |p| at.end + p);
        Context {
            before: text[line_start..at.start].split_whitespace().rev().take(CONTEXT_WORDS).map(clean).collect(),
            after: after(&text[at.end..line_end]),
            goes_on: goes_on(&text[at.end..line_end]),
            tail: text[at.end..line_end].chars().take(16).collect::<String>().to_lowercase(),
        }
    }

    fn has(&self, cues: &[&str]) -> bool {
        self.before.iter().chain(&self.after).any(|word| cues.contains(&word.as_str()))
    }

    /// `the Royal ransomware group`: people, by what they are known for.
    fn tells_of_people(&self) -> bool {
        let people = |words: &[String]| SOFTWARE_CUES.contains(&&*words[0]) && GROUP_CUES.contains(&&*words[1]);
        self.after.windows(2).any(people)
    }
}

/// The words behind a name that say what it is.
fn after(text: &str) -> Vec<String> {
    let clean = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let sentence = text.split_once(". ").map_or(text, |(sentence, _)| sentence);
    let defines = ["is", "was", "are"]
        .iter()
        .any(|verb| sentence.trim_start().strip_prefix(verb).is_some_and(|r| r.starts_with(' ')));
    let (text, most) = if defines { (sentence, DEFINITION_WORDS) } else { (text, CONTEXT_WORDS) };
    text.split_whitespace().take(most).map(clean).collect()
}

/// Whether the name is the beginning of a longer one: `Crimson Tern`, `Royal Society`.
fn goes_on(text: &str) -> bool {
    let next =
        text.strip_prefix(' ').and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next()).unwrap_or_default();
    let lower = next.to_lowercase();
    let cue = [GROUP_CUES, SOFTWARE_CUES, CAMPAIGN_CUES].iter().any(|cues| cues.contains(&lower.as_str()));
    next.len() > 1 && next.starts_with(char::is_uppercase) && !cue && next != next.to_uppercase()
}

/// Which of the namesakes is meant, and how surely.
fn judge<'k>(
    namesakes: &[&'k ActorName],
    written: &str,
    context: &Context,
) -> Result<(Vec<&'k ActorName>, u8), &'static str> {
    let lower = written.to_ascii_lowercase();
    let one_word = !written.contains(' ');
    if COMMANDS.contains(&lower.as_str()) {
        return if is_command(written, context) { Ok((namesakes.to_vec(), 80)) } else { Err("not-a-name") };
    }
    if one_word
        && !written.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        && written != namesakes[0].alias
    {
        return Err("not-a-name");
    }
    let beside_id = namesakes.iter().any(|n| context.tail.contains(&n.id.to_lowercase()));
    let cues = [("group", GROUP_CUES), ("software", SOFTWARE_CUES), ("campaign", CAMPAIGN_CUES)];
    let told: Vec<&str> = match context.tells_of_people() {
        true => vec!["group"],
        false => cues.iter().filter(|(_, cues)| context.has(cues)).map(|(kind, _)| *kind).collect(),
    };
    // Some campaigns have no name but their number, which could be anything.
    let numbered = namesakes.iter().any(|named| named.alias == named.id);
    let ambiguous = one_word && (WORDS.split(' ').any(|word| word == lower) || written.len() <= 3 || numbered);
    if ambiguous && (told.is_empty() || context.goes_on) && !(context.has(ALIAS_CUES) || beside_id) {
        return Err("ambiguous-name");
    }
    let mut chosen: Vec<&ActorName> = namesakes.to_vec();
    if chosen.iter().any(|actor| told.contains(&actor.kind)) {
        chosen.retain(|actor| told.contains(&actor.kind));
    }
    let confidence = match (ambiguous, chosen.len()) {
        (false, 1) => 95,
        (true, 1) => 75,
        (false, _) => 60,
        (true, _) => 50,
    };
    Ok((chosen, confidence))
}

/// `net user`, `ping.exe`, `the netstat command`.
fn is_command(written: &str, context: &Context) -> bool {
    if context.tail.starts_with(".exe") {
        return true;
    }
    let after = context.after.first().map_or("", String::as_str);
    let before = context.before.first().map_or("", String::as_str);
    match written.to_ascii_lowercase().as_str() {
        "net" => {
            ["user", "view", "group", "localgroup", "use", "start", "stop", "share", "accounts", "time"]
                .contains(&after)
                && written != "Net"
        }
        "at" | "expand" | "route" | "page" => false,
        _ => {
            ["command", "commands", "utility", "tool"].contains(&after)
                || ["command", "utility", "tool"].contains(&before)
        }
    }
}

/// Inside a path, a domain, a file name or an address: `C:\Temp\play\`, `snake.com`.
fn inside_token(bytes: &[u8], at: &Range) -> bool {
    let before = at.start.checked_sub(1).map(|i| bytes[i]);
    let after = bytes.get(at.end).copied();
    let behind = bytes.get(at.end + 1).copied();
    let exe = bytes.get(at.end..at.end + 4).is_some_and(|b| b.eq_ignore_ascii_case(b".exe"));
    matches!(before, Some(b'/' | b'\\' | b'@' | b'.' | b'-' | b'%' | b'$' | b'='))
        || matches!(after, Some(b'\\' | b'@' | b'=' | b'/'))
        || matches!(after, Some(b'.' | b'-' | b'['))
            && behind.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'.')
            && !exe
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, WORDS};

    #[test]
    fn lists_are_in_lower_case() {
        assert!(
            WORDS
                .split(' ')
                .chain(COMMANDS.iter().copied())
                .all(|word| !word.is_empty() && word == word.to_lowercase())
        );
    }
}
