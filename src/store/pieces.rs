//! Long values in pieces: sled moves a leaf of its tree that grows over 128 KB into a file of its own, which it never syncs. A
//! leaf holds up to 17 values before it splits, so none of ours is longer than a seventeenth of that, less the keys.
//!
//! A value is cut into pieces of at most [`PIECE_BYTES`]; the number of a piece, two bytes, ends its key. The first piece
//! begins with how many there are, and is written last.

use super::{StoreError, codec};

const PIECE_BYTES: usize = 6 << 10;

/// The rows of a value under a key: the first piece, and the others.
pub(super) struct Rows {
    pub(super) first: (Vec<u8>, Vec<u8>),
    pub(super) others: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Cuts a value into rows.
pub(super) fn cut(key: &[u8], value: &[u8]) -> Rows {
    let (head, rest) = value.split_at(value.len().min(PIECE_BYTES));
    let others: Vec<_> =
        rest.chunks(PIECE_BYTES).zip(1u16..).map(|(piece, number)| (row_key(key, number), piece.to_vec())).collect();
    let mut first = (others.len() as u16 + 1).to_be_bytes().to_vec();
    first.extend(head);
    Rows { first: (row_key(key, 0), first), others }
}

/// How many pieces a value of a length has.
pub(super) fn count(length: usize) -> u16 {
    length.div_ceil(PIECE_BYTES).max(1) as u16
}

/// Whether a first piece holds what is left of a value that was dropped.
pub(super) fn is_stub(first: &[u8]) -> bool {
    first.get(2..).is_some_and(codec::is_stub)
}

/// Whether a value stands under a key.
pub(super) fn begins(tree: &sled::Db, key: &[u8]) -> Result<bool, StoreError> {
    Ok(tree.contains_key(row_key(key, 0))?)
}

/// Reads a value; none where it is not there, or not whole.
pub(super) fn read(tree: &sled::Db, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut value = Value::default();
    for row in tree.scan_prefix(key) {
        let (row_key, piece) = row?;
        if row_key.len() == key.len() + 2 && !value.add(&row_key, &piece) {
            return Ok(None);
        }
    }
    Ok(value.whole())
}

/// A value that is put together from rows in the order of their keys.
#[derive(Default)]
struct Value {
    pieces: u16,
    added: u16,
    bytes: Vec<u8>,
}

impl Value {
    /// Adds the next row; false where it does not follow on the last.
    fn add(&mut self, row_key: &[u8], piece: &[u8]) -> bool {
        let Some((_, number)) = split(row_key) else { return false };
        if number != self.added {
            return false;
        }
        let mut piece = piece;
        if number == 0 {
            let Some((pieces, rest)) = piece.split_first_chunk::<2>() else { return false };
            self.pieces = u16::from_be_bytes(*pieces);
            piece = rest;
        }
        self.added += 1;
        self.bytes.extend(piece);
        true
    }

    /// The whole value, once the last row is added.
    fn whole(self) -> Option<Vec<u8>> {
        (self.added > 0 && self.added == self.pieces).then_some(self.bytes)
    }
}

/// A value as a scan of its table finds it.
pub(super) struct Found {
    pub(super) key: Vec<u8>,
    /// The keys of its rows.
    pub(super) rows: Vec<sled::IVec>,
    /// Whether its first piece is there.
    pub(super) begins: bool,
    /// The value; none where a piece of it is missing.
    pub(super) bytes: Option<Vec<u8>>,
}

/// The values of a table in the order of their keys.
pub(super) fn values(tree: &sled::Db, table: u8) -> impl Iterator<Item = Result<Found, StoreError>> {
    let mut rows = tree.scan_prefix([table]).peekable();
    std::iter::from_fn(move || {
        let mut found: Option<Found> = None;
        let mut value = Some(Value::default());
        while let Some(row) = rows.next_if(|row| match (row, &found) {
            (Ok((row_key, _)), Some(found)) => split(row_key).is_some_and(|(key, _)| key == found.key),
            (Err(_), Some(_)) => false,
            (_, None) => true,
        }) {
            let (row_key, piece) = match row {
                Ok(row) => row,
                Err(error) => return Some(Err(error.into())),
            };
            let (key, number) = split(&row_key).unwrap_or((&row_key, 0));
            let found =
                found.get_or_insert_with(|| Found { key: key.to_vec(), rows: Vec::new(), begins: number == 0, bytes: None });
            value = value.take_if(|value| value.add(&row_key, &piece));
            found.rows.push(row_key);
        }
        let mut found = found?;
        found.bytes = value.and_then(Value::whole);
        Some(Ok(found))
    })
}

/// The key of a value and the number of the piece.
pub(super) fn split(row_key: &[u8]) -> Option<(&[u8], u16)> {
    row_key.split_last_chunk::<2>().map(|(key, number)| (key, u16::from_be_bytes(*number)))
}

/// The key of a piece.
pub(super) fn row_key(key: &[u8], number: u16) -> Vec<u8> {
    let mut row = key.to_vec();
    row.extend(number.to_be_bytes());
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(rows: &[(Vec<u8>, Vec<u8>)]) -> Option<Vec<u8>> {
        let mut value = Value::default();
        rows.iter().all(|(key, piece)| value.add(key, piece)).then(|| value.whole()).flatten()
    }

    #[test]
    fn a_value_of_any_length_comes_back_whole_or_not_at_all() {
        for length in [0, 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES] {
            let long: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
            let Rows { first, others } = cut(b"key", &long);
            let rows: Vec<_> = std::iter::once(first).chain(others).collect();
            assert_eq!(rows.len(), usize::from(count(length)));
            assert_eq!(joined(&rows), Some(long));
            assert!(rows.iter().all(|(_, piece)| piece.len() <= PIECE_BYTES + 2));
            assert_eq!(joined(&rows[1..]), None);
            assert_eq!(joined(&rows[..rows.len() - 1]), None);
        }
    }
}
