//! Names that have the form of a host and are something else: detections, code, packages, words of prose.

/// Platforms and families that vendors begin detection names with (CARO naming scheme, and ESET's and Microsoft's
/// published lists of prefixes).
pub fn is_platform(word: &str) -> bool {
    const PLATFORMS: [&str; 56] = [
        "win16",
        "win32",
        "win64",
        "wince",
        "msil",
        "linux",
        "unix",
        "freebsd",
        "solaris",
        "android",
        "androidos",
        "ios",
        "iphoneos",
        "osx",
        "macos",
        "js",
        "vbs",
        "vba",
        "w97m",
        "o97m",
        "x97m",
        "html",
        "php",
        "asp",
        "java",
        "python",
        "perl",
        "bat",
        "ps",
        "powershell",
        "pdf",
        "rtf",
        "doc",
        "swf",
        "lnk",
        "nsis",
        "script",
        "multi",
        "generik",
        "suspicious",
        "wingo",
        "efi",
        "trojan",
        "backdoor",
        "worm",
        "virus",
        "ransom",
        "hacktool",
        "exploit",
        "pua",
        "adware",
        "spyware",
        "trojandownloader",
        "trojanspy",
        "behavior",
        "heur",
    ];
    PLATFORMS.iter().any(|platform| word.eq_ignore_ascii_case(platform))
}

pub fn starts_with_platform(name: &str) -> bool {
    name.split('.').next().is_some_and(is_platform)
}

/// A label that only detection names have, wherever in them it stands: `BehavesLike.Win32.Dropper.tc`.
pub fn is_architecture(label: &str) -> bool {
    ["win16", "win32", "win64", "w32", "w64", "w97m", "msil", "androidos"]
        .iter()
        .any(|one| label.eq_ignore_ascii_case(one))
}

/// Global objects and root namespaces of widespread languages: `System.Net`, `wscript.shell`, `os.name`.
pub fn is_code_root(name: &str) -> bool {
    const ROOTS: [&str; 28] = [
        "system",
        "microsoft",
        "windows",
        "wscript",
        "cscript",
        "shell",
        "adodb",
        "scripting",
        "msxml",
        "msxml2",
        "winhttp",
        "document",
        "window",
        "self",
        "this",
        "os",
        "sys",
        "string",
        "console",
        "math",
        "process",
        "java",
        "javax",
        "android",
        "kernel32",
        "ntdll",
        "socket",
        "vb",
    ];
    if lower_is_dom(name) || is_member(name) {
        return true;
    }
    // Hosts are called like that, too: code has no third label in lower case, and companies write their names small.
    const ALSO_HOSTS: [&str; 7] = ["microsoft", "windows", "shell", "java", "android", "system", "document"];
    let Some((root, rest)) = name.split_once('.') else { return false };
    let lower = root.to_ascii_lowercase();
    if !ROOTS.contains(&lower.as_str()) || rest.contains('.') && !rest.contains(char::is_uppercase) {
        return false;
    }
    !ALSO_HOSTS.contains(&lower.as_str())
        || root.starts_with(char::is_uppercase) && rest.starts_with(char::is_uppercase)
}

/// `document.location.host` and other properties of a web page (HTML Living Standard, `Document` and `Window`).
pub fn lower_is_dom(name: &str) -> bool {
    let mut labels = name.split('.');
    matches!(labels.next(), Some("document" | "window" | "self" | "this"))
        && matches!(
            labels.next(),
            Some(
                "location"
                    | "body"
                    | "head"
                    | "cookie"
                    | "navigator"
                    | "document"
                    | "event"
                    | "forms"
                    | "links"
                    | "name"
            )
        )
}

/// `requests.post`, `user.name`: a module or an object, and a member that is a top-level domain as well.
fn is_member(name: &str) -> bool {
    const OBJECTS: [&str; 44] = [
        "requests",
        "subprocess",
        "urllib",
        "hashlib",
        "json",
        "time",
        "random",
        "threading",
        "ctypes",
        "shutil",
        "runtime",
        "fmt",
        "http",
        "crypto",
        "child_process",
        "module",
        "exports",
        "object",
        "array",
        "date",
        "event",
        "element",
        "response",
        "request",
        "session",
        "config",
        "node",
        "global",
        "user",
        "args",
        "params",
        "data",
        "result",
        "cls",
        "super",
        "std",
        "task",
        "thread",
        "file",
        "item",
        "service",
        "client",
        "process",
        "host",
    ];
    const MEMBERS: [&str; 17] = [
        "post", "run", "name", "id", "call", "click", "link", "open", "zone", "date", "host", "info", "data", "int",
        "is", "to", "map",
    ];
    let Some((object, member)) = name.split_once('.') else { return false };
    OBJECTS.contains(&object) && MEMBERS.contains(&member)
}

/// A country's code that is also a word of English prose after a full stop that lacks its blank.
pub fn is_word_of_prose(name: &str) -> bool {
    const WORDS: [&str; 22] = [
        "it", "is", "in", "so", "to", "at", "be", "my", "no", "us", "am", "as", "do", "me", "by", "an", "are", "one",
        "here", "now", "all", "how",
    ];
    name.rsplit('.').next().is_some_and(|last| WORDS.contains(&last))
        && name.split('.').next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase()))
}
