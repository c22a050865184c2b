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
    let cases: [(Said, &str, &str); 26] = [
        (said::<emit_defender::Defender>(r#"{"tables":{"DeviceProcessEvents":"Ours"}}"#), "\nOurs\n", "DeviceProcess"),
        (said::<emit_sentinel::Sentinel>(r#"{"tables":{"ASimProcessEventLogs":"imProc"}}"#), "\nimProc\n", "ASim"),
        (
            said::<emit_sql::Sql>(r#"{"tables":{"process_activity":"ours"},"schema":"lake"}"#),
            "FROM lake.ours\n",
            "_activity\n",
        ),
        (said::<emit_cortex::Cortex>(r#"{"dataset":"ours"}"#), "dataset = ours\n", "xdr_data"),
        (said::<emit_esql::Esql>(r#"{"index":"ours-*"}"#), "FROM ours-*\n", "logs-*"),
        (said::<emit_splunk_raw::SplunkRaw>(r#"{"index":"ours"}"#), "index=\"ours\" ", "index=*"),
        (said::<emit_splunk::Splunk>(r#"{"macros":[]}"#), "| rename Processes.* AS *", "drop_dm"),
        (said::<emit_loki::Loki>(r#"{"label":"ours"}"#), "{ours=~", "job"),
        (said::<emit_loki::Loki>(r#"{"stream":["a.b","c\"|d"]}"#), r#"{job=~"a\\.b|c\"\\|d"} "#, ".+\"}"),
        (rule::<emit_eql::Eql>(r#"{"index":"ours-*,more"}"#), r#""index":["ours-*","more"]"#, "logs-*"),
        (rule::<emit_lucene::Lucene>(r#"{"index":"ours-*"}"#), r#""index":["ours-*"]"#, "logs-*"),
        (rule::<emit_eql::Eql>(r#"{"data_view":"7c\"x"}"#), r#""data_view_id":"7c\"x""#, r#""index""#),
        (rule::<emit_lucene::Lucene>("{}"), r#""index":["logs-*","winlogbeat-*"]"#, "data_view_id"),
        (said::<emit_splunk::Splunk>(r#"{"index":"edr-*"}"#), "    where index=\"edr-*\" AND earliest=", "index=*"),
        (
            said::<emit_splunk::Splunk>(r#"{"index":["a","b"]}"#),
            "    where (index=\"a\" OR index=\"b\") AND earliest=",
            "index IN",
        ),
        (
            said::<emit_splunk_raw::SplunkRaw>(r#"{"index":["a","b"]}"#),
            "search (index=\"a\" OR index=\"b\") earliest=",
            "index IN",
        ),
        (said::<emit_logscale::LogScale>(r#"{"repository":"edr"}"#), "\n#repo = \"edr\"\n| (", "#repo = /"),
        (
            said::<emit_logscale::LogScale>(r#"{"repository":["a","b\"c"]}"#),
            "\n(#repo = \"a\" or #repo = \"b\\\"c\")\n| (",
            "| #repo",
        ),
        (
            said::<emit_qradar::QRadar>(r#"{"log_source_type":"Sysmon | x"}"#),
            "WHERE LOGSOURCETYPENAME(devicetype) = 'Sysmon | x' AND ",
            "''",
        ),
        (
            said::<emit_cloudwatch::CloudWatch>(r#"{"log_groups":["/aws/a","b-"]}"#),
            "\nSOURCE logGroups(namePrefix: ['/aws/a', 'b-'])\n| fields ",
            "logGroups()",
        ),
        (
            said::<emit_secops::SecOps>(r#"{"log_type":"WINDOWS_SYSMON"}"#),
            "($e.metadata.log_type = \"WINDOWS_SYSMON\" and $e.metadata.event_type = \"PROCESS_LAUNCH\" and ",
            "() and",
        ),
        (
            said::<emit_s1::SentinelOne>(r#"{"data_source":"Sentinel\"One"}"#),
            "(dataSource.name = \"Sentinel\\\"One\" and event.type = ",
            "() and",
        ),
        (
            said::<emit_datadog::Datadog>(r#"{"source":"windows.events","service":["a","b) OR *"]}"#),
            "source:\"windows.events\" AND (service:\"a\" OR service:\"b) OR *\") AND ",
            "@source",
        ),
        (rule::<emit_datadog::Datadog>(r#"{"source":"a\"b"}"#), r#""query":"source:\"a\\\"b\" AND "#, "service:"),
        (said::<emit_datadog::Datadog>("{}"), "@", "source:"),
        (said::<emit_cloudwatch::CloudWatch>("{}"), "\nfields @timestamp", "SOURCE"),
    ];
    for (said, there, gone) in cases {
        let text = said.expect("said");
        assert!(text.contains(there) && !text.contains(gone), "{text}");
    }
}

#[test]
fn a_wrong_option_is_refused_by_name() {
    let cases: [(Said, &str); 16] = [
        (said::<emit_defender::Defender>(r#"{"tables":{"NoSuchTable":"x"}}"#), "tables"),
        (said::<emit_sentinel::Sentinel>(r#"{"tables":{"ASimProcessEventLogs":"x | drop"}}"#), "tables"),
        (said::<emit_cortex::Cortex>(r#"{"dataset":"a\nb"}"#), "dataset"),
        (said::<emit_splunk::Splunk>(r#"{"macros":["delete"]}"#), "macros"),
        (said::<emit_s1::SentinelOne>(r#"{"index":"x"}"#), "index"),
        (said::<emit_eql::Eql>(r#"{"index":"a\" or b"}"#), "index"),
        (said::<emit_lucene::Lucene>(r#"{"index":"a","data_view":"b"}"#), "data_view"),
        (said::<emit_splunk::Splunk>(r#"{"index":"a | delete"}"#), "index"),
        (said::<emit_splunk_raw::SplunkRaw>(r#"{"index":["a","b) OR (c"]}"#), "index"),
        (said::<emit_logscale::LogScale>(r#"{"repository":"a\u202eb"}"#), "repository"),
        (said::<emit_qradar::QRadar>(r#"{"log_source_type":"a' OR 1 = 1"}"#), "log_source_type"),
        (said::<emit_cloudwatch::CloudWatch>(r#"{"log_groups":"a'])"}"#), "log_groups"),
        (said::<emit_cloudwatch::CloudWatch>(r#"{"log_groups":["1","2","3","4","5","6"]}"#), "log_groups"),
        (said::<emit_secops::SecOps>(r#"{"log_type":[]}"#), "log_type"),
        (said::<emit_s1::SentinelOne>(r#"{"data_source":["a",1]}"#), "data_source"),
        (said::<emit_datadog::Datadog>(r#"{"service":""}"#), "service"),
    ];
    for (said, option) in cases {
        let refusals = said.expect_err("refused");
        assert_eq!((refusals[0].code.as_str(), refusals[0].what.as_str()), ("invalid-options", option));
    }
}

#[test]
fn indexes_pass_the_checker_of_spl() {
    let schema = |name: &str| -> serde_json::Value {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../data/schemas/");
        serde_json::from_slice(&std::fs::read(format!("{folder}{name}")).expect("readable")).expect("JSON")
    };
    let cim =
        spl_check::Cim::read(&schema("splunk_cim.json"), &schema("splunk_macros.json"), "501").expect("a version");
    let raw =
        spl_check::Cim::read(&schema("splunk_cim.json"), &schema("splunk_macros.json"), "raw").expect("a version");
    for mapping in [r#"{"index":"edr-*"}"#, r#"{"index":["edr-1","win_2"]}"#] {
        let said = [(said::<emit_splunk::Splunk>(mapping), &cim), (said::<emit_splunk_raw::SplunkRaw>(mapping), &raw)];
        for (said, version) in said {
            let text = said.expect("said");
            assert_eq!(spl_check::check(&text, version), Vec::<String>::new(), "{text}");
        }
    }
}
