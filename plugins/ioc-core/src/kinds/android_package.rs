//! Android applications by their package names (Android, "Set the application ID": names of the web turned around, JLS 6.1).

use super::file_name;

/// `com.example.app`: a name of the web turned around, as Java and Android name packages (JLS 6.1). Hosts below a label
/// that is a generic root are not worth the confusion.
pub fn is_one(name: &str) -> bool {
    let mut labels = name.split('.');
    let root = labels.next().unwrap_or_default();
    let enough = name.matches('.').count() >= 2;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_'));
    let starts_right = name.split('.').all(|label| label.as_bytes().first().is_some_and(u8::is_ascii_alphabetic));
    enough
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
        assert!(is_platform_name("android.app.Service") && !is_platform_name("com.evil.updater"));
    }
}
