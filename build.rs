//! Gives the program its version: that of the package, and in a release build the commit it was built from.
//!
//! A build for development has none: it would be compiled anew after each commit. Outside a repository, as in a source archive,
//! the variable `MINUTEBOOK_COMMIT` may name it.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=MINUTEBOOK_COMMIT");
    let version = env!("CARGO_PKG_VERSION");
    let named = std::env::var("MINUTEBOOK_COMMIT").ok().filter(|commit| !commit.is_empty());
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let version = match named.or_else(|| if is_release { commit() } else { None }) {
        Some(commit) => format!("{version} ({commit})"),
        None => version.to_owned(),
    };
    println!("cargo::rustc-env=MINUTEBOOK_VERSION={version}");
}

/// Returns the commit of the folder that is built, if that is the root of a repository and git is there.
fn commit() -> Option<String> {
    if !std::path::Path::new(".git").exists() {
        return None;
    }
    // The log of HEAD changes with each commit and checkout.
    println!("cargo::rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["rev-parse", "--short=12", "HEAD"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned()).filter(|text| !text.is_empty())
}
