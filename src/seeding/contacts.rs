//! Contacts from all the news that names them.

use std::collections::BTreeMap;

use crate::catalog::{ChangeSet, View};
use crate::domain::{Contact, Field};

/// Adds contacts that documents name to a change set, each with what is known of it already.
pub(super) fn merge(change_set: &mut ChangeSet, named: Vec<Contact>, view: &View<'_>) {
    let mut contacts: BTreeMap<String, Contact> = BTreeMap::new();
    for contact in named {
        let key = contact.key();
        let current =
            contacts.remove(&key).or_else(|| view.snapshot.get::<Contact>(&key).map(|stored| Contact::clone(&stored.record)));
        let contact = match current {
            Some(current) => with_more(current, contact),
            None => contact,
        };
        contacts.insert(key, contact);
    }
    for contact in contacts.into_values() {
        change_set.put(contact);
    }
}

/// A contact with what a document adds to it: more numbers, a fuller name or office. In whatever order the documents come, the
/// same comes out.
fn with_more(mut contact: Contact, read: Contact) -> Contact {
    let fuller = |one: &str, other: &str| (other.chars().count(), other) > (one.chars().count(), one);
    if !contact.curated.has(Field::Name) && fuller(&contact.name, &read.name) {
        contact.name = read.name;
    }
    if !contact.curated.has(Field::Office)
        && let Some(office) = read.office
        && contact.office.as_deref().is_none_or(|known| fuller(known, &office))
    {
        contact.office = Some(office);
    }
    if !contact.curated.has(Field::Phones) && !read.phones.iter().all(|phone| contact.phones.contains(phone)) {
        contact.phones.extend(read.phones);
        contact.phones.sort();
        contact.phones.dedup();
    }
    contact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_documents_say_of_a_contact_adds_up_in_any_order() {
        let named = |name: &str, phone: &str, office: Option<&str>| Contact {
            email: Some("a@iom.int".to_owned()),
            phones: vec![phone.to_owned()],
            office: office.map(str::to_owned),
            ..Contact::new(name)
        };
        let (short, full) = (named("A. Beridze", "+9952", Some("IOM Tbilisi")), named("Ana Beridze", "+9951", None));
        let both = with_more(short.clone(), full.clone());
        assert_eq!(both, with_more(full, short));
        assert_eq!((both.name.as_str(), both.phones.join(" ").as_str()), ("Ana Beridze", "+9951 +9952"));
        assert_eq!(both.office.as_deref(), Some("IOM Tbilisi"));
    }

    #[test]
    fn what_was_set_by_hand_stays() {
        let mut by_hand = Contact::new("Ana");
        by_hand.curated.mark(Field::Name, None);
        assert_eq!(with_more(by_hand, Contact::new("Ana Maria")).name, "Ana");
    }
}
