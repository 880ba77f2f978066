use super::{IllFormed, as_string};
use crate::comparison::comparison_form;
use std::fmt;
use std::str::FromStr;

/// The category of a party to the code (Smart Energy Code, section A, "Party Category"; plus the DCC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyCategory {
    /// An electricity or gas supplier above the code's threshold of premises.
    LargeSupplier,
    /// An electricity or gas supplier below that threshold.
    SmallSupplier,
    /// An electricity network operator.
    ElectricityNetwork,
    /// A gas transporter.
    GasNetwork,
    /// Any other user of the smart metering system.
    OtherUser,
    /// The Data Communications Company.
    Dcc,
}

impl PartyCategory {
    /// Each category with its names in documents, the usual one first.
    const NAMES: [(Self, &'static [&'static str]); 6] = [
        (Self::LargeSupplier, &["Large Supplier"]),
        (Self::SmallSupplier, &["Small Supplier"]),
        (Self::ElectricityNetwork, &["Electricity Network", "Electricity Network Party"]),
        (Self::GasNetwork, &["Gas Network", "Gas Network Party"]),
        (Self::OtherUser, &["Other User", "Other SEC Party"]),
        (Self::Dcc, &["DCC"]),
    ];

    /// The usual name of each category.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().map(|(_, names)| names[0])
    }

    fn name(self) -> &'static str {
        // INVARIANT: NAMES holds every variant; the test below goes through them.
        Self::NAMES.iter().find(|(category, _)| *category == self).map_or("", |(_, names)| names[0])
    }
}

crate::field_form::field_forms! {
    PartyCategory: Word, format!("one of: {}", Self::names().collect::<Vec<_>>().join(", "));
    PartyName: Word, "a party such as `Other User L`";
}

impl FromStr for PartyCategory {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        Self::NAMES
            .iter()
            .find(|(_, names)| names.iter().any(|name| name.eq_ignore_ascii_case(text.trim())))
            .map(|(category, _)| *category)
            .ok_or_else(|| {
                IllFormed::new(
                    text,
                    "a party category",
                    "Large Supplier, Small Supplier, Electricity Network, Gas Network, Other User, Other SEC Party or DCC",
                )
            })
    }
}

impl fmt::Display for PartyCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

as_string!(PartyCategory);

/// A party's pseudonym, `Other User L`: its category, and the letters that documents use for it.
///
/// `DCC` has no letters. The quotes around the letters in documents are not part of the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyName {
    text: String,
    category: PartyCategory,
}

impl PartyName {
    /// The category that the pseudonym begins with.
    pub fn category(&self) -> PartyCategory {
        self.category
    }

    /// The pseudonym as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartyName {
    /// Parses a name as people write it: `other user l`, `Other User ‘L’`.
    pub fn in_any_case(text: &str) -> Option<Self> {
        let upper = comparison_form(text).replace(['\'', '"'], "").to_ascii_uppercase();
        let (category, letters) = upper.rsplit_once(' ').unwrap_or((&upper, ""));
        let all = PartyCategory::NAMES.iter().flat_map(|(_, names)| names.iter());
        let mut named = all.filter(|name| name.eq_ignore_ascii_case(category));
        named.find_map(|name| format!("{name} {letters}").trim_end().parse().ok())
    }
}

impl FromStr for PartyName {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed =
            || IllFormed::new(text, "a party", "its category and its letters, such as `Other User L`, or `DCC`,");
        if text == "DCC" {
            return Ok(Self { text: text.to_owned(), category: PartyCategory::Dcc });
        }
        let (category, letters) = text.rsplit_once(' ').ok_or_else(ill_formed)?;
        if !(1..=3).contains(&letters.len()) || !letters.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(ill_formed());
        }
        let known = PartyCategory::NAMES
            .iter()
            .find(|(kind, names)| *kind != PartyCategory::Dcc && names.contains(&category))
            .ok_or_else(ill_formed)?;
        Ok(Self { text: text.to_owned(), category: known.0 })
    }
}

impl fmt::Display for PartyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

as_string!(PartyName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_category_is_written_as_it_was_read() {
        use PartyCategory::{Dcc, ElectricityNetwork, GasNetwork, LargeSupplier, OtherUser, SmallSupplier};
        for category in [LargeSupplier, SmallSupplier, ElectricityNetwork, GasNetwork, OtherUser, Dcc] {
            assert_eq!(category.to_string().parse(), Ok(category));
        }
    }

    #[test]
    fn a_pseudonym_has_the_category_it_begins_with() {
        for (name, category) in [
            ("Other User L", "Other User"),
            ("Small Supplier AA", "Small Supplier"),
            ("Other SEC Party C", "Other User"),
            ("DCC", "DCC"),
        ] {
            assert_eq!(name.parse::<PartyName>().unwrap().category().to_string(), category);
        }
        for name in ["", "L", "Other User", "Other User l", "Other User ‘L’", "Big Supplier A", "DCC A"] {
            assert!(name.parse::<PartyName>().is_err(), "{name}");
        }
    }
}
