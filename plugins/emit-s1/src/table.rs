//! Events of SentinelOne's agent, and which attributes carry the plan's fields.
//!
//! Source: SentinelOne, "Deep Visibility attributes". No schema of it is public: the names were not checked by a
//! machine.

use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Source};

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn file(full: &'static str, name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: Some(Native::text(name)) }
}

macro_rules! digests {
    ($md5:literal, $sha1:literal, $sha256:literal) => {
        Column::Digests(&[
            ("md5", Native::text($md5)),
            ("sha1", Native::text($sha1)),
            ("sha256", Native::text($sha256)),
        ])
    };
}

const PROCESS_DIGESTS: Column<'static> =
    digests!("tgt.process.image.md5", "tgt.process.image.sha1", "tgt.process.image.sha256");
const FILE_DIGESTS: Column<'static> = digests!("tgt.file.md5", "tgt.file.sha1", "tgt.file.sha256");
const MODULE_DIGESTS: Column<'static> =
    Column::Digests(&[("md5", Native::text("module.md5")), ("sha1", Native::text("module.sha1"))]);

const ACTOR: &[Field] = &[
    ("Image", file("src.process.image.path", "src.process.name")),
    ("CommandLine", text("src.process.cmdline")),
    ("ParentImage", file("src.process.parent.image.path", "src.process.parent.name")),
    ("ParentCommandLine", text("src.process.parent.cmdline")),
    ("ProcessId", integer("src.process.pid")),
    ("User", text("src.process.user")),
    ("Computer", text("endpoint.name")),
    ("ComputerName", text("endpoint.name")),
];

const PROCESS: &[Field] = &[
    ("Image", file("tgt.process.image.path", "tgt.process.name")),
    ("CommandLine", text("tgt.process.cmdline")),
    ("ParentImage", file("src.process.image.path", "src.process.name")),
    ("ParentCommandLine", text("src.process.cmdline")),
    ("ProcessId", integer("tgt.process.pid")),
    ("ParentProcessId", integer("src.process.pid")),
    ("IntegrityLevel", text("tgt.process.integrityLevel")),
    ("Description", text("tgt.process.displayName")),
    ("User", text("tgt.process.user")),
    ("Hashes", PROCESS_DIGESTS),
    ("md5", PROCESS_DIGESTS),
    ("sha1", PROCESS_DIGESTS),
    ("sha256", PROCESS_DIGESTS),
    ("Computer", text("endpoint.name")),
    ("ComputerName", text("endpoint.name")),
];

const FILE: &[Field] = &[
    ("TargetFilename", Column::Path { full: Some(Native::text("tgt.file.path")), name: None }),
    ("SourceFilename", Column::Path { full: Some(Native::text("tgt.file.oldPath")), name: None }),
    ("FileSize", integer("tgt.file.size")),
    ("Hashes", FILE_DIGESTS),
    ("md5", FILE_DIGESTS),
    ("sha1", FILE_DIGESTS),
    ("sha256", FILE_DIGESTS),
];

const REGISTRY: &[Field] = &[
    (
        "TargetObject",
        Column::Registry { object: Native::text("registry.keyPath"), key: None, value: None, hives: Hives::Varied },
    ),
    ("Details", text("registry.value")),
];

const NETWORK: &[Field] = &[
    ("DestinationIp", text("dst.ip.address")),
    ("DestinationPort", integer("dst.port.number")),
    ("DestinationHostname", text("url.address")),
    ("SourceIp", text("src.ip.address")),
    ("SourcePort", integer("src.port.number")),
    ("dst_ip", text("dst.ip.address")),
    ("dst_port", integer("dst.port.number")),
    ("src_ip", text("src.ip.address")),
    ("src_port", integer("src.port.number")),
];

const DNS: &[Field] = &[
    ("QueryName", text("event.dns.request")),
    ("query", text("event.dns.request")),
    ("QueryResults", text("event.dns.response")),
    ("answer", text("event.dns.response")),
];

const WEB: &[Field] = &[("c-uri", text("url.address")), ("cs-uri", text("url.address"))];

const MODULE: &[Field] = &[
    ("ImageLoaded", Column::Path { full: Some(Native::text("module.path")), name: None }),
    ("Hashes", MODULE_DIGESTS),
    ("md5", MODULE_DIGESTS),
    ("sha1", MODULE_DIGESTS),
];

const fn source(classes: &'static [Class], only: &'static str, fields: &'static [Field]) -> Source {
    Source { classes, table: "events", only, time: "event.time", fields, since: &[(0, ACTOR)], show: &[] }
}

/// The agent's events.
pub const SOURCES: &[Source] = &[
    Source {
        since: &[],
        ..source(&[Class::category("process_creation")], "event.type = \"Process Creation\"", PROCESS)
    },
    source(
        &[Class::category("file_event"), Class::category("file_change")],
        "event.type in (\"File Creation\", \"File Modification\")",
        FILE,
    ),
    source(&[Class::category("file_delete")], "event.type = \"File Deletion\"", FILE),
    source(&[Class::category("file_rename")], "event.type = \"File Rename\"", FILE),
    source(&[Class::category("registry_set")], "event.type = \"Registry Value Modified\"", REGISTRY),
    source(&[Class::category("registry_add")], "event.type = \"Registry Key Create\"", REGISTRY),
    source(&[Class::category("registry_delete")], "event.type = \"Registry Key Delete\"", REGISTRY),
    source(&[Class::category("registry_event")], "event.category = \"registry\"", REGISTRY),
    source(&[Class::category("network_connection"), Class::category("firewall")], "event.category = \"ip\"", NETWORK),
    source(&[Class::category("dns_query"), Class::category("dns")], "event.category = \"dns\"", DNS),
    source(&[Class::category("proxy")], "event.category = \"url\"", WEB),
    source(&[Class::category("image_load")], "event.type = \"Module Load\"", MODULE),
];
