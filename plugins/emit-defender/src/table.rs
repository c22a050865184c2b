//! Advanced hunting's tables: which carries a class of events, and which columns carry its fields.
//!
//! Source: Microsoft Learn, "Data tables in the Microsoft Defender XDR advanced hunting schema"; columns checked
//! against `data/schemas/defender_xdr.json`. Keys inside `AdditionalFields` and some values of `ActionType` are in no
//! published schema; they were not checked against a tenant.

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

const DIGESTS: &[(&str, Native<'static>)] =
    &[("md5", Native::text("MD5")), ("sha1", Native::text("SHA1")), ("sha256", Native::text("SHA256"))];

const FILE_DIGESTS: &[Field] = &[
    ("Hashes", Column::Digests(DIGESTS)),
    ("md5", Column::Digests(DIGESTS)),
    ("sha1", Column::Digests(DIGESTS)),
    ("sha256", Column::Digests(DIGESTS)),
];

/// The process that did it, on every device table but that of processes.
const ACTOR: &[Field] = &[
    ("Image", file("InitiatingProcessFolderPath", "InitiatingProcessFileName")),
    ("CommandLine", text("InitiatingProcessCommandLine")),
    ("ParentImage", Column::Path { full: None, name: Some(Native::text("InitiatingProcessParentFileName")) }),
    ("ProcessId", integer("InitiatingProcessId")),
    ("User", text("InitiatingProcessAccountName")),
    ("Computer", text("DeviceName")),
    ("ComputerName", text("DeviceName")),
    ("ActionType", text("ActionType")),
];

const PROCESS: &[Field] = &[
    ("Image", file("FolderPath", "FileName")),
    ("CommandLine", text("ProcessCommandLine")),
    ("OriginalFileName", text("ProcessVersionInfoOriginalFileName")),
    ("Company", text("ProcessVersionInfoCompanyName")),
    ("Product", text("ProcessVersionInfoProductName")),
    ("Description", text("ProcessVersionInfoFileDescription")),
    ("FileVersion", text("ProcessVersionInfoProductVersion")),
    ("IntegrityLevel", text("ProcessIntegrityLevel")),
    ("ProcessId", integer("ProcessId")),
    ("User", text("AccountName")),
    ("LogonId", integer("LogonId")),
    ("ParentImage", file("InitiatingProcessFolderPath", "InitiatingProcessFileName")),
    ("ParentCommandLine", text("InitiatingProcessCommandLine")),
    ("ParentProcessId", integer("InitiatingProcessId")),
    ("ParentUser", text("InitiatingProcessAccountName")),
    ("ParentIntegrityLevel", text("InitiatingProcessIntegrityLevel")),
    ("GrandParentImage", Column::Path { full: None, name: Some(Native::text("InitiatingProcessParentFileName")) }),
    ("Computer", text("DeviceName")),
    ("ComputerName", text("DeviceName")),
];

const PROCESS_SHOWN: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "AccountName",
    "FileName",
    "FolderPath",
    "ProcessCommandLine",
    "SHA256",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
];

const FILE: &[Field] = &[
    ("TargetFilename", file("FolderPath", "FileName")),
    ("SourceFilename", file("PreviousFolderPath", "PreviousFileName")),
    ("FileSize", integer("FileSize")),
    ("FileOriginUrl", text("FileOriginUrl")),
    ("FileOriginIp", Column::Address(Native::text("FileOriginIP"))),
    ("ShareName", text("ShareName")),
];

const FILE_SHOWN: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "ActionType",
    "FolderPath",
    "FileName",
    "SHA256",
    "InitiatingProcessAccountName",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
];

const fn file_source(classes: &'static [Class], only: &'static str) -> Source {
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
const REGISTRY_OBJECT: Native<'static> = Native::text("strcat(RegistryKey, \"\\\\\", RegistryValueName)");

const REGISTRY: &[Field] = &[
    (
        "TargetObject",
        Column::Registry {
            object: REGISTRY_OBJECT,
            key: Some(Native::text("RegistryKey")),
            value: Some(Native::text("RegistryValueName")),
            hives: Hives::Long,
        },
    ),
    ("Details", text("RegistryValueData")),
    ("NewName", text("RegistryKey")),
    (
        "EventType",
        Column::Words(
            Native::text("ActionType"),
            &[
                ("SetValue", "RegistryValueSet"),
                ("CreateKey", "RegistryKeyCreated"),
                ("DeleteKey", "RegistryKeyDeleted"),
                ("DeleteValue", "RegistryValueDeleted"),
                ("RenameKey", "RegistryKeyRenamed"),
            ],
        ),
    ),
];

const REGISTRY_SHOWN: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "ActionType",
    "RegistryKey",
    "RegistryValueName",
    "RegistryValueData",
    "InitiatingProcessAccountName",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
];

const fn registry_source(classes: &'static [Class], only: &'static str) -> Source {
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
const REMOTE_HOST: Column<'static> = Column::Host {
    host: Native::text("extract(@\"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)\", 1, RemoteUrl)"),
    within: Native::text("RemoteUrl"),
};

const CONNECTION: &[Field] = &[
    ("DestinationIp", Column::Address(Native::text("RemoteIP"))),
    ("DestinationHostname", REMOTE_HOST),
    ("DestinationPort", integer("RemotePort")),
    ("SourceIp", Column::Address(Native::text("LocalIP"))),
    ("SourcePort", integer("LocalPort")),
    ("SourceHostname", text("DeviceName")),
    ("Protocol", text("Protocol")),
    ("dst_ip", Column::Address(Native::text("RemoteIP"))),
    ("dst_port", integer("RemotePort")),
    ("src_ip", Column::Address(Native::text("LocalIP"))),
    ("src_port", integer("LocalPort")),
    (
        "Initiated",
        Column::Words(
            Native::text("ActionType"),
            &[
                ("true", "ConnectionSuccess"),
                ("true", "ConnectionFailed"),
                ("true", "ConnectionRequest"),
                ("true", "ConnectionAttempt"),
                ("false", "InboundConnectionAccepted"),
                ("false", "InboundConnectionAttempt"),
            ],
        ),
    ),
];

const CONNECTION_SHOWN: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "ActionType",
    "RemoteIP",
    "RemotePort",
    "RemoteUrl",
    "LocalIP",
    "InitiatingProcessAccountName",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
];

/// Web requests as the device sees them: the address without what only a proxy knows.
const REQUEST: &[Field] = &[
    ("c-uri", text("RemoteUrl")),
    ("cs-host", REMOTE_HOST),
    ("r-dns", REMOTE_HOST),
    ("dst_ip", Column::Address(Native::text("RemoteIP"))),
    ("dst_port", integer("RemotePort")),
    ("src_ip", Column::Address(Native::text("LocalIP"))),
];

/// Web requests that network protection has looked into.
const INSPECTED: &[Field] = &[
    (
        "c-uri",
        text(
            "strcat(\"http://\", tostring(parse_json(AdditionalFields).host), tostring(parse_json(AdditionalFields).uri))",
        ),
    ),
    ("cs-host", text("tostring(parse_json(AdditionalFields).host)")),
    ("r-dns", text("tostring(parse_json(AdditionalFields).host)")),
    ("c-uri-path", text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[0])")),
    ("cs-uri-stem", text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[0])")),
    ("c-uri-query", text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[1])")),
    ("cs-uri-query", text("tostring(split(tostring(parse_json(AdditionalFields).uri), \"?\")[1])")),
    ("c-useragent", text("tostring(parse_json(AdditionalFields).user_agent)")),
    ("cs-user-agent", text("tostring(parse_json(AdditionalFields).user_agent)")),
    ("cs-method", text("tostring(parse_json(AdditionalFields).method)")),
    ("sc-status", text("tostring(parse_json(AdditionalFields).status_code)")),
    ("dst_ip", Column::Address(Native::text("RemoteIP"))),
    ("dst_port", integer("RemotePort")),
    ("src_ip", Column::Address(Native::text("LocalIP"))),
];

const INSPECTED_SHOWN: &[&str] =
    &["Timestamp", "DeviceName", "ActionType", "RemoteIP", "RemotePort", "LocalIP", "AdditionalFields"];

const DNS_RESPONSE: &[Field] = &[
    ("QueryName", text("tostring(parse_json(AdditionalFields).DnsQueryString)")),
    ("query", text("tostring(parse_json(AdditionalFields).DnsQueryString)")),
    ("QueryResults", text("tostring(parse_json(AdditionalFields).DnsQueryResult)")),
    ("answer", text("tostring(parse_json(AdditionalFields).DnsQueryResult)")),
];

const DNS_INSPECTED: &[Field] = &[
    ("QueryName", text("tostring(parse_json(AdditionalFields).query)")),
    ("query", text("tostring(parse_json(AdditionalFields).query)")),
    ("QueryResults", text("tostring(parse_json(AdditionalFields).answers)")),
    ("answer", text("tostring(parse_json(AdditionalFields).answers)")),
    ("record_type", text("tostring(parse_json(AdditionalFields).qtype_name)")),
    ("QueryStatus", text("tostring(parse_json(AdditionalFields).rcode_name)")),
    ("src_ip", Column::Address(Native::text("LocalIP"))),
    ("dst_ip", Column::Address(Native::text("RemoteIP"))),
    ("Computer", text("DeviceName")),
];

const MODULE: &[Field] = &[("ImageLoaded", file("FolderPath", "FileName"))];

const MODULE_SHOWN: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "FolderPath",
    "FileName",
    "SHA256",
    "InitiatingProcessAccountName",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
];

const EVENT_SHOWN: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "ActionType",
    "FolderPath",
    "FileName",
    "AdditionalFields",
    "InitiatingProcessAccountName",
    "InitiatingProcessFileName",
    "InitiatingProcessCommandLine",
];

const fn event_source(classes: &'static [Class], only: &'static str, fields: &'static [Field]) -> Source {
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

const PIPE: &[Field] = &[(
    "PipeName",
    text("replace_string(tostring(parse_json(AdditionalFields).PipeName), @\"\\Device\\NamedPipe\", \"\")"),
)];

const SERVICE: &[Field] = &[
    ("ServiceName", text("tostring(parse_json(AdditionalFields).ServiceName)")),
    ("AccountName", text("tostring(parse_json(AdditionalFields).ServiceAccount)")),
    ("StartType", text("tostring(parse_json(AdditionalFields).ServiceStartType)")),
    ("ServiceType", text("tostring(parse_json(AdditionalFields).ServiceType)")),
    ("ImagePath", text("FolderPath")),
    ("ServiceFileName", text("FolderPath")),
];

const TASK: &[Field] = &[
    ("TaskName", text("tostring(parse_json(AdditionalFields).TaskName)")),
    ("TaskContent", text("tostring(parse_json(AdditionalFields).TaskContent)")),
];

const THREAD: &[Field] = &[
    ("SourceImage", file("InitiatingProcessFolderPath", "InitiatingProcessFileName")),
    ("SourceCommandLine", text("InitiatingProcessCommandLine")),
    ("TargetImage", file("FolderPath", "FileName")),
];

const ACCESS: &[Field] = &[
    ("SourceImage", file("InitiatingProcessFolderPath", "InitiatingProcessFileName")),
    ("SourceUser", text("InitiatingProcessAccountName")),
    ("TargetImage", file("FolderPath", "FileName")),
];

const LOGON: &[Field] = &[
    ("TargetUserName", text("AccountName")),
    ("TargetDomainName", text("AccountDomain")),
    ("TargetUserSid", text("AccountSid")),
    ("SubjectUserName", text("InitiatingProcessAccountName")),
    ("User", text("AccountName")),
    ("IpAddress", Column::Address(Native::text("RemoteIP"))),
    ("SourceIp", Column::Address(Native::text("RemoteIP"))),
    ("IpPort", integer("RemotePort")),
    ("WorkstationName", text("RemoteDeviceName")),
    ("FailureReason", text("FailureReason")),
    ("AuthenticationPackageName", text("Protocol")),
    ("ProcessName", file("InitiatingProcessFolderPath", "InitiatingProcessFileName")),
    (
        "LogonType",
        Column::Words(
            Native::text("LogonType"),
            &[
                ("2", "Interactive"),
                ("3", "Network"),
                ("4", "Batch"),
                ("5", "Service"),
                ("7", "Unlock"),
                ("8", "NetworkCleartext"),
                ("9", "NewCredentials"),
                ("10", "RemoteInteractive"),
                ("11", "CachedInteractive"),
            ],
        ),
    ),
    ("action", Column::Words(Native::text("ActionType"), &[("success", "LogonSuccess"), ("failure", "LogonFailed")])),
    ("Computer", text("DeviceName")),
];

const MAIL: &[Field] = &[
    ("sender", Column::Either(Native::text("SenderFromAddress"), Native::text("SenderMailFromAddress"))),
    ("sender_domain", Column::Either(Native::text("SenderFromDomain"), Native::text("SenderMailFromDomain"))),
    ("sender_name", text("SenderDisplayName")),
    ("sender_ip", Column::Either(Native::text("SenderIPv4"), Native::text("SenderIPv6"))),
    ("recipient", text("RecipientEmailAddress")),
    ("subject", text("Subject")),
    ("message_id", text("InternetMessageId")),
    ("direction", text("EmailDirection")),
    ("action", text("DeliveryAction")),
];

const MAIL_ATTACHMENT: &[Field] = &[
    ("sender", text("SenderFromAddress")),
    ("sender_name", text("SenderDisplayName")),
    ("recipient", text("RecipientEmailAddress")),
    ("attachment_name", text("FileName")),
    ("attachment_type", text("FileType")),
    ("sha256", Column::Digests(&[("sha256", Native::text("SHA256"))])),
];

const MAIL_LINK: &[Field] = &[("url", text("Url")), ("url_domain", text("UrlDomain"))];

const CLOUD_APP: &[Field] = &[
    ("eventName", text("ActionType")),
    ("eventSource", text("tostring(RawEventData.eventSource)")),
    ("errorCode", text("tostring(RawEventData.errorCode)")),
    ("awsRegion", text("tostring(RawEventData.awsRegion)")),
    ("sourceIPAddress", Column::Address(Native::text("IPAddress"))),
    ("userAgent", text("UserAgent")),
    ("userIdentity.arn", text("tostring(RawEventData.userIdentity.arn)")),
    ("userIdentity.type", text("tostring(RawEventData.userIdentity.type)")),
    ("userIdentity.userName", text("tostring(RawEventData.userIdentity.userName)")),
    ("requestParameters", text("tostring(RawEventData.requestParameters)")),
    ("responseElements", text("tostring(RawEventData.responseElements)")),
];

const CLOUD_AUDIT: &[Field] = &[
    ("operationName", text("OperationName")),
    ("OperationName", text("OperationName")),
    ("ResourceId", text("ResourceId")),
    ("callerIpAddress", Column::Address(Native::text("IPAddress"))),
    ("userAgent", text("UserAgent")),
    ("ActionType", text("ActionType")),
];

const SIGN_IN: &[Field] = &[
    ("UserPrincipalName", text("AccountUpn")),
    ("IPAddress", Column::Address(Native::text("IPAddress"))),
    ("AppDisplayName", text("Application")),
    ("ResourceDisplayName", text("ResourceDisplayName")),
    ("ResultType", integer("ErrorCode")),
    ("UserAgent", text("UserAgent")),
    ("ClientAppUsed", text("ClientAppUsed")),
    ("AuthenticationRequirement", text("AuthenticationRequirement")),
    ("Country", text("Country")),
];

const EXPOSURE: &[Field] = &[
    ("cve", text("CveId")),
    ("severity", text("VulnerabilitySeverityLevel")),
    ("software", text("SoftwareName")),
    ("vendor", text("SoftwareVendor")),
    ("Computer", text("DeviceName")),
];

const CREATED_OR_WRITTEN: &str = "ActionType in (\"FileCreated\", \"FileModified\", \"FileRenamed\")";

/// Every table that the dialect reads.
pub const SOURCES: &[Source] = &[
    Source {
        classes: &[Class::category("process_creation")],
        table: "DeviceProcessEvents",
        only: "",
        time: "Timestamp",
        fields: PROCESS,
        since: &[(0, FILE_DIGESTS)],
        show: PROCESS_SHOWN,
    },
    file_source(&[Class::category("file_event"), Class::category("file_change")], CREATED_OR_WRITTEN),
    file_source(&[Class::category("file_delete")], "ActionType == \"FileDeleted\""),
    file_source(&[Class::category("file_rename")], "ActionType == \"FileRenamed\""),
    registry_source(&[Class::category("registry_set")], "ActionType == \"RegistryValueSet\""),
    registry_source(&[Class::category("registry_add")], "ActionType == \"RegistryKeyCreated\""),
    registry_source(
        &[Class::category("registry_delete")],
        "ActionType in (\"RegistryKeyDeleted\", \"RegistryValueDeleted\")",
    ),
    registry_source(&[Class::category("registry_event")], ""),
    Source {
        classes: &[Class::category("network_connection"), Class::category("firewall")],
        table: "DeviceNetworkEvents",
        only: "",
        time: "Timestamp",
        fields: CONNECTION,
        since: &[(0, ACTOR)],
        show: CONNECTION_SHOWN,
    },
    event_source(
        &[Class::category("dns_query"), Class::category("dns")],
        "ActionType == \"DnsQueryResponse\"",
        DNS_RESPONSE,
    ),
    Source {
        classes: &[Class::category("dns_query"), Class::category("dns")],
        table: "DeviceNetworkEvents",
        only: "ActionType == \"DnsConnectionInspected\"",
        time: "Timestamp",
        fields: DNS_INSPECTED,
        since: &[],
        show: INSPECTED_SHOWN,
    },
    Source {
        classes: &[Class::category("proxy")],
        table: "DeviceNetworkEvents",
        only: "ActionType != \"HttpConnectionInspected\"",
        time: "Timestamp",
        fields: REQUEST,
        since: &[(0, ACTOR)],
        show: CONNECTION_SHOWN,
    },
    Source {
        classes: &[Class::category("proxy"), Class::category("webserver")],
        table: "DeviceNetworkEvents",
        only: "ActionType == \"HttpConnectionInspected\"",
        time: "Timestamp",
        fields: INSPECTED,
        since: &[],
        show: INSPECTED_SHOWN,
    },
    Source {
        classes: &[Class::category("image_load")],
        table: "DeviceImageLoadEvents",
        only: "",
        time: "Timestamp",
        fields: MODULE,
        since: &[(0, ACTOR), (0, FILE_DIGESTS)],
        show: MODULE_SHOWN,
    },
    Source {
        since: &[(0, ACTOR), (0, FILE_DIGESTS)],
        ..event_source(&[Class::category("driver_load")], "ActionType == \"DriverLoad\"", MODULE)
    },
    event_source(&[Class::category("pipe_created")], "ActionType == \"NamedPipeEvent\"", PIPE),
    event_source(
        &[Class::category("create_service"), Class::category("service_creation")],
        "ActionType == \"ServiceInstalled\"",
        SERVICE,
    ),
    event_source(
        &[Class::category("scheduled_task")],
        "ActionType in (\"ScheduledTaskCreated\", \"ScheduledTaskUpdated\")",
        TASK,
    ),
    event_source(&[Class::category("create_remote_thread")], "ActionType == \"CreateRemoteThreadApiCall\"", THREAD),
    event_source(&[Class::category("process_access")], "ActionType == \"OpenProcessApiCall\"", ACCESS),
    Source {
        classes: &[Class::category("logon"), Class::category("authentication")],
        table: "DeviceLogonEvents",
        only: "",
        time: "Timestamp",
        fields: LOGON,
        since: &[],
        show: &[
            "Timestamp",
            "DeviceName",
            "ActionType",
            "LogonType",
            "AccountDomain",
            "AccountName",
            "RemoteIP",
            "RemoteDeviceName",
            "Protocol",
        ],
    },
    Source {
        classes: &[Class::category("email")],
        table: "EmailEvents",
        only: "",
        time: "Timestamp",
        fields: MAIL,
        since: &[],
        show: &[
            "Timestamp",
            "SenderFromAddress",
            "SenderMailFromAddress",
            "RecipientEmailAddress",
            "Subject",
            "DeliveryAction",
            "NetworkMessageId",
        ],
    },
    Source {
        classes: &[Class::category("email")],
        table: "EmailAttachmentInfo",
        only: "",
        time: "Timestamp",
        fields: MAIL_ATTACHMENT,
        since: &[],
        show: &["Timestamp", "SenderFromAddress", "RecipientEmailAddress", "FileName", "SHA256", "NetworkMessageId"],
    },
    Source {
        classes: &[Class::category("email")],
        table: "EmailUrlInfo",
        only: "",
        time: "Timestamp",
        fields: MAIL_LINK,
        since: &[],
        show: &["Timestamp", "Url", "UrlDomain", "UrlLocation", "NetworkMessageId"],
    },
    Source {
        classes: &[Class::service("aws", "cloudtrail"), Class::category("cloud_api")],
        table: "CloudAppEvents",
        only: "Application == \"Amazon Web Services\"",
        time: "Timestamp",
        fields: CLOUD_APP,
        since: &[],
        show: &["Timestamp", "ActionType", "AccountDisplayName", "IPAddress", "UserAgent", "RawEventData"],
    },
    Source {
        classes: &[Class::service("azure", "activitylogs")],
        table: "CloudAuditEvents",
        only: "",
        time: "Timestamp",
        fields: CLOUD_AUDIT,
        since: &[],
        show: &["Timestamp", "ActionType", "OperationName", "IPAddress", "ResourceId", "RawEventData"],
    },
    Source {
        classes: &[Class::service("azure", "signinlogs")],
        table: "EntraIdSignInEvents",
        only: "",
        time: "Timestamp",
        fields: SIGN_IN,
        since: &[],
        show: &["Timestamp", "AccountUpn", "Application", "IPAddress", "Country", "ErrorCode", "UserAgent"],
    },
    Source {
        classes: &[Class::category("vulnerability")],
        table: "DeviceTvmSoftwareVulnerabilities",
        only: "",
        time: "",
        fields: EXPOSURE,
        since: &[],
        show: &[
            "DeviceName",
            "OSPlatform",
            "SoftwareVendor",
            "SoftwareName",
            "SoftwareVersion",
            "CveId",
            "VulnerabilitySeverityLevel",
        ],
    },
];
