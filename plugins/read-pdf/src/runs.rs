//! A page's content stream to runs of text with their places: the text operators of ISO 32000, 9.4.

use crate::fonts::{Font, follow, number};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};
use std::collections::BTreeMap;

/// Text that was shown at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub x: f32,
    pub y: f32,
    /// Where it ends.
    pub end: f32,
    /// Font size on the page.
    pub size: f32,
    pub text: String,
}

/// A page's content may be this large when decompressed, and hold forms this deep.
const LARGEST_CONTENT: usize = 64 << 20;
const DEEPEST_FORM: usize = 4;

type Matrix = [f32; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn multiply(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

/// The runs of a page, in the order in which they are drawn.
///
/// # Errors
/// What is wrong with the page's content.
pub fn of_page(document: &Document, page: ObjectId) -> Result<Vec<Run>, String> {
    let content = document.get_page_content_with_limit(page, LARGEST_CONTENT).map_err(|e| e.to_string())?;
    let fonts = document.get_page_fonts(page).unwrap_or_default();
    let mut runs = Vec::new();
    let mut resources = Vec::new();
    if let Ok((own, inherited)) = document.get_page_resources(page) {
        resources.extend(own);
        resources.extend(inherited.iter().filter_map(|id| document.get_dictionary(*id).ok()));
    }
    let mut walk = Walk { document, runs: &mut runs, budget: LARGEST_CONTENT };
    walk.content(&content, &fonts, &resources, IDENTITY, 0)?;
    Ok(runs)
}

struct Walk<'a, 'b> {
    document: &'a Document,
    runs: &'b mut Vec<Run>,
    /// Bytes that forms may still decompress to: one form drawn a thousand times counts a thousand times.
    budget: usize,
}

/// The graphics and text state that text needs.
#[derive(Clone)]
struct State {
    page: Matrix,
    font: Vec<u8>,
    size: f32,
    leading: f32,
    character: f32,
    word: f32,
    scale: f32,
}

impl<'a> Walk<'a, '_> {
    fn content(
        &mut self,
        content: &[u8],
        dictionaries: &BTreeMap<Vec<u8>, &'a Dictionary>,
        resources: &[&'a Dictionary],
        page: Matrix,
        depth: usize,
    ) -> Result<(), String> {
        let operations = Content::decode(content).map_err(|e| e.to_string())?.operations;
        let fonts: BTreeMap<&[u8], Font> =
            dictionaries.iter().map(|(name, font)| (name.as_slice(), Font::read(self.document, font))).collect();
        let mut state =
            State { page, font: Vec::new(), size: 1.0, leading: 0.0, character: 0.0, word: 0.0, scale: 1.0 };
        let mut saved: Vec<State> = Vec::new();
        let (mut text, mut line) = (IDENTITY, IDENTITY);
        for operation in &operations {
            let operands = &operation.operands;
            let at = |index: usize| operands.get(index).and_then(number).unwrap_or(0.0);
            let next_line = |x: f32, y: f32, line: &mut Matrix| {
                *line = multiply([1.0, 0.0, 0.0, 1.0, x, y], *line);
                *line
            };
            match operation.operator.as_str() {
                "q" if saved.len() < 256 => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.page = multiply([at(0), at(1), at(2), at(3), at(4), at(5)], state.page),
                "BT" => (text, line) = (IDENTITY, IDENTITY),
                "Tf" => {
                    state.font = operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default().to_vec();
                    state.size = at(1);
                }
                "TL" => state.leading = at(0),
                "Tc" => state.character = at(0),
                "Tw" => state.word = at(0),
                "Tz" => state.scale = at(0) / 100.0,
                "Td" => text = next_line(at(0), at(1), &mut line),
                "TD" => {
                    state.leading = -at(1);
                    text = next_line(at(0), at(1), &mut line);
                }
                "Tm" => {
                    line = [at(0), at(1), at(2), at(3), at(4), at(5)];
                    text = line;
                }
                "T*" => text = next_line(0.0, -state.leading, &mut line),
                "'" | "\"" => {
                    if operation.operator == "\"" {
                        (state.word, state.character) = (at(0), at(1));
                    }
                    text = next_line(0.0, -state.leading, &mut line);
                    if let Some(shown) = operands.last() {
                        self.show(shown, &fonts, &state, &mut text);
                    }
                }
                "Tj" => {
                    if let Some(shown) = operands.first() {
                        self.show(shown, &fonts, &state, &mut text);
                    }
                }
                "TJ" => {
                    for part in operands.first().and_then(|list| list.as_array().ok()).into_iter().flatten() {
                        match number(part) {
                            Some(back) => {
                                let shift = -back / 1000.0 * state.size * state.scale;
                                text = multiply([1.0, 0.0, 0.0, 1.0, shift, 0.0], text);
                            }
                            None => self.show(part, &fonts, &state, &mut text),
                        }
                    }
                }
                "Do" if depth < DEEPEST_FORM => {
                    if let Some(name) = operands.first().and_then(|name| name.as_name().ok()) {
                        self.form(name, resources, state.page, depth);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn show(&mut self, shown: &Object, fonts: &BTreeMap<&[u8], Font>, state: &State, text: &mut Matrix) {
        let Ok(codes) = shown.as_str() else { return };
        let Some(font) = fonts.get(state.font.as_slice()) else { return };
        let (thousandths, count, spaces) = font.width(codes);
        let advance = (thousandths / 1000.0 * state.size + state.character * count as f32 + state.word * spaces as f32)
            * state.scale;
        let place = multiply(*text, state.page);
        *text = multiply([1.0, 0.0, 0.0, 1.0, advance, 0.0], *text);
        let end = multiply(*text, state.page);
        let shown = font.text(codes);
        if !shown.is_empty() && place.iter().chain(&end).all(|n| n.is_finite()) {
            let size = state.size.abs() * (place[2] * place[2] + place[3] * place[3]).sqrt();
            self.runs.push(Run { x: place[4], y: place[5], end: end[4], size: size.max(0.1), text: shown });
        }
    }

    /// A form is content of its own, with resources of its own.
    fn form(&mut self, name: &[u8], resources: &[&'a Dictionary], page: Matrix, depth: usize) {
        let find = || {
            resources.iter().find_map(|resources| {
                let objects = follow(self.document, resources.get(b"XObject").ok()?).as_dict().ok()?;
                follow(self.document, objects.get(name).ok()?).as_stream().ok()
            })
        };
        let Some(stream) = find() else { return };
        if !stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|subtype| subtype == b"Form") {
            return;
        }
        let Ok(content) = stream.decompressed_content_with_limit(self.budget) else { return };
        self.budget = self.budget.saturating_sub(content.len().max(1024));
        let matrix = stream.dict.get(b"Matrix").ok().and_then(|m| follow(self.document, m).as_array().ok()).and_then(
            |numbers| {
                let numbers: Option<Vec<f32>> = numbers.iter().map(number).collect();
                Matrix::try_from(numbers?).ok()
            },
        );
        let own = stream.dict.get(b"Resources").ok().and_then(|r| follow(self.document, r).as_dict().ok());
        let mut fonts = BTreeMap::new();
        if let Some(listed) = own.and_then(|own| follow(self.document, own.get(b"Font").ok()?).as_dict().ok()) {
            for (name, font) in listed.iter() {
                if let Ok(font) = follow(self.document, font).as_dict() {
                    fonts.insert(name.clone(), font);
                }
            }
        }
        let own: Vec<&Dictionary> = own.into_iter().collect();
        // What is wrong with a form costs its own text only.
        let _ = self.content(&content, &fonts, &own, multiply(matrix.unwrap_or(IDENTITY), page), depth + 1);
    }
}
