//! Signatures after Standard Webhooks: HMAC-SHA256 over the id, the time and the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use minutebook_ledger::{Environment, NoEntropy};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;

/// The prefix of every secret; the key follows in Base64.
const PREFIX: &str = "whsec_";

/// The secret that a webhook shares with its receiver.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SigningSecret(String);

impl SigningSecret {
    /// Generates a secret with a key of 32 random bytes.
    pub fn generate(environment: &Environment) -> Result<Self, NoEntropy> {
        let mut key = [0; 32];
        environment.entropy.fill(&mut key)?;
        Ok(Self(format!("{PREFIX}{}", STANDARD.encode(key))))
    }

    /// Returns the text, to hand it to the receiver.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the value of `webhook-signature`. `timestamp` is in seconds since 1970.
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let key = STANDARD.decode(self.0.trim_start_matches(PREFIX)).unwrap_or_default();
        // HMAC accepts keys of any length, so this never fails.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else { return String::new() };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example in the tests of the Standard Webhooks libraries.
    #[test]
    fn a_signature_equals_that_of_the_reference_libraries() {
        let secret = SigningSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
        let signature = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
