//! Tables of the Open Cybersecurity Schema Framework: which class of it carries a class of events, and which of its
//! attributes its fields.
//!
//! Source: OCSF schema 1.x, schema.ocsf.io: classes, activities, attributes.

use huntsmith_sdk::fields;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Source};
use huntsmith_sdk::query::text::Name;
use huntsmith_sql::Schema;

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn file(full: &'static str, name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: Some(Native::text(name)) }
}

const PROCESS_HASHES: &str = "process.file.hashes";
const FILE_HASHES: &str = "file.hashes";
const MODULE_HASHES: &str = "module.file.hashes";

macro_rules! digests {
    ($list:expr) => {
        Column::Digests(&[("md5", Native::text($list)), ("sha1", Native::text($list)), ("sha256", Native::text($list))])
    };
}

/// The process that did it, and the machine.
const ACTOR: &[Field] = fields! {
    "Image": file("actor.process.file.path", "actor.process.file.name"),
    "CommandLine": text("actor.process.cmd_line"),
    "ParentImage": file("actor.process.parent_process.file.path", "actor.process.parent_process.file.name"),
    "ParentCommandLine": text("actor.process.parent_process.cmd_line"), "ProcessId": integer("actor.process.pid"),
    "User": text("actor.user.name"), "Computer": text("device.hostname"), "ComputerName": text("device.hostname"),
};

const DEVICE: &[Field] = &[("Computer", text("device.hostname")), ("ComputerName", text("device.hostname"))];

const PROCESS: &[Field] = fields! {
    "Image": file("process.file.path", "process.file.name"), "CommandLine": text("process.cmd_line"),
    "OriginalFileName": text("process.file.internal_name"), "Company": text("process.file.company_name"),
    "Description": text("process.file.desc"), "FileVersion": text("process.file.version"),
    "CurrentDirectory": text("process.working_directory"), "IntegrityLevel": text("process.integrity"),
    "ProcessId": integer("process.pid"), "ProcessGuid": text("process.uid"), "User": text("process.user.name"),
    "ParentImage": file("process.parent_process.file.path", "process.parent_process.file.name"),
    "ParentCommandLine": text("process.parent_process.cmd_line"),
    "ParentProcessId": integer("process.parent_process.pid"), "ParentUser": text("process.parent_process.user.name"),
    "Hashes": digests!(PROCESS_HASHES), "md5": digests!(PROCESS_HASHES), "sha1": digests!(PROCESS_HASHES),
    "sha256": digests!(PROCESS_HASHES),
};

const FILE: &[Field] = fields! {
    "TargetFilename": file("file.path", "file.name"), "FileSize": integer("file.size"),
    "Hashes": digests!(FILE_HASHES), "md5": digests!(FILE_HASHES), "sha1": digests!(FILE_HASHES),
    "sha256": digests!(FILE_HASHES),
};

/// A registry value as a whole, which no column holds: its key's path and its name.
const REGISTRY_VALUE: [&str; 2] = ["reg_value.path", "reg_value.name"];
/// Stands for both.
const REGISTRY_OBJECT: &str = "reg_value";

const REGISTRY: &[Field] = fields! {
    "TargetObject": Column::Registry { object: Native::text(REGISTRY_OBJECT), key: Some(Native::text(REGISTRY_VALUE[0])), value: Some(Native::text(REGISTRY_VALUE[1])), hives: Hives::Varied },
    "Details": text("reg_value.data"),
};

const NETWORK: &[Field] = fields! {
    "DestinationIp": text("dst_endpoint.ip"), "DestinationHostname": text("dst_endpoint.hostname"),
    "DestinationPort": integer("dst_endpoint.port"), "SourceIp": text("src_endpoint.ip"),
    "SourceHostname": text("src_endpoint.hostname"), "SourcePort": integer("src_endpoint.port"),
    "Protocol": text("connection_info.protocol_name"), "dst_ip": text("dst_endpoint.ip"),
    "dst_port": integer("dst_endpoint.port"), "src_ip": text("src_endpoint.ip"),
    "src_port": integer("src_endpoint.port"), "action": text("action"), "bytes_in": integer("traffic.bytes_in"),
    "bytes_out": integer("traffic.bytes_out"),
};

const DNS: &[Field] = fields! {
    "QueryName": text("query.hostname"), "query": text("query.hostname"), "record_type": text("query.type"),
    "QueryStatus": text("rcode"), "src_ip": text("src_endpoint.ip"), "dst_ip": text("dst_endpoint.ip"),
};

const WEB: &[Field] = fields! {
    "c-uri": text("http_request.url.url_string"), "cs-uri": text("http_request.url.url_string"),
    "cs-host": text("http_request.url.hostname"), "r-dns": text("http_request.url.hostname"),
    "c-uri-path": text("http_request.url.path"), "c-uri-stem": text("http_request.url.path"),
    "cs-uri-stem": text("http_request.url.path"), "c-uri-query": text("http_request.url.query_string"),
    "cs-uri-query": text("http_request.url.query_string"), "c-useragent": text("http_request.user_agent"),
    "cs-user-agent": text("http_request.user_agent"), "cs-referrer": text("http_request.referrer"),
    "cs-referer": text("http_request.referrer"), "cs-method": text("http_request.http_method"),
    "sc-status": integer("http_response.code"), "dst_ip": text("dst_endpoint.ip"),
    "dst_port": integer("dst_endpoint.port"), "src_ip": text("src_endpoint.ip"), "c-ip": text("src_endpoint.ip"),
};

const MODULE: &[Field] = fields! {
    "ImageLoaded": file("module.file.path", "module.file.name"), "Hashes": digests!(MODULE_HASHES),
    "md5": digests!(MODULE_HASHES), "sha1": digests!(MODULE_HASHES), "sha256": digests!(MODULE_HASHES),
};

const LOGON: &[Field] = fields! {
    "TargetUserName": text("user.name"), "User": text("user.name"), "TargetDomainName": text("user.domain"),
    "TargetUserSid": text("user.uid"), "SubjectUserName": text("actor.user.name"),
    "IpAddress": text("src_endpoint.ip"), "SourceIp": text("src_endpoint.ip"),
    "IpPort": integer("src_endpoint.port"), "WorkstationName": text("src_endpoint.hostname"),
    "LogonType": integer("logon_type_id"), "AuthenticationPackageName": text("auth_protocol"),
    "action": Column::Words(Native::text("status"), &[("success", "Success"), ("failure", "Failure")]),
};

const MAIL: &[Field] = fields! {
    "sender": text("email.from"), "subject": text("email.subject"), "message_id": text("email.message_uid"),
    "direction": text("direction"),
};

const CLOUD: &[Field] = fields! {
    "eventName": text("api.operation"), "eventSource": text("api.service.name"),
    "errorCode": text("api.response.error"), "errorMessage": text("api.response.error_message"),
    "awsRegion": text("cloud.region"), "sourceIPAddress": text("src_endpoint.ip"),
    "userAgent": text("http_request.user_agent"), "userIdentity.arn": text("actor.user.uid"),
    "userIdentity.type": text("actor.user.type"), "userIdentity.userName": text("actor.user.name"),
};

const fn source(
    classes: &'static [Class],
    table: &'static str,
    only: &'static str,
    fields: &'static [Field],
    since: &'static [(u32, &'static [Field])],
    show: &'static [&'static str],
) -> Source {
    Source { classes, table, only, time: "time_dt", fields, since, show }
}

const BY_ACTOR: &[(u32, &[Field])] = &[(0, ACTOR)];
const ON_DEVICE: &[(u32, &[Field])] = &[(0, DEVICE)];
const FILE_SHOWN: &[&str] = &["device.hostname", "file.path", "actor.process.cmd_line"];
const REGISTRY_SHOWN: &[&str] = &["device.hostname", "reg_value.path", "actor.process.cmd_line"];

/// The schema, with what its columns are beside plain.
pub const OCSF: Schema = Schema {
    sources: SOURCES,
    shown: &["host", "subject", "detail"],
    lists: &[Name::native(PROCESS_HASHES), Name::native(FILE_HASHES), Name::native(MODULE_HASHES)],
    joined: &[(Name::native(REGISTRY_OBJECT), [Name::native(REGISTRY_VALUE[0]), Name::native(REGISTRY_VALUE[1])])],
};

/// Every class that the schema has a place for.
pub const SOURCES: &[Source] = &[
    source(
        &[Class::category("process_creation")],
        "process_activity",
        "activity_id = 1",
        PROCESS,
        ON_DEVICE,
        &["device.hostname", "process.file.path", "process.cmd_line"],
    ),
    source(
        &[Class::category("file_event"), Class::category("file_change")],
        "file_activity",
        "activity_id IN (1, 3)",
        FILE,
        BY_ACTOR,
        FILE_SHOWN,
    ),
    source(&[Class::category("file_delete")], "file_activity", "activity_id = 4", FILE, BY_ACTOR, FILE_SHOWN),
    source(&[Class::category("file_rename")], "file_activity", "activity_id = 5", FILE, BY_ACTOR, FILE_SHOWN),
    source(&[Class::category("file_access")], "file_activity", "activity_id = 2", FILE, BY_ACTOR, FILE_SHOWN),
    source(
        &[Class::category("registry_set"), Class::category("registry_event")],
        "registry_value_activity",
        "activity_id IN (2, 3)",
        REGISTRY,
        BY_ACTOR,
        REGISTRY_SHOWN,
    ),
    source(
        &[Class::category("registry_delete")],
        "registry_value_activity",
        "activity_id = 4",
        REGISTRY,
        BY_ACTOR,
        REGISTRY_SHOWN,
    ),
    source(
        &[Class::category("network_connection"), Class::category("firewall")],
        "network_activity",
        "",
        NETWORK,
        BY_ACTOR,
        &["src_endpoint.ip", "dst_endpoint.ip", "dst_endpoint.hostname"],
    ),
    source(
        &[Class::category("dns_query"), Class::category("dns")],
        "dns_activity",
        "",
        DNS,
        BY_ACTOR,
        &["src_endpoint.ip", "query.hostname", "rcode"],
    ),
    source(
        &[Class::category("proxy"), Class::category("webserver")],
        "http_activity",
        "",
        WEB,
        BY_ACTOR,
        &["src_endpoint.ip", "http_request.url.url_string", "http_request.user_agent"],
    ),
    source(
        &[Class::category("image_load"), Class::category("driver_load")],
        "module_activity",
        "activity_id = 1",
        MODULE,
        BY_ACTOR,
        &["device.hostname", "module.file.path", "actor.process.cmd_line"],
    ),
    source(
        &[Class::category("logon"), Class::category("authentication")],
        "authentication",
        "activity_id = 1",
        LOGON,
        ON_DEVICE,
        &["src_endpoint.ip", "user.name", "status"],
    ),
    source(
        &[Class::category("email")],
        "email_activity",
        "",
        MAIL,
        &[],
        &["email.from", "email.subject", "email.message_uid"],
    ),
    source(
        &[Class::service("aws", "cloudtrail"), Class::category("cloud_api")],
        "api_activity",
        "",
        CLOUD,
        &[],
        &["src_endpoint.ip", "api.operation", "actor.user.name"],
    ),
];
