//! Dates as sources write them, read into the contract's timestamps. There is no clock in a guest: whether a date is
//! in the future is for the host to judge.

/// Reads a date or a date and time and gives it as the contract's `timestamp`: RFC 3339, UTC, to the second.
///
/// Understood are ISO 8601 and RFC 3339 (also with a space, a compact offset or no zone at all), RFC 822 and 2822 with
/// numeric or named zones, and English dates as pages print them (`September 14, 2020 3:05 PM`). A time without a zone
/// is taken as UTC, a date alone as its midnight. `None` for everything else, and for days that no calendar has.
pub fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if text.len() > 80 {
        return None;
    }
    let moment = iso(text).or_else(|| written(text))?;
    moment.render()
}

/// Seconds since 1970-01-01T00:00:00Z as the contract's `timestamp`; `None` beyond the years 1 to 9999.
pub fn from_unix(seconds: i64) -> Option<String> {
    let days = seconds.div_euclid(86_400);
    if !(-719_162..=2_932_896).contains(&days) {
        return None;
    }
    let (year, month, day) = civil_from_days(days);
    Moment { year, month, day, seconds: seconds.rem_euclid(86_400), offset: 0 }.render()
}

/// A local date and time with its offset from UTC in minutes.
struct Moment {
    year: i64,
    month: i64,
    day: i64,
    seconds: i64,
    offset: i64,
}

impl Moment {
    fn render(&self) -> Option<String> {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        let length = match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + i64::from(leap),
            _ => return None,
        };
        if !(1..=length).contains(&self.day) || !(1..=9999).contains(&self.year) || self.offset.abs() > 14 * 60 {
            return None;
        }
        let total = days_from_civil(self.year, self.month, self.day) * 86_400 + self.seconds - self.offset * 60;
        let (year, month, day) = civil_from_days(total.div_euclid(86_400));
        let second = total.rem_euclid(86_400);
        if !(1..=9999).contains(&year) {
            return None;
        }
        Some(format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60))
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar, counted in 400-year eras that begin in March.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

fn number(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// `2026-03-01`, `2026-03-01T09:30:00.25+01:00`, `2026-03-01 09:30`.
fn iso(text: &str) -> Option<Moment> {
    let (date, rest) = match text.get(..10) {
        Some(date) if date.as_bytes()[4] == b'-' && date.as_bytes()[7] == b'-' => (date.to_string(), text.get(10..)?),
        _ => {
            let compact = text.get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
            (format!("{}-{}-{}", &compact[..4], &compact[4..6], &compact[6..]), text.get(8..)?)
        }
    };
    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    let mut moment = Moment { year, month, day, seconds: 0, offset: 0 };
    let rest = rest.trim_start_matches(['T', 't', ' ']).trim();
    if rest.is_empty() {
        return Some(moment);
    }
    let split = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
    moment.seconds = clock(&rest[..split])?;
    moment.offset = match rest[split..].trim() {
        "" => 0,
        zone => offset(zone)?,
    };
    Some(moment)
}

/// `9:30`, `09:30:00`, `09:30:00.25`: seconds of the day. A leap second is held to :59.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let hour = number(parts.next()?)?;
    let minute = number(parts.next()?)?;
    let second = match parts.next() {
        Some(second) => number(second.split(['.', ',']).next()?)?.min(59),
        None => 0,
    };
    if parts.next().is_some() || hour > 24 || minute > 59 || (hour == 24 && minute + second > 0) {
        return None;
    }
    Some(hour * 3600 + minute * 60 + second)
}

/// Minutes east of UTC of a numeric or named zone. RFC 822's American names; others that feeds use beside them.
fn offset(zone: &str) -> Option<i64> {
    if let Some(digits) = zone.strip_prefix(['+', '-']) {
        let digits = digits.replace(':', "");
        let value = number(&digits)?;
        let minutes = if digits.len() <= 2 { value * 60 } else { value / 100 * 60 + value % 100 };
        return Some(if zone.starts_with('-') { -minutes } else { minutes });
    }
    Some(match zone.to_ascii_uppercase().as_str() {
        "Z" | "UT" | "UTC" | "GMT" | "WET" => 0,
        "BST" | "CET" | "WEST" => 60,
        "CEST" | "EET" => 120,
        "EEST" | "MSK" => 180,
        "IST" => 330,
        "JST" | "KST" => 540,
        "EDT" => -240,
        "EST" | "CDT" | "ET" => -300,
        "CST" | "MDT" => -360,
        "MST" | "PDT" => -420,
        "PST" | "PT" => -480,
        _ => return None,
    })
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Whether `word` is one of `names`, in full or shortened to three letters or more.
fn named(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    names.iter().position(|name| word.len() >= 3 && name.starts_with(&word))
}

/// `Mon, 14 Sep 2020 15:05:00 -0400`, `September 14th, 2020 3:05 PM ET`, `Mon Sep 14 15:05:00 2020`.
fn written(text: &str) -> Option<Moment> {
    let (mut year, mut month, mut day, mut seconds, mut zone) = (None, None, None, None, None);
    let mut half = None;
    let spaced = text.replace(['(', ')', ',', '|', '•', '·'], " ").replace(['\u{a0}', '\u{202f}'], " ");
    for word in spaced.split_whitespace() {
        let lower = word.to_ascii_lowercase();
        let ordinal = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if let Some(index) = named(word, &MONTHS).filter(|_| month.is_none()) {
            month = Some(index as i64 + 1);
        } else if named(word, &WEEKDAYS).is_some() || matches!(lower.as_str(), "at" | "on" | "of" | "-" | "–") {
            continue;
        } else if matches!(lower.as_str(), "am" | "pm" | "a.m." | "p.m.") {
            half = Some(lower.starts_with('p'));
        } else if word.contains(':') && word.as_bytes()[0].is_ascii_digit() && seconds.is_none() {
            let digits = lower.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            match &lower[digits.len()..] {
                "" => {}
                "am" | "pm" => half = Some(lower.ends_with("pm")),
                "z" => zone = Some(0),
                _ => return None,
            }
            seconds = Some(clock(digits)?);
        } else if let Some(value) = number(&lower).filter(|_| lower.len() == 4) {
            year = Some(value);
        } else if let Some(value) = number(ordinal)
            .filter(|_| ordinal.len() <= 2 && matches!(&lower[ordinal.len()..], "" | "st" | "nd" | "rd" | "th"))
        {
            if day.is_none() {
                day = Some(value);
            } else if year.is_none() {
                // RFC 822's two-digit years, by RFC 2822's rule.
                year = Some(if value < 50 { 2000 + value } else { 1900 + value });
            } else {
                return None;
            }
        } else if zone.is_none() && seconds.is_some() {
            zone = Some(offset(word)?);
        } else {
            return None;
        }
    }
    let mut seconds = seconds.unwrap_or(0);
    match half {
        Some(true) if seconds < 12 * 3600 => seconds += 12 * 3600,
        Some(false) if seconds >= 12 * 3600 => seconds -= 12 * 3600,
        _ => {}
    }
    Some(Moment { year: year?, month: month?, day: day?, seconds, offset: zone.unwrap_or(0) })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_forms_that_sources_use() {
        for (text, expected) in [
            ("2020-09-14", "2020-09-14T00:00:00Z"),
            ("20200914", "2020-09-14T00:00:00Z"),
            ("2020-09-14T23:30:00-04:00", "2020-09-15T03:30:00Z"),
            ("2025-08-25T17:04:19.9796Z", "2025-08-25T17:04:19Z"),
            ("2020-09-14 10:00", "2020-09-14T10:00:00Z"),
            ("2020-09-14T10:00:00+0530", "2020-09-14T04:30:00Z"),
            ("Mon, 14 Sep 2020 15:05:00 -0400", "2020-09-14T19:05:00Z"),
            ("Mon, 14 Sep 2020 15:05:00 EST", "2020-09-14T20:05:00Z"),
            ("14 Sep 20 15:05 GMT", "2020-09-14T15:05:00Z"),
            ("Mon Sep 14 15:05:00 2020", "2020-09-14T15:05:00Z"),
            ("September 14, 2020", "2020-09-14T00:00:00Z"),
            ("Sept. 14th, 2020 3:05 PM ET", "2020-09-14T20:05:00Z"),
            ("Sep 14, 2020 12:05 am", "2020-09-14T00:05:00Z"),
            ("29 Feb 2024 00:00:00 +0100", "2024-02-28T23:00:00Z"),
            ("1 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
            ("2099-12-31T23:59:60Z", "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(parse(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn unix_time() {
        assert_eq!(super::from_unix(1_714_989_600).as_deref(), Some("2024-05-06T10:00:00Z"));
        assert_eq!(super::from_unix(-1).as_deref(), Some("1969-12-31T23:59:59Z"));
        assert_eq!(super::from_unix(i64::MAX), None);
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "yesterday",
            "2023-02-29",
            "2020-13-01",
            "31 Apr 2020",
            "14",
            "September",
            "2020-09-14T99:00",
            "é020-09-14xx",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
