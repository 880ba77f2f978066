//! References: committees, meetings, actions, decisions and parties, each a type of its own.
//!
//! Each is parsed once, where it enters; inside the program an ill-formed one does not exist. All of them are
//! written as the committee writes them and kept in JSON as that one string.

mod action;
mod committee;
mod decision;
mod edition;
mod item;
mod meeting;
mod party;
mod subject;
mod token;

pub use action::ActionRef;
pub use committee::CommitteeCode;
pub use decision::DecisionId;
pub use edition::DocumentEdition;
pub use item::ItemLabel;
pub use meeting::MeetingRef;
pub use party::{PartyCategory, PartyName};
pub use subject::{Name, Prose, Reference};
pub use token::{TokenHash, TokenId};

/// A reference that is not written as its kind is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct IllFormed {
    given: String,
    kind: &'static str,
    expected: &'static str,
    /// The place, counted from 1, and the control character that does not belong into it.
    control: Option<(usize, char)>,
}

impl IllFormed {
    pub(crate) fn new(given: &str, kind: &'static str, expected: &'static str) -> Self {
        // A hostile or mistaken input can be megabytes long; the message stays one line.
        let mut shown: String = given.chars().take(80).map(|c| if c == '\0' { '␀' } else { c }).collect();
        if given.chars().nth(80).is_some() {
            shown.push('…');
        }
        // A text may have lines and tabs, and no U+0000.
        let misplaced = |c: char| if kind == TEXT { c == '\0' } else { c.is_control() };
        let control = (1..).zip(given.chars()).find(|(_, c)| misplaced(*c));
        Self { given: shown, kind, expected, control }
    }

    /// The text as it was given, cut after 80 characters.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// What was expected there, with its article: `a meeting reference`.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// The form that was expected.
    pub fn expected(&self) -> &'static str {
        self.expected.trim_end_matches(',')
    }

    /// What is wrong, without the form that was expected.
    pub fn what(&self) -> String {
        let Self { given, kind, control, .. } = self;
        match control {
            None => format!("`{given}` is not {kind}"),
            Some((place, control)) => {
                let name = match control {
                    '\t' => "a tab",
                    '\n' | '\r' => "a line break",
                    _ => "a control character",
                };
                format!("`{given}` is not {kind}: character {place} is {name} (U+{:04X})", u32::from(*control))
            }
        }
    }
}

impl std::fmt::Display for IllFormed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let separator = if self.control.is_some() { ';' } else { ':' };
        write!(f, "{}{separator} {} was expected", self.what(), self.expected)
    }
}

/// The kind of a text that may have several lines.
const TEXT: &str = Prose::KIND;

/// The number that the digits of a reference write: at most 2³¹ − 1, the largest of the SQL views' integers.
fn number_of(digits: &str) -> Option<u32> {
    digits.parse().ok().filter(|number| i32::try_from(*number).is_ok())
}

/// Serialises a type as the string it displays, and reads it back through its `FromStr`.
macro_rules! as_string {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    };
}
pub(crate) use as_string;

/// Defines a text with a fixed form, which is checked where the text enters the program.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $is_well_formed:expr $(, of $committee:expr)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Its kind, as [`IllFormed::kind`]($crate::reference::IllFormed::kind) names it.
            pub const KIND: &'static str = $kind;

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::reference::IllFormed;

            fn from_str(text: &str) -> Result<Self, $crate::reference::IllFormed> {
                let is_well_formed: fn(&str) -> bool = $is_well_formed;
                if !text.trim().is_empty() && is_well_formed(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err($crate::reference::IllFormed::new(text, $kind, $expected))
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        $crate::reference::as_string!($name);
        $crate::field_form::field_forms! { $name: Word, $expected.trim_end_matches(',') $(, of $committee)?; }
    };
}
pub(crate) use checked_text;
