//! A sentence, read once for all that is asked of how it is told: its phrases of every list are found in one pass.

use crate::acts::{ACTS, ATTACKERS, DEEDS, NUMBERED_ATTACKERS, SHORT_ATTACKERS, SUPPOSITIONS, TRACES};
use crate::aside::{ATTACK_NAME, ENTRIES, FORECASTS, OFFERS, OWN, TRIALS, WATCHING};
use crate::denial::{DENYING, DENYING_BEGINNINGS};
use crate::phrases::{List, Phrases, count};
use crate::stance::{ADVICE, DEFENCE_ENDS};

/// Places of the lists in [`LISTS`], as bits.
pub(crate) mod list {
    pub const TRIALS: u32 = 1;
    pub const ENTRIES: u32 = 1 << 1;
    pub const OFFERS: u32 = 1 << 2;
    pub const FORECASTS: u32 = 1 << 3;
    pub const WATCHING: u32 = 1 << 4;
    pub const OWN: u32 = 1 << 5;
    pub const ATTACK_NAME: u32 = 1 << 6;
    pub const ACTS: u32 = 1 << 7;
    pub const SUPPOSITIONS: u32 = 1 << 8;
    pub const ADVICE: u32 = 1 << 9;
    pub const DEFENCE_ENDS: u32 = 1 << 10;
    pub const DENYING: u32 = 1 << 11 | 1 << 12;
    pub const ATTACKERS: u32 = 1 << 13 | 1 << 14 | 1 << 15;
    pub const TRACES: u32 = 1 << 16;
    pub const DEEDS: u32 = 1 << 17;
}

const LISTS: &[List] = &[
    List::of(TRIALS),
    List::of(ENTRIES),
    List::of(OFFERS),
    List::of(FORECASTS),
    List::of(WATCHING),
    List::of_beginnings(OWN),
    List::of(ATTACK_NAME),
    List::of(ACTS),
    List::of(SUPPOSITIONS),
    List::of(ADVICE),
    List::of(DEFENCE_ENDS),
    List::of(DENYING),
    List::of_beginnings(DENYING_BEGINNINGS),
    List::of_beginnings(ATTACKERS),
    List::of_beginnings(NUMBERED_ATTACKERS),
    List::of(SHORT_ATTACKERS),
    List::of_beginnings(TRACES),
    List::of_beginnings(DEEDS),
];
static PHRASES: Phrases<{ count(LISTS) }> = Phrases::new(LISTS);

/// A sentence, and what was found in it.
pub struct Told {
    lower: String,
    /// The lists that have a phrase in it.
    lists: u32,
    attacker: Option<usize>,
    defence_end: Option<usize>,
}

impl Told {
    /// Reads a sentence, in any case.
    pub fn of(sentence: &str) -> Told {
        let lower = sentence.to_ascii_lowercase();
        let (mut lists, mut attacker, mut defence_end) = (0, None, None);
        PHRASES.each(&lower, |place| {
            let list = 1 << place.list;
            lists |= list;
            if list & list::ATTACKERS != 0 {
                attacker.get_or_insert(place.start);
            } else if list == list::DEFENCE_ENDS {
                defence_end.get_or_insert(place.start);
            }
        });
        Told { lower, lists, attacker, defence_end }
    }

    /// The sentence in ASCII lower case.
    pub fn lower(&self) -> &str {
        &self.lower
    }

    /// Whether one of the lists has a phrase in it.
    pub(crate) fn has(&self, lists: u32) -> bool {
        self.lists & lists != 0
    }

    /// Where the first end that a defender has stands.
    pub(crate) fn defence_end(&self) -> Option<usize> {
        self.defence_end
    }

    pub(crate) fn names_attacker_before(&self, at: usize) -> bool {
        self.attacker.is_some_and(|attacker| attacker < at)
    }

    /// Whether a word names an attacker or an attacker's tool.
    pub fn names_attacker(&self) -> bool {
        self.attacker.is_some()
    }

    /// Whether a word names an attacker, or what an attack leaves or runs on.
    pub fn names_attack(&self) -> bool {
        self.has(list::ATTACKERS | list::TRACES)
    }

    /// Whether it tells of what only attackers do, or somebody in their place.
    pub fn tells_of_a_deed(&self) -> bool {
        self.has(list::DEEDS)
    }

    /// Whether it tells what an attacker did: inside advice, too, that is no advice.
    pub fn narrates(&self) -> bool {
        self.names_attacker() && self.tells_of_acts()
    }

    /// Whether it tells that something was done, by whomever.
    pub fn tells_of_acts(&self) -> bool {
        self.has(list::ACTS)
    }

    /// Whether it says what an attacker could do.
    pub fn supposes(&self) -> bool {
        self.has(list::SUPPOSITIONS)
    }
}
