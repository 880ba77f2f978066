//! Parses the keys that a provider publishes and determines the algorithms of each.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// The most keys that one provider may publish.
const MAX_KEYS: usize = 100;
/// The length in Base64 of a 2048-bit RSA modulus; shorter keys are ignored (RFC 7518, section 3.3).
const MIN_MODULUS_CHARS: usize = 342;

/// A public key, with the algorithms that its signatures may use.
pub(super) struct VerificationKey {
    pub(super) id: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) decoding: DecodingKey,
}

/// A published document that is no usable key set.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeySetError {
    #[error(transparent)]
    Json(serde_json::Error),
    #[error("expected a JSON object with a list `keys`")]
    NoKeys,
    #[error("expected at most {MAX_KEYS} keys, found {0}")]
    TooManyKeys(usize),
}

/// Parses a key set (RFC 7517, section 5) and returns its keys for signatures. Other keys are skipped: those for
/// encryption, of unknown kinds, without an id, and symmetric ones.
pub(super) fn parse(set: &[u8]) -> Result<Vec<VerificationKey>, KeySetError> {
    let set: Value = serde_json::from_slice(set).map_err(KeySetError::Json)?;
    let published = set.get("keys").and_then(Value::as_array).ok_or(KeySetError::NoKeys)?;
    if published.len() > MAX_KEYS {
        return Err(KeySetError::TooManyKeys(published.len()));
    }
    Ok(published.iter().filter_map(|value| serde_json::from_value(value.clone()).ok()).filter_map(key).collect())
}

fn key(jwk: Jwk) -> Option<VerificationKey> {
    let is_for_signatures = jwk.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let id = jwk.common.key_id.clone().filter(|_| is_for_signatures)?;
    let mut algorithms = algorithms(&jwk.algorithm);
    // `alg` restricts a key to one algorithm.
    if let Some(only) = jwk.common.key_algorithm {
        algorithms.retain(|algorithm| KeyAlgorithm::from(*algorithm) == only);
    }
    let decoding = DecodingKey::from_jwk(&jwk).ok().filter(|_| !algorithms.is_empty())?;
    Some(VerificationKey { id, algorithms, decoding })
}

/// Returns the algorithms that suit the kind of key. The token has no say in it.
fn algorithms(parameters: &AlgorithmParameters) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match parameters {
        AlgorithmParameters::RSA(key) if key.n.len() >= MIN_MODULUS_CHARS => {
            vec![RS256, RS384, RS512, PS256, PS384, PS512]
        }
        AlgorithmParameters::EllipticCurve(key) => match key.curve {
            EllipticCurve::P256 => vec![ES256],
            EllipticCurve::P384 => vec![ES384],
            _ => Vec::new(),
        },
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => vec![EdDSA],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The algorithms of a parsed key; `None` if the key is skipped.
    fn algorithms_of(key: &Value) -> Option<Vec<Algorithm>> {
        let keys = parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
        keys.into_iter().next().map(|key| key.algorithms)
    }

    fn with(mut key: Value, changes: &Value) -> Value {
        key.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        key
    }

    #[test]
    fn a_keys_kind_decides_its_algorithms_and_unsuitable_keys_are_skipped() {
        let coordinate = "A".repeat(43);
        let ec = json!({"kty": "EC", "kid": "1", "crv": "P-256", "x": coordinate, "y": coordinate});
        let ed = json!({"kty": "OKP", "kid": "1", "crv": "Ed25519", "x": coordinate});
        let rsa = json!({"kty": "RSA", "kid": "1", "n": "w".repeat(342), "e": "AQAB"});
        let six = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(|name| name.parse().unwrap()).to_vec();
        let table = [
            (ec.clone(), Some(vec![Algorithm::ES256])),
            (with(ec.clone(), &json!({"use": "sig", "alg": "ES256"})), Some(vec![Algorithm::ES256])),
            (with(ec.clone(), &json!({"crv": "P-384"})), Some(vec![Algorithm::ES384])),
            (with(ec.clone(), &json!({"crv": "P-521"})), None),
            (with(ec.clone(), &json!({"crv": "secp256k1"})), None),
            (with(ec.clone(), &json!({"alg": "ES384"})), None),
            (with(ec.clone(), &json!({"alg": "HS256"})), None),
            (with(ec.clone(), &json!({"use": "enc"})), None),
            (with(ec, &json!({"kid": null})), None),
            (ed.clone(), Some(vec![Algorithm::EdDSA])),
            (with(ed, &json!({"crv": "X25519"})), None),
            (rsa.clone(), Some(six)),
            (with(rsa.clone(), &json!({"alg": "PS256"})), Some(vec![Algorithm::PS256])),
            (with(rsa.clone(), &json!({"alg": "RSA-OAEP"})), None),
            // 1024 bits.
            (with(rsa.clone(), &json!({"n": "w".repeat(171)})), None),
            (with(rsa, &json!({"n": "no Base64!".repeat(40)})), None),
            (json!({"kty": "oct", "kid": "1", "k": "c2VjcmV0", "alg": "HS256"}), None),
            (json!({"kty": "oct", "kid": "1", "k": "c2VjcmV0"}), None),
            (json!({"kty": "tomorrow", "kid": "1"}), None),
            (json!("a word"), None),
        ];
        for (key, expected) in table {
            assert_eq!(algorithms_of(&key), expected, "{key}");
        }
    }

    #[test]
    fn a_document_that_is_no_key_set_is_refused() {
        assert!(parse(b"<html>").is_err());
        assert!(parse(br#"{"keys": {}}"#).is_err_and(|error| error.to_string().contains("`keys`")));
        let many = json!({ "keys": vec![json!({}); MAX_KEYS + 1] }).to_string();
        assert!(parse(many.as_bytes()).is_err_and(|error| error.to_string().contains("found 101")));
        assert!(parse(br#"{"keys": []}"#).is_ok_and(|keys| keys.is_empty()));
    }
}
