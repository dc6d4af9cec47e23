//! Words in order, packed, and a copy for next to nothing.

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::leaf::Leaf;

/// Words in order and what is said of each. They stand in packed leaves: most words of a million texts are codes and names that
/// one text prints, and each of them would take ten times its letters in a plain map. A write copies one leaf.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "V: Clone + Deserialize<'de>"))]
pub(in crate::catalog::search) struct Words<V> {
    /// How many words a leaf has at most.
    full: usize,
    /// Under a word that none of the leaf's words is below; the first under the empty word.
    leaves: OrdMap<SmolStr, Arc<Leaf<V>>>,
}

impl<V: Clone> Words<V> {
    pub(super) fn new(full: usize) -> Words<V> {
        Words { full, leaves: OrdMap::new() }
    }

    pub(super) fn get(&self, word: &str) -> Option<&V> {
        self.leaves.get_prev(word)?.1.get(word)
    }

    /// What is said of a word, to change it. This copies the leaf in which the word stands, or would stand.
    pub(super) fn get_mut(&mut self, word: &str) -> Option<&mut V> {
        let (_, leaf) = self.leaves.get_prev_mut(word)?;
        Arc::make_mut(leaf).get_mut(word)
    }

    /// The words from some letters on, in order.
    pub(in crate::catalog::search) fn from<'a>(&'a self, letters: &'a str) -> impl Iterator<Item = (SmolStr, &'a V)> + 'a {
        let first = self.leaves.get_prev(letters).map(|(from, _)| from.as_str());
        let leaves = self.leaves.range::<_, str>((first.map_or(Bound::Unbounded, Bound::Included), Bound::Unbounded));
        leaves.flat_map(|(_, leaf)| leaf.iter()).skip_while(move |(word, _)| word.as_str() < letters)
    }

    /// Puts words among those that are there. They are in order, and none is there yet.
    pub(in crate::catalog::search) fn merge(&mut self, words: impl IntoIterator<Item = (SmolStr, V)>) {
        let mut words = words.into_iter().peekable();
        while let Some((word, _)) = words.peek() {
            let from = self.leaves.get_prev(word).map(|(from, _)| from.clone()).unwrap_or_default();
            let after = (Bound::Excluded(from.as_str()), Bound::Unbounded);
            let until = self.leaves.range::<_, str>(after).next().map(|(until, _)| until.clone());
            let coming = || words.next_if(|(word, _)| until.as_ref().is_none_or(|until| word < until));
            let there = self.leaves.remove(&from).map_or_else(Vec::new, |leaf| Arc::unwrap_or_clone(leaf).into_entries());
            let entries = merged(there, std::iter::from_fn(coming));
            self.set(from, entries);
        }
    }

    /// Takes a word away.
    pub(super) fn remove(&mut self, word: &str) {
        let Some((from, leaf)) = self.leaves.get_prev(word) else { return };
        let (from, mut entries) = (from.clone(), leaf.as_ref().clone().into_entries());
        entries.retain(|(other, _)| other != word);
        if entries.is_empty() {
            self.leaves.remove(&from);
        } else {
            self.set(from, entries);
        }
    }

    /// Sets the words of a leaf, in several leaves where they are too many for one.
    fn set(&mut self, mut from: SmolStr, entries: Vec<(SmolStr, V)>) {
        // A leaf that is packed anew has room for a few more.
        let leaves = if entries.len() > self.full { entries.len().div_ceil(self.full / 4 * 3) } else { 1 };
        let each = entries.len().div_ceil(leaves);
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let leaf = Leaf::of(entries.by_ref().take(each));
            self.leaves.insert(from, Arc::new(leaf));
            from = entries.peek().map(|(word, _)| word.clone()).unwrap_or_default();
        }
    }
}

/// Two lists in order as one.
fn merged<V>(there: Vec<(SmolStr, V)>, coming: impl Iterator<Item = (SmolStr, V)>) -> Vec<(SmolStr, V)> {
    let mut merged = Vec::with_capacity(there.len());
    let mut there = there.into_iter().peekable();
    for (word, value) in coming {
        merged.extend(std::iter::from_fn(|| there.next_if(|(other, _)| *other < word)));
        merged.push((word, value));
    }
    merged.extend(there);
    merged
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn words_are_those_that_were_merged_and_not_removed(
            edits in prop::collection::vec((prop::collection::btree_set("[abé😀]{0,4}", 0..40), any::<bool>()), 0..30),
            letters in "[abé😀]{0,3}",
        ) {
            let mut words = Words::new(8);
            let mut plain: BTreeMap<String, usize> = BTreeMap::new();
            for (some, put) in &edits {
                let copy = words.clone();
                let before = plain.clone();
                if *put {
                    let new: Vec<_> = some.iter().filter(|word| !plain.contains_key(*word)).cloned().collect();
                    words.merge(new.iter().map(|word| (SmolStr::new(word), new.len())));
                    plain.extend(new.iter().map(|word| (word.clone(), new.len())));
                } else {
                    some.iter().for_each(|word| words.remove(word));
                    plain.retain(|word, _| !some.contains(word));
                }
                prop_assert!(copy.from("").map(|(word, value)| (word.to_string(), *value)).eq(before));
            }
            for word in plain.keys().chain([&letters]) {
                prop_assert_eq!(words.get(word), plain.get(word));
                prop_assert_eq!(words.get_mut(word).copied(), plain.get(word).copied());
            }
            let from = words.from(&letters).map(|(word, value)| (word.to_string(), *value));
            prop_assert!(from.eq(plain.range(letters.clone()..).map(|(word, value)| (word.clone(), *value))));
        }
    }
}
