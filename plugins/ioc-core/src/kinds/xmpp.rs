//! XMPP addresses (RFC 7622): what the name of the network or of its first client announces and has an at sign.

use super::labelled::{Announced, Label};
use crate::found::Finds;

pub const LABEL: Label = Label { longest: 1, read, ..Label::of("xmpp", &["jabber", "xmpp"]) };

fn read(label: &Label, finds: &mut Finds, text: &str, _: usize, end: usize) -> Option<usize> {
    let announced = Announced::after(text, end)?;
    let (start, stop) = announced.quoted(text).or_else(|| announced.word(text))?;
    text[start..stop].contains('@').then(|| label.add(finds, text, start, stop)).flatten()
}

#[cfg(test)]
mod tests {
    use super::super::labelled::announced;

    #[test]
    fn an_at_sign_makes_it_one() {
        assert_eq!(
            announced("Jabber: dark.seller@exploit.im, or"),
            Some(("xmpp", "dark.seller@exploit.im".to_string()))
        );
        assert_eq!(announced("Jabber: dark-seller"), None);
    }
}
