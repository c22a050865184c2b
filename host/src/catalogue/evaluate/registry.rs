//! A registry key or value in the forms that logs give it: hives by several names, control sets by their numbers.

use super::form::fold;
use crate::model::RegistryValue;

/// A registry object of the plan, compiled.
#[derive(Debug, Clone)]
pub(super) struct RegistryForm {
    /// The hive is the machine's, which every source writes so that it can be told.
    of_machine: bool,
    /// Key, and value where one is named, folded: one spelling for each name of the control set.
    spellings: Vec<String>,
    /// What lies below counts as well.
    below: bool,
}

/// Folded beginnings of the machine's hive, and of the others.
const MACHINE: [&str; 3] = ["hkey_local_machine\\", "hklm\\", "\\registry\\machine\\"];
const OTHERS: [&str; 9] = [
    "hkey_current_user\\",
    "hkcu\\",
    "hkey_users\\",
    "hku\\",
    "\\registry\\user\\",
    "hkey_classes_root\\",
    "hkcr\\",
    "hkey_current_config\\",
    "hkcc\\",
];

impl RegistryForm {
    pub(super) fn new(registry: &RegistryValue, contains: bool) -> Self {
        let whole = match &registry.value_name {
            Some(name) => format!("{}\\{name}", registry.key),
            None => registry.key.clone(),
        };
        let whole = fold(&whole).into_owned();
        let numbered = whole.replace("currentcontrolset", "controlset001");
        let of_machine = MACHINE.contains(&format!("{}\\", fold(&registry.hive)).as_str());
        Self { of_machine, below: contains && registry.value_name.is_none(), spellings: vec![whole, numbered] }
    }

    /// Whether a folded object of an event is it.
    pub(super) fn holds(&self, object: &str) -> bool {
        if self.of_machine && OTHERS.iter().any(|hive| object.starts_with(hive)) {
            return false;
        }
        self.spellings.iter().any(|spelling| {
            object.match_indices(spelling.as_str()).any(|(at, found)| {
                let rest = &object[at + found.len()..];
                let begins = at == 0 || object[..at].ends_with('\\');
                begins && (rest.is_empty() || self.below && rest.starts_with('\\'))
            })
        })
    }
}
