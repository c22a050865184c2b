//! Ids of Google Analytics, Ads and Tag Manager (Google's help pages, "Google tag ID"), which tie sites of one operator
//! together.

use crate::found::Finds;

/// `UA-12345678-1`, `G-1A2B3C4D5E`. Returns whether it was one.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let property = run.strip_prefix("UA-").and_then(|rest| rest.split_once('-')).is_some_and(|(account, property)| {
        digits(account) && digits(property) && (4..=10).contains(&account.len()) && property.len() <= 4
    });
    let mixed = |text: &str| {
        text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_digit())
    };
    // Measurement ids of Analytics 4, Ads conversions, tag managers.
    let fits = property
        || run.strip_prefix("G-").is_some_and(|id| id.len() == 10 && mixed(id))
        || run.strip_prefix("AW-").is_some_and(|id| (9..=11).contains(&id.len()) && digits(id))
        || run.strip_prefix("GTM-").is_some_and(|id| (6..=8).contains(&id.len()) && mixed(id));
    if fits {
        finds.add("google_analytics", run.to_string(), start, end);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_tags() {
        let is = |run: &str| read(&mut Finds::default(), run, 0, run.len());
        assert!(is("UA-12345678-1") && is("G-1A2B3C4D5E") && is("AW-123456789"));
        assert!(!is("UA-Compatible") && !is("G-CONVERSION"));
    }
}
