//! One news item from all its pages.

use super::choice::{Rule, Said, choose};
use super::{Page, in_order};
use crate::documents::NewsReading;
use crate::domain::{Contact, Field, Language, NewsItem, NewsText, Warning, WarningCode};

/// One news item, and the contacts that it names, from all its pages. The order of the pages does not matter.
///
/// Each language has the longest text; place and day are as most pages print them; states and contacts are those of all pages.
pub fn news_item(pages: Vec<Page<NewsReading>>) -> (NewsItem, Vec<Contact>) {
    let pages = in_order(pages);
    let first = pages.iter().min_by_key(|page| (page.reading.language, page.reading.slug()));
    let mut item = NewsItem::new(first.map_or_else(|| "untitled".to_owned(), |page| page.reading.slug()));
    let mut warnings: Vec<Warning> = Vec::new();
    for language in Language::ALL {
        let told = pages.iter().filter(|page| page.reading.language == language);
        if let Some(best) = told.rev().max_by_key(|page| page.reading.body.len()) {
            let text = NewsText { title: best.reading.title.value.clone(), body: best.reading.body.clone() };
            item.texts.insert(language, text);
        }
    }
    let said = |page| said(page, |reading| Some(reading.place.as_ref()?.value.clone()), String::clone);
    let places: Vec<_> = pages.iter().filter_map(said).collect();
    item.place = places.iter().min_by_key(|said| said.language).map(|said| said.value.clone());
    let said = |page| self::said(page, |reading| Some(reading.published_on.as_ref()?.value), |date| date.to_string());
    let days: Vec<_> = pages.iter().filter_map(said).collect();
    let (day, warning) = choose(Field::PublishedOn, &days, Rule::Most);
    item.published_on = day;
    warnings.extend(warning);
    let mut contacts: Vec<Contact> = Vec::new();
    for page in &pages {
        for &state in &page.reading.member_states {
            if !item.member_states.contains(&state) {
                item.member_states.push(state);
            }
        }
        for contact in &page.reading.contacts {
            take(&mut contacts, contact);
        }
    }
    let still = |warning: &&Warning| warning.code != WarningCode::BodyMissing || item.body(None).is_empty();
    warnings.extend(pages.iter().flat_map(|page| &page.reading.warnings).filter(still).cloned());
    warnings.sort();
    warnings.dedup();
    item.warnings = warnings;
    item.contacts = contacts.iter().map(Contact::key).collect();
    item.sources = pages.into_iter().map(Page::<NewsReading>::into_source).collect();
    (item, contacts)
}

fn said<T>(
    page: &Page<NewsReading>,
    pick: impl Fn(&NewsReading) -> Option<T>,
    shown: impl Fn(&T) -> String,
) -> Option<Said<'_, T>> {
    let value = pick(&page.reading)?;
    let (document, language) = (page.source.document.as_str(), page.reading.language);
    Some(Said { shown: shown(&value), value, document, language, weight: 0, placeholder: false })
}

/// Adds a contact, or what it says more about one that is known.
fn take(contacts: &mut Vec<Contact>, contact: &Contact) {
    match contacts.iter_mut().find(|known| known.key() == contact.key()) {
        None => contacts.push(contact.clone()),
        Some(known) => {
            for phone in &contact.phones {
                if !known.phones.contains(phone) {
                    known.phones.push(phone.clone());
                }
            }
            if known.office.is_none() {
                known.office = contact.office.clone();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::merge::tests::{news_page, page};

    const SHORT: &str = "News\nGlobal\n\nA school opens\nTbilisi, 6 March 2018 - The school is open.";
    const LONG: &str = "News\nGlobal\n\nA school opens\nTbilisi - The school of Georgia is open to all.\nFor more information, please contact Nino Beridze at IOM Georgia, Tel: +995 32 200 00 00, Email: nino@iom.int";

    #[test]
    fn the_pages_of_an_item_complete_each_other_in_any_order() {
        let pages = || vec![page("a.txt", news_page(SHORT)), page("b.txt", news_page(LONG))];
        let (item, contacts) = news_item(pages());
        assert_eq!((item.slug.as_str(), item.place.as_deref()), ("a-school-opens", Some("Tbilisi")));
        assert_eq!(item.published_on.unwrap().to_string(), "2018-03-06");
        assert!(item.body(None).contains("open to all"));
        assert_eq!(item.member_states, ["GE".parse().unwrap()]);
        assert_eq!(item.contacts, ["nino@iom.int"]);
        assert_eq!((contacts[0].office.as_deref(), item.sources.len()), (Some("IOM Georgia"), 2));
        assert_eq!(news_item(pages().into_iter().rev().collect()), (item, contacts));
    }

    #[test]
    fn a_page_alone_is_an_item() {
        let (item, contacts) = news_item(vec![page("a.txt", news_page(SHORT))]);
        assert_eq!((item.warnings.len(), contacts.len()), (0, 0));
    }
}
