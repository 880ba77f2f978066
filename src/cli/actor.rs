//! Who records.

use super::failure::Failure;

/// Returns the actor given on the command line, or else the user's name on this machine.
pub(super) fn actor(given: Option<&str>) -> Result<String, Failure> {
    let user = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    given.map(str::to_owned).or_else(user).filter(|name| !name.trim().is_empty()).ok_or_else(|| {
        Failure::new("it is not known who records this").with_help("give --actor, or set MINUTEBOOK_ACTOR")
    })
}
