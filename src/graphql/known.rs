//! Operations that were read and validated before: found by a text, or by the shape that it has in common with others.

use std::fmt;
use std::sync::Arc;

use foldhash::fast::RandomState;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{Equivalent, Weighter};

use super::document::Shape;
use super::operation::{Found, Text};

/// How many times the length of its text a checked operation takes in memory, its plan counted: 200 MB for 4 MB of texts.
const PREPARED: usize = 50;
/// Bytes that an operation takes, about.
const COMMON: usize = 20 << 10;

/// How a text is written by which an operation is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Written {
    Plain,
    Quoted,
    /// A shape in the place of all its texts.
    Shape,
}

/// What an operation is found by: a text or a shape, and the name that was asked for, if one was.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    written: Written,
    name: Option<Box<str>>,
    text: Box<str>,
}

/// The same, as a request has it.
#[derive(Hash)]
struct Meant<'t> {
    written: Written,
    name: Option<&'t str>,
    text: &'t str,
}

impl<'t> Meant<'t> {
    fn by_text(name: Option<&'t str>, text: &'t Text) -> Meant<'t> {
        match text {
            Text::Plain(text) => Meant { written: Written::Plain, name, text },
            Text::Quoted(json) => Meant { written: Written::Quoted, name, text: json.get() },
        }
    }

    fn by_shape(shape: &'t str) -> Meant<'t> {
        Meant { written: Written::Shape, name: None, text: shape }
    }

    fn key(&self) -> Key {
        Key { written: self.written, name: self.name.map(Into::into), text: self.text.into() }
    }
}

impl Equivalent<Key> for Meant<'_> {
    fn equivalent(&self, key: &Key) -> bool {
        self.written == key.written && *self.text == *key.text && self.name == key.name.as_deref()
    }
}

/// Weighs what is known by the bytes that it takes, about. What several keys lead to counts for each: the others may be forgotten.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Key, Found> for Bytes {
    fn weight(&self, _: &Key, found: &Found) -> u64 {
        (found.prepared.text.len() * PREPARED) as u64
    }
}

/// Valid operations, bounded by what they take in memory.
pub(super) struct KnownOperations(Cache<Key, Found, Bytes, RandomState>);

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
    pub(super) fn by_text(&self, name: Option<&str>, text: &Text) -> Option<Found> {
        self.0.get(&Meant::by_text(name, text))
    }

    /// The operation that all texts of a shape ask for.
    pub(super) fn by_shape(&self, shape: &Shape<'_>) -> Option<Found> {
        let Found { prepared, .. } = self.0.get(&Meant::by_shape(&shape.text))?;
        let own = Arc::new(prepared.lifted.as_ref()?.own(shape)?);
        Some(Found { prepared, own: Some(own), is_first: false })
    }

    /// Keeps what a text asks for.
    pub(super) fn keep(&self, name: Option<&str>, text: &Text, found: &Found) {
        self.0.insert(Meant::by_text(name, text).key(), found.clone());
        if let Some(lifted) = found.prepared.lifted.as_ref().filter(|_| found.is_first) {
            self.0.insert(Meant::by_shape(&lifted.shape).key(), found.clone());
        }
    }
}
