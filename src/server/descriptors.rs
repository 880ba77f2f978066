//! The number of file descriptors that the process may open: a connection takes one.

/// Descriptors besides those of connections: the store's files and connections, the log, webhook deliveries.
const OTHERS: u64 = 128;

/// Raises the soft limit of descriptors to the hard one, and warns where even that is too low for `connections`.
pub(super) fn raise_limit(connections: u64) {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        if limit.current != limit.maximum {
            let raised = Rlimit { current: limit.maximum, ..limit };
            if let Err(error) = setrlimit(Resource::Nofile, raised) {
                tracing::warn!(%error, "cannot raise the limit of open files");
            }
        }
        let now = getrlimit(Resource::Nofile).current;
        if now.is_some_and(|now| now < connections + OTHERS) {
            tracing::warn!(
                limit = now,
                needed = connections + OTHERS,
                "the limit of open files is too low for `limits.connections`"
            );
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connections, OTHERS);
}
