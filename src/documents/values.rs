//! The values of fields as the pages print them.

use std::str::FromStr;

use rust_decimal::Decimal;

use super::words;
use super::words::Label;
use super::{dates, states};
use crate::domain::{Money, PartialDate, ProjectType};

/// The longest value of a field other than the states.
const LONGEST: usize = 160;

/// The longest list of states.
const LONGEST_LIST: usize = 4000;

/// Whether a line may be the value of a field, rather than the first line of the text.
pub fn fits(label: Label, text: &str) -> bool {
    match label {
        Label::States | Label::OtherStates => is_state_list(text),
        _ => text.len() <= LONGEST && !is_sentence(text),
    }
}

/// How long a line is at most, in bytes, that is a list of states although no table knows most of it.
const SHORT_LIST: usize = 60;

/// Whether a line lists states, maybe with one that no table knows: no sentence, and mostly names.
fn is_state_list(text: &str) -> bool {
    if text.len() > LONGEST_LIST {
        return false;
    }
    let list = states::in_list(text);
    if list.is_pure() {
        return true;
    }
    let left: usize = list.unknown.iter().map(String::len).sum();
    let short = text.len() <= SHORT_LIST && (list.states.is_empty() || are_names(text));
    !is_sentence(text) && (left * 2 < text.len() || short)
}

/// Whether the words of a text are names: all but small ones begin with a capital, and no sentence ends there.
fn are_names(text: &str) -> bool {
    let mut words = text.split_whitespace().filter(|word| word.chars().count() > 3);
    !text.ends_with(['.', '!', '?', ':', ';']) && words.all(|word| word.starts_with(char::is_uppercase))
}

fn is_sentence(text: &str) -> bool {
    let words = text.split_whitespace().count();
    words > 6 && text.ends_with(['.', '!', '?', ':', ';', ',']) || words > 20
}

/// The field that a value belongs to by its looks alone; none where it could be anything. `Global` is left to the layout.
pub fn recognize(text: &str) -> Option<Label> {
    if text.is_empty() || text.len() > LONGEST_LIST {
        return None;
    }
    if prima_id(text).is_some() {
        Some(Label::PrimaId)
    } else if looks_like_code(text) {
        Some(Label::Code)
    } else if text.len() <= 30
        && text.starts_with(|letter: char| letter.is_ascii_digit())
        && year(text).is_none()
        && budget(text).is_some()
    {
        Some(Label::Budget)
    } else if words::region(text).is_some() {
        Some(Label::Region)
    } else if words::coverage(text).is_some() {
        Some(Label::Coverage)
    } else if words::status(text).is_some() {
        Some(Label::Status)
    } else if text.len() <= LONGEST && ProjectType::from_label(text).known() {
        Some(Label::Type)
    } else if states::in_list(text).is_pure() {
        Some(Label::States)
    } else {
        None
    }
}

/// A project's code, upper case and without spaces; none where the text can be no code.
pub fn code(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase();
    let whole = !code.is_empty() && code.len() <= 40 && code.bytes().any(|byte| byte.is_ascii_digit());
    (whole && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'/' | b'_')))
        .then_some(code)
}

/// Whether a text has the shape of the Fund's codes: `LM.0024`, `L20-805`, `TC4-805`.
fn looks_like_code(text: &str) -> bool {
    let Some((head, tail)) = text.split_once(['.', '-']) else { return false };
    let head_fits = (1..=4).contains(&head.len())
        && head.starts_with(|letter: char| letter.is_ascii_uppercase())
        && head.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    head_fits && (2..=5).contains(&tail.len()) && tail.bytes().all(|byte| byte.is_ascii_digit())
}

/// The agency's own number of a project: two letters, two digits, `P`, four digits.
pub fn prima_id(text: &str) -> Option<String> {
    let id: String = text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_ascii_uppercase();
    let shape = |(at, byte): (usize, u8)| match at {
        0 | 1 => byte.is_ascii_uppercase(),
        4 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    (id.len() == 9 && id.bytes().enumerate().all(shape)).then_some(id)
}

/// An amount in dollars: `40000.00`, `103,058`, `USD 1 492 457,50`.
pub fn budget(text: &str) -> Option<Decimal> {
    let text = text.trim().trim_start_matches("USD").trim_end_matches("USD").trim().trim_start_matches("US$").trim_matches('$');
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '\'' | '’')).collect();
    let fits = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | ',');
    if plain.is_empty()
        || plain.len() > 24
        || !plain.starts_with(|letter: char| letter.is_ascii_digit())
        || !plain.chars().all(fits)
    {
        return None;
    }
    let (whole, decimals) = match plain.rfind(['.', ',']) {
        Some(at) if plain.len() - at - 1 != 3 => plain.split_at(at),
        _ => (plain.as_str(), ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let amount = Decimal::from_str(&format!("{whole}.{}", if decimals.len() > 1 { &decimals[1..] } else { "0" })).ok();
    amount.filter(|amount| Money::is_amount(*amount))
}

/// A year of the Fund's time.
pub fn year(text: &str) -> Option<i16> {
    let text = text.trim();
    (text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?.filter(is_year)
}

fn is_year(year: &i16) -> bool {
    (1951..=2100).contains(year)
}

/// A year, or a date as far as it is printed.
pub fn date(text: &str) -> Option<PartialDate> {
    match year(text) {
        Some(year) => PartialDate::year_only(year),
        None => dates::first_in(text).map(|found| found.date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_come_with_either_separator() {
        for (text, amount) in [
            ("40000.00", "40000.00"),
            ("103,058", "103058.0"),
            ("1,492,457.5", "1492457.5"),
            ("USD 1 492 457,50", "1492457.50"),
            ("15\u{a0}000", "15000.0"),
            ("$ 75'000", "75000.0"),
            ("0", "0.0"),
        ] {
            assert_eq!(budget(text).map(|amount| amount.to_string()).as_deref(), Some(amount), "{text}");
        }
        for text in ["", "ten", "-5", ",5", "10 EUR", "1".repeat(30).as_str()] {
            assert_eq!(budget(text), None, "{text}");
        }
    }

    #[test]
    fn values_are_known_by_their_looks() {
        for (text, label) in [
            ("LM.0024", Label::Code),
            ("L20-805", Label::Code),
            ("QU8-805", Label::Code),
            ("GE10P0514", Label::PrimaId),
            ("75,000", Label::Budget),
            ("Asia and Oceania", Label::Region),
            ("Regional", Label::Coverage),
            ("Completed", Label::Status),
            ("Migration Research and Publication", Label::Type),
            ("Dominican Republic", Label::States),
        ] {
            assert_eq!(recognize(text), Some(label), "{text}");
        }
        for text in ["", "2014", "The project", "Capacity for Georgia"] {
            assert_eq!(recognize(text), None, "{text}");
        }
    }

    #[test]
    fn a_sentence_is_no_value() {
        assert!(fits(Label::States, "Haïti"));
        for unknown in ["Ruritanie", "Géorgie Ruritanie", "Géorgie Pays de Nulle Part", "Ruritanie Géorgie"] {
            assert!(fits(Label::States, unknown), "{unknown}");
        }
        for text in ["Haïti fait partie des pays", "La Géorgie compte beaucoup."] {
            assert!(!fits(Label::States, text), "{text}");
        }
        assert!(fits(Label::States, "Yougoslavie"));
        assert!(!fits(Label::States, "Haïti fait partie des pays où la mer monte le plus vite."));
        assert!(!fits(Label::Type, "The aim of this project is to help those who come home."));
    }

    #[test]
    fn codes_keep_their_shape() {
        assert_eq!(code(" lm. 0024 ").as_deref(), Some("LM.0024"));
        assert_eq!(code("n/a"), None);
        assert_eq!(prima_id("ge10p0514").as_deref(), Some("GE10P0514"));
        assert_eq!(prima_id("GE10P051"), None);
        assert_eq!(date("2014").map(|date| date.to_string()).as_deref(), Some("2014"));
    }
}
