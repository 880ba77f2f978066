//! A text or a note, which takes the mark that the command gives.

use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::reference::{Prose, Reference};

/// A required text.
#[derive(Clone, clap::Args)]
pub(super) struct TextArgs {
    /// The text.
    #[arg(long)]
    text: Prose,
    /// A reference that the text should be found by: SECMP0037, a document. Can be given more than once.
    #[arg(long = "reference", value_name = "REFERENCE")]
    references: Vec<Reference>,
}

impl TextArgs {
    pub(super) fn into_parts(self, mark: Classification) -> (Classified<Prose>, Vec<Reference>) {
        (Classified::new(mark, self.text), self.references)
    }
}

/// An optional note.
#[derive(Clone, clap::Args)]
pub(super) struct NoteArgs {
    /// A note on it.
    #[arg(long)]
    note: Option<Prose>,
}

impl NoteArgs {
    pub(super) fn into_classified(self, mark: Classification) -> Option<Classified<Prose>> {
        self.note.map(|note| Classified::new(mark, note))
    }
}
