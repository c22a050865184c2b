//! Sentinel's tables: which carries a class of events. Sources as in `fields`.

use crate::fields::*;
use huntsmith_sdk::names;
use huntsmith_sdk::query::table::{Class, Field, Source};

const fn table(
    classes: &'static [Class],
    table: &'static str,
    only: &'static str,
    fields: &'static [Field],
    show: &'static [&'static str],
) -> Source {
    Source { classes, table, only, time: "TimeGenerated", fields, since: &[], show }
}

const fn acted(source: Source) -> Source {
    Source { since: &[(0, ACTOR)], ..source }
}

const FILE_SHOWN: &[&str] = names! {
    "TimeGenerated", "DvcHostname", "EventType", "TargetFilePath", "TargetFileName", "TargetFileSHA256",
    "ActorUsername", "ActingProcessName", "ActingProcessCommandLine",
};

const REGISTRY_SHOWN: &[&str] = names! {
    "TimeGenerated", "DvcHostname", "EventType", "RegistryKey", "RegistryValue", "RegistryValueData",
    "ActorUsername", "ActingProcessName", "ActingProcessCommandLine",
};

const fn files(classes: &'static [Class], only: &'static str) -> Source {
    acted(table(classes, "ASimFileEventLogs", only, FILE, FILE_SHOWN))
}

const fn registry(classes: &'static [Class], only: &'static str) -> Source {
    acted(table(classes, "ASimRegistryEventLogs", only, REGISTRY, REGISTRY_SHOWN))
}

/// Every table that the dialect reads.
pub const SOURCES: &[Source] = &[
    table(
        &[Class::category("process_creation")],
        "ASimProcessEventLogs",
        "EventType == \"ProcessCreated\"",
        PROCESS,
        names! {
            "TimeGenerated", "DvcHostname", "TargetUsername", "TargetProcessName", "TargetProcessCommandLine",
            "TargetProcessSHA256", "ActingProcessName", "ActingProcessCommandLine",
        },
    ),
    files(
        &[Class::category("file_event"), Class::category("file_change")],
        "EventType in (\"FileCreated\", \"FileModified\", \"FileRenamed\")",
    ),
    files(&[Class::category("file_delete")], "EventType == \"FileDeleted\""),
    files(&[Class::category("file_rename")], "EventType == \"FileRenamed\""),
    files(&[Class::category("file_access")], "EventType == \"FileAccessed\""),
    registry(&[Class::category("registry_set")], "EventType == \"RegistryValueSet\""),
    registry(&[Class::category("registry_add")], "EventType == \"RegistryKeyCreated\""),
    registry(&[Class::category("registry_delete")], "EventType in (\"RegistryKeyDeleted\", \"RegistryValueDeleted\")"),
    registry(&[Class::category("registry_event")], ""),
    table(
        &[Class::category("network_connection"), Class::category("firewall")],
        "ASimNetworkSessionLogs",
        "",
        CONNECTION,
        names! {
            "TimeGenerated", "DvcHostname", "SrcIpAddr", "DstIpAddr", "DstPortNumber", "DstHostname",
            "NetworkProtocol", "SrcUsername", "SrcAppName",
        },
    ),
    table(
        &[Class::category("dns_query"), Class::category("dns")],
        "ASimDnsActivityLogs",
        "",
        DNS,
        names! {
            "TimeGenerated", "SrcIpAddr", "SrcHostname", "DnsQuery", "DnsResponseName", "DnsQueryTypeName",
            "SrcProcessName",
        },
    ),
    table(
        &[Class::category("proxy"), Class::category("webserver")],
        "ASimWebSessionLogs",
        "",
        WEB,
        names! {
            "TimeGenerated", "SrcIpAddr", "SrcUsername", "HttpRequestMethod", "Url", "HttpUserAgent", "DstIpAddr",
            "EventResult",
        },
    ),
    table(
        &[Class::category("image_load")],
        "DeviceImageLoadEvents",
        "",
        MODULE,
        names! {
            "TimeGenerated", "DeviceName", "FolderPath", "FileName", "SHA256", "InitiatingProcessAccountName",
            "InitiatingProcessFileName", "InitiatingProcessCommandLine",
        },
    ),
    table(
        &[Class::category("ps_script")],
        "WindowsEvent",
        "Channel == \"Microsoft-Windows-PowerShell/Operational\" and EventID == 4104",
        SCRIPT,
        &["TimeGenerated", "Computer", "EventID", "EventData"],
    ),
    table(
        &[Class::service("windows", "security")],
        "SecurityEvent",
        "",
        SECURITY,
        names! {
            "TimeGenerated", "Computer", "EventID", "Activity", "SubjectUserName", "TargetUserName", "IpAddress",
            "ProcessName",
        },
    ),
    table(
        &[Class::category("logon"), Class::category("authentication")],
        "ASimAuthenticationEventLogs",
        "EventType == \"Logon\"",
        LOGON,
        names! {
            "TimeGenerated", "TargetHostname", "TargetUsername", "SrcIpAddr", "SrcHostname", "LogonProtocol",
            "EventResult", "EventResultDetails",
        },
    ),
    table(
        &[Class::category("email")],
        "EmailEvents",
        "",
        MAIL,
        names! {
            "TimeGenerated", "SenderFromAddress", "RecipientEmailAddress", "Subject", "DeliveryAction",
            "NetworkMessageId",
        },
    ),
    table(
        &[Class::category("email")],
        "EmailAttachmentInfo",
        "",
        MAIL_ATTACHMENT,
        &["TimeGenerated", "SenderFromAddress", "RecipientEmailAddress", "FileName", "SHA256", "NetworkMessageId"],
    ),
    table(
        &[Class::category("email")],
        "EmailUrlInfo",
        "",
        MAIL_LINK,
        &["TimeGenerated", "Url", "UrlDomain", "UrlLocation", "NetworkMessageId"],
    ),
    table(
        &[Class::service("aws", "cloudtrail"), Class::category("cloud_api")],
        "AWSCloudTrail",
        "",
        CLOUDTRAIL,
        &["TimeGenerated", "EventName", "EventSource", "UserIdentityArn", "SourceIpAddress", "UserAgent", "ErrorCode"],
    ),
    table(
        &[Class::service("azure", "signinlogs")],
        "SigninLogs",
        "",
        SIGN_IN,
        &["TimeGenerated", "UserPrincipalName", "AppDisplayName", "IPAddress", "Location", "ResultType", "UserAgent"],
    ),
    table(
        &[Class::service("azure", "activitylogs")],
        "AzureActivity",
        "",
        ACTIVITY,
        &["TimeGenerated", "Caller", "CallerIpAddress", "OperationNameValue", "ActivityStatusValue", "_ResourceId"],
    ),
];
