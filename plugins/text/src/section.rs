//! What a heading announces: whether the text below it tells of an attack, gives advice, lists references or sells.

use crate::phrases::{List, Phrases, count};

/// The kind of the text under a heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Narrative, and everything that no other kind is.
    Body,
    /// A table or list of ATT&CK techniques.
    Attack,
    /// Mitigation, detection, recommendations, guidance.
    Advice,
    /// References, see also, further reading, related articles.
    References,
    /// About the vendor, its products, trials and demonstrations.
    Product,
    /// What is to come.
    Forecast,
}

/// Beginnings of words that announce advice.
const ADVICE_WORDS: &[&str] = &[
    "mitigat",
    "recommend",
    "remediat",
    "prevent",
    "protect",
    "hardening",
    "countermeasure",
    "detecti",
    "detecting",
    "guidance",
    "workaround",
    "safeguard",
    "defender",
    "defending",
    "hunting",
    "precaution",
    "prophyla",
];
/// Beginnings of phrases that announce it.
const ADVICE_PHRASES: &[&str] = &[
    "best practice",
    "what to do",
    "next steps",
    "how to detect",
    "how to respond",
    "how to stay",
    "stay safe",
    "security controls",
    "actions to take",
    "lessons learned",
    "how to defend",
    "course of action",
    "security tips",
];
/// Beginnings of words: the attacker's way around a defence is no advice.
const NOT_ADVICE: &[&str] =
    &["evasi", "evad", "avoid", "bypass", "anti", "impair", "disabl", "unprotect", "circumvent", "data protection"];
/// Headings of references, whole.
const REFERENCES: &[&str] = &[
    "references",
    "reference",
    "see also",
    "further reading",
    "additional reading",
    "resources",
    "additional resources",
    "more information",
    "external links",
    "sources",
    "recommended reading",
    "you may also like",
    "popular posts",
    "read more",
    "bibliography",
    "read next",
];
/// Headings of what a vendor says of itself, whole.
const PRODUCT: &[&str] = &[
    "our solution",
    "pricing",
    "get started",
    "free trial",
    "request a demo",
    "book a demo",
    "contact us",
    "webinar",
    "subscribe",
    "newsletter",
    "customer protection",
    "product updates",
    "try it",
    "learn more",
    "contact",
    "disclaimer",
];
/// Words that announce which of a vendor's products sees what.
const COVERAGE: &[&str] = &["coverage"];
/// Beginnings of headings that announce something of the vendor's own.
const ANNOUNCES: &[&str] = &[
    "introducing ",
    "announcing ",
    "launching ",
    "what's new",
    "what’s new",
    "what is new",
    "new in this release",
    "release notes",
    "product release",
    "product announcement",
    "new feature",
    "about the ",
    "about us",
];
/// Beginnings of words that announce a look ahead.
const FORECAST_WORDS: &[&str] = &["prediction", "forecast", "outlook"];
/// Ends of headings that do.
const FORECAST_ENDS: &[&str] = &["the coming year"];
/// Beginnings of words of a heading above techniques.
const TECHNIQUES: &[&str] = &["att&ck", "mitre", "ttp", "tactics", "techniques"];
/// Words of a table of techniques' caption.
const TABLED: &[&str] = &["ttp", "ttps", "technique", "techniques"];
/// Beginnings of headings of a report's narrative, which end a section of advice where the reader knows no levels.
const NARRATIVE: &[&str] = &[
    "conclusion",
    "summary",
    "executive summary",
    "introduction",
    "overview",
    "background",
    "technical details",
    "technical analysis",
    "analysis",
    "indicators of compromise",
    "indicators",
    "iocs",
    "appendix",
    "attribution",
    "infrastructure",
    "victimology",
    "timeline",
    "malware analysis",
    "initial access",
    "execution",
    "persistence",
    "privilege escalation",
    "defense evasion",
    "credential access",
    "discovery",
    "lateral movement",
    "collection",
    "command and control",
    "exfiltration",
    "impact",
    "reconnaissance",
    "resource development",
    "infection chain",
    "attack chain",
    "campaign",
    "payload",
    "delivery",
    "threat actor",
    "exploitation",
    "case summary",
];

/// What a phrase has to be of its heading, and what it then announces.
#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Advice,
    NoAdvice,
    References,
    Coverage,
    Product,
    Announces,
    Forecast,
    ForecastEnd,
    Techniques,
    Tabled,
    Narrative,
}

/// The signs of [`LISTS`].
const SIGNS: [Sign; LISTS.len()] = [
    Sign::Advice,
    Sign::Advice,
    Sign::NoAdvice,
    Sign::References,
    Sign::Coverage,
    Sign::Product,
    Sign::Announces,
    Sign::Forecast,
    Sign::ForecastEnd,
    Sign::Techniques,
    Sign::Tabled,
    Sign::Narrative,
];
const LISTS: &[List] = &[
    List::of_beginnings(ADVICE_WORDS),
    List::of_beginnings(ADVICE_PHRASES),
    List::of_beginnings(NOT_ADVICE),
    List::of(REFERENCES),
    List::of(COVERAGE),
    List::of(PRODUCT),
    List::of_beginnings(ANNOUNCES),
    List::of_beginnings(FORECAST_WORDS),
    List::of(FORECAST_ENDS),
    List::of_beginnings(TECHNIQUES),
    List::of(TABLED),
    List::of_beginnings(NARRATIVE),
];
static PHRASES: Phrases<{ count(LISTS) }> = Phrases::new(LISTS);

/// Longest heading of related articles, in bytes.
const RELATED_BYTES: usize = 40;

impl Section {
    /// What `heading` announces; `None` where it says nothing about the kind of text below.
    pub fn announced_by(heading: &str) -> Option<Section> {
        let line = plain(heading);
        let mut signs = 0_u32;
        PHRASES.each(&line, |place| {
            let sign = SIGNS[place.list];
            let (opens, ends) = (place.start == 0, place.end == line.len());
            let stands = match sign {
                Sign::References | Sign::Product => opens && ends,
                Sign::Announces => opens,
                Sign::ForecastEnd => ends,
                Sign::Narrative => opens && (ends || matches!(line.as_bytes()[place.end], b' ' | b':')),
                _ => true,
            };
            signs |= u32::from(stands) << sign as u32;
        });
        let says = |sign: Sign| signs >> sign as u32 & 1 != 0;
        if says(Sign::References) || line.starts_with("related ") && line.len() < RELATED_BYTES {
            return Some(Section::References);
        }
        // A table of techniques with what helps against each is a table of techniques.
        if says(Sign::Tabled) && line.starts_with("table ") {
            return Some(Section::Attack);
        }
        if says(Sign::Coverage) {
            return Some(Section::Product);
        }
        if says(Sign::Advice) && !says(Sign::NoAdvice) {
            return Some(Section::Advice);
        }
        if says(Sign::Techniques) {
            return Some(Section::Attack);
        }
        if says(Sign::Forecast) || says(Sign::ForecastEnd) {
            return Some(Section::Forecast);
        }
        let helps = line.starts_with("how ") && (line.ends_with(" helps") || line.contains(" can help"));
        if says(Sign::Product) || says(Sign::Announces) || helps || about_a_name(heading) {
            return Some(Section::Product);
        }
        says(Sign::Narrative).then_some(Section::Body)
    }

    /// Whether the heading's first words are what announces `section`: `Mitigations`, not `Credential Hardening`;
    /// `Execution`, not `Execution Isolation`.
    pub fn opens_with(heading: &str, section: Section) -> bool {
        let line = plain(heading);
        match section {
            Section::Advice => ADVICE_WORDS.iter().chain(ADVICE_PHRASES).any(|start| line.starts_with(start)),
            Section::Body => NARRATIVE.contains(&line.as_str()) || line.starts_with("appendix"),
            _ => true,
        }
    }
}

/// In ASCII lower case, without numbering before and marks after.
fn plain(heading: &str) -> String {
    heading
        .trim()
        .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '#' | '*' | '-' | ' '))
        .trim_end_matches([':', '.', '*', '#', ' '])
        .to_ascii_lowercase()
}

/// `About Acme Security`: the vendor speaks of itself.
fn about_a_name(heading: &str) -> bool {
    heading.trim().strip_prefix("About ").is_some_and(|rest| {
        rest.len() < 40 && rest.split(' ').all(|word| word.chars().next().is_some_and(char::is_uppercase))
    })
}

#[cfg(test)]
mod tests {
    use super::Section;

    #[test]
    fn headings_say_what_stands_below() {
        for (heading, section) in [
            ("Mitigations", Some(Section::Advice)),
            ("5. Detection and Mitigation Recommendations:", Some(Section::Advice)),
            ("Detection Evasion", None),
            ("Defense Evasion", Some(Section::Body)),
            ("MITRE ATT&CK Techniques", Some(Section::Attack)),
            ("REFERENCES", Some(Section::References)),
            ("About Acme Security", Some(Section::Product)),
            ("How Acme Shield helps", Some(Section::Product)),
            ("Our detection coverage as a layer", Some(Section::Product)),
            ("# Introducing Shield 4.0", Some(Section::Product)),
            ("APPENDIX B: Samples", Some(Section::Body)),
            ("Threat predictions for 2027", Some(Section::Forecast)),
            ("Loader", None),
        ] {
            assert_eq!(Section::announced_by(heading), section, "{heading}");
        }
    }
}
