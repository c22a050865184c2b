//! A hunt's searches against a dialect's table: which sources carry each, and their conditions in native terms.

use super::formula::Formula;
use super::lower::lower;
use super::refusal::{At, Code};
use super::table::{Column, Open, Source, class_name};
use crate::emitter::Refusal;
use crate::emitter::plan::{EventClass, Hunt, Search};
use crate::tree::Tree;

/// One search in one source.
#[derive(Debug, Clone)]
pub struct Resolved<'a> {
    /// Of the search in the hunt.
    pub index: usize,
    pub search: &'a Search,
    pub source: &'static Source,
    pub formula: Formula<'a>,
    open: Option<&'static Open>,
}

impl<'a> Resolved<'a> {
    /// The columns of a field in a version of the schema: the table's, or the field's own name where the dialect takes
    /// any.
    pub fn column(&self, field: &'a str, version: u32) -> Option<Column<'a>> {
        column(self.source, self.open, &self.search.class, field, version)
    }
}

fn column<'a>(
    source: &'static Source,
    open: Option<&'static Open>,
    class: &EventClass,
    field: &'a str,
    version: u32,
) -> Option<Column<'a>> {
    source.column(field, version).or_else(|| open.and_then(|open| open.column(class, field)))
}

/// Resolves every search of a hunt. A search goes into each source that carries its class and all of its fields.
///
/// # Errors
/// Every refusal of the hunt: a search that no source can say is refused for the source that comes closest.
pub fn resolve<'a>(
    hunt: &'a Hunt,
    sources: &'static [Source],
    version: u32,
) -> Result<Vec<Resolved<'a>>, Vec<Refusal>> {
    resolve_each(hunt, sources, version, None)
}

/// As [`resolve`], for a dialect that takes any class and any field: what its table does not name goes by its own name.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_open<'a>(
    hunt: &'a Hunt,
    sources: &'static [Source],
    open: &'static Open,
) -> Result<Vec<Resolved<'a>>, Vec<Refusal>> {
    resolve_each(hunt, sources, 0, Some(open))
}

fn resolve_each<'a>(
    hunt: &'a Hunt,
    sources: &'static [Source],
    version: u32,
    open: Option<&'static Open>,
) -> Result<Vec<Resolved<'a>>, Vec<Refusal>> {
    if hunt.searches.is_empty() {
        return Err(vec![At::HUNT.refuse(Code::InvalidPlan, "searches", "the hunt has no search")]);
    }
    let mut resolved = Vec::new();
    let mut refusals = Vec::new();
    for (index, search) in hunt.searches.iter().enumerate() {
        match resolve_one(index, search, sources, version, open) {
            Ok(found) => resolved.extend(found),
            Err(refused) => refusals.extend(refused),
        }
    }
    if refusals.is_empty() { Ok(resolved) } else { Err(refusals) }
}

fn resolve_one<'a>(
    index: usize,
    search: &'a Search,
    sources: &'static [Source],
    version: u32,
    open: Option<&'static Open>,
) -> Result<Vec<Resolved<'a>>, Vec<Refusal>> {
    let at = At::search(index);
    let tree = Tree::of(&search.predicate, at)?;
    let mut found = Vec::new();
    let mut closest: Option<Vec<Refusal>> = None;
    let mut carrying: Vec<&'static Source> =
        sources.iter().filter(|source| source.classes.iter().any(|class| class.carries(&search.class))).collect();
    match open {
        Some(open) if carrying.is_empty() => carrying.push(&open.source),
        Some(_) => {}
        None => carrying.retain(|source| !source.known(version).is_empty()),
    }
    for source in carrying {
        match lower(&tree, at, &|field| column(source, open, &search.class, field, version)) {
            Ok(formula) => found.push(Resolved { index, search, source, formula, open }),
            Err(refused) if closest.as_ref().is_none_or(|known| refused.len() < known.len()) => {
                closest = Some(refused.into_iter().map(|refusal| with_hint(refusal, source, version)).collect());
            }
            Err(_) => {}
        }
    }
    if !found.is_empty() {
        return Ok(found);
    }
    Err(closest.unwrap_or_else(|| {
        let reason = "the dialect has no source for this class of events";
        vec![at.refuse(Code::UnsupportedClass, &class_name(&search.class), reason)]
    }))
}

fn with_hint(refusal: Refusal, source: &Source, version: u32) -> Refusal {
    if refusal.code != Code::UnsupportedField.as_str() {
        return refusal;
    }
    let known = source.known(version).join(", ");
    Refusal { reason: format!("{} ({}); it carries: {known}", refusal.reason, source.table), ..refusal }
}

/// Splits what is too long for one query: the longest list of values that stands for alternatives of a whole search is
/// cut until no part holds more than `most` values. None: it cannot be cut without changing its meaning.
pub fn split<'a>(resolved: Vec<Resolved<'a>>, most: usize) -> Option<Vec<Vec<Resolved<'a>>>> {
    let mut pieces = Vec::new();
    for one in resolved {
        cut(one, most, &mut pieces)?;
    }
    let mut parts: Vec<Vec<Resolved<'a>>> = Vec::new();
    let mut held = 0;
    for piece in pieces {
        let size = piece.formula.operands();
        match parts.last_mut() {
            Some(part) if held + size <= most => {
                held += size;
                match part.last_mut() {
                    Some(last) if last.index == piece.index && std::ptr::eq(last.source, piece.source) => {
                        let earlier = std::mem::replace(&mut last.formula, Formula::Fixed(false));
                        last.formula = Formula::any(vec![earlier, piece.formula]);
                    }
                    _ => part.push(piece),
                }
            }
            _ => {
                held = size;
                parts.push(vec![piece]);
            }
        }
    }
    Some(parts)
}

fn cut<'a>(one: Resolved<'a>, most: usize, pieces: &mut Vec<Resolved<'a>>) -> Option<()> {
    if one.formula.operands() <= most {
        pieces.push(one);
        return Some(());
    }
    let Resolved { formula, .. } = one;
    let with = |formula| Resolved { formula, ..one };
    let alternatives: Vec<Formula<'a>> = match formula {
        Formula::Any(children) => children,
        Formula::Atom(atom) => atom
            .operands
            .chunks(most)
            .map(|operands| Formula::Atom(super::formula::Atom { operands: operands.to_vec(), ..atom }))
            .collect(),
        // One of the conjuncts is the long list: the others go with every part of it.
        Formula::All(mut children) => {
            let longest = (0..children.len()).max_by_key(|&child| children[child].operands())?;
            let list = children.remove(longest);
            let rest: usize = children.iter().map(Formula::operands).sum();
            let most = most.checked_sub(rest).filter(|left| *left > 0)?;
            let mut inner = Vec::new();
            cut(with(list), most, &mut inner)?;
            for piece in inner {
                let mut all = vec![piece.formula];
                all.extend(children.iter().cloned());
                pieces.push(with(Formula::all(all)));
            }
            return Some(());
        }
        Formula::Not(_) | Formula::Fixed(_) => return None,
    };
    for formula in alternatives {
        cut(with(formula), most, pieces)?;
    }
    Some(())
}
