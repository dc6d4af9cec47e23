//! Some words in order, packed.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// Words in order and what is said of each. Of a word only what differs from the one before is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Leaf<V> {
    /// Shared by the copies in which something else is said of the words.
    words: Arc<Letters>,
    values: Box<[V]>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Letters {
    /// For each word, how many bytes it shares with the one before, and how many follow, in as many bytes as that takes.
    #[serde(with = "crate::catalog::packed")]
    lengths: Box<[u8]>,
    /// What follows, of all words.
    letters: Box<str>,
}

impl<V> Leaf<V> {
    /// Packs words, which are in order.
    pub(super) fn of(entries: impl IntoIterator<Item = (SmolStr, V)>) -> Leaf<V> {
        let (mut lengths, mut letters, mut before) = (Vec::new(), String::new(), SmolStr::default());
        let pack = |(word, value): (SmolStr, V)| {
            let shared = shared(before.as_bytes(), word.as_bytes());
            write_length(&mut lengths, shared);
            write_length(&mut lengths, word.len() - shared);
            letters.push_str(&word[shared..]);
            before = word;
            value
        };
        let values = entries.into_iter().map(pack).collect();
        Leaf { words: Arc::new(Letters { lengths: lengths.into(), letters: letters.into() }), values }
    }

    pub(super) fn get(&self, word: &str) -> Option<&V> {
        self.find(word).map(|place| &self.values[place])
    }

    pub(super) fn get_mut(&mut self, word: &str) -> Option<&mut V> {
        self.find(word).map(|place| &mut self.values[place])
    }

    /// The words in order.
    pub(super) fn iter(&self) -> Iter<'_, V> {
        Iter { packed: self.packed(), values: self.values.iter(), word: String::new() }
    }

    pub(super) fn into_entries(self) -> Vec<(SmolStr, V)> {
        let words: Vec<SmolStr> = self.iter().map(|(word, _)| word).collect();
        words.into_iter().zip(self.values).collect()
    }

    /// The place of a word. Most words before it need no look at their letters: one that shares more with the word before than
    /// the wanted one does is below it too, one that shares less is above.
    fn find(&self, word: &str) -> Option<usize> {
        let mut left = word.as_bytes();
        let mut matched = 0;
        for (place, (shared_before, rest)) in self.packed().enumerate() {
            if shared_before < matched {
                return None;
            }
            if shared_before == matched {
                let more = shared(rest.as_bytes(), left);
                if left.len() == more {
                    return (rest.len() == more).then_some(place);
                }
                (matched, left) = (matched + more, &left[more..]);
                if &rest.as_bytes()[more..] > left {
                    return None;
                }
            }
        }
        None
    }

    fn packed(&self) -> Packed<'_> {
        Packed { lengths: &self.words.lengths, letters: &self.words.letters }
    }
}

/// Of each word, how much it shares with the one before, and what follows.
#[derive(Debug, Clone)]
struct Packed<'a> {
    lengths: &'a [u8],
    letters: &'a str,
}

impl<'a> Iterator for Packed<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<(usize, &'a str)> {
        let shared = read_length(&mut self.lengths)?;
        let follow = read_length(&mut self.lengths)?;
        let (rest, letters) = self.letters.split_at_checked(follow)?;
        self.letters = letters;
        Some((shared, rest))
    }
}

/// See [`Leaf::iter`].
#[derive(Debug)]
pub(super) struct Iter<'a, V> {
    packed: Packed<'a>,
    values: std::slice::Iter<'a, V>,
    word: String,
}

impl<'a, V> Iterator for Iter<'a, V> {
    type Item = (SmolStr, &'a V);

    fn next(&mut self) -> Option<(SmolStr, &'a V)> {
        let (shared, rest) = self.packed.next()?;
        self.word.truncate(shared);
        self.word.push_str(rest);
        Some((SmolStr::new(&self.word), self.values.next()?))
    }
}

/// How many bytes two words begin with alike, in whole letters.
fn shared(one: &[u8], other: &[u8]) -> usize {
    let within_letter = |byte: Option<&u8>| byte.is_some_and(|byte| byte & 0xc0 == 0x80);
    let mut shared = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    while within_letter(one.get(shared)) || within_letter(other.get(shared)) {
        shared -= 1;
    }
    shared
}

fn write_length(lengths: &mut Vec<u8>, mut length: usize) {
    while length >= 0x80 {
        lengths.push(length as u8 | 0x80);
        length >>= 7;
    }
    lengths.push(length as u8);
}

fn read_length(lengths: &mut &[u8]) -> Option<usize> {
    let (mut length, mut shift) = (0, 0);
    loop {
        let (&byte, rest) = lengths.split_first()?;
        *lengths = rest;
        length |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(length);
        }
        shift += 7;
    }
}
