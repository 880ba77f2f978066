use super::{IllFormed, Name, as_string};
use crate::comparison::comparison_form;
use std::fmt;
use std::str::FromStr;

/// The category of a party: one of the code (Smart Energy Code, section A, "Party Category"; plus the DCC), or one that the
/// committee has added.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// A category of the committee's own, such as `Applicant`.
    Own(Name),
}

/// The longest name of a category, in bytes.
const LONGEST_CATEGORY: usize = 60;

/// Each category of the code with its names in documents, the usual one first.
static NAMES: [(PartyCategory, &[&str]); 6] = [
    (PartyCategory::LargeSupplier, &["Large Supplier"]),
    (PartyCategory::SmallSupplier, &["Small Supplier"]),
    (PartyCategory::ElectricityNetwork, &["Electricity Network", "Electricity Network Party"]),
    (PartyCategory::GasNetwork, &["Gas Network", "Gas Network Party"]),
    (PartyCategory::OtherUser, &["Other User", "Other SEC Party"]),
    (PartyCategory::Dcc, &["DCC"]),
];

impl PartyCategory {
    /// The usual name of each category of the code.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(_, names)| names[0])
    }

    /// Returns whether the category is one of the code, which every committee has.
    pub fn is_of_the_code(&self) -> bool {
        !matches!(self, Self::Own(_))
    }

    /// Its name; of a category of the code the usual one.
    pub fn name(&self) -> &str {
        match self {
            Self::Own(name) => name.as_str(),
            // INVARIANT: NAMES holds every variant but `Own`; the test below goes through them.
            _ => NAMES.iter().find(|(category, _)| category == self).map_or("", |(_, names)| names[0]),
        }
    }

    /// The category of the code with this name, as the code writes it.
    fn of_the_code(text: &str) -> Option<Self> {
        NAMES.iter().find(|(_, names)| names.contains(&text)).map(|(category, _)| category.clone())
    }

    /// The committee's own category with this name: words of letters, the first with a capital.
    fn own(text: &str) -> Option<Self> {
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '&'))
        };
        let is_well_formed = (2..=LONGEST_CATEGORY).contains(&text.len())
            && text.starts_with(char::is_uppercase)
            && text.split(' ').all(is_word);
        is_well_formed.then(|| text.parse().ok().map(Self::Own)).flatten()
    }
}

crate::field_form::field_forms! {
    PartyCategory: Word, format!("one of: {}; or a category that the committee has added", Self::names().collect::<Vec<_>>().join(", "));
    PartyName: Word, "a party such as `Other User L`";
}

impl FromStr for PartyCategory {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let text = text.trim();
        let of_the_code = NAMES.iter().find(|(_, names)| names.iter().any(|name| name.eq_ignore_ascii_case(text)));
        of_the_code.map(|(category, _)| category.clone()).or_else(|| Self::own(text)).ok_or_else(|| {
            IllFormed::new(
                text,
                "a party category",
                "a name of words that begins with a capital, such as `Other User` or `Applicant`,",
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

/// A party's pseudonym, `Other User L`: its category, and the letters or the number that documents use for it.
///
/// `DCC` has no letters. The quotes round the letters in documents are accepted and are not part of the name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyName {
    text: String,
    category: PartyCategory,
}

impl PartyName {
    /// Its kind, as [`IllFormed::kind`] names it.
    pub const KIND: &'static str = "a party";

    /// The category that the pseudonym begins with.
    pub fn category(&self) -> &PartyCategory {
        &self.category
    }

    /// The pseudonym as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// The quotes that documents print round a party's letters.
const QUOTES: [char; 13] = ['\'', '‘', '’', '‛', '′', '`', '´', '"', '“', '”', '„', '«', '»'];

impl PartyName {
    /// Parses a name as people write it: `other user l`, `Other User ‘L’`.
    pub fn in_any_case(text: &str) -> Option<Self> {
        if let Ok(party) = text.parse() {
            return Some(party);
        }
        let plain = comparison_form(text).replace(['\'', '"'], "");
        let (category, letters) = plain.rsplit_once(' ').unwrap_or((&plain, ""));
        let letters = letters.to_uppercase();
        let all = NAMES.iter().flat_map(|(_, names)| names.iter());
        let mut named = all.filter(|name| name.eq_ignore_ascii_case(category));
        let of_the_code = named.find_map(|name| format!("{name} {letters}").trim_end().parse().ok());
        of_the_code.or_else(|| {
            let mut chars = category.chars();
            let first: String = chars.next()?.to_uppercase().collect();
            format!("{first}{} {letters}", chars.as_str()).parse().ok()
        })
    }
}

impl FromStr for PartyName {
    type Err = IllFormed;

    fn from_str(given: &str) -> Result<Self, IllFormed> {
        let ill_formed = || {
            let expected = "its category and its letters or number, such as `Other User L`, or `DCC`,";
            IllFormed::new(given, Self::KIND, expected)
        };
        let text = given.trim().trim_matches(QUOTES);
        if text == "DCC" {
            return Ok(Self { text: text.to_owned(), category: PartyCategory::Dcc });
        }
        let (category, letters) = text.rsplit_once(' ').ok_or_else(ill_formed)?;
        let letters = letters.trim_matches(QUOTES);
        let are_letters = (1..=3).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_uppercase());
        let is_number = (1..=4).contains(&letters.len()) && letters.bytes().all(|b| b.is_ascii_digit());
        let known = PartyCategory::of_the_code(category).or_else(|| PartyCategory::own(category));
        // There is only one DCC.
        let found = known.filter(|found| (are_letters || is_number) && *found != PartyCategory::Dcc);
        Ok(Self { text: format!("{category} {letters}"), category: found.ok_or_else(ill_formed)? })
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
        for name in [
            "",
            "L",
            "Other User",
            "Other User l",
            "other user L",
            "Other User LLLL",
            "DCC A",
            "SSC_72 A",
            "Applicant 12345",
        ] {
            assert!(name.parse::<PartyName>().is_err(), "{name}");
        }
    }

    #[test]
    fn a_party_may_be_given_as_documents_print_it() {
        for text in ["Other User ‘L’", "Other User 'L'", "Other User \"L\"", "“Other User ‘L’”", " Other User L"]
        {
            assert_eq!(text.parse::<PartyName>().unwrap().as_str(), "Other User L", "{text}");
        }
    }

    #[test]
    fn a_committee_may_have_categories_of_its_own() {
        let party: PartyName = "Applicant 7".parse().unwrap();
        assert_eq!((party.as_str(), party.category().name()), ("Applicant 7", "Applicant"));
        assert!(!party.category().is_of_the_code());
        assert_eq!(PartyName::in_any_case("applicant 7"), Some(party));
        assert_eq!(PartyName::in_any_case("other user ‘l’").unwrap().as_str(), "Other User L");
    }
}
