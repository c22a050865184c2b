//! Two small codes of pages: the classes that name a listing's language, and addresses of mail hidden from harvesters.

/// `language-powershell`, `lang-sh`, `brush: python`, `highlight-source-yaml`.
pub fn language(class: &str) -> Option<String> {
    let named = |name: &str| {
        let known =
            name.len() <= 24 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'#' | b'-'));
        (known && !name.is_empty() && !matches!(name, "none" | "plaintext" | "text" | "plain"))
            .then(|| name.to_ascii_lowercase())
    };
    let words: Vec<&str> = class.split_ascii_whitespace().collect();
    words.iter().enumerate().find_map(|(index, word)| {
        for prefix in ["language-", "lang-", "highlight-source-", "brush:"] {
            if let Some(name) = word.strip_prefix(prefix) {
                let name = if name.is_empty() { words.get(index + 1).copied().unwrap_or("") } else { name };
                return named(name.trim_end_matches(';'));
            }
        }
        None
    })
}

/// Cloudflare prints addresses of mail as the XOR of the text with its first byte, in hexadecimal.
pub fn unprotect(encoded: &str) -> Option<String> {
    if encoded.len() < 4 || encoded.len() > 512 || !encoded.len().is_multiple_of(2) || !encoded.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..encoded.len() / 2).map(|i| u8::from_str_radix(&encoded[i * 2..i * 2 + 2], 16).ok()).collect();
    let bytes = bytes?;
    let (key, rest) = bytes.split_first()?;
    String::from_utf8(rest.iter().map(|byte| byte ^ key).collect()).ok()
}
