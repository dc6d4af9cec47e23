//! Questions that are being answered: who asks the same meanwhile waits for that answer, and does not have it worked out again.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// What is being worked out, each with those who wait for it.
pub(super) struct Flights<K, T> {
    under_way: Mutex<HashMap<K, Vec<oneshot::Sender<T>>>>,
}

impl<K, T> fmt::Debug for Flights<K, T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl<K, T> Default for Flights<K, T> {
    fn default() -> Self {
        Flights { under_way: Mutex::default() }
    }
}

/// Where one stands who asks.
#[derive(Debug)]
pub(super) enum Place<'a, K: Hash + Eq + Copy, T: Clone> {
    /// Nobody works on it: now the one who asks does.
    First(Flight<'a, K, T>),
    /// Somebody does, and says here what came of it; or never, where nothing came that others can have.
    Later(oneshot::Receiver<T>),
}

/// The work of the one who asked first. Where it is dropped before it lands, those who wait are let go.
#[derive(Debug)]
pub(super) struct Flight<'a, K: Hash + Eq + Copy, T: Clone> {
    flights: &'a Flights<K, T>,
    key: K,
    landed: bool,
}

impl<K: Hash + Eq + Copy, T: Clone> Flights<K, T> {
    /// Asks for something.
    pub(super) fn join(&self, key: K) -> Place<'_, K, T> {
        match self.under_way().entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Vec::new());
                Place::First(Flight { flights: self, key, landed: false })
            }
            Entry::Occupied(mut entry) => {
                let (sender, receiver) = oneshot::channel();
                entry.get_mut().push(sender);
                Place::Later(receiver)
            }
        }
    }

    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Vec<oneshot::Sender<T>>>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq + Copy, T: Clone> Flight<'_, K, T> {
    /// Gives all who wait what came of it.
    pub(super) fn land(mut self, result: &T) {
        self.landed = true;
        let waiting = self.flights.under_way().remove(&self.key).unwrap_or_default();
        for waiting in waiting {
            // Who went away meanwhile needs it no more.
            let _ = waiting.send(result.clone());
        }
    }
}

impl<K: Hash + Eq + Copy, T: Clone> Drop for Flight<'_, K, T> {
    fn drop(&mut self) {
        // After a landing the key may be another one's already.
        if !self.landed {
            self.flights.under_way().remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn those_who_ask_meanwhile_get_what_the_first_one_found() {
        let flights = Flights::<u8, String>::default();
        let Place::First(flight) = flights.join(1) else { panic!("nobody asked before") };
        let Place::Later(second) = flights.join(1) else { panic!("the first one is at it") };
        let Place::Later(third) = flights.join(1) else { panic!("the first one is at it") };
        assert!(matches!(flights.join(2), Place::First(_)), "another question");
        flight.land(&"found".to_owned());
        assert_eq!((second.await.as_deref(), third.await.as_deref()), (Ok("found"), Ok("found")));
        assert!(matches!(flights.join(1), Place::First(_)), "it is over");
    }

    #[tokio::test]
    async fn nobody_waits_for_one_who_gave_up() {
        let flights = Flights::<u8, String>::default();
        let Place::First(flight) = flights.join(1) else { panic!("nobody asked before") };
        let Place::Later(second) = flights.join(1) else { panic!("the first one is at it") };
        drop(flight);
        assert!(second.await.is_err());
        assert!(matches!(flights.join(1), Place::First(_)));
    }
}
