//! A region with all that is stored of it.

use async_graphql::{InputObject, MaybeUndefined};

use super::whole::{self, NameInput};
use super::{Made, written};
use crate::domain::{NodeId, Problem, Record, Region};
use crate::graphql::region::RegionInput;

/// A region to be created or changed. Only the code is needed: the names are the Fund's own.
#[derive(Debug, Clone, InputObject)]
pub struct RegionRecordInput {
    #[graphql(flatten)]
    region: RegionInput,
    /// The names to use in place of the Fund's in all languages, without `language` and `name`.
    names: Option<Vec<NameInput>>,
}

impl RegionRecordInput {
    pub(super) fn id(&self) -> NodeId {
        self.region.id()
    }

    pub(super) fn make(self, current: Option<Record>) -> Result<Made, Vec<Problem>> {
        let mut region = self.region.record(current)?;
        if let Some(names) = self.names {
            region.names = whole::names(names);
        }
        Ok(Made { record: region.into(), documents: Vec::new() })
    }
}

/// The line that makes a region what it is.
pub(super) fn line(region: &Region) -> String {
    let input = RegionRecordInput {
        region: RegionInput { code: region.code, language: None, name: MaybeUndefined::Undefined },
        names: Some(whole::names_of(&region.names)),
    };
    written("region", &input, &["language", "name"])
}
