//! The ledger is the only crate that can talk to a database.

use super::assert_none;
use super::sources::files;

#[test]
fn only_the_ledgers_manifest_names_sqlx() {
    let names_sqlx = |text: &str| text.lines().any(|line| line.split('#').next().unwrap().contains("sqlx"));
    // benches/peers measures other event stores, in a workspace of its own.
    let manifests = files("", "toml").into_iter().filter(|file| file.path.ends_with("Cargo.toml"));
    let naming: Vec<String> = manifests
        .filter(|file| file.path != "benches/peers/Cargo.toml" && names_sqlx(&file.text))
        .map(|file| file.path)
        .collect();
    let others: Vec<String> = naming.iter().filter(|path| *path != "crates/ledger/Cargo.toml").cloned().collect();
    assert_none(&others, "manifests besides crates/ledger/Cargo.toml name sqlx");
    assert_eq!(naming, ["crates/ledger/Cargo.toml"]);
}
