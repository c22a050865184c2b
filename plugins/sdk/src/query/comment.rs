//! Comments: a hunt's title is an article's text, and must not end the comment that it stands in.

use super::quote::is_hidden;

/// The longest comment text, in characters.
const LONGEST: usize = 160;

/// One harmless line: white space folded, hidden and `forbidden` characters taken out, cut at 160 characters.
pub fn one_line(text: &str, forbidden: &[char]) -> String {
    let plain: String = text.chars().map(|c| if is_hidden(c) || forbidden.contains(&c) { ' ' } else { c }).collect();
    let folded = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= LONGEST {
        return folded;
    }
    folded.chars().take(LONGEST - 1).chain(['…']).collect()
}
