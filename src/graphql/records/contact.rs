//! A contact with all that is stored of it.

use async_graphql::{InputObject, MaybeUndefined};

use super::whole::{self, SetByHandInput};
use super::{Made, written};
use crate::domain::{Contact, NodeId, Problem, Record};
use crate::graphql::contact::ContactInput;

/// A contact to be created or changed. The e-mail address names it; without one, its name and office do.
#[derive(Debug, Clone, InputObject)]
pub struct ContactRecordInput {
    #[graphql(flatten)]
    contact: ContactInput,
    /// The fields that were set by hand; left out, those that this input sets.
    set_by_hand: Option<Vec<SetByHandInput>>,
}

impl ContactRecordInput {
    pub(super) fn id(&self) -> NodeId {
        self.contact.id()
    }

    pub(super) fn make(self, current: Option<Record>) -> Result<Made, Vec<Problem>> {
        let mut contact = self.contact.record(current)?;
        let mut problems = Vec::new();
        if let Some(marked) = self.set_by_hand {
            contact.curated = whole::set_by_hand(marked, &mut problems);
        }
        whole::unless(problems, Made { record: contact.into(), documents: Vec::new() })
    }
}

/// The line that makes a contact what it is.
pub(super) fn line(contact: &Contact) -> String {
    let Contact { name, email, phones, office, curated } = contact.clone();
    let contact = ContactInput {
        email,
        name: MaybeUndefined::Value(name),
        phones: MaybeUndefined::Value(phones),
        office: whole::or_null(office),
    };
    written("contact", &ContactRecordInput { contact, set_by_hand: whole::set_by_hand_of(&curated) }, &[])
}
