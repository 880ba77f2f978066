//! The commands, run as a person or a script runs them.

mod actions;
mod as_of_and_known_at;
mod changes;
mod decisions;
mod demo;
mod export;
mod generated_sentences;
mod headlines;
mod help;
mod hostile_documents;
mod import;
mod import_folder;
mod import_log;
mod lint_documents;
mod lint_ledger;
mod meetings;
mod party;
mod real_document;
mod rebuild;
mod record;
mod record_lines;
mod reimport;
mod roundtrip;
mod statistics;
mod token;
mod why;
