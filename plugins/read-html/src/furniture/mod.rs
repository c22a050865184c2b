//! Page furniture: what a page carries around its article, recognised by element, role and name ([`names`]), and by the
//! few set phrases that sites print into the text itself ([`phrases`]).

mod names;
pub mod phrases;

use crate::attributes::Attribute;
use crate::content::Measure;
use crate::tables::is_gutter;
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};

/// Whether a reader of the page would not see the element.
pub fn is_hidden(tree: &Tree, id: NodeId) -> bool {
    // A tab that is not in front is a click away.
    if tree.attribute(id, Attribute::Role).is_some_and(|role| role.eq_ignore_ascii_case("tabpanel")) {
        return false;
    }
    if tree.attribute(id, Attribute::Hidden).is_some()
        || tree.attribute(id, Attribute::AriaHidden).is_some_and(|v| v == "true")
    {
        return true;
    }
    tree.attribute(id, Attribute::Style).is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}

/// Where an element stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// In a page, not in a fragment.
    pub page: bool,
    /// In an `article` or `main`.
    pub article: bool,
    /// In a table that only places things on the page.
    pub layout: bool,
}

/// Whether an element is furniture by what it is and what it calls itself.
pub fn is_furniture(tree: &Tree, id: NodeId, measure: Measure, place: Place) -> bool {
    let outside = place.page && !place.article;
    let tag = tree.nodes[id as usize].tag;
    match tag {
        Tag::Nav => return true,
        Tag::Header | Tag::Footer | Tag::Aside if outside => return true,
        Tag::Footer if measure.text < 400 || measure.link_density() > 40 => return true,
        Tag::Aside | Tag::Form if measure.link_density() > 33 || measure.text < 80 => return true,
        Tag::Td => {
            let gutter = tree.attribute(id, Attribute::Class).is_some_and(|class| is_gutter(&class));
            return gutter || (place.layout && outside && is_menu(tree, id, measure));
        }
        Tag::Html
        | Tag::Body
        | Tag::Article
        | Tag::Main
        | Tag::Table
        | Tag::Tbody
        | Tag::Thead
        | Tag::Tr
        | Tag::Th
        | Tag::Pre
        | Tag::Code
        | Tag::Img
        | Tag::Br => return false,
        _ if tag.heading().is_some() => return false,
        _ => {}
    }
    if let Some(role) = tree.attribute(id, Attribute::Role)
        && matches!(
            &*role.to_ascii_lowercase(),
            "navigation"
                | "banner"
                | "contentinfo"
                | "search"
                | "complementary"
                | "dialog"
                | "alertdialog"
                | "menu"
                | "menubar"
                | "tablist"
                | "toolbar"
        )
    {
        return true;
    }
    let named = |attribute| {
        tree.attribute(id, attribute)
            .is_some_and(|names| names.split_ascii_whitespace().take(24).any(names::is_furniture))
    };
    if named(Attribute::Class) || named(Attribute::Id) {
        return true;
    }
    // A list of nothing but links into the same page is its table of contents.
    matches!(tag, Tag::Ul | Tag::Ol) && place.page && measure.link_density() >= 95 && only_fragments(tree, id)
}

/// A cell of links and nothing else: a menu, or a banner.
fn is_menu(tree: &Tree, id: NodeId, measure: Measure) -> bool {
    let has_link = || (id + 1..tree.nodes[id as usize].end).any(|child| tree.nodes[child as usize].tag == Tag::A);
    measure.text < 400 && (measure.link_density() >= 80 || (measure.text == 0 && has_link()))
}

fn only_fragments(tree: &Tree, id: NodeId) -> bool {
    let mut links = 0;
    for child in id + 1..tree.nodes[id as usize].end {
        if tree.nodes[child as usize].tag == Tag::A {
            match tree.attribute(child, Attribute::Href) {
                Some(href) if href.starts_with('#') => links += 1,
                _ => return false,
            }
        }
    }
    links > 1
}
