//! A text or a note with its classification.

use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::reference::{Prose, Reference};

/// A required text.
#[derive(clap::Args)]
pub(super) struct TextArgs {
    /// The text.
    #[arg(long)]
    text: Prose,
    /// Who may read the text: WHITE, GREEN, AMBER or RED, or a level of TLP 2.0.
    #[arg(long, value_name = "LEVEL")]
    classification: Classification,
    /// A reference that the text should be found by: SECMP0037, a document. Can be given more than once.
    #[arg(long = "reference", value_name = "REFERENCE")]
    references: Vec<Reference>,
}

impl TextArgs {
    pub(super) fn into_parts(self) -> (Classified<Prose>, Vec<Reference>) {
        (Classified::new(self.classification, self.text), self.references)
    }
}

/// An optional note.
#[derive(clap::Args)]
pub(super) struct NoteArgs {
    /// A note on it.
    #[arg(long, requires = "classification")]
    note: Option<Prose>,
    /// Who may read the note.
    #[arg(long, value_name = "LEVEL")]
    classification: Option<Classification>,
}

impl NoteArgs {
    pub(super) fn into_classified(self) -> Option<Classified<Prose>> {
        self.note.zip(self.classification).map(|(note, classification)| Classified::new(classification, note))
    }
}
