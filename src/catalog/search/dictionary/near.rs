//! Words one slip away, found by walking the dictionary and not by comparing with all of it.
//!
//! Up to the slip both words are the same, and after it too. So for each place where the slip may be, the letters that go on
//! from there in the dictionary are tried, and the rest is looked up whole: a few dozen look-ups, however many words there are.

use std::collections::BTreeSet;

use smol_str::{SmolStr, SmolStrBuilder};

use super::Dictionary;

pub(super) fn near(dictionary: &Dictionary, word: &str) -> Vec<SmolStr> {
    let mut found = BTreeSet::new();
    let mut look_up = |parts: [&str; 3]| {
        let mut candidate = SmolStrBuilder::new();
        parts.iter().for_each(|part| candidate.push_str(part));
        let candidate = candidate.finish();
        if candidate != word && dictionary.words.get(&candidate).is_some() {
            found.insert(candidate);
        }
    };
    for at in word.char_indices().map(|(at, _)| at).chain([word.len()]) {
        let (before, rest) = word.split_at(at);
        if !dictionary.from(before).next().is_some_and(|(other, _)| other.starts_with(before)) {
            break;
        }
        let mut letters = rest.chars();
        let letter = letters.next();
        let after = letters.as_str();
        if letter.is_some() {
            look_up([before, after, ""]);
        }
        if let (Some(letter), Some(next)) = (letter, letters.next()) {
            let swapped: String = [next, letter].into_iter().collect();
            look_up([before, &swapped, letters.as_str()]);
        }
        for other in letters_after(dictionary, before) {
            let mut buffer = [0; 4];
            let other = &*other.encode_utf8(&mut buffer);
            look_up([before, other, rest]);
            if letter.is_some() {
                look_up([before, other, after]);
            }
        }
    }
    found.into_iter().collect()
}

/// The letters that follow a beginning in the dictionary, each found by leaping over all words with the one before.
fn letters_after<'a>(dictionary: &'a Dictionary, before: &'a str) -> impl Iterator<Item = char> + 'a {
    let mut from = Some(before.to_owned());
    std::iter::from_fn(move || {
        loop {
            let (word, _) = dictionary.from(from.as_deref()?).next()?;
            let rest = word.strip_prefix(before)?;
            let Some(letter) = rest.chars().next() else {
                from = Some(format!("{before}\0"));
                continue;
            };
            from = following(letter).map(|next| format!("{before}{next}"));
            return Some(letter);
        }
    })
}

/// The letter after a letter in the order of all letters.
fn following(letter: char) -> Option<char> {
    (letter..=char::MAX).nth(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::postings::Weight;
    use super::super::super::tests::one_slip;
    use super::super::Said;
    use super::*;

    proptest! {
        #[test]
        fn exactly_the_words_one_slip_away_are_near(words in prop::collection::btree_set("[abé]{1,5}", 0..60), word in "[abé]{0,5}") {
            let mut dictionary = Dictionary::new(None);
            let said = Said { gone: Vec::new(), said: vec![(0, Weight::of(1.0))] };
            dictionary.change(words.iter().map(|word| (word.into(), said.clone())));
            let expected: Vec<SmolStr> = words.iter().filter(|other| one_slip(&word, other)).map(SmolStr::from).collect();
            prop_assert_eq!(dictionary.near(&word), expected);
        }
    }
}
