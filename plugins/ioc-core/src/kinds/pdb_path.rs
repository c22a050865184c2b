//! Paths of program databases, which compilers write into the programs that they make (Microsoft, "PE Format", debug type
//! CodeView): they show how the author's folders are called.

/// Whether a path is one.
pub fn is_one(path: &str) -> bool {
    path.len().checked_sub(4).and_then(|at| path.get(at..)).is_some_and(|ending| ending.eq_ignore_ascii_case(".pdb"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::Finds;
    use crate::kinds::file_path;

    #[test]
    fn the_ending_makes_it_one() {
        let mut finds = Finds::default();
        let text = "D:\\work\\Rat 2\\Release\\Client.PDB was left";
        file_path::read_windows(&mut finds, text, 0, 3);
        let found = &finds.found[0];
        assert_eq!((found.kind, found.value.as_str()), ("pdb_path", "D:\\work\\Rat 2\\Release\\Client.PDB"));
        assert!(!is_one("pdb") && !is_one("C:\\a.pdb.exe"));
    }
}
