//! The time that a hunt looks at, checked.

use super::refusal::{At, Code};
use crate::emitter::{Refusal, plan};

/// A checked window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window<'a> {
    /// Seconds before now; at least one.
    Last(u32),
    /// RFC 3339, UTC, both checked; the first is earlier.
    Between(&'a str, &'a str),
}

impl<'a> Window<'a> {
    /// Checks a hunt's window.
    ///
    /// # Errors
    /// `invalid-plan`.
    pub fn of(window: &'a plan::Window) -> Result<Self, Refusal> {
        match window {
            plan::Window::LastSeconds(0) => {
                Err(At::HUNT.refuse(Code::InvalidPlan, "window", "the window has no length"))
            }
            plan::Window::LastSeconds(seconds) => Ok(Window::Last(*seconds)),
            plan::Window::Between((from, to)) => {
                if !is_timestamp(from) || !is_timestamp(to) || from >= to {
                    let reason = "the window's ends are not ascending times like 2026-03-01T09:30:00Z";
                    return Err(At::HUNT.refuse(Code::InvalidPlan, "window", reason));
                }
                Ok(Window::Between(from, to))
            }
        }
    }
}

/// A span of time in the largest unit that says it exactly.
pub fn in_units(seconds: u32) -> (u64, &'static str) {
    match seconds {
        s if s.is_multiple_of(86_400) => (u64::from(s / 86_400), "d"),
        s if s.is_multiple_of(3_600) => (u64::from(s / 3_600), "h"),
        s if s.is_multiple_of(60) => (u64::from(s / 60), "m"),
        s => (u64::from(s), "s"),
    }
}

/// The contract's timestamp: RFC 3339 in UTC with a `Z`, to the second or finer.
pub fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(head), Some(b'Z')) = (bytes.get(..19), bytes.last()) else { return false };
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let sound = head.iter().zip(shape).all(|(byte, shape)| match shape {
        b'd' => byte.is_ascii_digit(),
        other => byte == other,
    });
    let rest = &bytes[19..bytes.len() - 1];
    sound && (rest.is_empty() || (rest.len() > 1 && rest[0] == b'.' && rest[1..].iter().all(u8::is_ascii_digit)))
}
