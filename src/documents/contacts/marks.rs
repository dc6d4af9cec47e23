//! E-mail addresses and telephone numbers in running text, however they are printed.

use super::super::phrases::Phrases;
use crate::domain::is_email;

/// An address or a number, and the bytes where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub kind: MarkKind,
    /// The address in small letters; the number as printed.
    pub text: String,
    pub start: usize,
    pub end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    Email,
    Phone,
}

/// The fewest digits of a number with a country's code, and of one behind the word for telephone.
const LEAST_DIGITS: usize = 7;
const LEAST_LOCAL_DIGITS: usize = 6;

/// The most digits of a number, a second one in short included.
const MOST_DIGITS: usize = 18;

/// How far before a number the word for telephone may stand, in bytes.
const REACH: usize = 24;

/// The addresses and numbers of a text, in its order.
pub fn find(text: &str, telephone: &Phrases) -> Vec<Mark> {
    let mut marks: Vec<Mark> = text.match_indices('@').filter_map(|(at, _)| email(text, at)).collect();
    let emails = marks.len();
    let mut from = 0;
    while let Some(start) = text[from..].find(|letter: char| letter == '+' || letter.is_ascii_digit()).map(|at| from + at) {
        let end = start + 1 + text[start + 1..].find(|letter: char| !belongs(letter)).unwrap_or(text.len() - start - 1);
        let end = text[start..end].find(" - ").or(text[start..end].find(" – ")).map_or(end, |at| start + at);
        from = end;
        let within = marks[..emails].iter().any(|mark| mark.start < end && start < mark.end);
        let second = marks[emails..].last().is_some_and(|mark| !text[mark.end..start].contains(char::is_alphanumeric));
        if let Some(mark) = phone(text, start, end, second || follows(text, start, telephone)).filter(|_| !within) {
            marks.push(mark);
        }
    }
    marks.sort_by_key(|mark| mark.start);
    marks.dedup_by(|mark, before| mark.start < before.end);
    marks
}

fn belongs(letter: char) -> bool {
    letter.is_ascii_digit() || matches!(letter, ' ' | '\u{a0}' | '.' | '-' | '–' | '(' | ')' | '/')
}

/// The number that stands between two places; `expected` where a word or another number before it says that one follows.
fn phone(text: &str, start: usize, end: usize, expected: bool) -> Option<Mark> {
    let printed = text[start..end].trim_end_matches(|letter: char| !letter.is_ascii_digit());
    let digits = printed.bytes().filter(u8::is_ascii_digit).count();
    let inside_word = text[..start].ends_with(char::is_alphanumeric);
    let told = printed.starts_with('+') || printed.starts_with("00");
    let least = if told { LEAST_DIGITS } else { LEAST_LOCAL_DIGITS };
    if inside_word || !(least..=MOST_DIGITS).contains(&digits) || !(told || expected) {
        return None;
    }
    Some(Mark { kind: MarkKind::Phone, text: printed.to_owned(), start, end: start + printed.len() })
}

/// Whether the word for telephone stands right before a place.
fn follows(text: &str, place: usize, telephone: &Phrases) -> bool {
    let before = text[..place].trim_end_matches([' ', ':', '.', '\u{a0}', '(']);
    let from = before.ceil_char_boundary(before.len().saturating_sub(REACH));
    before[from..].rsplit([' ', '\n', ',', '.', ';', '(']).next().is_some_and(|word| telephone.is(word))
}

/// The address around an `@`: its letters to both sides, whatever markup stands around it.
fn email(text: &str, at: usize) -> Option<Mark> {
    const LONGEST_PART: usize = 64;
    let local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'\'');
    let domain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let bytes = text.as_bytes();
    let before = bytes[..at].iter().rev().take(LONGEST_PART).take_while(|&&byte| local(byte)).count();
    let after = bytes[at + 1..].iter().take(LONGEST_PART).take_while(|&&byte| domain(byte)).count();
    let name = text[at - before..at].trim_start_matches(['.', '-', '_', '+', '\'']);
    let host = text[at + 1..at + 1 + after].trim_end_matches(['.', '-']);
    let text = format!("{name}@{host}").to_lowercase();
    is_email(&text).then(|| Mark { kind: MarkKind::Email, text, start: at - name.len(), end: at + 1 + host.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(text: &str) -> Vec<String> {
        find(text, &["Tel", "Tél"].into_iter().collect()).into_iter().map(|mark| mark.text).collect()
    }

    #[test]
    fn addresses_are_found_in_any_markup() {
        assert_eq!(
            marks("\"mailto:Ana@iom.int\" target=\"_blank\" title=\n\"\">ana@oim.org.ec."),
            ["ana@iom.int", "ana@oim.org.ec"]
        );
        assert_eq!(marks("a@iom.int@iom.int"), ["a@iom.int"], "one mark stands in no other");
        assert_eq!(marks("follow @UNmigration, a@b, [email protected], @, a@@b.org"), Vec::<String>::new());
    }

    #[test]
    fn numbers_are_found_with_a_country_code_or_behind_their_word() {
        assert_eq!(marks("Tel: +202-27365140, Email"), ["+202-27365140"]);
        assert_eq!(marks("+593 2-22-53-948/49 et 00 967 73 49 88 582."), ["+593 2-22-53-948/49", "00 967 73 49 88 582"]);
        assert_eq!(marks("Tél. : 022 717 91 11"), ["022 717 91 11"]);
        assert_eq!(marks("Tél: 41 22 717 00 00 - 41 79 285 0000, 2004"), ["41 22 717 00 00", "41 79 285 0000"]);
        assert_eq!(marks("call 8840 or 1 000 000 dollars, on 20 000 people"), Vec::<String>::new());
    }
}
