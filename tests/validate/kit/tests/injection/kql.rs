//! A lexer of KQL, from Microsoft's description of string literals and comments.

/// Places of tokens, and whether each is a string. Comments are left out.
pub fn tokens(text: &str) -> Result<Vec<(std::ops::Range<usize>, bool)>, String> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                while at < bytes.len() && bytes[at] != b'\n' && bytes[at] != b'\r' {
                    at += 1;
                }
                continue;
            }
            b'@' => {
                at += 2;
                while *bytes.get(at).ok_or("an open verbatim string")? != b'"' {
                    at += 1;
                }
                at += 1;
                tokens.push((start..at, true));
            }
            quote @ (b'"' | b'\'') => {
                at += 1;
                loop {
                    match *bytes.get(at).ok_or("an open string")? {
                        b'\\' => at += 2,
                        b'\n' | b'\r' => return Err("a line ends in a string".into()),
                        byte if byte == quote => break,
                        _ => at += 1,
                    }
                }
                at += 1;
                tokens.push((start..at, true));
            }
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                while at < bytes.len() && (bytes[at].is_ascii_alphanumeric() || bytes[at] == b'_') {
                    at += 1;
                }
                tokens.push((start..at, false));
            }
            byte if byte.is_ascii_punctuation() => {
                at += 1;
                tokens.push((start..at, false));
            }
            other => return Err(format!("byte {other:#x} at {at} outside of a string")),
        }
    }
    Ok(tokens)
}
