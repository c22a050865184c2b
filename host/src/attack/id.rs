//! Technique ids: one value for every spelling, made at the edge by parsing.

use super::AttackError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The id of a technique (`T1059`) or a sub-technique (`T1059.001`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TechniqueId {
    technique: u16,
    /// 0 for a technique; ATT&CK counts sub-techniques from 001.
    sub: u16,
}

impl TechniqueId {
    /// The technique above a sub-technique; none for a technique.
    pub fn parent(self) -> Option<Self> {
        (self.sub != 0).then_some(Self { technique: self.technique, sub: 0 })
    }

    /// Whether this is a sub-technique.
    pub fn is_sub(self) -> bool {
        self.sub != 0
    }

    /// The id without its dot, as playbook titles have it: `T1059001`.
    pub fn undotted(self) -> String {
        self.to_string().replace('.', "")
    }
}

impl fmt::Display for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            0 => write!(f, "T{:04}", self.technique),
            sub => write!(f, "T{:04}.{sub:03}", self.technique),
        }
    }
}

impl FromStr for TechniqueId {
    type Err = AttackError;

    /// Reads `T1059.001` and, as web addresses have it, `T1059/001`, in either case.
    fn from_str(text: &str) -> Result<Self, AttackError> {
        let bad = || AttackError::BadId { id: text.chars().take(40).collect() };
        let digits = text.trim().strip_prefix(['T', 't']).ok_or_else(bad)?;
        let (technique, sub) = match digits.split_once(['.', '/']) {
            Some((technique, sub)) => (technique, Some(sub)),
            None => (digits, None),
        };
        let number = |part: &str, length: usize| {
            let well_formed = part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
            if well_formed { part.parse::<u16>().ok() } else { None }
        };
        let technique = number(technique, 4).ok_or_else(bad)?;
        let sub = match sub {
            Some(part) => number(part, 3).filter(|&sub| sub != 0).ok_or_else(bad)?,
            None => 0,
        };
        Ok(Self { technique, sub })
    }
}

impl TryFrom<String> for TechniqueId {
    type Error = AttackError;

    fn try_from(text: String) -> Result<Self, AttackError> {
        text.parse()
    }
}

impl From<TechniqueId> for String {
    fn from(id: TechniqueId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_one_value() {
        let id: TechniqueId = "T1059.001".parse().unwrap();
        assert_eq!("t1059/001".parse::<TechniqueId>().unwrap(), id);
        assert_eq!(id.to_string(), "T1059.001");
        assert_eq!(id.undotted(), "T1059001");
        assert_eq!(id.parent().unwrap().to_string(), "T1059");
        assert!(id.parent().unwrap().parent().is_none());
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in
            ["", "T", "1059", "T105", "T10599", "T1059.", "T1059.1", "T1059.000", "T1059.0011", "T1O59", "TT105"]
        {
            assert!(text.parse::<TechniqueId>().is_err(), "{text}");
        }
    }
}
