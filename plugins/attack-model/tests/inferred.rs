//! Articles in, inferred techniques out: narrative shows techniques with their sentences; products, opinions and
//! advice show none.

use attack_model::model::{FORMAT, Malformed, Model};
use attack_model::{MODEL, conclude, read};
use huntsmith_sdk::classifier::*;
use huntsmith_sdk::testing::content;

fn classify(text: &str) -> Classification {
    let model = Model::read(MODEL).unwrap();
    conclude(&model, &read(&model, &content(text)))
}

fn ids(found: &Classification) -> Vec<&str> {
    found.techniques.iter().map(|t| t.id.as_str()).collect()
}

const REPORT: &str = "The intrusion began with a phishing email that carried a malicious Word document. Once the victim \
opened the attachment and enabled macros, the loader downloaded its second stage from the command and control server.\n\
The malware created a scheduled task with schtasks.exe to keep its access. It then injected its code into explorer.exe \
through process hollowing.\n\
The operators dumped credentials from LSASS memory with Mimikatz and moved to other hosts over RDP.\n\
Before it encrypted files, the ransomware deleted volume shadow copies with vssadmin.exe.\n";

#[test]
fn a_report_shows_techniques_with_their_sentences() {
    let found = classify(REPORT);
    let ids = ids(&found);
    for wanted in ["T1003.001", "T1053.005", "T1055"] {
        assert!(ids.contains(&wanted), "{wanted} in {ids:?}");
    }
    for technique in &found.techniques {
        assert_eq!(technique.source, "inferred");
        assert!((1..=99).contains(&technique.confidence));
        assert!(!technique.evidence.is_empty());
        for span in &technique.evidence {
            assert!(REPORT.get(span.start as usize..span.end as usize).is_some_and(|text| !text.is_empty()));
        }
    }
}

#[test]
fn products_opinions_and_architecture_show_nothing() {
    for text in [
        "Today we are releasing a new plugin for the Serverless framework that helps you to prevent vulnerable packages \
         in your Node.js application. Install it with npm and run it in your pipeline.",
        "We are excited to announce that our platform now detects ransomware in real time. Customers get coverage for \
         credential theft, phishing and malicious scripts out of the box. Start your free trial today.",
        "Our web application runs on AWS Lambda behind API Gateway. EC2 instances hold the build system, and handler.js \
         reads the request, calls DynamoDB and returns JSON. Each function logs to CloudWatch.",
        "By its very nature, serverless moves security concerns to the platform provider. Attackers will not give up, \
         and will instead move their focus from the servers to the application. Defenders should adapt their priorities.",
        "The new release of the browser extension brings dark mode, faster downloads and a simpler login. You can save \
         passwords in the vault, share files with your team, and export data to a spreadsheet.",
        "Remote work is here to stay. In this opinion piece we argue that companies should trust people more, buy fewer \
         tools and train everyone twice a year.",
    ] {
        let found = classify(text);
        assert!(found.techniques.is_empty(), "{:?} in {text}", ids(&found));
    }
}

#[test]
fn advice_alone_is_turned_away_with_its_reason() {
    let found = classify(
        "Mitigations\n\nMonitor for scheduled tasks that are created with schtasks.exe. Block attackers who dump \
         credentials from LSASS memory with Mimikatz.\n\nSummary\n\nThe ransomware group is known.\n",
    );
    assert!(found.techniques.is_empty(), "{:?}", ids(&found));
    assert!(
        found.rejections.iter().any(|r| r.value == "T1053.005" && r.reason == "advice-only"),
        "{:?}",
        found.rejections
    );
}

/// The card describes the model that is built in, and no other.
#[test]
fn the_card_is_that_of_the_model() {
    use sha2::{Digest, Sha256};
    let digest: String = Sha256::digest(MODEL).iter().map(|byte| format!("{byte:02x}")).collect();
    let card = include_str!("../model/CARD.md");
    assert!(card.contains(&format!("{} bytes, SHA-256 `{digest}`", MODEL.len())), "{digest}");
}

#[test]
fn a_foreign_model_is_refused() {
    assert_eq!(Model::read(b"not a model at all").err(), Some(Malformed::Magic));
    let mut bytes = MODEL.to_vec();
    bytes[4] = 9;
    assert_eq!(Model::read(&bytes).err(), Some(Malformed::Format(9)));
    bytes[4] = FORMAT as u8;
    let last = bytes.pop().unwrap();
    assert!(matches!(Model::read(&bytes).err(), Some(Malformed::Length(..))));
    bytes.push(last ^ 1);
    assert!(Model::read(&bytes).is_ok());
    let changed = Model::verified(&bytes).err().unwrap();
    assert_eq!(changed, Malformed::Digest);
    assert!(changed.to_string().contains("hint: `cargo xtask train attack"), "{changed}");
    assert!(Model::verified(MODEL).is_ok());
    // The file says beside which procedures it was trained.
    let fingerprint = attack_model::procedures::fingerprint().to_le_bytes();
    let at = MODEL.windows(fingerprint.len()).position(|bytes| bytes == fingerprint).unwrap();
    let mut other = MODEL.to_vec();
    other[at] ^= 1;
    assert_eq!(Model::verified(&other).err(), Some(Malformed::Procedures));
}

#[test]
fn a_procedure_tells_a_technique_that_no_annotated_report_shows() {
    let found = classify(
        "The attackers deleted all volume shadow copies with vssadmin. They dropped a web shell on the mail server. \
         They cleared the event logs with wevtutil.",
    );
    for (id, reason) in [("T1490", "procedure"), ("T1505.003", "procedure")] {
        let technique =
            found.techniques.iter().find(|t| t.id == id).unwrap_or_else(|| panic!("{id}: {:?}", ids(&found)));
        assert!(technique.reasons.iter().any(|r| r == reason), "{id}: {:?}", technique.reasons);
        assert!(!technique.reasons.iter().any(|r| r == "uncalibrated"), "{id}: {:?}", technique.reasons);
    }
    let denied = classify("The intruders did not use a web shell. No volume shadow copies were deleted.");
    assert!(denied.techniques.is_empty(), "{:?}", ids(&denied));
    assert!(
        denied.rejections.iter().any(|r| r.value == "T1505.003" && r.reason == "negated"),
        "{:?}",
        denied.rejections
    );
}
