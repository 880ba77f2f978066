use super::{IllFormed, as_string};
use std::fmt;
use std::str::FromStr;

/// Defines a short or long text that is checked once, where it enters.
macro_rules! checked_text {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $expected:literal, $holds:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IllFormed;

            fn from_str(text: &str) -> Result<Self, IllFormed> {
                let holds: fn(&str) -> bool = $holds;
                if !text.trim().is_empty() && holds(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(IllFormed::new(text, $kind, $expected))
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        as_string!($name);
    };
}

checked_text!(
    /// The name of a person, a body, a role or a place: one line of at most 200 characters.
    Name,
    "a name",
    "one line of 1 to 200 characters",
    |text| text.chars().count() <= 200 && !text.chars().any(char::is_control)
);

checked_text!(
    /// A text of the record, of any length that an event can hold.
    Prose,
    "a text",
    "at least one character that is not a space",
    |_| true
);

checked_text!(
    /// Anything else a record can be followed by: `SECMP0037`, `CPA`, `G2.44`, a document and its version.
    Reference,
    "a reference",
    "one line of 1 to 200 characters",
    |text| text.chars().count() <= 200 && !text.chars().any(char::is_control)
);
