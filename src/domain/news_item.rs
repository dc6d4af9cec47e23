//! A news item of the agency.

use serde::{Deserialize, Serialize};

use super::{CountryCode, Curated, Field, Language, Localized, PartialDate, Problem, Source, Warning, slug};

/// A news item, under the slug of its title.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsItem {
    pub slug: String,
    pub texts: Localized<NewsText>,
    /// The place of the dateline, as printed: `Tbilisi`.
    pub place: Option<String>,
    pub published_on: Option<PartialDate>,
    /// The states that the item names, in the order of their first mention.
    pub member_states: Vec<CountryCode>,
    /// The keys of its contacts, in the document's order.
    pub contacts: Vec<String>,
    pub sources: Vec<Source>,
    pub warnings: Vec<Warning>,
    pub curated: Curated,
}

/// The texts of a news item in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewsText {
    pub title: String,
    pub body: String,
}

impl NewsItem {
    /// A news item of which nothing but the slug is known.
    pub fn new(slug: impl Into<String>) -> Self {
        NewsItem {
            slug: slug.into(),
            texts: Localized::default(),
            place: None,
            published_on: None,
            member_states: Vec::new(),
            contacts: Vec::new(),
            sources: Vec::new(),
            warnings: Vec::new(),
            curated: Curated::default(),
        }
    }

    /// The title in the asked language, else the best there is.
    pub fn title(&self, language: Option<Language>) -> &str {
        self.texts.best(language).map_or(&self.slug, |text| &text.title)
    }

    /// The body in the asked language, else the best there is.
    pub fn body(&self, language: Option<Language>) -> &str {
        self.texts.pick(language, |text| Some(text.body.as_str()).filter(|body| !body.is_empty())).unwrap_or_default()
    }

    pub(super) fn check(&self, problems: &mut Vec<Problem>) {
        if self.slug.is_empty() || slug(&self.slug) != self.slug {
            problems.push(Problem::invalid(
                Field::Slug,
                format!(
                    "“{}” is not a slug: write small letters, digits and single hyphens, “{}”",
                    self.slug,
                    slug(&self.slug)
                ),
            ));
        }
        if self.texts.is_empty() {
            problems.push(Problem::invalid(Field::Title, "a news item needs a title in at least one language"));
        }
        for (language, _) in self.texts.iter().filter(|(_, text)| text.title.trim().is_empty()) {
            let message = format!("the texts in the language {} need a title", language.code().to_uppercase());
            problems.push(Problem::invalid(Field::Title, message));
        }
    }
}
