//! Preparing, getting in, running code and staying.

use super::{CHANGE, LOGON, LOOK, MAKE, Procedure, RUN, SEND, STEAL, p};

pub const TABLE: &[Procedure] = &[
    // Reconnaissance and resource development
    p("T1595.002", LOOK, &["vulnerab|vulnerability scan|acunetix|nessus|nuclei|sqlmap"]),
    p("T1598.003", 0, &["link|url", "phish", "credential|login page|sign-in page|information"]),
    p("T1589.001", STEAL, &["leaked credential|credential leak|credentials from breach|dark web"]),
    p("T1583.001", 0, &["regist|bought|purchas|acquir", "domain"]),
    p("T1583.003", 0, &["rent|leas|vps|virtual private server", "server|infrastructure|host"]),
    p("T1583.006", 0, &["regist|creat|set up|sign", "github|dropbox|google drive|onedrive|trello|notion|firebase"]),
    p("T1584.004", 0, &["compromised server|hacked server|compromised legitimate server|compromised infrastructure"]),
    p(
        "T1584.006",
        0,
        &["compromised wordpress|hacked wordpress|compromised website|hacked website|compromised legitimate web"],
    ),
    p("T1584.008", 0, &["compromised router|soho router|compromised device|small office|orb network"]),
    p(
        "T1585.001",
        0,
        &["fake profile|fake account|fake persona|fictitious|linkedin profile|social media account|persona"],
    ),
    p("T1585.002", MAKE, &["email account|e-mail account|gmail account|outlook account|proton"]),
    p("T1586.002", 0, &["compromised email account|compromised mailbox|hijacked email account|compromised e-mail"]),
    p("T1587.001", 0, &["malware|backdoor|implant|toolset|toolkit|ransomware", "develop|custom|wrote|own"]),
    p("T1588.001", 0, &["malware|stealer|ransomware|builder|rat ", "bought|purchas|obtain|acquir|rent|subscri"]),
    p(
        "T1588.002",
        0,
        &["publicly available|open-source|open source|off-the-shelf|freely available|legitimate tool|commodity"],
    ),
    p(
        "T1588.003",
        0,
        &["stolen certificate|stolen code|stolen digital|code signing certificate|code-signing certificate"],
    ),
    p(
        "T1608.001",
        SEND,
        &["github|dropbox|google drive|onedrive|discord|cdn|web server|website", "malware|payload|installer|archive"],
    ),
    p("T1608.006", 0, &["seo poison|search engine optimi|poisoned search|search results"]),
    // Initial access
    p("T1566.001", 0, &["attach", "mail|phish|lure|message"]),
    p("T1566.001", 0, &["spearphishing attachment|spear-phishing attachment|phishing attachment|malicious attachment"]),
    p("T1566.002", 0, &["link|url|hyperlink", "phish|mail|spearphish|spear-phish"]),
    p(
        "T1566.003",
        0,
        &[
            "linkedin|whatsapp|facebook|telegram|skype|social media|teams message",
            "sent|send|messag|lure|target|contact",
        ],
    ),
    p("T1566.004", 0, &["vishing|voice phish|phone call|phoned|phoning|telephone|call center|call centre|called the"]),
    p(
        "T1190",
        0,
        &[
            "exploit|vulnerab|flaw|unpatched|zero-day|cve-",
            "internet-facing|public-facing|internet facing|public facing|publicly exposed|publicly accessible|internet-exposed|web application|web server|edge device|exchange server|vpn appliance|vpn device|vpn server|gateway|firewall appliance",
        ],
    ),
    p(
        "T1190",
        0,
        &[
            "exploit|flaw|vulnerab|cve-|bug",
            "confluence|citrix|ivanti|fortinet|fortigate|fortios|pulse secure|weblogic|struts|log4j|moveit|sharepoint|telerik|zimbra|proxyshell|proxylogon|exchange|screenconnect|coldfusion|drupal|wordpress plugin|jboss|goanywhere|f5 big|netscaler|accellion|crushftp|manageengine|vcenter|esxi|papercut|teamcity|connectwise",
        ],
    ),
    p("T1190", 0, &["sql injection|sqli |proxyshell|proxylogon|log4shell|citrixbleed|citrix bleed"]),
    p(
        "T1133",
        LOGON,
        &[
            "vpn|citrix|remote desktop gateway|external remote service|rdweb|remote access portal|outlook web access|exposed rdp|remote access service|internet-facing rdp",
            "credential|account|password|valid|brute|access|factor",
        ],
    ),
    p(
        "T1078",
        LOGON | RUN,
        &[
            "valid account|valid credential|legitimate credential|compromised account|compromised credential|stolen credential|stolen account|stolen password|legitimate account|leaked credential|harvested credential|hijacked account|compromised user|stolen user|stolen login|stolen contractor|valid user|valid login|stolen admin|compromised admin|compromised domain",
        ],
    ),
    p(
        "T1078.002",
        LOGON | RUN,
        &["domain account|domain admin|domain user", "compromised|stolen|valid|legitimate|obtained"],
    ),
    p(
        "T1078.004",
        LOGON | RUN | STEAL,
        &[
            "access key|cloud account|cloud credential|aws key|azure ad account|entra|office 365 account|microsoft 365 account|service principal|aws credential|iam user",
        ],
    ),
    p(
        "T1195.002",
        0,
        &[
            "supply chain|supply-chain|trojani|tamper|backdoored|poisoned|compromised",
            "update|installer|software vendor|build system|build process|software supplier|legitimate software|software update|build server",
        ],
    ),
    p(
        "T1195.001",
        0,
        &[
            "npm|pypi|rubygems|dependency|open-source package|python package|node package|typosquat",
            "malicious|trojan|poison|compromis|publish",
        ],
    ),
    p(
        "T1199",
        0,
        &[
            "managed service provider|msp |msps|trusted relationship|trusted third|third-party provider|service provider|it provider|business partner",
            "access|network|credential|connection|victim|customers",
        ],
    ),
    p("T1189", 0, &["watering hole|watering-hole|drive-by|drive by|strategic web compromise|malvertis|exploit kit"]),
    p(
        "T1189",
        0,
        &[
            "iframe|injected javascript|injected a script|compromised website|compromised web site|hacked site",
            "visit|redirect",
        ],
    ),
    p(
        "T1091",
        0,
        &[
            "usb|removable drive|removable media|removable device|thumb drive|flash drive",
            "spread|copies itself|copied itself|infect|propagat|autorun|worm|replicat",
        ],
    ),
    p("T1200", 0, &["rubber ducky|rogue device|raspberry pi|bash bunny|plugged a|hardware implant"]),
    // Execution
    p("T1059.001", RUN | MAKE | SEND, &["powershell|pwsh|ps1"]),
    p(
        "T1059.003",
        RUN | MAKE,
        &[
            "cmd.exe|command shell|command prompt|batch script|batch file|cmd /c|windows command|bat file|bat script|cmd |reverse shell|remote shell",
        ],
    ),
    p("T1059.004", RUN | MAKE, &["bash|shell script|bin/sh|unix shell|sh script|zsh|bourne"]),
    p("T1059.005", RUN | MAKE, &["vbscript|vba|visual basic|vbs|macro"]),
    p("T1059.006", RUN | MAKE, &["python"]),
    p("T1059.007", RUN | MAKE, &["javascript|jscript|node.js"]),
    p("T1059.002", 0, &["applescript|osascript"]),
    p("T1059.010", 0, &["autoit|autohotkey"]),
    p("T1059.011", RUN, &["lua "]),
    p("T1047", 0, &["wmi |wmi,|wmi.|wmic|windows management instrumentation|wmiexec|win32_process"]),
    p("T1053.005", 0, &["schtasks|scheduled task|task scheduler|scheduled a task|scheduling a task"]),
    p("T1053.003", 0, &["cron |cron.|cron,|crontab|cronjob|cron job"]),
    p("T1053.002", RUN, &["at.exe|at job|at command"]),
    p("T1569.002", 0, &["psexec|paexec|remcom|smbexec|service execution"]),
    p("T1569.002", RUN, &["service", "remote|as a service|service control|sc.exe|net start|scm"]),
    p(
        "T1204.002",
        0,
        &[
            "victim|user|recipient|employee|target|when opened|once opened|when the|once the",
            "open|double-click|double click|click|launch|execut|ran |enabl|lured|trick|convinc",
            "attachment|document|file|macro|iso |lnk|shortcut|archive|installer|zip|invoice|spreadsheet",
        ],
    ),
    p("T1204.001", 0, &["link|url", "click|follow|visit", "victim|user|recipient|employee|target|once|when|who "]),
    p(
        "T1204.004",
        0,
        &[
            "clickfix|fake captcha|captcha|windows+r|win+r|run dialog|run box|filefix",
            "paste|copy|copied|copies|clipboard|run dialog|clickfix",
        ],
    ),
    p(
        "T1203",
        0,
        &[
            "exploit|vulnerab|flaw|cve-|zero-day",
            "browser|chrome|internet explorer|microsoft office|word|excel|adobe|flash|acrobat|equation editor|firefox|safari|winrar|client-side|pdf reader|hancom|hwp",
        ],
    ),
    p(
        "T1106",
        0,
        &[
            "native api|winapi|windows api|win32 api|createprocess|createremotethread|virtualalloc|ntcreate|writeprocessmemory|api call|api function|shellexecute|ntdll|nt api|syscall",
        ],
    ),
    p("T1559.001", RUN, &["component object model|com object|com interface|dcom"]),
    p("T1559.002", 0, &["dynamic data exchange|dde "]),
    p("T1129", 0, &["loadlibrary|getprocaddress|dlopen|shared module|shared librar"]),
    p("T1072", 0, &["sccm|configuration manager|pdq deploy|software deployment|kaseya|intune|landesk|deployment tool"]),
    p("T1609", RUN, &["kubectl|docker exec|container administration|kubelet"]),
    p("T1610", MAKE, &["malicious container|new container|container image|privileged container|docker image"]),
    p("T1651", 0, &["run command|runcommand|cloud shell|systems manager", "azure|aws|cloud|instance|virtual machine"]),
    p("T1648", 0, &["lambda|serverless|azure function|cloud function|power automate", "execut|creat|deploy|abus|run"]),
    // Persistence and more rights
    p(
        "T1547.001",
        0,
        &[
            "run key|currentversion\\run|runonce|startup folder|startup director|registry run|autorun|autostart|start-up folder",
        ],
    ),
    p("T1547.004", 0, &["winlogon|userinit"]),
    p("T1547.006", 0, &["kernel module|kernel extension|lkm|insmod"]),
    p("T1547.009", MAKE | CHANGE, &["lnk|shortcut", "startup|start-up|persist|desktop"]),
    p("T1547.013", MAKE, &["xdg autostart|desktop entry|desktop file"]),
    p(
        "T1543.003",
        MAKE | CHANGE,
        &[
            "windows service|new service|service named|as a service|system service|service called|a service|its service|services registry|sc create|service for persist",
        ],
    ),
    p("T1543.002", MAKE | CHANGE | RUN, &["systemd|service unit|etc/init"]),
    p("T1543.001", 0, &["launchagent|launch agent"]),
    p("T1543.004", 0, &["launchdaemon|launch daemon"]),
    p("T1546.003", 0, &["wmi event|event subscription|wmi subscription|eventconsumer|event consumer|event filter"]),
    p("T1546.004", CHANGE | MAKE, &["bashrc|bash_profile|profile.d|zshrc|shell profile"]),
    p("T1546.008", 0, &["sticky keys|sethc|utilman|accessibility feature|osk.exe"]),
    p("T1546.012", 0, &["image file execution|ifeo"]),
    p("T1546.015", 0, &["com hijack|component object model hijack|inprocserver32|clsid"]),
    p(
        "T1505.003",
        0,
        &["web shell|webshell|china chopper|aspx shell|jsp shell|godzilla|behinder|webshells|aspxspy|weevely"],
    ),
    p("T1505.004", 0, &["iis module|iis backdoor|iis component"]),
    p(
        "T1136.001",
        MAKE,
        &[
            "local account|new account|user account|administrator account|admin account|local user|new user|local admin|net user|account named|account called|backdoor account",
        ],
    ),
    p("T1136.002", MAKE, &["domain account|domain user|new domain|domain admin account"]),
    p("T1136.003", MAKE, &["cloud account|azure ad user|iam user|guest account|microsoft entra", "creat|add|new"]),
    p(
        "T1098.007",
        CHANGE | MAKE,
        &[
            "administrators group|admins group|admin group|remote desktop users|local group|domain admins|privileged group",
        ],
    ),
    p("T1098.004", MAKE | CHANGE, &["authorized_keys|authorized keys|ssh key|public key to"]),
    p(
        "T1098.001",
        MAKE,
        &[
            "credential|secret|access key|certificate",
            "service principal|oauth application|azure app|application registration|iam user",
        ],
    ),
    p(
        "T1098.005",
        MAKE,
        &["mfa device|new device|own device|register a device|registered a device|device registration"],
    ),
    p("T1098.002", MAKE | CHANGE, &["mailbox permission|mailboxpermission|delegate access|full access", "mailbox"]),
    p("T1176.001", 0, &["browser extension|chrome extension|extension for chrome|malicious extension"]),
    p("T1137", 0, &["office template|outlook rule|office add-in|normal.dotm|outlook form|vsto"]),
    p("T1542.003", 0, &["bootkit|volume boot record"]),
    p("T1542.001", 0, &["uefi|bios|system firmware", "implant|modif|flash|malicious|bootkit|rootkit|persist"]),
    p(
        "T1574.001",
        0,
        &[
            "side-load|sideload|side load|dll search order|dll hijack|search-order hijack|search order hijack|phantom dll|dll preload",
        ],
    ),
    p(
        "T1574.001",
        RUN,
        &[
            "legitimate|signed|benign|genuine",
            "malicious dll|rogue dll|malicious library|rogue library|malicious version",
        ],
    ),
    p("T1574.006", 0, &["ld_preload|ld.so.preload|dyld_insert"]),
    p("T1574.012", 0, &["cor_profiler"]),
    p("T1037.001", 0, &["logon script|userinitmprlogonscript"]),
    p("T1197", 0, &["bitsadmin|bits job|background intelligent transfer|bits service"]),
    p(
        "T1068",
        0,
        &[
            "privilege escalation|escalate|elevat|local privilege|gain root|root access|system privilege|higher privilege|system-level",
            "exploit|vulnerab|flaw|cve-|bug|zero-day",
        ],
    ),
    p(
        "T1548.002",
        0,
        &[
            "uac |uac-|uac.|user account control|fodhelper|eventvwr|computerdefaults",
            "bypass|circumvent|get past|elevat|evad|disabl|fodhelper|defeat|without",
        ],
    ),
    p("T1548.003", 0, &["sudo |sudoers|sudo"]),
    p("T1548.001", 0, &["setuid|suid|setgid"]),
    p("T1134", 0, &["token", "impersonat|duplicat|manipulat|adjusttoken|access token"]),
    p(
        "T1134.001",
        0,
        &["token impersonation|impersonate token|duplicatetoken|impersonateloggedonuser|steal token|token theft"],
    ),
    p("T1134.004", 0, &["ppid|parent process id|parent pid|spoof parent|parent process spoof"]),
    p("T1055", 0, &["inject", "process|explorer.exe|svchost|memory|shellcode|code|notepad|thread"]),
    p(
        "T1055.001",
        0,
        &[
            "dll injection|reflective dll|injects a dll|injected a dll|inject a dll|reflectively|inject its dll|dll into",
        ],
    ),
    p("T1055.002", 0, &["pe injection|portable executable injection|inject its pe|inject the pe"]),
    p("T1055.003", 0, &["thread execution hijack|thread hijack|setthreadcontext|suspendthread"]),
    p("T1055.004", 0, &["apc injection|asynchronous procedure call|queueuserapc|early bird|apc queue"]),
    p("T1055.012", 0, &["process hollow|hollow|runpe"]),
    p("T1055.012", 0, &["suspended", "process|state|notepad|svchost", "replac|unmap|memory|image|inject"]),
    p("T1055.013", 0, &["process doppel|doppelg"]),
    p("T1611", 0, &["escape|break out|broke out", "container|docker|virtual machine|guest"]),
    p("T1484.001", MAKE | CHANGE | RUN, &["group policy|gpo |gpos|gpo.|gpo,"]),
];
