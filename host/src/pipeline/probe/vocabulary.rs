//! The contract's event classes and fields, out of the one place that lists them.

use crate::model::EventClass;

/// The contract's words.
const VOCABULARY: &str = include_str!("../../../../wit/VOCABULARY.md");

/// A class and the fields that its events may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub class: EventClass,
    pub fields: Vec<String>,
}

/// Every class of the table under "Event classes and fields", in its order.
pub fn classes() -> Vec<Known> {
    let rows = VOCABULARY
        .lines()
        .skip_while(|line| *line != "## Event classes and fields")
        .skip_while(|line| !line.starts_with("|---"))
        .skip(1)
        .take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (classes, fields) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let fields: Vec<String> = words(fields).map(str::to_owned).collect();
        classes_of(classes).into_iter().map(move |class| Known { class, fields: fields.clone() })
    })
    .collect()
}

/// What stands between backticks and is a name.
fn words(cell: &str) -> impl Iterator<Item = &str> {
    let name = |word: &&str| word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    cell.split('`').skip(1).step_by(2).filter(name)
}

/// `category`, or `product`/`service`, or several.
fn classes_of(cell: &str) -> Vec<EventClass> {
    let mut classes: Vec<EventClass> = Vec::new();
    let pieces: Vec<&str> = cell.split('`').collect();
    for (place, word) in pieces.iter().enumerate().skip(1).step_by(2) {
        match classes.last_mut() {
            Some(class) if pieces[place - 1].trim() == "/" => {
                class.product = class.category.take();
                class.service = Some((*word).to_owned());
            }
            _ => classes.push(EventClass { category: Some((*word).to_owned()), ..Default::default() }),
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_as_it_is_meant() {
        let known = classes();
        let class = |category: &str| {
            let wanted = EventClass { category: Some(category.into()), ..Default::default() };
            known.iter().find(|known| known.class == wanted).unwrap_or_else(|| panic!("{category}"))
        };
        assert!(class("process_creation").fields.contains(&"CommandLine".to_owned()));
        assert!(class("service_creation").fields == class("create_service").fields);
        assert!(!class("pipe_created").fields.iter().any(|field| field.contains('\\')));
        let cloud =
            EventClass { product: Some("aws".into()), service: Some("cloudtrail".into()), ..Default::default() };
        assert!(known.iter().any(|known| known.class == cloud));
        assert!(known.len() >= 25, "{}", known.len());
    }
}
