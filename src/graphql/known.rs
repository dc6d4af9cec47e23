//! Operations that were read and validated before: found by a text, or by the shape that it has in common with others.

use std::fmt;
use std::sync::Arc;

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use super::document::Shape;
use super::operation::{Own, Prepared};

/// How many times the length of its text a checked operation takes in memory, its plan counted: 200 MB for 4 MB of texts.
const PREPARED: usize = 50;
/// Bytes that an operation takes, about.
const COMMON: usize = 20 << 10;
/// Bytes that a text of a known shape takes beside its own, about.
const ENTRY: usize = 500;

/// An operation, and what the text that asks for it has of its own where it is found by a shape.
pub(super) type Found = (Arc<Prepared>, Option<Arc<Own>>);

/// What an operation is found by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The name that was asked for, if one was, and the text.
    Text(Option<Box<str>>, Box<str>),
    Shape(Box<str>),
}

/// The same, as a request has it.
#[derive(Hash)]
enum Meant<'t> {
    Text(Option<&'t str>, &'t str),
    Shape(&'t str),
}

impl Equivalent<Key> for Meant<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        match (self, key) {
            (Meant::Text(name, text), Key::Text(known_name, known)) => **known == **text && known_name.as_deref() == *name,
            (Meant::Shape(shape), Key::Shape(known)) => **known == **shape,
            _ => false,
        }
    }
}

#[derive(Debug, Clone)]
enum Known {
    Operation(Arc<Prepared>),
    /// A text of a shape, under which its operation is found.
    Text(Arc<Own>),
}

/// Weighs what is known by the bytes that it takes, about.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Key, Known> for Bytes {
    fn weight(&self, key: &Key, known: &Known) -> u64 {
        let bytes = match (key, known) {
            (_, Known::Operation(prepared)) => prepared.text.len() * PREPARED,
            // Neither its shape nor what it gives is longer than itself.
            (Key::Text(_, text) | Key::Shape(text), Known::Text(_)) => text.len() * 3 + ENTRY,
        };
        bytes as u64
    }
}

/// Valid operations, bounded by what they take in memory.
pub(super) struct KnownOperations(Cache<Key, Known, Bytes, RandomState>);

impl fmt::Debug for KnownOperations {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KnownOperations").field("bytes", &self.0.weight()).finish_non_exhaustive()
    }
}

impl KnownOperations {
    /// Keeps up to so many bytes.
    pub(super) fn new(most: u64) -> KnownOperations {
        let about = most as usize / COMMON;
        KnownOperations(Cache::with(about, most, Bytes, RandomState::default(), DefaultLifecycle::default()))
    }

    /// The operation of a name that a text asks for.
    pub(super) fn by_text(&self, name: Option<&str>, text: &str) -> Option<Found> {
        match self.0.get(&Meant::Text(name, text))? {
            Known::Operation(prepared) => Some((prepared, None)),
            Known::Text(own) => self.shaped(&own.shape).map(|prepared| (prepared, Some(own))),
        }
    }

    /// The operation that all texts of a shape ask for.
    pub(super) fn by_shape(&self, shape: &Shape<'_>) -> Option<Found> {
        let prepared = self.shaped(&shape.text)?;
        let own = prepared.lifted.as_ref()?.own(shape)?;
        Some((prepared, Some(Arc::new(own))))
    }

    fn shaped(&self, shape: &str) -> Option<Arc<Prepared>> {
        match self.0.get(&Meant::Shape(shape))? {
            Known::Operation(prepared) => Some(prepared),
            Known::Text(_) => None,
        }
    }

    /// Keeps what a text asks for.
    pub(super) fn keep(&self, name: Option<&str>, text: &str, (prepared, own): &Found) {
        let key = Key::Text(name.map(Into::into), text.into());
        match own {
            None => self.0.insert(key, Known::Operation(Arc::clone(prepared))),
            Some(own) => {
                self.0.insert(Key::Shape((*own.shape).into()), Known::Operation(Arc::clone(prepared)));
                self.0.insert(key, Known::Text(Arc::clone(own)));
            }
        }
    }
}
