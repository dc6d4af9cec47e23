//! A project that the Fund paid for.

use serde::{Deserialize, Serialize};

use super::{
    CountryCode, Curated, Field, Language, Localized, Money, PartialDate, Problem, ProjectType, RegionCode, Source, Warning,
};

/// A project of the Fund, under its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// The Fund's “Projet ID”: `RR.0147`, `TC4-805`.
    pub code: String,
    /// The agency's own number of the project: `GE10P0514`.
    pub prima_id: Option<String>,
    pub texts: Localized<ProjectText>,
    pub status: Option<ProjectStatus>,
    pub project_type: Option<ProjectType>,
    pub coverage: Option<Coverage>,
    pub region: Option<RegionCode>,
    pub budget: Option<Money>,
    /// The year of the allocation.
    pub year: Option<i16>,
    pub start_date: Option<PartialDate>,
    pub end_date: Option<PartialDate>,
    /// In the document's order, each once.
    pub member_states: Vec<CountryCode>,
    /// What stood in the list of states and names none, as printed.
    pub unrecognized_states: Vec<String>,
    pub sources: Vec<Source>,
    pub warnings: Vec<Warning>,
    pub curated: Curated,
}

/// The texts of a project in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectText {
    pub title: String,
    pub description: Option<String>,
}

/// How far a project has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum ProjectStatus {
    /// Under way.
    Active,
    /// Finished.
    Completed,
}

impl ProjectStatus {
    /// Every status, in the order of the enum.
    pub const ALL: [ProjectStatus; 2] = [ProjectStatus::Active, ProjectStatus::Completed];

    /// The status as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ProjectStatus::Active => "ACTIVE",
            ProjectStatus::Completed => "COMPLETED",
        }
    }

    /// The status in words.
    pub fn label(self, language: Language) -> &'static str {
        let [fr, en, es] = match self {
            ProjectStatus::Active => ["Actif", "Active", "Activo"],
            ProjectStatus::Completed => ["Achevé", "Completed", "Finalizado"],
        };
        language.of(fr, en, es)
    }
}

/// How much of the world a project covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum Coverage {
    /// One state.
    National,
    /// Several states of one region.
    Regional,
    /// States of several regions.
    MultiRegional,
    /// The whole world.
    Global,
}

impl Coverage {
    /// Every coverage, in the order of the enum.
    pub const ALL: [Coverage; 4] = [Coverage::National, Coverage::Regional, Coverage::MultiRegional, Coverage::Global];

    /// The coverage as the API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Coverage::National => "NATIONAL",
            Coverage::Regional => "REGIONAL",
            Coverage::MultiRegional => "MULTI_REGIONAL",
            Coverage::Global => "GLOBAL",
        }
    }

    /// The coverage in words.
    pub fn label(self, language: Language) -> &'static str {
        let [fr, en, es] = match self {
            Coverage::National => ["National", "National", "Nacional"],
            Coverage::Regional => ["Régional", "Regional", "Regional"],
            Coverage::MultiRegional => ["Multirégional", "Multi-Regional", "Multirregional"],
            Coverage::Global => ["Mondial", "Global", "Mundial"],
        };
        language.of(fr, en, es)
    }
}

impl Project {
    /// A project of which nothing but the code is known.
    pub fn new(code: impl Into<String>) -> Self {
        Project {
            code: code.into(),
            prima_id: None,
            texts: Localized::default(),
            status: None,
            project_type: None,
            coverage: None,
            region: None,
            budget: None,
            year: None,
            start_date: None,
            end_date: None,
            member_states: Vec::new(),
            unrecognized_states: Vec::new(),
            sources: Vec::new(),
            warnings: Vec::new(),
            curated: Curated::default(),
        }
    }

    /// The title in the asked language, else the best there is.
    pub fn title(&self, language: Option<Language>) -> &str {
        self.texts.best(language).map_or(&self.code, |text| &text.title)
    }

    /// The description in the asked language, else the best there is.
    pub fn description(&self, language: Option<Language>) -> Option<&str> {
        self.texts.pick(language, |text| text.description.as_deref())
    }

    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        if self.code.is_empty() || self.code.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            problems.push(Problem::invalid(
                Field::Code,
                "a project's code has no spaces and is not empty: write it as the Fund does, RR.0147",
            ));
        }
        if self.texts.is_empty() {
            problems.push(Problem::invalid(Field::Title, "a project needs a title in at least one language"));
        }
        for (language, _) in self.texts.iter().filter(|(_, text)| text.title.trim().is_empty()) {
            let message = format!("the texts in the language {} need a title", language.code().to_uppercase());
            problems.push(Problem::invalid(Field::Title, message));
        }
        if let Some(budget) = &self.budget {
            if !Money::is_amount(budget.amount) {
                let message = format!(
                    "{} is no budget: write an amount that is not negative, below 10^15 and of four decimals at most",
                    budget.amount
                );
                problems.push(Problem::invalid(Field::Budget, message));
            }
            if budget.currency.len() != 3 || !budget.currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
                problems.push(Problem::invalid(
                    Field::Budget,
                    format!("“{}” is not an ISO 4217 currency: write three capital letters, USD", budget.currency),
                ));
            }
        }
        if let Some(year) = self.year
            && !(1951..=2100).contains(&year)
        {
            problems.push(Problem::invalid(
                Field::Year,
                format!("{year} is not a year in which the agency could give money (1951 to 2100)"),
            ));
        }
    }
}
