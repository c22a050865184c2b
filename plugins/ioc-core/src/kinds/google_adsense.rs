//! Publishers of Google AdSense by their ids (AdSense help, "Find your publisher ID"): `pub-` and 16 digits, which tie sites
//! of one operator together.

use super::identifier::digits;
use crate::found::Finds;

/// A run of word characters. Returns whether it was one.
pub fn read(finds: &mut Finds, text: &str, start: usize, end: usize) -> bool {
    let run = &text[start..end];
    let publisher = run.strip_prefix("ca-").unwrap_or(run);
    let fits = publisher.strip_prefix("pub-").is_some_and(|number| number.len() == 16 && digits(number) == 16);
    if fits {
        finds.add("google_adsense", publisher.to_string(), start, end);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_digits() {
        let mut finds = Finds::default();
        assert!(read(&mut finds, "ca-pub-1234567890123456", 0, 23));
        assert_eq!(finds.found[0].value, "pub-1234567890123456");
        assert!(!read(&mut finds, "pub-123456789012345", 0, 19) && !read(&mut finds, "pub-crawl", 0, 9));
    }
}
