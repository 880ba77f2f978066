//! Verifies the claims of a JWT with a valid signature, and turns them into a principal.

use super::config::{OidcConfig, RightConfig};
use crate::access::jwt_fault::JwtFault;
use crate::access::principal::{Principal, Right};
use chrono::{DateTime, Utc};
use minutebook_domain::reference::Name;
use minutebook_domain::{ProviderSubject, SenderIdentity};
use serde_json::{Map, Value};

/// The allowed difference between the provider's clock and this one, in seconds.
const LEEWAY: f64 = 30.0;
/// Bytes of `sub`: OpenID Connect Core, section 2, allows no more.
const LONGEST_SUBJECT: usize = 255;
/// Claims of ID tokens, which prove a login and permit nothing, and of logout tokens.
const CLAIMS_OF_OTHER_TOKENS: [&str; 4] = ["nonce", "at_hash", "c_hash", "events"];

pub(super) type Claims = Map<String, Value>;

/// Returns the principal that `claims` describe, if they are valid at `now`.
pub(super) fn admit(config: &OidcConfig, claims: &Claims, now: DateTime<Utc>) -> Result<Principal, JwtFault> {
    verify(config, claims, now)?;
    let subject = text(claims, "sub")?;
    let name: Name =
        text(claims, &config.name_claim)?.parse().map_err(|_| JwtFault::Claim(config.name_claim.clone()))?;
    // What the person records carries it.
    if subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
        return Err(JwtFault::Claim("sub".into()));
    }
    let identity =
        SenderIdentity::Provider(ProviderSubject { issuer: config.issuer.clone(), subject: subject.to_string() });
    Ok(Principal::new(name.to_string(), Some(identity), rights(config, claims)))
}

fn verify(config: &OidcConfig, claims: &Claims, now: DateTime<Utc>) -> Result<(), JwtFault> {
    if text(claims, "iss")? != config.issuer {
        return Err(JwtFault::WrongIssuer);
    }
    let names_us = match claims.get("aud") {
        Some(Value::String(one)) => *one == config.audience,
        Some(Value::Array(several)) => several.iter().any(|one| one.as_str() == Some(&config.audience)),
        _ => return Err(JwtFault::Claim("aud".into())),
    };
    if !names_us {
        return Err(JwtFault::WrongAudience);
    }
    text(claims, "sub")?;
    // Microseconds since 1970 fit the 53 bits of a float until the year 2255.
    #[expect(clippy::cast_precision_loss, reason = "to a microsecond is precise enough")]
    let now = now.timestamp_micros() as f64 / 1e6;
    if now - LEEWAY >= time(claims, "exp")? {
        return Err(JwtFault::Expired);
    }
    let not_before = if config.nbf_required || claims.contains_key("nbf") { Some(time(claims, "nbf")?) } else { None };
    if not_before.is_some_and(|not_before| now + LEEWAY < not_before) {
        return Err(JwtFault::NotYetValid);
    }
    let is_other = CLAIMS_OF_OTHER_TOKENS.iter().any(|claim| claims.contains_key(*claim));
    if is_other { Err(JwtFault::WrongType) } else { Ok(()) }
}

/// Returns a claim that must be a non-empty string.
fn text<'a>(claims: &'a Claims, claim: &str) -> Result<&'a str, JwtFault> {
    let text = claims.get(claim).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.ok_or_else(|| JwtFault::Claim(claim.to_owned()))
}

/// Returns a claim that must be a time: seconds since 1970, possibly with a fraction (RFC 7519, section 2).
fn time(claims: &Claims, claim: &str) -> Result<f64, JwtFault> {
    claims.get(claim).and_then(Value::as_f64).ok_or_else(|| JwtFault::Claim(claim.to_owned()))
}

/// Returns one right for each configured value of the rights claim. They are not merged: a role from one right does not
/// apply to the committees of another.
fn rights(config: &OidcConfig, claims: &Claims) -> Vec<Right> {
    let mut steps = config.rights_claim.split('.');
    let first = steps.next().and_then(|step| claims.get(step));
    // A claim's own name may contain dots, as a URL does; that reading takes precedence.
    let claim = claims.get(&config.rights_claim).or_else(|| steps.try_fold(first?, |value, step| value.get(step)));
    let values: Vec<&str> = match claim {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    values.into_iter().filter_map(|value| config.rights.get(value)).map(RightConfig::right).collect()
}
