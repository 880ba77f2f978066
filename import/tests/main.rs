//! What the importer promises.

mod import;
