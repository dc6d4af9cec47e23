//! The dateline of a news item: the place, and at times the date, before its first sentence.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::dates;
use super::fold::{Word, fold, words};
use super::states::state_named;
use super::words::{month, tables, weekday};
use crate::domain::PartialDate;

/// A dateline and the text after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dateline<'a> {
    /// As printed, without the date: `Uzhhorod/Ukraine`.
    pub place: Option<&'a str>,
    pub date: Option<PartialDate>,
    pub rest: &'a str,
}

/// How many bytes a dateline has at most.
const LONGEST: usize = 120;

/// How many words the place of a dateline has at most.
const MOST_WORDS: usize = 12;

/// How many words stand before the day at which a page was posted: `Language English Posted: Tuesday, …`.
const MOST_BEFORE_DAY: usize = 5;

/// Names of the agency, its family and what a place is not.
const NO_PLACES: [&str; 14] =
    ["iom", "oim", "un", "onu", "unhcr", "hcr", "acnur", "ue", "eu", "covid", "usaid", "unicef", "igad", "posted"];

static WITHIN_PLACES: LazyLock<HashSet<String>> =
    LazyLock::new(|| tables().flat_map(|table| table.within_places).map(|word| fold(word)).collect());

static SENTENCE_STARTS: LazyLock<HashSet<String>> =
    LazyLock::new(|| tables().flat_map(|table| table.sentence_starts).map(|word| fold(word)).collect());

/// Splits a dateline off a paragraph: `Tbilisi - Le projet`, `Cairo, 6 March 2018 – The`, `N’Djamena–A new`, `05/08/2016 - La`.
pub fn split(paragraph: &str) -> Option<Dateline<'_>> {
    let reach = &paragraph[..paragraph.floor_char_boundary(LONGEST)];
    reach.char_indices().filter(|&(_, letter)| is_dash(letter)).find_map(|(at, dash)| {
        let (before, after) = (&paragraph[..at], &paragraph[at + dash.len_utf8()..]);
        let place = before.trim_end_matches(|letter: char| letter.is_whitespace() || matches!(letter, '.' | ','));
        let separates = match (before.ends_with(char::is_whitespace), after.starts_with(char::is_whitespace)) {
            (_, true) => true,
            (true, false) => true,
            (false, false) if dash != '-' => true,
            (false, false) => state_named(place).is_some() && begins_a_sentence(after),
        };
        let rest = after.trim_start();
        if !separates || !opens(rest) {
            return None;
        }
        let (place, date) = place_and_date(place)?;
        let rest = if date.is_none() { without_day(rest) } else { rest };
        Some(Dateline { place, date, rest })
    })
}

/// The place and the date of a line that holds nothing else: `Lao Cai, 11/2017`. A line that prints the hour of its posting
/// counts whatever follows: `Posted: Tuesday, March 21, 2017 - 16:38Image: …`.
pub fn own_line(line: &str) -> Option<(Option<&str>, PartialDate)> {
    let reach = &line[..line.floor_char_boundary(LONGEST)];
    if !reach.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let found = dates::first_in(reach)?;
    let before: Vec<Word<'_>> = words(&line[..found.start]).collect();
    let named = before.len() <= MOST_BEFORE_DAY && before.iter().any(|word| weekday(&word.text).is_some());
    let posted = named && begins_with_hour(&line[found.end..]);
    if posted {
        return Some((None, found.date));
    }
    let ends = line[found.end..].chars().all(|letter| !letter.is_alphanumeric());
    let (place, date) = place_and_date(line[..found.end].trim()).filter(|_| ends)?;
    Some((place, date?))
}

/// Whether a line gives the hour behind its date.
pub fn has_hour(line: &str) -> bool {
    dates::first_in(&line[..line.floor_char_boundary(LONGEST)]).is_some_and(|found| begins_with_hour(&line[found.end..]))
}

/// Whether a text begins with an hour behind a dash, and no sentence goes on behind it: ` - 16:38`, ` - 16:38Image: …`.
fn begins_with_hour(text: &str) -> bool {
    let Some(hour) = text.trim_start().strip_prefix(is_dash).map(str::trim_start) else { return false };
    let Some((hours, rest)) = hour.split_once(':') else { return false };
    let number = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    number(hours) && rest.get(..2).is_some_and(number) && !rest[2..].trim_end().starts_with([' ', ',', '.'])
}

fn is_dash(letter: char) -> bool {
    matches!(letter, '-' | '‐' | '‒' | '–' | '—' | '―' | '−')
}

fn begins_a_sentence(text: &str) -> bool {
    words(text).next().is_some_and(|word| word.start == 0 && SENTENCE_STARTS.contains(word.text.as_ref()))
}

/// Whether a text may open an article: with a capital, a number or a quotation.
fn opens(rest: &str) -> bool {
    rest.starts_with(|letter: char| letter.is_uppercase() || letter.is_numeric() || "«“\"‘’'¿¡([".contains(letter))
}

/// The place and the date of what stands before the dash; none where it is neither.
fn place_and_date(text: &str) -> Option<(Option<&str>, Option<PartialDate>)> {
    if text.contains(['?', '!', ':', '«', '»', '"', '“', '”', '…']) {
        return None;
    }
    let all: Vec<Word<'_>> = words(text).take(MOST_WORDS + 8).collect();
    let date_at = (0..all.len()).find(|&at| begins_a_date(&all[at..])).unwrap_or(all.len());
    let date = dates::first_in(text).map(|found| found.date);
    let (mut of_place, of_date) = all.split_at(date_at);
    while let Some((last, before)) = of_place.split_last()
        && !of_date.is_empty()
        && is_small(last)
        && !text[..last.start].ends_with(['’', '\''])
    {
        of_place = before;
    }
    let dated = of_date.is_empty() || date.is_some() || of_date.iter().any(|word| month(&word.text).is_some());
    if !dated || !of_date.iter().all(is_of_date) || of_place.len() > MOST_WORDS || all.is_empty() {
        return None;
    }
    let Some(last) = of_place.last() else { return Some((None, date)) };
    let capital = |word: &Word<'_>| text[word.start..].starts_with(char::is_uppercase);
    let fits = capital(&of_place[0])
        && (capital(last) || text[..last.start].ends_with(['’', '\'']))
        && of_place
            .iter()
            .all(|word| (capital(word) || is_small(word) || word.text == "&") && !NO_PLACES.contains(&word.text.as_ref()));
    let end = text[last.end..].find(')').filter(|&gap| text[last.end..last.end + gap].trim().is_empty());
    let place = text[..end.map_or(last.end, |gap| last.end + gap + 1)].trim_start();
    fits.then_some((Some(place), date))
}

/// Whether a word is one of those within places: `Dar es Salaam`, `Est d’Aceh`.
fn is_small(word: &Word<'_>) -> bool {
    word.text.len() <= 2 || WITHIN_PLACES.contains(word.text.as_ref())
}

fn begins_a_date(words: &[Word<'_>]) -> bool {
    let number = |word: &Word<'_>| word.text.starts_with(|letter: char| letter.is_ascii_digit());
    let named = month(&words[0].text).is_some() || weekday(&words[0].text).is_some();
    number(&words[0]) || named && words.get(1).is_some_and(|next| number(next) || month(&next.text).is_some())
}

fn is_of_date(word: &Word<'_>) -> bool {
    word.text.starts_with(|letter: char| letter.is_ascii_digit())
        || month(&word.text).is_some()
        || weekday(&word.text).is_some()
        || matches!(word.text.as_ref(), "de" | "del" | "of" | "and" | "et" | "y" | "au" | "to" | "al" | "a" | "&")
}

/// The text without a day that stands between the place and the first sentence: `16 June. The …`.
fn without_day(rest: &str) -> &str {
    let Some((day, sentence)) = rest.split_once(". ") else { return rest };
    let mut of_day = words(day).peekable();
    let is_day = day.len() <= 30 && of_day.peek().is_some() && of_day.all(|word| is_of_date(&word));
    if is_day && opens(sentence) { sentence } else { rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(paragraph: &str) -> Option<&str> {
        split(paragraph).and_then(|dateline| dateline.place)
    }

    #[test]
    fn a_place_before_a_dash_is_the_place() {
        for (paragraph, expected) in [
            ("Tbilisi - « La vallée change »", "Tbilisi"),
            ("Kyiv — The office", "Kyiv"),
            ("Chipre- La OIM abre", "Chipre"),
            ("Chipre-La OIM abre", "Chipre"),
            ("N’Djamena–A new office", "N’Djamena"),
            ("Guinée-Bissau – Les écoles", "Guinée-Bissau"),
            ("Bo, Sierra Leone – The school", "Bo, Sierra Leone"),
            ("Moscou/Noursoultan - Un train", "Moscou/Noursoultan"),
            ("Ibadan, Nigéria & Accra, Ghana – Deux ateliers", "Ibadan, Nigéria & Accra, Ghana"),
            ("Tapachula (México) / Tecún Umán (Guatemala). - Las oficinas", "Tapachula (México) / Tecún Umán (Guatemala)"),
            ("Democratic Republic of the Congo - Cette semaine", "Democratic Republic of the Congo"),
            ("Chisinau - 16 June. The minister", "Chisinau"),
            ("Port-au-Prince – La mairie", "Port-au-Prince"),
            ("Dar es Salaam – The town", "Dar es Salaam"),
            ("St. John’s – The town", "St. John’s"),
            ("Bruxelles, le 4 mai 2017 - La ville", "Bruxelles"),
        ] {
            assert_eq!(place(paragraph), Some(expected), "{paragraph}");
        }
        assert_eq!(split("Chisinau - 16 June. The minister").unwrap().rest, "The minister");
    }

    #[test]
    fn a_date_after_the_place_is_no_part_of_it() {
        let dateline = split("Ha Noi, November 29, 2021 – Thirty villages").unwrap();
        assert_eq!((dateline.place, dateline.rest), (Some("Ha Noi"), "Thirty villages"));
        assert_eq!(dateline.date.unwrap().to_string(), "2021-11-29");
        assert_eq!(split("Sana’a, 3 May 2019 – The office").unwrap().place, Some("Sana’a"));
        let dateline = split("Addis-Abeba, 11 octobre – Le train").unwrap();
        assert_eq!((dateline.place, dateline.date), (Some("Addis-Abeba"), None));
        let dateline = split("05/08/2016 - La feria").unwrap();
        assert_eq!((dateline.place, dateline.rest), (None, "La feria"));
    }

    #[test]
    fn a_sentence_is_no_dateline() {
        for paragraph in [
            "The office opened - at last - in May.",
            "IOM - The UN Migration Agency - helps",
            "Saint-Louis accueille un atelier",
            "Timor-Leste hosts a workshop",
            "Almost 70 – Eighty percent",
            "COVID-19 has closed the border",
            "Une réunion – La première – se tient",
            "",
            "-",
        ] {
            assert_eq!(split(paragraph), None, "{paragraph}");
        }
    }

    #[test]
    fn a_dateline_may_have_a_line_of_its_own() {
        let read = |line| own_line(line).map(|(place, date)| (place.unwrap_or("-").to_owned(), date.to_string()));
        assert_eq!(read("Lao Cai, 11/2017"), Some(("Lao Cai".to_owned(), "2017-11".to_owned())));
        assert_eq!(read("Cambodia, 4th and 5th October 2016"), Some(("Cambodia".to_owned(), "2016-10-04".to_owned())));
        assert_eq!(read("Fri, 08/03/2018 - 09:20"), Some(("-".to_owned(), "2018-08-03".to_owned())));
        assert_eq!(read("Posted: Tuesday, March 21, 2017 - 16:38"), Some(("-".to_owned(), "2017-03-21".to_owned())));
        assert_eq!(
            read("Posted: Tuesday, March 21, 2017 - 16:38Image: Region-Country: UkraineThemes: Default:"),
            Some(("-".to_owned(), "2017-03-21".to_owned()))
        );
        assert_eq!(read("IOM - News - Ven, 03/17/2017 - 10:33"), Some(("-".to_owned(), "2017-03-17".to_owned())));
        assert_eq!(read("The school opens on Monday, 5 March 2018 - 10:30 in the morning"), None);
        assert_eq!(read("The workshop of 6 March 2018 was the first"), None);
        assert_eq!(read("Le lundi 6 mars 2018, la ministre ouvre une école"), None);
    }
}
