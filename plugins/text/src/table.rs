//! Tables in plain text: rows of cells between `|`.

use crate::Range;
use crate::layout::UnitKind;
use std::collections::BTreeMap;

/// Tables of plain text are numbered from here on, apart from those that a reader found.
const FIRST_TABLE: u32 = 1 << 24;
/// A row has at least so many bars: a shell's pipeline has fewer, or stands alone.
const BARS: usize = 2;

/// The cells of each line that is a table's row, by the line's index.
pub struct PipeTables(BTreeMap<usize, Vec<(Range, UnitKind)>>);

impl PipeTables {
    /// Rows are two lines or more in a row with the same number of bars.
    pub fn of(text: &str, lines: &[Range]) -> Self {
        let bars: Vec<usize> = lines.iter().map(|line| bars(&text[line.clone()])).collect();
        let mut rows = BTreeMap::new();
        let (mut table, mut row) = (FIRST_TABLE, 0);
        for (index, line) in lines.iter().enumerate() {
            let goes_on = index > 0 && bars[index] == bars[index - 1];
            let begins = bars.get(index + 1) == Some(&bars[index]);
            if bars[index] < BARS || !(goes_on || begins) {
                continue;
            }
            (table, row) = if goes_on { (table, row + 1) } else { (table + 1, 0) };
            let cells = cells(text, line.clone())
                .enumerate()
                .map(|(column, range)| (range, UnitKind::Cell { table, row, column: column as u32, header: row == 0 }));
            rows.insert(index, cells.filter(|(range, _)| !is_rule(&text[range.clone()])).collect());
        }
        Self(rows)
    }

    /// The cells of the line with this index, in the order of their columns; `None` where it is no row.
    pub fn take(&mut self, line: usize) -> Option<Vec<(Range, UnitKind)>> {
        self.0.remove(&line)
    }
}

fn bars(line: &str) -> usize {
    line.bytes().filter(|byte| *byte == b'|').count()
}

/// The parts between bars, without blanks around them.
fn cells(text: &str, line: Range) -> impl Iterator<Item = Range> {
    let outer = &text[line.clone()];
    let inner = outer.strip_prefix('|').unwrap_or(outer);
    let mut start = line.start + (outer.len() - inner.len());
    inner.strip_suffix('|').unwrap_or(inner).split('|').map(move |cell| {
        let begin = start + (cell.len() - cell.trim_start().len());
        start += cell.len() + 1;
        begin..begin + cell.trim().len()
    })
}

/// Nothing, or the line below a table's head.
fn is_rule(cell: &str) -> bool {
    cell.chars().all(|c| matches!(c, '-' | ':' | '='))
}

#[cfg(test)]
mod tests {
    use super::PipeTables;

    #[test]
    fn rows_need_company() {
        let text = "a | b | c\n|--|--|\n| x | | T1059 |\n|y|z|w|\ncat a | grep b | sort";
        let lines: Vec<_> = text
            .split('\n')
            .scan(0, |at, line| {
                let start = *at;
                *at += line.len() + 1;
                Some(start..start + line.len())
            })
            .collect();
        let mut tables = PipeTables::of(text, &lines);
        assert!(tables.take(0).is_none() && tables.take(4).is_none());
        let cells: Vec<&str> = tables.take(2).unwrap().into_iter().map(|(range, _)| &text[range]).collect();
        assert_eq!(cells, ["x", "T1059"]);
        assert_eq!(tables.take(3).unwrap().len(), 3);
    }
}
