//! Dots and at signs that are spelled out: `evil dot example dot com`, `me at example dot com`.

use super::{Writer, is_word};
use crate::kinds::file_name;
use memchr::memmem;

/// Chains like `evil dot example dot com` and `me at example dot com`.
pub struct Spelled<'a> {
    bytes: &'a [u8],
    /// Positions of ` dot ` in any case, ascending.
    dots: std::vec::IntoIter<usize>,
    next: Option<usize>,
}

impl<'a> Spelled<'a> {
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut dots: Vec<usize> =
            memmem::find_iter(bytes, b" dot ").chain(memmem::find_iter(bytes, b" DOT ")).collect();
        dots.sort_unstable();
        let mut dots = dots.into_iter();
        let next = dots.next();
        Self { bytes, dots, next }
    }

    /// The next one that begins at or after a position: another mark may have taken the blank of one before it.
    pub fn next_from(&mut self, position: usize) -> Option<usize> {
        while self.next.is_some_and(|next| next < position) {
            self.next = self.dots.next();
        }
        self.next
    }

    /// Replaces the whole chain that begins here, if it is one. Returns where to go on.
    pub fn resolve(&mut self, writer: &mut Writer<'_>) -> usize {
        let first = self.next.unwrap_or(self.bytes.len());
        let mut dots = vec![first];
        let mut words: Vec<&[u8]> = Vec::new();
        let begin = first
            - self.bytes[writer.done.min(first)..first]
                .iter()
                .rev()
                .take(253)
                .take_while(|b| is_word(**b) || matches!(b, b'-' | b'.'))
                .count();
        words.push(&self.bytes[begin..first]);
        let mut after = first + 5;
        loop {
            let end = after + self.bytes[after..].iter().take(64).take_while(|b| is_word(**b) || **b == b'-').count();
            words.push(&self.bytes[after..end]);
            self.next = self.dots.next();
            match self.next {
                Some(next) if next == end && dots.len() < 8 => {
                    dots.push(next);
                    after = next + 5;
                }
                _ => break,
            }
        }
        if !chain_is_a_name(&words) {
            return first + 1;
        }
        if let Some(at) = mailbox_before(self.bytes, writer.done, begin, |b| !b.is_ascii_alphabetic()) {
            writer.replace(at, at + 4, "@");
        }
        for dot in &dots {
            writer.replace(*dot, *dot + 5, ".");
        }
        writer.done
    }
}

/// The words of a spelled chain make a host name or an address: four small numbers, or a known suffix after something
/// that is no article or adjective ("the dot com boom").
fn chain_is_a_name(words: &[&[u8]]) -> bool {
    const BEFORE_A_DOT: [&[u8]; 9] = [b"the", b"a", b"an", b"polka", b"this", b"that", b"red", b"each", b"every"];
    if words.iter().any(|word| word.is_empty()) {
        return false;
    }
    let numbers = words.iter().all(|word| word.len() <= 3 && word.iter().all(u8::is_ascii_digit));
    if numbers {
        return words.len() == 4;
    }
    let last = words[words.len() - 1].to_ascii_lowercase();
    let Some(suffix) = psl::suffix(&last) else { return false };
    suffix.is_known() && !BEFORE_A_DOT.iter().any(|word| words[0].eq_ignore_ascii_case(word))
}

/// ` at ` before a spelled chain joins a mailbox where the word before it is no word of prose (`a.b`, `boss_77`), or
/// where the few words before it speak of mail and it names no place; "the panel at evil dot com" is a place. Returns
/// the position of the space.
///
/// `sign` are the bytes that a word of prose has not; a file's name is none, whatever it has.
pub(super) fn mailbox_before(bytes: &[u8], done: usize, begin: usize, sign: fn(u8) -> bool) -> Option<usize> {
    let at = begin.checked_sub(4).filter(|at| *at >= done)?;
    if !bytes[at..begin].eq_ignore_ascii_case(b" at ") {
        return None;
    }
    let local = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+');
    let word_start = at - bytes[done..at].iter().rev().take(64).take_while(|b| local(b)).count();
    let word = &bytes[word_start..at];
    let file = std::str::from_utf8(word).is_ok_and(|word| file_name::ending(word).is_some());
    let coined = !file && word.iter().any(|b| sign(*b));
    let before = bytes[word_start.saturating_sub(48).max(done)..word_start].to_ascii_lowercase();
    (!word.is_empty() && (coined || (of_mail(&before) && !stands_somewhere(word, &before)))).then_some(at)
}

/// Whether the words before a possible mailbox speak of mail; "from" and "address" do of much else, unless it follows.
fn of_mail(before: &[u8]) -> bool {
    const ANYWHERE: [&[u8]; 4] = [b"mail", b"write to", b"contact", b"sender"];
    const NEXT_TO_IT: [&[u8]; 5] = [b"from", b"address", b"address is", b"addresses", b"address was"];
    let next_to_it = before.trim_ascii_end();
    let next_to_it = next_to_it.strip_suffix(b":").unwrap_or(next_to_it);
    ANYWHERE.iter().any(|word| memmem::find(before, word).is_some())
        || NEXT_TO_IT.iter().any(|word| next_to_it.ends_with(word))
}

/// Whether a word says what or who is at a place, or that something is: "its server at", "hosted at", "reach us at".
fn stands_somewhere(word: &[u8], before: &[u8]) -> bool {
    const DETERMINERS: &str = "a an the its their his her our this that another one";
    const NO_MAILBOX: &str = "based c2 domain domains endpoint found host hosted hosts infrastructure listening located machine \
        node observed page pages panel parked portal registered resolver seen server servers service site sites staged \
        system systems them us website websites";
    let is = |one: &[u8], words: &str| words.split(' ').any(|word| one.eq_ignore_ascii_case(word.as_bytes()));
    let last = before.trim_ascii_end().rsplit(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    is(word, NO_MAILBOX) || is(last, DETERMINERS)
}
