//! `contract`: the reference of the contract, one Markdown page for each published package, made from `wit/`.

use crate::check::Violation;
use crate::run::root;
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::path::Path;
use wit_parser::{
    Docs, Function, FunctionKind, InterfaceId, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId, TypeOwner,
    WorldItem,
};

/// Each needs only those before it.
const PACKAGES: [&str; 4] = ["host", "article", "feed", "hunt"];
/// Where the pages lie.
const FOLDER: &str = "docs/contract";

/// Writes the pages.
pub fn write() -> Result<()> {
    let folder = root().join(FOLDER);
    std::fs::create_dir_all(&folder)?;
    for (name, text) in pages(&root().join("wit"))? {
        std::fs::write(folder.join(&name), text)?;
        println!("{FOLDER}/{name}");
    }
    Ok(())
}

/// Pages that are not what `wit/` says.
pub fn check() -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for (name, text) in pages(&root().join("wit"))? {
        let path = format!("{FOLDER}/{name}");
        if std::fs::read_to_string(root().join(&path)).ok() != Some(text) {
            found.push(Violation::whole(&path, "is not what wit/ says: run `cargo xtask contract`".to_owned()));
        }
    }
    Ok(found)
}

/// A page for each version of each package, by file name.
fn pages(wit: &Path) -> Result<Vec<(String, String)>> {
    let mut resolve = Resolve::default();
    let mut packages = Vec::new();
    for package in PACKAGES {
        let folder = wit.join(package);
        let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        let mut versions: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
        versions.sort();
        if versions.is_empty() {
            bail!("{} has no version", folder.display());
        }
        for version in versions {
            packages.push(resolve.push_dir(&version).with_context(|| version.display().to_string())?.0);
        }
    }
    Ok(packages.into_iter().map(|id| (file(&resolve, id), Page { resolve: &resolve, package: id }.text())).collect())
}

/// `hunt-0.1.0.md`
fn file(resolve: &Resolve, package: PackageId) -> String {
    let name = &resolve.packages[package].name;
    let version = name.version.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{}-{version}.md", name.name)
}

struct Page<'r> {
    resolve: &'r Resolve,
    package: PackageId,
}

impl Page<'_> {
    fn text(&self) -> String {
        let package = &self.resolve.packages[self.package];
        let name = &package.name;
        let version = name.version.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut text = format!("# {}:{} {version}\n\n", name.namespace, name.name);
        let _ = writeln!(
            text,
            "<!-- Made by `cargo xtask contract` from `wit/{}/{version}`. Change nothing here. -->\n",
            name.name
        );
        text += &paragraph(&package.docs);
        for id in package.worlds.values() {
            let world = &self.resolve.worlds[*id];
            let _ = write!(text, "## World `{}`\n\n{}| | | |\n|---|---|---|\n", world.name, paragraph(&world.docs));
            for (way, items) in [("imports", &world.imports), ("exports", &world.exports)] {
                for (key, item) in items {
                    let (what, docs) = match item {
                        WorldItem::Interface { id, .. } => (self.interface_link(*id), String::new()),
                        WorldItem::Function(function) => (code(&self.signature(function)), cell(&function.docs)),
                        WorldItem::Type { .. } => (code(&self.resolve.name_world_key(key)), String::new()),
                    };
                    let _ = writeln!(text, "| {way} | {what} | {docs} |");
                }
            }
            text.push('\n');
        }
        for id in package.interfaces.values() {
            self.interface(*id, &mut text);
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    fn interface(&self, id: InterfaceId, text: &mut String) {
        let interface = &self.resolve.interfaces[id];
        let name = interface.name.as_deref().unwrap_or_default();
        let _ = write!(text, "## Interface `{name}`\n\n{}", paragraph(&interface.docs));
        let own = |it: &&TypeId| self.origin(**it) == **it;
        for id in interface.types.values().filter(own) {
            let of = &self.resolve.types[*id];
            let _ = write!(text, "### {}\n\n", of.name.as_deref().unwrap_or_default());
            let _ = write!(text, "{}", self.kind(of));
            *text += &paragraph(&of.docs);
            *text += &self.members(of);
        }
        for function in interface.functions.values() {
            let heading = function.item_name();
            let heading = match function.kind {
                FunctionKind::Method(of) => format!("{}.{heading}", self.named(of)),
                _ => heading.to_owned(),
            };
            let signature = self.signature(function);
            let _ = write!(text, "### {heading}\n\n```wit\n{signature}\n```\n\n{}", paragraph(&function.docs));
        }
    }

    /// What it is, in a word; an alias with what it stands for.
    fn kind(&self, of: &TypeDef) -> String {
        match &of.kind {
            TypeDefKind::Type(stands_for) => format!("Alias of {}.\n\n", self.linked(stands_for)),
            kind => format!("{}\n\n", capital(kind.as_str())),
        }
    }

    fn members(&self, of: &TypeDef) -> String {
        let rows: Vec<(String, Option<Type>, String)> = match &of.kind {
            TypeDefKind::Record(it) => {
                it.fields.iter().map(|it| (it.name.clone(), Some(it.ty), cell(&it.docs))).collect()
            }
            TypeDefKind::Variant(it) => it.cases.iter().map(|it| (it.name.clone(), it.ty, cell(&it.docs))).collect(),
            TypeDefKind::Enum(it) => it.cases.iter().map(|it| (it.name.clone(), None, cell(&it.docs))).collect(),
            TypeDefKind::Flags(it) => it.flags.iter().map(|it| (it.name.clone(), None, cell(&it.docs))).collect(),
            _ => return String::new(),
        };
        let (head, typed) = match &of.kind {
            TypeDefKind::Record(_) => ("| field | type | |\n|---|---|---|\n", true),
            TypeDefKind::Variant(_) => ("| case | carries | |\n|---|---|---|\n", true),
            _ => ("| case | |\n|---|---|\n", false),
        };
        let mut text = head.to_owned();
        for (name, of, docs) in rows {
            let of = of.map(|of| self.linked(&of)).unwrap_or_default();
            let _ = match typed {
                true => writeln!(text, "| `{name}` | {of} | {docs} |"),
                false => writeln!(text, "| `{name}` | {docs} |"),
            };
        }
        text + "\n"
    }

    /// The type's definition, past every `use`.
    fn origin(&self, id: TypeId) -> TypeId {
        match &self.resolve.types[id] {
            TypeDef { kind: TypeDefKind::Type(Type::Id(of)), owner, name: Some(name), .. }
                if self.resolve.types[*of].name.as_ref() == Some(name) && self.resolve.types[*of].owner != *owner =>
            {
                self.origin(*of)
            }
            _ => id,
        }
    }

    fn named(&self, id: TypeId) -> &str {
        self.resolve.types[id].name.as_deref().unwrap_or_default()
    }

    /// As WIT has it.
    fn wit(&self, of: &Type) -> String {
        let Type::Id(id) = of else { return primitive(of).to_owned() };
        let of = &self.resolve.types[*id];
        if let Some(name) = &of.name {
            return name.clone();
        }
        let inner = |of: &Option<Type>| of.as_ref().map_or("_".to_owned(), |of| self.wit(of));
        match &of.kind {
            TypeDefKind::Option(of) => format!("option<{}>", self.wit(of)),
            TypeDefKind::List(of) => format!("list<{}>", self.wit(of)),
            TypeDefKind::Tuple(of) => {
                format!("tuple<{}>", of.types.iter().map(|of| self.wit(of)).collect::<Vec<_>>().join(", "))
            }
            TypeDefKind::Result(of) => format!("result<{}, {}>", inner(&of.ok), inner(&of.err)),
            TypeDefKind::Handle(wit_parser::Handle::Own(of)) => self.named(*of).to_owned(),
            TypeDefKind::Handle(wit_parser::Handle::Borrow(of)) => format!("borrow<{}>", self.named(*of)),
            other => other.as_str().to_owned(),
        }
    }

    /// The same, with a link to the named type in it.
    fn linked(&self, of: &Type) -> String {
        let text = code(&self.wit(of));
        match self.first_named(of) {
            Some(id) => {
                let id = self.origin(id);
                let TypeOwner::Interface(owner) = self.resolve.types[id].owner else { return text };
                format!("[{text}]({}#{})", self.page_of(owner), self.named(id))
            }
            None => text,
        }
    }

    fn first_named(&self, of: &Type) -> Option<TypeId> {
        let Type::Id(id) = of else { return None };
        let of = &self.resolve.types[*id];
        if of.name.is_some() {
            return Some(*id);
        }
        match &of.kind {
            TypeDefKind::Option(of) | TypeDefKind::List(of) => self.first_named(of),
            TypeDefKind::Tuple(of) => of.types.iter().find_map(|of| self.first_named(of)),
            TypeDefKind::Result(of) => [of.ok, of.err].iter().flatten().find_map(|of| self.first_named(of)),
            TypeDefKind::Handle(wit_parser::Handle::Own(of) | wit_parser::Handle::Borrow(of)) => Some(*of),
            _ => None,
        }
    }

    /// The page of an interface's package; nothing for this one.
    fn page_of(&self, interface: InterfaceId) -> String {
        match self.resolve.interfaces[interface].package {
            Some(package) if package != self.package => file(self.resolve, package),
            _ => String::new(),
        }
    }

    fn interface_link(&self, id: InterfaceId) -> String {
        let interface = &self.resolve.interfaces[id];
        let name = interface.name.as_deref().unwrap_or_default();
        let whole = self.resolve.id_of(id).unwrap_or_default();
        format!("[`{whole}`]({}#interface-{name})", self.page_of(id))
    }

    fn signature(&self, function: &Function) -> String {
        let of: Vec<String> = function
            .params
            .iter()
            .filter(|param| param.name != "self")
            .map(|param| format!("{}: {}", param.name, self.wit(&param.ty)))
            .collect();
        let result = function.result.as_ref().map(|of| format!(" -> {}", self.wit(of))).unwrap_or_default();
        format!("{}: func({}){result}", function.item_name(), of.join(", "))
    }
}

fn primitive(of: &Type) -> &'static str {
    match of {
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S8 => "s8",
        Type::S16 => "s16",
        Type::S32 => "s32",
        Type::S64 => "s64",
        Type::F32 => "f32",
        Type::F64 => "f64",
        Type::Char => "char",
        Type::String => "string",
        Type::ErrorContext => "error-context",
        Type::Id(_) => "",
    }
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>() + ".").unwrap_or_default()
}

fn paragraph(docs: &Docs) -> String {
    docs.contents.as_ref().map(|text| format!("{}\n\n", text.trim())).unwrap_or_default()
}

/// In a table: on one line, and no bar ends it.
fn cell(docs: &Docs) -> String {
    let text = docs.contents.as_deref().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// A page's name beside the anchors that its headings have.
    fn anchors(name: &str, text: &str) -> Vec<String> {
        let headings = text.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")));
        headings.map(|it| format!("{name}#{}", it.to_lowercase().replace(' ', "-").replace(['`', '.'], ""))).collect()
    }

    #[test]
    fn every_link_leads_to_a_heading_that_stands_once() {
        let pages = pages(&root().join("wit")).unwrap();
        let all: Vec<String> = pages.iter().flat_map(|(name, text)| anchors(name, text)).collect();
        let known: BTreeSet<&String> = all.iter().collect();
        assert_eq!(known.len(), all.len(), "two headings have one anchor");
        let mut links = 0;
        for (name, text) in &pages {
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let whole = if link.starts_with('#') { format!("{name}{link}") } else { link.to_owned() };
                assert!(known.contains(&whole), "{name}: {link}");
                links += 1;
            }
        }
        assert!(pages.len() >= 4 && links > 100, "{} pages, {links} links", pages.len());
    }

    #[test]
    fn a_page_says_fields_cases_functions_and_worlds() {
        let pages = pages(&root().join("wit")).unwrap();
        let (_, hunt) = pages.iter().find(|(name, _)| name == "hunt-0.1.0.md").unwrap();
        for line in [
            "# huntsmith:hunt 0.1.0",
            "| exports | [`huntsmith:hunt/emitter@0.1.0`](#interface-emitter) |  |",
            "| `properties` | [`list<property>`](host-0.1.0.md#property) |  |",
            "| `any-run` |  |  |",
            "emit: func(ctx: context, hunts: list<hunt>, target: target) -> list<result<list<artifact>, list<refusal>>>",
        ] {
            assert!(hunt.lines().any(|it| it == line), "{line}\n{hunt}");
        }
    }
}
