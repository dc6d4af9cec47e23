//! A value for each row, that snapshots share.

use std::sync::Arc;

/// How many rows a block holds: a write copies one block, and a reference to each of the others.
const BLOCK: usize = 2048;

/// A value for each row up to the last that was set; rows between have the value that means none.
#[derive(Debug, Clone)]
pub struct Column<V> {
    blocks: Arc<Vec<Arc<Vec<V>>>>,
}

impl<V> Default for Column<V> {
    fn default() -> Self {
        Column { blocks: Arc::default() }
    }
}

impl<V: Clone + Default> Column<V> {
    /// The value of a row; none where no row so high was ever set.
    pub fn get(&self, row: u32) -> Option<&V> {
        self.blocks.get(row as usize / BLOCK)?.get(row as usize % BLOCK)
    }

    pub fn set(&mut self, row: u32, value: V) {
        let (block, within) = (row as usize / BLOCK, row as usize % BLOCK);
        let blocks = Arc::make_mut(&mut self.blocks);
        if blocks.len() <= block {
            blocks.resize_with(block + 1, Arc::default);
        }
        let values = Arc::make_mut(&mut blocks[block]);
        if values.len() <= within {
            values.resize_with(within + 1, V::default);
        }
        values[within] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_the_value_that_was_set_last() {
        let mut column = Column::default();
        column.set(3, 'a');
        let before = column.clone();
        column.set(3, 'b');
        column.set(BLOCK as u32 * 2 + 1, 'c');
        assert_eq!(before.get(3), Some(&'a'));
        assert_eq!([3, BLOCK as u32 * 2 + 1, 2].map(|row| column.get(row).copied()), [Some('b'), Some('c'), Some('\0')]);
        assert_eq!((before.get(4), column.get(BLOCK as u32 * 9)), (None, None));
    }
}
