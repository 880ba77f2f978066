//! What can be wrong with a JWT.

/// What is wrong with a JWT. It repeats nothing of what the JWT says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwtFault {
    /// It is not three parts of Base64 with JSON in the first two, or its algorithm is none that is known.
    #[error("it is not well formed, or signed by no algorithm that is known")]
    Malformed,
    /// It is longer than any that is accepted.
    #[error("it is longer than {0} bytes")]
    TooLong(usize),
    /// It is of another type: an ID token is no access token.
    #[error("its header has another `typ` than is accepted")]
    WrongType,
    /// Its header asks for an extension to be understood, and none is.
    #[error("its header has a `crit`, which asks for what is not supported")]
    Critical,
    /// Its header does not say by which key it is signed.
    #[error("its header names no key by `kid`")]
    NoKey,
    /// The provider publishes no such key.
    #[error("the provider publishes no key that its `kid` names")]
    UnknownKey,
    /// The key is not for the algorithm that the header names.
    #[error("its `alg` is not one that its key is for")]
    WrongAlgorithm,
    /// The signature is not that of the key.
    #[error("its signature is not that of its key")]
    WrongSignature,
    /// A claim is missing, or is not of the form that it should have.
    #[error("its claim `{0}` is missing or not as expected")]
    Claim(String),
    /// Another provider issued it.
    #[error("its `iss` is no provider that is accepted here")]
    WrongIssuer,
    /// It is for someone else.
    #[error("its `aud` is another than this ledger's")]
    WrongAudience,
    /// It was accepted until now.
    #[error("it has expired")]
    Expired,
    /// It will be accepted later.
    #[error("it is not accepted yet")]
    NotYetValid,
}
