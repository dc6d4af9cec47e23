//! The words of a text as relations need them: where one ends and what joins its parts.

/// The words of a text with their inner hyphens. An apostrophe ends a word, so that `d’Imereti` is two.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = length(rest, |inner| !inner);
            let word = &rest[start..];
            let (word, after) = word.split_at(length(word, |inner| inner));
            if word.is_empty() {
                return None;
            }
            rest = after;
            let word = word.trim_matches('-');
            if !word.is_empty() {
                return Some(word);
            }
        }
    })
}

/// How many bytes a text goes on with letters of words, or with others, as `wanted` says.
fn length(text: &str, wanted: impl Fn(bool) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let (inner, width) = match byte {
            0..0x80 => (IS_INNER[usize::from(byte)], 1),
            // Most letters beyond ASCII are those of the three languages, À to ÿ; the two signs among them are × and ÷.
            0xc3 => (!matches!(bytes.get(at + 1), Some(0x97 | 0xb7)), 2),
            _ => {
                let letter = text[at..].chars().next().unwrap_or_default();
                (is_inner(letter), letter.len_utf8())
            }
        };
        if !wanted(inner) {
            break;
        }
        at += width;
    }
    at
}

/// Whether an ASCII letter belongs to words.
const IS_INNER: [bool; 0x80] = {
    let mut table = [false; 0x80];
    let mut letter = 0;
    while letter < 0x80 {
        table[letter] = (letter as u8).is_ascii_alphanumeric() || letter as u8 == b'-';
        letter += 1;
    }
    table
};

/// Whether a letter beyond ASCII belongs to words: accents that stand by themselves do, and so does what is not seen.
fn is_inner(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}') || letter.is_alphanumeric()
}

/// The words in the shape of a project's code: `RR.0147`, `TC4-805`.
pub(super) fn codes(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut from = 0;
    std::iter::from_fn(move || {
        while let Some(found) = bytes.get(from..)?.iter().position(|byte| is_joint(*byte)) {
            let joint = from + found;
            if !bytes.get(joint + 1).is_some_and(u8::is_ascii_digit) {
                from = joint + 1;
                continue;
            }
            let (start, end) = around(bytes, joint, |byte| byte.is_ascii_alphanumeric() || is_joint(byte));
            from = end.max(joint + 1);
            let word = text[start..end].trim_end_matches(['.', '-']);
            if is_code(word) {
                return Some(word);
            }
        }
        None
    })
}

fn is_joint(byte: u8) -> bool {
    matches!(byte, b'.' | b'-')
}

/// Whether a word has the shape of a project's code.
fn is_code(word: &str) -> bool {
    let Some((head, number)) = word.split_once(['.', '-']) else { return false };
    let head_fits = (2..=4).contains(&head.len()) && head.starts_with(|letter: char| letter.is_ascii_uppercase());
    let letters = head.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let number_fits = (3..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    head_fits && letters && number_fits
}

/// What may be e-mail addresses: the words around each `@`.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    text.match_indices('@').map(|(at, _)| {
        let (start, end) = around(bytes, at, |byte| byte.is_ascii_alphanumeric() || b"@._%+-".contains(&byte));
        text[start..end].trim_matches(['.', '-', '@'])
    })
}

/// The stretch of ASCII bytes of some sort around a place.
fn around(bytes: &[u8], place: usize, fits: impl Fn(u8) -> bool) -> (usize, usize) {
    let before = bytes[..place].iter().rev().take_while(|byte| fits(**byte)).count();
    let after = bytes[place..].iter().take_while(|byte| fits(**byte)).count();
    (place - before, place + after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_their_hyphens_and_end_at_apostrophes() {
        let found: Vec<_> = words("d’Iméréthie, « Celebic-Lukovac » - l'été--2018 — de\u{301}but…").collect();
        assert_eq!(found, ["d", "Iméréthie", "Celebic-Lukovac", "l", "été--2018", "de\u{301}but"]);
        assert_eq!(words(" -- … ").count(), 0);
    }

    #[test]
    fn codes_are_found_in_running_text() {
        let text = "Les projets RR.0147, TC4-805 et (LM.0024). Pas 2016-2018, COVID-19, L.1, 3.14 ni mot-clef-2020.RR.0001-2";
        assert_eq!(codes(text).collect::<Vec<_>>(), ["RR.0147", "TC4-805", "LM.0024"]);
        assert_eq!(codes(".1").count() + codes("é.1").count() + codes("").count(), 0);
    }

    #[test]
    fn addresses_are_found_in_running_text() {
        let text = "Email : akakushadze@iom.int. @nobody, ou <a.b-c@x.org>, é@iom.int";
        assert_eq!(addresses(text).collect::<Vec<_>>(), ["akakushadze@iom.int", "nobody", "a.b-c@x.org", "iom.int"]);
    }
}
