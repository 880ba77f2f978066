//! No two types that are visible outside their module share a name.

use super::assert_none;
use super::sources::{CRATE_SOURCES, code_only, files, is_word};
use std::collections::BTreeMap;

/// The name of the type that a line declares, if it stands at module level and is visible outside its module.
fn declared(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub")?;
    let rest = match rest.strip_prefix('(') {
        Some(scope) => scope.split_once(')')?.1,
        None => rest,
    };
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("unsafe ").unwrap_or(rest);
    let (kind, rest) = rest.split_once(' ')?;
    let name = &rest[..rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len())];
    ["struct", "enum", "trait", "type", "union"].contains(&kind).then_some(name)
}

#[test]
fn no_two_visible_types_share_a_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in CRATE_SOURCES.into_iter().flat_map(|folder| files(folder, "rs")) {
        for (index, line) in code_only(&file.text).lines().enumerate() {
            if let Some(name) = declared(line) {
                places.entry(name.to_owned()).or_default().push(format!("{}:{}", file.path, index + 1));
            }
        }
    }
    assert!(places.len() > 200, "the search finds {} types", places.len());
    let shared = places.into_iter().filter(|(_, places)| places.len() > 1);
    let shared: Vec<String> = shared.map(|(name, places)| format!("{name}: {}", places.join(", "))).collect();
    assert_none(&shared, "names are those of several types");
}

#[test]
fn declarations_are_recognised() {
    assert_eq!(declared("pub struct Position(u64);"), Some("Position"));
    assert_eq!(declared("pub(in crate::api) enum Variant<T> {"), Some("Variant"));
    assert_eq!(declared("pub(crate) type Rows = Vec<Row>;"), Some("Rows"));
    assert_eq!(declared("struct Private;"), None);
    assert_eq!(declared("pub fn trait_of() {}"), None);
}
