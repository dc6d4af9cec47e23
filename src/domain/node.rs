//! Every record's place in the graph: its kind and its key.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Contact, CountryCode, Field, MemberState, NewsItem, Problem, Project, Region, RegionCode};

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

/// A record of any kind, shared by all who hold it: a copy costs next to nothing. On disk the position of the kinds counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    Project(Arc<Project>),
    MemberState(Arc<MemberState>),
    Region(Arc<Region>),
    NewsItem(Arc<NewsItem>),
    Contact(Arc<Contact>),
}

impl From<Project> for Record {
    fn from(project: Project) -> Record {
        Record::Project(Arc::new(project))
    }
}

impl From<MemberState> for Record {
    fn from(state: MemberState) -> Record {
        Record::MemberState(Arc::new(state))
    }
}

impl From<Region> for Record {
    fn from(region: Region) -> Record {
        Record::Region(Arc::new(region))
    }
}

impl From<NewsItem> for Record {
    fn from(item: NewsItem) -> Record {
        Record::NewsItem(Arc::new(item))
    }
}

impl From<Contact> for Record {
    fn from(contact: Contact) -> Record {
        Record::Contact(Arc::new(contact))
    }
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

    pub fn kind(&self) -> NodeKind {
        match self {
            Record::Project(_) => NodeKind::Project,
            Record::MemberState(_) => NodeKind::MemberState,
            Record::Region(_) => NodeKind::Region,
            Record::NewsItem(_) => NodeKind::NewsItem,
            Record::Contact(_) => NodeKind::Contact,
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

    /// Takes every mention of another record out of this one. What documents say of it later does not bring it back.
    pub fn unlink(&mut self, id: &NodeId) {
        match self {
            Record::Project(project) => {
                let project = Arc::make_mut(project);
                if keep(&mut project.member_states, |state| NodeId::state(*state) != *id) {
                    project.curated.mark(Field::MemberStates, None);
                }
                if project.region.take_if(|region| NodeId::region(*region) == *id).is_some() {
                    project.curated.mark(Field::Region, None);
                }
            }
            Record::MemberState(state) => drop(Arc::make_mut(state).region.take_if(|region| NodeId::region(*region) == *id)),
            Record::NewsItem(item) => {
                let item = Arc::make_mut(item);
                if keep(&mut item.member_states, |state| NodeId::state(*state) != *id) {
                    item.curated.mark(Field::MemberStates, None);
                }
                if keep(&mut item.contacts, |contact| NodeId::contact(contact) != *id) {
                    item.curated.mark(Field::Contacts, None);
                }
            }
            Record::Region(_) | Record::Contact(_) => {}
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

/// Keeps what is wanted of a list, and tells whether anything went.
fn keep<T>(list: &mut Vec<T>, wanted: impl Fn(&T) -> bool) -> bool {
    let before = list.len();
    list.retain(wanted);
    list.len() < before
}

/// The longest key of a record: a leaf of the store's tree holds many of them.
const MAX_KEY_BYTES: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unlinked_record_names_the_other_no_more_and_keeps_the_rest() {
        let codes = |codes: [&str; 2]| codes.map(|code| code.parse::<CountryCode>().unwrap()).to_vec();
        let region = Some(RegionCode::Europe);
        let project = Project { member_states: codes(["GE", "DJ"]), region, ..Project::new("A") };
        let contacts = vec!["a@iom.int".to_owned(), "b@iom.int".to_owned()];
        let item = NewsItem { member_states: codes(["GE", "AM"]), contacts, ..NewsItem::new("a") };
        for record in [Record::from(project), Record::from(item), Record::from(MemberState::new(codes(["GE"; 2])[0]))] {
            for link in record.links() {
                let mut without = record.clone();
                without.unlink(&link);
                let others: Vec<_> = record.links().into_iter().filter(|other| *other != link).collect();
                assert_eq!(without.links(), others);
            }
            let mut same = record.clone();
            same.unlink(&NodeId::contact("nobody@iom.int"));
            assert_eq!(same, record);
        }
    }
}
