//! Carrying off and doing harm.

use super::{CHANGE, DELETE, MAKE, Procedure, SEND, STOP, p};

pub const TABLE: &[Procedure] = &[
    // Exfiltration
    p(
        "T1041",
        SEND,
        &[
            "c2 |c2,|c2.|c2-|command and control|command-and-control|same channel|c&c|same server|control server|post request",
            "data|file|information|loot|stolen|collected|results|screenshot|exfil|credential|zip|archive|documents",
        ],
    ),
    p("T1048", SEND, &["ftp|sftp|scp |winscp|smtp|dns|filezilla|webdav|icmp", "exfil|stolen|data|document|file"]),
    p("T1048.003", SEND, &["ftp |ftp.|ftp,|smtp|dns|http|webdav", "exfil|stolen|stole|collected"]),
    p("T1048.002", SEND, &["https|sftp|scp |winscp", "exfil|stolen|stole"]),
    p(
        "T1567",
        SEND,
        &[
            "web service|file sharing|file-sharing|file transfer site|transfer.sh|gofile|discord webhook|telegram",
            "exfil|stolen|data|files",
        ],
    ),
    p(
        "T1567.002",
        SEND,
        &[
            "rclone|mega |mega.|mega,|megasync|megacmd|dropbox|google drive|onedrive|cloud storage|pcloud|aws s3|box.com|azcopy|yandex disk|backblaze|s3 bucket|wasabi",
        ],
    ),
    p("T1567.001", SEND, &["github|code repositor|gitlab"]),
    p("T1567.004", SEND, &["webhook"]),
    p(
        "T1030",
        0,
        &[
            "chunk|split|smaller parts|segments|size limit|fixed size|blocks",
            "exfil|upload|send|transfer|file|data|rar",
        ],
    ),
    p("T1029", 0, &["exfil|upload|send data|transmit", "every|interval|schedul|hours|periodically|business hours"]),
    p("T1020", 0, &["automatically|automated", "exfil|upload|sends"]),
    p("T1537", 0, &["cloud account", "transfer|copied|snapshot|exfil"]),
    p("T1052.001", 0, &["usb|removable", "exfil|air-gap|air gap"]),
    // Impact
    p(
        "T1486",
        0,
        &[
            "encrypt",
            "ransom|victim|extension|note|locker|affiliate|gang|esxi|vmdk|virtual machine|every file|all files|user files|files on|file server|network share|volumes|drives|systems|files with|bitlocker",
        ],
    ),
    p(
        "T1490",
        0,
        &[
            "shadow cop|vssadmin|wbadmin|volume shadow|bcdedit|recovery catalog|backup catalog|system restore|recovery mode|shadowcopy|recovery catalogue|windows recovery|restore point|recovery option",
        ],
    ),
    p("T1490", DELETE | STOP, &["backup", "server|delet|snapshot|catalog|destroy|veeam|copies"]),
    p(
        "T1489",
        STOP,
        &[
            "backup|sql|database|exchange|before encrypt|prior to encrypt|list of|virtual machines|veeam|specific|encryption|terminat|stop",
            "services|service|processes",
        ],
    ),
    p(
        "T1485",
        DELETE,
        &[
            "overwr|destroy|destruct|wiper|wip|random|permanent|irrecover|zeros|null",
            "data|files|documents|disks|backups|contents",
        ],
    ),
    p("T1561.001", 0, &["overwr|wip", "disk|drive|sectors|volume|raw"]),
    p(
        "T1561.002",
        0,
        &[
            "mbr|master boot record|partition table|boot sector|gpt|master file table",
            "overwr|wip|destroy|corrupt|delet|replac|eras",
        ],
    ),
    p(
        "T1529",
        0,
        &[
            "reboot|shut down|shuts down|shutdown|shutting down|restarts the|restarted the|restart the|power off|powered off",
            "system|computer|machine|host|device|server|victim",
        ],
    ),
    p(
        "T1531",
        CHANGE | DELETE | STOP,
        &["password|lock|log off|logged off|access|users", "account", "admin|users|credentials|victim|out"],
    ),
    p(
        "T1491.001",
        0,
        &["wallpaper|desktop background|internal deface|ransom note|desktop image", "chang|set|replac|display|deface"],
    ),
    p("T1491.002", 0, &["deface|defaced|defacement", "website|web site|page|site"]),
    p(
        "T1498",
        0,
        &[
            "ddos|denial of service|denial-of-service|flood attack|http flood|syn flood",
            "launch|conduct|perform|against|target|carried|botnet",
        ],
    ),
    p(
        "T1496.001",
        0,
        &["xmrig|cryptomin|coin miner|coinminer|monero|mine crypto|mined crypto|mining|miner|cryptojack|crypto-mining"],
    ),
    p("T1496.002", 0, &["proxyware|bandwidth|residential proxy"]),
    p("T1565.001", CHANGE, &["records|stored data|database", "falsif|manipulat|alter|tamper"]),
    p(
        "T1657",
        0,
        &[
            "extort|ransom|wire transfer|fraudulent|double extortion|bec |payment|financial gain|cryptocurrency wallet",
            "demand|threat|publish|leak|pay|steal|stole|transfer|money|fund",
        ],
    ),
    p("T1667", 0, &["email bomb|e-mail bomb|mail bomb|flooded the inbox|spam bomb"]),
    p("T1499", 0, &["exhaust|crash", "service|resource|endpoint", "denial|dos "]),
    p("T1484.002", MAKE | CHANGE, &["domain trust|federat", "trust|identity provider|saml"]),
];
