//! The five nouns of the Fund and the values they are made of.
//!
//! A [`Project`] benefits [`MemberState`]s of a [`Region`]; a [`NewsItem`] tells of it and names the [`Contact`]s to ask. This
//! room owns what makes each of them valid and nothing else: it knows no bytes, trees, requests, files or clock, and names no
//! other room. What lies here is what lies on disk, so a change to a field is a new format (see `store::codec`).

mod contact;
mod country;
mod curated;
mod date;
mod difference;
mod field;
mod language;
mod member_state;
mod money;
mod news_item;
mod node;
mod problem;
mod project;
mod project_type;
mod region;
mod slug;
mod source;
mod warning;

pub use contact::{Contact, is_email};
pub use country::{CountryCode, UnknownCountry};
pub use curated::Curated;
pub use date::PartialDate;
pub use difference::{Difference, differences};
pub use field::Field;
pub use language::{Language, Localized};
pub use member_state::MemberState;
pub use money::Money;
pub use news_item::{NewsItem, NewsText};
pub use node::{NodeId, NodeKind, Record};
pub use problem::{Problem, ProblemKind};
pub use project::{Coverage, Project, ProjectStatus, ProjectText};
pub use project_type::ProjectType;
pub use region::{Region, RegionCode};
pub use slug::{fold, slug};
pub use source::{Document, Source};
pub use warning::{Warning, WarningCode};
