//! The data set `xdr_data`: which events carry a class, and which columns its fields.
//!
//! Source: Palo Alto Networks, "Cortex XDR XQL Schema Reference". No schema of it is public in a form that a machine
//! could check.

use huntsmith_sdk::fields;
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

/// The process that did it, and the machine.
const ACTOR: &[Field] = fields! {
    "Image": file("actor_process_image_path", "actor_process_image_name"),
    "CommandLine": text("actor_process_command_line"),
    "ParentImage": file("causality_actor_process_image_path", "causality_actor_process_image_name"),
    "ParentCommandLine": text("causality_actor_process_command_line"), "ProcessId": integer("actor_process_os_pid"),
    "User": text("actor_effective_username"), "Computer": text("agent_hostname"),
    "ComputerName": text("agent_hostname"),
};

const PROCESS_DIGESTS: Column<'static> = Column::Digests(&[
    ("sha256", Native::text("action_process_image_sha256")),
    ("md5", Native::text("action_process_image_md5")),
]);
const FILE_DIGESTS: Column<'static> =
    Column::Digests(&[("sha256", Native::text("action_file_sha256")), ("md5", Native::text("action_file_md5"))]);
const MODULE_DIGESTS: Column<'static> =
    Column::Digests(&[("sha256", Native::text("action_module_sha256")), ("md5", Native::text("action_module_md5"))]);

const PROCESS: &[Field] = fields! {
    "Image": file("action_process_image_path", "action_process_image_name"),
    "CommandLine": text("action_process_image_command_line"),
    "ParentImage": file("actor_process_image_path", "actor_process_image_name"),
    "ParentCommandLine": text("actor_process_command_line"), "ProcessId": integer("action_process_os_pid"),
    "ParentProcessId": integer("actor_process_os_pid"), "User": text("action_process_username"),
    "ParentUser": text("actor_effective_username"), "CurrentDirectory": text("action_process_cwd"),
    "Hashes": PROCESS_DIGESTS, "md5": PROCESS_DIGESTS, "sha256": PROCESS_DIGESTS,
};

const FILE: &[Field] = fields! {
    "TargetFilename": file("action_file_path", "action_file_name"),
    "SourceFilename": file("action_file_previous_file_path", "action_file_previous_file_name"),
    "FileSize": integer("action_file_size"), "Hashes": FILE_DIGESTS, "md5": FILE_DIGESTS, "sha256": FILE_DIGESTS,
};

const REGISTRY: &[Field] = fields! {
    "TargetObject": Column::Registry { object: Native::text("action_registry_key_name"), key: Some(Native::text("action_registry_key_name")), value: Some(Native::text("action_registry_value_name")), hives: Hives::Long },
    "Details": text("action_registry_data"),
};

const NETWORK: &[Field] = fields! {
    "DestinationIp": text("action_remote_ip"), "DestinationPort": integer("action_remote_port"),
    "DestinationHostname": text("action_external_hostname"), "SourceIp": text("action_local_ip"),
    "SourcePort": integer("action_local_port"), "dst_ip": text("action_remote_ip"),
    "dst_port": integer("action_remote_port"), "src_ip": text("action_local_ip"),
    "src_port": integer("action_local_port"),
};

const DNS: &[Field] = &[("QueryName", text("dns_query_name")), ("query", text("dns_query_name"))];

const MODULE: &[Field] = fields! {
    "ImageLoaded": file("action_module_path", "action_module_name"), "Hashes": MODULE_DIGESTS, "md5": MODULE_DIGESTS,
    "sha256": MODULE_DIGESTS,
};

const fn source(
    classes: &'static [Class],
    only: &'static str,
    fields: &'static [Field],
    show: &'static [&'static str],
) -> Source {
    Source { classes, table: "xdr_data", only, time: "_time", fields, since: &[], show }
}

const fn acted(
    classes: &'static [Class],
    only: &'static str,
    fields: &'static [Field],
    show: &'static [&'static str],
) -> Source {
    Source { since: &[(0, ACTOR)], ..source(classes, only, fields, show) }
}

const PROCESS_SHOWN: &[&str] = &["action_process_image_path", "action_process_image_command_line"];
const FILE_SHOWN: &[&str] = &["action_file_path", "actor_process_image_path", "actor_process_command_line"];
const REGISTRY_SHOWN: &[&str] = &["action_registry_key_name", "action_registry_value_name", "action_registry_data"];

/// Events of the agent.
pub const SOURCES: &[Source] = &[
    Source {
        since: &[(0, &[("Computer", text("agent_hostname")), ("ComputerName", text("agent_hostname"))])],
        ..source(
            &[Class::category("process_creation")],
            "event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START",
            PROCESS,
            PROCESS_SHOWN,
        )
    },
    acted(
        &[Class::category("file_event"), Class::category("file_change")],
        "event_type = ENUM.FILE and event_sub_type in (ENUM.FILE_CREATE_NEW, ENUM.FILE_WRITE)",
        FILE,
        FILE_SHOWN,
    ),
    acted(
        &[Class::category("file_delete")],
        "event_type = ENUM.FILE and event_sub_type = ENUM.FILE_REMOVE",
        FILE,
        FILE_SHOWN,
    ),
    acted(
        &[Class::category("file_rename")],
        "event_type = ENUM.FILE and event_sub_type = ENUM.FILE_RENAME",
        FILE,
        FILE_SHOWN,
    ),
    acted(
        &[Class::category("registry_set")],
        "event_type = ENUM.REGISTRY and event_sub_type = ENUM.REGISTRY_SET_VALUE",
        REGISTRY,
        REGISTRY_SHOWN,
    ),
    acted(
        &[Class::category("registry_event"), Class::category("registry_add"), Class::category("registry_delete")],
        "event_type = ENUM.REGISTRY",
        REGISTRY,
        REGISTRY_SHOWN,
    ),
    acted(
        &[Class::category("network_connection"), Class::category("firewall")],
        "event_type = ENUM.NETWORK",
        NETWORK,
        &["action_remote_ip", "action_remote_port", "action_external_hostname", "actor_process_image_path"],
    ),
    acted(
        &[Class::category("dns_query"), Class::category("dns")],
        "event_type = ENUM.NETWORK and dns_query_name != null",
        DNS,
        &["dns_query_name", "actor_process_image_path"],
    ),
    acted(
        &[Class::category("image_load")],
        "event_type = ENUM.LOAD_IMAGE",
        MODULE,
        &["action_module_path", "actor_process_image_path"],
    ),
];
