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
        stream: None,
    }
}

fn project(code: &str) -> Record {
    Record::from(Project::new(code))
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
    let region = Record::from(Region::new(RegionCode::Europe));
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
            records.push(Record::from(long));
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
        Record::from(project)
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

/// A store that the first version of fundgraph wrote: documents, a record of two versions, one that was deleted, a bulk.
fn of_format_1(folder: &Path) -> std::path::PathBuf {
    let archive = include_bytes!("../../tests/stores/format-1.tar.gz");
    tar::Archive::new(flate2::read::GzDecoder::new(&archive[..])).unpack(folder).unwrap();
    folder.join("data")
}

fn backups(folder: &Path) -> Vec<std::path::PathBuf> {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "backup")).collect()
}

#[test]
fn a_store_of_format_1_is_brought_to_the_newest_after_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let data = of_format_1(folder.path());
    let (store, contents) = Store::open(&data).unwrap();
    let before = (ids(&contents), store.log(0, 10).unwrap());
    assert_eq!(contents.revision, 5);
    assert!(before.0.contains(&"Project TC4-805 @2".to_owned()), "{:?}", before.0);
    let gone = NodeId::contact("gone@iom.int");
    assert!(store.version(&gone, 3).unwrap().is_some() && store.version(&gone, 4).unwrap().is_none());
    assert_eq!(store.tree.get(tables::FORMAT).unwrap().unwrap(), &[codec::FORMAT]);
    for row in pieces::values(&store.tree, tables::LOG) {
        assert_eq!(codec::format(&row.unwrap().bytes.unwrap()), Some(codec::FORMAT));
    }
    store.write(&[commit(6, vec![project("A")])]).unwrap();
    drop(store);
    assert_eq!(Store::open(&data).unwrap().1.revision, 6);

    // The backup is of the store as it was, and may be used in its place.
    let [backup] = &backups(folder.path())[..] else { panic!("one backup") };
    assert!(backup.ends_with("data.format-1.revision-5.backup"));
    assert_eq!(check(backup).unwrap(), BackupSummary { revision: 5, format: 1, versions: 16, documents: 5 });
    let again = folder.path().join("again");
    restore(backup, &again).unwrap();
    assert_eq!(Store::verify(&again).unwrap().format, 1);
    let (store, contents) = Store::open(&again).unwrap();
    assert_eq!((ids(&contents), store.log(0, 10).unwrap()), before);
}

#[test]
fn a_change_of_format_that_is_broken_off_is_made_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = of_format_1(folder.path());
    let tree = open::open_tree(&data.join("store")).unwrap();
    // As far as a process may have come that ended in the middle: some of the log is written anew, the head is not.
    tree.insert(tables::MIGRATING, &[1]).unwrap();
    for revision in [1, 2] {
        let bytes = pieces::read(&tree, &tables::log(revision)).unwrap().unwrap();
        let cut = pieces::cut(&tables::log(revision), &codec::encode(&codec::decode::<LogEntry>(&bytes).unwrap()));
        cut.others.into_iter().chain([cut.first]).for_each(|(key, piece)| drop(tree.insert(key, piece).unwrap()));
    }
    tree.flush().unwrap();
    drop(tree);
    assert_eq!(Store::open(&data).unwrap().1.revision, 5);
    assert_eq!(Store::open(&data).unwrap().1.revision, 5);
    assert_eq!(backups(folder.path()).len(), 0, "it was made before the first step");
    assert_eq!(Store::verify(&data).unwrap().format, codec::FORMAT);
}

/// Two records of several versions, one of them deleted and made anew, and a document.
fn with_history(folder: &Path) -> Store {
    let (store, _) = Store::open(folder).unwrap();
    let titled = |code: &str, number: u64| {
        // Long enough for several pieces.
        let mut project = Project::new(code);
        project.unrecognized_states = vec![format!("{number} ").repeat(8_000)];
        Record::from(project)
    };
    for revision in 1..=6 {
        store.write(&[commit(revision, vec![titled("A", revision), titled(&format!("P{revision}"), 0)])]).unwrap();
    }
    let gone = Version { id: project("A").id(), action: Action::Deleted, record: None };
    let document = Document { sha256: "ab".repeat(32), text: "Une page.".to_owned() };
    store.write(&[Commit { versions: vec![gone], documents: vec![document], ..commit(7, Vec::new()) }]).unwrap();
    store
}

#[test]
fn a_backup_is_restored_to_the_same_store() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file, again) = (folder.path().join("data"), folder.path().join("file"), folder.path().join("again"));
    let store = with_history(&data);
    let summary = store.backup_to(&file).unwrap();
    assert_eq!(summary, BackupSummary { revision: 7, format: codec::FORMAT, versions: 13, documents: 1 });
    assert_eq!(check(&file).unwrap(), summary);
    // What is written after it is not in it.
    store.write(&[commit(8, vec![project("LATER")])]).unwrap();
    assert_eq!(restore(&file, &again).unwrap(), summary);
    let rows = |store: &Store| -> Vec<_> { store.tree.iter().map(Result::unwrap).filter(|(key, _)| key[0] != b'm').collect() };
    let (restored, contents) = Store::open(&again).unwrap();
    assert_eq!(contents.revision, 7);
    assert_eq!(ids(&contents), ["P1", "P2", "P3", "P4", "P5", "P6"].map(|code| format!("Project {code} @{}", &code[1..])));
    let later = [tables::log(8), tables::version(&project("LATER").id(), 8)];
    let older = rows(&store).into_iter().filter(|(key, _)| later.iter().all(|later| !key.starts_with(later)));
    assert_eq!(rows(&restored), older.collect::<Vec<_>>());
    assert!(matches!(restore(&file, &again), Err(BackupError::NotEmpty(_))));
}

#[test]
fn a_damaged_backup_is_refused_and_leaves_the_folder_empty() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file, again) = (folder.path().join("data"), folder.path().join("file"), folder.path().join("again"));
    let (store, _) = Store::open(&data).unwrap();
    store.write(&[commit(1, vec![project("A")]), commit(2, vec![project("B")])]).unwrap();
    store.backup_to(&file).unwrap();
    let whole = fs::read(&file).unwrap();
    fs::create_dir(&again).unwrap();
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&file, &bytes).unwrap();
        check(&file).unwrap_err();
        fs::write(&file, &whole[..at]).unwrap();
        check(&file).unwrap_err();
    }
    fs::write(&file, &whole[..whole.len() - 1]).unwrap();
    assert!(matches!(restore(&file, &again), Err(BackupError::Damaged(_))));
    assert_eq!(fs::read_dir(&again).unwrap().count(), 0);
    fs::write(&file, [&whole[..], b"x"].concat()).unwrap();
    assert!(check(&file).unwrap_err().to_string().contains("follows after its end"));
    fs::write(
        &file,
        "code,title
",
    )
    .unwrap();
    assert!(matches!(restore(&file, &again), Err(BackupError::NotABackup(_))));
}

#[test]
fn old_versions_go_and_the_newest_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = with_history(folder.path());
    let two = NonZeroUsize::new(2).unwrap();
    store.keep_versions(two).unwrap();
    let a = project("A").id();
    let kept = |store: &Store, revision: u64| match store.version(&a, revision) {
        Ok(record) => {
            if record.is_some() {
                "there"
            } else {
                "deleted"
            }
        }
        Err(StoreError::Dropped { .. }) => "dropped",
        Err(error) => panic!("{error}"),
    };
    assert_eq!([4, 5, 6, 7].map(|revision| kept(&store, revision)), ["dropped", "dropped", "there", "deleted"]);
    // From then on each write drops what it makes old.
    store.write(&[commit(8, vec![project("A")])]).unwrap();
    store.write(&[commit(9, vec![project("A")])]).unwrap();
    assert_eq!([6, 7, 8, 9].map(|revision| kept(&store, revision)), ["dropped", "dropped", "there", "there"]);
    assert_eq!(store.log(0, 20).unwrap().len(), 9, "the log is whole");
    let file = folder.path().with_extension("backup");
    store.backup_to(&file).unwrap();
    drop(store);

    let verified = Store::verify(folder.path()).unwrap();
    assert_eq!((verified.versions, verified.dropped, verified.records), (8, 7, 7));
    let (store, contents) = Store::open(folder.path()).unwrap();
    assert_eq!(contents.revision, 9);
    assert_eq!(contents.records.len(), 7);
    let again = tempfile::tempdir().unwrap();
    restore(&file, again.path()).unwrap();
    assert_eq!(Store::verify(again.path()).unwrap(), verified);
    fs::remove_file(file).unwrap();

    // A stub in the place of the newest version is no retention but a loss.
    let key = tables::version(&a, 9);
    let stub = codec::stub(&pieces::read(&store.tree, &key).unwrap().unwrap());
    store.tree.insert(pieces::row_key(&key, 0), pieces::cut(&key, &stub).first.1).unwrap();
    store.sync().unwrap();
    drop(store);
    assert!(refusal(folder.path()).contains("the newest version of Project A is missing"));
}

#[test]
fn verifying_changes_nothing_and_finds_a_link_to_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::verify(folder.path()), Err(StoreError::NotThere(_))));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    written(folder.path());
    let verified = Store::verify(folder.path()).unwrap();
    let expected = Verified { revision: 10, format: codec::FORMAT, records: 11, versions: 20, ..Verified::default() };
    assert_eq!(verified, expected);
    let (store, _) = Store::open(folder.path()).unwrap();
    let mut lost = Project::new("LOST");
    lost.region = Some(RegionCode::Africa);
    store.write(&[commit(11, vec![Record::from(lost)])]).unwrap();
    drop(store);
    let error = Store::verify(folder.path()).unwrap_err().to_string();
    assert!(error.contains("Project LOST names Region AFRICA, which is not there"), "{error}");
}
