//! What the evaluator knows of events as data: classes that hold others, other names of fields, the time
//! (`data/events.toml`).

use crate::model::EventClass;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The table of `data/events.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTable {
    /// Fields that hold an event's time, best first.
    pub time: Vec<String>,
    /// Fields that hold several digests as `ALGORITHM=hex,…`.
    pub digests: Vec<String>,
    /// Fields of the process that did something, which events of any class may carry.
    actor: Vec<String>,
    signs: BTreeMap<String, Vec<String>>,
    classes: BTreeMap<String, Vec<String>>,
    fields: BTreeMap<String, Vec<String>>,
}

impl EventTable {
    /// Reads a table.
    ///
    /// # Errors
    /// It is no TOML of this form.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The table that ships.
    pub fn shipped() -> Self {
        Self::parse(include_str!("../../../data/events.toml")).expect("the shipped table is tested")
    }

    /// Whether a search over `wanted` takes events of `class`. What `wanted` leaves open goes with anything; a product
    /// beside a category is not compared, as VOCABULARY.md says.
    pub fn takes(&self, wanted: &EventClass, class: &EventClass) -> bool {
        let open = |wanted: &Option<String>, class: &Option<String>| wanted.is_none() || wanted == class;
        let same = match &wanted.category {
            Some(category) => class.category.as_ref() == Some(category),
            None => {
                class.category.is_none()
                    && open(&wanted.product, &class.product)
                    && open(&wanted.service, &class.service)
            }
        };
        same || self.classes.get(&class_name(wanted)).is_some_and(|held| held.contains(&class_name(class)))
    }

    /// Whether an event that says no class can be of `wanted`: it carries a sign of that class, and none of others beside
    /// what any event may say of the process. None: the class has no signs.
    pub fn shows(&self, wanted: &EventClass, carries: impl Fn(&str) -> bool) -> Option<bool> {
        let own = self.signs.get(&class_name(wanted))?;
        let foreign = |sign: &&String| !own.contains(sign) && !self.actor.contains(sign);
        let others = self.signs.values().flatten().filter(foreign);
        Some(own.iter().any(|sign| carries(sign)) && !others.into_iter().any(|sign| carries(sign)))
    }

    /// The other names of a field, best first.
    pub fn other_names(&self, field: &str) -> &[String] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }
}

/// A class as people write it: `process_creation`, `windows/security`, `aws`. A category says enough by itself.
pub fn class_name(class: &EventClass) -> String {
    match (&class.category, &class.product, &class.service) {
        (Some(category), _, _) => category.clone(),
        (None, Some(product), Some(service)) => format!("{product}/{service}"),
        (None, Some(product), None) => product.clone(),
        (None, None, Some(service)) => format!("*/{service}"),
        (None, None, None) => String::new(),
    }
}

/// The class that people mean by `process_creation` or `product/service`; none for an empty text.
pub fn parse_class(text: &str) -> Option<EventClass> {
    let text = text.trim();
    Some(match text.split_once('/') {
        None if text.is_empty() => return None,
        None => EventClass { category: Some(text.to_owned()), ..EventClass::default() },
        Some((product, service)) => EventClass {
            category: None,
            product: Some(product.to_owned()).filter(|product| product != "*"),
            service: Some(service.to_owned()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_as_they_are_written() {
        for name in ["process_creation", "windows/security", "*/sysmon"] {
            assert_eq!(class_name(&parse_class(name).unwrap()), name);
        }
        assert_eq!(parse_class(" "), None);
    }

    #[test]
    fn an_event_without_a_class_shows_it_by_its_fields() {
        let table = EventTable::shipped();
        let shows =
            |class: &str, fields: &[&str]| table.shows(&parse_class(class).unwrap(), |sign| fields.contains(&sign));
        assert_eq!(shows("process_creation", &["Image", "CommandLine"]), Some(true));
        assert_eq!(shows("network_connection", &["Image", "CommandLine"]), Some(false));
        assert_eq!(shows("process_creation", &["Image", "DestinationIp"]), Some(false));
        assert_eq!(shows("network_connection", &["Image", "DestinationIp"]), Some(true));
        assert_eq!(shows("windows/security", &["EventID"]), None);
    }

    #[test]
    fn a_search_takes_its_own_class_and_those_that_it_holds() {
        let table = EventTable::shipped();
        let takes =
            |wanted: &str, class: &str| table.takes(&parse_class(wanted).unwrap(), &parse_class(class).unwrap());
        assert!(takes("registry_event", "registry_set") && !takes("registry_set", "registry_event"));
        assert!(takes("aws/cloudtrail", "cloud_api") && !takes("aws/cloudtrail", "aws/config"));
        assert!(takes("windows/security", "windows/security") && !takes("windows/security", "windows/system"));
        let product_alone = EventClass { product: Some("windows".into()), ..EventClass::default() };
        assert!(table.takes(&product_alone, &parse_class("windows/system").unwrap()));
        let beside = EventClass { product: Some("linux".into()), ..parse_class("process_creation").unwrap() };
        assert!(table.takes(&beside, &parse_class("process_creation").unwrap()));
    }
}
