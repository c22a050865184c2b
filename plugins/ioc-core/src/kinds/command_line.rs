//! Command lines: a program that administrators and attackers start by hand, with an argument of its kind, where the
//! author shows it as one: quoted, as code, after a colon or on a line of its own.

use crate::found::Finds;

/// Programs of Windows and Unix shells, with the arguments that tell a command from a sentence about the program. An
/// empty list: a switch (`/x`, `-x`) has to follow.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("adb", &["shell", "install"]),
    ("adfind", &["-"]),
    ("at", &["\\\\"]),
    ("attrib", &["+"]),
    ("base64", &["-d", "--decode"]),
    ("bash", &[]),
    ("bcdedit", &[]),
    ("bitsadmin", &[]),
    ("certutil", &[]),
    ("chattr", &[]),
    ("chmod", &["+x", "7"]),
    ("cmd", &[]),
    ("copy", &["\\", "c:"]),
    ("crontab", &[]),
    ("cscript", &[]),
    ("curl", &["http", "-"]),
    ("dd", &["if="]),
    ("docker", &["run"]),
    ("dsquery", &["*"]),
    ("esentutl", &[]),
    ("fsutil", &["usn", "file", "behavior"]),
    ("icacls", &["*"]),
    ("ipconfig", &[]),
    ("iptables", &[]),
    ("kubectl", &["exec", "apply"]),
    ("launchctl", &["load", "bootstrap", "submit"]),
    ("mshta", &["http", "vbscript", "javascript"]),
    ("msiexec", &[]),
    ("nc", &[]),
    ("ncat", &[]),
    ("net", &["user", "group", "localgroup", "use", "view", "start", "stop", "share", "accounts", "session", "time"]),
    ("net1", &["user", "group", "localgroup", "use"]),
    ("netsh", &["advfirewall", "firewall", "interface", "wlan", "trace", "portproxy"]),
    ("nltest", &[]),
    ("nohup", &["./", "/"]),
    ("npm", &["install"]),
    ("ntdsutil", &["\"", "ac"]),
    ("osascript", &["-e"]),
    ("perl", &[]),
    ("php", &[]),
    ("pip", &["install"]),
    ("pip3", &["install"]),
    ("plink", &["-"]),
    ("powershell", &[]),
    ("procdump", &["-"]),
    ("procdump64", &["-"]),
    ("psexec", &["\\\\", "-"]),
    ("psexec64", &["\\\\", "-"]),
    ("pwsh", &[]),
    ("python", &[]),
    ("python3", &[]),
    ("rclone", &["copy", "sync", "config"]),
    ("reg", &["add", "delete", "query", "save", "export"]),
    ("regsvr32", &[]),
    ("rm", &["-rf", "-f"]),
    ("rundll32", &["*"]),
    ("sc", &["create", "config", "start", "stop", "delete", "query"]),
    ("schtasks", &[]),
    ("sh", &[]),
    ("ssh", &["-"]),
    ("systemctl", &["enable", "start", "stop", "disable", "daemon-reload"]),
    ("systeminfo", &[]),
    ("tar", &["-"]),
    ("taskkill", &[]),
    ("tasklist", &[]),
    ("useradd", &["*"]),
    ("vssadmin", &["delete", "list", "create", "resize"]),
    ("wbadmin", &["delete", "start"]),
    ("wevtutil", &["cl", "el", "clear-log", "sl"]),
    ("wget", &["http", "-"]),
    ("whoami", &[]),
    ("wmic", &["process", "shadowcopy", "/", "os", "computersystem", "useraccount", "qfe", "product", "logicaldisk"]),
    ("wscript", &[]),
    ("xcopy", &["\\", "c:"]),
];

/// The longest name of a program.
const LONGEST: usize = {
    let (mut longest, mut at) = (0, 0);
    while at < PROGRAMS.len() {
        if PROGRAMS[at].0.len() > longest {
            longest = PROGRAMS[at].0.len();
        }
        at += 1;
    }
    longest
};

/// The second letters, a bit each, that the programs' names have, by first letter and length: most words end here.
const SECOND: [[u32; LONGEST + 1]; 26] = {
    let mut letters = [[0; LONGEST + 1]; 26];
    let mut at = 0;
    while at < PROGRAMS.len() {
        let name = PROGRAMS[at].0.as_bytes();
        letters[(name[0] - b'a') as usize][name.len()] |= 1 << (name[1] - b'a');
        at += 1;
    }
    letters
};

/// The program that a word names; `program.exe` and a path before it count.
pub fn program(word: &str) -> Option<&'static str> {
    let stem = word
        .len()
        .checked_sub(4)
        .filter(|at| word.is_char_boundary(*at) && word[*at..].eq_ignore_ascii_case(".exe"))
        .map_or(word, |at| &word[..at]);
    let [first, second, ..] = stem.as_bytes() else { return None };
    let letter = |byte: &u8| (byte | 0x20).wrapping_sub(b'a');
    let seconds = SECOND.get(usize::from(letter(first)))?.get(stem.len())?;
    if seconds.checked_shr(letter(second).into())? & 1 == 0 {
        return None;
    }
    PROGRAMS.iter().map(|(name, _)| *name).find(|name| stem.eq_ignore_ascii_case(name))
}

/// A command whose program is `text[start..end]`. Adds it and returns where it ends; what it holds is still to be read.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize, program: &'static str) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(end) != Some(&b' ') {
        return None;
    }
    let shown = shown(bytes, start)?;
    let arguments = text[end..].trim_start_matches(' ');
    let first_line = arguments.bytes().take(256).position(|b| b == b'\n').unwrap_or(arguments.len().min(256));
    let wanted = PROGRAMS.iter().find(|(name, _)| *name == program).map(|(_, wanted)| *wanted)?;
    let begins = |wanted: &str| arguments.get(..wanted.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(wanted));
    let switch = arguments.starts_with(['-', '/'])
        && arguments[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '?'));
    let fits = if wanted.is_empty() {
        switch
    } else {
        switch
            || wanted.iter().any(|one| {
                *one == "*"
                    && arguments.as_bytes()[..first_line].iter().any(|b| matches!(b, b'\\' | b'/' | b',' | b'"'))
                    && !arguments.starts_with('[')
                    || begins(one)
            })
    };
    if !fits {
        return None;
    }
    let mut limit = text.len().min(start + 2048);
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let line = memchr::memchr(b'\n', &bytes[start..limit]).map_or(limit, |at| start + at);
    let stop = match shown {
        Shown::Quoted(close) => start + closing(&text[start..line], close)?,
        Shown::Alone => line,
    };
    let value = text[start..stop].trim_end_matches([' ', '\t', '\r']);
    let value = if shown == Shown::Alone { sentence_end(value) } else { value };
    let found = finds.add("command_line", value.to_string(), start, start + value.len());
    found.parts = vec![("program", format!("{program}{}", if is_windows(program) { ".exe" } else { "" }))];
    Some(start + value.len())
}

/// Where the quotation ends: quotes inside it come in pairs, and an opening one stands after a blank or a sign.
fn closing(text: &str, close: char) -> Option<usize> {
    let mut inside = false;
    for (at, _) in text.match_indices(close) {
        let opens = text[..at].ends_with([' ', '=', ':', ',', '(', '\\']);
        if close == '`' || !inside && !opens {
            return Some(at);
        }
        inside = opens;
    }
    None
}

/// A command in running text ends with its sentence.
fn sentence_end(value: &str) -> &str {
    let cut = value
        .match_indices(". ")
        .find(|(at, _)| value[at + 2..].starts_with(|c: char| c.is_ascii_uppercase()))
        .map_or(value.len(), |(at, _)| at);
    value[..cut].trim_end_matches('.')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Quoted(char),
    /// On its own line, or after a colon.
    Alone,
}

/// How the author sets the command off from the text.
fn shown(bytes: &[u8], start: usize) -> Option<Shown> {
    let before = &bytes[start.saturating_sub(8)..start];
    match before.last() {
        None | Some(b'\n') => Some(Shown::Alone),
        Some(b'`') => Some(Shown::Quoted('`')),
        Some(b'"') => Some(Shown::Quoted('"')),
        Some(b'\'') => Some(Shown::Quoted('\'')),
        Some(0x9c) if before.ends_with("\u{201c}".as_bytes()) => Some(Shown::Quoted('\u{201d}')),
        _ => {
            let trimmed: &[u8] = before.trim_ascii_end();
            match trimmed.last() {
                None | Some(b':' | b'>' | b'$' | b'#' | b'|' | b'*' | b'-') => Some(Shown::Alone),
                _ if before.contains(&b'\n')
                    && before.iter().rev().take_while(|b| **b != b'\n').all(|b| matches!(b, b' ' | b'\t')) =>
                {
                    Some(Shown::Alone)
                }
                _ if before.ends_with(b"\t") => Some(Shown::Alone),
                _ => None,
            }
        }
    }
}

fn is_windows(program: &str) -> bool {
    const UNIX: [&str; 28] = [
        "chmod",
        "chattr",
        "crontab",
        "nohup",
        "bash",
        "sh",
        "python",
        "python3",
        "perl",
        "php",
        "iptables",
        "systemctl",
        "useradd",
        "rm",
        "dd",
        "base64",
        "nc",
        "ncat",
        "osascript",
        "launchctl",
        "docker",
        "kubectl",
        "npm",
        "pip",
        "pip3",
        "adb",
        "wget",
        "copy",
    ];
    !UNIX.contains(&program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Option<String> {
        let mut finds = Finds::default();
        for word in text.split([' ', '`', '"', '\n', ':']) {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            if let Some(name) = program(word) {
                read(&mut finds, text, start, start + word.len(), name);
            }
        }
        finds.found.into_iter().next().map(|found| found.value)
    }

    #[test]
    fn every_program_is_found() {
        for (name, _) in PROGRAMS {
            assert_eq!(program(&format!("{}.exe", name.to_uppercase())), Some(*name));
        }
        assert_eq!(program("systeminformation"), None);
    }

    #[test]
    fn commands_are_shown() {
        assert_eq!(one("runs `cmd.exe /c whoami` and").as_deref(), Some("cmd.exe /c whoami"));
        assert_eq!(
            one("the command: vssadmin delete shadows /all /quiet. Then it").as_deref(),
            Some("vssadmin delete shadows /all /quiet")
        );
        assert_eq!(
            one("schtasks /create /tn \"X Y\" /tr C:\\a.exe\nnext").as_deref(),
            Some("schtasks /create /tn \"X Y\" /tr C:\\a.exe")
        );
        assert_eq!(one("run `cmd /c a` and `cmd /c b`").as_deref(), Some("cmd /c a"));
        assert_eq!(one("\"cmd /c \"dir x\" /s\" or \"y\"").as_deref(), Some("cmd /c \"dir x\" /s"));
        assert_eq!(one("They used net user accounts and at dawn powershell scripts"), None);
    }
}
