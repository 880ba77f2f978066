//! How the process takes its memory.

/// Has it take memory in small pages from now on. The allocator asks for huge ones, and of those a server that is idle fills
/// little: they made a third of the memory of its own. Where the kernel knows no such wish, all stays as it is.
pub fn disable_huge_pages() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
