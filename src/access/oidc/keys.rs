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
