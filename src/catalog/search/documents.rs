//! The records that are indexed, each under a number.

use std::sync::Arc;

use imbl::{OrdMap, Vector};

use crate::domain::{NodeId, NodeKind};

/// How many of a number's bits count the records of a kind. The bits above are the kind, so that in the order of the numbers
/// the kinds follow each other.
const KIND_SHIFT: u32 = 29;

/// Records by number and numbers by key. What is removed leaves its number to the next that comes, so numbers stay dense and a
/// record that is replaced keeps its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Documents([Numbered; NodeKind::ALL.len()]);

#[derive(Debug, Clone, Default)]
struct Numbered {
    keys: Vector<Option<Arc<str>>>,
    numbers: OrdMap<Arc<str>, u32>,
    free: Vector<u32>,
}

impl Documents {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().map(|numbered| numbered.numbers.len()).sum()
    }

    /// Gives a record a number. It has none yet.
    pub(super) fn add(&mut self, id: &NodeId) -> u32 {
        let numbered = &mut self.0[id.kind as usize];
        let key: Arc<str> = Arc::from(id.key.as_str());
        let number = numbered.free.pop_back().unwrap_or(numbered.keys.len() as u32);
        if (number as usize) < numbered.keys.len() {
            numbered.keys.set(number as usize, Some(Arc::clone(&key)));
        } else {
            numbered.keys.push_back(Some(Arc::clone(&key)));
        }
        numbered.numbers.insert(key, number);
        (id.kind as u32) << KIND_SHIFT | number
    }

    /// Takes a record's number away; none where it has none.
    pub(super) fn remove(&mut self, id: &NodeId) -> Option<u32> {
        let numbered = &mut self.0[id.kind as usize];
        let number = numbered.numbers.remove(id.key.as_str())?;
        numbered.keys.set(number as usize, None);
        numbered.free.push_back(number);
        Some((id.kind as u32) << KIND_SHIFT | number)
    }

    /// The number of a record.
    pub(super) fn number(&self, id: &NodeId) -> Option<u32> {
        let number = self.0[id.kind as usize].numbers.get(id.key.as_str())?;
        Some((id.kind as u32) << KIND_SHIFT | number)
    }

    /// The key of the record with a number; empty where there is none.
    pub(super) fn key(&self, document: u32) -> &str {
        let number = document & ((1 << KIND_SHIFT) - 1);
        self.0[kind(document) as usize].keys.get(number as usize).and_then(Option::as_deref).unwrap_or_default()
    }
}

/// The kind of the record with a number.
pub(super) fn kind(document: u32) -> NodeKind {
    NodeKind::ALL[(document >> KIND_SHIFT) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_comes_free_is_given_again() {
        let mut documents = Documents::default();
        let [one, two] = ["RR.0001", "RR.0002"].map(|key| NodeId::new(NodeKind::Project, key));
        let news = NodeId::new(NodeKind::NewsItem, "retour");
        let numbers = [&one, &two, &news].map(|id| documents.add(id));
        assert!(numbers.is_sorted());
        assert_eq!(documents.remove(&one), Some(numbers[0]));
        assert_eq!((documents.key(numbers[0]), documents.number(&one), documents.len()), ("", None, 2));
        assert_eq!(documents.add(&one), numbers[0]);
        assert_eq!((documents.key(numbers[0]), kind(numbers[2])), ("RR.0001", NodeKind::NewsItem));
    }
}
