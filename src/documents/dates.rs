//! Dates in printed text: `6 March 2018`, `November 29, 2021`, `11/2017`, `16 de junio de 2019`.

use super::fold::{Word, words};
use super::words::{month, weekday};
use crate::domain::PartialDate;

/// A date and the bytes where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateAt {
    pub date: PartialDate,
    pub start: usize,
    pub end: usize,
}

/// Small words and conjunctions within a date or a span of days.
const WITHIN: [&str; 12] = ["de", "del", "of", "and", "et", "y", "au", "to", "al", "a", "the", "&"];

/// The first date of a text that has a year. Of a span of days it is the first.
///
/// Where numbers alone leave open which is the month, a day of the week before them decides; where it fits both ways, the month
/// comes first, as in the sites' own stamps, and without it the day.
pub fn first_in(text: &str) -> Option<DateAt> {
    let words: Vec<Word<'_>> = words(text).collect();
    (0..words.len()).find_map(|at| {
        let (date, length) =
            in_numbers(&words, at, text).or_else(|| day_first(&words[at..])).or_else(|| month_first(&words, at))?;
        Some(DateAt { date, start: words[at].start, end: words[at + length - 1].end })
    })
}

/// `6 March 2018`, `4th and 5th October 2016`, `10 au 13 avril 2019`.
fn day_first(words: &[Word<'_>]) -> Option<(PartialDate, usize)> {
    let first_day = day(&words.first()?.text)?;
    let in_between = |word: &Word<'_>| day(&word.text).is_some() || WITHIN.contains(&word.text.as_ref());
    let at = 1 + words[1..].iter().take(5).take_while(|word| in_between(word)).count();
    let month = month(&words.get(at)?.text)?;
    let at = at + 1 + words[at + 1..].iter().take(2).take_while(|word| WITHIN.contains(&word.text.as_ref())).count();
    let year = year(&words.get(at)?.text)?;
    Some((PartialDate::new(year, Some(month), Some(first_day))?, at + 1))
}

/// `November 29, 2021`, `March 21-23, 2017`, `mai 2018`, `mayo de 2018`.
fn month_first(words: &[Word<'_>], at: usize) -> Option<(PartialDate, usize)> {
    let behind_a_day = at.checked_sub(1).is_some_and(|before| day(&words[before].text).is_some());
    let words = words.get(at..).filter(|_| !behind_a_day)?;
    let month = month(&words.first()?.text)?;
    let in_between = |word: &Word<'_>| day(&word.text).is_some() || WITHIN.contains(&word.text.as_ref());
    let at = 1 + words[1..].iter().take(5).take_while(|word| in_between(word)).count();
    let year = year(&words.get(at)?.text)?;
    let first_day = words[1..at].iter().find_map(|word| day(&word.text));
    Some((PartialDate::new(year, Some(month), first_day)?, at + 1))
}

/// `05/08/2016`, `2021-11-29`, `11/2017`.
fn in_numbers(words: &[Word<'_>], at: usize, text: &str) -> Option<(PartialDate, usize)> {
    let number = |place: usize| -> Option<i16> {
        let word = words.get(place)?;
        let joined = place == at || matches!(&text[words[place - 1].end..word.start], "/" | "-" | ".");
        (joined && word.text.len() <= 4 && word.text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| word.text.parse().ok())?
    };
    let small = |number: i16| u8::try_from(number).ok();
    let (first, second) = (number(at)?, number(at + 1)?);
    let is_year = |number: i16| (1951..=2100).contains(&number);
    match number(at + 2) {
        Some(third) if is_year(first) => Some((PartialDate::new(first, small(second), small(third))?, 3)),
        Some(third) if is_year(third) => {
            let day_first = PartialDate::new(third, small(second), small(first));
            let month_first = PartialDate::new(third, small(first), small(second));
            let printed = at.checked_sub(1).and_then(|before| weekday(&words[before].text));
            let agrees = |date: &PartialDate| printed.is_some() && weekday_of(date) == printed;
            Some((month_first.filter(agrees).or(day_first.filter(agrees)).or(day_first).or(month_first)?, 3))
        }
        _ if is_year(second)
            && at.checked_sub(1).is_none_or(|before| !text[words[before].end..words[at].start].ends_with('/')) =>
        {
            Some((PartialDate::new(second, Some(small(first)?), None)?, 2))
        }
        _ => None,
    }
}

fn weekday_of(date: &PartialDate) -> Option<u8> {
    let day = jiff::civil::Date::new(date.year(), date.month()? as i8, date.day()? as i8).ok()?;
    Some(day.weekday().to_monday_one_offset() as u8)
}

/// A day of the month, as a number or an ordinal: `4`, `4th`, `1er`.
fn day(word: &str) -> Option<u8> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let ordinal = matches!(&word[digits..], "" | "st" | "nd" | "rd" | "th" | "er" | "ro" | "º" | "o");
    (ordinal && digits <= 2).then(|| word[..digits].parse().ok())?.filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i16> {
    (word.len() == 4).then(|| word.parse().ok())?.filter(|year| (1951..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_read_in_every_printed_shape() {
        for (text, date) in [
            ("Cairo, 6 March 2018", "2018-03-06"),
            ("Ha Noi, November 29, 2021", "2021-11-29"),
            ("el 16 de junio de 2019", "2019-06-16"),
            ("le 1er août 2012", "2012-08-01"),
            ("4th and 5th October 2016", "2016-10-04"),
            ("Du 10 au 13 avril 2019", "2019-04-10"),
            ("March 21-23, 2017", "2017-03-21"),
            ("en mayo de 2018", "2018-05"),
            ("Lao Cai, 11/2017", "2017-11"),
            ("05/08/2016", "2016-08-05"),
            ("03/17/2017", "2017-03-17"),
            ("2021-11-29", "2021-11-29"),
            ("Fri, 08/03/2018 - 09:20", "2018-08-03"),
            ("Ven, 03/08/2018", "2018-08-03"),
            ("Thu, 08/02/2018 - 09:20", "2018-08-02"),
        ] {
            assert_eq!(first_in(text).map(|found| found.date.to_string()).as_deref(), Some(date), "{text}");
        }
    }

    #[test]
    fn a_day_without_a_year_and_a_number_are_no_date() {
        for text in
            ["lundi (23/07)", "le 11 octobre", "40 2018", "1 millón de 2018 personas", "31 February 2018", "12/13/14", ""]
        {
            assert_eq!(first_in(text), None, "{text}");
        }
    }

    #[test]
    fn it_is_told_where_the_date_stands() {
        let text = "À Genève, 6 mars 2018 – Le";
        let found = first_in(text).unwrap();
        assert_eq!(&text[found.start..found.end], "6 mars 2018");
    }
}
