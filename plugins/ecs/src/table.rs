//! The Elastic Common Schema: which categories carry a class of events, and which fields carry its fields.
//!
//! A source's `table` are the values of `event.category`, any of which will do, and its `only` those of `event.type`, or
//! of `event.code` where they are numbers; both divided by spaces.
//!
//! Source: Elastic, "ECS field reference"; fields checked against `data/schemas/ecs.json`, but for those of Elastic's
//! integrations for Windows (`winlog.*`, `powershell.*`) and CloudTrail (`aws.*`), which the schema does not have.

use huntsmith_sdk::emitter::plan::EventClass;
use huntsmith_sdk::fields;
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

const fn file(full: &'static str, name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: Some(Native::text(name)) }
}

const fn category(name: &'static str) -> Class {
    Class::category(name)
}

const fn source(
    classes: &'static [Class],
    table: &'static str,
    only: &'static str,
    fields: &'static [Field],
    show: &'static [&'static str],
) -> Source {
    Source { classes, table, only, time: "@timestamp", fields, since: &[(0, HOST)], show }
}

/// What every event has.
const HOST: &[Field] = fields! {
    "Computer": text("host.name"), "ComputerName": text("host.name"), "EventID": text("event.code"),
    "Channel": text("winlog.channel"), "Provider_Name": text("winlog.provider_name"), "Message": text("message"),
};

macro_rules! digests {
    ($($field:literal: $name:literal),* $(,)?) => { Column::Digests(&[$(($field, Native::text($name))),*]) };
}

const PROCESS_DIGESTS: Column<'static> = digests!("md5": "process.hash.md5", "sha1": "process.hash.sha1",
    "sha256": "process.hash.sha256", "imphash": "process.pe.imphash");
const FILE_DIGESTS: Column<'static> =
    digests!("md5": "file.hash.md5", "sha1": "file.hash.sha1", "sha256": "file.hash.sha256");
const DLL_DIGESTS: Column<'static> =
    digests!("md5": "dll.hash.md5", "sha1": "dll.hash.sha1", "sha256": "dll.hash.sha256", "imphash": "dll.pe.imphash");

/// The process that did it.
const IMAGE: Field = ("Image", file("process.executable", "process.name"));
const COMMAND: Field = ("CommandLine", text("process.command_line"));
const PARENT: Field = ("ParentImage", file("process.parent.executable", "process.parent.name"));
const PARENT_COMMAND: Field = ("ParentCommandLine", text("process.parent.command_line"));
const PROCESS_ID: Field = ("ProcessId", integer("process.pid"));
const PROCESS_GUID: Field = ("ProcessGuid", text("process.entity_id"));
const USER: Field = ("User", text("user.name"));

const PROCESS: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PARENT_COMMAND, PROCESS_ID, PROCESS_GUID, USER;
    "OriginalFileName": text("process.pe.original_file_name"), "CurrentDirectory": text("process.working_directory"),
    "ParentProcessId": integer("process.parent.pid"), "ParentProcessGuid": text("process.parent.entity_id"),
    "Company": text("process.pe.company"), "Product": text("process.pe.product"),
    "Description": text("process.pe.description"), "FileVersion": text("process.pe.file_version"),
    "Hashes": PROCESS_DIGESTS, "md5": PROCESS_DIGESTS, "sha1": PROCESS_DIGESTS, "sha256": PROCESS_DIGESTS,
    "Imphash": PROCESS_DIGESTS,
};

const FILE: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PARENT_COMMAND, PROCESS_ID, PROCESS_GUID, USER;
    "TargetFilename": file("file.path", "file.name"), "FileSize": integer("file.size"), "Hashes": FILE_DIGESTS,
    "md5": FILE_DIGESTS, "sha1": FILE_DIGESTS, "sha256": FILE_DIGESTS,
};

const REGISTRY: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PARENT_COMMAND, PROCESS_ID, PROCESS_GUID, USER;
    "TargetObject": Column::Registry { object: Native::text("registry.path"), key: None, value: None, hives: Hives::Varied },
    "Details": text("registry.data.strings"),
};

const NETWORK: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PROCESS_ID, USER; "DestinationIp": address("destination.ip"),
    "DestinationHostname": text("destination.domain"), "DestinationPort": integer("destination.port"),
    "SourceIp": address("source.ip"), "SourceHostname": text("source.domain"), "SourcePort": integer("source.port"),
    "Protocol": text("network.transport"),
    "Initiated": Column::Words(Native::text("network.direction"), &[("true", "egress"), ("true", "outbound"), ("false", "ingress"), ("false", "inbound")]),
    "dst_ip": address("destination.ip"), "dst_port": integer("destination.port"), "src_ip": address("source.ip"),
    "src_port": integer("source.port"), "action": text("event.action"), "bytes_in": integer("destination.bytes"),
    "bytes_out": integer("source.bytes"),
};

const DNS: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PROCESS_ID, USER; "QueryName": text("dns.question.name"),
    "query": text("dns.question.name"), "QueryResults": text("dns.answers.data"), "answer": text("dns.answers.data"),
    "record_type": text("dns.question.type"), "QueryStatus": text("dns.response_code"),
    "src_ip": address("source.ip"), "dst_ip": address("destination.ip"),
};

const WEB: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PROCESS_ID, USER; "c-uri": text("url.original"), "cs-uri": text("url.original"),
    "cs-host": text("url.domain"), "r-dns": text("url.domain"), "c-uri-path": text("url.path"),
    "c-uri-stem": text("url.path"), "cs-uri-stem": text("url.path"), "c-uri-query": text("url.query"),
    "cs-uri-query": text("url.query"), "c-useragent": text("user_agent.original"),
    "cs-user-agent": text("user_agent.original"), "cs-referrer": text("http.request.referrer"),
    "cs-referer": text("http.request.referrer"), "cs-method": text("http.request.method"),
    "sc-status": integer("http.response.status_code"), "cs-username": text("user.name"),
    "cs-mime-type": text("http.request.mime_type"), "rs-mime-type": text("http.response.mime_type"),
    "dst_ip": address("destination.ip"), "dst_port": integer("destination.port"), "src_ip": address("source.ip"),
    "c-ip": address("source.ip"), "action": text("event.action"),
};

const LIBRARY: &[Field] = fields! {
    IMAGE, COMMAND, PARENT, PROCESS_ID, USER; "ImageLoaded": file("dll.path", "dll.name"),
    "OriginalFileName": text("dll.pe.original_file_name"), "Company": text("dll.pe.company"),
    "Product": text("dll.pe.product"), "Description": text("dll.pe.description"), "Hashes": DLL_DIGESTS,
    "md5": DLL_DIGESTS, "sha1": DLL_DIGESTS, "sha256": DLL_DIGESTS, "Imphash": DLL_DIGESTS,
};

const PIPE: &[Field] = &[IMAGE, COMMAND, PARENT, PROCESS_ID, USER, ("PipeName", text("file.name"))];

const SCRIPT: &[Field] = &[("ScriptBlockText", text("powershell.file.script_block_text")), ("Path", text("file.path"))];

const LOGON: &[Field] = fields! {
    "TargetUserName": text("user.name"), "User": text("user.name"), "TargetDomainName": text("user.domain"),
    "IpAddress": address("source.ip"), "SourceIp": address("source.ip"), "IpPort": integer("source.port"),
    "WorkstationName": text("source.domain"), "ProcessName": text("process.executable"),
    "action": text("event.outcome"),
};

const MAIL: &[Field] = fields! {
    "sender": text("email.from.address"), "recipient": text("email.to.address"), "subject": text("email.subject"),
    "message_id": text("email.message_id"), "direction": text("email.direction"), "action": text("event.action"),
};

const EXPOSURE: &[Field] = fields! {
    "cve": text("vulnerability.id"), "severity": text("vulnerability.severity"), "software": text("package.name"),
    "signature": text("vulnerability.description"),
};

const CLOUD: &[Field] = fields! {
    "eventName": text("event.action"), "eventSource": text("event.provider"),
    "errorCode": text("aws.cloudtrail.error_code"), "errorMessage": text("aws.cloudtrail.error_message"),
    "awsRegion": text("cloud.region"), "sourceIPAddress": text("source.address"),
    "userAgent": text("user_agent.original"), "userIdentity.arn": text("aws.cloudtrail.user_identity.arn"),
    "userIdentity.type": text("aws.cloudtrail.user_identity.type"), "userIdentity.userName": text("user.name"),
    "requestParameters": text("aws.cloudtrail.request_parameters"),
    "responseElements": text("aws.cloudtrail.response_elements"),
};

/// Elastic's integration for Azure, sign-in logs.
const SIGN_IN: &[Field] = fields! {
    "UserPrincipalName": text("azure.signinlogs.properties.user_principal_name"), "IPAddress": text("source.ip"),
    "AppDisplayName": text("azure.signinlogs.properties.app_display_name"),
    "ResourceDisplayName": text("azure.signinlogs.properties.resource_display_name"),
    "ResultType": text("azure.signinlogs.result_type"),
    "ResultDescription": text("azure.signinlogs.result_description"), "UserAgent": text("user_agent.original"),
    "ClientAppUsed": text("azure.signinlogs.properties.client_app_used"),
    "AuthenticationRequirement": text("azure.signinlogs.properties.authentication_requirement"),
    "Country": text("source.geo.country_iso_code"),
};

const PROCESS_SHOWN: &[&str] =
    &["host.name", "user.name", "process.executable", "process.command_line", "process.parent.executable"];
const FILE_SHOWN: &[&str] = &["host.name", "user.name", "file.path", "process.executable"];

/// Every class that the schema has a place for.
pub const SOURCES: &[Source] = &[
    source(&[category("process_creation")], "process", "start", PROCESS, PROCESS_SHOWN),
    source(&[category("file_event"), category("file_change")], "file", "creation change", FILE, FILE_SHOWN),
    source(&[category("file_delete")], "file", "deletion", FILE, FILE_SHOWN),
    source(&[category("file_rename")], "file", "change", FILE, FILE_SHOWN),
    source(&[category("file_access")], "file", "access", FILE, FILE_SHOWN),
    source(
        &[category("registry_delete")],
        "registry",
        "deletion",
        REGISTRY,
        &["host.name", "registry.path", "process.executable"],
    ),
    source(
        &[category("registry_set"), category("registry_add"), category("registry_event")],
        "registry",
        "",
        REGISTRY,
        &["host.name", "registry.path", "registry.data.strings", "process.executable"],
    ),
    source(
        &[category("network_connection"), category("firewall")],
        "network",
        "",
        NETWORK,
        &["host.name", "source.ip", "destination.ip", "destination.port", "destination.domain", "process.executable"],
    ),
    source(
        &[category("dns_query"), category("dns")],
        "network",
        "",
        DNS,
        &["host.name", "source.ip", "dns.question.name", "dns.answers.data", "process.executable"],
    ),
    source(
        &[category("proxy"), category("webserver")],
        "web network",
        "",
        WEB,
        &["host.name", "source.ip", "user.name", "http.request.method", "url.original", "user_agent.original"],
    ),
    // Elastic Defend calls it a library, the integration for Sysmon a process.
    source(&[category("image_load")], "library process", "", LIBRARY, &["host.name", "dll.path", "process.executable"]),
    source(&[category("driver_load")], "driver", "", LIBRARY, &["host.name", "dll.path"]),
    source(&[category("pipe_created")], "file", "", PIPE, &["host.name", "file.name", "process.executable"]),
    source(&[category("ps_script")], "process", "4104", SCRIPT, &["host.name", "powershell.file.script_block_text"]),
    source(
        &[category("create_service"), category("service_creation")],
        "",
        "7045 4697",
        &[],
        &["host.name", "winlog.event_data.ServiceName", "winlog.event_data.ImagePath"],
    ),
    source(&[category("scheduled_task")], "", "4698", &[], &["host.name", "winlog.event_data.TaskName"]),
    source(
        &[category("logon"), category("authentication")],
        "authentication",
        "",
        LOGON,
        &["host.name", "user.name", "source.ip", "event.action", "event.outcome"],
    ),
    source(
        &[category("email")],
        "email",
        "",
        MAIL,
        &["email.from.address", "email.to.address", "email.subject", "email.message_id"],
    ),
    source(
        &[category("vulnerability")],
        "vulnerability",
        "",
        EXPOSURE,
        &["host.name", "vulnerability.id", "vulnerability.severity"],
    ),
    source(
        &[Class::service("aws", "cloudtrail"), category("cloud_api")],
        "",
        "",
        CLOUD,
        &["user.name", "source.ip", "event.action", "event.provider", "cloud.region"],
    ),
    source(
        &[Class::service("azure", "signinlogs")],
        "",
        "",
        SIGN_IN,
        &["azure.signinlogs.properties.user_principal_name", "source.ip", "azure.signinlogs.result_type"],
    ),
];

/// Classes whose fields Elastic's integration for Windows keeps under their own names.
const OF_WINDOWS: &[&str] =
    &["create_service", "service_creation", "scheduled_task", "create_remote_thread", "process_access", "logon"];

fn before(class: &EventClass) -> Option<&'static str> {
    match (class.product.as_deref(), class.category.as_deref()) {
        (_, Some("email" | "vulnerability" | "cloud_api")) => None,
        (Some("windows"), _) => Some("winlog.event_data."),
        (None, Some(category)) if OF_WINDOWS.contains(&category) => Some("winlog.event_data."),
        (Some("aws"), _) => Some("aws.cloudtrail."),
        _ => Some(""),
    }
}

/// Events of any other shape.
pub const OPEN: Open =
    Open { source: source(&[], "", "", &[], &["host.name", "event.action", "message"]), also: ".-", before };
