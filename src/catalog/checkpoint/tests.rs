//! A start with a checkpoint answers as one without, whatever was written, broken off and damaged before.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::catalog::opening::Opened;
use crate::catalog::{
    Catalog, ChangeSet, Compare, Direction, Filter, List, Listed, NewsOrderField, Nulls, Order, Ordered, ProjectDimension,
    ProjectOrderField, ProjectTest, Proposal, Scope, Scores, SearchQuery, ShareRule,
};
use crate::domain::{
    Contact, CountryCode, Language, Localized, MemberState, Money, NewsItem, NewsText, NodeId, NodeKind, PartialDate, Project,
    ProjectText, ProjectType, Record, Region, RegionCode,
};

const STATES: [&str; 4] = ["GE", "KE", "SN", "VN"];
const WORDS: [&str; 8] = ["retour", "réintégration", "Goma", "formation", "the return", "RR.007", "jeunes", "nino@iom.int"];
/// How many projects there are when the first checkpoint is written, and half as many news items. A start catches up with changes as
/// long as they are not the larger part of all.
const BASE: u8 = 60;

/// A record of one of the kinds that come and go; another edition says something else.
fn record(kind: NodeKind, number: u8, edition: u8) -> Record {
    let said = |shift: u8| WORDS[usize::from(number.wrapping_mul(3).wrapping_add(edition).wrapping_add(shift)) % WORDS.len()];
    let language = Language::ALL[usize::from(edition) % 3];
    let state = |shift: u8| STATES[usize::from(number.wrapping_add(edition).wrapping_add(shift)) % 4].parse().unwrap();
    let states: Vec<CountryCode> = (0..edition % 3).map(state).collect();
    let (title, text) = (format!("{} {}", said(0), said(1)), format!("{} {} {}.", said(2), said(4), said(7)));
    match kind {
        NodeKind::Project => Record::from(Project {
            texts: Localized::one(language, ProjectText { title, description: Some(text) }),
            project_type: edition
                .is_multiple_of(2)
                .then(|| ProjectType { code: said(3).to_owned(), printed: said(3).to_owned() }),
            region: states.first().and_then(|state| state.region()),
            budget: (!edition.is_multiple_of(4)).then(|| Money::usd((u32::from(number) * 10 + u32::from(edition)).into())),
            year: (!number.is_multiple_of(5)).then_some(2000 + i16::from(edition % 20)),
            start_date: PartialDate::new(2000 + i16::from(number), Some(1 + edition % 12), None),
            member_states: states,
            ..Project::new(format!("RR.{number:03}"))
        }),
        NodeKind::Contact => Record::from(Contact { email: Some(format!("c{}@iom.int", number % 3)), ..Contact::new(title) }),
        _ => Record::from(NewsItem {
            texts: Localized::one(language, NewsText { title, body: text }),
            published_on: PartialDate::year_only(2000 + i16::from(edition % 20)),
            member_states: states,
            contacts: vec![format!("c{}@iom.int", number % 3)],
            ..NewsItem::new(format!("nouvelle-{number:03}"))
        }),
    }
}

/// What is done to a record: put in some edition, or taken away.
type Edit = (NodeKind, u8, Option<u8>);

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let kind = prop::sample::select(vec![NodeKind::Project, NodeKind::NewsItem, NodeKind::Contact]);
    let edit = (kind, 0..BASE + 9, prop::option::weighted(0.7, any::<u8>()));
    prop_oneof![prop::collection::vec(edit.clone(), 1..4), prop::collection::vec(edit, 12..30)]
}

fn commit(catalog: &Catalog, edits: Vec<Edit>) {
    let propose = move |_: &crate::catalog::View<'_>| {
        let mut change_set = ChangeSet::default();
        for (kind, number, edition) in edits {
            match edition {
                Some(edition) => change_set.put(record(kind, number, edition)),
                None => change_set.delete(record(kind, number, 0).id()),
            }
        }
        change_set
    };
    // One that takes away what is not there, or what others name, is refused.
    let _ = catalog.commit_blocking(Proposal::new("test", propose));
}

/// A store with records, closed: with a checkpoint of them.
fn base(folder: &Path) {
    let catalog = open(folder);
    let places = |_: &crate::catalog::View<'_>| {
        let mut change_set = ChangeSet::default();
        RegionCode::ALL.into_iter().for_each(|code| change_set.put(Region::new(code)));
        let state = |code: CountryCode| MemberState { region: code.region(), ..MemberState::new(code) };
        STATES.into_iter().for_each(|code| change_set.put(state(code.parse().unwrap())));
        change_set
    };
    catalog.commit_blocking(Proposal::new("test", places)).unwrap();
    let contacts = (0..3).map(|number| (NodeKind::Contact, number, Some(number)));
    let projects = (0..BASE).map(|number| (NodeKind::Project, number, Some(number / 7)));
    let news = (0..BASE / 2).map(|number| (NodeKind::NewsItem, number, Some(number / 5)));
    commit(&catalog, contacts.chain(projects).chain(news).collect());
}

fn open(folder: &Path) -> Catalog {
    Catalog::open(folder, Arc::new(Timestamp::now)).unwrap()
}

/// A copy of a data folder, as a kill would leave it: every commit is on disk.
fn copy(from: &Path) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("store")).unwrap();
    for part in ["", "store"] {
        for entry in fs::read_dir(from.join(part)).unwrap().map(Result::unwrap).filter(|entry| entry.path().is_file()) {
            fs::copy(entry.path(), folder.path().join(part).join(entry.file_name())).unwrap();
        }
    }
    folder
}

/// Everything that a snapshot of a folder answers, and whether it comes from a checkpoint.
fn answers(folder: &Path) -> (Vec<String>, bool) {
    let Opened { store, snapshot, archive, is_kept } = Opened::of(folder, &|_, _| {}).unwrap();
    archive.read_from(Arc::new(Storage::new(folder, None, store)));
    let snapshot = Arc::new(snapshot);
    let mut said = vec![format!("{} {}", snapshot.revision(), snapshot.len())];
    records::<Project>(&snapshot, &mut said);
    records::<NewsItem>(&snapshot, &mut said);
    records::<MemberState>(&snapshot, &mut said);
    records::<Region>(&snapshot, &mut said);
    records::<Contact>(&snapshot, &mut said);
    lists(&snapshot, &mut said);
    for text in WORDS.into_iter().chain(["reintegr", "formatoin"]) {
        let hits = snapshot.search(&SearchQuery { text, kinds: &[], language: None }, None);
        let page = hits.page(&*snapshot, None, 200);
        said.push(format!("{text}: {} {} {page:?}", hits.total(), hits.is_partial()));
        said.push(format!("{:?}", snapshot.namesakes(Some(text), &[text])));
    }
    (said, is_kept)
}

fn records<T: crate::catalog::Noun>(snapshot: &Snapshot, said: &mut Vec<String>) {
    for stored in snapshot.rows::<T>().records() {
        let id = stored.record.id();
        said.push(format!("{stored:?}"));
        said.push(format!("{:?}", snapshot.all_naming(&id).collect::<std::collections::BTreeSet<_>>()));
        said.push(format!("{:?}", snapshot.states_of_contact(&id.key)));
        for kind in [NodeKind::Project, NodeKind::NewsItem] {
            let page = snapshot.related(&id, kind, None, 200);
            let reasons = page.related.iter().map(|related| snapshot.reasons(&id, &NodeId::new(kind, &*related.key)));
            said.push(format!("{page:?} {:?}", reasons.collect::<Vec<_>>()));
        }
    }
    let keys = |rows: crate::catalog::RowSet, kind| {
        rows.iter().map(|row| snapshot.id_of(kind, row)).collect::<std::collections::BTreeSet<_>>()
    };
    said.extend(RegionCode::ALL.map(|region| format!("{:?}", keys(snapshot.news_of_region(region), NodeKind::NewsItem))));
    said.extend(
        STATES.map(|state| format!("{:?}", keys(snapshot.contacts_of_state(state.parse().unwrap()), NodeKind::Contact))),
    );
}

fn lists(snapshot: &Arc<Snapshot>, said: &mut Vec<String>) {
    fn keys<T: Listed>(list: &List<T>) -> String {
        let keys: Vec<_> = list.after(None).map(|row| list.key(row).to_owned()).collect();
        format!("{} {keys:?}", list.total())
    }
    let directions = [Direction::Asc, Direction::Desc];
    let state: CountryCode = "GE".parse().unwrap();
    let tests = [
        ProjectTest::MemberState(Compare::Eq(state)),
        ProjectTest::Year(Compare::Gte(2003)),
        ProjectTest::Budget(Compare::Lt(300.into())),
        ProjectTest::StartYear(Compare::In(vec![2007, 2030])),
        ProjectTest::Type(Compare::Ne("Goma".to_owned())),
    ];
    for direction in directions {
        use ProjectOrderField::*;
        for field in [Code, Title, Budget, Year, StartDate, EndDate, UpdatedAt] {
            let order = [Order { field, direction, nulls: Nulls::Last }];
            for filter in tests.iter().cloned().map(Filter::Test).map(Some).chain([None]) {
                let list = List::<Project>::new(snapshot, Scope::All, filter.as_ref(), &order, &Scores::default());
                said.push(format!("{} {:?}", keys(&list), list.totals()));
            }
        }
        for field in [NewsOrderField::Title, NewsOrderField::PublishedOn, NewsOrderField::UpdatedAt] {
            let order = [Order { field, direction, nulls: Nulls::First }];
            said.push(keys(&List::<NewsItem>::new(snapshot, Scope::All, None, &order, &Scores::default())));
        }
    }
    let list = List::<Project>::new(snapshot, Scope::All, None, &[], &Scores::default());
    use ProjectDimension::*;
    for by in [MemberState, Region, Type, Status, Coverage, Year] {
        said.extend([ShareRule::Full, ShareRule::EqualShare].map(|share| format!("{:?}", list.groups(&[by], share))));
    }
}

/// That a folder with its checkpoint answers as without; whether the checkpoint was used.
fn answers_the_same(folder: &Path) -> bool {
    let plain = copy(folder);
    fs::remove_file(plain.path().join("checkpoint")).unwrap();
    let (expected, of_checkpoint) = answers(plain.path());
    assert!(!of_checkpoint);
    let (said, of_checkpoint) = answers(folder);
    for (said, expected) in said.iter().zip(&expected) {
        assert_eq!(said, expected);
    }
    assert_eq!(said.len(), expected.len());
    of_checkpoint
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// Commits after a checkpoint and a kill, then a stop and a start, over and over.
    #[test]
    fn a_start_with_a_checkpoint_answers_as_one_without(rounds in prop::collection::vec(prop::collection::vec(edits(), 0..4), 1..3)) {
        let folder = tempfile::tempdir().unwrap();
        base(folder.path());
        for commits in rounds {
            let catalog = open(folder.path());
            commits.into_iter().for_each(|edits| commit(&catalog, edits));
            let killed = copy(folder.path());
            drop(catalog);
            prop_assert!(answers_the_same(killed.path()), "a start catches up with some commits");
            prop_assert!(answers_the_same(copy(folder.path()).path()));
        }
    }

    #[test]
    fn a_damaged_checkpoint_is_left_aside(place: prop::sample::Index, bit in 0u8..8, cut: bool) {
        let folder = tempfile::tempdir().unwrap();
        base(folder.path());
        let path = folder.path().join("checkpoint");
        let mut bytes = fs::read(&path).unwrap();
        let place = place.index(bytes.len());
        if cut { bytes.truncate(place) } else { bytes[place] ^= 1 << bit }
        fs::write(path, bytes).unwrap();
        prop_assert!(!answers_the_same(folder.path()));
    }
}

#[test]
fn a_checkpoint_of_another_log_is_left_aside() {
    let [one, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    base(one.path());
    base(other.path());
    fs::copy(other.path().join("checkpoint"), one.path().join("checkpoint")).unwrap();
    assert!(!answers_the_same(one.path()));
}

#[test]
fn a_checkpoint_that_is_far_behind_is_left_aside_and_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    base(folder.path());
    let catalog = open(folder.path());
    for edition in 200..203 {
        commit(&catalog, (0..BASE).map(|number| (NodeKind::Project, number, Some(edition))).collect());
    }
    let killed = copy(folder.path());
    drop(catalog);
    assert!(!answers_the_same(killed.path()));
    drop(open(killed.path()));
    assert!(answers_the_same(killed.path()));
}

/// A first bulk, of which a checkpoint was written on the way.
#[test]
fn a_start_after_a_kill_right_after_a_bulk_goes_on_from_what_was_written_on_the_way() {
    let folder = tempfile::tempdir().unwrap();
    base(folder.path());
    fs::remove_file(folder.path().join("checkpoint")).unwrap();
    let catalog = open(folder.path());
    let (storage, published) = (Arc::clone(&catalog.storage), Arc::clone(&catalog.snapshot));
    let mut keeping = Keeping { storage, published, written: None, not_before: Instant::now() };
    keeping.look(|changed, all| changed >= all);
    let several = |from, to, edition| (from..to).map(move |number| (NodeKind::Project, number, Some(edition))).collect();
    commit(&catalog, several(BASE, BASE + 60, 9));
    let killed = copy(folder.path());
    assert!(answers_the_same(killed.path()), "what is new is made up for");
    keeping.look(|changed, _| changed == 60);
    commit(&catalog, several(30, BASE + 30, 10));
    let killed = copy(folder.path());
    drop(catalog);
    assert!(answers_the_same(killed.path()), "and so is what is otherwise");
}

/// What stood when the checkpoint was written is needed to catch up: where it was dropped, all is derived.
#[test]
fn a_checkpoint_whose_versions_were_dropped_is_left_aside() {
    let folder = tempfile::tempdir().unwrap();
    base(folder.path());
    let one = std::num::NonZeroUsize::MIN;
    let catalog = Catalog::open_keeping(folder.path(), Arc::new(Timestamp::now), Some(one), &|_, _| {}).unwrap();
    commit(&catalog, vec![(NodeKind::Project, 3, Some(77))]);
    // What was dropped is on disk with the next commit.
    commit(&catalog, vec![(NodeKind::Project, 4, Some(77))]);
    let killed = copy(folder.path());
    drop(catalog);
    assert!(!answers_the_same(killed.path()));
    assert!(answers_the_same(copy(folder.path()).path()));
}

#[test]
fn the_reading_is_told_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    base(folder.path());
    let told = std::cell::RefCell::new(Vec::new());
    drop(Catalog::open_keeping(folder.path(), Arc::new(Timestamp::now), None, &|read, all| {
        told.borrow_mut().push((read, all))
    }));
    let all = usize::from(BASE + BASE / 2) + RegionCode::ALL.len() + STATES.len() + 3;
    assert_eq!(*told.borrow(), [(all, all)]);
}
