//! Hunts over the network as Suricata rules: names that are asked for, hosts and paths of HTTP, names and fingerprints of
//! TLS, addresses.
//!
//! Source: OISF, "Suricata Rules": rules format, payload keywords, DNS, HTTP, TLS and JA3 keywords. A rule is one
//! conjunction of contents in one protocol: alternatives are rules of their own, addresses lists in the rule's head.

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Plain, form, plain};
use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Kind, Native, Operand, Scalar, Subject};
use huntsmith_sdk::query::identity::rule_number;
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::quote::{BARE, Quoting};
use huntsmith_sdk::query::refusal::Code;
use huntsmith_sdk::query::search::{Resolved, resolve};
use huntsmith_sdk::query::table::{Class, Column, Field, Source};
use huntsmith_sdk::query::text::{Name, Query};

/// Suricata.
pub struct Suricata;

/// Rules of one file.
const RULES: usize = 1_000;

const FORM: Plain = Plain {
    language: "suricata",
    comment: Some(Comment { open: "# ", close: "\n", forbidden: &[] }),
    values: RULES,
    apart: false,
};

/// A content: what means something to the rule is written as a byte.
const CONTENT: Quoting = Quoting {
    open: "\"",
    close: "\"",
    escapes: &[('"', "|22|"), (';', "|3B|"), (':', "|3A|"), ('\\', "|5C|"), ('|', "|7C|")],
    ..BARE
};

/// An address in a rule's head.
const ADDRESS: Quoting = BARE;

const NAME: Column<'static> = Column::Plain(Native::text("dns.query"));
const SERVER: Column<'static> = Column::Plain(Native::text("tls.sni"));
const HOST: Column<'static> = Column::Plain(Native::text("http.host"));
const URI: Column<'static> = Column::Plain(Native::text("http.uri"));
const AGENT: Column<'static> = Column::Plain(Native::text("http.user_agent"));
const TO: Column<'static> = Column::Plain(Native { kind: Kind::Address, ..Native::text("to") });
const FROM: Column<'static> = Column::Plain(Native { kind: Kind::Address, ..Native::text("from") });

const CONNECTION: &[Field] = &[
    ("DestinationIp", TO),
    ("dst_ip", TO),
    ("SourceIp", FROM),
    ("src_ip", FROM),
    ("DestinationHostname", SERVER),
    ("ja3", Column::Plain(Native::text("ja3.hash"))),
    ("ja3s", Column::Plain(Native::text("ja3s.hash"))),
];

const WEB: &[Field] = &[
    ("c-uri", Column::Plain(URL)),
    ("cs-uri", Column::Plain(URL)),
    ("cs-host", HOST),
    ("r-dns", HOST),
    ("c-uri-path", URI),
    ("cs-uri-stem", URI),
    ("c-useragent", AGENT),
    ("cs-user-agent", AGENT),
    ("cs-method", Column::Plain(Native::text("http.method"))),
    ("dst_ip", TO),
    ("src_ip", FROM),
    ("c-ip", FROM),
];

/// A whole address of the web: its host and the rest are apart on the wire.
const URL: Native<'static> = Native::text("url");

const fn source(classes: &'static [Class], table: &'static str, fields: &'static [Field]) -> Source {
    Source { classes, table, only: "", time: "", fields, since: &[], show: &[] }
}

const SOURCES: &[Source] = &[
    source(&[Class::category("dns_query"), Class::category("dns")], "dns", &[("QueryName", NAME), ("query", NAME)]),
    source(&[Class::category("network_connection"), Class::category("firewall")], "connections", CONNECTION),
    source(&[Class::category("proxy"), Class::category("webserver")], "http", WEB),
];

/// One comparison of a rule, or its opposite.
#[derive(Clone)]
struct Term<'f, 'a> {
    atom: &'f Atom<'a>,
    /// One value of a content, all of an address.
    operands: &'f [Operand<'a>],
    negative: bool,
}

impl<'a> Term<'_, 'a> {
    fn column(&self) -> Native<'a> {
        match self.atom.subject {
            Subject::Column(native) => native,
            Subject::Anywhere => Native::text("payload"),
        }
    }
}

impl Emitter for Suricata {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        Options::parse(&target.mapping, &[])?;
        // A rule is what Suricata has, whatever is asked for.
        form(target)?;
        let notes =
            ["Traffic that the sensor sees unencrypted, and names in TLS. Numbers of rules come from the hunt's id."
                .to_owned()];
        let said = std::cell::Cell::new(0);
        plain(&FORM, hunt, resolve(hunt, SOURCES, 0)?, &notes, |query, part| {
            for one in part {
                let formula = one.formula.clone().negations_down();
                for terms in alternatives(&formula, false).ok_or_else(|| too_many(one))? {
                    // By the rule's place in the hunt: numbers that follow one another would meet another hunt's sooner.
                    rule(query, hunt, one, &terms, rule_number(&hunt.id, said.replace(said.get() + 1)))?;
                }
            }
            Ok(())
        })
    }
}

fn too_many(one: &Resolved<'_>) -> Refusal {
    let reason = "the condition has more alternatives than a file has rules";
    huntsmith_sdk::query::refusal::At::search(one.index).refuse(Code::TooLarge, "alternatives", reason)
}

/// The conjunctions any of which is enough. None: there are too many.
fn alternatives<'f, 'a>(formula: &'f Formula<'a>, negative: bool) -> Option<Vec<Vec<Term<'f, 'a>>>> {
    let all = match formula {
        Formula::Fixed(truth) => return Some(if *truth { vec![Vec::new()] } else { Vec::new() }),
        Formula::Not(child) => return alternatives(child, !negative),
        Formula::Any(children) => {
            let each = children.iter().map(|child| alternatives(child, negative)).collect::<Option<Vec<_>>>()?;
            each.concat()
        }
        Formula::All(children) => {
            let mut all = vec![Vec::new()];
            for child in children {
                let next = alternatives(child, negative)?;
                if all.len() * next.len() > RULES {
                    return None;
                }
                let joined = |terms: &Vec<Term<'f, 'a>>| {
                    next.iter().map(|more| [terms.as_slice(), more.as_slice()].concat()).collect::<Vec<_>>()
                };
                all = all.iter().flat_map(joined).collect();
            }
            all
        }
        Formula::Atom(atom) => {
            let whole = |operands| Term { atom, operands, negative };
            // Of one value, other spellings of an address of the web are the same on the wire, and a name is ASCII there.
            let spelled = |operand: &Operand<'a>, better: fn(&Operand<'a>) -> bool| {
                let mut same = atom.operands.iter().filter(|other| other.origin.value == operand.origin.value);
                better(operand) || !same.any(better)
            };
            let is_whole = |operand: &Operand<'a>| operand.origin.piece.is_none();
            let is_ascii = |operand: &Operand<'a>| matches!(&operand.value, Scalar::Text(text) if text.is_ascii());
            let first = |operand: &&Operand<'a>| spelled(operand, is_whole) && spelled(operand, is_ascii);
            let each = atom.operands.iter().filter(first).map(|operand| whole(std::slice::from_ref(operand)));
            match atom.subject {
                Subject::Column(native) if native.kind == Kind::Address => vec![vec![whole(&atom.operands)]],
                // Whether a field is there: no content says it, and it is refused as one.
                _ if atom.operands.is_empty() => vec![vec![whole(&atom.operands)]],
                // None of them, or any of them.
                _ if negative => vec![each.collect()],
                _ => each.map(|term| vec![term]).collect(),
            }
        }
    };
    (all.len() <= RULES).then_some(all)
}

/// `alert PROTOCOL from any -> to any (…)`
fn rule(
    query: &mut Query,
    hunt: &Hunt,
    one: &Resolved<'_>,
    terms: &[Term<'_, '_>],
    number: u32,
) -> Result<(), Refusal> {
    let contents: Vec<_> = terms.iter().filter(|term| term.column().kind != Kind::Address).collect();
    let protocol = match (one.source.table, contents.is_empty()) {
        ("connections", true) => "ip",
        ("connections", false) => "tls",
        (protocol, _) => protocol,
    };
    query.word("alert ").word(protocol).word(" ");
    addresses(query, terms.iter().filter(|term| term.column().name == Name::native("from")))?;
    query.word(" any -> ");
    addresses(query, terms.iter().filter(|term| term.column().name == Name::native("to")))?;
    // A rule without a message is none.
    let message = if hunt.title.contains(char::is_alphanumeric) { &hunt.title } else { &hunt.id };
    query.word(" any (msg:\"").comment(message, &['"', ';', '\\', ':', '|']).word("\"; ");
    for term in contents {
        content(query, term)?;
    }
    query.word("metadata:hunt ").comment(&hunt.id, &['"', ';', '\\', ',', ' ']);
    query.word("; sid:").count(u64::from(number), "; rev:1;)\n");
    Ok(())
}

fn addresses<'t>(query: &mut Query, terms: impl Iterator<Item = &'t Term<'t, 't>>) -> Result<(), Refusal> {
    let mut terms = terms;
    let Some(term) = terms.next() else {
        query.word("any");
        return Ok(());
    };
    let refuse = |what: &str, reason: &str| term.atom.at.refuse(Code::UnsupportedOperator, what, reason);
    if terms.next().is_some() {
        return Err(refuse("all", "a rule's head has one list of addresses for each side"));
    }
    if !matches!(term.atom.compare, Compare::Equals | Compare::Within) {
        return Err(refuse(term.atom.compare.as_str(), "an address is compared as a whole"));
    }
    query.word(if term.negative { "![" } else { "[" }).try_list(term.operands, |query, operand| {
        let is_address = |c: char| c.is_ascii_hexdigit() || matches!(c, '.' | ':' | '/');
        match &operand.value {
            Scalar::Text(text) if text.contains(['.', ':']) && text.chars().all(is_address) => {
                query.literal(&ADDRESS, text, operand.origin).map(drop)
            }
            _ => Err(refuse("equals", "this is no address")),
        }
    })?;
    query.word("]");
    Ok(())
}

fn content(query: &mut Query, term: &Term<'_, '_>) -> Result<(), Refusal> {
    let (atom, native) = (term.atom, term.column());
    let refuse = |reason: &str| atom.at.refuse(Code::UnsupportedOperator, atom.compare.as_str(), reason);
    let Subject::Column(_) = atom.subject else {
        return Err(atom.at.refuse(Code::UnsupportedOperator, "keywords", "a rule looks into fields of a protocol"));
    };
    let [Operand { value: Scalar::Text(text), origin }] = term.operands else {
        return Err(refuse("a rule compares fields with texts"));
    };
    let ends = match atom.compare {
        Compare::Equals => "; startswith; endswith",
        Compare::StartsWith => "; startswith",
        Compare::EndsWith => "; endswith",
        Compare::Contains => "",
        _ => return Err(refuse("a rule compares a text as a whole, its beginning, its end, or a part of it")),
    };
    if !text.is_ascii() || text.is_empty() {
        let reason = "names on the wire are ASCII, and a content has at least one byte";
        return Err(atom.at.refuse(Code::UnsupportedValue, "text", reason));
    }
    let mut one = |column: &'static str, text: &str, ends: &'static str, piece| {
        // Hosts are made lower case before they are compared.
        let host = column == "http.host";
        let text = if host { text.to_lowercase() } else { text.to_owned() };
        let origin = huntsmith_sdk::query::text::Origin { piece, ..*origin };
        query.word(column).word("; content:").word(if term.negative { "!" } else { "" });
        query.literal(&CONTENT, &text, origin)?.word(ends);
        query.word(if host || atom.case_sensitive { "; " } else { "; nocase; " });
        Ok::<(), Refusal>(())
    };
    if native != URL {
        let known = [
            "dns.query",
            "tls.sni",
            "ja3.hash",
            "ja3s.hash",
            "http.host",
            "http.uri",
            "http.user_agent",
            "http.method",
        ];
        let column = known.into_iter().find(|name| Name::native(name) == native.name);
        return one(column.ok_or_else(|| refuse("a rule has no such field"))?, text, ends, origin.piece);
    }
    let bare = text.split_once("://").map_or(&**text, |(_, rest)| rest);
    match (atom.compare, bare.find('/')) {
        (Compare::Contains | Compare::EndsWith, Some(0)) => one("http.uri", bare, ends, origin.piece),
        (Compare::Equals | Compare::StartsWith, slash) if !term.negative => {
            let (host, path) = bare.split_at(slash.unwrap_or(bare.len()));
            let host = host.split(':').next().unwrap_or(host);
            let path = if path.is_empty() { "/" } else { path };
            one("http.host", host, "; startswith; endswith", Some(10))?;
            one("http.uri", path, ends, Some(11))
        }
        _ => Err(refuse("a rule sees the host and the path apart: compare a path that begins with a slash")),
    }
}

huntsmith_sdk::export_emitter!(Suricata);
