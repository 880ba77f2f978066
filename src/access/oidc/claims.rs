//! The claims of a JWT whose signature holds: for whom, by whom, until when, and what they amount to.

use super::config::OidcConfig;
use crate::access::jwt_fault::JwtFault;
use crate::access::{Identity, Principal, Right};
use chrono::{DateTime, Utc};
use minutebook_domain::reference::Name;
use serde_json::{Map, Value};

/// Seconds by which the provider's clock and this one may differ.
const LEEWAY: f64 = 30.0;
/// Claims of ID tokens, which say that someone logged in and permit nothing, and of notices of logging out.
const OF_OTHER_TOKENS: [&str; 4] = ["nonce", "at_hash", "c_hash", "events"];

pub(super) type Claims = Map<String, Value>;

/// Whom `claims` let in at `now`.
pub(super) fn admit(config: &OidcConfig, claims: &Claims, now: DateTime<Utc>) -> Result<Principal, JwtFault> {
    check(config, claims, now)?;
    let subject = text(claims, "sub")?;
    let name: Name =
        text(claims, &config.name_claim)?.parse().map_err(|_| JwtFault::Claim(config.name_claim.clone()))?;
    let identity = Identity::Provider { issuer: config.issuer.clone(), subject: subject.to_owned() };
    Ok(Principal::new(name.to_string(), identity, rights(config, claims)))
}

fn check(config: &OidcConfig, claims: &Claims, now: DateTime<Utc>) -> Result<(), JwtFault> {
    if text(claims, "iss")? != config.issuer {
        return Err(JwtFault::WrongIssuer);
    }
    let meant_for_us = match claims.get("aud") {
        Some(Value::String(one)) => *one == config.audience,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(&config.audience)),
        _ => return Err(JwtFault::Claim("aud".into())),
    };
    if !meant_for_us {
        return Err(JwtFault::WrongAudience);
    }
    text(claims, "sub")?;
    // Microseconds since the epoch fit the 53 bits of a float for two centuries more.
    #[expect(clippy::cast_precision_loss, reason = "to a microsecond is precise enough")]
    let now = now.timestamp_micros() as f64 / 1e6;
    if now - LEEWAY >= time(claims, "exp")? {
        return Err(JwtFault::Expired);
    }
    let begins = if config.nbf_required || claims.contains_key("nbf") { Some(time(claims, "nbf")?) } else { None };
    if begins.is_some_and(|begins| now + LEEWAY < begins) {
        return Err(JwtFault::NotYetValid);
    }
    if OF_OTHER_TOKENS.iter().any(|claim| claims.contains_key(*claim)) { Err(JwtFault::WrongType) } else { Ok(()) }
}

fn text<'a>(claims: &'a Claims, claim: &str) -> Result<&'a str, JwtFault> {
    let text = claims.get(claim).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| JwtFault::Claim(claim.to_owned()))
}

/// Seconds since the epoch (RFC 7519, section 2: a number, perhaps with a fraction).
fn time(claims: &Claims, claim: &str) -> Result<f64, JwtFault> {
    claims.get(claim).and_then(Value::as_f64).ok_or_else(|| JwtFault::Claim(claim.to_owned()))
}

/// What the values of the claim amount to, each by itself: what one permits in one committee it permits in no other.
fn rights(config: &OidcConfig, claims: &Claims) -> Vec<Right> {
    let mut steps = config.rights_claim.split('.');
    let first = steps.next().and_then(|step| claims.get(step));
    // A provider may have dots in a claim's own name, as in an address.
    let found = claims.get(&config.rights_claim).or_else(|| steps.try_fold(first?, |value, step| value.get(step)));
    let values: Vec<&str> = match found {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    values.into_iter().filter_map(|value| config.rights.get(value)).map(super::config::RightConfig::right).collect()
}
