//! What a writer set by hand stays, whatever documents say.

use crate::domain::{Field, Language, Localized, NewsItem, Project};

/// Puts the fields that were set by hand back into a project that was read anew.
pub(super) fn keep_project(current: &Project, read: &mut Project) {
    for (field, language) in current.curated.iter() {
        match field {
            Field::PrimaId => read.prima_id.clone_from(&current.prima_id),
            Field::Status => read.status = current.status,
            Field::Type => read.project_type.clone_from(&current.project_type),
            Field::Coverage => read.coverage = current.coverage,
            Field::Region => read.region = current.region,
            Field::Budget => read.budget.clone_from(&current.budget),
            Field::Year => read.year = current.year,
            Field::StartDate => read.start_date = current.start_date,
            Field::EndDate => read.end_date = current.end_date,
            Field::MemberStates => read.member_states.clone_from(&current.member_states),
            Field::Title => {
                keep_text(&current.texts, &mut read.texts, language, |from, to| to.title.clone_from(&from.title));
            }
            Field::Description => {
                keep_text(&current.texts, &mut read.texts, language, |from, to| to.description.clone_from(&from.description));
            }
            _ => {}
        }
    }
    read.curated.join(&current.curated);
    current.curated.settle(&mut read.warnings);
}

/// Puts the fields that were set by hand back into a news item that was read anew.
pub(super) fn keep_news_item(current: &NewsItem, read: &mut NewsItem) {
    for (field, language) in current.curated.iter() {
        match field {
            Field::Place => read.place.clone_from(&current.place),
            Field::PublishedOn => read.published_on = current.published_on,
            Field::MemberStates => read.member_states.clone_from(&current.member_states),
            Field::Contacts => read.contacts.clone_from(&current.contacts),
            Field::Title => {
                keep_text(&current.texts, &mut read.texts, language, |from, to| to.title.clone_from(&from.title));
            }
            Field::Body => {
                keep_text(&current.texts, &mut read.texts, language, |from, to| to.body.clone_from(&from.body));
            }
            _ => {}
        }
    }
    read.curated.join(&current.curated);
    current.curated.settle(&mut read.warnings);
}

/// Puts back a text in one language. Where no document has that language, the whole text was written by hand.
fn keep_text<T: Clone>(current: &Localized<T>, read: &mut Localized<T>, language: Option<Language>, keep: impl Fn(&T, &mut T)) {
    let Some(language) = language else { return };
    if let Some(text) = current.get(language) {
        let mut kept = read.remove(language).unwrap_or_else(|| text.clone());
        keep(text, &mut kept);
        read.insert(language, kept);
    }
}
