//! What the domain may rest on.

use std::collections::BTreeSet;

/// Every rule is a pure function over events: nothing in this crate may read a clock, a file, a socket or a store,
/// so that a history can be replayed anywhere and always gives the same state. A crate that does I/O (`sqlx`,
/// `tokio`, `axum`, `clap`, …) would open the way to it; it belongs into a crate that uses this one. `cqrs-es` is
/// here for its traits alone, and `utoipa`, which is optional, for the shapes that a document describes.
const ALLOWED: [&str; 8] = ["chrono", "chrono-tz", "cqrs-es", "serde", "serde_json", "thiserror", "utoipa", "uuid"];

#[test]
fn the_domain_depends_on_nothing_that_does_input_or_output() {
    let manifest = include_str!("../Cargo.toml");
    let mut section = "";
    let mut dependencies = BTreeSet::new();
    for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') {
            // `[dependencies.sqlx]`, `[target.….dependencies]` and `[build-dependencies]` would get round the list.
            let known = ["[dependencies]", "[dev-dependencies]"].contains(&line);
            assert!(known || !line.contains("dependencies"), "dependencies stand in one list: {line}");
            section = line;
        } else if section == "[dependencies]" {
            dependencies.insert(line.split(['.', '=', ' ']).next().unwrap());
        }
    }
    assert_eq!(dependencies, BTreeSet::from(ALLOWED));
}
