//! Bytes that begin something by themselves: a separator of a path, a variable's sign, an at sign.

use super::{CLASS, DASH, DIGIT, HEX_LETTER, OTHER, Scanner};
use crate::kinds::{account, file_path, ipv6, named_pipe, registry_key};

const CLASS_IS_WORD: [bool; 256] = {
    let mut is = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is[byte] = CLASS[byte] & (DIGIT | HEX_LETTER | OTHER | DASH) != 0;
        byte += 1;
    }
    is
};

impl Scanner<'_> {
    /// A byte that begins something by itself. Returns where to go on.
    #[inline(never)]
    pub(super) fn sign(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        let fresh = !CLASS_IS_WORD[self.before(at) as usize];
        match rest[0] {
            b'%' if fresh => {
                let name = rest[1..]
                    .iter()
                    .take(32)
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'(' | b')'))
                    .count();
                if name >= 3 && rest.get(name + 1) == Some(&b'%') && rest.get(name + 2) == Some(&b'\\') {
                    return file_path::read_windows(&mut self.finds, self.text, at, at + name + 3);
                }
            }
            b'$' if fresh => {
                let name = rest[1..]
                    .iter()
                    .take(32)
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':'))
                    .count();
                if name >= 3
                    && rest.get(name + 1) == Some(&b'\\')
                    && rest[1..5.min(rest.len())].eq_ignore_ascii_case(b"env:")
                {
                    return file_path::read_windows(&mut self.finds, self.text, at, at + name + 2);
                }
                if name >= 3
                    && rest.get(name + 1) == Some(&b'/')
                    && rest[1..=name].iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
                {
                    return file_path::read_unix(&mut self.finds, self.text, at);
                }
            }
            b'~' if fresh
                && rest.get(1) == Some(&b'/')
                && rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'.') =>
            {
                return file_path::read_unix(&mut self.finds, self.text, at);
            }
            b'@' if fresh => {
                if let Some(end) = account::read_handle(&mut self.finds, self.text, at) {
                    return end;
                }
            }
            b'/' if fresh && self.before(at) != b'/' && file_path::is_unix_root(&self.text[at..]) => {
                return file_path::read_unix(&mut self.finds, self.text, at);
            }
            b'\\' if fresh && named_pipe::prefix(self.text, at).is_some() => {
                let read = named_pipe::read(&mut self.finds, self.text, at);
                return read.map_or(at + 1, |stop| self.consumed(stop));
            }
            b'\\' if fresh && rest.get(1) == Some(&b'\\') && rest.get(2).is_some_and(|b| b.is_ascii_alphanumeric()) => {
                let host = rest[2..]
                    .iter()
                    .take(64)
                    .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
                    .count();
                if rest.get(host + 2) == Some(&b'\\')
                    && rest.get(host + 3).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'$')
                {
                    return file_path::read_windows(&mut self.finds, self.text, at, at + host + 3);
                }
            }
            b'\\' if fresh => {
                if let Some((short, body)) = registry_key::hive(self.text, at) {
                    return registry_key::read(&mut self.finds, self.text, at, short, body);
                }
            }
            b':' if fresh && rest.get(1) == Some(&b':') && rest.get(2).is_some_and(u8::is_ascii_hexdigit) => {
                if let Some(end) = ipv6::read(&mut self.finds, self.text, at) {
                    return end;
                }
            }
            _ => {}
        }
        at + 1
    }
}
