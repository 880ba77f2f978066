use super::IllFormed;
use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The largest length of a label that is no number.
const LONGEST: usize = 15;

/// An agenda item's label: its number, `4`, or a short text, `1a` or `43/19`.
///
/// In JSON a number is a number and any other label a string; a string of digits is read as the number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemLabel(Label);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Label {
    Number(u32),
    /// The characters, all of ASCII, and zeros after them.
    Text([u8; LONGEST]),
}

impl ItemLabel {
    /// The label of an item that is to get the next free number.
    pub const NEXT: Self = Self(Label::Number(0));

    /// The number, if the label is one.
    pub fn number(self) -> Option<u32> {
        match self.0 {
            Label::Number(number) => Some(number),
            Label::Text(_) => None,
        }
    }
}

impl Default for ItemLabel {
    fn default() -> Self {
        Self::NEXT
    }
}

impl From<u32> for ItemLabel {
    fn from(number: u32) -> Self {
        Self(Label::Number(number))
    }
}

crate::field_form::field_forms! { ItemLabel: Word, "a number, or a label such as `1a`"; }

impl FromStr for ItemLabel {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        if let Ok(number) = text.parse::<u32>()
            && number.to_string() == text
        {
            return Ok(number.into());
        }
        let is_of_label = |b: u8| b.is_ascii_alphanumeric() || b"./-()".contains(&b);
        if !text.starts_with(|c: char| c.is_ascii_alphanumeric())
            || !text.bytes().all(is_of_label)
            || text.len() > LONGEST
        {
            let expected = "a number, or at most 15 letters, digits and `./-()` such as `1a` or `43/19`,";
            return Err(IllFormed::new(text, "an agenda item", expected));
        }
        let mut label = [0; LONGEST];
        label[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self(Label::Text(label)))
    }
}

impl fmt::Display for ItemLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Label::Number(number) => number.fmt(f),
            Label::Text(label) => {
                let end = label.iter().position(|b| *b == 0).unwrap_or(LONGEST);
                f.pad(std::str::from_utf8(&label[..end]).unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for ItemLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for ItemLabel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Label::Number(number) => serializer.serialize_u32(number),
            Label::Text(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for ItemLabel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;
        impl Visitor<'_> for NumberOrText {
            type Value = ItemLabel;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a label such as `1a`")
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<ItemLabel, E> {
                let refused = || E::invalid_value(Unexpected::Unsigned(number), &self);
                u32::try_from(number).map(ItemLabel::from).map_err(|_| refused())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<ItemLabel, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_written_as_it_was_read() {
        for (json, text) in [("4", "4"), (r#""1a""#, "1a"), (r#""43/19""#, "43/19"), (r#""04""#, "04")] {
            let label: ItemLabel = serde_json::from_str(json).unwrap();
            assert_eq!((label.to_string().as_str(), serde_json::to_string(&label).unwrap().as_str()), (text, json));
            assert_eq!(text.parse::<ItemLabel>().unwrap(), label);
        }
        assert_eq!(serde_json::from_str::<ItemLabel>(r#""4""#).unwrap(), ItemLabel::from(4));
        assert!(ItemLabel::from(2) < ItemLabel::from(10));
    }

    #[test]
    fn other_text_is_refused() {
        for json in
            [r#""""#, r#""/1""#, r#""1 a""#, r#""a label that is long""#, "-1", "1.5", "4294967296", "null", "[]"]
        {
            assert!(serde_json::from_str::<ItemLabel>(json).is_err(), "{json}");
        }
    }
}
