//! Tables: which of them hold data, and where each cell stands.

use crate::attributes::Attribute;
use crate::tags::Tag;
use crate::tree::{NodeId, Tree};
use huntsmith_sdk::article::Cell;

/// A table that is being read: rows and columns from 0, spans counted in.
#[derive(Debug)]
pub struct Grid {
    pub end: NodeId,
    /// Where its `thead` ends.
    pub head_ends: NodeId,
    table: u32,
    row: u32,
    column: u32,
    started: bool,
    /// By column: how many rows below a cell of it still covers.
    covered: Vec<u32>,
}

impl Grid {
    pub fn new(table: u32, end: NodeId) -> Grid {
        Grid { end, head_ends: 0, table, row: 0, column: 0, started: false, covered: Vec::new() }
    }

    pub fn next_row(&mut self) {
        if self.started {
            self.row += 1;
            for rows in &mut self.covered {
                *rows = rows.saturating_sub(1);
            }
        }
        self.started = true;
        self.column = 0;
    }

    /// Places a cell in the current row, behind the cells that reach down from the rows above.
    pub fn next_cell(&mut self, columns: u32, rows: u32, header: bool) -> Cell {
        self.started = true;
        while self.covered.get(self.column as usize).is_some_and(|rows| *rows > 0) {
            self.column += 1;
        }
        let cell = Cell { table: self.table, row: self.row, column: self.column, header };
        // The standard's bounds for colspan and rowspan.
        let (columns, rows) = (columns.clamp(1, 1000), rows.min(65_534));
        let to = (self.column + columns).min(4096);
        if rows > 1 {
            self.covered.resize(self.covered.len().max(to as usize), 0);
            for column in &mut self.covered[self.column.min(to) as usize..to as usize] {
                *column = rows;
            }
        }
        self.column = to;
        cell
    }
}

/// Whether a table holds data: more than one cell, and neither headings nor tables in it. Others only place things on
/// the page, and their cells are read as paragraphs. Ends at the first sign, so that nesting costs nothing.
pub fn is_data_table(tree: &Tree, id: NodeId) -> bool {
    if tree.attribute(id, Attribute::Role).is_some_and(|role| matches!(&*role, "presentation" | "none")) {
        return false;
    }
    let mut cells = 0;
    for node in &tree.nodes[id as usize + 1..tree.nodes[id as usize].end as usize] {
        match node.tag {
            Tag::Table | Tag::H1 | Tag::H2 | Tag::H3 | Tag::Article => return false,
            Tag::Td | Tag::Th => cells += 1,
            _ => {}
        }
    }
    cells > 1
}

/// The column of line numbers beside a listing, by the cell's class.
pub fn is_gutter(class: &str) -> bool {
    class.split_ascii_whitespace().any(|c| {
        matches!(c, "gutter" | "lineno" | "linenos" | "line-numbers" | "blob-num" | "rouge-gutter" | "hljs-ln-numbers")
    })
}

/// The code of a table that is a listing: a column of line numbers, and one cell beside it in each row.
pub fn listing(tree: &Tree, id: NodeId) -> Option<String> {
    let end = tree.nodes[id as usize].end;
    let (mut code, mut gutters, mut cells) = (String::new(), 0, 0);
    let mut at = id + 1;
    while at < end {
        let node = &tree.nodes[at as usize];
        match node.tag {
            Tag::Table | Tag::Th => return None,
            Tag::Td if tree.attribute(at, Attribute::Class).is_some_and(|class| is_gutter(&class)) => gutters += 1,
            Tag::Td => {
                cells += 1;
                if cells != gutters {
                    return None;
                }
                let line: String = (at + 1..node.end).map(|below| tree.text(below)).collect();
                code.push_str(line.trim_end_matches('\n'));
                code.push('\n');
            }
            _ => {
                at += 1;
                continue;
            }
        }
        at = node.end;
    }
    (gutters > 0 && cells == gutters).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::Grid;

    #[test]
    fn cells_find_their_columns() {
        let mut grid = Grid::new(3, 0);
        grid.next_row();
        let first = grid.next_cell(1, 2, true);
        let wide = grid.next_cell(2, 1, true);
        grid.next_row();
        let below = grid.next_cell(1, 1, false);
        assert_eq!((first.row, first.column, first.table), (0, 0, 3));
        assert_eq!((wide.row, wide.column), (0, 1));
        assert_eq!((below.row, below.column), (1, 1));
    }
}
