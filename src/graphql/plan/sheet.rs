//! The rows of one kind as one place of a plan writes them, found by their numbers.
//!
//! Numbers are dense, so a row is found without hashing: three looks at memory, two of them at what all rows share. What was never
//! written takes no room.

use std::array;
use std::sync::OnceLock;

/// How many rows a block has, and how many blocks a shelf.
const BLOCK: usize = 32;
const SHELF: usize = 128;

/// Texts by the numbers of rows.
#[derive(Debug)]
pub(super) struct Sheet(Box<[OnceLock<Box<Shelf>>]>);

type Shelf = [OnceLock<Box<Block>>; SHELF];
type Block = [OnceLock<Box<str>>; BLOCK];

impl Sheet {
    /// A sheet for the rows below a number.
    pub(super) fn new(end: u32) -> Sheet {
        Sheet((0..(end as usize).div_ceil(BLOCK * SHELF)).map(|_| OnceLock::new()).collect())
    }

    /// How many bytes it takes without any text.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Sheet>() + size_of_val(&*self.0)
    }

    /// The text of a row, if it was put there.
    pub(super) fn get(&self, row: u32) -> Option<&str> {
        let row = row as usize;
        let shelf = self.0.get(row / BLOCK / SHELF)?.get()?;
        shelf[row / BLOCK % SHELF].get()?[row % BLOCK].get().map(|text| &**text)
    }

    /// Puts the text of a row there, unless there is one, and says how many bytes that took.
    pub(super) fn put(&self, row: u32, text: &str) -> usize {
        let row = row as usize;
        let Some(shelf) = self.0.get(row / BLOCK / SHELF) else { return 0 };
        let mut taken = 0;
        let shelf = shelf.get_or_init(|| {
            taken += size_of::<Shelf>();
            Box::new(array::from_fn(|_| OnceLock::new()))
        });
        let block = shelf[row / BLOCK % SHELF].get_or_init(|| {
            taken += size_of::<Block>();
            Box::new(array::from_fn(|_| OnceLock::new()))
        });
        block[row % BLOCK].get_or_init(|| {
            taken += text.len();
            text.into()
        });
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_text_that_was_put_there_first() {
        let end = (BLOCK * SHELF) as u32 + 1;
        let sheet = Sheet::new(end);
        assert_eq!((sheet.get(0), sheet.get(end - 1), sheet.get(end)), (None, None, None));
        assert!(sheet.put(end - 1, "é") > 2);
        assert_eq!(sheet.put(end - 1, "another"), 0);
        assert_eq!(sheet.put(end - 2, "ab"), size_of::<Shelf>() + size_of::<Block>() + 2);
        assert_eq!(sheet.put(end - 3, "c"), 1, "there is a block for it");
        assert_eq!((sheet.get(end - 1), sheet.get(end - 2), sheet.get(end - 4)), (Some("é"), Some("ab"), None));
        assert_eq!(sheet.put(end + (BLOCK * SHELF) as u32, "beyond"), 0);
    }
}
