use super::checked_text;

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
    "at least one character that is not a space, and no U+0000,",
    crate::text::is_recordable
);

checked_text!(
    /// Anything else a record can be followed by: `SECMP0037`, `CPA`, `G2.44`, a document and its version.
    Reference,
    "a reference",
    "one line of 1 to 200 characters",
    |text| text.chars().count() <= 200 && !text.chars().any(char::is_control)
);
