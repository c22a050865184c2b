//! What is LOW whatever words it holds, and what is not.

use super::*;
use crate::model::{Fact, Property};
use crate::pipeline::fixtures::{article, group, hunt, indicator, technique};

fn assess(
    table: &SeverityTable,
    article: &Article,
    indicators: &[Indicator],
    techniques: &[BriefTechnique],
    actors: &[Actor],
    hunts: &[BriefHunt],
) -> (Severity, Vec<SeverityTerm>) {
    super::assess(table, article, &table.wording.sentences(article), indicators, techniques, actors, hunts)
}

fn code<'a>(terms: &'a [SeverityTerm], code: &str) -> &'a SeverityTerm {
    terms.iter().find(|term| term.code == code).unwrap_or_else(|| panic!("no term {code}: {terms:?}"))
}

/// The three reference articles, as their briefs quote them, with the product's own names of files as indicators.
const PRODUCT_ARTICLES: [(&str, &str); 3] = [
    (
        "Serverless Security implications—from infra to OWASP",
        "By its very nature, Serverless (FaaS) addresses some of today’s biggest security concerns. Unfortunately, attackers \
         won’t simply give up, and will instead adapt to this new world.\nMore specifically, FaaS will move attackers focus \
         from the servers to the application concerns OWASP highlights—and defenders should adapt priorities with Node.js.",
    ),
    (
        "Launching serverless Snyk",
        "Today we’re releasing the Serverless Snyk plugin — a plugin for the Serverless framework that helps you to prevent \
         vulnerable packages in your application, using Snyk!\nIn a Serverless environment, outdated server binaries are no \
         longer the most glaring security risk.",
    ),
    (
        "Architecting a Serverless web application in AWS",
        "Here at Fugue, the Web Team is a small but spirited minority—in favor of JavaScript and keeping our DevOps \
         simple.\nFor some time, we’ve been using AWS Lambda with SNS and EC2 c2 instances.",
    ),
];

#[test]
fn the_reference_articles_are_low() {
    let table = SeverityTable::shipped();
    for (title, text) in PRODUCT_ARTICLES {
        let article = article(title, text);
        let (severity, terms) = assess(&table, &article, &[], &[], &[], &[]);
        assert_eq!(severity, Severity::Low, "{title}");
        assert_eq!(terms.len(), 1);
        assert_eq!(terms[0].code, "no-attacker-evidence");
        let reference =
            [indicator("domain", "snyk.io", "reference", text), indicator("domain", "fugue.co", "unknown", text)];
        assert_eq!(assess(&table, &article, &reference, &[], &[], &[]).0, Severity::Low);
        let default = [technique("T1204.002", "execution", 60)];
        assert_eq!(assess(&table, &article, &[], &default, &[], &[]).0, Severity::Low);
    }
}

#[test]
fn a_product_announcement_is_low_whatever_words_it_holds() {
    let table = SeverityTable::shipped();
    let text = "Ransomware operators deployed ransomware. Lazarus Group is actively exploiting servers in the wild.\n\
                Our platform protects against CVE-2021-44228, which is actively exploited.";
    let article = article("Introducing Shield 3.0, against every ransomware gang", text);
    let exposed = [indicator("cve", "CVE-2021-44228", "reference", text)];
    let named = [technique("T1486", "impact", 95), technique("T1190", "initial-access", 90)];
    let (severity, terms) = assess(&table, &article, &exposed, &named, &[group("Lazarus Group")], &[]);
    assert_eq!(severity, Severity::Low);
    for term in &terms {
        assert_eq!(term.points, 0, "{term:?}");
        assert!(term.because.contains("not counted"), "{term:?}");
    }
    assert_eq!(terms.len(), 4);
}

/// Titles and texts of announcements, each with what the classifiers and the extractor could make of the words.
#[test]
fn announcements_in_many_words_are_low() {
    let table = SeverityTable::shipped();
    for title in [
        "Announcing Shield 4.0",
        "Shield 4.0 is here",
        "What’s new in Shield: ransomware rollback",
        "Now in public preview: credential theft protection",
        "Shield named a Leader in the Magic Quadrant",
        "Webinar: how attackers dump credentials",
        "Shield now supports Linux",
        "Release notes 4.0.1",
    ] {
        let text = "Ransomware gangs exploited thousands of servers in the wild this year, and CVE-2021-44228 is actively \
                    exploited.\nAttackers encrypted files, dumped credentials and stole data. Shield stops them.";
        let article = article(title, text);
        let mut named = [
            indicator("cve", "CVE-2021-44228", "reference", text),
            indicator("domain", "shield.example", "reference", text),
        ];
        named[0].properties = vec![Property::new("known-exploited", "2021-12-10")];
        let shown = [technique("T1486", "impact", 95), technique("T1003.001", "credential-access", 90)];
        let (severity, terms) = assess(&table, &article, &named, &shown, &[group("Lazarus Group")], &[]);
        assert_eq!(severity, Severity::Low, "{title}: {terms:?}");
        let attacker =
            [indicator("sha256", "thousands", "attacker", text), indicator("domain", "servers", "attacker", text)];
        let (_, terms) = assess(&table, &article, &attacker, &shown, &[], &[]);
        assert!(
            terms.iter().map(|term| term.points).sum::<i32>() > 20,
            "with an attacker's indicators it counts: {title}"
        );
    }
}

/// What a text offers counts where neither its title nor a technique tells of an attack.
#[test]
fn an_offer_without_an_announcing_title_is_low_and_a_report_with_an_offer_below_is_not() {
    let table = SeverityTable::shipped();
    let text = "CVE-2021-44228 is actively exploited in the wild by ransomware gangs.\nTry it now, or contact sales.";
    let exposed = [indicator("cve", "CVE-2021-44228", "reference", text)];
    let severity = |title: &str, shown: &[BriefTechnique]| {
        assess(&table, &article(title, text), &exposed, shown, &[group("Lazarus Group")], &[]).0
    };
    assert_eq!(severity("Our new AI agent hunts for you", &[]), Severity::Low);
    assert_eq!(severity("Shield 7 stops Akira", &[]), Severity::Low);
    let shown = [technique("T1486", "impact", 95), technique("T1190", "initial-access", 90)];
    assert!(severity("Nine days in a hospital", &shown) >= Severity::High);
    assert!(severity("Log4j under attack", &[]) >= Severity::High);
}

#[test]
fn words_alone_are_low_without_a_title_that_announces() {
    let table = SeverityTable::shipped();
    let article = article("Thoughts on the year", "Attackers exploited many servers. Ransomware attacks rose.");
    let (severity, terms) = assess(&table, &article, &[], &[], &[group("Lazarus Group")], &[]);
    assert_eq!(severity, Severity::Low);
    assert_eq!(terms.iter().map(|term| term.points).sum::<i32>(), 0);
}

#[test]
fn a_known_exploited_vulnerability_is_high_and_with_ransomware_more() {
    let table = SeverityTable::shipped();
    let mut entry = article("CVE-2025-0001 Example Appliance", "Example Appliance contains a flaw.");
    let fact = |properties| Fact {
        id: String::new(),
        kind: "known-exploited".into(),
        value: "CVE-2025-0001".into(),
        properties,
    };
    entry.facts = vec![fact(Vec::new())];
    let (severity, terms) = assess(&table, &entry, &[], &[], &[], &[]);
    assert_eq!((severity, code(&terms, "known-exploited").points), (Severity::High, 45));
    entry.facts = vec![fact(vec![Property::new("ransomware", "Known")])];
    let (_, terms) = assess(&table, &entry, &[], &[], &[], &[]);
    assert_eq!(code(&terms, "ransomware").points, 20);
}

#[test]
fn an_exploited_vulnerability_needs_its_id_beside_the_words() {
    let table = SeverityTable::shipped();
    let told = "Example fixed CVE-2025-0001 today. The flaw is exploited in the wild.";
    let (severity, terms) = assess(
        &table,
        &article("Patch now", told),
        &[indicator("cve", "CVE-2025-0001", "unknown", told)],
        &[],
        &[],
        &[],
    );
    assert_eq!(severity, Severity::High);
    assert_eq!(code(&terms, "exploited-vulnerability").evidence.len(), 1);
    for text in [
        "Example fixed CVE-2025-0001 today. It is not known to be exploited.",
        "Example fixed CVE-2025-0001 today.\nAnother flaw was exploited in the wild last year.",
    ] {
        let cve = [indicator("cve", "CVE-2025-0001", "unknown", text)];
        let (severity, terms) = assess(&table, &article("Patch now", text), &cve, &[], &[], &[]);
        assert_eq!(severity, Severity::Low, "{text}");
        assert!(terms.iter().all(|term| term.points == 0));
    }
}

#[test]
fn an_intrusion_rises_with_what_is_shown_of_it() {
    let table = SeverityTable::shipped();
    let text = "The actor used 203.0.113.7 and example.test for the implant.";
    let article = article("Report", text);
    let indicators =
        [indicator("ipv4", "203.0.113.7", "attacker", text), indicator("domain", "example.test", "attacker", text)];
    let first = assess(&table, &article, &indicators, &[], &[], &[]);
    assert_eq!((first.0, first.1[0].points), (Severity::Low, 7));
    let techniques = [
        technique("T1071.001", "command-and-control", 90),
        technique("T1003.001", "credential-access", 90),
        technique("T1021.002", "lateral-movement", 80),
        technique("T1486", "impact", 90),
    ];
    let hunts = [hunt("hunt_a", "install", "behaviour"), hunt("hunt_b", "c2", "indicator")];
    let second = assess(&table, &article, &indicators, &techniques, &[], &hunts);
    assert_eq!(second.0, Severity::High, "{:?}", second.1);
    let third = assess(&table, &article, &indicators, &techniques, &[group("Example Group")], &hunts);
    let sum = |terms: &[SeverityTerm]| terms.iter().map(|term| term.points).sum::<i32>();
    assert_eq!(sum(&third.1), sum(&second.1) + 12);
    assert!(third.1.iter().all(|term| !term.because.is_empty()));
}

#[test]
fn ransomware_by_technique_needs_certainty() {
    let table = SeverityTable::shipped();
    let text = "203.0.113.7 encrypted the shares.";
    let article = article("Report", text);
    let indicators = [indicator("ipv4", "203.0.113.7", "attacker", text)];
    let has = |confidence| {
        let techniques = [technique("T1486", "impact", confidence)];
        let (_, terms) = assess(&table, &article, &indicators, &techniques, &[], &[]);
        terms.iter().any(|term| term.code == "ransomware" && term.points > 0)
    };
    assert!(!has(55) && has(90));
}

#[test]
fn caps_hold() {
    let table = SeverityTable::shipped();
    let text = "203.0.113.7";
    let many = vec![indicator("ipv4", text, "attacker", text); 500];
    let techniques: Vec<_> = (0..300).map(|_| technique("T1486", "impact", 100)).collect();
    let (_, terms) = assess(&table, &article("Report", text), &many, &techniques, &[], &[]);
    assert_eq!(code(&terms, "attacker-indicators").points, 30);
    assert_eq!(code(&terms, "techniques").points, 30);
    assert!(terms.iter().all(|term| term.evidence.len() <= EVIDENCE_SHOWN));
}
