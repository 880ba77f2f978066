//! Transparent huge pages, which the server does without.

/// Disables transparent huge pages for this process. The allocator fills few of the huge pages that it reserves: in an
/// idle server they took a third of the memory. A kernel without this setting ignores the call.
pub fn disable_huge_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
