//! The secret text of a token: `mb_`, 30 random characters and 6 characters of checksum.
//!
//! The format follows GitHub's tokens: secret scanners find the prefix, a double click selects the whole text, and the
//! checksum exposes a mistyped token without a lookup.

use super::authentication_error::AuthenticationError;
use minutebook_domain::reference::TokenHash;
use minutebook_ledger::{Environment, NoEntropy};
use sha2::{Digest, Sha256};
use std::fmt;

/// The prefix of every token.
pub(super) const PREFIX: &str = "mb_";
/// Random characters: 62^30 is more than 2^178.
const RANDOM: usize = 30;
/// Characters of checksum: 62^6 is more than 2^32.
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The text of a token with a valid checksum. It is shown once, when it is issued, and never logged.
pub struct TokenSecret(String);

impl TokenSecret {
    /// Generates a secret from the environment's entropy.
    pub(super) fn generate(environment: &Environment) -> Result<Self, NoEntropy> {
        // 256 random bits: their remainder by 62^30 is very nearly uniform.
        let mut number = [0_u8; 32];
        environment.entropy.fill(&mut number)?;
        let mut text = PREFIX.to_owned();
        text.extend((0..RANDOM).map(|_| char::from(DIGITS[usize::from(divide_by_62(&mut number))])));
        text.push_str(&checksum(&text));
        Ok(Self(text))
    }

    /// Parses a presented token and verifies its checksum.
    pub fn parse(presented: &str) -> Result<Self, AuthenticationError> {
        let digits = presented.strip_prefix(PREFIX).ok_or(AuthenticationError::NotAToken)?;
        if digits.len() != RANDOM + CHECKSUM || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(AuthenticationError::NotAToken);
        }
        let (body, given) = presented.split_at(PREFIX.len() + RANDOM);
        if checksum(body) == given { Ok(Self(presented.to_owned())) } else { Err(AuthenticationError::WrongChecksum) }
    }

    /// Returns the text, to hand it to the bearer.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the SHA-256, the only part that the ledger stores.
    pub fn hash(&self) -> TokenHash {
        TokenHash::new(Sha256::digest(self.0.as_bytes()).into())
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret(…)")
    }
}

/// Divides a big-endian number by 62 in place and returns the remainder.
fn divide_by_62(number: &mut [u8; 32]) -> u8 {
    let mut remainder = 0_u16;
    for byte in number {
        let dividend = remainder << 8 | u16::from(*byte);
        // INVARIANT: the remainder is below 62, so the dividend is below 62 * 256 and the quotient fits a byte.
        *byte = u8::try_from(dividend / 62).unwrap_or(u8::MAX);
        remainder = dividend % 62;
    }
    u8::try_from(remainder).unwrap_or(0)
}

/// Returns the CRC-32 of `text` as six digits in base 62.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}
