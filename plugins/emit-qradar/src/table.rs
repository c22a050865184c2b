//! QRadar's events: their own columns, and the custom properties of IBM's content extensions.
//!
//! Source: IBM, "Ariel Query Language guide: Supported event fields", and the properties of the content extensions for
//! Sysmon and endpoints. No schema of them is public: the names were not checked by a machine.

use huntsmith_sdk::query::formula::{Kind, Native};
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Open, Source};

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn address(name: &'static str) -> Column<'static> {
    Column::Plain(Native { kind: Kind::Address, ..Native::text(name) })
}

const fn path(name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(name)), name: None }
}

macro_rules! digests {
    () => {
        Column::Digests(&[
            ("md5", Native::text("MD5 Hash")),
            ("sha1", Native::text("SHA1 Hash")),
            ("sha256", Native::text("SHA256 Hash")),
        ])
    };
}

const FIELDS: &[Field] = &[
    ("Image", path("Process Path")),
    ("CommandLine", text("Process CommandLine")),
    ("ParentImage", path("Parent Process Path")),
    ("ParentCommandLine", text("Parent CommandLine")),
    ("User", text("username")),
    ("Computer", text("Machine ID")),
    ("ComputerName", text("Machine ID")),
    ("EventID", integer("EventID")),
    ("TargetFilename", path("File Path")),
    (
        "TargetObject",
        Column::Registry { object: Native::text("Registry Key"), key: None, value: None, hives: Hives::Varied },
    ),
    ("Details", text("Registry Value Data")),
    ("ImageLoaded", path("Loaded Image")),
    ("PipeName", text("Pipe Name")),
    ("ServiceName", text("Service Name")),
    ("ServiceFileName", text("Service Filename")),
    ("SourceImage", path("Source Process Path")),
    ("TargetImage", path("Target Process Path")),
    ("Hashes", digests!()),
    ("md5", digests!()),
    ("sha1", digests!()),
    ("sha256", digests!()),
    ("DestinationIp", address("destinationip")),
    ("DestinationPort", integer("destinationport")),
    ("DestinationHostname", text("Destination Hostname")),
    ("SourceIp", address("sourceip")),
    ("SourcePort", integer("sourceport")),
    ("dst_ip", address("destinationip")),
    ("dst_port", integer("destinationport")),
    ("src_ip", address("sourceip")),
    ("src_port", integer("sourceport")),
    ("QueryName", text("DNS Query")),
    ("query", text("DNS Query")),
    ("c-uri", text("URL")),
    ("cs-uri", text("URL")),
    ("cs-host", text("URL Host")),
    ("r-dns", text("URL Host")),
    ("c-useragent", text("User Agent")),
    ("cs-user-agent", text("User Agent")),
    ("cs-method", text("HTTP Method")),
    ("sc-status", integer("HTTP Response Code")),
];

const fn source(classes: &'static [Class], only: &'static str) -> Source {
    Source { classes, table: "events", only, time: "starttime", fields: FIELDS, since: &[], show: &[] }
}

/// Sysmon's events by their codes, where a category of them is named for Windows.
macro_rules! sysmon {
    ($category:literal, $only:literal) => {
        source(&[Class { category: $category, product: "windows", service: "" }], $only)
    };
}

/// Categories that an event code tells.
pub const SOURCES: &[Source] = &[
    sysmon!("process_creation", "(\"EventID\" = 1 OR \"EventID\" = 4688)"),
    sysmon!("network_connection", "\"EventID\" = 3"),
    sysmon!("driver_load", "\"EventID\" = 6"),
    sysmon!("image_load", "\"EventID\" = 7"),
    sysmon!("create_remote_thread", "\"EventID\" = 8"),
    sysmon!("process_access", "\"EventID\" = 10"),
    sysmon!("file_event", "\"EventID\" = 11"),
    sysmon!("registry_set", "\"EventID\" = 13"),
    sysmon!("registry_add", "\"EventID\" = 12"),
    sysmon!("registry_delete", "\"EventID\" = 12"),
    sysmon!("registry_event", "(\"EventID\" = 12 OR \"EventID\" = 13 OR \"EventID\" = 14)"),
    sysmon!("pipe_created", "(\"EventID\" = 17 OR \"EventID\" = 18)"),
    sysmon!("dns_query", "\"EventID\" = 22"),
    sysmon!("file_delete", "(\"EventID\" = 23 OR \"EventID\" = 26)"),
    sysmon!("ps_script", "\"EventID\" = 4104"),
];

/// Events of any other shape.
pub const OPEN: Open = Open { source: source(&[], ""), also: ".-", before: |_| Some("") };
