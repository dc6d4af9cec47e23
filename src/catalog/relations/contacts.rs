//! Whom to ask about a state.

use imbl::OrdMap;
use serde::{Deserialize, Serialize};

use super::index::Keys;
use crate::catalog::rows::RowSet;
use crate::domain::{CountryCode, NodeKind};

/// For each state, the contacts of the news that names it. A copy shares everything with the original.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Contacts(OrdMap<CountryCode, OfState>);

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct OfState {
    /// By a contact's key, how many news items name it together with the state.
    news: OrdMap<String, u32>,
    /// The rows of those contacts. One that is stored after the news that names it has none until then.
    rows: RowSet,
}

impl Contacts {
    /// Adds a news item.
    pub(super) fn add(&mut self, states: &[CountryCode], contacts: &[String], keys: &dyn Keys) {
        for state in states {
            for contact in contacts {
                let of_state = self.0.entry(*state).or_default();
                *of_state.news.entry(contact.clone()).or_default() += 1;
                if let Some(row) = keys.row(NodeKind::Contact, contact) {
                    of_state.rows.insert(row);
                }
            }
        }
    }

    /// Takes a news item away.
    pub(super) fn remove(&mut self, states: &[CountryCode], contacts: &[String], keys: &dyn Keys) {
        for state in states {
            let Some(of_state) = self.0.get_mut(state) else { continue };
            for contact in contacts {
                match of_state.news.get_mut(contact) {
                    Some(news) if *news > 1 => *news -= 1,
                    _ => {
                        of_state.news.remove(contact);
                        keys.row(NodeKind::Contact, contact).map(|row| of_state.rows.remove(row));
                    }
                }
            }
            if of_state.news.is_empty() {
                self.0.remove(state);
            }
        }
    }

    /// Notes that the contact under a key has a row.
    pub(super) fn give_row(&mut self, contact: &str, row: u32) {
        for state in self.states(contact).collect::<Vec<_>>() {
            if let Some(of_state) = self.0.get_mut(&state) {
                of_state.rows.insert(row);
            }
        }
    }

    /// Notes that the contact under a key has no row any more.
    pub(super) fn take_row(&mut self, contact: &str, row: u32) {
        for state in self.states(contact).collect::<Vec<_>>() {
            if let Some(of_state) = self.0.get_mut(&state) {
                of_state.rows.remove(row);
            }
        }
    }

    /// The contacts of the news that names a state.
    pub(super) fn of_state(&self, state: CountryCode) -> RowSet {
        self.0.get(&state).map(|of_state| of_state.rows.clone()).unwrap_or_default()
    }

    /// The states that the news with a contact names, in the order of their codes.
    pub(super) fn states(&self, contact: &str) -> impl Iterator<Item = CountryCode> {
        self.0.iter().filter(move |(_, of_state)| of_state.news.contains_key(contact)).map(|(state, _)| *state)
    }

    /// The contacts by such counts, where `row` knows the rows of their keys.
    pub(super) fn of(
        counts: impl Iterator<Item = (CountryCode, OrdMap<String, u32>)>,
        row: impl Fn(&str) -> Option<u32>,
    ) -> Contacts {
        let of_state = |news: OrdMap<String, u32>| {
            let rows = news.keys().filter_map(|contact| row(contact)).collect();
            OfState { news, rows }
        };
        Contacts(counts.map(|(state, news)| (state, of_state(news))).collect())
    }
}
