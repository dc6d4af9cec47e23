//! What filters picked: the next page of a list, and whoever asks for the same one, need not have its rows put together again.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, OnceLock};

use foldhash::fast::RandomState;
use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use super::Filter;
use super::picked::Picked;

/// How many bytes of rows are kept.
const KEPT_BYTES: u64 = 16 << 20;
/// How many filters are expected. It is made anew for each revision that is asked, so it begins small.
const ABOUT: usize = 128;

/// What the filters of a kind picked at one revision, bounded by its bytes. It holds for all copies of a snapshot in which nothing
/// changed.
pub struct Picks<T>(Arc<OnceLock<Kept<T>>>);

type Kept<T> = Cache<Filter<T>, Picked, Bytes, RandomState>;

/// Weighs what was picked by the bytes that it takes, about.
#[derive(Debug, Clone)]
struct Bytes;

impl<T> Weighter<Filter<T>, Picked> for Bytes {
    fn weight(&self, _: &Filter<T>, picked: &Picked) -> u64 {
        let (Picked::In(rows) | Picked::Out(rows)) = picked;
        rows.bytes() as u64
    }
}

impl<T: Clone + Eq + Hash> Picks<T> {
    /// What a filter picked before, or else picks now.
    pub(super) fn of(&self, filter: &Filter<T>, pick: impl FnOnce() -> Picked) -> Picked {
        let new = || Cache::with(ABOUT, KEPT_BYTES, Bytes, RandomState::default(), DefaultLifecycle::default());
        let kept = self.0.get_or_init(new);
        kept.get(filter).unwrap_or_else(|| {
            let picked = match pick() {
                Picked::In(rows) => Picked::In(rows.with_bits()),
                out => out,
            };
            kept.insert(filter.clone(), picked.clone());
            picked
        })
    }
}

impl<T> Default for Picks<T> {
    fn default() -> Self {
        Picks(Arc::default())
    }
}

impl<T> Clone for Picks<T> {
    fn clone(&self) -> Self {
        Picks(Arc::clone(&self.0))
    }
}

impl<T> fmt::Debug for Picks<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Picks").finish_non_exhaustive()
    }
}
