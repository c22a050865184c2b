//! Sentinel's columns: which carry the fields of each class of events.
//!
//! Source: Microsoft Learn, "Advanced Security Information Model schemas" and the Azure Monitor Logs table reference;
//! columns checked against `data/schemas/sentinel.json`.

use huntsmith_sdk::fields;
use huntsmith_sdk::query::formula::Native;
use huntsmith_sdk::query::table::{Column, Field, Hives};

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const fn address(name: &'static str) -> Column<'static> {
    Column::Address(Native::text(name))
}

const fn file(full: &'static str, name: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: Some(Native::text(name)) }
}

/// A column with a path and none with its name.
const fn path(full: &'static str) -> Column<'static> {
    Column::Path { full: Some(Native::text(full)), name: None }
}

pub const PROCESS_DIGESTS: Column<'static> = Column::Digests(&[
    ("md5", Native::text("TargetProcessMD5")),
    ("sha1", Native::text("TargetProcessSHA1")),
    ("sha256", Native::text("TargetProcessSHA256")),
    ("sha512", Native::text("TargetProcessSHA512")),
    ("imphash", Native::text("TargetProcessIMPHASH")),
]);

pub const PROCESS: &[Field] = fields! {
    "Image": file("TargetProcessName", "TargetProcessFilename"), "CommandLine": text("TargetProcessCommandLine"),
    "OriginalFileName": text("TargetProcessFileOriginalName"), "Company": text("TargetProcessFileCompany"),
    "Product": text("TargetProcessFileProduct"), "Description": text("TargetProcessFileDescription"),
    "FileVersion": text("TargetProcessFileVersion"), "CurrentDirectory": text("TargetProcessCurrentDirectory"),
    "IntegrityLevel": text("TargetProcessIntegrityLevel"), "ProcessId": text("TargetProcessId"),
    "ProcessGuid": text("TargetProcessGuid"), "User": text("TargetUsername"), "LogonId": text("TargetUserSessionId"),
    "ParentImage": file("ActingProcessName", "ActingProcessFilename"),
    "ParentCommandLine": text("ActingProcessCommandLine"), "ParentProcessId": text("ActingProcessId"),
    "ParentUser": text("ActorUsername"), "GrandParentImage": path("ParentProcessName"), "Hashes": PROCESS_DIGESTS,
    "md5": PROCESS_DIGESTS, "sha1": PROCESS_DIGESTS, "sha256": PROCESS_DIGESTS, "Imphash": PROCESS_DIGESTS,
    "Computer": text("DvcHostname"),
};

/// The process that did it.
pub const ACTOR: &[Field] = fields! {
    "Image": path("ActingProcessName"), "CommandLine": text("ActingProcessCommandLine"),
    "ProcessId": text("ActingProcessId"), "ProcessGuid": text("ActingProcessGuid"), "User": text("ActorUsername"),
    "Computer": text("DvcHostname"),
};

pub const FILE_DIGESTS: Column<'static> = Column::Digests(&[
    ("md5", Native::text("TargetFileMD5")),
    ("sha1", Native::text("TargetFileSHA1")),
    ("sha256", Native::text("TargetFileSHA256")),
    ("sha512", Native::text("TargetFileSHA512")),
]);

pub const FILE: &[Field] = fields! {
    "TargetFilename": file("TargetFilePath", "TargetFileName"), "SourceFilename": file("SrcFilePath", "SrcFileName"),
    "FileSize": integer("TargetFileSize"), "Hashes": FILE_DIGESTS, "md5": FILE_DIGESTS, "sha1": FILE_DIGESTS,
    "sha256": FILE_DIGESTS,
};

pub const REGISTRY: &[Field] = fields! {
    "TargetObject": Column::Registry { object: Native::text("strcat(RegistryKey, \"\\\\\", RegistryValue)"), key: Some(Native::text("RegistryKey")), value: Some(Native::text("RegistryValue")), hives: Hives::Long },
    "Details": text("RegistryValueData"), "NewName": text("RegistryKey"), "ParentImage": path("ParentProcessName"),
    "EventType": Column::Words(Native::text("EventType"), &[("SetValue", "RegistryValueSet"), ("CreateKey", "RegistryKeyCreated"), ("DeleteKey", "RegistryKeyDeleted"), ("DeleteValue", "RegistryValueDeleted"), ("RenameKey", "RegistryKeyRenamed")]),
};

pub const CONNECTION: &[Field] = fields! {
    "DestinationIp": address("DstIpAddr"),
    "DestinationHostname": Column::Either(Native::text("DstFQDN"), Native::text("DstHostname")),
    "DestinationPort": integer("DstPortNumber"), "SourceIp": address("SrcIpAddr"),
    "SourceHostname": Column::Either(Native::text("SrcFQDN"), Native::text("SrcHostname")),
    "SourcePort": integer("SrcPortNumber"), "Protocol": text("NetworkProtocol"), "User": text("SrcUsername"),
    "Image": path("SrcAppName"), "dst_ip": address("DstIpAddr"), "dst_port": integer("DstPortNumber"),
    "src_ip": address("SrcIpAddr"), "src_port": integer("SrcPortNumber"), "bytes_in": integer("DstBytes"),
    "bytes_out": integer("SrcBytes"),
    "Initiated": Column::Words(Native::text("NetworkDirection"), &[("true", "Outbound"), ("false", "Inbound")]),
    "Computer": text("DvcHostname"),
};

pub const DNS: &[Field] = fields! {
    "QueryName": text("DnsQuery"), "query": text("DnsQuery"), "QueryResults": text("DnsResponseName"),
    "answer": text("DnsResponseName"), "record_type": text("DnsQueryTypeName"),
    "QueryStatus": text("EventResultDetails"), "Image": path("SrcProcessName"), "src_ip": address("SrcIpAddr"),
    "dst_ip": address("DstIpAddr"),
    "Computer": Column::Either(Native::text("SrcHostname"), Native::text("DvcHostname")),
};

/// Windows' own security log: the table has a column of the same name for what an event carries.
pub const SECURITY: &[Field] = fields! {
    "EventID": integer("EventID"), "SubjectUserName": text("SubjectUserName"),
    "SubjectUserSid": text("SubjectUserSid"), "SubjectDomainName": text("SubjectDomainName"),
    "SubjectLogonId": text("SubjectLogonId"), "TargetUserName": text("TargetUserName"),
    "TargetUserSid": text("TargetUserSid"), "TargetSid": text("TargetSid"),
    "TargetDomainName": text("TargetDomainName"), "TargetLogonId": text("TargetLogonId"),
    "TargetServerName": text("TargetServerName"), "TargetInfo": text("TargetInfo"),
    "TargetOutboundUserName": text("TargetOutboundUserName"), "LogonType": integer("LogonType"),
    "LogonProcessName": text("LogonProcessName"), "AuthenticationPackageName": text("AuthenticationPackageName"),
    "KeyLength": integer("KeyLength"), "WorkstationName": text("WorkstationName"),
    "Workstation": text("Workstation"), "IpAddress": text("IpAddress"), "IpPort": text("IpPort"),
    "Status": text("Status"), "SubStatus": text("SubStatus"), "ObjectName": text("ObjectName"),
    "ObjectType": text("ObjectType"), "ObjectServer": text("ObjectServer"),
    "ObjectValueName": text("ObjectValueName"), "AccessMask": text("AccessMask"), "AccessList": text("AccessList"),
    "ProcessName": text("ProcessName"), "NewProcessName": text("NewProcessName"),
    "ParentProcessName": text("ParentProcessName"), "CommandLine": text("CommandLine"),
    "CallerProcessName": text("CallerProcessName"), "ShareName": text("ShareName"),
    "ShareLocalPath": text("ShareLocalPath"), "RelativeTargetName": text("RelativeTargetName"),
    "ServiceName": text("ServiceName"), "ServiceFileName": text("ServiceFileName"),
    "ServiceType": text("ServiceType"), "ServiceStartType": integer("ServiceStartType"),
    "ServiceAccount": text("ServiceAccount"), "PrivilegeList": text("PrivilegeList"),
    "Properties": text("Properties"), "AdditionalInfo": text("AdditionalInfo"),
    "TemplateContent": text("TemplateContent"), "AuditPolicyChanges": text("AuditPolicyChanges"),
    "SubcategoryGuid": text("SubcategoryGuid"), "OldValue": text("OldValue"), "NewValue": text("NewValue"),
    "Attributes": text("Attributes"), "SamAccountName": text("SamAccountName"), "SidHistory": text("SidHistory"),
    "AllowedToDelegateTo": text("AllowedToDelegateTo"), "OldUacValue": text("OldUacValue"),
    "NewUacValue": text("NewUacValue"), "DeviceDescription": text("DeviceDescription"),
    "ClassName": text("ClassName"), "Keywords": text("Keywords"), "Computer": text("Computer"),
};

pub const WEB: &[Field] = fields! {
    "c-uri": text("Url"), "cs-uri": text("Url"), "cs-host": text("HttpHost"), "r-dns": text("HttpHost"),
    "c-uri-query": text("extract(@\"\\?(.*)$\", 1, Url)"), "cs-uri-query": text("extract(@\"\\?(.*)$\", 1, Url)"),
    "c-uri-path": text("tostring(parse_url(Url).Path)"), "cs-uri-stem": text("tostring(parse_url(Url).Path)"),
    "c-useragent": text("HttpUserAgent"), "cs-user-agent": text("HttpUserAgent"),
    "cs-referrer": text("HttpReferrer"), "cs-referer": text("HttpReferrer"), "cs-method": text("HttpRequestMethod"),
    "sc-status": text("EventResultDetails"), "cs-username": text("SrcUsername"),
    "cs-mime-type": text("HttpContentType"), "dst_ip": address("DstIpAddr"), "dst_port": integer("DstPortNumber"),
    "src_ip": address("SrcIpAddr"), "c-ip": address("SrcIpAddr"),
};

pub const LOGON: &[Field] = fields! {
    "TargetUserName": text("TargetUsername"), "TargetUserSid": text("TargetUserId"),
    "SubjectUserName": text("ActorUsername"), "User": text("TargetUsername"), "IpAddress": address("SrcIpAddr"),
    "SourceIp": address("SrcIpAddr"), "IpPort": integer("SrcPortNumber"), "WorkstationName": text("SrcHostname"),
    "AuthenticationPackageName": text("LogonProtocol"), "FailureReason": text("EventResultDetails"),
    "action": Column::Words(Native::text("EventResult"), &[("success", "Success"), ("failure", "Failure")]),
    "Computer": Column::Either(Native::text("TargetHostname"), Native::text("DvcHostname")),
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
    "sender": text("SenderFromAddress"), "recipient": text("RecipientEmailAddress"),
    "attachment_name": text("FileName"), "attachment_type": text("FileType"),
    "sha256": Column::Digests(&[("sha256", Native::text("SHA256"))]),
};

pub const CLOUDTRAIL: &[Field] = fields! {
    "eventName": text("EventName"), "eventSource": text("EventSource"), "errorCode": text("ErrorCode"),
    "errorMessage": text("ErrorMessage"), "awsRegion": text("AWSRegion"),
    "sourceIPAddress": address("SourceIpAddress"), "userAgent": text("UserAgent"),
    "userIdentity.arn": text("UserIdentityArn"), "userIdentity.type": text("UserIdentityType"),
    "userIdentity.userName": text("UserIdentityUserName"), "requestParameters": text("RequestParameters"),
    "responseElements": text("ResponseElements"),
};

pub const SIGN_IN: &[Field] = fields! {
    "UserPrincipalName": text("UserPrincipalName"), "IPAddress": address("IPAddress"),
    "AppDisplayName": text("AppDisplayName"), "ResourceDisplayName": text("ResourceDisplayName"),
    "ResultType": text("ResultType"), "ResultDescription": text("ResultDescription"), "UserAgent": text("UserAgent"),
    "ClientAppUsed": text("ClientAppUsed"), "AuthenticationRequirement": text("AuthenticationRequirement"),
    "Country": text("Location"),
};

pub const ACTIVITY: &[Field] = fields! {
    "operationName": text("OperationNameValue"), "OperationName": text("OperationNameValue"),
    "ResourceId": text("_ResourceId"), "callerIpAddress": address("CallerIpAddress"), "Caller": text("Caller"),
};

pub const MAIL_LINK: &[Field] = fields! { "url": text("Url"), "url_domain": text("UrlDomain") };

const MODULE_DIGESTS: Column<'static> = Column::Digests(&[
    ("md5", Native::text("MD5")),
    ("sha1", Native::text("SHA1")),
    ("sha256", Native::text("SHA256")),
]);

/// Of the connector for Defender.
pub const MODULE: &[Field] = fields! {
    "ImageLoaded": file("FolderPath", "FileName"),
    "Image": file("InitiatingProcessFolderPath", "InitiatingProcessFileName"),
    "CommandLine": text("InitiatingProcessCommandLine"),
    "ParentImage": Column::Path { full: None, name: Some(Native::text("InitiatingProcessParentFileName")) },
    "ProcessId": integer("InitiatingProcessId"), "User": text("InitiatingProcessAccountName"),
    "Hashes": MODULE_DIGESTS, "md5": MODULE_DIGESTS, "sha1": MODULE_DIGESTS, "sha256": MODULE_DIGESTS,
    "Computer": text("DeviceName"),
};

/// Of the connector for forwarded events of Windows.
pub const SCRIPT: &[Field] = fields! {
    "ScriptBlockText": text("tostring(EventData.ScriptBlockText)"), "Path": text("tostring(EventData.Path)"),
    "Computer": text("Computer"),
};
