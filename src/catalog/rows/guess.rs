//! Where a key was found last: a guess at its row, which whoever asks compares with what stands there.
//!
//! A tree of keys has to be gone down, and each step of that is a look at memory that is in no cache. A guess takes one look, and
//! mostly it is right, for a record keeps its row.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU32, Ordering};

use foldhash::fast::RandomState;

/// How many rows are guessed at once, in half a megabyte. Of keys that share a place, the others are looked for in the tree.
const PLACES: usize = 1 << 17;

/// The rows where keys were found last.
pub(super) struct Guesses {
    rows: Box<[AtomicU32]>,
    hasher: RandomState,
}

impl Default for Guesses {
    fn default() -> Self {
        Guesses { rows: (0..PLACES).map(|_| AtomicU32::new(0)).collect(), hasher: RandomState::default() }
    }
}

impl fmt::Debug for Guesses {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Guesses")
    }
}

impl Guesses {
    /// The row of a key: the one that is guessed, if `holds` says that the key stands there, else what `find` finds.
    pub(super) fn row(&self, key: &str, holds: impl FnOnce(u32) -> bool, find: impl FnOnce() -> Option<u32>) -> Option<u32> {
        let place = &self.rows[self.hasher.hash_one(key) as usize % PLACES];
        let guess = place.load(Ordering::Relaxed);
        if holds(guess) {
            return Some(guess);
        }
        find().inspect(|row| place.store(*row, Ordering::Relaxed))
    }
}
