//! What a heading announces: whether the text below it tells of an attack, gives advice, lists references or sells.

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
/// The attacker's way around a defence is no advice.
const NOT_ADVICE: &[&str] =
    &["evasi", "evad", "avoid", "bypass", "anti", "impair", "disabl", "unprotect", "circumvent", "data protection"];
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
];
/// Beginnings of words that announce a look ahead.
const FORECAST_WORDS: &[&str] = &["prediction", "forecast", "outlook"];
/// Headings of a report's narrative, which end a section of advice where the reader knows no levels.
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

impl Section {
    /// What `heading` announces; `None` where it says nothing about the kind of text below.
    pub fn announced_by(heading: &str) -> Option<Section> {
        let line = plain(heading);
        let words = || line.split(|c: char| !c.is_alphanumeric() && c != '&').filter(|w| !w.is_empty());
        let one_of = |list: &[&str]| list.contains(&line.as_str());
        if one_of(REFERENCES) || line.starts_with("related ") && line.len() < 40 {
            return Some(Section::References);
        }
        // A table of techniques with what helps against each is a table of techniques.
        if line.starts_with("table ") && words().any(|word| matches!(word, "ttp" | "ttps" | "technique" | "techniques"))
        {
            return Some(Section::Attack);
        }
        if words().any(|word| word == "coverage") {
            return Some(Section::Product);
        }
        let advice = words().any(|word| ADVICE_WORDS.iter().any(|start| word.starts_with(start)))
            || ADVICE_PHRASES.iter().any(|phrase| line.contains(phrase));
        if advice && !NOT_ADVICE.iter().any(|part| line.contains(part)) {
            return Some(Section::Advice);
        }
        if line.contains("att&ck")
            || words().any(|word| matches!(word, "mitre" | "ttp" | "ttps" | "tactics" | "techniques"))
        {
            return Some(Section::Attack);
        }
        let looks_ahead = words().any(|word| FORECAST_WORDS.iter().any(|start| word.starts_with(start)));
        if looks_ahead || line.ends_with("the coming year") {
            return Some(Section::Forecast);
        }
        let announces = ANNOUNCES.iter().any(|start| line.starts_with(start));
        let helps = line.starts_with("how ") && (line.ends_with(" helps") || line.contains(" can help"));
        if announces
            || helps
            || one_of(PRODUCT)
            || line.starts_with("about the ")
            || line.starts_with("about us")
            || about_a_name(heading)
        {
            return Some(Section::Product);
        }
        let opens =
            |word: &&str| line.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ':']));
        NARRATIVE.iter().any(opens).then_some(Section::Body)
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

/// Lower case, without numbering before and marks after.
fn plain(heading: &str) -> String {
    heading
        .trim()
        .trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '#' | '*' | '-' | ' '))
        .trim_end_matches([':', '.', '*', '#', ' '])
        .to_lowercase()
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
