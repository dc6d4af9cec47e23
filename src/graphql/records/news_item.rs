//! A news item with all that is stored of it.

use async_graphql::{InputObject, MaybeUndefined};

use super::whole::{self, DataWarningInput, SetByHandInput, SourceInput};
use super::{Made, written};
use crate::domain::{Field, Language, NewsItem, NewsText, NodeId, Problem, Record};
use crate::graphql::news_item::NewsItemInput;

/// A news item to be created or changed. What is left out stays as it is, `null` takes it away.
#[derive(Debug, Clone, InputObject)]
pub struct NewsItemRecordInput {
    #[graphql(flatten)]
    news_item: NewsItemInput,
    /// The texts in all languages, in the place of those that there are: for a whole record, without `language`, `title` and
    /// `body`.
    texts: Option<Vec<NewsTextInput>>,
    /// The documents that the item was read from, in the place of those that there are.
    sources: Option<Vec<SourceInput>>,
    /// What to doubt about the item, in the place of what there is.
    warnings: Option<Vec<DataWarningInput>>,
    /// The fields that were set by hand; left out, those that this input sets.
    set_by_hand: Option<Vec<SetByHandInput>>,
}

/// The texts of a news item in one language.
#[derive(Debug, Clone, InputObject)]
pub struct NewsTextInput {
    /// The language of the texts.
    language: Language,
    /// The title.
    title: String,
    /// The text.
    body: String,
}

impl NewsItemRecordInput {
    pub(super) fn id(&self) -> NodeId {
        self.news_item.id()
    }

    pub(super) fn make(self, current: Option<Record>) -> Result<Made, Vec<Problem>> {
        let mut item = self.news_item.record(current)?;
        let mut problems = Vec::new();
        let mut documents = Vec::new();
        if let Some(texts) = self.texts {
            let text = |NewsTextInput { language, title, body }| (language, NewsText { title, body });
            item.texts = texts.into_iter().map(text).collect();
            for language in item.texts.languages() {
                item.curated.mark(Field::Title, Some(language));
                item.curated.mark(Field::Body, Some(language));
            }
        }
        if let Some(sources) = self.sources {
            (item.sources, documents) = whole::sources(sources);
        }
        if let Some(warnings) = self.warnings {
            item.warnings = whole::warnings(warnings, &mut problems);
        }
        if let Some(marked) = self.set_by_hand {
            item.curated = whole::set_by_hand(marked, &mut problems);
        }
        whole::unless(problems, Made { record: item.into(), documents })
    }
}

/// The line that makes a news item what it is.
pub(super) fn line<E>(item: &NewsItem, text: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
    let NewsItem { slug, texts, place, published_on, member_states, contacts, .. } = item.clone();
    let text_of = |(language, text): (Language, NewsText)| NewsTextInput { language, title: text.title, body: text.body };
    let input = NewsItemRecordInput {
        news_item: NewsItemInput {
            slug: Some(slug),
            language: None,
            title: MaybeUndefined::Undefined,
            body: MaybeUndefined::Undefined,
            place: whole::or_null(place),
            published_on: whole::or_null(published_on.map(|date| date.to_string())),
            member_states: MaybeUndefined::Value(member_states.into_iter().map(Into::into).collect()),
            contacts: MaybeUndefined::Value(contacts),
        },
        texts: Some(texts.into_iter().map(text_of).collect()),
        sources: whole::sources_of(&item.sources, text)?,
        warnings: whole::warnings_of(&item.warnings),
        set_by_hand: whole::set_by_hand_of(&item.curated),
    };
    Ok(written("newsItem", &input, &["language", "title", "body"]))
}
