//! The objects of a database's schema, compared with those that this program makes.

use std::collections::BTreeMap;

/// The definition of each object, by its kind and name: ``trigger `head_only_forward` of `head` ``.
pub(super) type Catalogue = BTreeMap<String, String>;

/// What a check of the schema finds.
#[derive(Debug, Default)]
pub(crate) struct SchemaAudit {
    /// The objects that are missing, changed or foreign, in words.
    pub(crate) problems: Vec<String>,
    /// What an auditor should know, though it may be right.
    pub(crate) notes: Vec<String>,
}

/// Returns how the objects present differ from the expected ones.
pub(super) fn differences(expected: &Catalogue, present: &Catalogue) -> Vec<String> {
    let missing_or_changed = expected.iter().filter_map(|(object, definition)| match present.get(object) {
        None => Some(format!("the {object} is missing")),
        Some(found) if found != definition => Some(format!("the {object} is not as this version makes it")),
        Some(_) => None,
    });
    let foreign = present.keys().filter(|object| !expected.contains_key(*object));
    missing_or_changed.chain(foreign.map(|object| format!("this version makes no {object}"))).collect()
}
