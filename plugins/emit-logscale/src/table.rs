//! The events of Falcon's sensor, and which fields carry the plan's.
//!
//! Source: CrowdStrike, "Events data dictionary". No schema of it is public: the names were not checked by a machine.

use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::table::{Class, Column, Field, Hives, Source};
use std::borrow::Cow;

const fn text(name: &'static str) -> Column<'static> {
    Column::Plain(Native::text(name))
}

const fn integer(name: &'static str) -> Column<'static> {
    Column::Plain(Native::integer(name))
}

const DIGESTS: Column<'static> =
    Column::Digests(&[("sha256", Native::text("SHA256HashData")), ("md5", Native::text("MD5HashData"))]);

/// A path as the kernel names it: `\Device\HarddiskVolume3\Windows\…`.
const IMAGE: Native<'static> = Native::text("ImageFileName");
const TARGET: Native<'static> = Native::text("TargetFileName");

const ACTOR: &[Field] =
    &[("User", text("UserName")), ("Computer", text("ComputerName")), ("ComputerName", text("ComputerName"))];

const PROCESS: &[Field] = &[
    ("Image", Column::Path { full: Some(IMAGE), name: Some(Native::text("FileName")) }),
    ("CommandLine", text("CommandLine")),
    ("ParentImage", Column::Path { full: None, name: Some(Native::text("ParentBaseFileName")) }),
    ("OriginalFileName", text("OriginalFilename")),
    ("ProcessId", integer("RawProcessId")),
    ("Hashes", DIGESTS),
    ("md5", DIGESTS),
    ("sha256", DIGESTS),
];

const CONTEXT: Field = ("Image", Column::Path { full: None, name: Some(Native::text("ContextBaseFileName")) });

const NETWORK: &[Field] = &[
    CONTEXT,
    ("DestinationIp", Column::Either(Native::text("RemoteAddressIP4"), Native::text("RemoteAddressIP6"))),
    ("dst_ip", Column::Either(Native::text("RemoteAddressIP4"), Native::text("RemoteAddressIP6"))),
    ("DestinationPort", integer("RemotePort")),
    ("dst_port", integer("RemotePort")),
    ("SourceIp", Column::Either(Native::text("LocalAddressIP4"), Native::text("LocalAddressIP6"))),
    ("SourcePort", integer("LocalPort")),
];

const DNS: &[Field] = &[CONTEXT, ("QueryName", text("DomainName")), ("query", text("DomainName"))];

const FILE: &[Field] = &[
    CONTEXT,
    ("TargetFilename", Column::Path { full: Some(TARGET), name: Some(Native::text("FileName")) }),
    ("Hashes", DIGESTS),
    ("md5", DIGESTS),
    ("sha256", DIGESTS),
];

const REGISTRY: &[Field] = &[
    CONTEXT,
    (
        "TargetObject",
        Column::Registry {
            object: Native::text("RegObjectName"),
            key: Some(Native::text("RegObjectName")),
            value: Some(Native::text("RegValueName")),
            hives: Hives::Varied,
        },
    ),
    ("Details", text("RegStringValue")),
];

const MODULE: &[Field] = &[
    CONTEXT,
    ("ImageLoaded", Column::Path { full: Some(IMAGE), name: Some(Native::text("FileName")) }),
    ("Hashes", DIGESTS),
    ("md5", DIGESTS),
    ("sha256", DIGESTS),
];

const SCRIPT: &[Field] = &[("ScriptBlockText", text("ScriptContent"))];

const fn source(classes: &'static [Class], only: &'static str, fields: &'static [Field]) -> Source {
    Source { classes, table: "events", only, time: "@timestamp", fields, since: &[(0, ACTOR)], show: &[] }
}

/// The sensor's events.
pub const SOURCES: &[Source] = &[
    source(&[Class::category("process_creation")], "#event_simpleName = /^(?:Synthetic)?ProcessRollup2$/", PROCESS),
    source(
        &[Class::category("network_connection"), Class::category("firewall")],
        "#event_simpleName = /^NetworkConnectIP[46]$/",
        NETWORK,
    ),
    source(&[Class::category("dns_query"), Class::category("dns")], "#event_simpleName = \"DnsRequest\"", DNS),
    source(
        &[Class::category("file_event"), Class::category("file_change")],
        "#event_simpleName = /(?:Written|FileCreate\\w*)$/",
        FILE,
    ),
    source(&[Class::category("file_delete")], "#event_simpleName = /FileDeleted$/", FILE),
    source(
        &[Class::category("registry_set"), Class::category("registry_add"), Class::category("registry_event")],
        "#event_simpleName = /^(?:Asep(?:Value|Key)Update|RegGenericValueUpdate)$/",
        REGISTRY,
    ),
    source(&[Class::category("image_load")], "#event_simpleName = /ModuleLoad$/", MODULE),
    source(
        &[Class::category("ps_script")],
        "#event_simpleName = /^(?:CommandHistory|ScriptControlScanInfo|ScriptControlScanTelemetry)$/",
        SCRIPT,
    ),
];

/// A condition over paths as the sensor writes them: a drive's letter is a device there, so that what follows it is
/// compared.
pub fn on_device(formula: Formula<'_>) -> Formula<'_> {
    match formula {
        Formula::All(children) => Formula::All(children.into_iter().map(on_device).collect()),
        Formula::Any(children) => Formula::Any(children.into_iter().map(on_device).collect()),
        Formula::Not(child) => Formula::Not(Box::new(on_device(*child))),
        Formula::Atom(atom) if is_path(&atom) => {
            Formula::any(atom.operands.iter().map(|operand| Formula::Atom(moved(&atom, operand))).collect())
        }
        other => other,
    }
}

fn is_path(atom: &Atom<'_>) -> bool {
    let paths = [IMAGE, TARGET].map(|native| native.name);
    let on_path = matches!(atom.subject, Subject::Column(Native { name, .. }) if paths.contains(&name));
    on_path && matches!(atom.compare, Compare::Equals | Compare::StartsWith | Compare::Contains)
}

fn moved<'a>(atom: &Atom<'a>, operand: &Operand<'a>) -> Atom<'a> {
    let below = match &operand.value {
        Scalar::Text(text) => text.get(2..).filter(|rest| text.as_bytes()[1] == b':' && rest.starts_with('\\')),
        _ => None,
    };
    let Some(below) = below.map(|rest| rest.to_owned()) else {
        return Atom { operands: vec![operand.clone()], ..*atom };
    };
    let compare = if atom.compare == Compare::Equals { Compare::EndsWith } else { Compare::Contains };
    let operand = Operand { value: Scalar::Text(Cow::Owned(below)), ..operand.clone() };
    Atom { compare, operands: vec![operand], ..*atom }
}
