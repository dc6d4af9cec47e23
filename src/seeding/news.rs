//! News items from all of their documents.

use std::collections::BTreeMap;

use crate::catalog::{ChangeSet, View};
use crate::documents::{self, NewsReading, Page, Reading};
use crate::domain::{Contact, NewsItem, Record};

use super::sources::Merged;
use super::{contacts, curated, sources, states};

/// Adds the news items of some pages, and the contacts that they name, to a change set.
pub(super) fn merge(change_set: &mut ChangeSet, pages: Vec<Page<NewsReading>>, view: &View<'_>) -> Merged<()> {
    let mut items: BTreeMap<String, Vec<Page<NewsReading>>> = BTreeMap::new();
    for page in pages {
        items.entry(page.reading.slug()).or_default().push(page);
    }
    let mut named = Vec::new();
    for (slug, mut pages) in items {
        let current = view.snapshot.get::<NewsItem>(&slug);
        if let Some(stored) = &current {
            // Of a list of items, one is of this record.
            let of_record = |reading: Reading| reading.news().into_iter().filter(|reading| reading.slug() == slug);
            let earlier = sources::pages(&stored.record.sources, view, of_record)?;
            sources::add(&mut pages, earlier);
        }
        let (mut item, contacts) = documents::news_item(pages);
        let (contacts, unfit): (Vec<Contact>, Vec<Contact>) =
            contacts.into_iter().partition(|contact| Record::from(contact.clone()).problems().is_empty());
        item.contacts.retain(|key| unfit.iter().all(|contact| contact.key() != *key));
        if let Some(stored) = &current {
            curated::keep_news_item(&stored.record, &mut item);
        }
        // One that cannot be stored is no reason not to store the others; its documents are reported as refused.
        let states = item.member_states.clone();
        let record = Record::from(item);
        if record.problems().is_empty() {
            named.extend(contacts);
            states::ensure(change_set, &states);
            change_set.put(record);
        }
    }
    contacts::merge(change_set, named, view);
    Ok(())
}
