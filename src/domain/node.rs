//! Every record's place in the graph: its kind and its key.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Contact, CountryCode, MemberState, NewsItem, Problem, Project, Region, RegionCode};

/// The kinds of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, async_graphql::Enum)]
pub enum NodeKind {
    /// A project of the Fund.
    Project,
    /// A state.
    MemberState,
    /// A region of the Fund.
    Region,
    /// A news item.
    NewsItem,
    /// A person or an office to ask.
    Contact,
}

impl NodeKind {
    /// Every kind.
    pub const ALL: [NodeKind; 5] =
        [NodeKind::Project, NodeKind::MemberState, NodeKind::Region, NodeKind::NewsItem, NodeKind::Contact];

    /// The name of the kind's type in the API.
    pub fn type_name(self) -> &'static str {
        match self {
            NodeKind::Project => "Project",
            NodeKind::MemberState => "MemberState",
            NodeKind::Region => "Region",
            NodeKind::NewsItem => "NewsItem",
            NodeKind::Contact => "Contact",
        }
    }
}

/// What names one record among all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId {
    pub kind: NodeKind,
    /// A project's code, a state's alpha-2 code, a region's code, a news item's slug, a contact's key.
    pub key: String,
}

impl NodeId {
    pub fn new(kind: NodeKind, key: impl Into<String>) -> Self {
        NodeId { kind, key: key.into() }
    }

    pub fn state(code: CountryCode) -> Self {
        NodeId::new(NodeKind::MemberState, code.as_str())
    }

    pub fn region(code: RegionCode) -> Self {
        NodeId::new(NodeKind::Region, code.as_str())
    }

    pub fn contact(key: impl Into<String>) -> Self {
        NodeId::new(NodeKind::Contact, key)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.kind.type_name(), self.key)
    }
}

/// A record of any kind. On disk the position of the kinds counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    Project(Project),
    MemberState(MemberState),
    Region(Region),
    NewsItem(NewsItem),
    Contact(Contact),
}

impl Record {
    pub fn id(&self) -> NodeId {
        match self {
            Record::Project(project) => NodeId::new(NodeKind::Project, &project.code),
            Record::MemberState(state) => NodeId::state(state.code),
            Record::Region(region) => NodeId::region(region.code),
            Record::NewsItem(item) => NodeId::new(NodeKind::NewsItem, &item.slug),
            Record::Contact(contact) => NodeId::contact(contact.key()),
        }
    }

    /// The records that this one names, in order.
    pub fn links(&self) -> Vec<NodeId> {
        match self {
            Record::Project(project) => {
                let states = project.member_states.iter().copied().map(NodeId::state);
                states.chain(project.region.map(NodeId::region)).collect()
            }
            Record::MemberState(state) => state.region.map(NodeId::region).into_iter().collect(),
            Record::Region(_) | Record::Contact(_) => Vec::new(),
            Record::NewsItem(item) => {
                let states = item.member_states.iter().copied().map(NodeId::state);
                states.chain(item.contacts.iter().map(NodeId::contact)).collect()
            }
        }
    }

    /// Everything that is wrong with the record by itself.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let key = self.id().key;
        if key.len() > MAX_KEY_BYTES || key.contains('\0') {
            problems.push(Problem::invalid(
                None,
                format!("a key holds at most {MAX_KEY_BYTES} bytes and no NUL, but this one has {}", key.len()),
            ));
        }
        match self {
            Record::Project(project) => project.check(&mut problems),
            Record::NewsItem(item) => item.check(&mut problems),
            Record::Contact(contact) => contact.check(&mut problems),
            Record::MemberState(_) | Record::Region(_) => {}
        }
        problems
    }
}

/// The longest key of a record: a leaf of the store's tree holds many of them.
const MAX_KEY_BYTES: usize = 400;
