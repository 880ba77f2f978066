//! The ledger that the words of a command name, where they cannot be parsed as a whole.

use minutebook_ledger::LedgerUrl;
use std::ffi::OsString;

/// Returns the ledger of `--ledger`, else that of the environment, else the usual one; none if the name is no ledger's.
pub(super) fn ledger_of(words: &[OsString]) -> Option<LedgerUrl> {
    let words: Vec<&str> = words.iter().filter_map(|word| word.to_str()).collect();
    let joined = words.iter().find_map(|word| word.strip_prefix("--ledger="));
    let parted = || words.iter().position(|word| *word == "--ledger").and_then(|at| words.get(at + 1)).copied();
    let given = joined.or_else(parted).map(str::to_owned).or_else(|| std::env::var("MINUTEBOOK_LEDGER").ok());
    match given {
        Some(given) => given.parse().ok(),
        None => Some(LedgerUrl::default()),
    }
}
