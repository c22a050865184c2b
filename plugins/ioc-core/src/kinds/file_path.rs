//! Paths: Windows with a drive or an environment variable (Win32, "Naming Files, Paths, and Namespaces"), UNC (MS-DTYP
//! 2.2.57), Unix (POSIX.1-2024, section 3.254).

use super::{file_name, pdb_path};
use crate::found::Finds;

/// What no name in a Windows path holds, and what ends a path in prose.
fn ends_path(byte: u8) -> bool {
    byte < b' ' || matches!(byte, b'"' | b'<' | b'>' | b'|' | b'?' | b'\'' | b'`' | b';' | b'[' | b']' | 0x7f)
}

/// Punctuation of Chinese and Japanese, which stands without blanks around it: 、。「」《》 and the wide forms of !(),:;? and “”.
fn ends_sentence_part(rest: &[u8]) -> bool {
    match rest {
        [0xE3, 0x80, third, ..] => matches!(third, 0x81 | 0x82 | 0x8A..=0x8D),
        [0xEF, 0xBC, third, ..] => matches!(third, 0x81 | 0x88 | 0x89 | 0x8C | 0x9A | 0x9B | 0x9F),
        [0xE2, 0x80, third, ..] => matches!(third, 0x9C | 0x9D),
        _ => false,
    }
}

/// `\<user>\`, `\[username]\`: a name that differs from host to host. Returns where it ends.
fn placeholder(bytes: &[u8], at: usize) -> Option<usize> {
    let close = match bytes[at] {
        b'<' => b'>',
        b'[' => b']',
        _ => return None,
    };
    let name = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'_' | b'-');
    let length = bytes[at + 1..].iter().take(24).take_while(name).count();
    let stop = at + length + 2;
    (at > 0
        && bytes[at - 1] == b'\\'
        && length > 0
        && bytes.get(stop - 1) == Some(&close)
        && bytes.get(stop) == Some(&b'\\'))
    .then_some(stop)
}

/// End of a Windows path that begins at `start`: names may hold blanks where a separator or an ending follows.
pub fn windows_end(text: &str, start: usize, body: usize) -> usize {
    let bytes = text.as_bytes();
    let quote = start.checked_sub(1).map(|at| bytes[at]).filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    let mut end = body;
    while end < bytes.len() && end - start < 1024 {
        match placeholder(bytes, end) {
            Some(stop) => end = stop,
            None if ends_path(bytes[end]) || bytes[end] == b':' && end > body || ends_sentence_part(&bytes[end..]) => {
                break;
            }
            None => end += 1,
        }
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    if quote.is_some() && bytes.get(end).copied() == quote {
        return end;
    }
    let mut segment = body;
    loop {
        let separator = memchr::memchr2(b'\\', b'/', &bytes[segment..end]).map(|at| segment + at);
        let until = separator.unwrap_or(end);
        let name = &text[segment..until];
        match separator {
            Some(at) if blanks_belong(name) => segment = at + 1,
            _ => return segment + last_name(name),
        }
    }
}

/// `Program Files (x86)`, `Documents and Settings`: few short words, no end of a sentence between them.
fn blanks_belong(name: &str) -> bool {
    if !name.contains(' ') {
        return true;
    }
    name.len() <= 48
        && name.split(' ').count() <= 5
        && !name.contains(". ")
        && !name.contains(", ")
        && !name.starts_with(' ')
        && !name.ends_with(' ')
        && first_ending(name).is_none_or(|at| at >= name.len())
}

/// Length of a last name: up to its ending, or to the first blank.
fn last_name(name: &str) -> usize {
    if let Some(at) = first_ending(name) {
        return at;
    }
    let cut = name.find([' ', ',', ')']).unwrap_or(name.len());
    name[..cut].trim_end_matches(['.', ',', ':', ')', '*', '_', '’', '”']).len()
}

/// Where the first word that ends like a file ends, if at most four words come before it.
fn first_ending(name: &str) -> Option<usize> {
    let mut from = 0;
    for word in name.split(' ').take(5) {
        let trimmed = word.trim_end_matches(['.', ',', ')', ':', ']', '’', '”', '*']);
        if file_name::ending(trimmed).is_some() && (from > 0 || trimmed.contains('.')) {
            return Some(from + trimmed.len());
        }
        from += word.len() + 1;
    }
    None
}

/// A Windows path whose root is `text[start..body]`. Returns where it ends.
pub fn read_windows(finds: &mut Finds, text: &str, start: usize, body: usize) -> usize {
    let end = windows_end(text, start, body);
    let value = text[start..end].trim_end_matches(' ');
    let end = start + value.len();
    add(finds, value, start, end, '\\');
    end.max(body)
}

/// A Unix path at `start`. Returns where it ends.
pub fn read_unix(finds: &mut Finds, text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut end = start + 1;
    while end < bytes.len()
        && end - start < 1024
        && (bytes[end].is_ascii_alphanumeric()
            || matches!(bytes[end], b'/' | b'.' | b'_' | b'-' | b'+' | b'~' | b'@' | b'%' | b'*' | b'$' | b'{' | b'}'))
    {
        end += 1;
    }
    while end > start && matches!(bytes[end - 1], b'.' | b'*' | b'-' | b'@' | b'{' | b'%') {
        end -= 1;
    }
    let value = &text[start..end];
    add(finds, value, start, end, '/');
    end
}

/// The roots of a Unix file system (Filesystem Hierarchy Standard 3.0, and macOS): anything else that begins with a
/// slash is as likely a route of a web server.
pub fn is_unix_root(rest: &str) -> bool {
    const ROOTS: [&str; 24] = [
        "/bin/",
        "/boot/",
        "/dev/",
        "/etc/",
        "/home/",
        "/lib/",
        "/lib64/",
        "/media/",
        "/mnt/",
        "/opt/",
        "/proc/",
        "/root/",
        "/run/",
        "/sbin/",
        "/srv/",
        "/sys/",
        "/tmp/",
        "/usr/",
        "/var/",
        "/Users/",
        "/Library/",
        "/Applications/",
        "/System/",
        "/private/",
    ];
    ROOTS.iter().any(|root| rest.starts_with(root))
        || rest.starts_with("/data/data/")
        || rest.starts_with("/data/local/")
        || rest.starts_with("/sdcard/")
}

/// Directories that every machine has: a place where something happened, nothing to look for.
pub fn is_everybodys(path: &str) -> bool {
    const NAMES: [&str; 34] = [
        "c:\\windows",
        "c:\\windows\\system32",
        "c:\\windows\\syswow64",
        "c:\\windows\\temp",
        "c:\\users\\public",
        "c:\\users\\public\\documents",
        "c:\\programdata",
        "c:\\program files",
        "c:\\program files (x86)",
        "%temp%",
        "%tmp%",
        "%appdata%",
        "%localappdata%",
        "%programdata%",
        "%systemroot%",
        "%windir%",
        "%userprofile%",
        "%public%",
        "%systemroot%\\system32",
        "%windir%\\system32",
        "%systemroot%\\system32\\tasks",
        "c:\\windows\\system32\\tasks",
        "c:\\windows\\tasks",
        "/etc/cron.d",
        "/usr/bin",
        "/usr/local/bin",
        "/usr/sbin",
        "/var/tmp",
        "/var/log",
        "/dev/shm",
        "/dev/null",
        "/bin/sh",
        "/bin/bash",
        "/etc/init.d",
    ];
    let trimmed = path.trim_end_matches(['\\', '/', '*']).to_ascii_lowercase();
    let depth = trimmed.matches(['\\', '/']).count();
    let drive_only = trimmed.as_bytes().get(1) == Some(&b':') && depth <= 1 && !trimmed.contains('.');
    drive_only || trimmed.starts_with('/') && depth <= 1 || NAMES.contains(&trimmed.as_str())
}

/// Where the system's own programs lie: a file of such a name anywhere else only borrows it (ATT&CK T1036.005).
pub fn is_systems(path: &str) -> bool {
    const FOLDERS: [&str; 10] = [
        "\\windows\\",
        "%systemroot%",
        "%windir%",
        "\\program files",
        "%programfiles",
        "/bin/",
        "/sbin/",
        "/etc/",
        "/system/",
        "~/",
    ];
    let lower = path.to_ascii_lowercase();
    let temporary = ["\\windows\\temp\\", "\\windows\\tasks\\"].iter().any(|folder| lower.contains(folder));
    !temporary && (FOLDERS.iter().any(|folder| lower.contains(folder)) || lower.starts_with("/root/."))
}

fn add(finds: &mut Finds, value: &str, start: usize, end: usize, separator: char) {
    let kind = if pdb_path::is_one(value) { "pdb_path" } else { "file_path" };
    let (directory, name) = value.rsplit_once(['\\', '/']).unwrap_or(("", value));
    if directory.is_empty() && name.is_empty() || value.len() < 4 {
        return;
    }
    let mut parts = vec![("directory", format!("{directory}{separator}"))];
    if !name.is_empty() {
        parts.push(("name", name.to_string()));
    }
    finds.add(kind, value.to_string(), start, end).parts = parts;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows(text: &str) -> String {
        let mut finds = Finds::default();
        let body = text.find('\\').unwrap() + 1;
        read_windows(&mut finds, text, 0, body);
        finds.found[0].value.clone()
    }

    #[test]
    fn blanks_end_where_prose_begins() {
        assert_eq!(
            windows("C:\\Program Files (x86)\\Foo Bar\\a.exe was run"),
            "C:\\Program Files (x86)\\Foo Bar\\a.exe"
        );
        assert_eq!(windows("C:\\Windows\\Temp and then C:\\x"), "C:\\Windows\\Temp");
        assert_eq!(windows("%APPDATA%\\Sun\\Javar\\x.exe."), "%APPDATA%\\Sun\\Javar\\x.exe");
        assert_eq!(windows("C:\\Users\\<user>\\a.exe and"), "C:\\Users\\<user>\\a.exe");
        assert_eq!(windows("C:\\Windows\\Temp\\360.dll。参考链接：https"), "C:\\Windows\\Temp\\360.dll");
        assert_eq!(windows("C:\\Users\\Public\\my file.docx, which"), "C:\\Users\\Public\\my file.docx");
    }

    #[test]
    fn unix_paths_end_with_their_sentence() {
        let unix = |text: &str| {
            let mut finds = Finds::default();
            read_unix(&mut finds, text, 0);
            finds.found.pop().map(|found| found.value)
        };
        assert_eq!(unix("/tmp/.x/run.sh. It").as_deref(), Some("/tmp/.x/run.sh"));
        assert_eq!(unix("~/Library/LaunchAgents/a.plist,").as_deref(), Some("~/Library/LaunchAgents/a.plist"));
        assert!(is_unix_root("/etc/cron.d/x") && !is_unix_root("/api/v1/x"));
    }
}
