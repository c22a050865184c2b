//! Hiding from defenders, and turning off what they have.

use super::{CHANGE, DELETE, MAKE, Procedure, STOP, p};

pub const TABLE: &[Procedure] = &[
    // Defense evasion
    p(
        "T1562.001",
        STOP | CHANGE | MAKE,
        &[
            "defender|antivirus|anti-virus|edr |edr,|edr.|security tool|security product|security software|endpoint protection|endpoint detection|real-time protection|realtime protection|amsi|tamper protection|security solution|security service|av product|security-related process|byovd",
        ],
    ),
    p("T1562.001", 0, &["exclusion", "defender|antivirus|windows security"]),
    p(
        "T1562.001",
        0,
        &["set-mppreference|add-mppreference|disableantispyware|disablerealtimemonitoring|amsi bypass|edr killer"],
    ),
    p("T1562.002", STOP, &["event logging|windows event log|event log service|audit policy|etw|event tracing"]),
    p("T1562.003", 0, &["histfile|histsize|histcontrol|disable command history|unset hist"]),
    p("T1562.004", STOP | CHANGE | DELETE, &["firewall|iptables|ufw "]),
    p("T1562.008", STOP | DELETE, &["cloudtrail|cloud log|guardduty|audit log", "disabl|stop|delet|turn"]),
    p("T1562.009", 0, &["safe mode|safeboot"]),
    p("T1070.001", DELETE, &["event log|windows log|security log|system log|application log|wevtutil|logs"]),
    p("T1070.002", DELETE, &["var/log|syslog|linux log|auth.log|utmp|wtmp|lastlog"]),
    p(
        "T1070.003",
        0,
        &[
            "command history|shell history|bash history|bash_history|history of commands|console history|consolehost_history",
        ],
    ),
    p(
        "T1070.004",
        0,
        &[
            "deletes itself|self-delet|deleted itself|delete itself|removes itself|removed itself|self delet|sdelete|deleting itself|uninstall itself|erases itself|file deletion",
        ],
    ),
    p(
        "T1070.004",
        DELETE,
        &["dropper|file|tool|artifact|artefact|binary|installer|malware|payload|executable|archive|traces"],
    ),
    p("T1070.006", 0, &["timestomp|time stomp"]),
    p("T1070.006", CHANGE, &["timestamp|creation time|last modified|modification time|file time"]),
    p("T1070.009", DELETE, &["persistence|registry key|scheduled task|service", "clean|remov|delet|uninstall"]),
    p("T1112", CHANGE | MAKE | DELETE, &["registry|regedit|reg.exe|reg add|hklm|hkcu|hkey_"]),
    p(
        "T1140",
        0,
        &[
            "decrypt|decod|deobfuscat|decompress|unpack|xor",
            "payload|string|configuration|shellcode|data|file|module|dll|script|content|binary|command|resource|memory|stage",
        ],
    ),
    p("T1027", 0, &["obfuscat"]),
    p(
        "T1027",
        0,
        &[
            "base64|encod|encrypt|xor|rc4|aes",
            "payload|string|shellcode|file|configuration|code|script|module|dll|binary|resource",
        ],
    ),
    p("T1027.001", 0, &["binary padding|padded|junk code|inflated|garbage data|large file size"]),
    p("T1027.002", 0, &["packed|packer|upx|vmprotect|themida|aspack|software packing|crypter"]),
    p("T1027.003", 0, &["steganograph|hidden in an image|inside an image|png file|bmp"]),
    p("T1027.004", 0, &["compile after|csc.exe|compiled on the|compile on"]),
    p("T1027.005", 0, &["recompil|avoid signature|evade signature|detection by antivirus|signature-based"]),
    p("T1027.006", 0, &["html smuggling"]),
    p("T1027.007", 0, &["api hash|dynamically resolv|dynamic api|resolves api|api resolution|hashed api"]),
    p("T1027.009", 0, &["embedded|appended", "payload|shellcode|pe file|executable|dll"]),
    p("T1027.010", 0, &["obfuscat|encod|base64|encodedcommand", "powershell|command|script"]),
    p(
        "T1027.011",
        0,
        &[
            "fileless|stored in the registry|in the registry|registry value",
            "payload|shellcode|fileless|encrypted|code|script",
        ],
    ),
    p(
        "T1027.013",
        0,
        &["encrypt|encod|base64|xor|rc4|aes", "payload|string|file|configuration|module|shellcode|dll|resource"],
    ),
    p("T1027.015", 0, &["zip|rar|compressed|archive|7z", "payload|deliver|malware|malicious|attachment|password"]),
    p("T1027.016", 0, &["junk code|dead code|useless instruction|opaque predicate|garbage code"]),
    p(
        "T1036.003",
        0,
        &[
            "renamed|renaming|rename",
            "copy|binary|utility|tool|cmd.exe|rundll32|psexec|procdump|rclone|legitimate|system",
        ],
    ),
    p(
        "T1036.004",
        0,
        &["masquerad|disguis|legitimate-looking|mimic|look like|looks like|legitimate name|similar to", "task|service"],
    ),
    p(
        "T1036.005",
        0,
        &[
            "svchost|legitimate|system file|system process|windows process|chrome|adobe|microsoft|genuine|system32|explorer.exe|java|google|vmware|onedrive",
            "masquerad|disguis|pos|mimic|looks like|look like|imitat|legitimate name|same name|pretend|named|name of|renamed|similar",
        ],
    ),
    p("T1036.007", 0, &["double extension|double file extension|two extensions"]),
    p("T1036.008", 0, &["file type|magic byte|file header|icon|extension", "masquerad|disguis|pos|fake|appear|look"]),
    p("T1036.001", 0, &["invalid signature|invalid code sign|fake signature|spoofed signature|self-signed code"]),
    p("T1218.011", 0, &["rundll32"]),
    p("T1218.005", 0, &["mshta|hta file"]),
    p("T1218.010", 0, &["regsvr32"]),
    p("T1218.007", 0, &["msiexec"]),
    p("T1218.003", 0, &["cmstp"]),
    p("T1218.004", 0, &["installutil"]),
    p("T1218.001", 0, &["compiled html|chm file|hh.exe"]),
    p("T1218.002", 0, &["control panel|cpl file"]),
    p("T1218.008", 0, &["odbcconf"]),
    p("T1218.009", 0, &["regasm|regsvcs"]),
    p("T1127.001", 0, &["msbuild"]),
    p("T1220", 0, &["xsl script|squiblytwo|msxsl|xsl file"]),
    p("T1216", 0, &["pubprn|syncappvpublishing|system script"]),
    p(
        "T1497.001",
        0,
        &[
            "virtual machine|vmware|virtualbox|sandbox|hypervisor|virtual environment|virtuali|qemu|anti-vm",
            "check|detect|exit|terminat|stop|quit|leave|evad|avoid|refus|trace|whether|if ",
        ],
    ),
    p("T1497.002", 0, &["mouse|user activity|cursor", "sandbox|check|wait|movement|click"]),
    p("T1497.003", 0, &["sleep|delay|time-based|wait", "sandbox|evad|analysis|execution|minutes|seconds|hours|before"]),
    p("T1622", 0, &["debugger|isdebuggerpresent|anti-debug|beingdebugged", "check|detect|present|anti|exit|evad"]),
    p(
        "T1480",
        0,
        &[
            "only run|only execute|exits if|quits if|will not run|terminates if|stops if|kill switch|only if|does not execute if|if the victim|specific host",
            "language|domain|country|keyboard|locale|hostname|computer name|user name|path|machine|date|ip address|system",
        ],
    ),
    p("T1480.001", 0, &["environmental key|environment key|derived from the|volume serial", "decrypt|key"]),
    p("T1480.002", 0, &["mutex"]),
    p(
        "T1564.001",
        0,
        &[
            "hidden attribute|hidden file|hidden folder|hidden director|attrib |set as hidden|hidden and system|hides the file|file attributes",
        ],
    ),
    p("T1564.002", 0, &["hidden user|hidden account|hide the account|hide user"]),
    p(
        "T1564.003",
        0,
        &[
            "hidden window|windowstyle hidden|w hidden|invisible window|window hidden|sw_hide|without showing|hide the window|hidden console|no window",
        ],
    ),
    p("T1564.004", 0, &["alternate data stream|ntfs attribute|ads stream"]),
    p("T1564.008", 0, &["hide emails|inbox rule|mailbox rule|email hiding", "hid|delet|mov|rule"]),
    p("T1014", 0, &["rootkit"]),
    p("T1014", 0, &["kernel module|kernel driver|kernel", "hide|hid "]),
    p("T1205", 0, &["magic packet|port knock|port-knock|traffic signal|magic value|specific packet|crafted packet"]),
    p(
        "T1553.002",
        0,
        &["signed|code sign|code-sign|signing certificate", "certificate|digital|stolen|valid|signature|legitimate"],
    ),
    p("T1553.005", 0, &["mark-of-the-web|mark of the web|motw"]),
    p("T1553.001", 0, &["gatekeeper|quarantine attribute|quarantine flag|xattr"]),
    p("T1553.004", MAKE, &["root certificate|trusted root"]),
    p(
        "T1620",
        0,
        &["reflective|reflectively|in memory|in-memory|into memory|fileless", "load|execut|assembly|invok|run"],
    ),
    p("T1221", 0, &["template injection|remote template"]),
    p("T1207", 0, &["dcshadow|rogue domain controller"]),
    p("T1222.001", 0, &["icacls|takeown|cacls"]),
    p("T1222.002", 0, &["chmod|chown|chattr"]),
    p(
        "T1656",
        0,
        &[
            "impersonat|pos|pretend",
            "help desk|helpdesk|it support|recruiter|journalist|employee|trusted|official|executive|support staff",
        ],
    ),
];
