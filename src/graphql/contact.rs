//! Contacts.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject};

use super::connection::{Connection, Edge};
use super::context::ContextExt;
use super::history::{RevisionConnection, snapshot_at};
use super::input::Editing;
use super::mutation::{Outcome, commit_one};
use super::node::{Contact, MemberState, NewsItem, Node};
use super::options::WriteOptions;
use super::page::Page;
use super::plan::{node, object};
use super::scalars::Cursor;
use crate::catalog::Scope;
use crate::domain::{self, Field, NodeId, NodeKind, Problem, Record};

/// A person or an office to ask.
#[Object(name = "Contact")]
impl Node<domain::Contact> {
    /// The opaque id, the same for ever: `node(id:)` finds the contact again.
    pub(super) async fn id(&self) -> ID {
        self.global_id()
    }

    /// The name of the person or office.
    async fn name(&self) -> &str {
        &self.record().name
    }

    /// The e-mail address.
    async fn email(&self) -> Option<&str> {
        self.record().email.as_deref()
    }

    /// The phone numbers: in E.164 (`+995322252216`) where the number can be told, else as printed.
    async fn phones(&self) -> &[String] {
        &self.record().phones
    }

    /// The office at which the person works: `IOM Geneva`.
    async fn office(&self) -> Option<&str> {
        self.record().office.as_deref()
    }

    /// The news that names the contact.
    async fn news(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many news items at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<Edge<NewsItem>>> {
        let news = Scope::Of(self.snapshot.naming(&self.node_id(), NodeKind::NewsItem));
        Connection::by_key(&Page::forward(ctx, first, after)?, news, &self.snapshot)
    }

    /// The states that the news with the contact names, in the order of their codes.
    async fn member_states(&self) -> Vec<MemberState> {
        let states = self.snapshot.states_of_contact(&self.record().key());
        states.iter().filter_map(|state| Node::find(&self.snapshot, state.as_str())).collect()
    }

    /// Every version of the contact that is kept, the newest first: who made it, when, and in which fields it differs from the one
    /// before.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many versions at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<RevisionConnection> {
        RevisionConnection::of(ctx, self.node_id(), first, after)
    }
}

node!("Contact", Node<domain::Contact>, |contact, at| {
    "id" => contact.id(at),
    "name" => contact.name(at),
    "email" => contact.email(at),
    "phones" => contact.phones(at),
    "office" => contact.office(at),
    "news" => contact.news(at, at.argument("first")?, at.argument("after")?),
    "memberStates" => contact.member_states(at),
    "history" => contact.history(at, at.argument("first")?, at.argument("after")?),
});

#[derive(Default)]
pub(super) struct ContactQueries;

#[Object]
impl ContactQueries {
    /// The contact with an e-mail address; null where there is none. A contact without one is found by `node(id:)`.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The e-mail address, in any case.")] email: String,
        #[graphql(
            desc = "The revision at which the contact, and what it names, is shown as it stood; what names it or relates to it is shown as \
                          it is now."
        )]
        as_of_revision: Option<i64>,
    ) -> Result<Option<Contact>> {
        let id = NodeId::contact(email.to_lowercase());
        let found = Node::find(&snapshot_at(ctx, &id, as_of_revision)?, &id.key);
        Ok(found.filter(|contact: &Contact| contact.record().email.is_some()))
    }

    /// All contacts.
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many contacts at most.", default = 20)] first: Option<i32>,
        #[graphql(desc = "Starts after this cursor.")] after: Option<Cursor>,
    ) -> Result<Connection<Edge<Contact>>> {
        Connection::by_key(&Page::forward(ctx, first, after)?, Scope::All, ctx.snapshot())
    }
}

object!("Query", ContactQueries, |queries, at| {
    "contact" => queries.contact(at, at.argument("email")?, at.argument("asOfRevision")?),
    "contacts" => queries.contacts(at, at.argument("first")?, at.argument("after")?),
});

/// A contact to be created or changed. The e-mail address names it; without one, its name and office do.
#[derive(Debug, Clone, InputObject)]
pub struct ContactInput {
    /// The e-mail address.
    pub(super) email: Option<String>,
    /// The name of the person or office. A new contact needs one.
    pub(super) name: MaybeUndefined<String>,
    /// The phone numbers, best in E.164: `+995322252216`.
    pub(super) phones: MaybeUndefined<Vec<String>>,
    /// The office at which the person works: `IOM Geneva`.
    pub(super) office: MaybeUndefined<String>,
}

impl ContactInput {
    /// What names the record.
    pub(super) fn id(&self) -> NodeId {
        NodeId::contact(self.key())
    }

    fn key(&self) -> String {
        let text = |value: &MaybeUndefined<String>| value.as_opt_ref().flatten().cloned();
        let named = domain::Contact::new(text(&self.name).unwrap_or_default());
        domain::Contact { email: self.email.clone(), office: text(&self.office), ..named }.key()
    }

    /// The record that the input makes of what stands.
    pub(super) fn record(self, current: Option<Record>) -> Result<domain::Contact, Vec<Problem>> {
        let mut contact = match current {
            Some(Record::Contact(contact)) => Arc::unwrap_or_clone(contact),
            _ => domain::Contact::new(""),
        };
        contact.email = self.email.map(|email| email.to_lowercase());
        let mut editing = Editing::default();
        editing.required(Field::Name, &mut contact.name, self.name);
        editing.list(Field::Phones, &mut contact.phones, self.phones);
        editing.optional(Field::Office, &mut contact.office, self.office);
        editing.finish(&mut contact.curated, &mut Vec::new())?;
        Ok(contact)
    }
}

/// What to write, and how.
#[derive(Debug, Clone, InputObject)]
pub struct UpsertContactInput {
    #[graphql(flatten)]
    contact: ContactInput,
    #[graphql(flatten)]
    options: WriteOptions,
}

/// The answer to `upsertContact`.
#[derive(SimpleObject)]
pub struct UpsertContactPayload {
    /// The contact as it stands now, or on a dry run as it would; null on a refusal.
    contact: Option<Contact>,
    #[graphql(flatten)]
    outcome: Outcome,
}

#[derive(Default)]
pub(super) struct ContactMutations;

#[Object]
impl ContactMutations {
    /// Creates a contact, or changes the one under the address.
    async fn upsert_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact.")] input: UpsertContactInput,
    ) -> Result<UpsertContactPayload> {
        let UpsertContactInput { contact: input, options } = input;
        let id = input.id();
        let (outcome, committed) = commit_one(ctx, options, id.clone(), |current| input.record(current)).await?;
        let contact = committed.and_then(|committed| Node::find(&committed.snapshot, &id.key));
        Ok(UpsertContactPayload { contact, outcome })
    }
}
