//! Who is let in, and to what.

mod jwt;
mod oidc;
mod permissions;
mod tokens;
