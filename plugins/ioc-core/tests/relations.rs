//! What one row of a table says together: the digests of one file and its name, a file and its family, a domain and its
//! address. Each is held by what is related and by what a row does not say.

mod common;

/// Subject, relation and object of everything that is related in a text.
fn related(text: &str) -> Vec<String> {
    let found = common::extract(text);
    let value = |at: u32| found.indicators[at as usize].value.as_str();
    found.relations.iter().map(|one| format!("{} {} {}", value(one.subject), one.kind, value(one.object))).collect()
}

const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";
const SHA1: &str = "a9993e364706816aba3e25717850c26c9cd0d89d";
const OTHER: &str = "84983e441c3bd26ebaae4aa1f95129e5e54670f1";

#[test]
fn digests_in_one_row_are_of_one_file() {
    let table = format!("Indicators of compromise\n\nMD5 | SHA-1 | File name\n{MD5} | {SHA1} | setup.exe\n");
    assert_eq!(related(&table), [format!("{MD5} same-file {SHA1}"), format!("{MD5} same-file setup.exe")]);
    // Two of one kind are of two files, and rows do not speak of each other.
    let two = format!("Indicators of compromise\n\nSHA-1 | SHA-1 | File name\n{OTHER} | {SHA1} | setup.exe\n");
    assert_eq!(related(&two), [""; 0]);
    let rows = format!("Indicators of compromise\n\nDigest | Note\n{MD5} | first\n{SHA1} | second\n");
    assert_eq!(related(&rows), [""; 0]);
}

#[test]
fn a_family_in_a_row_is_the_files() {
    let table = |header: &str| {
        format!(
            "Indicators of compromise\n\nSHA-1\t{header}\tFirst seen\n{SHA1}\tAgentTesla\t2025-03-01\n{OTHER}\tunknown\t2025-03-02\n"
        )
    };
    for header in ["Family", "Malware family", "Malware name", "Threat name"] {
        assert_eq!(related(&table(header)), [format!("{SHA1} belongs-to AgentTesla")], "{header}");
    }
    assert_eq!(related(&table("Customer")), [""; 0]);
    let found = common::extract(&table("Family"));
    let family = found.indicators.iter().find(|one| one.kind == "malware_family").unwrap();
    let span = family.spans[0];
    assert_eq!(&table("Family")[span.start as usize..span.end as usize], "AgentTesla");
    assert_eq!((family.role.as_str(), family.reasons.as_slice()), ("attacker", &["ioc-table".to_string()][..]));
    // One family of several files is one indicator with a place in each row.
    let several = table("Family").replace("unknown", "AgentTesla");
    let found = common::extract(&several);
    let families: Vec<_> = found.indicators.iter().filter(|one| one.kind == "malware_family").collect();
    assert_eq!((families.len(), families[0].spans.len()), (1, 2));
    assert_eq!(related(&several).len(), 2);
}

#[test]
fn a_domain_and_an_address_in_one_row_belong_together() {
    let table = |row: &str| {
        format!("Indicators of compromise\n\nDomain | IP | Seen\n{row}\nkvikk-b.top | 45.141.87.220 | May\n")
    };
    let own = "kvikk-b.top resolves-to 45.141.87.220".to_string();
    let one = table("kvikk-a[.]top | 45.141.87[.]219 | April");
    assert_eq!(related(&one), ["kvikk-a.top resolves-to 45.141.87.219".to_string(), own.clone()]);
    let many = table("kvikk-a[.]top | 45.141.87[.]219, 45.141.87[.]218 | April");
    assert_eq!(related(&many).len(), 3);
    // Two of each: the row does not say which is whose.
    let two = table("kvikk-a[.]top, kvikk-c[.]top | 45.141.87[.]219, 45.141.87[.]218 | April");
    assert_eq!(related(&two), [own]);
}

#[test]
fn a_sentence_relates_what_its_verb_joins() {
    let text = "The malicious archive invoice.zip contains payload.exe. The backdoor payload.exe downloads hxxp://kvikk-a[.]top/x.bin and \
                later payload.exe connects to 45.141.87[.]219 over TLS.";
    let found = related(text);
    assert!(found.contains(&"invoice.zip contains payload.exe".to_string()), "{found:?}");
    assert!(found.contains(&"payload.exe downloads http://kvikk-a.top/x.bin".to_string()), "{found:?}");
    assert!(found.contains(&"payload.exe communicates-with 45.141.87.219".to_string()), "{found:?}");
    assert_eq!(related("The backdoor payload.exe was written before kvikk-a[.]top was registered."), [""; 0]);
}
