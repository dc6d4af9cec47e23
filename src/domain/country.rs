//! ISO 3166-1 codes of states, with their names and the Fund's region for each.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use foldhash::{HashMap, HashMapExt};
use serde::{Deserialize, Serialize};

use super::{Language, RegionCode};

/// The ISO 3166-1 alpha-2 code of a state or territory that the table knows: `GE`, never `ge` or `ZZ`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "[u8; 2]", into = "[u8; 2]")]
pub struct CountryCode([u8; 2]);

struct Country {
    code: CountryCode,
    alpha3: &'static str,
    region: Option<RegionCode>,
    /// French, English, Spanish.
    names: [&'static str; 3],
}

struct Table {
    rows: Vec<Country>,
    by_code: HashMap<&'static str, usize>,
}

static COUNTRIES: LazyLock<Table> = LazyLock::new(|| {
    let rows: Vec<Country> = include_str!("countries.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split('\t');
            let mut column = || columns.next().expect("each row of countries.tsv has six columns");
            let code = column().as_bytes();
            Country {
                code: CountryCode([code[0], code[1]]),
                alpha3: column(),
                region: column().parse().ok(),
                names: [column(), column(), column()],
            }
        })
        .collect();
    let mut by_code = HashMap::new();
    for (row, country) in rows.iter().enumerate() {
        by_code.insert(country.alpha3, row);
    }
    for (row, line) in include_str!("countries.tsv").lines().filter(|line| !line.starts_with('#')).enumerate() {
        by_code.insert(&line[..2], row);
    }
    Table { rows, by_code }
});

impl CountryCode {
    /// Every state and territory of the table, in the order of their codes.
    pub fn all() -> impl Iterator<Item = CountryCode> {
        COUNTRIES.rows.iter().map(|country| country.code)
    }

    /// The alpha-2 code, upper case.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("codes come from the table, which is ASCII")
    }

    /// The ISO 3166-1 alpha-3 code.
    pub fn alpha3(&self) -> &'static str {
        self.row().alpha3
    }

    /// CLDR's name of the state in a language.
    pub fn name(&self, language: Language) -> &'static str {
        self.row().names[language as usize]
    }

    /// The Fund's region of the state; none for the few that no region of the Fund covers (the United States, Canada).
    pub fn region(&self) -> Option<RegionCode> {
        self.row().region
    }

    fn row(&self) -> &'static Country {
        &COUNTRIES.rows[COUNTRIES.by_code[self.as_str()]]
    }
}

/// Alpha-2 or alpha-3, in any case.
impl FromStr for CountryCode {
    type Err = UnknownCountry;

    fn from_str(text: &str) -> Result<Self, UnknownCountry> {
        let code = text.trim().to_ascii_uppercase();
        match COUNTRIES.by_code.get(code.as_str()) {
            Some(&row) => Ok(COUNTRIES.rows[row].code),
            None => Err(UnknownCountry(text.to_owned())),
        }
    }
}

impl TryFrom<[u8; 2]> for CountryCode {
    type Error = UnknownCountry;

    fn try_from(bytes: [u8; 2]) -> Result<Self, UnknownCountry> {
        String::from_utf8_lossy(&bytes).parse()
    }
}

impl From<CountryCode> for [u8; 2] {
    fn from(code: CountryCode) -> [u8; 2] {
        code.0
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A code that is neither an ISO 3166-1 alpha-2 nor an alpha-3 code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an ISO 3166-1 code of a state: write two letters (GE) or three (GEO)")]
pub struct UnknownCountry(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_found_by_either_code_in_any_case() {
        let georgia: CountryCode = "GE".parse().unwrap();
        for text in ["ge", "GEO", " geo "] {
            assert_eq!(text.parse(), Ok(georgia));
        }
        assert_eq!(georgia.alpha3(), "GEO");
        assert_eq!(georgia.region(), Some(RegionCode::Europe));
        assert_eq!(Language::ALL.map(|language| georgia.name(language)), ["Géorgie", "Georgia", "Georgia"]);
        assert_eq!("Géorgie".parse::<CountryCode>().unwrap_err().0, "Géorgie");
    }

    #[test]
    fn the_table_holds_every_state_of_iso_3166_once_with_three_names() {
        let codes: Vec<_> = CountryCode::all().collect();
        assert_eq!(codes.len(), 250, "249 of ISO 3166-1 and Kosovo");
        assert!(codes.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(codes.iter().all(|code| Language::ALL.iter().all(|&language| !code.name(language).is_empty())));
    }
}
