//! Hunts for files as YARA rules: digests of a file as a whole, and texts in it.
//!
//! Source: YARA documentation, "Writing YARA rules" and "Hash module". A digest that a search looks for in events is
//! looked for on disk here; a name, a path or a command line is no content, and refused.

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Plain, form, plain};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Kind, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::identity::rule_id;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BACKSLASHED, Quoting};
use huntsmith_sdk::query::refusal::{At, Code};
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::shape::connective;
use huntsmith_sdk::query::table::{Class, Column, Field, Source};
use huntsmith_sdk::query::text::{Name, Query};
use std::cell::{Cell, RefCell};

/// YARA, and YARA-X.
pub struct Yara;

const FORM: Plain = Plain { language: "yara", comment: None, values: 5_000, apart: false };

const STRING: Quoting = BACKSLASHED;

const DIGESTS: Column<'static> = Column::Digests(&[
    ("md5", Native::text("hash.md5(0, filesize)")),
    ("sha1", Native::text("hash.sha1(0, filesize)")),
    ("sha256", Native::text("hash.sha256(0, filesize)")),
]);

const CONTENT: Native<'static> = Native::text("content");

const FIELDS: &[Field] = &[
    ("Hashes", DIGESTS),
    ("md5", DIGESTS),
    ("sha1", DIGESTS),
    ("sha256", DIGESTS),
    ("Content", Column::Plain(CONTENT)),
    ("FileSize", Column::Plain(Native::integer("filesize"))),
];

const SOURCES: &[Source] = &[Source {
    classes: &[
        Class::category("file_content"),
        Class::category("file_event"),
        Class::category("file_change"),
        Class::category("file_access"),
        Class::category("process_creation"),
        Class::category("image_load"),
        Class::category("driver_load"),
        Class::category("email"),
    ],
    table: "files",
    only: "",
    time: "",
    fields: FIELDS,
    since: &[],
    show: &[],
}];

/// The strings so far, which the condition names.
#[derive(Default)]
struct Rule {
    strings: RefCell<Query>,
    count: Cell<u64>,
}

impl Dialect for Rule {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "not ";
    const ALWAYS: &'static str = "true";
    const NEVER: &'static str = "false";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        if atom.operands.is_empty() {
            let reason = "what a file has is always there";
            return Err(atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason));
        }
        group(query, &atom.operands, Self::OR, Self::GROUP, &mut |query, operand| self.one(query, atom, operand))
    }
}

impl Rule {
    fn one(&self, query: &mut Query, atom: &Atom<'_>, operand: &Operand<'_>) -> Result<(), Refusal> {
        let refuse = |reason: &str| Err(atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason));
        let native = match atom.subject {
            Subject::Column(native) => native,
            Subject::Anywhere => return refuse("words in an event are no words in a file"),
        };
        match (&operand.value, atom.compare) {
            (Scalar::Integer(size), compare) if native.kind == Kind::Integer => {
                let Some(connective) = connective(compare, " == ") else {
                    return refuse("a size is compared with numbers");
                };
                query.name(native.name).word(connective).integer(*size, operand.origin);
            }
            (Scalar::Text(text), Compare::Equals) if native != CONTENT => {
                query.name(native.name).word(" == ").literal(&STRING, &text.to_lowercase(), operand.origin)?;
            }
            (Scalar::Text(text), Compare::Contains | Compare::Word) if native == CONTENT => {
                if !text.is_ascii() {
                    let reason = "what is not ASCII is written in files in more ways than a rule can list";
                    return Err(atom.at.refuse(Code::UnsupportedValue, "text", reason));
                }
                if atom.compare == Compare::Word && text.len() == 1 {
                    let reason = "where a character has two bytes, one of one byte is always a word";
                    return Err(atom.at.refuse(Code::UnsupportedValue, "text", reason));
                }
                self.count.set(self.count.get() + 1);
                let mut strings = self.strings.borrow_mut();
                strings.word("    $s").count(self.count.get(), " = ").literal(&STRING, text, operand.origin)?;
                strings.word(" ascii wide").word(if atom.case_sensitive { "" } else { " nocase" });
                strings.word(if atom.compare == Compare::Word { " fullword\n" } else { "\n" });
                query.word("$s").count(self.count.get(), "");
            }
            _ => return refuse("a rule compares digests, sizes, and texts in a file"),
        }
        Ok(())
    }
}

impl Emitter for Yara {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        Options::parse(&target.mapping, &[])?;
        // A rule is what YARA is, whatever is asked for.
        form(target)?;
        let reason = "a rule's name has letters, digits and `_` alone";
        let name = Name::checked(&hunt.id, "");
        let name = name.ok_or_else(|| At::HUNT.refuse(Code::InvalidPlan, "id", reason))?;
        plain(&FORM, hunt, resolve(hunt, SOURCES, 0)?, &[], |query, part| rule(query, name, hunt, part))
    }
}

fn rule(query: &mut Query, name: Name<'_>, hunt: &Hunt, part: &[Resolved<'_>]) -> Result<(), Refusal> {
    let rule = Rule::default();
    let mut condition = Query::default();
    group(&mut condition, part, Rule::OR, Rule::GROUP, &mut |query, one| say(&rule, query, &one.formula))?;
    let hashed = part
        .iter()
        .flat_map(|one| one.formula.atoms())
        .any(|atom| matches!(atom.subject, Subject::Column(native) if native != CONTENT && native.kind == Kind::Text));
    query.word(if hashed { "import \"hash\"\n\n" } else { "" }).word("rule ").name(name.below("hunt_"));
    query.word(" {\n  meta:\n    title = \"").comment(&hunt.title, &['"', '\\']);
    query.word("\"\n    id = ").constant(&STRING, &rule_id(&hunt.id, ""), At::HUNT)?;
    for (key, text) in [("\n    author = \"", &hunt.author), ("\n    license = \"", &hunt.license)] {
        if let Some(text) = text {
            query.word(key).comment(text, &['"', '\\']).word("\"");
        }
    }
    if rule.count.get() > 0 {
        query.word("\n  strings:\n").append(rule.strings.into_inner()).word("  condition:\n    ");
    } else {
        query.word("\n  condition:\n    ");
    }
    query.append(condition).word("\n}");
    Ok(())
}

huntsmith_sdk::export_emitter!(Yara);
