//! The brief as Markdown: sections, headings, list forms and query fences that existing readers of such briefs expect,
//! with the evidence inside the sections.

use super::text::{code, defanged, fenced, markdown, markdown_line, plain, sentence, shortened};
use crate::kinds::Kinds;
use crate::model::{Brief, BriefHunt, BriefTechnique, Changes, Emission, Hunt, Indicator, Span};
use std::fmt::Write;

/// Characters of the article that the profile shows.
const PROFILE: usize = 900;
/// Characters of an evidence sentence.
const EVIDENCE: usize = 240;
/// Evidence sentences of one technique; the JSON has all.
const SENTENCES: usize = 3;
/// Turned-away candidates in the list; the JSON has all.
const TURNED_AWAY: usize = 40;
/// Lines that came or went since the revision before; the JSON has all.
const CHANGED_LINES: usize = 20;

/// Writes one brief, with a link to the file of its playbooks where there is one.
pub fn write(brief: &Brief, kinds: &Kinds, playbooks: Option<&str>) -> String {
    let mut out = String::new();
    header(&mut out, brief);
    changes(&mut out, brief);
    indicators(&mut out, brief, kinds);
    techniques(&mut out, brief, playbooks);
    phases(&mut out, brief);
    hunts(&mut out, brief);
    why(&mut out, brief);
    out
}

/// Writing to a `String` cannot fail.
macro_rules! line {
    ($out:expr) => { $out.push('\n') };
    ($out:expr, $($arg:tt)*) => { { let _ = writeln!($out, $($arg)*); } };
}

fn header(out: &mut String, brief: &Brief) {
    line!(out, "# [{}] {}\n", brief.severity.as_str(), markdown(&brief.title));
    line!(out, "**Source:** {}", markdown(&brief.source));
    let date = brief.published.as_deref().map(|p| p.get(..10).unwrap_or(p));
    line!(out, "**Published:** {}", markdown(date.unwrap_or("unknown")));
    line!(out, "**Article:** {}", bare_url(&brief.url));
    // What most reports are written in goes without saying.
    if let Some(language) = brief.language.as_deref().filter(|language| language.split('-').next() != Some("en")) {
        line!(out, "**Language:** {}", markdown(language));
    }
    if brief.tlp != crate::model::Tlp::Clear {
        line!(out, "**TLP:** TLP:{}", brief.tlp.as_str().to_uppercase());
    }
    if !brief.links.is_empty() {
        let links = brief.links.iter().map(|link| format!("{} ({})", markdown(&link.source), bare_url(&link.url)));
        line!(out, "**Also printed by:** {}", links.collect::<Vec<_>>().join(", "));
    }
    line!(out, "\n## Threat Profile\n");
    let profile = profile(brief);
    line!(
        out,
        "{}\n",
        if profile.is_empty() { "_The source gives no text._".to_owned() } else { markdown_line(&profile) }
    );
    for note in &brief.notes {
        line!(out, "_Note ({}): {}_\n", markdown(&note.code), markdown(&note.message));
    }
}

/// The sentences of the profile, with a mark where some are left out; where it has none, how the text begins.
fn profile(brief: &Brief) -> String {
    let mut out = String::new();
    let mut end = None;
    for span in brief.profile.iter().filter(|span| span.fits(&brief.text)) {
        let between = end.map(|end| brief.text.get(end as usize..span.start as usize).unwrap_or_default());
        out.push_str(match between {
            None => "",
            Some(between) if between.trim().is_empty() => " ",
            Some(_) => " … ",
        });
        out.push_str(&plain(span.of(&brief.text)));
        end = Some(span.end);
    }
    if out.is_empty() { shortened(&plain(&brief.text), PROFILE) } else { shortened(&out, PROFILE) }
}

/// An address as it stands; none of its characters can end the line or begin markup of another kind.
fn bare_url(url: &str) -> String {
    let url = plain(url).replace(['<', '>', '`'], "");
    if url.is_empty() { "none".to_owned() } else { url }
}

fn changes(out: &mut String, brief: &Brief) {
    let Some(changes) = &brief.changes else { return };
    line!(out, "## What changed\n");
    if let Some(before) = &changes.title_before {
        line!(out, "- The title was: {}", markdown(before));
    }
    for (sign, lines) in [("added", &changes.added), ("removed", &changes.removed)] {
        for text in lines.iter().take(CHANGED_LINES) {
            line!(out, "- {sign}: {}", quoted(text));
        }
        if lines.len() > CHANGED_LINES {
            line!(out, "- … and {} more {sign} lines, in this brief's JSON", lines.len() - CHANGED_LINES);
        }
    }
    if *changes == Changes::default() {
        line!(out, "- What the source states beside its text.");
    }
    line!(out);
}

fn indicators(out: &mut String, brief: &Brief, kinds: &Kinds) {
    line!(out, "## Indicators of Compromise (high-fidelity only)\n");
    let (high, low): (Vec<_>, Vec<_>) =
        brief.indicators.iter().filter(|i| kinds.listed(&i.kind)).partition(|i| is_high_fidelity(i));
    for indicator in &high {
        indicator_line(out, brief, indicator, kinds);
    }
    if high.is_empty() {
        line!(
            out,
            "- _No high-fidelity indicators in this article._ {} more named without a tie to an attacker, {} turned away.",
            low.len(),
            brief.rejections.len()
        );
    }
    if !low.is_empty() {
        line!(out, "\n**Also named, not held against an attacker:**\n");
        for indicator in low {
            indicator_line(out, brief, indicator, kinds);
        }
    }
    if !brief.rejections.is_empty() {
        line!(out, "\n**Turned away:**\n");
        for rejection in brief.rejections.iter().take(TURNED_AWAY) {
            let (value, kind) = (code(&shortened(&rejection.value, 120)), markdown(&rejection.kind));
            line!(out, "- {value} ({kind}): {}", markdown(&rejection.reason));
        }
        if brief.rejections.len() > TURNED_AWAY {
            line!(out, "- … and {} more, in this brief's JSON", brief.rejections.len() - TURNED_AWAY);
        }
    }
    line!(out);
}

/// Tied to an attacker, or a service that one abuses, with more evidence than not.
pub fn is_high_fidelity(indicator: &Indicator) -> bool {
    matches!(indicator.role.as_str(), "attacker" | "abused-service") && indicator.confidence >= 50
}

fn indicator_line(out: &mut String, brief: &Brief, indicator: &Indicator, kinds: &Kinds) {
    let shown = match kinds.defang(&indicator.kind) {
        true => defanged(&indicator.value),
        false => indicator.value.clone(),
    };
    let (kind, role) = (markdown(&indicator.kind), markdown(&indicator.role));
    line!(out, "- **{kind}** — {} · {role} · confidence {}", code(&shown), indicator.confidence);
    let quote = indicator.spans.first().map(|span| sentence(&brief.text, *span)).unwrap_or_default();
    let reasons = markdown(&indicator.reasons.join(", "));
    line!(out, "  - {} — {}", quoted(quote), if reasons.is_empty() { "no reason given".into() } else { reasons });
}

fn quoted(text: &str) -> String {
    format!("“{}”", markdown(&shortened(&plain(text), EVIDENCE)))
}

fn evidence(out: &mut String, text: &str, spans: &[Span]) {
    for span in spans.iter().take(SENTENCES) {
        line!(out, "  - {}", quoted(span.of(text)));
    }
    if spans.len() > SENTENCES {
        line!(out, "  - … and {} more sentences", spans.len() - SENTENCES);
    }
}

fn techniques(out: &mut String, brief: &Brief, playbooks: Option<&str>) {
    line!(out, "## MITRE ATT&CK Techniques\n");
    let (likely, weak): (Vec<_>, Vec<_>) = brief.techniques.iter().partition(|found| found.is_likely());
    if likely.is_empty() {
        line!(out, "_(none: no sentence of the article shows one)_");
    }
    for found in likely {
        technique(out, brief, found);
    }
    if !weak.is_empty() {
        line!(out, "\n**Weak signs, less likely than not:**\n");
        for found in weak {
            technique(out, brief, found);
        }
    }
    if !brief.actors.is_empty() {
        line!(out, "\n**Named actors and software:**\n");
        for actor in &brief.actors {
            let id = actor.id.as_ref().map(|id| format!(" ({})", markdown(id))).unwrap_or_default();
            line!(out, "- **{}**{id} — {}", markdown(&actor.name), markdown(&actor.kind));
            let quote = actor.spans.first().map(|span| sentence(&brief.text, *span)).unwrap_or_default();
            line!(out, "  - {}", quoted(quote));
        }
    }
    if let Some(path) = playbooks {
        line!(out, "\n**Playbooks:** [{path}]({path})");
    }
    line!(out);
}

fn technique(out: &mut String, brief: &Brief, found: &BriefTechnique) {
    let BriefTechnique { technique, name, was, .. } = found;
    line!(out, "- **{}** — {}", technique.id, markdown(name));
    let (source, reasons) = (markdown(&technique.source), markdown(&technique.reasons.join(", ")));
    let was = was.as_ref().map(|id| format!(", the article has {}", markdown(id))).unwrap_or_default();
    line!(out, "  - {source} ({reasons}), confidence {}{was}", technique.confidence);
    evidence(out, &brief.text, &technique.evidence);
}

fn phases(out: &mut String, brief: &Brief) {
    line!(out, "## Kill chain phases observed\n");
    if brief.phases.is_empty() {
        line!(out, "_(none: no technique and no hunt puts the article into one)_");
    }
    for phase in &brief.phases {
        line!(out, "- **{}** — {}: {}", phase.code, markdown(&phase.name), markdown(&phase.because.join(", ")));
    }
    line!(out);
}

fn hunts(out: &mut String, brief: &Brief) {
    line!(out, "## Recommended hunts\n");
    if brief.hunts.is_empty() {
        line!(out, "_Nothing to hunt._\n");
        for reason in &brief.nothing_to_hunt {
            line!(out, "- {}", markdown(reason));
        }
        line!(out);
    }
    for hunt in &brief.hunts {
        self::hunt(out, hunt);
    }
    line!(out);
}

fn hunt(out: &mut String, BriefHunt { traced, emissions, because, .. }: &BriefHunt) {
    let hunt = &traced.hunt;
    line!(out, "### {}\n", markdown(&hunt.title));
    line!(
        out,
        "`{}` · phase: **{}** · confidence: **{}**\n",
        hunt.id,
        markdown(&hunt.phase),
        markdown(&hunt.confidence)
    );
    if let Some(author) = &hunt.author {
        let license = hunt.license.as_deref().unwrap_or("no licence stated");
        let source = hunt.source.as_deref().unwrap_or("");
        line!(out, "Rule by {} ({}) {}\n", markdown(author), markdown(license), markdown(source));
    }
    if !because.is_empty() {
        line!(out, "For {}: {}\n", markdown(&because.join(", ")), markdown(&hunt.description));
    }
    for emission in emissions {
        self::emission(out, emission);
    }
    let needs = telemetry(hunt);
    if !needs.is_empty() {
        line!(out, "Required telemetry: {}\n", markdown(&needs.join("; ")));
    }
    if !hunt.false_positives.is_empty() {
        line!(out, "Expected false positives: {}\n", markdown(&hunt.false_positives.join(" ")));
    }
}

/// What a hunt needs, in its rule's words, else the classes of events that it searches.
fn telemetry(hunt: &Hunt) -> Vec<String> {
    let said: Vec<String> = hunt.properties.iter().filter(|p| p.name == "telemetry").map(|p| p.value.clone()).collect();
    if said.is_empty() { crate::catalogue::classes_of(hunt) } else { said }
}

fn emission(out: &mut String, emission: &Emission) {
    for artifact in &emission.artifacts {
        line!(out, "**{}:**", markdown(&emission.title));
        line!(out, "{}", fenced(&artifact.language, &artifact.text));
        for note in &artifact.notes {
            line!(out, "_{}_\n", markdown(note));
        }
    }
    if !emission.refusals.is_empty() {
        line!(out, "**{}** cannot say all of this hunt:\n", markdown(&emission.title));
        for refusal in &emission.refusals {
            let (code, what) = (markdown(&refusal.code), code(&refusal.what));
            line!(out, "- {code}: {what} — {}", markdown(&refusal.reason));
        }
        line!(out);
    }
}

fn why(out: &mut String, brief: &Brief) {
    line!(out, "## Why this matters\n");
    let sum: i32 = brief.severity_terms.iter().map(|t| t.points).sum();
    let severity = brief.severity.as_str();
    if brief.severity_terms.is_empty() {
        line!(out, "Severity classified as **{severity}** based on: 0 points, nothing in the article adds to it.");
    } else {
        line!(out, "Severity classified as **{severity}** based on {sum} points:\n");
        for term in &brief.severity_terms {
            line!(out, "- {:+} {} — {}", term.points, markdown(&term.code), markdown(&term.because));
        }
    }
    for failure in &brief.failures {
        line!(
            out,
            "\n**Incomplete:** {} failed to {} this article ({}): {}",
            markdown(&failure.plugin.to_string()),
            markdown(&failure.stage),
            markdown(&failure.code),
            markdown(&failure.message)
        );
    }
}
