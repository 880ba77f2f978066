//! The moment that a reading command is asked about, on both clocks.

use crate::query::moment::{KnownAt, When};

/// As it was then, as was then known.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub(super) struct Moment {
    /// As it was then: a day, which stands for its end where the committee is, or a time such as 2019-02-27T10:00:00Z.
    #[arg(long, value_name = "DATE|TIME")]
    pub(super) as_of: Option<When>,
    /// As was then known: what had been recorded by a day or a time, or up to a position of the log.
    #[arg(long, value_name = "TIME|POSITION")]
    pub(super) known_at: Option<KnownAt>,
}

impl Moment {
    /// Whether neither clock was asked about.
    pub(super) fn is_now(&self) -> bool {
        self.as_of.is_none() && self.known_at.is_none()
    }
}
