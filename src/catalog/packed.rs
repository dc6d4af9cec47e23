//! Rows of numbers as plain bytes, for a checkpoint: one by one they would take much longer to read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

/// What can be written as bytes.
pub(super) trait Packed: Sized {
    fn pack(&self) -> Cow<'_, [u8]>;
    /// Nothing where the bytes are not those of such a thing.
    fn unpack(bytes: Vec<u8>) -> Option<Self>;
}

pub(super) fn serialize<T: Packed, S: Serializer>(packed: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(&packed.pack())
}

pub(super) fn deserialize<'de, T: Packed, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::unpack(deserializer.deserialize_byte_buf(Bytes)?).ok_or_else(|| D::Error::custom("bytes of another kind"))
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("bytes")
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(bytes)
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

impl Packed for Vec<u8> {
    fn pack(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }

    fn unpack(bytes: Vec<u8>) -> Option<Self> {
        Some(bytes)
    }
}

impl Packed for Box<[u8]> {
    fn pack(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self)
    }

    fn unpack(bytes: Vec<u8>) -> Option<Self> {
        Some(bytes.into())
    }
}

impl Packed for Vec<u32> {
    fn pack(&self) -> Cow<'_, [u8]> {
        self.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn unpack(bytes: Vec<u8>) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks();
        rest.is_empty().then(|| numbers.iter().map(|number| u32::from_le_bytes(*number)).collect())
    }
}

impl Packed for Vec<u64> {
    fn pack(&self) -> Cow<'_, [u8]> {
        self.iter().flat_map(|number| number.to_le_bytes()).collect()
    }

    fn unpack(bytes: Vec<u8>) -> Option<Self> {
        let (numbers, rest) = bytes.as_chunks();
        rest.is_empty().then(|| numbers.iter().map(|number| u64::from_le_bytes(*number)).collect())
    }
}
