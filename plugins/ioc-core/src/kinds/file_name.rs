//! File names: a stem and an ending that programs, scripts, documents and archives have. The endings are those that
//! operating systems and common software register; which of them also are top-level domains is the suffix list's answer.

use endings::{ACTIVE, PASSIVE};
pub use system::is_system_component;

mod endings;
mod system;

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

/// `Contract.pdf.exe`: a document's ending before a program's is there to deceive (ATT&CK T1036.007).
pub fn is_disguised(name: &str) -> bool {
    const SHOWN: [&str; 17] = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "rtf", "txt", "csv", "jpg", "jpeg", "png", "gif", "mp4",
        "mp3", "html",
    ];
    const RUN: [&str; 16] =
        ["exe", "scr", "lnk", "js", "jse", "vbs", "vbe", "bat", "cmd", "com", "pif", "hta", "wsf", "ps1", "msi", "jar"];
    let lower = name.to_ascii_lowercase();
    let mut parts = lower.rsplit('.');
    let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    parts.next().is_some() && RUN.contains(&last) && SHOWN.contains(&before)
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

/// `Newtonsoft.Json`, `System.Xml`: a part of a name space is written with a capital, a file's ending hardly ever.
pub fn looks_like_name_space(name: &str) -> bool {
    let Some((stem, ending)) = name.rsplit_once('.') else { return false };
    let title = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.as_str().chars().any(char::is_lowercase)
    };
    let rest = ending.get(1..).unwrap_or_default();
    let passive = !is_active(&ending.to_ascii_lowercase());
    passive && rest.len() >= 2 && title(stem) && title(ending) && rest.bytes().all(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_and_products() {
        assert_eq!(ending("Setup.EXE").as_deref(), Some("exe"));
        assert_eq!(ending("evil.zip").as_deref(), Some("zip"));
        assert_eq!(ending("e.g"), None);
        assert!(is_disguised("Contract.PDF.exe") && !is_disguised("jquery.min.js") && !is_disguised("pdf.exe"));
        assert!(looks_like_product("Node.js") && looks_like_product("Express.js"));
        assert!(looks_like_name_space("Newtonsoft.Json") && looks_like_name_space("System.Xml"));
        assert!(!looks_like_name_space("Invoice.json") && !looks_like_name_space("INVOICE.PDF"));
        assert!(!looks_like_name_space("Setup.Exe"));
        assert!(!looks_like_product("handler.js") && !looks_like_product("Loader32.js"));
    }
}
