//! Mapping options: what stands in the query for each, and that a wrong one is refused by name.

use huntsmith_sdk::emitter::{Context, Emitter, Hunt, Refusal, Target};
use validate_kit::json;

type Said = Result<String, Vec<Refusal>>;

fn said<E: Emitter>(mapping: &str) -> Said {
    said_as::<E>("query", mapping)
}

fn rule<E: Emitter>(mapping: &str) -> Said {
    said_as::<E>("rule", mapping)
}

fn said_as<E: Emitter>(form: &str, mapping: &str) -> Said {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../hunts/process_logic.json");
    let text = std::fs::read_to_string(file).expect("readable");
    let hunt: Hunt = json::hunt(&serde_json::from_str(&text).expect("JSON")).expect("a hunt");
    let context = Context { config: "{}".into(), tlp: "clear".into(), properties: Vec::new() };
    let target = Target { form: form.into(), mapping: mapping.into() };
    E::emit(&context, &hunt, &target).map(|artifacts| artifacts.into_iter().map(|artifact| artifact.text).collect())
}

#[test]
fn an_option_stands_in_the_query() {
    let cases: [(Said, &str, &str); 12] = [
        (said::<emit_defender::Defender>(r#"{"tables":{"DeviceProcessEvents":"Ours"}}"#), "\nOurs\n", "DeviceProcess"),
        (said::<emit_sentinel::Sentinel>(r#"{"tables":{"ASimProcessEventLogs":"imProc"}}"#), "\nimProc\n", "ASim"),
        (
            said::<emit_sql::Sql>(r#"{"tables":{"process_activity":"ours"},"schema":"lake"}"#),
            "FROM lake.ours\n",
            "_activity\n",
        ),
        (said::<emit_cortex::Cortex>(r#"{"dataset":"ours"}"#), "dataset = ours\n", "xdr_data"),
        (said::<emit_esql::Esql>(r#"{"index":"ours-*"}"#), "FROM ours-*\n", "logs-*"),
        (said::<emit_splunk_raw::SplunkRaw>(r#"{"index":"ours"}"#), "index=ours ", "index=*"),
        (said::<emit_splunk::Splunk>(r#"{"macros":[]}"#), "| rename Processes.* AS *", "drop_dm"),
        (said::<emit_loki::Loki>(r#"{"label":"ours"}"#), "{ours=~", "job"),
        (rule::<emit_eql::Eql>(r#"{"index":"ours-*,more"}"#), r#""index":["ours-*","more"]"#, "logs-*"),
        (rule::<emit_lucene::Lucene>(r#"{"index":"ours-*"}"#), r#""index":["ours-*"]"#, "logs-*"),
        (rule::<emit_eql::Eql>(r#"{"data_view":"7c\"x"}"#), r#""data_view_id":"7c\"x""#, r#""index""#),
        (rule::<emit_lucene::Lucene>("{}"), r#""index":["logs-*","winlogbeat-*"]"#, "data_view_id"),
    ];
    for (said, there, gone) in cases {
        let text = said.expect("said");
        assert!(text.contains(there) && !text.contains(gone), "{text}");
    }
}

#[test]
fn a_wrong_option_is_refused_by_name() {
    let cases: [(Said, &str); 7] = [
        (said::<emit_defender::Defender>(r#"{"tables":{"NoSuchTable":"x"}}"#), "tables"),
        (said::<emit_sentinel::Sentinel>(r#"{"tables":{"ASimProcessEventLogs":"x | drop"}}"#), "tables"),
        (said::<emit_cortex::Cortex>(r#"{"dataset":"a\nb"}"#), "dataset"),
        (said::<emit_splunk::Splunk>(r#"{"macros":["delete"]}"#), "macros"),
        (said::<emit_s1::SentinelOne>(r#"{"index":"x"}"#), "index"),
        (said::<emit_eql::Eql>(r#"{"index":"a\" or b"}"#), "index"),
        (said::<emit_lucene::Lucene>(r#"{"index":"a","data_view":"b"}"#), "data_view"),
    ];
    for (said, option) in cases {
        let refusals = said.expect_err("refused");
        assert_eq!((refusals[0].code.as_str(), refusals[0].what.as_str()), ("invalid-options", option));
    }
}
