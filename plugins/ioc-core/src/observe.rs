//! Observations: what the article says happened on a host, as fields of one event. A command that is shown is a process;
//! a sentence with one parent, one verb and one child is a process and its parent; a file that is dropped, a key that is
//! set, a pipe, a service or a task that is created are events of their classes.

use crate::judge::role;
use crate::kinds::file_name;
use huntsmith_sdk::extractor::{Indicator, Observation, ObservedField, Property, Span};

/// What a verb near a file or a key says happened.
const WRITES: [&str; 12] = [
    "drops", "dropped", "drop ", "writes", "written", "wrote", "saves", "saved", "creates", "created", "copies",
    "copied",
];
const SETS: [&str; 10] =
    ["sets", "set ", "adds", "added", "creates", "created", "modif", "writes", "persist", "run key"];
const STARTS: [&str; 10] =
    ["spawn", "launch", "execut", "starts", "started", "invok", "runs ", "ran ", "loads", "loaded"];
const DELETES: [&str; 4] = ["deletes", "deleted", "removes", "removed"];

/// What is told of two files or keys together stands this near, in bytes.
const NEAR: usize = 120;

/// A place of an indicator, in the order of the text.
#[derive(Clone, Copy)]
struct Mention<'a> {
    indicator: &'a Indicator,
    start: usize,
    end: usize,
}

/// Reads observations out of the sentences around indicators that an attacker's doing is said of.
pub fn observe(text: &str, indicators: &[Indicator]) -> Vec<Observation> {
    let mut mentions: Vec<Mention<'_>> = Vec::new();
    for indicator in indicators {
        let counts = matches!(
            indicator.kind.as_str(),
            "command_line"
                | "file_name"
                | "file_path"
                | "registry_key"
                | "named_pipe"
                | "service_name"
                | "scheduled_task"
        );
        if counts && indicator.role != role::REFERENCE {
            mentions.extend(indicator.spans.iter().map(|span| Mention {
                indicator,
                start: span.start as usize,
                end: span.end as usize,
            }));
        }
    }
    mentions.sort_by_key(|mention| (mention.start, mention.end));
    let mut observations: Vec<Observation> = Vec::new();
    let mut lead = 0;
    for (at, mention) in mentions.iter().enumerate() {
        let near = mentions.get(at + 1).filter(|next| next.start >= mention.end && next.start - mention.end <= NEAR);
        // "drops a.exe, b.dll and c.dat": the words before the first of them speak of all.
        let listed = at.checked_sub(1).is_some_and(|last| {
            let between = text.get(mentions[last].end..mention.start).unwrap_or_default();
            matches!(between.trim().trim_end_matches("and").trim_end(), "" | ",")
        });
        lead = if listed { lead } else { at };
        let since = lead.checked_sub(1).map_or(0, |last| mentions[last].end);
        let observation = match mention.indicator.kind.as_str() {
            "command_line" => {
                // The command's own program is a mention as well.
                let parent = mentions[..at].iter().rev().take(3).find(|parent| parent.end <= mention.start);
                Some(command(mention, parent.filter(|parent| starts(text, parent, mention))))
            }
            "registry_key" => registry(text, mention),
            "named_pipe" => {
                Some(single(mention, "pipe_created", "PipeName", format!("\\{}", mention.indicator.value), 55))
            }
            "service_name" => made(text, mention, near, "create_service", "ServiceName", Some("ImagePath")),
            "scheduled_task" => made(text, mention, near, "scheduled_task", "TaskName", None),
            "file_name" | "file_path" => near
                .and_then(|next| started(text, mention, next))
                .or_else(|| written(text, mention, mentions[lead].start, since)),
            _ => None,
        };
        if let Some(observation) = observation.filter(|_| {
            mention.indicator.role == role::ATTACKER
                || mention.indicator.kind == "file_name"
                || mention.indicator.kind == "file_path"
        }) && !observations.iter().any(|known| known.class == observation.class && same_fields(known, &observation))
        {
            observations.push(observation);
        }
    }
    observations
}

fn same_fields(left: &Observation, right: &Observation) -> bool {
    left.fields.len() == right.fields.len()
        && left.fields.iter().zip(&right.fields).all(|(a, b)| a.name == b.name && a.value == b.value)
}

fn field(name: &str, value: String, start: usize, end: usize) -> ObservedField {
    ObservedField { name: name.to_string(), value, span: Span { start: start as u32, end: end as u32 } }
}

fn observation(class: &str, fields: Vec<ObservedField>, start: usize, end: usize, confidence: u8) -> Observation {
    let span = Span { start: start as u32, end: end as u32 };
    Observation { class: class.to_string(), fields, spans: vec![span], confidence, properties: Vec::<Property>::new() }
}

fn single(mention: &Mention<'_>, class: &str, name: &str, value: String, confidence: u8) -> Observation {
    observation(class, vec![field(name, value, mention.start, mention.end)], mention.start, mention.end, confidence)
}

/// The name as an image path ends: `\evil.exe`; a whole path as it is.
fn image(indicator: &Indicator) -> String {
    if indicator.kind == "file_path" { indicator.value.clone() } else { format!("\\{}", indicator.value) }
}

/// A command, and the program that the words before it say started it.
fn command(mention: &Mention<'_>, parent: Option<&Mention<'_>>) -> Observation {
    let mut fields = Vec::new();
    fields.extend(parent.map(|parent| field("ParentImage", image(parent.indicator), parent.start, parent.end)));
    if let Some(program) = mention.indicator.parts.iter().find(|part| part.name == "program") {
        fields.push(field(
            "Image",
            format!("{}{}", if program.value.ends_with(".exe") { "\\" } else { "/" }, program.value),
            mention.start,
            mention.end,
        ));
    }
    fields.push(field("CommandLine", mention.indicator.value.clone(), mention.start, mention.end));
    let start = parent.map_or(mention.start, |parent| parent.start);
    observation("process_creation", fields, start, mention.end, mention.indicator.confidence)
}

/// A program, and directly after it a verb that says that it starts what comes then.
fn starts(text: &str, parent: &Mention<'_>, child: &Mention<'_>) -> bool {
    let Some(between) = text.get(parent.end..child.start).filter(|between| between.len() <= NEAR) else { return false };
    let between = between.to_ascii_lowercase();
    runs(parent.indicator) && goes_on(&between) && says(&between, &STARTS) && !between.contains(" by ")
}

/// A file that runs.
fn runs(indicator: &Indicator) -> bool {
    matches!(indicator.kind.as_str(), "file_name" | "file_path")
        && indicator.value.rsplit('.').next().is_some_and(|ending| file_name::is_active(&ending.to_ascii_lowercase()))
}

/// Words of one sentence: neither a sentence, a cell nor a key's line ends between them.
fn goes_on(between: &str) -> bool {
    let parted = [". ", ".\n"].iter().any(|end| between.contains(end))
        || between.contains("\n\n")
        || between.contains(['\t', '|']);
    !(parted || between.contains('\n') && between.contains(':'))
}

/// The few words before a mention, in lower case.
fn before(text: &str, start: usize) -> String {
    let mut from = start.saturating_sub(60);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let words = &text[from..start];
    let words = words.rfind(". ").map_or(words, |at| &words[at + 2..]);
    words.to_ascii_lowercase()
}

fn says(words: &str, verbs: &[&str]) -> bool {
    verbs.iter().any(|verb| words.contains(verb))
}

fn registry(text: &str, mention: &Mention<'_>) -> Option<Observation> {
    let autostart = mention.indicator.parts.iter().any(|part| part.name == "value_name");
    (autostart || says(&before(text, mention.start), &SETS))
        .then(|| single(mention, "registry_set", "TargetObject", mention.indicator.value.clone(), 60))
}

/// A service or a task that is made, with the program that it starts where the same words go on to name one.
fn made(
    text: &str,
    mention: &Mention<'_>,
    near: Option<&Mention<'_>>,
    class: &str,
    name: &str,
    program: Option<&str>,
) -> Option<Observation> {
    const MAKES: [&str; 8] = ["creat", "install", "regist", "adds", "added", "sets up", "new ", "persist"];
    if !says(&before(text, mention.start), &MAKES) {
        return None;
    }
    let mut fields = vec![field(name, mention.indicator.value.clone(), mention.start, mention.end)];
    let mut end = mention.end;
    let started = near.filter(|next| {
        let between = text[mention.end..next.start].to_ascii_lowercase();
        matches!(next.indicator.kind.as_str(), "file_name" | "file_path")
            && !between.contains(". ")
            && (says(&between, &STARTS) || says(&between, &["point", "with", "binpath"]))
    });
    if let Some((program, next)) = program.zip(started) {
        fields.push(field(program, image(next.indicator), next.start, next.end));
        end = next.end;
    }
    Some(observation(class, fields, mention.start, end, 60))
}

/// `lead` is where the list of files that this one is in begins; what stands before `since` speaks of others.
fn written(text: &str, mention: &Mention<'_>, lead: usize, since: usize) -> Option<Observation> {
    if mention.indicator.role != role::ATTACKER {
        return None;
    }
    let words = before(text, lead);
    let own = words.len().saturating_sub(lead.saturating_sub(since));
    let words = words.get(own..).unwrap_or_default();
    let class = if says(words, &WRITES) {
        "file_event"
    } else if says(words, &DELETES) {
        "file_delete"
    } else {
        return None;
    };
    Some(single(mention, class, "TargetFilename", image(mention.indicator), 60))
}

/// `winword.exe spawns payload.exe`: nothing but a verb between them.
fn started(text: &str, parent: &Mention<'_>, child: &Mention<'_>) -> Option<Observation> {
    let between = text[parent.end..child.start].to_ascii_lowercase();
    if !runs(parent.indicator)
        || !runs(child.indicator)
        || !goes_on(&between)
        || !says(&between, &STARTS)
        || parent.indicator.role != role::ATTACKER && child.indicator.role != role::ATTACKER
    {
        return None;
    }
    let passive = between.contains(" by ");
    let (parent, child) = if passive { (child, parent) } else { (parent, child) };
    let (start, end) = (parent.start.min(child.start), parent.end.max(child.end));
    if between.contains("load") && child.indicator.value.to_ascii_lowercase().ends_with(".dll") {
        let fields = vec![
            field("Image", image(parent.indicator), parent.start, parent.end),
            field("ImageLoaded", image(child.indicator), child.start, child.end),
        ];
        return Some(observation("image_load", fields, start, end, 60));
    }
    let fields = vec![
        field("ParentImage", image(parent.indicator), parent.start, parent.end),
        field("Image", image(child.indicator), child.start, child.end),
    ];
    Some(observation("process_creation", fields, start, end, 60))
}
