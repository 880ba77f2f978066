use super::checked_text;

checked_text!(
    /// A committee's code, as it stands at the head of every reference: `SSC`.
    ///
    /// Two to twelve capital letters or digits, the first a letter.
    CommitteeCode,
    "a committee code",
    "2 to 12 capital letters or digits, such as `SSC`,",
    |text| {
        (2..=12).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    },
    of std::convert::identity
);
