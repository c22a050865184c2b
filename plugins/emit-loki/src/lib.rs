//! Hunts as LogQL for Grafana Loki: a stream, filters of lines for words anywhere, and filters of the labels that the
//! parser of JSON lines makes of fields.
//!
//! Source: Grafana, "LogQL: Log query language". A label's name has `_` for what is no letter or digit; label filters
//! compare the whole value and cannot be negated as a group.

mod metric;
mod table;

use huntsmith_sdk::emitter::{Artifact, Context, Emitter, Hunt, Refusal, Target};
use huntsmith_sdk::query::answer::{Comment, Plain, is_stepped, plain, queries_only};
use huntsmith_sdk::query::boolean::{Dialect, group, say};
use huntsmith_sdk::query::formula::{Atom, Compare, Formula, Native, Operand, Subject};
use huntsmith_sdk::query::options::Options;
use huntsmith_sdk::query::refusal::At;
use huntsmith_sdk::query::search::resolve_open;
use huntsmith_sdk::query::shape::{Form, Shape, Shapes, comparison, value};
use huntsmith_sdk::query::table::SIGMA;
use huntsmith_sdk::query::text::{Name, Query};
use table::{ALTERNATIVE, IN_LINE, NUMBERS, REGEX, STRING};

/// Grafana Loki.
pub struct Loki;

const FORM: Plain = Plain {
    language: "logql",
    comment: Some(Comment { open: "# ", close: "\n", forbidden: &[] }),
    values: 1_000,
    apart: true,
};

/// Label filters, or their opposites.
struct Labels {
    negative: bool,
}

impl Dialect for Labels {
    const AND: &'static str = " and ";
    const OR: &'static str = " or ";
    const NOT: &'static str = "";
    const ALWAYS: &'static str = "__error__=~\".*\"";
    const NEVER: &'static str = "__error__!~\".*\"";

    fn atom(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        comparison(self, query, atom)
    }

    fn negated(&self, query: &mut Query, atom: &Atom<'_>) -> Result<(), Refusal> {
        let opposite = Self { negative: !self.negative };
        if atom.operands.is_empty() {
            return comparison(&opposite, query, atom);
        }
        group(query, &atom.operands, Self::AND, Self::GROUP, &mut |query, operand| {
            comparison(&opposite, query, &Atom { operands: vec![operand.clone()], ..*atom })
        })
    }
}

impl Shapes for Labels {
    fn column(&self, query: &mut Query, native: Native<'_>) {
        query.flat_name(native.name);
    }

    fn text(&self, _: Native<'_>, atom: &Atom<'_>, _: &Operand<'_>) -> Option<Shape> {
        let sign = |plain, negative| if self.negative { negative } else { plain };
        Some(match atom.compare {
            Compare::Within => Shape::new("", sign("=ip(", "!=ip("), Form::Text(&STRING), ")"),
            Compare::Equals if atom.case_sensitive => Shape::new("", sign("=", "!="), Form::Text(&STRING), ""),
            _ => Shape::new("", sign("=~", "!~"), Form::Regex(&REGEX), ""),
        })
    }

    fn number(&self, _: Native<'_>, compare: Compare) -> Option<[&'static str; 3]> {
        let (_, signs) = NUMBERS.iter().find(|(known, _)| *known == compare)?;
        Some(["", signs[usize::from(self.negative)], ""])
    }

    fn presence(&self, _: Native<'_>, there: bool) -> Option<[&'static str; 2]> {
        Some(["", if there == self.negative { "=\"\"" } else { "!=\"\"" }])
    }
}

impl Emitter for Loki {
    fn emit(_ctx: &Context, hunt: &Hunt, target: &Target) -> Result<Vec<Artifact>, Vec<Refusal>> {
        let options = Options::parse(&target.mapping, &["label", "stream"])?;
        let streams = Streams {
            label: options.name("label", "", "job")?,
            values: options.texts("stream", |text| ALTERNATIVE.can_say(text))?,
        };
        queries_only(target)?;
        let notes = vec![
            "Reads every stream that has the label (`job`, or the option `label`; which of them, the option `stream`), \
             and fields of JSON lines by their own names. The time range goes with the request."
                .to_owned(),
        ];
        let resolved = resolve_open(hunt, &[], &SIGMA)?;
        if is_stepped(hunt) {
            return metric::emit(hunt, resolved, &streams, notes);
        }
        plain(&FORM, hunt, resolved, &notes, |query, part| {
            let formula = Formula::all(part.iter().map(|one| one.formula.clone()).collect());
            stream(query, &streams, formula, false)
        })
    }
}

/// Which streams are read: those that have a label, with one of the operator's values where he names some.
struct Streams<'o> {
    label: Name<'o>,
    values: Vec<&'o str>,
}

/// The lines of the streams for which a condition holds; `parsed`: their fields are read in any case.
fn stream(query: &mut Query, streams: &Streams<'_>, formula: Formula<'_>, parsed: bool) -> Result<(), Refusal> {
    query.word("{").name(streams.label).word(if streams.values.is_empty() { "=~\".+" } else { "=~\"" });
    for (index, value) in streams.values.iter().enumerate() {
        query.word(if index == 0 { "" } else { "|" }).constant(&ALTERNATIVE, value, At::HUNT)?;
    }
    query.word("\"}");
    let conjuncts = match formula.negations_down() {
        Formula::All(children) => children,
        other => vec![other],
    };
    let (lines, labels): (Vec<_>, Vec<_>) = conjuncts.into_iter().partition(|conjunct| of_line(conjunct).is_some());
    for (atom, sign) in lines.iter().filter_map(of_line) {
        query.word(sign);
        for (index, operand) in atom.operands.iter().enumerate() {
            value(query.word(if index == 0 { "" } else { " or " }), atom, operand, Form::Regex(&IN_LINE))?;
        }
    }
    query.word(if parsed || !labels.is_empty() { " | json" } else { "" });
    if !labels.is_empty() {
        say(&Labels { negative: false }, query.word(" | "), &Formula::all(labels))?;
    }
    Ok(())
}

/// One comparison with the line as a whole, and the sign of the filter.
fn of_line<'f, 'a>(formula: &'f Formula<'a>) -> Option<(&'f Atom<'a>, &'static str)> {
    let (formula, sign) = match formula {
        Formula::Not(inner) => (&**inner, " !~ "),
        other => (other, " |~ "),
    };
    match formula {
        Formula::Atom(atom) if atom.subject == Subject::Anywhere => Some((atom, sign)),
        _ => None,
    }
}

huntsmith_sdk::export_emitter!(Loki);
