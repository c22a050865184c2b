//! The Common Information Model's data sets: which carries a class of events, and which fields carry its fields.
//!
//! Source: Splunk, Common Information Model add-on manual, and for calls of AWS the field aliases of the Splunk Add-on for
//! AWS (sourcetype `aws:cloudtrail`); fields checked against `data/schemas/splunk_cim.json`.
//! Fields of `fields` are in 5.0.1 and every later version; `since` adds what came later.

use huntsmith_sdk::fields;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Source};

/// CIM 6.4.0 and 8.5.0, as the tables of `since` count versions.
pub const CIM_64: u32 = 604;
pub const CIM_85: u32 = 805;

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn number(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn file(full: &'static str, name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: Some(Native::text(name)) }
}

const fn digests(name: &'static str) -> Column<'static> {
    Column::DigestText(Native::text(name))
}

const PROCESS: &[Field] = fields! {
    "Image": file("process_path", "process_name"), "CommandLine": text("process"),
    "OriginalFileName": text("original_file_name"), "CurrentDirectory": text("process_current_directory"),
    "IntegrityLevel": text("process_integrity_level"), "ProcessId": text("process_id"),
    "ProcessGuid": text("process_guid"), "User": text("user"),
    "ParentImage": file("parent_process_path", "parent_process_name"), "ParentCommandLine": text("parent_process"),
    "ParentProcessId": text("parent_process_id"), "ParentProcessGuid": text("parent_process_guid"),
    "Hashes": digests("process_hash"), "md5": digests("process_hash"), "sha1": digests("process_hash"),
    "sha256": digests("process_hash"), "Imphash": digests("process_hash"), "Computer": text("dest"),
    "ComputerName": text("dest"),
};

const PROCESS_64: &[Field] = &[("ParentUser", text("parent_user"))];

const FILE: &[Field] = fields! {
    "TargetFilename": file("file_path", "file_name"), "Hashes": digests("file_hash"), "md5": digests("file_hash"),
    "sha1": digests("file_hash"), "sha256": digests("file_hash"), "FileSize": number("file_size"),
    "User": text("user"), "ProcessId": text("process_id"), "ProcessGuid": text("process_guid"),
    "Computer": text("dest"),
};

/// The process that did it came to files and registry in two steps.
const ACTOR_64: &[Field] = &[("Image", Column::Path { full: Some(Native::text("image")), name: None })];

const ACTOR_85: &[Field] = fields! {
    "Image": file("process_path", "process_name"), "CommandLine": text("process"),
    "ParentImage": file("parent_process_path", "parent_process_name"), "ParentCommandLine": text("parent_process"),
};

const REGISTRY: &[Field] = fields! {
    "TargetObject": Column::Registry { object: Native::text("registry_path"), key: None, value: None, hives: Hives::Varied },
    "Details": text("registry_value_data"),
    "EventType": Column::Words(Native::text("action"), &[("SetValue", "modified"), ("SetValue", "created"), ("CreateKey", "created"), ("DeleteKey", "deleted"), ("DeleteValue", "deleted")]),
    "User": text("user"), "ProcessId": text("process_id"), "ProcessGuid": text("process_guid"),
    "Computer": text("dest"),
};

const TRAFFIC: &[Field] = fields! {
    "DestinationIp": Column::Either(Native::text("dest"), Native::text("dest_ip")),
    "DestinationHostname": text("dest"), "DestinationPort": number("dest_port"),
    "SourceIp": Column::Either(Native::text("src"), Native::text("src_ip")), "SourceHostname": text("src"),
    "SourcePort": number("src_port"), "Protocol": text("transport"), "User": text("user"),
    "ProcessId": text("process_id"), "dst_ip": Column::Either(Native::text("dest"), Native::text("dest_ip")),
    "dst_port": number("dest_port"), "src_ip": Column::Either(Native::text("src"), Native::text("src_ip")),
    "src_port": number("src_port"), "action": text("action"), "bytes_in": number("bytes_in"),
    "bytes_out": number("bytes_out"),
    "Initiated": Column::Words(Native::text("direction"), &[("true", "outbound"), ("false", "inbound")]),
    "Computer": text("dvc"),
};

const DNS: &[Field] = fields! {
    "QueryName": text("query"), "query": text("query"), "QueryResults": text("answer"), "answer": text("answer"),
    "record_type": text("record_type"), "QueryStatus": text("reply_code"), "src_ip": text("src"),
    "dst_ip": text("dest"), "Computer": text("src"),
};

const WEB: &[Field] = fields! {
    "c-uri": text("url"), "cs-uri": text("url"), "cs-host": text("url_domain"), "r-dns": text("url_domain"),
    "c-uri-path": text("uri_path"), "cs-uri-stem": text("uri_path"), "c-uri-stem": text("uri_path"),
    "c-uri-query": text("uri_query"), "cs-uri-query": text("uri_query"), "c-useragent": text("http_user_agent"),
    "cs-user-agent": text("http_user_agent"), "cs-referrer": text("http_referrer"),
    "cs-referer": text("http_referrer"), "cs-cookie": text("cookie"), "cs-method": text("http_method"),
    "sc-status": text("status"), "cs-username": text("user"), "cs-mime-type": text("http_content_type"),
    "rs-mime-type": text("http_content_type"), "dst_ip": text("dest"), "dst_port": number("dest_port"),
    "src_ip": text("src"), "c-ip": text("src"), "action": text("action"),
};

const WEB_85: &[Field] = fields! {
    "dst_ip": Column::Either(Native::text("dest"), Native::text("dest_ip")),
    "src_ip": Column::Either(Native::text("src"), Native::text("src_ip")),
};

const SERVICE: &[Field] = fields! {
    "ServiceName": Column::Either(Native::text("service_name"), Native::text("service")),
    "ImagePath": text("service_path"), "ServiceFileName": text("service_path"), "StartType": text("start_mode"),
    "User": text("user"), "Computer": text("dest"),
};

const LOGON: &[Field] = fields! {
    "TargetUserName": text("user"), "TargetDomainName": text("dest_nt_domain"), "SubjectUserName": text("src_user"),
    "SubjectDomainName": text("src_nt_domain"), "User": text("user"), "IpAddress": text("src"),
    "SourceIp": text("src"), "WorkstationName": text("src"),
    "AuthenticationPackageName": text("authentication_method"), "FailureReason": text("reason"),
    "action": text("action"), "app": text("app"), "EventID": text("signature_id"), "Computer": text("dest"),
};

const MAIL: &[Field] = fields! {
    "sender": Column::Either(Native::text("src_user"), Native::text("return_addr")),
    "sender_domain": text("src_user_domain"), "sender_ip": text("src"), "recipient": text("recipient"),
    "subject": text("subject"), "message_id": text("message_id"), "action": text("action"), "url": text("url"),
    "attachment_name": text("file_name"), "Hashes": digests("file_hash"), "md5": digests("file_hash"),
    "sha1": digests("file_hash"), "sha256": digests("file_hash"),
};

/// Calls of AWS as Splunk's add-on for it writes them. Who called is not among them: of a call that is about a user, the
/// model's user is that one.
const CLOUD: &[Field] = fields! {
    "eventName": text(CALL), "eventSource": Column::Either(Native::text("dvc"), Native::text("dest")),
    "errorCode": text("result_id"), "errorMessage": text("result"), "awsRegion": text("vendor_region"),
    "sourceIPAddress": text("src"), "userAgent": text("user_agent"),
};

/// The data set of changes.
pub const CHANGES: &str = "Change.All_Changes";

/// Its column that names a call.
pub const CALL: &str = "command";

const EXPOSURE: &[Field] = fields! {
    "cve": text("cve"), "severity": text("severity"), "signature": text("signature"), "Computer": text("dest"),
};

const FILE_SHOWN: &[&str] = &["dest", "user", "action", "file_path", "file_name", "file_hash"];
const REGISTRY_SHOWN: &[&str] =
    &["dest", "user", "action", "registry_path", "registry_value_name", "registry_value_data"];

const fn files(classes: &'static [Class], only: &'static str) -> Source {
    Source {
        classes,
        table: "Endpoint.Filesystem",
        only,
        time: "_time",
        fields: FILE,
        since: &[(CIM_64, ACTOR_64), (CIM_85, ACTOR_85)],
        show: FILE_SHOWN,
    }
}

const fn registry(classes: &'static [Class], only: &'static str) -> Source {
    Source {
        classes,
        table: "Endpoint.Registry",
        only,
        time: "_time",
        fields: REGISTRY,
        since: &[(CIM_64, ACTOR_64), (CIM_85, ACTOR_85)],
        show: REGISTRY_SHOWN,
    }
}

const fn data_set(
    classes: &'static [Class],
    table: &'static str,
    fields: &'static [Field],
    show: &'static [&'static str],
) -> Source {
    Source { classes, table, only: "", time: "_time", fields, since: &[], show }
}

/// Every data set that the dialect reads. None has the text of a script (`ps_script`): `Endpoint.Processes` holds command
/// lines, and no field of any version's data sets is one for what PowerShell compiles.
pub const SOURCES: &[Source] = &[
    Source {
        since: &[(CIM_64, PROCESS_64)],
        ..data_set(
            &[Class::category("process_creation")],
            "Endpoint.Processes",
            PROCESS,
            &["dest", "user", "process_name", "process", "process_path", "parent_process_name", "parent_process"],
        )
    },
    files(
        &[Class::category("file_event"), Class::category("file_change")],
        "Filesystem.action IN (\"created\", \"modified\")",
    ),
    files(&[Class::category("file_delete")], "Filesystem.action=\"deleted\""),
    files(&[Class::category("file_access")], "Filesystem.action=\"read\""),
    registry(&[Class::category("registry_set")], "Registry.action IN (\"created\", \"modified\")"),
    registry(&[Class::category("registry_add")], "Registry.action=\"created\""),
    registry(&[Class::category("registry_delete")], "Registry.action=\"deleted\""),
    registry(&[Class::category("registry_event")], ""),
    data_set(
        &[Class::category("network_connection"), Class::category("firewall")],
        "Network_Traffic.All_Traffic",
        TRAFFIC,
        &["src", "dest", "dest_ip", "dest_port", "transport", "action", "app", "user"],
    ),
    data_set(
        &[Class::category("dns_query"), Class::category("dns")],
        "Network_Resolution.DNS",
        DNS,
        &["src", "dest", "query", "record_type", "reply_code"],
    ),
    Source {
        since: &[(CIM_85, WEB_85)],
        ..data_set(
            &[Class::category("proxy"), Class::category("webserver")],
            "Web.Web",
            WEB,
            &["src", "dest", "user", "http_method", "url", "http_user_agent", "status", "action"],
        )
    },
    Source {
        since: &[(CIM_64, &[("ImageLoaded", Column::Path { full: Some(Native::text("loaded_file")), name: None })])],
        ..data_set(
            &[Class::category("image_load")],
            "Endpoint.Processes",
            &[("Image", file("process_path", "process_name")), ("User", text("user")), ("Computer", text("dest"))],
            &["dest", "user", "process_name", "process_path"],
        )
    },
    data_set(
        &[Class::category("create_service"), Class::category("service_creation")],
        "Endpoint.Services",
        SERVICE,
        &["dest", "user", "service_name", "service_path", "start_mode", "status"],
    ),
    data_set(
        &[Class::category("logon"), Class::category("authentication")],
        "Authentication.Authentication",
        LOGON,
        &["src", "dest", "user", "src_user", "app", "action", "signature"],
    ),
    data_set(
        &[Class::category("email")],
        "Email.All_Email",
        MAIL,
        &["src_user", "recipient", "subject", "file_name", "url", "action", "message_id"],
    ),
    Source {
        only: "All_Changes.vendor_product=\"AWS CloudTrail\"",
        ..data_set(
            &[Class::service("aws", "cloudtrail"), Class::category("cloud_api")],
            CHANGES,
            CLOUD,
            &["src", "user", "command", "dvc", "object", "vendor_account", "vendor_region", "status", "user_agent"],
        )
    },
    data_set(
        &[Class::category("vulnerability")],
        "Vulnerabilities.Vulnerabilities",
        EXPOSURE,
        &["dest", "cve", "signature", "severity", "vendor_product"],
    ),
];
