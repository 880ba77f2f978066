use super::{IllFormed, as_string, checked_text};
use std::fmt;
use std::str::FromStr;

/// Whether `text` consists of this number of lower-case hexadecimal digits.
fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

checked_text!(
    /// What a token is known by: 12 hexadecimal digits, drawn at random. It says nothing of the token itself.
    TokenId,
    "a token's id",
    "12 hexadecimal digits in lower case, such as `1f0c9a7e2b34`,",
    |text| is_hex(text, 12)
);

impl TokenId {
    /// The identity made of these random bytes.
    pub fn from_random(bytes: [u8; 6]) -> Self {
        let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(format!("{number:012x}"))
    }
}

/// The SHA-256 of a token, which is all that the book keeps of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash with these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

crate::field_form::field_forms! { TokenHash: Word, "64 hexadecimal digits in lower case"; }

impl FromStr for TokenHash {
    type Err = IllFormed;

    fn from_str(text: &str) -> Result<Self, IllFormed> {
        let ill_formed = || IllFormed::new(text, "a SHA-256", "64 hexadecimal digits in lower case");
        if !is_hex(text, 64) {
            return Err(ill_formed());
        }
        let mut bytes = [0; 32];
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).map_err(|_| ill_formed())?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

as_string!(TokenHash);
