//! Words by number, so that a word that was met before costs one look-up.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use smol_str::SmolStr;

use super::{Shelf, Term, Token, term};
use crate::catalog::recent::{Recent, met};
use crate::domain::Language;

/// How many shelves there are: one a language, and last that of no language.
pub(in crate::catalog::search) const SHELVES: usize = Language::ALL.len() + 1;

/// The place of a shelf among all.
pub(in crate::catalog::search) fn place(shelf: Shelf) -> usize {
    shelf.map_or(Language::ALL.len(), |language| language as usize)
}

/// From how many words on those met of late are kept apart, and how many: few records do not make up for the room.
const MANY: usize = 4096;
const RECENT: usize = 1 << 16;

/// The words that were met, each under a number: 0 and up, in the order in which they came.
#[derive(Debug, Default)]
pub(in crate::catalog::search) struct Lexicon {
    /// Folded words, a map a shelf.
    words: [HashMap<SmolStr, u32, RandomState>; SHELVES],
    /// Words as printed, a map for each language that a text may be in; none for stop words. What has a digit is left out: most
    /// codes and numbers are met only once.
    printed: [HashMap<SmolStr, Option<u32>, RandomState>; SHELVES],
    /// What was found last in `printed`, sooner than there: one more than the number, 0 for stop words.
    recent: Option<Recent>,
    folded: String,
    /// The folded words by their numbers, each with the place of its shelf.
    numbered: Vec<(u8, SmolStr)>,
}

impl Lexicon {
    /// The number of a word in a text of some language, or of none; nothing for a stop word.
    pub(in crate::catalog::search) fn number(&mut self, text: &str, token: Token, language: Shelf) -> Option<u32> {
        let printed = &text[token.start..token.end];
        if token.whole {
            return self.read(text, token, language);
        }
        let met = met(printed, place(language) as u8);
        if let (Some(met), Some(recent)) = (&met, &self.recent)
            && let Some(number) = recent.get(met)
        {
            return number.checked_sub(1).map(|number| number as u32);
        }
        if printed.bytes().any(|byte| byte.is_ascii_digit()) {
            return self.read(text, token, language);
        }
        let known = self.printed[place(language)].get(printed).copied();
        let number = known.unwrap_or_else(|| {
            let number = self.read(text, token, language);
            self.printed[place(language)].insert(SmolStr::new(printed), number);
            number
        });
        if self.numbered.len() >= MANY
            && let Some(met) = &met
        {
            let recent = self.recent.get_or_insert_with(|| Recent::new(RECENT));
            recent.keep(met, number.map_or(0, |number| u64::from(number) + 1));
        }
        number
    }

    /// The number of a word as [`Lexicon::number`] says it, but none for one that was not met yet: it is not remembered.
    pub(in crate::catalog::search) fn known(&mut self, text: &str, token: Token, language: Shelf) -> Option<Option<u32>> {
        let printed = &text[token.start..token.end];
        match self.printed[place(language)].get(printed) {
            Some(number) if !token.whole => number.map(Some),
            _ => term(text, token, language, &mut self.folded).map(|term| self.known_term(&term)),
        }
    }

    /// The number of a term that was met before.
    pub(in crate::catalog::search) fn known_term(&self, Term { shelf, word }: &Term) -> Option<u32> {
        self.words[place(*shelf)].get(word).copied()
    }

    /// The number of a term.
    pub(in crate::catalog::search) fn number_of(&mut self, Term { shelf, word }: Term) -> u32 {
        let place = place(shelf);
        *self.words[place].entry(word).or_insert_with_key(|word| {
            self.numbered.push((place as u8, word.clone()));
            self.numbered.len() as u32 - 1
        })
    }

    /// How many words were met.
    pub(in crate::catalog::search) fn len(&self) -> usize {
        self.numbered.len()
    }

    /// The words under some numbers: those of each shelf in order, each with its number.
    pub(in crate::catalog::search) fn words(&self, numbers: impl Iterator<Item = u32>) -> [Vec<(SmolStr, u32)>; SHELVES] {
        let mut words: [Vec<(SmolStr, u32)>; SHELVES] = Default::default();
        for number in numbers {
            let (shelf, word) = &self.numbered[number as usize];
            words[usize::from(*shelf)].push((word.clone(), number));
        }
        words.iter_mut().for_each(|words| words.sort_unstable());
        words
    }

    fn read(&mut self, text: &str, token: Token, language: Shelf) -> Option<u32> {
        let term = term(text, token, language, &mut self.folded)?;
        Some(self.number_of(term))
    }
}
