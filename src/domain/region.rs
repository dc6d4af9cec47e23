//! The five regions of the Fund.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Language, Localized};

/// A region of the Fund.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum RegionCode {
    /// Africa, Egypt and Sudan among it.
    Africa,
    /// Asia and Oceania, the Middle East among it.
    AsiaAndOceania,
    /// Europe, the South Caucasus among it.
    Europe,
    /// Latin America and the Caribbean.
    LatinAmericaAndTheCaribbean,
    /// The whole world: projects that serve states of several regions.
    Global,
}

impl RegionCode {
    /// Every region, in the order of the enum.
    pub const ALL: [RegionCode; 5] = [
        RegionCode::Africa,
        RegionCode::AsiaAndOceania,
        RegionCode::Europe,
        RegionCode::LatinAmericaAndTheCaribbean,
        RegionCode::Global,
    ];

    /// The code as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            RegionCode::Africa => "AFRICA",
            RegionCode::AsiaAndOceania => "ASIA_AND_OCEANIA",
            RegionCode::Europe => "EUROPE",
            RegionCode::LatinAmericaAndTheCaribbean => "LATIN_AMERICA_AND_THE_CARIBBEAN",
            RegionCode::Global => "GLOBAL",
        }
    }

    /// The Fund's own name of the region in a language.
    pub fn name(self, language: Language) -> &'static str {
        let [fr, en, es] = match self {
            RegionCode::Africa => ["Afrique", "Africa", "África"],
            RegionCode::AsiaAndOceania => ["Asie et Océanie", "Asia and Oceania", "Asia y Oceanía"],
            RegionCode::Europe => ["Europe", "Europe", "Europa"],
            RegionCode::LatinAmericaAndTheCaribbean => {
                ["Amérique latine et Caraïbes", "Latin America and the Caribbean", "América Latina y el Caribe"]
            }
            RegionCode::Global => ["Monde", "Global", "Mundo"],
        };
        match language {
            Language::Fr => fr,
            Language::En => en,
            Language::Es => es,
        }
    }
}

impl FromStr for RegionCode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        RegionCode::ALL.into_iter().find(|code| code.as_str() == text).ok_or(())
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A region that some record names, with the names that replace the Fund's own where a writer gave any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub code: RegionCode,
    pub names: Localized<String>,
}

impl Region {
    /// A region under the Fund's own names.
    pub fn new(code: RegionCode) -> Self {
        Region { code, names: Localized::default() }
    }

    /// The name in a language: the writer's, else the Fund's.
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language).map_or(self.code.name(language), String::as_str)
    }
}
