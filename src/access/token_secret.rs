//! A token as its bearer holds it: `mb_`, 30 random characters, 6 of a checksum.
//!
//! The form is that of GitHub's tokens: a prefix by which scanners find one that was published by mistake, letters and
//! digits that a double click selects whole, and a checksum that tells a mistyped one before anything is looked up.

use super::AuthenticationError;
use minutebook_domain::reference::TokenHash;
use minutebook_ledger::{Environment, NoEntropy};
use sha2::{Digest, Sha256};
use std::fmt;

/// What every token begins with.
pub(super) const PREFIX: &str = "mb_";
/// Characters of randomness: 62^30 is more than 2^178.
const RANDOM: usize = 30;
/// Characters of the checksum: 62^6 is more than 2^32.
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A well-formed token. It is shown once, to whoever it was made for, and never logged.
pub struct TokenSecret(String);

impl TokenSecret {
    /// A new one.
    pub(super) fn generate(environment: &Environment) -> Result<Self, NoEntropy> {
        // 256 bits, of which the remainder by 62^30 is as good as evenly spread.
        let mut number = [0_u8; 32];
        environment.entropy.fill(&mut number)?;
        let mut text = PREFIX.to_owned();
        text.extend((0..RANDOM).map(|_| char::from(DIGITS[usize::from(divide(&mut number))])));
        text.push_str(&checksum(&text));
        Ok(Self(text))
    }

    /// What was presented, if it has the form of a token and its checksum fits.
    pub fn parse(presented: &str) -> Result<Self, AuthenticationError> {
        let digits = presented.strip_prefix(PREFIX).ok_or(AuthenticationError::NotAToken)?;
        if digits.len() != RANDOM + CHECKSUM || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(AuthenticationError::NotAToken);
        }
        let (body, given) = presented.split_at(PREFIX.len() + RANDOM);
        if checksum(body) == given { Ok(Self(presented.to_owned())) } else { Err(AuthenticationError::WrongChecksum) }
    }

    /// The token itself, to be handed over.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the book keeps of it.
    pub fn hash(&self) -> TokenHash {
        TokenHash::new(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

/// Divides a number, its highest byte first, by 62; the remainder.
fn divide(number: &mut [u8; 32]) -> u8 {
    let mut remainder = 0_u16;
    for byte in number {
        let dividend = remainder << 8 | u16::from(*byte);
        // INVARIANT: the remainder is below 62, so the dividend is below 62 * 256 and the quotient fits a byte.
        *byte = u8::try_from(dividend / 62).unwrap_or(u8::MAX);
        remainder = dividend % 62;
    }
    u8::try_from(remainder).unwrap_or(0)
}

/// The CRC-32 of `text`, as six digits in base 62.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}
