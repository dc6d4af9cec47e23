//! A state with all that is stored of it.

use async_graphql::{InputObject, MaybeUndefined};

use super::whole::{self, NameInput};
use super::{Made, written};
use crate::domain::{MemberState, NodeId, Problem, Record};
use crate::graphql::member_state::MemberStateInput;

/// A state to be created or changed. Only the code is needed: names and region come from ISO and CLDR.
#[derive(Debug, Clone, InputObject)]
pub struct MemberStateRecordInput {
    #[graphql(flatten)]
    member_state: MemberStateInput,
    /// The names to use in place of CLDR's in all languages, without `language` and `name`.
    names: Option<Vec<NameInput>>,
}

impl MemberStateRecordInput {
    pub(super) fn id(&self) -> NodeId {
        self.member_state.id()
    }

    pub(super) fn make(self, current: Option<Record>) -> Result<Made, Vec<Problem>> {
        let mut state = self.member_state.record(current)?;
        if let Some(names) = self.names {
            state.names = whole::names(names);
        }
        Ok(Made { record: state.into(), documents: Vec::new() })
    }
}

/// The line that makes a state what it is.
pub(super) fn line(state: &MemberState) -> String {
    let member_state = MemberStateInput {
        code: state.code.into(),
        language: None,
        name: MaybeUndefined::Undefined,
        region: whole::or_null(state.region),
    };
    let input = MemberStateRecordInput { member_state, names: Some(whole::names_of(&state.names)) };
    written("memberState", &input, &["language", "name"])
}
