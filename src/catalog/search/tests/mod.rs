//! The search as those who ask see it.

mod asking;
mod paging;
mod records;
mod scan;
mod showing;
mod slip;

pub(super) use scan::weighed;
pub(super) use slip::one_slip;
