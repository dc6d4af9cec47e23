//! Text as it was meant: what crawlers and encodings left in it is taken out or mended, line by line as before.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical, is_combining_mark};

/// A text that can be read, and what was wrong with it.
#[derive(Debug)]
pub struct Clean<'a> {
    pub text: Cow<'a, str>,
    /// One sentence for each kind of damage. Marks that no reader sees (soft hyphens, zero-width spaces) are no damage.
    pub damage: Vec<String>,
}

/// Mends a text. Lines keep their numbers.
pub fn clean(text: &str) -> Clean<'_> {
    if !needs_mending(text.as_bytes()) {
        return Clean { text: Cow::Borrowed(text), damage: Vec::new() };
    }
    let mut mended = String::with_capacity(text.len());
    let (mut dropped, mut lost, mut recoded) = (0usize, 0usize, 0usize);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some((meant, length)) = twice_encoded(rest) {
            recoded += 1;
            mended.push(meant);
            rest = &rest[length..];
            continue;
        }
        rest = &rest[letter.len_utf8()..];
        match letter {
            '\r' => {
                if !rest.starts_with('\n') {
                    mended.push('\n');
                }
            }
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' => {}
            '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{0b}' | '\u{0c}' => mended.push(' '),
            '\n' | '\t' => mended.push(letter),
            '\u{fffd}' => {
                lost += 1;
                mended.push(letter);
            }
            _ if letter.is_control() => dropped += 1,
            _ if is_mark(letter) => rest = compose_last(&mut mended, letter, rest),
            _ => mended.push(letter),
        }
    }
    let count = |number: usize, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("one {one}")),
        _ => Some(format!("{number} {many}")),
    };
    let damage = [
        count(dropped, "control code was dropped from the text", "control codes were dropped from the text"),
        count(lost, "letter was lost before the page was handed over", "letters were lost before the page was handed over"),
        count(recoded, "letter was encoded twice and has been mended", "letters were encoded twice and have been mended"),
    ];
    Clean { text: Cow::Owned(mended), damage: damage.into_iter().flatten().collect() }
}

/// Whether a letter is a mark on the one before: none of the Latin letters is, which are most.
fn is_mark(letter: char) -> bool {
    letter >= '\u{300}' && is_combining_mark(letter)
}

/// Puts a mark on the letter that a text ends with, and the marks that follow at once (`e` and `´` make `é`); gives what follows
/// them. Most letters bear one mark: that needs no look at the text around them.
fn compose_last<'a>(text: &mut String, mark: char, rest: &'a str) -> &'a str {
    let after = rest.trim_start_matches(is_mark);
    let letter = text.pop();
    if let Some(letter) = letter.filter(|_| after.len() == rest.len()) {
        if let Some(composed) = compose(letter, mark) {
            text.push(composed);
            return after;
        }
        let mut last = 0;
        decompose_canonical(letter, |part| last = canonical_combining_class(part));
        if last <= canonical_combining_class(mark) {
            text.extend([letter, mark]);
            return after;
        }
    }
    let marks = &rest[..rest.len() - after.len()];
    text.extend(letter.into_iter().chain([mark]).chain(marks.chars()).nfc());
    after
}

/// Whether a text may hold anything that [`clean`] changes: a quick look at its bytes.
fn needs_mending(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().any(|(at, &byte)| {
        let next = |ahead: usize| bytes.get(at + ahead).copied().unwrap_or(0);
        match byte {
            b'\n' | b'\t' => false,
            0..0x20 | 0x7f | 0xcc | 0xcd => true,
            0xc2 => next(1) < 0xa0 || next(1) == 0xad,
            0xc3 => matches!(next(1), 0x82..=0x85) || (next(1) == 0xa2 && next(2) >= 0xc2),
            0xe2 => next(1) == 0x80 && matches!(next(2), 0x8b..=0x8f | 0xa8..=0xae) || next(1) == 0x81 && next(2) == 0xa0,
            0xef => matches!(next(1), 0xbb | 0xbf),
            _ => false,
        }
    })
}

/// The letter that was meant where UTF-8 was taken for Windows-1252 and encoded again (`Ã©` for `é`), and the length of what
/// stands there.
fn twice_encoded(text: &str) -> Option<(char, usize)> {
    let lead = text.chars().next()?;
    let width = match lead {
        'Â'..='Å' => 2,
        'â' => 3,
        _ => return None,
    };
    let mut bytes = [0u8; 3];
    let mut length = 0;
    let mut letters = text.chars();
    for byte in &mut bytes[..width] {
        let letter = letters.next()?;
        *byte = windows_1252(letter)?;
        length += letter.len_utf8();
    }
    let meant = std::str::from_utf8(&bytes[..width]).ok()?.chars().next()?;
    matches!(meant, '\u{a0}'..='\u{17f}' | '\u{2010}'..='\u{2044}').then_some((meant, length))
}

/// The byte that a letter stands for in Windows-1252.
fn windows_1252(letter: char) -> Option<u8> {
    const FROM_0X80: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“',
        '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match letter {
        '\u{a0}'..='\u{ff}' => Some(letter as u8),
        '\u{80}'..='\u{9f}' => Some(letter as u32 as u8),
        _ => FROM_0X80.iter().position(|&known| known == letter).map(|place| 0x80 + place as u8),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_sound_text_is_not_copied() {
        let text = "« L’été » à\u{a0}« Genève » – 100 % âgés\n\tfin";
        assert!(matches!(clean(text), Clean { text: Cow::Borrowed(_), damage } if damage.is_empty()));
    }

    #[test]
    fn marks_that_nobody_sees_go_without_a_word() {
        let clean = clean("\u{feff}mi\u{ad}gra\u{200b}tion\r\nE\u{301}tat\rfin");
        assert_eq!((clean.text.as_ref(), clean.damage.len()), ("migration\nÉtat\nfin", 0));
    }

    proptest! {
        #[test]
        fn letters_and_their_marks_are_composed_as_unicode_says(
            text in "[aeinoçé\\u{c5} \\u{300}-\\u{304}\\u{323}\\u{327}\\u{328}\\u{331}\\u{345}]{0,12}"
        ) {
            prop_assert_eq!(clean(&text).text.into_owned(), text.nfc().collect::<String>());
        }
    }

    #[test]
    fn damage_is_told() {
        let clean = clean("Ge\0orgie \u{fffd} RÃ©union â€“ lâ€™Ã‰tat");
        assert_eq!(clean.text, "Georgie \u{fffd} Réunion – l’État");
        assert_eq!(clean.damage.len(), 3);
        assert_eq!(clean.damage[2], "4 letters were encoded twice and have been mended");
    }
}
