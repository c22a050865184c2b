//! A checker of Splunk searches, written from Splunk's Search Reference and without a look at the emitter: what it lets
//! pass has balanced structure, known commands with the right arguments, and only fields that are there.

pub mod cim;
pub mod expression;
pub mod lex;
pub mod search;
pub mod tstats;

pub use cim::Cim;

/// Checks one search against a version of the data models. The errors; none: it is sound.
pub fn check(search: &str, cim: &Cim) -> Vec<String> {
    let tokens = match lex::tokens(search) {
        Ok(tokens) => tokens,
        Err(error) => return vec![error],
    };
    match search::pipeline(&mut lex::Cursor::new(&tokens), cim, true) {
        Ok(_) => Vec::new(),
        Err(error) => vec![error],
    }
}
