//! Checks of the sources as text: only the ledger's manifest names the database driver, folders do not import each other
//! in a circle, paths in documents exist, visible type names are unique, and texts avoid forbidden phrases.

mod document_paths;
mod forbidden_phrases;
mod import_circles;
mod manifests;
mod module_tree;
mod sources;
mod type_names;

/// Fails with the list of problems, if there are any.
#[track_caller]
fn assert_none(problems: &[String], what: &str) {
    assert!(problems.is_empty(), "{} {what}:\n{}", problems.len(), problems.join("\n"));
}
