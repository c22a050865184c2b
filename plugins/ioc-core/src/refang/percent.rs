//! Percent-encoded signs: `evil%2Ecom`, `http%3A%2F%2Fevil%2Ecom`.

use super::{Writer, is_word};
use memchr::memmem;

/// Where the white-space-delimited word around a position begins, and whether an address with a scheme began in it.
#[derive(Default)]
pub(super) struct Token {
    seen: usize,
    plain_scheme: bool,
    /// The host of that address has ended.
    in_path: bool,
    encoded_scheme: bool,
}

impl Token {
    fn advance(&mut self, bytes: &[u8], to: usize) {
        let part = &bytes[self.seen.min(to)..to];
        self.seen = to;
        let from = match part.iter().rposition(u8::is_ascii_whitespace) {
            Some(space) => {
                (self.plain_scheme, self.in_path, self.encoded_scheme) = (false, false, false);
                space
            }
            None => 0,
        };
        let mut rest = &part[from..];
        if let Some(scheme) = memmem::find(rest, b"://").filter(|_| !self.plain_scheme) {
            self.plain_scheme = true;
            rest = &rest[scheme + 3..];
        }
        self.in_path |= self.plain_scheme && memchr::memchr3(b'/', b'?', b'#', rest).is_some();
    }
}

/// `http%3A%2F%2Fevil%2Ecom`. Inside an address that is written with a plain scheme, percent signs are its own.
pub(super) fn percent(writer: &mut Writer<'_>, token: &mut Token, at: usize) -> usize {
    let bytes = writer.text.as_bytes();
    token.advance(bytes, at);
    let code = match bytes.get(at + 1..at + 3) {
        Some(code) if !token.in_path => [code[0], code[1].to_ascii_uppercase()],
        _ => return at + 1,
    };
    let left = writer.before(at);
    let right = bytes.get(at + 3).copied();
    let meant = match &code {
        b"2E" if left.is_some_and(is_word) && right.is_some_and(is_word) => ".",
        b"40" if left.is_some_and(is_word) && right.is_some_and(is_word) => "@",
        b"3A"
            if left.is_some_and(|b| b.is_ascii_alphabetic())
                && bytes[at + 3..].len() >= 6
                && bytes[at + 3..at + 9].eq_ignore_ascii_case(b"%2F%2F") =>
        {
            token.encoded_scheme = true;
            writer.replace(at, at + 9, "://");
            return at + 9;
        }
        b"3A" if token.encoded_scheme => ":",
        b"2F" if token.encoded_scheme => "/",
        _ => return at + 1,
    };
    writer.replace(at, at + 3, meant);
    at + 3
}
