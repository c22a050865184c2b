//! Files and mailboxes as the host hands them over.

use super::*;

const MAILBOX: &str = "From reports@a.example Mon May  6 08:00:00 2024\nFrom: Reports <reports@a.example>\nSubject: Weekly\n \
  report\nDate: Mon, 6 May 2024 10:00:00 +0200\nMessage-ID: <1@a.example>\n\nOne\n>From here on\n\n\
  From x Mon May  6 08:00:00 2024\nSubject: Second\n\nTwo\n\n\
  From y Mon May  6 08:00:00 2024\nMessage-ID: <1@a.example>\nSubject: again\n\nx\n\n";

fn poll(config: &str, text: &str, cursor: Option<String>) -> Result<Page, PluginError> {
    let ctx = Context { config: config.to_string(), tlp: "clear".to_string(), properties: Vec::new() };
    let document = Document {
        name: Some("a.txt".into()),
        media_type: String::new(),
        base_url: None,
        bytes: text.as_bytes().to_vec(),
    };
    FeedFolder::poll(&ctx, Some(document), cursor)
}

const FOLDER: &str = r#"{"url":"file:///srv/reports/"}"#;

#[test]
fn a_mailbox_is_read_message_by_message_and_once() {
    let page = poll("{}", MAILBOX, None).unwrap();
    let titles: Vec<_> = page.items.iter().map(|item| item.title.as_deref().unwrap()).collect();
    assert_eq!(titles, ["Weekly report", "Second"]);
    assert_eq!(page.items[0].key, "1@a.example");
    assert_eq!(page.items[0].published.as_deref(), Some("2024-05-06T08:00:00Z"));
    let body = page.items[0].body.as_ref().unwrap();
    assert_eq!(body.media_type, "message/rfc822");
    assert!(String::from_utf8_lossy(&body.bytes).contains("One\nFrom here on\n"));
    assert_eq!(page.notes[0].code, "duplicate_item");
    let grown = format!("{MAILBOX}From z Mon May  6 08:00:00 2024\nSubject: Third\n\nThree\n");
    let page = poll("{}", &grown, page.cursor).unwrap();
    assert_eq!(page.items.iter().map(|item| item.title.as_deref().unwrap()).collect::<Vec<_>>(), ["Third"]);
}

#[test]
fn a_message_whose_id_says_nothing_is_known_by_its_content() {
    let page = poll("{}", "From a\nSubject: x\nMessage-ID:\0\n\nOne\n", None).unwrap();
    assert_eq!(page.items[0].key, seen::digest(&page.items[0].body.as_ref().unwrap().bytes));
}

#[test]
fn a_file_of_a_folder_is_an_item_until_it_changes() {
    let first = poll(FOLDER, "<p>report</p>", None).unwrap();
    assert_eq!(first.items[0].body.as_ref().unwrap().name.as_deref(), Some("a.txt"));
    let second = poll(FOLDER, "<p>other</p>", first.cursor).unwrap();
    assert_eq!(second.items.len(), 1);
    assert_eq!(poll(FOLDER, "<p>report</p>", second.cursor).unwrap().items.len(), 0);
}

#[test]
fn what_is_no_mailbox_is_passed_on_and_the_network_is_no_folder() {
    for text in ["From our research: a report\nand more: text", "From a\n\nx", "x", ""] {
        assert_eq!(poll("{}", text, None).unwrap_err().code, "unsupported", "{text}");
    }
    let ctx = Context { config: FOLDER.to_string(), tlp: "clear".to_string(), properties: Vec::new() };
    assert_eq!(FeedFolder::poll(&ctx, None, None).unwrap_err().code, "configuration");
}
