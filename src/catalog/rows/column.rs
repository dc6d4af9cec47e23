//! A value for each row, that snapshots share.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How many rows a block holds, and how many blocks a shelf: a write copies one block, the references of one shelf, and one to each of
/// the shelves.
const BLOCK: usize = 128;
const SHELF: usize = 128;

/// A value for each row up to the last that was set; rows between have the value that means none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Column<V> {
    shelves: Arc<Vec<Arc<Shelf<V>>>>,
}

/// Blocks of values.
type Shelf<V> = Vec<Arc<Vec<V>>>;

impl<V> Default for Column<V> {
    fn default() -> Self {
        Column { shelves: Arc::default() }
    }
}

impl<V: Clone + Default> Column<V> {
    /// The value of a row; none where no row so high was ever set.
    pub fn get(&self, row: u32) -> Option<&V> {
        let row = row as usize;
        self.shelves.get(row / BLOCK / SHELF)?.get(row / BLOCK % SHELF)?.get(row % BLOCK)
    }

    /// The values of rows that are asked for in order, most of them next to one another.
    pub fn reader(&self) -> Reader<'_, V> {
        Reader { column: self, start: 0, block: self.block(0) }
    }

    /// The values of the rows of a block, up to the last that was set.
    fn block(&self, row: usize) -> &[V] {
        let blocks = self.shelves.get(row / BLOCK / SHELF);
        blocks.and_then(|blocks| blocks.get(row / BLOCK % SHELF)).map_or(&[], |block| block)
    }

    pub fn set(&mut self, row: u32, value: V) {
        let row = row as usize;
        let blocks = of(&mut self.shelves, row / BLOCK / SHELF);
        let values = of(blocks, row / BLOCK % SHELF);
        *of(values, row % BLOCK) = value;
    }
}

/// See [`Column::reader`].
#[derive(Debug)]
pub struct Reader<'a, V> {
    column: &'a Column<V>,
    /// The first row of the block that was looked at last.
    start: usize,
    block: &'a [V],
}

impl<'a, V: Clone + Default> Reader<'a, V> {
    pub fn get(&mut self, row: u32) -> Option<&'a V> {
        let row = row as usize;
        if row.wrapping_sub(self.start) >= BLOCK {
            self.start = row - row % BLOCK;
            self.block = self.column.block(self.start);
        }
        self.block.get(row - self.start)
    }
}

/// The item at a place, to change it, after as many as that takes.
fn of<V: Clone + Default>(items: &mut Arc<Vec<V>>, place: usize) -> &mut V {
    let items = Arc::make_mut(items);
    if items.len() <= place {
        items.resize_with(place + 1, V::default);
    }
    &mut items[place]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_value_that_was_set_last() {
        let far = (BLOCK * SHELF * 2 + BLOCK) as u32 + 1;
        let mut column = Column::default();
        column.set(3, 'a');
        let before = column.clone();
        column.set(3, 'b');
        column.set(far, 'c');
        assert_eq!(before.get(3), Some(&'a'));
        assert_eq!([3, far, 2].map(|row| column.get(row).copied()), [Some('b'), Some('c'), Some('\0')]);
        let mut reader = column.reader();
        assert_eq!([3, 4, far, 2].map(|row| reader.get(row).copied()), [Some('b'), None, Some('c'), Some('\0')]);
        assert_eq!((before.get(4), column.get(far + 1), column.get(BLOCK as u32)), (None, None, None));
    }
}
