//! The Unified Data Model: which type of event carries a class, and which of its fields the plan's.
//!
//! Source: Google SecOps, "Unified Data Model field list" and "UDM usage guide". No schema of it is public in a form
//! that a machine could check.

use huntsmith_sdk::fields;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Source};

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn path(name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(name)), name: None }
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
    digests!("target.process.file.md5", "target.process.file.sha1", "target.process.file.sha256");
const FILE_DIGESTS: Column<'static> = digests!("target.file.md5", "target.file.sha1", "target.file.sha256");

const ACTOR: &[Field] = fields! {
    "Image": path("principal.process.file.full_path"), "CommandLine": text("principal.process.command_line"),
    "ParentImage": path("principal.process.parent_process.file.full_path"),
    "ParentCommandLine": text("principal.process.parent_process.command_line"),
    "ProcessId": text("principal.process.pid"), "User": text("principal.user.userid"),
    "Computer": text("principal.hostname"), "ComputerName": text("principal.hostname"),
};

const PROCESS: &[Field] = fields! {
    "Image": path("target.process.file.full_path"), "CommandLine": text("target.process.command_line"),
    "OriginalFileName": text("target.process.file.exif_info.original_file"),
    "ParentImage": path("principal.process.file.full_path"),
    "ParentCommandLine": text("principal.process.command_line"), "ProcessId": text("target.process.pid"),
    "ParentProcessId": text("principal.process.pid"), "User": text("principal.user.userid"),
    "Hashes": PROCESS_DIGESTS, "md5": PROCESS_DIGESTS, "sha1": PROCESS_DIGESTS, "sha256": PROCESS_DIGESTS,
    "Computer": text("principal.hostname"), "ComputerName": text("principal.hostname"),
};

const FILE: &[Field] = fields! {
    "TargetFilename": path("target.file.full_path"), "SourceFilename": path("src.file.full_path"),
    "FileSize": integer("target.file.size"), "ImageLoaded": path("target.file.full_path"), "Hashes": FILE_DIGESTS,
    "md5": FILE_DIGESTS, "sha1": FILE_DIGESTS, "sha256": FILE_DIGESTS,
};

const REGISTRY: &[Field] = fields! {
    "TargetObject": Column::Registry { object: Native::text("target.registry.registry_key"), key: Some(Native::text("target.registry.registry_key")), value: Some(Native::text("target.registry.registry_value_name")), hives: Hives::Varied },
    "Details": text("target.registry.registry_value_data"),
};

const NETWORK: &[Field] = fields! {
    "DestinationIp": text("target.ip"), "DestinationHostname": text("target.hostname"),
    "DestinationPort": integer("target.port"), "SourceIp": text("principal.ip"),
    "SourceHostname": text("principal.hostname"), "SourcePort": integer("principal.port"),
    "dst_ip": text("target.ip"), "dst_port": integer("target.port"), "src_ip": text("principal.ip"),
    "src_port": integer("principal.port"), "bytes_in": integer("network.received_bytes"),
    "bytes_out": integer("network.sent_bytes"),
};

const DNS: &[Field] = fields! {
    "QueryName": text("network.dns.questions.name"), "query": text("network.dns.questions.name"),
    "QueryResults": text("network.dns.answers.data"), "answer": text("network.dns.answers.data"),
    "src_ip": text("principal.ip"), "dst_ip": text("target.ip"),
};

const WEB: &[Field] = fields! {
    "c-uri": text("target.url"), "cs-uri": text("target.url"), "cs-host": text("target.hostname"),
    "r-dns": text("target.hostname"), "c-useragent": text("network.http.user_agent"),
    "cs-user-agent": text("network.http.user_agent"), "cs-method": text("network.http.method"),
    "cs-referrer": text("network.http.referral_url"), "cs-referer": text("network.http.referral_url"),
    "sc-status": integer("network.http.response_code"), "dst_ip": text("target.ip"),
    "dst_port": integer("target.port"), "src_ip": text("principal.ip"), "c-ip": text("principal.ip"),
};

const LOGON: &[Field] = fields! {
    "TargetUserName": text("target.user.userid"), "IpAddress": text("principal.ip"),
    "SourceIp": text("principal.ip"), "WorkstationName": text("principal.hostname"),
    "action": Column::Words(Native::text("security_result.action"), &[("success", "ALLOW"), ("failure", "BLOCK")]),
};

const MAIL: &[Field] = fields! {
    "sender": text("network.email.from"), "recipient": text("network.email.to"),
    "subject": text("network.email.subject"), "message_id": text("network.email.mail_id"), "Hashes": FILE_DIGESTS,
    "md5": FILE_DIGESTS, "sha1": FILE_DIGESTS, "sha256": FILE_DIGESTS,
};

const fn source(classes: &'static [Class], only: &'static str, fields: &'static [Field]) -> Source {
    Source { classes, table: "events", only, time: "metadata.event_timestamp", fields, since: &[(0, ACTOR)], show: &[] }
}

/// Types of events, any of which will do, divided by spaces.
pub const SOURCES: &[Source] = &[
    Source { since: &[], ..source(&[Class::category("process_creation")], "PROCESS_LAUNCH", PROCESS) },
    source(&[Class::category("file_event"), Class::category("file_change")], "FILE_CREATION FILE_MODIFICATION", FILE),
    source(&[Class::category("file_delete")], "FILE_DELETION", FILE),
    source(&[Class::category("file_rename")], "FILE_MOVE", FILE),
    source(&[Class::category("file_access")], "FILE_OPEN", FILE),
    source(&[Class::category("image_load")], "PROCESS_MODULE_LOAD", FILE),
    source(
        &[Class::category("registry_set"), Class::category("registry_event")],
        "REGISTRY_MODIFICATION REGISTRY_CREATION",
        REGISTRY,
    ),
    source(&[Class::category("registry_add")], "REGISTRY_CREATION", REGISTRY),
    source(&[Class::category("registry_delete")], "REGISTRY_DELETION", REGISTRY),
    source(&[Class::category("network_connection"), Class::category("firewall")], "NETWORK_CONNECTION", NETWORK),
    source(&[Class::category("dns_query"), Class::category("dns")], "NETWORK_DNS", DNS),
    source(&[Class::category("proxy"), Class::category("webserver")], "NETWORK_HTTP", WEB),
    source(&[Class::category("logon"), Class::category("authentication")], "USER_LOGIN", LOGON),
    source(&[Class::category("email")], "EMAIL_TRANSACTION", MAIL),
];
