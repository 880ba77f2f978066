//! The keys that a provider publishes, and what each of them is for.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::Value;

/// Keys of one provider. One that publishes more is not believed.
const MOST: usize = 100;
/// Base64 characters of the modulus of an RSA key of 2048 bits; shorter keys are not believed (RFC 7518, section 3.3).
const SHORTEST_MODULUS: usize = 342;

/// A public key, and the algorithms that a signature by it may have.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) decoding: DecodingKey,
}

/// The keys of a set (RFC 7517, section 5) that signatures can be checked by. Whatever else is in it is left out: keys for
/// encryption, of unknown kinds, without an id, and symmetric ones, which are no provider's to publish.
pub(super) fn read(set: &[u8]) -> Result<Vec<Key>, String> {
    let set: Value = serde_json::from_slice(set).map_err(|error| error.to_string())?;
    let Some(published) = set.get("keys").and_then(Value::as_array) else {
        return Err("a JSON object with a list called `keys` was expected".into());
    };
    if published.len() > MOST {
        return Err(format!("it holds {} keys, and {MOST} at most were expected", published.len()));
    }
    Ok(published.iter().filter_map(|value| serde_json::from_value(value.clone()).ok()).filter_map(key).collect())
}

fn key(jwk: Jwk) -> Option<Key> {
    let for_signatures = jwk.common.public_key_use.as_ref().is_none_or(|of| *of == PublicKeyUse::Signature);
    let id = jwk.common.key_id.clone().filter(|_| for_signatures)?;
    let mut algorithms = algorithms(&jwk.algorithm);
    // A key that says what it is for is for nothing else.
    if let Some(own) = jwk.common.key_algorithm {
        algorithms.retain(|algorithm| KeyAlgorithm::from(*algorithm) == own);
    }
    let decoding = DecodingKey::from_jwk(&jwk).ok().filter(|_| !algorithms.is_empty())?;
    Some(Key { id, algorithms, decoding })
}

/// What a key of this kind can be for. That a token says something else makes no difference.
fn algorithms(parameters: &AlgorithmParameters) -> Vec<Algorithm> {
    use Algorithm::{ES256, ES384, EdDSA, PS256, PS384, PS512, RS256, RS384, RS512};
    match parameters {
        AlgorithmParameters::RSA(key) if key.n.len() >= SHORTEST_MODULUS => {
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

    /// What is read of one key: the algorithms that it is for; `None` if it is left out.
    fn algorithms_of(key: &Value) -> Option<Vec<Algorithm>> {
        let keys = read(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
        keys.into_iter().next().map(|key| key.algorithms)
    }

    fn with(mut key: Value, changes: &Value) -> Value {
        key.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        key
    }

    #[test]
    fn the_kind_of_a_key_says_what_it_is_for_and_what_is_for_nothing_here_is_left_out() {
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
    fn what_is_no_set_of_keys_is_refused() {
        assert!(read(b"<html>").is_err());
        assert!(read(br#"{"keys": {}}"#).is_err_and(|what| what.contains("`keys`")));
        let many = json!({ "keys": vec![json!({}); MOST + 1] }).to_string();
        assert!(read(many.as_bytes()).is_err_and(|what| what.contains("101 keys")));
        assert!(read(br#"{"keys": []}"#).is_ok_and(|keys| keys.is_empty()));
    }
}
