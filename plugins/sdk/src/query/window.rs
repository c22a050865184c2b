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

/// Seconds since 1970 of a checked timestamp from then on. None: no such day or time of day.
pub fn epoch(timestamp: &str) -> Option<u64> {
    let number = |range: std::ops::Range<usize>| timestamp.get(range)?.parse::<u64>().ok();
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let lengths = [31, if leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    if year < 1970 || day == 0 || day > length || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let years: u64 = (1970..year).map(|year| if leap(year) { 366 } else { 365 }).sum();
    let months: u64 = lengths[..month as usize - 1].iter().sum();
    Some(((years + months + day - 1) * 24 + hour) * 3_600 + minute * 60 + second)
}
