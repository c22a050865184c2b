//! File names: a stem and an ending that programs, scripts, documents and archives have. The endings are those that
//! operating systems and common software register; which of them also are top-level domains is the suffix list's answer.

/// Endings of files that run, or that carry what runs.
const ACTIVE: &[&str] = &[
    "exe", "dll", "sys", "scr", "com", "cpl", "ocx", "drv", "efi", "msi", "msix", "msp", "mst", "bat", "cmd", "ps1", "psm1", "psd1",
    "vbs", "vbe", "js", "jse", "wsf", "wsh", "wsc", "sct", "hta", "lnk", "url", "pif", "jar", "class", "py", "pyc", "pyw", "pyd", "rb",
    "pl", "sh", "bash", "php", "phtml", "asp", "aspx", "ashx", "asmx", "jsp", "jspx", "war", "cfm", "apk", "dex", "ipa", "dmg", "pkg", "app",
    "deb", "rpm", "so", "dylib", "elf", "ko", "bin", "dat", "xll", "xlam", "wll", "gadget", "appx", "appinstaller", "application",
    "chm", "hlp", "inf", "reg", "rgs", "scpt", "applescript", "command", "desktop", "service", "mjs", "cjs", "ts", "ahk", "au3", "a3x",
    "node", "nse", "lua", "go", "rs", "cs", "vb", "cab", "img", "iso", "vhd", "vhdx", "one", "settingcontent-ms", "library-ms", "search-ms",
    "theme", "diagcab", "msc", "mof", "jnlp", "axd", "cgi", "job", "plist", "kext", "vba", "bas", "tmp", "sct", "sfx", "run",
];

/// Endings of documents, archives, pictures and data.
const PASSIVE: &[&str] = &[
    "doc", "docx", "docm", "dot", "dotm", "dotx", "xls", "xlsx", "xlsm", "xlsb", "xlt", "xltm", "ppt", "pptx", "pptm", "pps", "ppsx", "rtf", "pdf",
    "odt", "ods", "odp", "csv", "txt", "log", "html", "htm", "mht", "mhtml", "xml", "xsl", "xslt", "json", "yaml", "yml", "toml", "ini", "cfg",
    "conf", "config", "eml", "msg", "pst", "ost", "ics", "vcf", "zip", "rar", "7z", "gz", "tgz", "tar", "bz2", "xz", "zst", "lz", "ace", "arj",
    "png", "jpg", "jpeg", "gif", "bmp", "ico", "svg", "webp", "tif", "tiff", "mp3", "mp4", "avi", "mov", "wav", "mkv", "wmv", "flv", "swf",
    "db", "sqlite", "sqlite3", "mdb", "accdb", "sql", "bak", "old", "key", "pem", "crt", "cer", "pfx", "p12", "kdbx", "wallet", "dmp", "mdmp",
    "hwp", "hwpx", "wps", "pub", "md", "rst", "tex", "ps", "eps", "asc", "gpg", "sig", "sct", "torrent", "ttf", "otf", "woff", "css", "map", "lock",
    "mui", "nls", "etl", "evtx", "pcap", "pcapng", "yar", "yara", "enc", "crypt", "locked", "db3", "cdb", "rsrc", "res", "lib", "obj", "pdb", "cpp",
    "java", "kt", "swift", "cc", "hpp", "psd", "ai", "orp", "mse",
];

/// Endings that stand for a program of a language whose projects are named like that: `Node.js`, `Vue.js`.
const LIBRARY: &[&str] = &["js", "net", "io", "ai", "app"];

/// The ending of a name, lower case, if it is one that files have.
pub fn ending(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    if stem.is_empty() || ending.is_empty() || ending.len() > 17 {
        return None;
    }
    let ending = ending.to_ascii_lowercase();
    (ACTIVE.contains(&ending.as_str()) || PASSIVE.contains(&ending.as_str())).then_some(ending)
}

/// Whether a file with this ending runs, or carries what runs.
pub fn is_active(ending: &str) -> bool {
    ACTIVE.contains(&ending)
}

/// Programs and libraries that come with the operating system: an attacker uses them, a hunt for their names finds
/// everybody.
pub fn is_system_component(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "cmd.exe", "powershell.exe", "pwsh.exe", "rundll32.exe", "regsvr32.exe", "mshta.exe", "wscript.exe", "cscript.exe", "svchost.exe", "explorer.exe",
        "lsass.exe", "services.exe", "winlogon.exe", "csrss.exe", "smss.exe", "wininit.exe", "taskhost.exe", "taskhostw.exe", "conhost.exe", "dllhost.exe",
        "msiexec.exe", "certutil.exe", "bitsadmin.exe", "schtasks.exe", "at.exe", "sc.exe", "net.exe", "net1.exe", "netsh.exe", "reg.exe", "regedit.exe",
        "wmic.exe", "wmiprvse.exe", "vssadmin.exe", "bcdedit.exe", "wevtutil.exe", "whoami.exe", "ipconfig.exe", "nltest.exe", "tasklist.exe", "taskkill.exe",
        "systeminfo.exe", "ping.exe", "nslookup.exe", "ntdsutil.exe", "esentutl.exe", "makecab.exe", "expand.exe", "msbuild.exe", "installutil.exe",
        "regasm.exe", "regsvcs.exe", "cmstp.exe", "control.exe", "notepad.exe", "calc.exe", "mmc.exe", "spoolsv.exe", "werfault.exe", "winword.exe", "excel.exe",
        "outlook.exe", "powerpnt.exe", "iexplore.exe", "msedge.exe", "chrome.exe", "firefox.exe", "kernel32.dll", "ntdll.dll", "user32.dll", "advapi32.dll",
        "ws2_32.dll", "wininet.dll", "winhttp.dll", "shell32.dll", "ole32.dll", "comsvcs.dll", "amsi.dll", "dbghelp.dll", "ntds.dit", "hosts", "autorun.inf",
        "tracert.exe", "rdpclip.exe", "clip.exe", "arp.exe", "route.exe", "nbtstat.exe", "netstat.exe", "hostname.exe", "quser.exe", "qwinsta.exe", "query.exe",
        "dsquery.exe", "dsget.exe", "gpresult.exe", "gpupdate.exe", "klist.exe", "cmdkey.exe", "runas.exe", "sdbinst.exe", "eventvwr.exe", "fodhelper.exe",
        "computerdefaults.exe", "mmc.exe", "taskmgr.exe", "taskeng.exe", "tasksvc.exe", "userinit.exe", "lsm.exe", "lsaiso.exe", "dwm.exe", "sihost.exe",
        "ctfmon.exe", "runtimebroker.exe", "searchindexer.exe", "wuauclt.exe", "usoclient.exe", "mstsc.exe", "tscon.exe", "wbadmin.exe", "diskshadow.exe",
        "cipher.exe", "fsutil.exe", "format.com", "attrib.exe", "icacls.exe", "cacls.exe", "takeown.exe", "robocopy.exe", "xcopy.exe", "find.exe", "findstr.exe",
        "more.com", "sort.exe", "tree.com", "forfiles.exe", "pcalua.exe", "hh.exe", "winrs.exe", "winrm.vbs", "slmgr.vbs", "bash.exe", "wsl.exe", "ssh.exe",
        "ftp.exe", "tftp.exe", "curl.exe", "tar.exe", "dism.exe", "msdt.exe", "odbcconf.exe", "presentationhost.exe", "mavinject.exe", "xwizard.exe",
        "kernelbase.dll", "sechost.dll", "rpcrt4.dll", "crypt32.dll", "bcrypt.dll", "ncrypt.dll", "secur32.dll", "samlib.dll", "samsrv.dll", "cryptdll.dll",
        "vaultcli.dll", "netapi32.dll", "wldap32.dll", "oleaut32.dll", "gdi32.dll", "psapi.dll", "shlwapi.dll", "urlmon.dll", "mscoree.dll", "clr.dll",
        "consolehost_history.txt", ".bash_history", ".bashrc", ".bash_profile", ".zshrc", ".profile", "authorized_keys", "known_hosts", "passwd", "shadow",
        "sudoers", "crontab", "rc.local", "web.config", "boot.ini", "desktop.ini", "thumbs.db", "pagefile.sys", "hiberfil.sys", "ntuser.dat", "sam", "security",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// A capitalised word and a language's ending is how products are named.
pub fn looks_like_product(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let mut letters = stem.chars();
    LIBRARY.contains(&ending.to_ascii_lowercase().as_str())
        && letters.next().is_some_and(char::is_uppercase)
        && stem.len() >= 2
        && letters.all(|c| c.is_alphabetic())
        && ending.bytes().all(|b| b.is_ascii_lowercase() || ending == ending.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_products() {
        assert_eq!(ending("Setup.EXE").as_deref(), Some("exe"));
        assert_eq!(ending("evil.zip").as_deref(), Some("zip"));
        assert_eq!(ending("e.g"), None);
        assert!(looks_like_product("Node.js") && looks_like_product("Express.js"));
        assert!(!looks_like_product("handler.js") && !looks_like_product("Loader32.js"));
    }
}
