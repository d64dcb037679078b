//! A wall clock that is wrong, for this process alone.
//!
//! Rust's standard library asks libc's `clock_gettime` for the time. This binary has one of its own, which goes before it.

use std::ffi::{c_int, c_long};
use std::sync::atomic::{AtomicI64, Ordering};

static SKEW: AtomicI64 = AtomicI64::new(0);

/// Sets the wall clock so many seconds ahead, and leaves the one that counts elapsed time as it is.
pub fn skew(seconds: i64) {
    SKEW.store(seconds, Ordering::Relaxed);
}

#[unsafe(no_mangle)]
#[expect(unsafe_code, reason = "it takes the place of a function in C")]
extern "C" fn clock_gettime(clock: libc::clockid_t, time: *mut libc::timespec) -> c_int {
    // SAFETY: what the kernel is asked for is what the caller asks for.
    let failed = unsafe { libc::syscall(libc::SYS_clock_gettime, c_long::from(clock), time) };
    if failed == 0 && clock == libc::CLOCK_REALTIME {
        // SAFETY: the kernel has just written there.
        unsafe { (*time).tv_sec += SKEW.load(Ordering::Relaxed) };
    }
    if failed == 0 { 0 } else { -1 }
}
