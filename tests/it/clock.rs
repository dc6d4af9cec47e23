//! The machine's clock goes back, and nothing else does.

use std::sync::Arc;

use fundgraph::catalog::{Catalog, ChangeSet, Proposal, verify};
use fundgraph::domain::{Language, Localized, Record, Region, RegionCode};
use jiff::Timestamp;

/// Opens the folder on a machine whose clock stands at a second, writes, and answers the revision and its second.
fn written(folder: &std::path::Path, clock: i64) -> (u64, i64) {
    let catalog = Catalog::open(folder, Arc::new(move || Timestamp::from_second(clock).unwrap())).unwrap();
    let mut region = Region::new(RegionCode::Africa);
    region.names = Localized::one(Language::Fr, format!("Afrique {clock}"));
    let committed = catalog
        .commit_blocking(Proposal::new("test", |_| {
            let mut change_set = ChangeSet::default();
            change_set.put(Record::Region(Arc::new(region)));
            change_set
        }))
        .unwrap();
    (committed.revision.unwrap(), committed.at.as_second())
}

#[test]
fn a_clock_that_goes_back_over_a_restart_leaves_the_log_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let times = [1_000_000, 999_000, 5, 1_000_001].map(|clock| written(folder.path(), clock));
    assert_eq!(times, [(1, 1_000_000), (2, 1_000_000), (3, 1_000_000), (4, 1_000_001)]);
    assert_eq!(verify(folder.path()).unwrap().revision, 4);
}
