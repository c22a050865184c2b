//! Which part of a page is the article: elements that are furniture are set aside, then the smallest container that
//! holds nearly all that is left is taken. In the manner of readability ports, text counts by how much it reads like
//! prose; unlike them, tables, code and short lists inside the container are never scored away, for that is where
//! reports keep their indicators.

use crate::attributes::Attribute;
use crate::furniture::{self, Place};
use crate::tables::is_data_table;
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};

/// Text below a node, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measure {
    pub text: u32,
    /// Of it, in links.
    pub linked: u32,
    /// How much of it reads like an article.
    pub weight: u32,
}

impl Measure {
    /// Share of the text that is link text, in per cent.
    pub fn link_density(&self) -> u32 {
        if self.text == 0 { 0 } else { (u64::from(self.linked) * 100 / u64::from(self.text)) as u32 }
    }
}

/// The article's place in a tree.
#[derive(Debug)]
pub struct Selection {
    pub root: NodeId,
    /// By node: set aside, with everything below it.
    pub dropped: Vec<bool>,
    pub measures: Vec<Measure>,
    /// How many elements were set aside as furniture, and how many because a reader would not see them.
    pub furniture: usize,
    pub hidden: usize,
}

impl Selection {
    /// All of a fragment but what has no text in it: it is the article, or a summary of it.
    pub fn of_fragment(tree: &Tree) -> Selection {
        let measures = measure(tree, |id| tree.nodes[id as usize].tag.is_silent());
        let mut selection = Selection { root: 0, dropped: Vec::new(), measures, furniture: 0, hidden: 0 };
        selection.set_aside(tree, false);
        selection
    }

    /// The article of a page.
    pub fn of_page(tree: &Tree) -> Selection {
        let measures = measure(tree, |id| tree.nodes[id as usize].tag.is_silent());
        let mut selection = Selection { root: 0, dropped: Vec::new(), measures, furniture: 0, hidden: 0 };
        selection.set_aside(tree, true);
        selection.measures = measure(tree, |id| selection.dropped[id as usize]);
        selection.root = selection.find_root(tree);
        selection
    }

    fn set_aside(&mut self, tree: &Tree, is_page: bool) {
        let total = self.measures[0].text;
        let mut dropped = vec![false; tree.nodes.len()];
        let nowhere = Place { page: is_page, article: false, layout: false };
        let mut places = vec![nowhere; tree.nodes.len()];
        for id in 1..tree.nodes.len() {
            let node = &tree.nodes[id];
            let parent = node.parent as usize;
            places[id] = places[parent];
            places[id].article |= matches!(node.tag, Tag::Article | Tag::Main);
            if node.tag == Tag::Table {
                places[id].layout = !is_data_table(tree, id as NodeId);
            }
            if dropped[parent] {
                dropped[id] = true;
                continue;
            }
            if node.is_text {
                continue;
            }
            if node.tag.is_silent() {
                dropped[id] = true;
                continue;
            }
            let measure = self.measures[id];
            // What holds a large part of the page's words is not furniture, whatever it calls itself.
            let prose = measure.text - measure.linked;
            if u64::from(prose) * 5 > u64::from(total) * 2 {
                continue;
            }
            if furniture::is_hidden(tree, id as NodeId) {
                dropped[id] = true;
                self.hidden += usize::from(measure.text > 0);
            } else if furniture::is_furniture(tree, id as NodeId, measure, places[id]) {
                dropped[id] = true;
                self.furniture += usize::from(measure.text > 0);
            }
        }
        self.dropped = dropped;
    }

    fn find_root(&self, tree: &Tree) -> NodeId {
        let total = u64::from(self.measures[0].weight);
        let weight = |id: NodeId| u64::from(self.measures[id as usize].weight);
        let mut root = 0;
        for (id, node) in tree.nodes.iter().enumerate().skip(1) {
            let id = id as NodeId;
            if self.dropped[id as usize] || node.is_text || weight(id) * 2 < total || total == 0 {
                continue;
            }
            let semantic = matches!(node.tag, Tag::Article | Tag::Main)
                || tree.attribute(id, Attribute::Role).is_some_and(|role| role == "main" || role == "article")
                || tree.attribute(id, Attribute::Itemprop).is_some_and(|item| item.contains("articleBody"));
            if semantic && weight(id) * 100 >= weight(root) * if root == 0 { 50 } else { 85 } {
                root = id;
            }
        }
        if root != 0 {
            return root;
        }
        loop {
            let end = tree.nodes[root as usize].end;
            let mut child = root + 1;
            let mut best = None;
            while child < end {
                let container = matches!(
                    tree.nodes[child as usize].tag,
                    Tag::Html | Tag::Body | Tag::Div | Tag::Section | Tag::Center | Tag::Form | Tag::Other
                ) && !tree.nodes[child as usize].is_text;
                if container && weight(child) * 100 >= weight(root) * 92 && weight(child) > 0 {
                    best = Some(child);
                    break;
                }
                child = tree.nodes[child as usize].end;
            }
            match best {
                Some(child) => root = child,
                None => return root,
            }
        }
    }
}

/// Measures every node in one walk from the last to the first: children come after their parents.
fn measure(tree: &Tree, skip: impl Fn(NodeId) -> bool) -> Vec<Measure> {
    let mut measures = vec![Measure::default(); tree.nodes.len()];
    // By node: in a link, in a cell or code, skipped.
    let mut flags = vec![(false, false, false); tree.nodes.len()];
    for id in 1..tree.nodes.len() {
        let node = &tree.nodes[id];
        let (linked, solid, skipped) = flags[node.parent as usize];
        flags[id] = (
            linked || node.tag == Tag::A,
            solid || matches!(node.tag, Tag::Td | Tag::Th | Tag::Pre | Tag::Code),
            skipped || skip(id as NodeId),
        );
        let (linked, solid, skipped) = flags[id];
        if node.is_text && !skipped {
            let text = tree.written_length(id as NodeId) as u32;
            let weight = match () {
                () if linked => text / 5,
                () if solid || text >= 25 => text,
                () => text / 4,
            };
            measures[id] = Measure { text, linked: if linked { text } else { 0 }, weight };
        }
    }
    for id in (1..tree.nodes.len()).rev() {
        let below = measures[id];
        let parent = &mut measures[tree.nodes[id].parent as usize];
        parent.text = parent.text.saturating_add(below.text);
        parent.linked = parent.linked.saturating_add(below.linked);
        parent.weight = parent.weight.saturating_add(below.weight);
    }
    measures
}
