//! Authentication and permissions.

mod jwt;
mod oidc;
mod permissions;
mod sessions;
mod tokens;
