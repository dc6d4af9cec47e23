//! The `fundgraph` command; see [`fundgraph::cli`].

use std::ffi::{c_int, c_long};
use std::process::ExitCode;

use libmimalloc_sys::{mi_option_get, mi_option_set};
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// The allocator's option `purge_delay`: for how many milliseconds it keeps memory that came free before the system has it back.
const PURGE_DELAY: c_int = 15;
/// What it is by itself, and what it is here. Under writes each flush needs what the last one left a moment ago: to be given that
/// anew, zeroed, took a tenth of all that a write costs.
const USUAL: c_long = 10;
const LONGER: c_long = 100;

fn main() -> ExitCode {
    keep_memory_longer();
    fundgraph::cli::run()
}

/// Lets the allocator keep what came free a little longer, unless `MIMALLOC_PURGE_DELAY` says for how long.
#[allow(unsafe_code, reason = "the allocator has no other door to its options")]
fn keep_memory_longer() {
    // SAFETY: an option is a number of the allocator's own, and no other thread runs yet that could set it.
    unsafe {
        if mi_option_get(PURGE_DELAY) == USUAL {
            mi_option_set(PURGE_DELAY, LONGER);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(unsafe_code, reason = "as above")]
    fn the_option_is_the_one_that_is_meant() {
        keep_memory_longer();
        // SAFETY: nobody sets it any more.
        assert_eq!(unsafe { mi_option_get(PURGE_DELAY) }, LONGER);
    }
}
