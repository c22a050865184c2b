//! Advanced hunting's columns: which carry the fields of each class of events.
//!
//! Source: Microsoft Learn, "Data tables in the Microsoft Defender XDR advanced hunting schema"; columns checked
//! against `data/schemas/defender_xdr.json`. Keys inside `AdditionalFields` and some values of `ActionType` are in no
//! published schema; they were not checked against a tenant.

use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Source};
use huntsmith_sdk::{fields, names};

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn file(full: &'static str, name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: Some(Native::text(name)) }
}

pub const DIGESTS: &[(&str, Native<'static>)] =
    &[("md5", Native::text("MD5")), ("sha1", Native::text("SHA1")), ("sha256", Native::text("SHA256"))];

pub const FILE_DIGESTS: &[Field] = fields! {
    "Hashes": Column::Digests(DIGESTS), "md5": Column::Digests(DIGESTS), "sha1": Column::Digests(DIGESTS),
    "sha256": Column::Digests(DIGESTS),
};

/// The process that did it, on every device table but that of processes.
pub const ACTOR: &[Field] = fields! {
    "Image": file("InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    "CommandLine": text("InitiatingProcessCommandLine"),
    "ParentImage": Column::Path { full: None, name: Some(Native::text("InitiatingProcessParentFileName")) },
    "ProcessId": integer("InitiatingProcessId"), "User": text("InitiatingProcessAccountName"),
    "Computer": text("DeviceName"), "ComputerName": text("DeviceName"), "ActionType": text("ActionType"),
};

pub const PROCESS: &[Field] = fields! {
    "Image": file("FolderPath", "FileName"), "CommandLine": text("ProcessCommandLine"),
    "OriginalFileName": text("ProcessVersionInfoOriginalFileName"), "Company": text("ProcessVersionInfoCompanyName"),
    "Product": text("ProcessVersionInfoProductName"), "Description": text("ProcessVersionInfoFileDescription"),
    "FileVersion": text("ProcessVersionInfoProductVersion"), "IntegrityLevel": text("ProcessIntegrityLevel"),
    "ProcessId": integer("ProcessId"), "User": text("AccountName"), "LogonId": integer("LogonId"),
    "ParentImage": file("InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    "ParentCommandLine": text("InitiatingProcessCommandLine"), "ParentProcessId": integer("InitiatingProcessId"),
    "ParentUser": text("InitiatingProcessAccountName"),
    "ParentIntegrityLevel": text("InitiatingProcessIntegrityLevel"),
    "GrandParentImage": Column::Path { full: None, name: Some(Native::text("InitiatingProcessParentFileName")) },
    "Computer": text("DeviceName"), "ComputerName": text("DeviceName"),
};

pub const PROCESS_SHOWN: &[&str] = names! {
    "Timestamp", "DeviceName", "AccountName", "FileName", "FolderPath", "ProcessCommandLine", "SHA256",
    "InitiatingProcessFileName", "InitiatingProcessCommandLine",
};

pub const FILE: &[Field] = fields! {
    "TargetFilename": file("FolderPath", "FileName"),
    "SourceFilename": file("PreviousFolderPath", "PreviousFileName"), "FileSize": integer("FileSize"),
    "FileOriginUrl": text("FileOriginUrl"), "FileOriginIp": Column::Address(Native::text("FileOriginIP")),
    "ShareName": text("ShareName"),
};

pub const FILE_SHOWN: &[&str] = names! {
    "Timestamp", "DeviceName", "ActionType", "FolderPath", "FileName", "SHA256", "InitiatingProcessAccountName",
    "InitiatingProcessFileName", "InitiatingProcessCommandLine",
};

pub const fn file_source(classes: &'static [Class], only: &'static str) -> Source {
    Source {
        classes,
        table: "DeviceFileEvents",
        only,
        time: "Timestamp",
        fields: FILE,
        since: &[(0, ACTOR), (0, FILE_DIGESTS)],
        show: FILE_SHOWN,
    }
}

/// The object as Sysmon writes it: the key and the value's name in one.
pub const REGISTRY_OBJECT: Native<'static> = Native::text("strcat(RegistryKey, \"\\\\\", RegistryValueName)");

pub const REGISTRY: &[Field] = fields! {
    "TargetObject": Column::Registry { object: REGISTRY_OBJECT, key: Some(Native::text("RegistryKey")), value: Some(Native::text("RegistryValueName")), hives: Hives::Long },
    "Details": text("RegistryValueData"), "NewName": text("RegistryKey"),
    "EventType": Column::Words(Native::text("ActionType"), &[("SetValue", "RegistryValueSet"), ("CreateKey", "RegistryKeyCreated"), ("DeleteKey", "RegistryKeyDeleted"), ("DeleteValue", "RegistryValueDeleted"), ("RenameKey", "RegistryKeyRenamed")]),
};

pub const REGISTRY_SHOWN: &[&str] = names! {
    "Timestamp", "DeviceName", "ActionType", "RegistryKey", "RegistryValueName", "RegistryValueData",
    "InitiatingProcessAccountName", "InitiatingProcessFileName", "InitiatingProcessCommandLine",
};

pub const fn registry_source(classes: &'static [Class], only: &'static str) -> Source {
    Source {
        classes,
        table: "DeviceRegistryEvents",
        only,
        time: "Timestamp",
        fields: REGISTRY,
        since: &[(0, ACTOR)],
        show: REGISTRY_SHOWN,
    }
}

/// `RemoteUrl` is a URL, a host, or a host and a port.
pub const REMOTE_HOST: Column<'static> = Column::Host {
    host: Native::text("extract(@\"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)\", 1, RemoteUrl)"),
    within: Native::text("RemoteUrl"),
};

pub const CONNECTION: &[Field] = fields! {
    "DestinationIp": Column::Address(Native::text("RemoteIP")), "DestinationHostname": REMOTE_HOST,
    "DestinationPort": integer("RemotePort"), "SourceIp": Column::Address(Native::text("LocalIP")),
    "SourcePort": integer("LocalPort"), "SourceHostname": text("DeviceName"), "Protocol": text("Protocol"),
    "dst_ip": Column::Address(Native::text("RemoteIP")), "dst_port": integer("RemotePort"),
    "src_ip": Column::Address(Native::text("LocalIP")), "src_port": integer("LocalPort"),
    "Initiated": Column::Words(Native::text("ActionType"), &[("true", "ConnectionSuccess"), ("true", "ConnectionFailed"), ("true", "ConnectionRequest"), ("true", "ConnectionAttempt"), ("false", "InboundConnectionAccepted"), ("false", "InboundConnectionAttempt")]),
};

pub const CONNECTION_SHOWN: &[&str] = names! {
    "Timestamp", "DeviceName", "ActionType", "RemoteIP", "RemotePort", "RemoteUrl", "LocalIP",
    "InitiatingProcessAccountName", "InitiatingProcessFileName", "InitiatingProcessCommandLine",
};

/// Web requests as the device sees them: the address without what only a proxy knows.
pub const REQUEST: &[Field] = fields! {
    "c-uri": text("RemoteUrl"), "cs-host": REMOTE_HOST, "r-dns": REMOTE_HOST,
    "dst_ip": Column::Address(Native::text("RemoteIP")), "dst_port": integer("RemotePort"),
    "src_ip": Column::Address(Native::text("LocalIP")),
};

/// Web requests that network protection has looked into.
pub const INSPECTED: &[Field] = fields! {
    "c-uri": text("strcat(\"http://\", tostring(parse_json(AdditionalFields).host), tostring(parse_json(AdditionalFields).uri))"),
    "cs-host": text("tostring(parse_json(AdditionalFields).host)"),
    "r-dns": text("tostring(parse_json(AdditionalFields).host)"),
    "c-uri-path": text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[0])"),
    "cs-uri-stem": text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[0])"),
    "c-uri-query": text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[1])"),
    "cs-uri-query": text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[1])"),
    "c-useragent": text("tostring(parse_json(AdditionalFields).user_agent)"),
    "cs-user-agent": text("tostring(parse_json(AdditionalFields).user_agent)"),
    "cs-method": text("tostring(parse_json(AdditionalFields).method)"),
    "sc-status": text("tostring(parse_json(AdditionalFields).status_code)"),
    "dst_ip": Column::Address(Native::text("RemoteIP")), "dst_port": integer("RemotePort"),
    "src_ip": Column::Address(Native::text("LocalIP")),
};

pub const INSPECTED_SHOWN: &[&str] =
    &["Timestamp", "DeviceName", "ActionType", "RemoteIP", "RemotePort", "LocalIP", "AdditionalFields"];

pub const DNS_RESPONSE: &[Field] = fields! {
    "QueryName": text("tostring(parse_json(AdditionalFields).DnsQueryString)"),
    "query": text("tostring(parse_json(AdditionalFields).DnsQueryString)"),
    "QueryResults": text("tostring(parse_json(AdditionalFields).DnsQueryResult)"),
    "answer": text("tostring(parse_json(AdditionalFields).DnsQueryResult)"),
};

pub const DNS_INSPECTED: &[Field] = fields! {
    "QueryName": text("tostring(parse_json(AdditionalFields).query)"),
    "query": text("tostring(parse_json(AdditionalFields).query)"),
    "QueryResults": text("tostring(parse_json(AdditionalFields).answers)"),
    "answer": text("tostring(parse_json(AdditionalFields).answers)"),
    "record_type": text("tostring(parse_json(AdditionalFields).qtype_name)"),
    "QueryStatus": text("tostring(parse_json(AdditionalFields).rcode_name)"),
    "src_ip": Column::Address(Native::text("LocalIP")), "dst_ip": Column::Address(Native::text("RemoteIP")),
    "Computer": text("DeviceName"),
};

pub const MODULE: &[Field] = &[("ImageLoaded", file("FolderPath", "FileName"))];

pub const MODULE_SHOWN: &[&str] = names! {
    "Timestamp", "DeviceName", "FolderPath", "FileName", "SHA256", "InitiatingProcessAccountName",
    "InitiatingProcessFileName", "InitiatingProcessCommandLine",
};

pub const EVENT_SHOWN: &[&str] = names! {
    "Timestamp", "DeviceName", "ActionType", "FolderPath", "FileName", "AdditionalFields",
    "InitiatingProcessAccountName", "InitiatingProcessFileName", "InitiatingProcessCommandLine",
};

pub const fn event_source(classes: &'static [Class], only: &'static str, fields: &'static [Field]) -> Source {
    Source {
        classes,
        table: "DeviceEvents",
        only,
        time: "Timestamp",
        fields,
        since: &[(0, ACTOR), (1, FILE_DIGESTS)],
        show: EVENT_SHOWN,
    }
}

pub const PIPE: &[Field] = &[(
    "PipeName",
    text("replace_string(tostring(parse_json(AdditionalFields).PipeName), @\"\\Device\\NamedPipe\", \"\")"),
)];

pub const SERVICE: &[Field] = fields! {
    "ServiceName": text("tostring(parse_json(AdditionalFields).ServiceName)"),
    "AccountName": text("tostring(parse_json(AdditionalFields).ServiceAccount)"),
    "StartType": text("tostring(parse_json(AdditionalFields).ServiceStartType)"),
    "ServiceType": text("tostring(parse_json(AdditionalFields).ServiceType)"), "ImagePath": text("FolderPath"),
    "ServiceFileName": text("FolderPath"),
};

pub const TASK: &[Field] = fields! {
    "TaskName": text("tostring(parse_json(AdditionalFields).TaskName)"),
    "TaskContent": text("tostring(parse_json(AdditionalFields).TaskContent)"),
};

pub const THREAD: &[Field] = fields! {
    "SourceImage": file("InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    "SourceCommandLine": text("InitiatingProcessCommandLine"), "TargetImage": file("FolderPath", "FileName"),
};

pub const ACCESS: &[Field] = fields! {
    "SourceImage": file("InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    "SourceUser": text("InitiatingProcessAccountName"), "TargetImage": file("FolderPath", "FileName"),
};

pub const LOGON: &[Field] = fields! {
    "TargetUserName": text("AccountName"), "TargetDomainName": text("AccountDomain"),
    "TargetUserSid": text("AccountSid"), "SubjectUserName": text("InitiatingProcessAccountName"),
    "User": text("AccountName"), "IpAddress": Column::Address(Native::text("RemoteIP")),
    "SourceIp": Column::Address(Native::text("RemoteIP")), "IpPort": integer("RemotePort"),
    "WorkstationName": text("RemoteDeviceName"), "FailureReason": text("FailureReason"),
    "AuthenticationPackageName": text("Protocol"),
    "ProcessName": file("InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    "LogonType": Column::Words(Native::text("LogonType"), &[("2", "Interactive"), ("3", "Network"), ("4", "Batch"), ("5", "Service"), ("7", "Unlock"), ("8", "NetworkCleartext"), ("9", "NewCredentials"), ("10", "RemoteInteractive"), ("11", "CachedInteractive")]),
    "action": Column::Words(Native::text("ActionType"), &[("success", "LogonSuccess"), ("failure", "LogonFailed")]),
    "Computer": text("DeviceName"),
};

pub const MAIL: &[Field] = fields! {
    "sender": Column::Either(Native::text("SenderFromAddress"), Native::text("SenderMailFromAddress")),
    "sender_domain": Column::Either(Native::text("SenderFromDomain"), Native::text("SenderMailFromDomain")),
    "sender_name": text("SenderDisplayName"),
    "sender_ip": Column::Either(Native::text("SenderIPv4"), Native::text("SenderIPv6")),
    "recipient": text("RecipientEmailAddress"), "subject": text("Subject"), "message_id": text("InternetMessageId"),
    "direction": text("EmailDirection"), "action": text("DeliveryAction"),
};

pub const MAIL_ATTACHMENT: &[Field] = fields! {
    "sender": text("SenderFromAddress"), "sender_name": text("SenderDisplayName"),
    "recipient": text("RecipientEmailAddress"), "attachment_name": text("FileName"),
    "attachment_type": text("FileType"), "sha256": Column::Digests(&[("sha256", Native::text("SHA256"))]),
};

pub const MAIL_LINK: &[Field] = &[("url", text("Url")), ("url_domain", text("UrlDomain"))];

pub const CLOUD_APP: &[Field] = fields! {
    "eventName": text("ActionType"), "eventSource": text("tostring(RawEventData.eventSource)"),
    "errorCode": text("tostring(RawEventData.errorCode)"), "awsRegion": text("tostring(RawEventData.awsRegion)"),
    "sourceIPAddress": Column::Address(Native::text("IPAddress")), "userAgent": text("UserAgent"),
    "userIdentity.arn": text("tostring(RawEventData.userIdentity.arn)"),
    "userIdentity.type": text("tostring(RawEventData.userIdentity.type)"),
    "userIdentity.userName": text("tostring(RawEventData.userIdentity.userName)"),
    "requestParameters": text("tostring(RawEventData.requestParameters)"),
    "responseElements": text("tostring(RawEventData.responseElements)"),
};

pub const CLOUD_AUDIT: &[Field] = fields! {
    "operationName": text("OperationName"), "OperationName": text("OperationName"), "ResourceId": text("ResourceId"),
    "callerIpAddress": Column::Address(Native::text("IPAddress")), "userAgent": text("UserAgent"),
    "ActionType": text("ActionType"),
};

pub const SIGN_IN: &[Field] = fields! {
    "UserPrincipalName": text("AccountUpn"), "IPAddress": Column::Address(Native::text("IPAddress")),
    "AppDisplayName": text("Application"), "ResourceDisplayName": text("ResourceDisplayName"),
    "ResultType": integer("ErrorCode"), "UserAgent": text("UserAgent"), "ClientAppUsed": text("ClientAppUsed"),
    "AuthenticationRequirement": text("AuthenticationRequirement"), "Country": text("Country"),
};

pub const EXPOSURE: &[Field] = fields! {
    "cve": text("CveId"), "severity": text("VulnerabilitySeverityLevel"), "software": text("SoftwareName"),
    "vendor": text("SoftwareVendor"), "Computer": text("DeviceName"),
};

pub const CREATED_OR_WRITTEN: &str = "ActionType in (\"FileCreated\", \"FileModified\", \"FileRenamed\")";
