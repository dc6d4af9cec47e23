//! The records, each under the number that the search knows it by.

use std::sync::Arc;

use imbl::{OrdMap, Vector};

use super::search::{self, Numbering};
use crate::domain::{NodeId, NodeKind};

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
        search::document(id.kind, number)
    }

    /// Takes a record's number away; none where it has none.
    pub(super) fn remove(&mut self, id: &NodeId) -> Option<u32> {
        let numbered = &mut self.0[id.kind as usize];
        let number = numbered.numbers.remove(id.key.as_str())?;
        numbered.keys.set(number as usize, None);
        numbered.free.push_back(number);
        Some(search::document(id.kind, number))
    }
}

impl Numbering for Documents {
    fn document(&self, id: &NodeId) -> Option<u32> {
        let number = self.0[id.kind as usize].numbers.get(id.key.as_str())?;
        Some(search::document(id.kind, *number))
    }

    fn id(&self, document: u32) -> NodeId {
        let (kind, number) = (search::kind(document), search::row(document));
        let key = self.0[kind as usize].keys.get(number as usize).and_then(Option::as_deref);
        NodeId::new(kind, key.unwrap_or_default())
    }
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
        assert_eq!((documents.id(numbers[0]).key.as_str(), documents.document(&one)), ("", None));
        assert_eq!(documents.add(&one), numbers[0]);
        assert_eq!((documents.id(numbers[0]), documents.id(numbers[2])), (one, news));
    }
}
