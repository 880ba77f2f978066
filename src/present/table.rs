//! Tables for people, as wide as the terminal.
//!
//! References and days never wrap, and no word that fits a line is broken. Where a table is wider than the terminal, its
//! least important columns are left out, and a line below it says which.

use super::visible::visible;
use comfy_table::{Attribute, Color, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};
use std::sync::OnceLock;
use unicode_width::UnicodeWidthStr;

/// The largest width of the tables of this process, if limited.
static MAX_WIDTH: OnceLock<u16> = OnceLock::new();

/// Limits the width of every table of this process, in a terminal and in a file. The first call wins.
pub fn within(columns: u16) {
    let _ = MAX_WIDTH.set(columns);
}

/// A single line, under the header: long lists are read down their columns.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The spaces around the content of a cell.
const PADDING: usize = 2;
/// A space at which no line breaks. The table is printed with plain spaces.
const NO_BREAK_SPACE: &str = "\u{a0}";
/// The space between two cells.
const SEPARATOR: usize = 1;
/// A name of at most this width stays on one line.
const NAME_WIDTH: usize = 24;
/// Running text in a narrower column than this is tiresome to read: other columns make room for it.
const READABLE_WIDTH: usize = 24;

/// How the cells of a column may wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapping {
    /// Not at all: references, days, numbers.
    Never,
    /// Between words, where the cell is longer than [`NAME_WIDTH`].
    LongNames,
    /// Between words, in a column wide enough to read.
    RunningText,
    /// Between words.
    Words,
}

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    heading: &'static str,
    wrapping: Wrapping,
    /// Where the table is too wide, the column of the highest rank is left out first; one of rank 0 never.
    rank: u8,
}

impl Column {
    /// A column of references, days or numbers, which never wrap.
    pub const fn whole(heading: &'static str) -> Self {
        Self { heading, wrapping: Wrapping::Never, rank: 0 }
    }

    /// A column of names, which wrap only if they are long.
    pub const fn names(heading: &'static str) -> Self {
        Self { heading, wrapping: Wrapping::LongNames, rank: 0 }
    }

    /// A column of running text.
    pub const fn text(heading: &'static str) -> Self {
        Self { heading, wrapping: Wrapping::RunningText, rank: 0 }
    }

    /// A column of a few words, which may be narrow.
    pub const fn words(heading: &'static str) -> Self {
        Self { heading, wrapping: Wrapping::Words, rank: 0 }
    }

    /// Leaves the column out where the table is too wide, the highest `rank` first.
    #[must_use]
    pub const fn or_left_out(mut self, rank: u8) -> Self {
        self.rank = rank;
        self
    }

    /// The same column, never left out.
    #[must_use]
    pub const fn always(mut self) -> Self {
        self.rank = 0;
        self
    }

    /// Whether the cells never wrap: references, days, numbers.
    pub fn is_whole(&self) -> bool {
        self.wrapping == Wrapping::Never
    }

    /// The heading.
    pub const fn heading(&self) -> &'static str {
        self.heading
    }
}

/// The headings of the columns, for the header of a CSV file.
pub fn headings(columns: &[Column]) -> Vec<&'static str> {
    columns.iter().map(Column::heading).collect()
}

/// The emphasis of a cell, shown as a colour. The text carries the same meaning without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// No emphasis.
    Plain,
    /// Late or rejected.
    Alert,
    /// Done.
    Settled,
    /// Of minor importance.
    Faint,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCell {
    text: String,
    tone: Tone,
}

impl TableCell {
    /// Creates a cell with a tone.
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for TableCell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// Keeps the words of a date or a name on one line.
pub fn unbroken(text: &str) -> String {
    text.replace(' ', NO_BREAK_SPACE)
}

/// How a table is drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableLayout {
    /// Draw every column, each as wide as its content.
    pub wide: bool,
    /// Draw tones as colours, if the output is a terminal.
    pub colour: bool,
}

/// Renders a table without tones, or returns `empty` if there are no rows.
pub fn table(columns: &[Column], rows: Vec<Vec<String>>, empty: &str) -> String {
    let cells = |row: Vec<String>| row.into_iter().map(TableCell::from).collect();
    laid_out(columns, rows.into_iter().map(cells).collect(), empty, TableLayout::default())
}

/// Renders a table with a layout, or returns `empty` if there are no rows.
pub fn laid_out(columns: &[Column], rows: Vec<Vec<TableCell>>, empty: &str, layout: TableLayout) -> String {
    if rows.is_empty() {
        return empty.to_owned();
    }
    let terminal = Table::new().width();
    let limit = MAX_WIDTH.get().map_or(terminal, |widest| Some(terminal.map_or(*widest, |width| width.min(*widest))));
    draw(columns, rows, layout.colour, limit.filter(|_| !layout.wide))
}

/// Draws a table that is at most `limit` wide, if there is a limit.
fn draw(columns: &[Column], mut rows: Vec<Vec<TableCell>>, colour: bool, limit: Option<u16>) -> String {
    for cell in rows.iter_mut().flatten() {
        cell.text = visible(&cell.text.replace("\r\n", "\n").replace('\t', " ")).into_owned();
    }
    let widths = |narrow: bool| -> Vec<usize> {
        columns.iter().enumerate().map(|(index, column)| least_width(column, &rows, index, narrow)).collect()
    };
    let mut least = widths(false);
    let mut shown = (0..columns.len()).collect();
    if let Some(limit) = limit.map(usize::from) {
        shown = fitting(columns, &least, limit);
        if table_width(&least, &shown) > limit {
            least = widths(true);
        }
    }
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(match limit {
        Some(_) => ContentArrangement::Dynamic,
        None => ContentArrangement::Disabled,
    });
    table.set_header(shown.iter().filter_map(|index| columns.get(*index)).map(Column::heading));
    for row in rows {
        let cells = row.into_iter().enumerate().filter(|(index, _)| shown.contains(index));
        table.add_row(cells.map(|(_, cell)| drawn(cell, colour)));
    }
    if let Some(limit) = limit {
        table.set_width(limit);
        for (column, index) in table.column_iter_mut().zip(&shown) {
            let width = least.get(*index).map_or(0, |width| width + PADDING);
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(u16::try_from(width).unwrap_or(limit))));
        }
    }
    let left_out: Vec<&str> =
        columns.iter().enumerate().filter(|(index, _)| !shown.contains(index)).map(|(_, of)| of.heading).collect();
    let table = table.to_string().replace(NO_BREAK_SPACE, " ");
    if left_out.is_empty() {
        return table;
    }
    format!("{table}\nnot shown for want of width: {} (--wide shows all)", left_out.join(", "))
}

/// The columns that fit `limit`, without those of the highest ranks if it must be.
fn fitting(columns: &[Column], least: &[usize], limit: usize) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    let rank = |index: usize| columns.get(index).map_or(0, |column| column.rank);
    while table_width(least, &shown) > limit {
        let last = shown.iter().copied().filter(|index| rank(*index) > 0).max_by_key(|index| rank(*index));
        let Some(last) = last else { break };
        shown.retain(|index| *index != last);
    }
    shown
}

/// The width of a table with these columns.
fn table_width(least: &[usize], shown: &[usize]) -> usize {
    let columns = shown.iter().filter_map(|index| least.get(*index)).map(|least| least + PADDING + SEPARATOR);
    columns.sum::<usize>().saturating_sub(SEPARATOR)
}

/// The width below which a cell of the column would wrap where it may not, or would be tiresome to read. In a `narrow` table
/// only words, references and dates stay whole.
fn least_width(column: &Column, rows: &[Vec<TableCell>], index: usize, narrow: bool) -> usize {
    let lines = || rows.iter().filter_map(|row| row.get(index)).flat_map(|cell| cell.text.lines());
    let longest_line = lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
    let longest_word =
        lines().chain([column.heading]).flat_map(|line| line.split(' ')).map(UnicodeWidthStr::width).max().unwrap_or(0);
    let by_content = match column.wrapping {
        Wrapping::Never => longest_line,
        Wrapping::LongNames | Wrapping::RunningText if narrow => 0,
        Wrapping::LongNames => longest_line.min(NAME_WIDTH),
        Wrapping::RunningText => longest_line.min(READABLE_WIDTH),
        Wrapping::Words => 0,
    };
    by_content.max(longest_word)
}

fn drawn(cell: TableCell, colour: bool) -> comfy_table::Cell {
    let drawn = comfy_table::Cell::new(cell.text);
    match cell.tone {
        Tone::Alert if colour => drawn.fg(Color::Red).add_attribute(Attribute::Bold),
        Tone::Settled if colour => drawn.fg(Color::Green),
        Tone::Faint if colour => drawn.add_attribute(Attribute::Dim),
        _ => drawn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COLUMNS: [Column; 5] = [
        Column::whole("Action"),
        Column::text("What is to be done"),
        Column::names("Owner"),
        Column::whole("Due").or_left_out(1),
        Column::text("Raised").or_left_out(2),
    ];

    fn drawn_at(width: u16, rows: &[[String; 5]]) -> String {
        draw(
            &COLUMNS,
            rows.iter().map(|row| row.iter().map(|cell| cell.clone().into()).collect()).collect(),
            false,
            Some(width),
        )
    }

    #[test]
    fn the_columns_of_the_highest_rank_make_room_first() {
        let row =
            [["SSC72/01", "Circulate the paper to members.", "SSC Chair", "2019-03-13", "2019-02-27 SSC_72_2702"]
                .map(str::to_owned)];
        let heading =
            |width| drawn_at(width, &row).lines().next().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(heading(120), "Action What is to be done Owner Due Raised");
        assert_eq!(heading(70), "Action What is to be done Owner Due");
        assert_eq!(heading(50), "Action What is to be done Owner");
        assert!(drawn_at(50, &row).ends_with("not shown for want of width: Due, Raised (--wide shows all)"));
    }

    proptest! {
        #[test]
        fn a_word_that_fits_a_line_is_never_broken_and_no_line_is_wider_than_the_terminal(
            texts in proptest::collection::vec(("[A-Z]{3}[0-9]{2}/[0-9]{2}", "([a-zé]{1,18} ){1,12}", "([A-Z][a-z]{1,9} ){1,4}"), 1..6),
            width in 60u16..160,
        ) {
            let rows: Vec<[String; 5]> = texts
                .iter()
                .map(|(key, text, owner)| {
                    [key.clone(), text.trim().to_owned(), owner.trim().to_owned(), "2019-03-13".into(), "2019-02-27 SSC_72_2702".into()]
                })
                .collect();
            let drawn = drawn_at(width, &rows);
            let words: Vec<&str> = drawn.split_whitespace().collect();
            for word in rows.iter().flat_map(|row| &row[..3]).flat_map(|cell| cell.split_whitespace()) {
                prop_assert!(words.contains(&word), "`{word}` is broken at {width}:\n{drawn}");
            }
            for line in drawn.lines().filter(|line| !line.starts_with("not shown")) {
                prop_assert!(line.trim_end().width() <= usize::from(width), "{width}:\n{drawn}");
            }
        }
    }
}
