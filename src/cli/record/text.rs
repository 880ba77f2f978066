//! A text with its classification, as the command line gives it.

use minutebook_domain::classification::{Classification, Classified};
use minutebook_domain::reference::{Prose, Reference};

/// A text that has to be given.
#[derive(clap::Args)]
pub(super) struct Text {
    /// The text.
    #[arg(long)]
    text: Prose,
    /// Who may read the text: WHITE, GREEN, AMBER or RED (or a level of TLP 2.0).
    #[arg(long, value_name = "LEVEL")]
    classification: Classification,
    /// Anything it mentions that should be found by it: SECMP0037, a document. Can be given more than once.
    #[arg(long = "reference", value_name = "REFERENCE")]
    references: Vec<Reference>,
}

impl Text {
    pub(super) fn into_parts(self) -> (Classified<Prose>, Vec<Reference>) {
        (Classified::new(self.classification, self.text), self.references)
    }
}

/// A note that may be left out.
#[derive(clap::Args)]
pub(super) struct Note {
    /// What was said.
    #[arg(long, requires = "classification")]
    note: Option<Prose>,
    /// Who may read the note.
    #[arg(long, value_name = "LEVEL")]
    classification: Option<Classification>,
}

impl Note {
    pub(super) fn into_classified(self) -> Option<Classified<Prose>> {
        self.note.zip(self.classification).map(|(note, classification)| Classified::new(classification, note))
    }
}
