//! Lines that wait for a record that they name.

use std::collections::{BTreeMap, HashMap};

use super::chunk::Item;
use crate::config::Limits;
use crate::domain::NodeId;

#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// By the record that they are about, in the order of the stream.
    items: BTreeMap<NodeId, Vec<(Item, Option<NodeId>)>>,
    /// By the record that is missing, those that wait for it.
    wanted: HashMap<NodeId, Vec<NodeId>>,
    count: usize,
    bytes: usize,
}

impl Waiting {
    pub(super) fn len(&self) -> u64 {
        self.count as u64
    }

    /// Whether a line about a record waits.
    pub(super) fn holds(&self, id: &NodeId) -> bool {
        self.items.contains_key(id)
    }

    pub(super) fn has_room(&self, bytes: usize, limits: &Limits) -> bool {
        self.count < limits.stream_waiting && self.bytes + bytes <= limits.stream_waiting_bytes
    }

    /// Adds an item that waits for a record, or behind another about the same one.
    pub(super) fn add(&mut self, item: Item, missing: Option<NodeId>) {
        self.count += 1;
        self.bytes += item.bytes;
        if let Some(missing) = &missing {
            self.wanted.entry(missing.clone()).or_default().push(item.id.clone());
        }
        self.items.entry(item.id.clone()).or_default().push((item, missing));
    }

    /// Takes out what waited for a record that is there now.
    pub(super) fn release(&mut self, there: &NodeId) -> Vec<Item> {
        let mut released = Vec::new();
        for id in self.wanted.remove(there).unwrap_or_default() {
            released.extend(self.items.remove(&id).unwrap_or_default().into_iter().map(|(item, _)| item));
        }
        self.taken(&released);
        released
    }

    /// Takes out everything, in pieces; what waits again comes back.
    pub(super) fn drain(&mut self, most: usize) -> Vec<Vec<Item>> {
        self.wanted.clear();
        let mut items: Vec<Item> = std::mem::take(&mut self.items).into_values().flatten().map(|(item, _)| item).collect();
        self.taken(&items);
        items.sort_by_key(|item| item.line);
        let mut pieces = Vec::new();
        while !items.is_empty() {
            let rest = items.split_off(items.len().min(most));
            pieces.push(std::mem::replace(&mut items, rest));
        }
        pieces
    }

    /// Takes out everything, with what it waits for.
    pub(super) fn missing(&mut self) -> Vec<(Item, Option<NodeId>)> {
        let mut missing: Vec<_> = std::mem::take(&mut self.items).into_values().flatten().collect();
        missing.sort_by_key(|(item, _)| item.line);
        missing
    }

    /// The numbers of the lines.
    pub(super) fn lines(&self) -> Vec<u64> {
        let mut lines: Vec<_> = self.items.values().flatten().map(|(item, _)| item.line).collect();
        lines.sort_unstable();
        lines
    }

    fn taken(&mut self, items: &[Item]) {
        self.count -= items.len();
        self.bytes -= items.iter().map(|item| item.bytes).sum::<usize>();
    }
}
