//! The options with which a user lays out a table.

use super::terminal::colour;
use crate::present::table::TableLayout;

/// The options of every command that prints one table.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct TableArgs {
    /// Print every column of the table in full, wider than the terminal.
    #[arg(long)]
    wide: bool,
}

impl TableArgs {
    pub(super) fn layout(&self) -> TableLayout {
        TableLayout { wide: self.wide, colour: colour() }
    }
}
