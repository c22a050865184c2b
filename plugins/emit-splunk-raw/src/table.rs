//! Where raw events of a class are: Sysmon's and Windows' channels by their event codes.
//!
//! Source: Splunk add-ons for Sysmon and for Microsoft Windows (source and field names), Microsoft's Sysmon reference
//! (event codes). A channel is written `WinEventLog:…` or `XmlWinEventLog:…` by the way in which it is collected.

use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Open, Source};

const fn number(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const HASHES: Column<'static> = Column::DigestText(Native::text("Hashes"));

/// Fields whose values need more than their own name.
const FIELDS: &[Field] = &[
    ("EventID", number("EventCode")),
    ("Image", Column::Path { full: Some(Native::text("Image")), name: None }),
    ("ParentImage", Column::Path { full: Some(Native::text("ParentImage")), name: None }),
    ("ImageLoaded", Column::Path { full: Some(Native::text("ImageLoaded")), name: None }),
    ("TargetFilename", Column::Path { full: Some(Native::text("TargetFilename")), name: None }),
    (
        "TargetObject",
        Column::Registry { object: Native::text("TargetObject"), key: None, value: None, hives: Hives::Varied },
    ),
    ("Hashes", HASHES),
    ("md5", HASHES),
    ("sha1", HASHES),
    ("sha256", HASHES),
];

const fn source(classes: &'static [Class], only: &'static str) -> Source {
    Source { classes, table: "events", only, time: "_time", fields: FIELDS, since: &[], show: &[] }
}

/// A category of Sysmon's: on Windows, on Linux, or of no named product.
macro_rules! sysmon {
    ($category:literal, $codes:literal) => {
        source(
            &[
                Class { category: $category, product: "windows", service: "" },
                Class { category: $category, product: "linux", service: "" },
                Class { category: $category, product: Class::UNNAMED, service: "" },
            ],
            concat!("source=\"*Sysmon/Operational\" ", $codes),
        )
    };
}

/// Every class that has a channel.
pub const SOURCES: &[Source] = &[
    sysmon!("process_creation", "EventCode=1"),
    sysmon!("file_change", "EventCode=2"),
    sysmon!("network_connection", "EventCode=3"),
    sysmon!("sysmon_status", "EventCode IN (4, 16)"),
    sysmon!("process_termination", "EventCode=5"),
    sysmon!("driver_load", "EventCode=6"),
    sysmon!("image_load", "EventCode=7"),
    sysmon!("create_remote_thread", "EventCode=8"),
    sysmon!("raw_access_thread", "EventCode=9"),
    sysmon!("process_access", "EventCode=10"),
    sysmon!("file_event", "EventCode=11"),
    sysmon!("registry_add", "EventCode=12"),
    sysmon!("registry_delete", "EventCode=12"),
    sysmon!("registry_set", "EventCode=13"),
    sysmon!("registry_rename", "EventCode=14"),
    sysmon!("registry_event", "EventCode IN (12, 13, 14)"),
    sysmon!("create_stream_hash", "EventCode=15"),
    sysmon!("pipe_created", "EventCode IN (17, 18)"),
    sysmon!("wmi_event", "EventCode IN (19, 20, 21)"),
    sysmon!("dns_query", "EventCode=22"),
    sysmon!("file_delete", "EventCode IN (23, 26)"),
    sysmon!("process_tampering", "EventCode=25"),
    sysmon!("file_executable_detected", "EventCode=29"),
    sysmon!("sysmon_error", "EventCode=255"),
    source(
        &[Class { category: "ps_script", product: "windows", service: "" }],
        "source=\"*WinEventLog:Microsoft-Windows-PowerShell/Operational\" EventCode=4104",
    ),
    source(
        &[Class { category: "ps_module", product: "windows", service: "" }],
        "source=\"*WinEventLog:Microsoft-Windows-PowerShell/Operational\" EventCode=4103",
    ),
    source(
        &[Class { category: "ps_classic_start", product: "windows", service: "" }],
        "source=\"*WinEventLog:Windows PowerShell\" EventCode=400",
    ),
    source(
        &[Class::category("create_service"), Class::category("service_creation")],
        "((source=\"*WinEventLog:System\" EventCode=7045) OR (source=\"*WinEventLog:Security\" EventCode=4697))",
    ),
    source(&[Class::category("scheduled_task")], "source=\"*WinEventLog:Security\" EventCode=4698"),
    source(
        &[Class::category("logon"), Class::category("authentication")],
        "source=\"*WinEventLog:Security\" EventCode IN (4624, 4625)",
    ),
];

/// Events of any other shape.
pub const OPEN: Open = Open { source: source(&[], ""), also: ".-", before: |_| Some("") };
