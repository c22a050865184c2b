//! What a source states in structured form, written out as a page that a reader can read: headings, paragraphs and
//! tables. All text is the source's and is escaped.

use crate::article::Document;

/// A page in the making.
#[derive(Debug)]
pub struct Report {
    html: String,
}

impl Report {
    /// Begins with the title.
    pub fn new(title: &str) -> Report {
        Report { html: format!("<h1>{}</h1>\n", escape(title)) }
    }

    /// Adds a heading below the title.
    pub fn heading(&mut self, text: &str) {
        self.html.push_str(&format!("<h2>{}</h2>\n", escape(text)));
    }

    /// Adds running text; a blank line parts paragraphs.
    pub fn text(&mut self, text: &str) {
        for paragraph in text.replace("\r\n", "\n").split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            self.html.push_str(&format!("<p>{}</p>\n", escape(paragraph.trim()).replace('\n', "<br>")));
        }
    }

    /// Adds a table under a heading; without rows, neither.
    pub fn table<const N: usize>(&mut self, heading: &str, columns: [&str; N], rows: &[[String; N]]) {
        if rows.is_empty() {
            return;
        }
        self.heading(heading);
        let row = |cells: &mut dyn Iterator<Item = String>, tag: &str| {
            let cells: String = cells.map(|cell| format!("<{tag}>{}</{tag}>", escape(&cell))).collect();
            format!("<tr>{cells}</tr>\n")
        };
        self.html.push_str("<table>\n");
        self.html.push_str(&row(&mut columns.iter().map(|name| (*name).to_string()), "th"));
        rows.iter().for_each(|cells| self.html.push_str(&row(&mut cells.iter().cloned(), "td")));
        self.html.push_str("</table>\n");
    }

    /// The page as a document; `base` is where it came from.
    pub fn finish(self, base: Option<&str>) -> Document {
        Document {
            name: None,
            media_type: "text/html; charset=utf-8".to_string(),
            base_url: base.map(str::to_string),
            bytes: self.html.into_bytes(),
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn everything_is_escaped_and_empty_tables_are_left_out() {
        let mut report = Report::new("a<b");
        report.text("one\n\n\n\ntwo & <script>");
        report.table("None", ["x"], &[]);
        report.table("Some", ["Value"], &[["<td>".to_string()]]);
        assert_eq!(
            String::from_utf8(report.finish(None).bytes).unwrap(),
            "<h1>a&lt;b</h1>\n<p>one</p>\n<p>two &amp; &lt;script&gt;</p>\n<h2>Some</h2>\n<table>\n<tr><th>Value</th></tr>\n\
             <tr><td>&lt;td&gt;</td></tr>\n</table>\n"
        );
    }
}
