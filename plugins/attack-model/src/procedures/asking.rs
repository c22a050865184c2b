//! Credentials and looking around.

use super::{LOOK, Procedure, RUN, SEND, STEAL, p};

pub const TABLE: &[Procedure] = &[
    // Credential access
    p("T1003.001", 0, &["lsass"]),
    p(
        "T1003.001",
        0,
        &[
            "mimikatz|sekurlsa|comsvcs|procdump|nanodump|pypykatz|safetykatz",
            "credential|password|dump|hash|memory|extract",
        ],
    ),
    p(
        "T1003.002",
        0,
        &["sam hive|sam database|security account manager|sam registry|reg save|sam file|sam and|sam,|hklm\\sam"],
    ),
    p("T1003.003", 0, &["ntds|ntdsutil"]),
    p("T1003.004", 0, &["lsa secret|lsa policy"]),
    p("T1003.005", 0, &["cached domain|cached credential|mscache|dcc2"]),
    p("T1003.006", 0, &["dcsync|directory replication"]),
    p("T1003.007", 0, &["proc/|proc filesystem", "credential|password|memory|maps"]),
    p("T1003.008", 0, &["etc/shadow|etc/passwd"]),
    p("T1003", 0, &["dump", "credential|password hash|hashes|passwords"]),
    p("T1110", 0, &["brute force|brute-force|bruteforc|brute forc|brute-forc"]),
    p("T1110.001", 0, &["password guess|guess the password|guessing|guessed", "password|credential|login"]),
    p("T1110.002", 0, &["crack", "password|hash|offline|hashcat"]),
    p("T1110.003", 0, &["password spray|password-spray|spraying|sprayed"]),
    p("T1110.004", 0, &["credential stuffing|credential-stuffing"]),
    p("T1558.001", 0, &["golden ticket"]),
    p("T1558.002", 0, &["silver ticket"]),
    p("T1558.003", 0, &["kerberoast"]),
    p("T1558.003", 0, &["service ticket|tgs|spn", "crack|offline|kerberos|request"]),
    p("T1558.004", 0, &["as-rep|asrep"]),
    p(
        "T1555",
        STEAL,
        &[
            "winscp|filezilla|putty|ftp client|email client|password store|credential store|stored credentials|saved credentials|saved passwords",
        ],
    ),
    p("T1555.001", 0, &["keychain"]),
    p(
        "T1555.003",
        0,
        &[
            "browser|chrome|firefox|edge|opera|chromium|safari",
            "password|credential|login data|saved login|logins.json",
        ],
    ),
    p("T1555.004", 0, &["credential manager|windows vault|credential vault|vaultcli|windows credential"]),
    p("T1555.005", 0, &["password manager|keepass|lastpass|bitwarden|1password|password vault"]),
    p("T1539", 0, &["cookie", "steal|stole|harvest|extract|collect|session|captur|theft|exfiltrat"]),
    p(
        "T1552.001",
        LOOK | STEAL,
        &[
            "password|credential|secret|keys",
            "file|script|spreadsheet|plaintext|plain text|config|unattend|shared drive",
        ],
    ),
    p("T1552.002", 0, &["registry", "credential|password", "search|quer|stored|putty|extract|harvest"]),
    p("T1552.003", 0, &["bash history|shell history|command history|bash_history", "password|credential|search|read"]),
    p(
        "T1552.004",
        LOOK | STEAL,
        &["private key|ssh key|private ssh|pem file|private certificate|cryptographic key|id_rsa"],
    ),
    p("T1552.005", 0, &["instance metadata|metadata service|metadata api|169.254.169.254|imds"]),
    p("T1552.006", 0, &["group policy preference|gpp |cpassword"]),
    p("T1056.001", 0, &["keylog|key log|keystroke|key stroke|keys pressed|key press|every key"]),
    p(
        "T1056.002",
        0,
        &[
            "fake login|fake prompt|fake dialog|fake password|credential prompt|password prompt|prompts the user|prompt the user|fake window|dialog box",
        ],
    ),
    p("T1056.003", 0, &["web portal|login page|logon page|login portal", "inject|modif|captur|harvest|steal"]),
    p("T1056.004", 0, &["hook", "credential|api|browser|function|password"]),
    p(
        "T1557",
        0,
        &["adversary-in-the-middle|adversary in the middle|man-in-the-middle|man in the middle|aitm|evilginx|mitm"],
    ),
    p("T1557.001", 0, &["llmnr|nbt-ns|ntlm relay|smb relay|ntlmrelay|responder|inveigh"]),
    p("T1187", 0, &["forced authentication|petitpotam|coerc|ntlm hash", "authenticat|smb|unc path|ntlm"]),
    p(
        "T1621",
        0,
        &[
            "mfa|multi-factor|multifactor|push|two-factor|2fa",
            "fatigue|bomb|flood|spam|repeated|prompts|approve|overwhelm",
        ],
    ),
    p(
        "T1111",
        0,
        &[
            "one-time password|one-time code|otp|two-factor|mfa code|sms code|2fa|smart card",
            "intercept|captur|steal|stole|bypass|collect",
        ],
    ),
    p("T1040", 0, &["sniff|tcpdump|packet capture|wireshark|promiscuous|captured traffic|network traffic captur"]),
    p("T1528", STEAL, &["oauth|access token|application token|refresh token|bearer token"]),
    p("T1606.002", 0, &["golden saml|saml token|saml response|forged saml"]),
    p("T1606.001", 0, &["forge|forging", "cookie"]),
    p("T1649", 0, &["adcs|ad cs|esc1|certify|certificate template|authentication certificate|certipy"]),
    p("T1556", 0, &["skeleton key|password filter|pam module|pluggable authentication|authentication process"]),
    p("T1212", 0, &["ms14-068|exploit", "credential|kerberos", "vulnerab|flaw|cve-"]),
    // Discovery
    p(
        "T1082",
        LOOK | STEAL | SEND,
        &[
            "systeminfo|system information|hostname|os version|operating system version|operating system|computer name|hardware information|system info|version of windows|system details|cpu|uname|host information|information about the infected|information about the system|information about the host|machine name",
        ],
    ),
    p(
        "T1016",
        LOOK | STEAL | RUN | SEND,
        &[
            "ipconfig|ifconfig|network configuration|network adapter|network interface|network setting|mac address|arp |routing table|network card|ip address of|local ip|internal ip|dns server|proxy setting|network information",
        ],
    ),
    p(
        "T1016.001",
        0,
        &["internet connect|network connect|connectivity|connection to the internet", "check|test|ping|verif|determin"],
    ),
    p("T1016.002", 0, &["wi-fi|wifi|wireless|netsh wlan", "password|profile|network|collect|enumerat"]),
    p(
        "T1049",
        0,
        &[
            "netstat|active connections|network connections|tcp connections|open connections|net use|net session|current connections|net sessions",
        ],
    ),
    p(
        "T1057",
        0,
        &[
            "tasklist|running process|process list|list of process|lists process|enumerate process|enumerates process|process enumeration|createtoolhelp32|process discovery|get-process|processes running|currently running",
        ],
    ),
    p("T1033", 0, &["whoami|quser|query user"]),
    p(
        "T1033",
        LOOK | STEAL | SEND,
        &[
            "username|user name|logged-on user|current user|logged in user|logged-in user|user names|name of the user|account name|getusername",
        ],
    ),
    p(
        "T1007",
        LOOK | RUN,
        &[
            "running services|list of services|services that|net start|sc query|tasklist /svc|installed services|system services|registered services|service information",
        ],
    ),
    p(
        "T1087.001",
        LOOK | RUN,
        &["net user|local account|local user|local admin|net localgroup|user accounts|localgroup"],
    ),
    p(
        "T1087.002",
        LOOK | RUN | STEAL,
        &[
            "domain user|domain account|domain admin|adfind|active directory user|users of the domain|ad user|user /domain|users /domain|users in the domain|ldap|bloodhound|sharphound",
        ],
    ),
    p(
        "T1087.003",
        LOOK | STEAL,
        &["address list|address book|contact list|email contacts|e-mail addresses from|outlook contacts"],
    ),
    p("T1087.004", LOOK, &["azure ad user|entra id user|iam user|cloud account|office 365 user|roadrecon|o365"]),
    p("T1069.001", LOOK | RUN, &["local group|localgroup|administrators group|group membership"]),
    p(
        "T1069.002",
        LOOK | RUN,
        &[
            "domain group|domain admins|net group|group /domain|groups /domain|active directory group|ad group|adfind|bloodhound|sharphound",
        ],
    ),
    p(
        "T1482",
        0,
        &["domain trust|domain_trusts|trust relationship|trusted_domains|dclist|trusted domain|nltest|adfind"],
    ),
    p("T1018", 0, &["net view|ping sweep|dclist|domain computers|remote systems|nbtscan|adfind|bloodhound|sharphound"]),
    p(
        "T1018",
        LOOK,
        &[
            "other hosts|hosts on the|hosts in the|other machines|other systems|other computers|remote hosts|domain controller|computers in the|machines in the|computers on the|systems on the|live hosts|live systems",
        ],
    ),
    p(
        "T1046",
        0,
        &[
            "port scan|port-scan|open ports|nmap|masscan|port scanner|ip scanner|softperfect|network scan|scan the internal|scanned the internal|scanned for open|nbtscan|fscan|network service scan|scanned the network|scan the network|scanning the network|scans the network|network service",
        ],
    ),
    p(
        "T1135",
        0,
        &[
            "network share|shared folder|shared drive|net share|sharefinder|smb share|shared network|invoke-sharefinder|netshareenum|open shares",
            "list|enumerat|discover|query|queri|scan|map|check|look|search|find|identif|locat|net share",
        ],
    ),
    p(
        "T1083",
        LOOK | STEAL,
        &[
            "files and director|director|file listing|folders|list of files|list files|lists files|certain extension|file extension|specific extension|with extension|file names|files with|specific files|drives for|files on|files and folders",
        ],
    ),
    p(
        "T1518",
        LOOK | STEAL,
        &[
            "installed software|installed application|installed program|software is installed|software installed|list of software|installed browsers|list of installed",
        ],
    ),
    p(
        "T1518.001",
        LOOK,
        &[
            "antivirus|anti-virus|security software|security product|security tool|security solution|edr |firewall|av product|endpoint protection|security process|defender",
        ],
    ),
    p("T1614", LOOK, &["geolocation|geographic|country|ipinfo|geoip|location of the|ip-api|system location"]),
    p(
        "T1614.001",
        0,
        &[
            "keyboard layout|system language|language setting|locale|language id|user language|installed language|default language|language of the|keyboard language",
        ],
    ),
    p(
        "T1124",
        LOOK | STEAL | RUN,
        &["system time|time zone|timezone|current time|local time|net time|date and time|system date|w32tm"],
    ),
    p(
        "T1010",
        0,
        &[
            "window title|open windows|active window|foreground window|window name|application window|titles of|window text",
        ],
    ),
    p("T1012", LOOK | STEAL | RUN, &["registry|reg query|regquery"]),
    p(
        "T1120",
        LOOK | STEAL,
        &["peripheral|connected device|attached device|usb device|removable drive|printer|smart card reader|plugged"],
    ),
    p("T1201", 0, &["password policy|password policies|net accounts"]),
    p("T1217", 0, &["browser history|browsing history|bookmark|browser data|browser information"]),
    p(
        "T1580",
        LOOK,
        &[
            "instances|snapshots|ec2|cloud infrastructure|virtual machines|describeinstances|rds",
            "aws|azure|cloud|gcp|ec2|iaas|buckets|account|subscription",
        ],
    ),
    p("T1526", LOOK, &["cloud service|azure service|aws service|roadtools|scoutsuite|lambda"]),
    p(
        "T1538",
        0,
        &["cloud console|management console|aws console|azure portal|cloud dashboard", "log|access|sign|use|using"],
    ),
    p("T1619", LOOK, &["bucket|s3 |storage object|blob"]),
    p(
        "T1680",
        LOOK | STEAL | SEND,
        &[
            "drive letter|logical drive|disk volume|available drive|disk space|drives and|volume information|drive type|disk information|volume serial|fixed drive|connected drives|storage volume|disk drive|drive information|volume name",
        ],
    ),
    p("T1654", LOOK | STEAL, &["event log|log files|security log|wevtutil|authentication logs"]),
    p("T1615", LOOK | RUN, &["gpresult|group policy|sysvol"]),
    p("T1652", LOOK, &["device driver|loaded drivers|driverquery|enumdevicedrivers|installed drivers"]),
];
