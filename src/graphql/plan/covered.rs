//! The types that plans can ask.

use foldhash::HashMap;
use std::sync::LazyLock;

use super::object::Object;
use crate::catalog::Reason;
use crate::graphql::change::{Change, ChangeConnection, ChangeEdge};
use crate::graphql::connection::{Connection, Edge, RelatedEdge};
use crate::graphql::engine::Query;
use crate::graphql::field_change::FieldChange;
use crate::graphql::history::{Revision, RevisionConnection, RevisionEdge};
use crate::graphql::input::MoneyOutput;
use crate::graphql::node::{Contact, MemberState, NewsItem, Project, Region};
use crate::graphql::page::PageInfo;
use crate::graphql::project_list::{ProjectConnection, ProjectGroup, ProjectTotals};
use crate::graphql::project_type::ProjectType;
use crate::graphql::search::{SearchConnection, SearchEdge, SearchFacet, SearchHighlight};
use crate::graphql::service::{KindCount, Service, ServiceLimits};
use crate::graphql::source::{DataWarning, Date, Source};

type Numbers = HashMap<&'static str, usize>;

/// The numbers of the fields of each type, by their names in the API.
static TYPES: LazyLock<HashMap<&'static str, Numbers>> = LazyLock::new(|| {
    macro_rules! types {
        ($($object:ty),+ $(,)?) => {
            HashMap::from_iter([$((<$object>::NAME, numbers(<$object>::field_names()))),+])
        };
    }
    types![
        Query,
        Project,
        MemberState,
        Region,
        NewsItem,
        Contact,
        ProjectConnection,
        Edge<Project>,
        Edge<MemberState>,
        Edge<NewsItem>,
        Edge<Contact>,
        Connection<Edge<MemberState>>,
        Connection<Edge<NewsItem>>,
        Connection<Edge<Contact>>,
        RelatedEdge<Project>,
        RelatedEdge<NewsItem>,
        Connection<RelatedEdge<Project>>,
        Connection<RelatedEdge<NewsItem>>,
        PageInfo,
        Reason,
        ProjectTotals,
        ProjectGroup,
        ProjectType,
        MoneyOutput,
        Date,
        Source,
        DataWarning,
        SearchConnection,
        SearchEdge,
        SearchFacet,
        SearchHighlight,
        RevisionConnection,
        RevisionEdge,
        Revision,
        FieldChange,
        ChangeConnection,
        ChangeEdge,
        Change,
        Service,
        KindCount,
        ServiceLimits,
    ]
});

fn numbers(names: Vec<&'static str>) -> Numbers {
    names.into_iter().enumerate().map(|(number, name)| (name, number)).collect()
}

/// The number of a field of a type; none where plans cannot ask for it.
pub(super) fn number(of: &str, field: &str) -> Option<usize> {
    TYPES.get(of)?.get(field).copied()
}

/// All fields that plans can ask for, by type and name.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = (String, String)> {
    TYPES.iter().flat_map(|(of, fields)| fields.keys().map(move |field| ((*of).to_owned(), (*field).to_owned())))
}
