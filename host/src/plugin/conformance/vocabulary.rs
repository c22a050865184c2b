//! The contract's words for events, read from VOCABULARY.md itself, so that there is one list of them.

use crate::model::EventClass;

const TEXT: &str = include_str!("../../../../wit/VOCABULARY.md");

/// Refusal codes of emitters, in VOCABULARY's order.
pub(super) fn refusal_codes() -> Vec<&'static str> {
    rows("## Refusal codes").filter_map(|row| words(row[0]).first().copied()).collect()
}

/// Every event class with the fields that its events have.
pub(super) fn event_classes() -> Vec<(EventClass, Vec<&'static str>)> {
    let mut classes = Vec::new();
    for row in rows("## Event classes and fields") {
        for name in row[0].split([',', '(']) {
            let parts = words(name);
            let class = match parts[..] {
                [category] => EventClass { category: Some(category.into()), ..Default::default() },
                [product, service] => {
                    EventClass { category: None, product: Some(product.into()), service: Some(service.into()) }
                }
                _ => continue,
            };
            classes.push((class, fields(row[1])));
        }
    }
    classes
}

/// The first cells of the rows of a section's tables, without their heads.
fn rows(heading: &str) -> impl Iterator<Item = [&'static str; 2]> {
    let section = TEXT.split_once(heading).map_or("", |(_, rest)| rest);
    let section = section.split_once("\n## ").map_or(section, |(own, _)| own);
    section.lines().filter(|line| line.starts_with("| `")).filter_map(|line| {
        let mut cells = line.trim_matches('|').split('|');
        Some([cells.next()?.trim(), cells.next()?.trim()])
    })
}

/// The words between backquotes.
fn words(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Fields and their other names; what stands in parentheses as a list is the field's values, not its names.
fn fields(cell: &'static str) -> Vec<&'static str> {
    let cell = cell.split_once(';').map_or(cell, |(fields, _)| fields);
    let mut found = Vec::new();
    for (index, piece) in cell.split(['(', ')']).enumerate() {
        let names = words(piece);
        let other_name = names.len() == 1 && !names[0].starts_with('\\') && !piece.contains(' ');
        if index % 2 == 0 || other_name {
            found.extend(names);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_read_with_their_other_names() {
        let classes = event_classes();
        let class = |name: &str| classes.iter().find(|(class, _)| class.category.as_deref() == Some(name)).unwrap();
        assert!(class("dns_query").1.contains(&"QueryName") && class("dns").1.contains(&"query"));
        assert!(class("service_creation").1.contains(&"ImagePath"));
        let pipes = &class("pipe_created").1;
        assert!(pipes.contains(&"PipeName") && !pipes.iter().any(|field| field.contains('\\')), "{pipes:?}");
        let logons = &class("authentication").1;
        assert!(logons.contains(&"SourceIp") && !logons.contains(&"success"), "{logons:?}");
        let cloud = |class: &&(EventClass, Vec<&str>)| class.0.service.as_deref() == Some("cloudtrail");
        assert!(classes.iter().find(cloud).unwrap().1.contains(&"eventName"));
        assert!(classes.len() > 25 && classes.iter().all(|(_, fields)| !fields.is_empty()));
    }

    #[test]
    fn refusal_codes_are_those_of_the_contract() {
        let codes = refusal_codes();
        assert!(
            codes.contains(&"unsupported-class") && codes.contains(&"invalid-options") && codes.len() == 9,
            "{codes:?}"
        );
    }
}
