//! The dependencies that the domain may have.

use std::collections::BTreeSet;

/// Every rule is a pure function over events, so that a history replayed anywhere gives the same state. Crates that do
/// I/O (`sqlx`, `tokio`, `axum`, `clap`, …) belong in the crates that use this one. `cqrs-es` is here for its traits,
/// `caseless` and `unicode-normalization` for the comparison of texts, and `utoipa`, which is optional, for the schemas of
/// the API.
const ALLOWED: [&str; 11] = [
    "caseless",
    "chrono",
    "chrono-tz",
    "cqrs-es",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "thiserror",
    "unicode-normalization",
    "utoipa",
    "uuid",
];

#[test]
fn the_domain_depends_on_nothing_that_does_input_or_output() {
    let manifest = include_str!("../Cargo.toml");
    let mut section = "";
    let mut dependencies = BTreeSet::new();
    for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') {
            // `[dependencies.sqlx]`, `[target.….dependencies]` and `[build-dependencies]` would escape this scan.
            let known = ["[dependencies]", "[dev-dependencies]"].contains(&line);
            assert!(known || !line.contains("dependencies"), "dependencies stand in one list: {line}");
            section = line;
        } else if section == "[dependencies]" {
            dependencies.insert(line.split(['.', '=', ' ']).next().unwrap());
        }
    }
    assert_eq!(dependencies, BTreeSet::from(ALLOWED));
}
