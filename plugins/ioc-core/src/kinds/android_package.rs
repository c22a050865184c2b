//! Android applications by their package names (Android, "Set the application ID": names of the web turned around, JLS 6.1).

use super::labelled::Announced;
use super::{domain, file_name};
use crate::found::Finds;

/// A name after "package name" or "packages:", whatever it begins with. Returns where it ends.
pub fn read_announced(finds: &mut Finds, text: &str, announced: &Announced) -> Option<usize> {
    let (start, stop) = announced.quoted(text).or_else(|| announced.word(text))?;
    let name = &text[start..stop];
    let plain = name.split('.').all(|part| {
        part.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    if !plain || name.matches('.').count() < 2 || is_platform_name(name) || file_name::ending(name).is_some() {
        return None;
    }
    finds.add("android_package", name.to_string(), start, stop);
    Some(stop)
}

/// `com.example.app`: a name of the web turned around, as Java and Android name packages (JLS 6.1). Hosts below a label
/// that is a generic root are not worth the confusion.
pub fn is_one(name: &str) -> bool {
    let mut labels = name.split('.');
    let root = labels.next().unwrap_or_default();
    let enough = name.matches('.').count() >= 2;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
    let starts_right = name.split('.').all(|label| label.as_bytes().first().is_some_and(u8::is_ascii_alphabetic));
    // Name systems that malware uses: a host, whatever it begins with.
    enough
        && !name.rsplit('.').next().is_some_and(domain::is_other_root)
        && plain
        && starts_right
        && (is_platform_root(root) || matches!(root, "com" | "org" | "net" | "io") && file_name::ending(name).is_none())
}

fn is_platform_root(root: &str) -> bool {
    matches!(root, "android" | "androidx" | "java" | "javax" | "dalvik" | "kotlin")
}

/// A name turned around that no application has: the platform's own, or a class (JLS 6.1: classes begin with a capital).
pub fn is_platform_name(name: &str) -> bool {
    let class = name.rsplit('.').next().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_uppercase()));
    class || name.split('.').next().is_some_and(is_platform_root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_turned_around() {
        assert!(is_one("com.evil.updater") && is_one("android.app.Service"));
        assert!(!is_one("evil.com") && !is_one("www.evil.com") && !is_one("com.evil.js"));
        assert!(!is_one("net.evil.bit") && !is_one("com.evil.onion"));
        let told = super::super::labelled::announced;
        let name = Some(("android_package", "cmf0.c3b5.patch".to_string()));
        assert_eq!(told("with the package name cmf0.c3b5.patch."), name);
        assert_eq!(told("packages: cmf0.c3b5.patch"), name);
        assert_eq!(told("the package version 1.2.3"), None);
        assert!(is_platform_name("android.app.Service") && !is_platform_name("com.evil.updater"));
    }
}
