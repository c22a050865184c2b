//! Moving on, collecting and steering.

use super::{LOGON, LOOK, Procedure, RUN, SEND, STEAL, p};

pub const TABLE: &[Procedure] = &[
    // Lateral movement
    p(
        "T1021.001",
        0,
        &[
            "rdp |rdp.|rdp,|rdp)|rdp-|remote desktop|mstsc",
            "lateral|move|connect|log|session|access|use|using|pivot|over|via",
        ],
    ),
    p(
        "T1021.002",
        0,
        &[
            "smb|admin$|c$|administrative share|admin share|windows share|ipc$|hidden share",
            "lateral|cop|spread|move|transfer|connect|mount|access|deploy|execut|psexec|pivot",
        ],
    ),
    p("T1021.003", 0, &["dcom |dcom.|dcom,|distributed component object|mmc20"]),
    p("T1021.004", 0, &["ssh |ssh.|ssh,|ssh)|secure shell", "lateral|move|connect|log|pivot|spread"]),
    p("T1021.005", 0, &["vnc"]),
    p("T1021.006", 0, &["winrm|windows remote management|evil-winrm|pssession|powershell remoting|invoke-command"]),
    p("T1550.001", RUN | LOGON, &["oauth token|access token|application token|api token|stolen token"]),
    p("T1550.002", 0, &["pass the hash|pass-the-hash|pth |overpass"]),
    p("T1550.002", LOGON, &["ntlm hash|password hash|hashes", "authenticat|log|connect|without"]),
    p("T1550.003", 0, &["pass the ticket|pass-the-ticket"]),
    p("T1550.004", 0, &["cookie", "replay|import|reus|log in|bypass mfa|bypass multi|hijack|authenticat"]),
    p("T1570", 0, &["lateral tool transfer"]),
    p(
        "T1570",
        SEND | RUN,
        &[
            "to other host|to other machine|to remote host|between host|host to host|across the network|to other system|remote systems|each machine|admin$|network share|other computers|over smb|to remote machine|within the network|remote share|to remote system|other workstations|compromised network",
            "tool|payload|malware|file|binary|ransomware|psexec|cop|cobalt|beacon",
        ],
    ),
    p("T1210", 0, &["eternalblue|ms17-010|zerologon|bluekeep|printnightmare|smbghost|eternalromance|ms08-067"]),
    p(
        "T1210",
        0,
        &[
            "exploit",
            "remote service|internal|lateral|smb|netlogon|within the network|domain controller",
            "vulnerab|flaw|cve-|unpatched",
        ],
    ),
    p("T1563.002", 0, &["tscon|rdp hijack|rdp session hijack"]),
    p("T1534", 0, &["internal spearphish|internal phish|from compromised internal|compromised account", "phish|mail"]),
    p(
        "T1080",
        0,
        &["shared content|shared drive|network share|shared folder", "infect|replac|malicious|taint|lnk|spread"],
    ),
    // Collection
    p(
        "T1560",
        0,
        &[
            "compress|archiv|zipped|encrypt",
            "collected|stolen|before exfil|prior to exfil|exfil|staged|data to be|gathered",
        ],
    ),
    p(
        "T1560.001",
        0,
        &[
            "rar |rar.|rar,|rar archive|winrar|7-zip|7zip|7z |7za|winzip|zip file|zip archive|makecab|tar |tar.gz|rar.exe|rar file|zipped|zip them",
            "collect|stag|stolen|steal|exfil|data|before|harvest|gather|documents|share|folder",
        ],
    ),
    p("T1560.002", 0, &["zlib|bzip|gzip|libzip|library", "compress|archiv"]),
    p(
        "T1560.003",
        0,
        &[
            "encrypt|xor|rc4|aes",
            "collected|stolen data|before exfil|prior to exfil|before sending|stolen file|before upload|collected data|gathered data",
        ],
    ),
    p(
        "T1074.001",
        0,
        &[
            "staged|staging|stores|stored|saves|saved|collected in|written to|writes|gathered",
            "folder|director|temp|programdata|local file|text file|log file|file in|file called|file named|recycle|appdata",
            "data|stolen|output|collected|exfil|screenshot|keystroke|credential|information|results|documents|logs|archive",
        ],
    ),
    p("T1074.002", 0, &["staged|staging|aggregat|central", "server|host|remote", "data|exfil|archive"]),
    p(
        "T1005",
        STEAL | SEND,
        &[
            "local system|files from|documents|sensitive file|local file|files of interest|data from|files on the|victim's files|files with|internal data|sensitive data|files matching|office files|specific files|files and",
        ],
    ),
    p("T1039", STEAL, &["network share|shared drive|file server|network drive|file share|shared folder"]),
    p("T1025", STEAL | SEND, &["removable|usb|thumb drive|flash drive"]),
    p(
        "T1113",
        0,
        &[
            "screenshot|screen capture|screen shot|capture the screen|captures the screen|captured the screen|desktop image|capture of the screen|screen grab|screencapture|screen-capture|image of the screen|record the screen",
        ],
    ),
    p("T1115", 0, &["clipboard"]),
    p(
        "T1123",
        0,
        &[
            "microphone|record audio|records audio|audio record|recording audio|record sound|records sound|audio captur|capture audio|record conversation|eavesdrop",
        ],
    ),
    p("T1125", 0, &["webcam|camera|record video|video captur|capture video|videos of"]),
    p(
        "T1114.001",
        STEAL | LOOK,
        &["pst|ost file|outlook data|local email|outlook storage|emails from outlook|thunderbird"],
    ),
    p(
        "T1114.002",
        STEAL | LOOK | LOGON,
        &[
            "exchange online|mailbox|office 365 email|microsoft 365 mail|ews|exchange web|emails from exchange|outlook web|exchange server",
        ],
    ),
    p("T1114.003", 0, &["forwarding rule|forward rule|inbox rule|auto-forward|forwarded emails|forwarding of"]),
    p("T1114", STEAL, &["emails|e-mails|email content|email messages|e-mail messages"]),
    p("T1213", STEAL | LOOK, &["information repositor|internal wiki|jira|document management|crm|knowledge base"]),
    p("T1213.002", STEAL | LOOK | LOGON, &["sharepoint"]),
    p("T1213.001", STEAL | LOOK | LOGON, &["confluence"]),
    p("T1213.003", STEAL | LOOK, &["source code|code repositor|github|gitlab|git repositor"]),
    p("T1213.006", STEAL | LOOK, &["sql database|database table|database dump|mysqldump|databases|mongodb"]),
    p("T1530", STEAL | SEND, &["s3 |bucket|blob storage|azure storage|gcs "]),
    p("T1185", 0, &["web inject|webinject|man-in-the-browser|man in the browser|browser session|form grab|formgrab"]),
    p(
        "T1119",
        0,
        &[
            "automatically collect|automated collect|periodically collect|automatically search|automatically gather|script to collect|automatically copies",
        ],
    ),
    // Command and control
    p(
        "T1071.001",
        0,
        &[
            "http|https|web traffic|websocket",
            "c2 |c2,|c2.|c2-|command and control|command-and-control|c&c|beacon|communicat|poll|post request|get request|contact|server|callback|get and post",
        ],
    ),
    p("T1071.002", 0, &["ftp|smb", "c2 |c2,|c2.|c2-|command and control|command-and-control|c&c|communicat"]),
    p(
        "T1071.003",
        0,
        &["smtp|imap|pop3|email", "c2 |c2,|c2.|c2-|command and control|command-and-control|c&c|communicat"],
    ),
    p(
        "T1071.004",
        0,
        &["dns", "txt record|tunnel|query|queries|c2 |c2,|c2.|c2-|command|communicat|subdomain|doh|over https"],
    ),
    p(
        "T1095",
        0,
        &[
            "raw socket|tcp socket|raw tcp|icmp|custom tcp|udp|tcp",
            "c2 |c2,|c2.|c2-|communicat|server|protocol|command|connection",
        ],
    ),
    p(
        "T1105",
        0,
        &[
            "download|fetch|retriev|pull|drops|bitsadmin|curl|wget|upload",
            "payload|tool|second stage|second-stage|additional|malware|next stage|next-stage|further|file|script|module|implant|stage|executable|plugin",
        ],
    ),
    p(
        "T1090",
        0,
        &[
            "proxy|socks|proxies|frp|reverse proxy",
            "traffic|c2 |c2,|c2.|c2-|connect|tunnel|relay|route|server|network|communicat",
        ],
    ),
    p(
        "T1090.001",
        0,
        &[
            "internal proxy|peer-to-peer|named pipe|between infected|internal host|p2p",
            "proxy|c2 |c2,|c2.|c2-|relay|communicat|traffic|command",
        ],
    ),
    p(
        "T1090.002",
        0,
        &["external proxy|proxy server|residential prox|operational relay|compromised router|proxy network|vps"],
    ),
    p("T1090.003", 0, &["tor |tor-|tor,|tor.|onion|multi-hop|multihop|chain of prox"]),
    p("T1090.004", 0, &["domain front|domain-front"]),
    p("T1572", 0, &["tunnel", "ssh|dns|rdp|http|traffic|ngrok|chisel|cloudflare|plink|protocol|icmp"]),
    p("T1572", 0, &["ngrok|chisel|ligolo|cloudflared|regeorg|gost |dnscat|iodine"]),
    p(
        "T1573.001",
        0,
        &[
            "rc4|aes|xor|des |3des|chacha|salsa20|symmetric|blowfish|rc6|rijndael",
            "traffic|communicat|c2 |c2,|c2.|c2-|message|network|packet|server|channel|request|command|exfil|transmi|http",
        ],
    ),
    p(
        "T1573.002",
        0,
        &[
            "rsa|public key|asymmetric|tls|ssl|diffie|curve25519|elliptic",
            "traffic|communicat|c2 |c2,|c2.|c2-|exchang|network|server|channel|session key|transmi|message",
        ],
    ),
    p(
        "T1573",
        0,
        &["encrypt", "c2 traffic|c2 communicat|communications|c2 channel|its traffic|network traffic|its communicat"],
    ),
    p(
        "T1571",
        0,
        &[
            "non-standard port|nonstandard port|uncommon port|unusual port|port 8080|port 4444|tcp port|port 4|port 5|port 6|port 7|port 8|port 9|port 1|port 2|port 3|high port",
            "c2 |c2,|c2.|c2-|communicat|http|server|traffic|protocol|command|connect|listen|tcp",
        ],
    ),
    p("T1568", 0, &["dynamic dns|ddns|no-ip|duckdns|dyndns|dynamic domain"]),
    p("T1568.001", 0, &["fast flux|fast-flux"]),
    p(
        "T1568.002",
        0,
        &["domain generation|dga|generated domain|generates domain|generate domain|domains a day|domains per day"],
    ),
    p(
        "T1008",
        0,
        &[
            "fallback|backup c2|backup server|secondary c2|secondary server|alternate server|alternative c2|alternate c2|backup domain|multiple c2|if the primary|second c2|hardcoded list",
        ],
    ),
    p(
        "T1102",
        0,
        &[
            "google drive|dropbox|onedrive|github|twitter|pastebin|telegram|discord|slack|google docs|graph api|youtube|trello|notion",
            "c2 |c2,|c2.|c2-|command|control|communicat|payload|download|instruction|retriev|host",
        ],
    ),
    p(
        "T1102.001",
        0,
        &[
            "dead drop|dead-drop|pastebin|profile page|steam profile|technet|youtube|github|google docs|blog",
            "c2 address|c2 server|address|resolv|dead",
        ],
    ),
    p(
        "T1102.002",
        0,
        &[
            "telegram|discord|slack|github|google drive|dropbox|onedrive|twitter|google docs|graph api|gmail|pcloud|yandex",
            "c2 |c2,|c2.|c2-|command|order|instruction|bot|results|communicat|control|webhook",
        ],
    ),
    p(
        "T1132.001",
        0,
        &[
            "base64|hex-encoded|hex encod|url-encoded|base32|hexadecimal|base-64",
            "traffic|c2 |c2,|c2.|c2-|sent|send|communicat|request|response|server|transmi|data|beacon",
        ],
    ),
    p("T1132.002", 0, &["custom base64|modified base64|custom encod|custom alphabet|non-standard encod"]),
    p("T1001", 0, &["obfuscat", "c2 traffic|c2 communicat|network traffic|command and control|c2 data|communications"]),
    p(
        "T1001.001",
        0,
        &[
            "junk data|random data|junk bytes|random bytes|garbage",
            "traffic|c2 |c2,|c2.|c2-|packet|communicat|request|header",
        ],
    ),
    p("T1001.002", 0, &["steganograph|image file|hidden in images", "c2 |c2,|c2.|c2-|command"]),
    p(
        "T1001.003",
        0,
        &[
            "mimic|impersonat|fake tls|disguis|masquerad|legitimate traffic|malleable",
            "protocol|tls|http|traffic|c2 |c2,|c2.|c2-",
        ],
    ),
    p(
        "T1219",
        0,
        &[
            "anydesk|teamviewer|screenconnect|atera|splashtop|quick assist|remote access software|rmm |connectwise|netsupport|ammyy|supremo|logmein|gotoassist|rustdesk|ultraviewer|dameware|remote monitoring and management|remote utilities|simplehelp|action1|meshagent|remote access tool|remote desktop software|rmm tools",
        ],
    ),
    p(
        "T1219.002",
        0,
        &["anydesk|teamviewer|screenconnect|splashtop|quick assist|rustdesk|ammyy|ultraviewer|logmein|connectwise"],
    ),
    p("T1219.001", 0, &["ide tunnel|visual studio code|vscode", "tunnel"]),
    p(
        "T1104",
        0,
        &[
            "first-stage|first stage|second-stage|multi-stage|stager|stages",
            "c2 |c2,|c2.|c2-|command and control|server",
        ],
    ),
];
