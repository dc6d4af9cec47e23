//! Dates as far as they are known.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A year, a month or a day: `2024`, `2024-05` or `2024-05-31`. A year alone is never made into a first of January.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i16, u8, u8)", into = "(i16, u8, u8)")]
pub struct PartialDate {
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// A date of which only the year is known.
    pub fn year_only(year: i16) -> Option<Self> {
        Self::new(year, None, None)
    }

    /// A date known to the month or, where one is given, to the day; none where there is no such date.
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let real = Date::new(year, month.unwrap_or(1) as i8, day.unwrap_or(1) as i8).is_ok();
        let whole = day.is_none() || month.is_some();
        (real && whole && (1..=9999).contains(&year)).then_some(PartialDate { year, month, day })
    }

    pub fn year(&self) -> i16 {
        self.year
    }

    pub fn month(&self) -> Option<u8> {
        self.month
    }

    pub fn day(&self) -> Option<u8> {
        self.day
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |number: u16, place: u16| b'0' + (number / place % 10) as u8;
        let year = self.year.unsigned_abs();
        let mut text = *b"0000-00-00";
        text[..4].copy_from_slice(&[1_000, 100, 10, 1].map(|place| digit(year, place)));
        let mut length = 4;
        for part in [self.month, self.day].into_iter().flatten() {
            text[length + 1..length + 3].copy_from_slice(&[10, 1].map(|place| digit(part.into(), place)));
            length += 3;
        }
        out.pad(std::str::from_utf8(&text[..length]).unwrap_or_default())
    }
}

impl FromStr for PartialDate {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        let parse = || {
            let mut parts = text.split('-');
            let year = digits(parts.next()?, 4)?;
            let month = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
            let day = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
            if parts.next().is_some() {
                return None;
            }
            PartialDate::new(year, month.map(|month| month as u8), day.map(|day| day as u8))
        };
        parse().ok_or_else(|| NotADate(text.to_owned()))
    }
}

fn digits(text: &str, length: usize) -> Option<i16> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

impl TryFrom<(i16, u8, u8)> for PartialDate {
    type Error = NotADate;

    fn try_from((year, month, day): (i16, u8, u8)) -> Result<Self, NotADate> {
        let some = |part: u8| (part != 0).then_some(part);
        PartialDate::new(year, some(month), some(day)).ok_or_else(|| NotADate(format!("{year}-{month}-{day}")))
    }
}

impl From<PartialDate> for (i16, u8, u8) {
    fn from(date: PartialDate) -> Self {
        (date.year, date.month.unwrap_or(0), date.day.unwrap_or(0))
    }
}

/// A text that is no date of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a date: write a year (2024), a month (2024-05) or a day (2024-05-31)")]
pub struct NotADate(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_prints_as_far_as_it_is_known() {
        for text in ["2024", "2024-05", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_date_of_the_calendar_is_refused() {
        for text in ["", "24", "2024-13", "2023-02-29", "2024-5", "2024-05-31-1", "-2024", "２０２４", "0000"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }
}
