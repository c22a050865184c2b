//! Procedures: techniques by the words that define them, a tool or an object with a verb. The tables are written from what
//! the techniques are; how often each row is right is measured on ATT&CK's procedure sentences when the model is
//! trained, and a row that is wrong too often counts for nothing.

mod asking;
mod entry;
mod harm;
mod hiding;
mod moving;

use huntsmith_text::{List, Phrases, count};

/// A technique's words: beginnings of words, all in one sentence. The first things are what fewest sentences have.
#[derive(Clone, Copy, Debug)]
pub struct Procedure {
    pub technique: &'static str,
    /// One of these kinds of verbs, as bits; none is asked for where there are none.
    verbs: u32,
    /// One of each, parted by `|`.
    things: &'static [&'static str],
}

const fn p(technique: &'static str, verbs: u32, things: &'static [&'static str]) -> Procedure {
    Procedure { technique, verbs, things }
}

const MAKE: u32 = 1;
const CHANGE: u32 = 1 << 1;
const STEAL: u32 = 1 << 2;
const SEND: u32 = 1 << 3;
const STOP: u32 = 1 << 4;
const DELETE: u32 = 1 << 5;
const LOOK: u32 = 1 << 6;
const RUN: u32 = 1 << 7;
const LOGON: u32 = 1 << 8;

/// In the order of their bits.
const VERBS: [&[&str]; 9] = [
    &[
        "creat|regist|add|install|set up|sets up|setting up|wrote|writ|plant|put|made |makes |schedul|configur|establish|drop|deploy|plac",
    ],
    &[
        "modif|chang|edit|alter|set |sets |setting|adjust|updat|replac|tamper|match|manipulat|overwr|rewrit|add|creat|wrote|writ|enabl",
    ],
    &[
        "steal|stole|dump|harvest|extract|collect|cop|exfiltrat|obtain|retriev|grab|recover|read|access|captur|gather|pull|scrap|acquir|siphon|download|pars|export|record|log|search",
    ],
    &["send|sent|upload|exfiltrat|transfer|post|transmit|cop|leak|push|deliver|report|return|move|host|stag|download"],
    &[
        "disabl|turned off|turn off|turns off|turning off|switched off|switch off|stop|kill|terminat|uninstall|remov|delet|exclu|tamper|unload|shut|suspend|evad|bypass|block|impair|end",
    ],
    &["delet|clear|wip|remov|eras|destroy|overwr|purg|clean|flush"],
    &[
        "list|enumerat|discover|quer|scan|map|check|gather|collect|look|search|find|found|identif|determin|get |gets |got |retriev|obtain|prob|ping|learn|show|display|detect|inspect|view|brows|recon|examin|locat|read|monitor",
    ],
    &["execut|run|ran |launch|start|invok|spawn|call|use|using|via|through|load|issu|abus|leverag|employ|rely|relies"],
    &[
        "log in|logs in|logged|logging|log on|logon|login|authenticat|connect|sign in|signed in|access|mov|lateral|pivot|gain|enter|use|using|abus",
    ],
];

const TABLES: [&[Procedure]; 5] = [entry::TABLE, hiding::TABLE, asking::TABLE, moving::TABLE, harm::TABLE];

/// How many procedures there are.
pub const COUNT: usize = {
    let (mut sum, mut table) = (0, 0);
    while table < TABLES.len() {
        sum += TABLES[table].len();
        table += 1;
    }
    sum
};

/// All of them.
pub static ALL: [Procedure; COUNT] = TABLE;
const TABLE: [Procedure; COUNT] = {
    let mut all = [p("", 0, &[]); COUNT];
    let (mut table, mut next) = (0, 0);
    while table < TABLES.len() {
        let mut at = 0;
        while at < TABLES[table].len() {
            all[next] = TABLES[table][at];
            (at, next) = (at + 1, next + 1);
        }
        table += 1;
    }
    all
};

/// How many lists of things there are beyond the first of each procedure.
const MORE: usize = {
    let (mut sum, mut at) = (0, 0);
    while at < COUNT {
        sum += TABLE[at].things.len() - 1;
        at += 1;
    }
    sum
};

/// The first things of each procedure.
const FIRST: [List; COUNT] = {
    let mut lists = [List::of_beginnings(&[]); COUNT];
    let mut at = 0;
    while at < COUNT {
        lists[at] = List::of_beginnings(std::slice::from_ref(&TABLE[at].things[0]));
        at += 1;
    }
    lists
};
static FIRST_PHRASES: Phrases<{ count(&FIRST) }> = Phrases::new(&FIRST);

/// The verbs, then all further things; and where those of each procedure begin.
const REST: ([List; VERBS.len() + MORE], [u16; COUNT]) = {
    let (mut lists, mut begins) = ([List::of_beginnings(&[]); VERBS.len() + MORE], [0; COUNT]);
    let mut next = 0;
    while next < VERBS.len() {
        lists[next] = List::of_beginnings(VERBS[next]);
        next += 1;
    }
    let mut at = 0;
    while at < COUNT {
        begins[at] = next as u16;
        let mut thing = 1;
        while thing < TABLE[at].things.len() {
            lists[next] = List::of_beginnings(std::slice::from_ref(&TABLE[at].things[thing]));
            (thing, next) = (thing + 1, next + 1);
        }
        at += 1;
    }
    (lists, begins)
};
static REST_PHRASES: Phrases<{ count(&REST.0) }> = Phrases::new(&REST.0);
static BEGINS: [u16; COUNT] = REST.1;

/// Changes when a procedure does: FNV-1a, 64 bits, over all of their words.
pub fn fingerprint() -> u64 {
    let verbs = VERBS.iter().flat_map(|verbs| verbs.iter());
    let words = ALL.iter().flat_map(|procedure| [&procedure.technique].into_iter().chain(procedure.things));
    let asked = ALL.iter().flat_map(|procedure| procedure.verbs.to_le_bytes());
    let bytes = verbs.chain(words).flat_map(|words| words.bytes().chain([0])).chain(asked);
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Finds procedures in sentences.
pub struct Finder {
    found: Vec<u16>,
    /// Verbs and further things that stand in the sentence.
    rest: [bool; VERBS.len() + MORE],
}

impl Default for Finder {
    fn default() -> Self {
        Finder { found: Vec::new(), rest: [false; VERBS.len() + MORE] }
    }
}

impl Finder {
    /// The numbers of the procedures that stand in a sentence, in ASCII lower case, ascending.
    pub fn find(&mut self, lower: &str) -> &[u16] {
        let Finder { found, rest } = self;
        found.clear();
        FIRST_PHRASES.each(lower, |place| found.push(place.list as u16));
        // Many sentences have the first things of none: only in the others all else is sought.
        if !found.is_empty() {
            rest.fill(false);
            REST_PHRASES.each(lower, |place| rest[place.list] = true);
            found.retain(|number| {
                let procedure = &ALL[usize::from(*number)];
                let begin = usize::from(BEGINS[usize::from(*number)]);
                let verbs = || (0..VERBS.len()).any(|verb| procedure.verbs >> verb & 1 != 0 && rest[verb]);
                rest[begin..begin + procedure.things.len() - 1].iter().all(|stands| *stands)
                    && (procedure.verbs == 0 || verbs())
            });
            found.sort_unstable();
            found.dedup();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, Finder};

    fn techniques(sentence: &str) -> Vec<&'static str> {
        let mut finder = Finder::default();
        let found: Vec<_> =
            finder.find(&sentence.to_ascii_lowercase()).iter().map(|at| ALL[usize::from(*at)].technique).collect();
        // What one sentence leaves behind is not seen in the next.
        assert!(finder.find("").is_empty());
        found
    }

    #[test]
    fn a_procedure_needs_all_its_words() {
        assert!(techniques("The loader creates a scheduled task.").contains(&"T1053.005"));
        assert!(techniques("They disabled Microsoft Defender.").contains(&"T1562.001"));
        assert!(!techniques("Microsoft Defender raised an alert.").contains(&"T1562.001"));
        assert!(techniques("The weather was fine.").is_empty());
    }

    #[test]
    fn rows_are_written_in_lower_case() {
        for procedure in &ALL {
            assert!(
                procedure.things.iter().all(|thing| **thing == thing.to_ascii_lowercase()),
                "{}",
                procedure.technique
            );
        }
    }
}
