//! Registry keys, with every spelling of a hive (Microsoft, "Predefined Keys"; PowerShell's registry drives).

use crate::found::Finds;

/// Spellings of a hive, and its short name as Sigma's field `TargetObject` has it; of each hive the long name first.
const HIVES: [(&str, &str); 18] = [
    ("HKEY_LOCAL_MACHINE", "HKLM"),
    ("HKEY_CURRENT_USER", "HKCU"),
    ("HKEY_CLASSES_ROOT", "HKCR"),
    ("HKEY_USERS", "HKU"),
    ("HKEY_CURRENT_CONFIG", "HKCC"),
    ("HKEY_LOCAL_SYSTEM", "HKLM"),
    ("HKEYLOCALMACHINE", "HKLM"),
    ("HKEYCURRENTUSER", "HKCU"),
    ("HKLM64", "HKLM"),
    ("HKLM32", "HKLM"),
    ("HKLM", "HKLM"),
    ("HKCU", "HKCU"),
    ("HKCR", "HKCR"),
    ("HKU", "HKU"),
    ("HKCC", "HKCC"),
    ("\\REGISTRY\\MACHINE", "HKLM"),
    ("\\REGISTRY\\USER", "HKU"),
    ("REGISTRY\\MACHINE", "HKLM"),
];

/// Windows' own key names that hold blanks, where the last one of a key in prose would end too early.
const NAMES_WITH_BLANKS: [&str; 15] = [
    "Windows Defender",
    "Windows NT",
    "Windows Script Host",
    "Session Manager",
    "Internet Settings",
    "Internet Explorer",
    "Image File Execution Options",
    "Terminal Server",
    "Active Setup",
    "User Shell Folders",
    "Shell Folders",
    "Browser Helper Objects",
    "App Paths",
    "Security Center",
    "Control Panel",
];

/// The hive that `text[start..]` begins with: its short name and where the key begins, after the separator.
pub fn hive(text: &str, start: usize) -> Option<(&'static str, usize)> {
    let rest = &text.as_bytes()[start..];
    let (written, short) = HIVES.iter().find(|(written, _)| {
        rest.len() > written.len() && rest[..written.len()].eq_ignore_ascii_case(written.as_bytes())
    })?;
    let mut at = start + written.len();
    let bytes = text.as_bytes();
    if bytes.get(at) == Some(&b':') {
        at += 1;
    }
    let separators = bytes[at..].iter().take(2).take_while(|b| matches!(b, b'\\' | b'/')).count();
    (separators > 0).then_some((short, at + separators))
}

/// A key at `start` whose hive ends at `body`. Returns where it ends.
pub fn read(finds: &mut Finds, text: &str, start: usize, short: &str, body: usize) -> usize {
    let bytes = text.as_bytes();
    let quoted = start.checked_sub(1).map(|at| bytes[at]).filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    let mut limit = body;
    while limit < bytes.len()
        && limit - start < 512
        && bytes[limit] >= b' '
        && !matches!(bytes[limit], b'"' | b'\'' | b'`' | b'|' | b'<' | b'>' | b';' | b'[' | b']')
    {
        limit += 1;
    }
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    let mut end = limit;
    if quoted.is_none() || bytes.get(limit).copied() != quoted {
        let mut segment = body;
        let slash = bytes[body - 1];
        end = loop {
            let separator = memchr::memchr(slash, &bytes[segment..limit]).map(|at| segment + at);
            let name = &text[segment..separator.unwrap_or(limit)];
            match separator {
                Some(at)
                    if name.split(' ').count() <= 4
                        && !name.contains(". ")
                        && !name.contains(", ")
                        && !name.contains(" = ")
                        && !name.contains(':')
                        && !name.contains(" and ") =>
                {
                    segment = at + 1
                }
                _ => {
                    let known = NAMES_WITH_BLANKS
                        .iter()
                        .find(|known| name.get(..known.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(known)));
                    let cut = known
                        .map_or_else(|| name.find([' ', ',', ')', '=']).unwrap_or(name.len()), |known| known.len());
                    let cut = joined_sentence(&name[..cut]).unwrap_or(cut);
                    break segment + name[..cut].trim_end_matches(['.', ':', ']', '\u{201d}', '\u{2019}']).len();
                }
            }
        };
    }
    let key = text[body..end].trim_end_matches(['\\', '/']).replace("\\\\", "\\");
    let key = if bytes[body - 1] == b'/' { key.replace('/', "\\") } else { key };
    if key.is_empty() {
        return end.max(body);
    }
    let value = format!("{short}\\{key}");
    let (path, name) = split_value_name(&key);
    let long = HIVES.iter().find(|(_, of)| *of == short).map_or(short, |(long, _)| long);
    let mut parts = vec![("hive", long.to_string()), ("key", path.to_string())];
    parts.extend(name.map(|name| ("value_name", name.to_string())));
    finds.add("registry_key", value, start, end).parts = parts;
    end
}

/// Where a sentence ends without its blank: `Run\Updater.The process`.
fn joined_sentence(name: &str) -> Option<usize> {
    const BEGIN: [&str; 10] = [".The", ".It", ".This", ".Then", ".After", ".When", ".In", ".A", ".If", ".These"];
    BEGIN.iter().find(|begin| name.ends_with(**begin)).map(|begin| name.len() - begin.len())
}

/// Keys that every machine has and that many programs write to: without a value under them, nothing to look for.
pub fn is_everybodys(value: &str) -> bool {
    const KEYS: [&str; 12] = [
        "\\currentversion\\run",
        "\\currentversion\\runonce",
        "\\currentversion\\runservices",
        "\\policies\\explorer\\run",
        "\\currentversion\\winlogon",
        "\\currentversion\\uninstall",
        "\\currentcontrolset\\services",
        "\\currentcontrolset\\control",
        "\\microsoft\\windows",
        "\\microsoft\\windows\\currentversion",
        "\\microsoft\\windows nt\\currentversion",
        "\\internet settings",
    ];
    let lower = value.to_ascii_lowercase();
    KEYS.iter().any(|key| lower.ends_with(key)) || lower.matches('\\').count() < 2
}

/// Autostart keys are named with the value that was set under them; elsewhere only the author knows where a key ends.
fn split_value_name(key: &str) -> (&str, Option<&str>) {
    const HOLD_VALUES: [&str; 6] =
        ["\\run", "\\runonce", "\\runservices", "\\winlogon", "\\policies\\system", "\\policies\\explorer\\run"];
    if let Some((path, name)) = key.rsplit_once('\\') {
        let lower = path.to_ascii_lowercase();
        if HOLD_VALUES.iter().any(|ending| lower.ends_with(ending)) && !name.is_empty() {
            return (path, Some(name));
        }
    }
    (key, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> (String, Vec<(&'static str, String)>) {
        let mut finds = Finds::default();
        let (short, body) = hive(text, 0).unwrap();
        read(&mut finds, text, 0, short, body);
        (finds.found[0].value.clone(), finds.found[0].parts.clone())
    }

    #[test]
    fn hives_blanks_and_values() {
        let (value, parts) =
            one("HKEY_CURRENT_USER\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Run\\Updater is set");
        assert_eq!(value, "HKCU\\Software\\Microsoft\\Windows NT\\CurrentVersion\\Run\\Updater");
        assert_eq!(parts[2], ("value_name", "Updater".to_string()));
        assert_eq!(
            one("HKLM:\\SYSTEM\\CurrentControlSet\\Services\\Foo.").0,
            "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Foo"
        );
        assert_eq!(one("HKCU\\Software\\Run\\Upd.The process").0, "HKCU\\Software\\Run\\Upd");
        assert!(hive("HKUST\\x", 0).is_none());
        for (written, short) in HIVES {
            for text in [format!("{written}\\Software\\Foo"), format!("{}:\\Software\\Foo", written.to_lowercase())] {
                assert_eq!(one(&text).0, format!("{short}\\Software\\Foo"), "{text}");
            }
        }
    }
}
