use std::fs;
use std::path::Path;

use jiff::Timestamp;

use super::*;
use crate::domain::{Document, Project, Record, Region, RegionCode};

fn commit(revision: u64, records: Vec<Record>) -> Commit {
    let versions = records.into_iter().map(|record| Version { id: record.id(), action: Action::Created, record: Some(record) });
    Commit {
        revision,
        at: Timestamp::from_second(revision as i64).unwrap(),
        actor: "test".to_owned(),
        idempotency: None,
        versions: versions.collect(),
        documents: Vec::new(),
    }
}

fn project(code: &str) -> Record {
    Record::Project(Project::new(code))
}

fn ids(contents: &Contents) -> Vec<String> {
    contents.records.iter().map(|current| format!("{} @{}", current.record.id(), current.revision)).collect()
}

#[test]
fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let (store, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(contents.revision, 0);
    let gone = Version { id: project("B").id(), action: Action::Deleted, record: None };
    let region = Record::Region(Region::new(RegionCode::Europe));
    store.write(&[commit(1, vec![project("A"), project("B"), region]), commit(2, vec![project("A")])]).unwrap();
    store.write(&[Commit { versions: vec![gone], ..commit(3, Vec::new()) }]).unwrap();
    drop(store);

    let (store, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(contents.revision, 3);
    assert_eq!(ids(&contents), ["Project A @2", "Region EUROPE @1"]);
    assert_eq!(contents.records[0].updated_at, Timestamp::from_second(2).unwrap());
    assert_eq!(store.version(&project("B").id(), 1).unwrap(), Some(project("B")));
    assert_eq!(store.version(&project("B").id(), 3).unwrap(), None);
    let log = store.log(1, 10).unwrap();
    assert_eq!(log.iter().map(|entry| entry.revision).collect::<Vec<_>>(), [2, 3]);
    assert_eq!(log[1].changes[0].action, Action::Deleted);
}

#[test]
fn a_long_document_and_a_bulk_of_many_rows_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    let text = "Une ligne de texte.\n".repeat(40_000);
    let document = Document { sha256: "ab".repeat(32), text: text.clone() };
    let records = (0..3_000).map(|number| project(&format!("P{number:04}"))).collect();
    store.write(&[Commit { documents: vec![document], ..commit(1, records) }]).unwrap();
    drop(store);

    let (store, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(contents.records.len(), 3_000);
    assert_eq!(store.document(&"ab".repeat(32)).unwrap(), Some(text));
    assert_eq!(store.document(&"cd".repeat(32)).unwrap(), None);
}

#[test]
fn a_commit_that_never_reached_the_log_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    store.write(&[commit(1, vec![project("A")])]).unwrap();
    for id in [project("A").id(), project("B").id()] {
        let rows = pieces::cut(&tables::version(&id, 2), &codec::encode(&Some(project("A"))));
        store.tree.insert(rows.first.0, rows.first.1).unwrap();
    }
    store.sync().unwrap();
    drop(store);

    let (store, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(ids(&contents), ["Project A @1"]);
    assert_eq!(store.version(&project("B").id(), 2).unwrap(), None);
}

#[test]
fn pieces_of_a_log_entry_that_never_began_are_no_damage_and_do_not_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    store.write(&[commit(1, vec![project("A")])]).unwrap();
    // Two commits of a group had long entries, and the process ended before their first pieces were written.
    for revision in [2, 3] {
        let rows = pieces::cut(&tables::log(revision), &vec![7; 40_000]);
        assert!(!rows.others.is_empty());
        for (key, piece) in rows.others {
            store.tree.insert(key, piece).unwrap();
        }
    }
    store.sync().unwrap();
    drop(store);

    let (store, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(contents.revision, 1);
    store.write(&[commit(2, vec![project("B")])]).unwrap();
    drop(store);
    let (_, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(ids(&contents), ["Project A @1", "Project B @2"]);
}

#[test]
fn no_value_is_so_long_that_sled_keeps_it_in_a_file_that_it_never_syncs() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    for revision in 1..=20u64 {
        let mut records = Vec::new();
        for number in 0..20 {
            let mut long = Project::new(format!("{number:02}{}", "K".repeat(390)));
            long.unrecognized_states = vec!["é".repeat(1 << (revision % 16))];
            records.push(Record::Project(long));
        }
        let document = Document { sha256: format!("{revision:064}"), text: "x".repeat(300_000) };
        store.write(&[Commit { documents: vec![document], ..commit(revision, records) }]).unwrap();
    }
    drop(store);
    assert_eq!(fs::read_dir(folder.path().join("store/blobs")).unwrap().count(), 0);
    assert_eq!(Store::open(folder.path()).unwrap().1.records.len(), 20);
}

#[test]
fn a_document_is_kept_once_and_its_loss_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    let document = || vec![Document { sha256: "ab".repeat(32), text: "Une page.".to_owned() }];
    store.write(&[Commit { documents: document(), ..commit(1, vec![project("A")]) }]).unwrap();
    store.write(&[Commit { documents: document(), ..commit(2, vec![project("A")]) }]).unwrap();
    let brought: Vec<_> = store.log(0, 9).unwrap().iter().map(|entry| entry.documents.len()).collect();
    assert_eq!(brought, [1, 0]);
    drop(store);
    let (store, _) = Store::open(folder.path()).unwrap();
    let (key, _) = store.tree.scan_prefix([tables::DOCUMENTS]).next().unwrap().unwrap();
    store.tree.remove(key).unwrap();
    store.sync().unwrap();
    drop(store);
    assert!(refusal(folder.path()).contains("its documents are not those of its log"));
}

#[test]
fn a_request_is_found_by_its_actor_and_key_and_the_log_mends_what_leads_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    let idempotency = Idempotency { key: "k-1".to_owned(), input: "ab".repeat(32) };
    store.write(&[commit(1, vec![project("A")])]).unwrap();
    store.write(&[Commit { idempotency: Some(idempotency.clone()), ..commit(2, vec![project("B")]) }]).unwrap();
    let found = |store: &Store| store.keyed("test", "k-1").unwrap().map(|entry| (entry.revision, entry.idempotency));
    assert_eq!(found(&store), Some((2, Some(idempotency.clone()))));
    assert_eq!(store.keyed("other", "k-1").unwrap(), None);
    assert_eq!(store.keyed("test", "k-2").unwrap(), None);

    // A store that never heard of the table, and one in which a row leads astray.
    let mut store = store;
    for row in [None, Some(1u64)] {
        let key = tables::idempotency("test", "k-1");
        match row {
            None => store.tree.remove(key).unwrap(),
            Some(revision) => store.tree.insert(key, &revision.to_be_bytes()).unwrap(),
        };
        assert_eq!(found(&store), None);
        store.sync().unwrap();
        drop(store);
        store = Store::open(folder.path()).unwrap().0;
        assert_eq!(found(&store), Some((2, Some(idempotency.clone()))));
    }
}

#[test]
fn the_versions_of_a_record_are_found_by_its_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    let long = |word: &str| {
        let mut project = Project::new("A");
        project.unrecognized_states = vec![word.repeat(20_000)];
        Record::Project(project)
    };
    store.write(&[commit(1, vec![long("x"), project("A1")]), commit(2, vec![project("B")])]).unwrap();
    let gone = Version { id: project("A").id(), action: Action::Deleted, record: None };
    store.write(&[commit(3, vec![long("y")]), Commit { versions: vec![gone], ..commit(4, Vec::new()) }]).unwrap();
    let id = project("A").id();
    let kept = |revision, record| Kept { revision, record };
    let all = [kept(4, None), kept(3, Some(long("y"))), kept(1, Some(long("x")))];
    assert_eq!(store.versions(&id, u64::MAX, 9).unwrap(), all);
    assert_eq!(store.versions(&id, 3, 1).unwrap(), all[1..2]);
    assert_eq!(store.count_versions(&id, 3).unwrap(), 2);
    assert_eq!(store.version_at(&id, 2).unwrap().as_ref(), Some(&all[2]));
    assert_eq!(store.version_at(&id, 0).unwrap(), None);
    assert_eq!(store.version_at(&project("B").id(), 1).unwrap(), None);
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, _) = Store::open(folder.path()).unwrap();
    assert!(matches!(Store::open(folder.path()), Err(StoreError::InUse(_))));
}

/// Ten revisions in a folder, closed.
fn written(folder: &Path) {
    let (store, _) = Store::open(folder).unwrap();
    for revision in 1..=10 {
        store.write(&[commit(revision, vec![project("A"), project(&format!("P{revision}"))])]).unwrap();
    }
}

fn refusal(folder: &Path) -> String {
    match Store::open(folder) {
        Err(error @ StoreError::Damaged { .. }) => error.to_string(),
        other => panic!("opened: {:?}", other.map(|(_, contents)| ids(&contents))),
    }
}

#[test]
fn a_store_that_lost_acknowledged_revisions_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let (store, _) = Store::open(folder.path()).unwrap();
    let (key, _) = store.tree.scan_prefix(tables::log(10)).next().unwrap().unwrap();
    store.tree.remove(key).unwrap();
    store.sync().unwrap();
    drop(store);
    assert!(refusal(folder.path()).contains("does not lead to revision 10"));
}

#[test]
fn a_store_that_lost_a_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let (store, _) = Store::open(folder.path()).unwrap();
    let (key, _) = store.tree.scan_prefix(tables::version(&project("P4").id(), 4)).next().unwrap().unwrap();
    store.tree.remove(key).unwrap();
    store.sync().unwrap();
    drop(store);
    assert!(refusal(folder.path()).contains("not those of its log"));
}

#[test]
fn a_missing_part_of_the_folder_is_refused() {
    for part in ["head", "store/db"] {
        let folder = tempfile::tempdir().unwrap();
        written(folder.path());
        fs::remove_file(folder.path().join(part)).unwrap();
        refusal(folder.path());
    }
}

#[test]
fn a_newer_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let (store, _) = Store::open(folder.path()).unwrap();
    store.tree.insert(tables::FORMAT, &[codec::FORMAT + 1]).unwrap();
    store.sync().unwrap();
    drop(store);
    assert!(matches!(Store::open(folder.path()), Err(StoreError::NewerFormat { .. })));
}
