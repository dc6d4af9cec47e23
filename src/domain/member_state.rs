//! A state that the Fund's projects benefit or that news tells of.

use serde::{Deserialize, Serialize};

use super::{CountryCode, Language, Localized, RegionCode};

/// A state, with the names that replace CLDR's where a writer gave any.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberState {
    pub code: CountryCode,
    pub names: Localized<String>,
    pub region: Option<RegionCode>,
}

impl MemberState {
    /// A state under CLDR's names, in the Fund's region for it.
    pub fn new(code: CountryCode) -> Self {
        MemberState { code, names: Localized::default(), region: code.region() }
    }

    /// The name in a language: the writer's, else CLDR's.
    pub fn name(&self, language: Language) -> &str {
        self.names.get(language).map_or(self.code.name(language), String::as_str)
    }
}
