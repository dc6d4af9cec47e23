//! The words of a text, and where they stand.

use unicode_normalization::char::is_combining_mark;

use super::fold::{is_hyphen, is_invisible};

/// How far ahead an e-mail address is looked for, in letters.
const ADDRESS: usize = 64;

/// A word of a text as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalog::search) struct Token {
    /// The bytes where the word stands.
    pub(in crate::catalog::search) start: usize,
    pub(in crate::catalog::search) end: usize,
    /// Where the parts of a compound stand: nothing for a part and for a plain word, which has none.
    pub(in crate::catalog::search) whole: bool,
}

/// The words of a text in order. A compound (`porte-parole`, `RR.0147`, `nino@iom.int`) comes whole and then in its parts.
///
/// An apostrophe of either shape ends a word, so that the elision of `l’emploi` is a word of its own. A full stop joins only
/// before a digit and within an e-mail address: pages leave out the space after a sentence.
pub(in crate::catalog::search) fn tokens(text: &str) -> impl Iterator<Item = Token> {
    let mut at = 0;
    let mut waiting = Vec::new();
    std::iter::from_fn(move || {
        waiting.pop().or_else(|| {
            let token = read_word(text, at, &mut waiting)?;
            at = token.end;
            Some(token)
        })
    })
}

/// Reads the next word from a position on; the parts of a compound wait then, the last first.
fn read_word(text: &str, from: usize, waiting: &mut Vec<Token>) -> Option<Token> {
    let start = find(text, from, true, is_letter);
    if start == text.len() {
        return None;
    }
    let mut parts = start;
    let mut end = find(text, start, false, is_inner);
    let mut address = false;
    while let Some(joiner) = joiner(text, end, &mut address) {
        waiting.push(Token { start: parts, end, whole: false });
        parts = end + joiner.len_utf8();
        end = find(text, parts, false, is_inner);
    }
    // Most words are plain.
    if parts == start {
        return Some(Token { start, end, whole: false });
    }
    waiting.push(Token { start: parts, end, whole: false });
    waiting.reverse();
    Some(Token { start, end, whole: true })
}

/// What joins the part of a word that ends at a place to the next one. With an `@` the word is an address.
fn joiner(text: &str, end: usize, address: &mut bool) -> Option<char> {
    let mut rest = text[end..].chars();
    let joiner = rest.next().filter(|joiner| matches!(joiner, '@' | '.' | '_') || is_hyphen(*joiner))?;
    let next = rest.next().filter(|next| next.is_alphanumeric())?;
    *address |= joiner == '@';
    let joins = match joiner {
        '.' | '_' => *address || next.is_ascii_digit() || begins_address(&text[end..]),
        _ => true,
    };
    joins.then_some(joiner)
}

/// Where the first letter from a place on is that belongs to words, or does not, as is wanted.
fn find(text: &str, from: usize, wanted: bool, belongs: impl Fn(char) -> bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(&byte) = bytes.get(at) {
        let (such, width) = match byte {
            0..0x80 => (IS_ALPHANUMERIC[usize::from(byte)], 1),
            // Most letters beyond ASCII are those of the three languages, À to ÿ; the two signs among them are × and ÷.
            0xc3 => (!matches!(bytes.get(at + 1), Some(0x97 | 0xb7)), 2),
            _ => {
                let letter = text[at..].chars().next().unwrap_or_default();
                (belongs(letter), letter.len_utf8())
            }
        };
        if such == wanted {
            break;
        }
        at += width;
    }
    at
}

const IS_ALPHANUMERIC: [bool; 0x80] = {
    let mut table = [false; 0x80];
    let mut letter = 0;
    while letter < 0x80 {
        table[letter] = (letter as u8).is_ascii_alphanumeric();
        letter += 1;
    }
    table
};

fn is_letter(letter: char) -> bool {
    matches!(letter, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ɏ') || letter.is_alphanumeric()
}

fn is_inner(letter: char) -> bool {
    is_letter(letter) || is_combining_mark(letter) || is_invisible(letter)
}

/// Whether an `@` follows before anything that no e-mail address has.
fn begins_address(rest: &str) -> bool {
    let beyond = |letter: &char| !(letter.is_ascii_alphanumeric() || "._-+".contains(*letter));
    rest.chars().take(ADDRESS).find(beyond) == Some('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> Vec<&str> {
        tokens(text).map(|token| &text[token.start..token.end]).collect()
    }

    #[test]
    fn both_apostrophes_end_a_word() {
        assert_eq!(printed("l’emploi qu'offre"), ["l", "emploi", "qu", "offre"]);
        assert_eq!(printed("l’« emploi » !"), ["l", "emploi"]);
    }

    #[test]
    fn compounds_come_whole_and_in_parts() {
        assert_eq!(printed("les porte-parole."), ["les", "porte-parole", "porte", "parole"]);
        assert_eq!(printed("(RR.0147, TC4-805)"), ["RR.0147", "RR", "0147", "TC4-805", "TC4", "805"]);
        assert_eq!(printed("nino.beridze@iom.int."), ["nino.beridze@iom.int", "nino", "beridze", "iom", "int"]);
        assert_eq!(printed("porte\u{2011}parole"), ["porte\u{2011}parole", "porte", "parole"]);
    }

    #[test]
    fn a_sentence_without_a_space_after_it_ends_its_last_word() {
        assert_eq!(printed("des migrants.Le projet"), ["des", "migrants", "Le", "projet"]);
        assert_eq!(printed("fin - début -- « … » ."), ["fin", "début"]);
        assert_eq!(printed(""), [""; 0]);
    }

    #[test]
    fn letters_of_two_parts_stay_together() {
        assert_eq!(printed("de\u{301}but"), ["de\u{301}but"]);
        assert_eq!(printed("Тбилиси 2019"), ["Тбилиси", "2019"]);
    }
}
