//! States that documents name.

use crate::catalog::ChangeSet;
use crate::domain::{CountryCode, MemberState};

/// Brings states in as they are known everywhere, where they are not there yet.
pub(super) fn ensure(change_set: &mut ChangeSet, states: &[CountryCode]) {
    for state in states {
        change_set.ensure(MemberState::new(*state));
    }
}
