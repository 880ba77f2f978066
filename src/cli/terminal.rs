//! What may reach a terminal: no text of the record and no input reaches it with control characters in it, and colours that
//! the program draws itself do.

use crate::present::visible::visible;
use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::io::{IsTerminal, Write};
use std::sync::LazyLock;

/// Stands for ESC in the colours that the program draws itself. No recorded text can contain it: it is another in each
/// process.
static COLOUR_MARK: LazyLock<String> =
    LazyLock::new(|| format!("\u{fdd0}{:016x}\u{fdd0}", RandomState::new().hash_one(std::process::id())));

/// Returns whether the user allows colours (no-color.org). The table checks that it goes to a terminal.
pub(super) fn colour() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Returns a drawing whose colours [`shown`] keeps. The control characters of its texts are visible already.
pub(super) fn with_colours(drawn: &str) -> String {
    drawn.replace('\u{1b}', &COLOUR_MARK)
}

/// Returns `text` as a terminal may get it.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    if shown.contains(COLOUR_MARK.as_str()) { shown.replace(COLOUR_MARK.as_str(), "\u{1b}").into() } else { shown }
}

/// Prints `text` and a newline to standard error, with the colours of a message on a terminal.
pub(super) fn print_error(text: &str) {
    let mut text = shown(text);
    if colour() && std::io::stderr().is_terminal() {
        text = with_label_colours(&text).into();
    }
    // Nobody can be told if standard error is closed.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Colours the words that introduce a message, as tables and findings do: an error in red, help in green.
fn with_label_colours(text: &str) -> String {
    const LABELS: [(&str, &str); 3] = [("error:", "1;31"), ("  help:", "1;32"), ("warning:", "1;33")];
    let line = |line: &str| match LABELS.iter().find(|(label, _)| line.starts_with(label)) {
        Some((label, colour)) => format!("\u{1b}[{colour}m{label}\u{1b}[0m{}", &line[label.len()..]),
        None => line.to_owned(),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// Prints a question to standard error; the answer stands on the same line.
pub(super) fn ask(question: &str) {
    let _ = write!(std::io::stderr(), "{} ", shown(question));
}
