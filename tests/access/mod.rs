//! Who is let in, and to what.

mod permissions;
mod tokens;
