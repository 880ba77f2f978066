//! What can be wrong with a JWT.

/// The first fault found in a JWT. Messages name claims and headers but repeat no value of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtFault {
    /// The text is not three Base64 parts with JSON in the first two, or its algorithm is unknown.
    #[error("malformed, or signed by an unknown algorithm")]
    Malformed,
    /// The text is longer than this many bytes.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// The `typ` of the header is not configured, or the claims are those of an ID token or a logout token.
    #[error("wrong type: expected an access token with a configured `typ`")]
    WrongType,
    /// The header demands extensions, and none is supported.
    #[error("the header has `crit`, which demands unsupported extensions")]
    Critical,
    /// The header names no key.
    #[error("the header has no `kid`")]
    NoKey,
    /// The provider publishes no key of this id.
    #[error("`kid` names no key that the provider publishes")]
    UnknownKey,
    /// The key is not meant for the header's algorithm.
    #[error("`alg` is not an algorithm of the key")]
    WrongAlgorithm,
    /// The signature is not the key's.
    #[error("the signature does not match the key")]
    WrongSignature,
    /// A required claim is missing or of the wrong form.
    #[error("the claim `{0}` is missing or malformed")]
    Claim(String),
    /// The issuer is no trusted provider.
    #[error("`iss` is not a trusted provider")]
    WrongIssuer,
    /// The audience is another service.
    #[error("`aud` does not name this ledger")]
    WrongAudience,
    /// The time of `exp` has passed.
    #[error("expired")]
    Expired,
    /// The time of `nbf` is in the future.
    #[error("not valid yet")]
    NotYetValid,
}
