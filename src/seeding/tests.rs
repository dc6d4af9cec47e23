use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::catalog::{Catalog, Proposal};
use crate::domain::Project;

fn bullets(title: &str, rows: &str, text: &str) -> String {
    format!("{title}\n\n  • Project Type\n    Labour Migration\n{rows}\n{text}\n")
}

/// Pages that are certain twins, that only seem to be, and that are none.
fn heap() -> Vec<String> {
    let code = "  • Projects ID\n    LM.0901\n";
    let number = "  • Prima ID\n    GE10P0001\n";
    let georgia = "  • Benefiting Member States\n    Georgia\n";
    let budget = |amount: u32| format!("  • Budget Amount (USD)\n    {amount}.00\n");
    let long = "A very long title of a project ".repeat(9);
    vec![
        bullets("A school", &format!("{code}{georgia}"), "The school opens."),
        bullets("Une école", &format!("{number}{code}{georgia}"), "L’école de la vallée ouvre ses portes."),
        bullets("A school", georgia, "The school of the valley opens."),
        bullets("Otra escuela", number, "La escuela abre sus puertas."),
        bullets("Many schools", &format!("{}{georgia}", budget(1000)), "One."),
        bullets("Many schools", &format!("{}{georgia}", budget(2000)), "Two."),
        bullets("Many schools", georgia, "One or two?"),
        bullets("Many Schools", &format!("{}{georgia}", budget(2000)), "Two again."),
        bullets("", georgia, "No title stands here."),
        bullets("", georgia, "Nor here."),
        bullets(&format!("{long} one"), georgia, "A long one."),
        bullets(&format!("{long} two"), georgia, "Another long one."),
        bullets("Many schools GE", "  • Coverage\n    National\n", "States were lost."),
    ]
}

/// The projects of a catalog into which heaps of pages were brought, one after the other.
fn seeded(batches: &[Vec<String>]) -> Vec<Project> {
    let folder = tempfile::tempdir().unwrap();
    let catalog = Catalog::open(folder.path(), Arc::new(|| Timestamp::UNIX_EPOCH)).unwrap();
    let heap = heap();
    for batch in batches {
        let read = |text: &String| {
            // A page has the same name whenever it comes.
            let name = format!("{:02}.txt", heap.iter().position(|known| known == text).unwrap());
            HandedOver { name, url: None, text: text.clone() }.read(date(2026, 1, 31), 1 << 20)
        };
        let documents: Vec<_> = batch.iter().map(read).collect();
        let expected = Expected::of(&documents);
        let committed = catalog.commit_blocking(Proposal::new("test", |view| change_set(documents, view))).unwrap();
        for document in outcomes(expected, &committed) {
            assert_eq!(document.error, None, "{}", document.name);
        }
    }
    catalog.snapshot().rows::<Project>().records().map(|stored| Project::clone(&stored.record)).collect()
}

#[test]
fn what_is_not_certain_to_be_one_project_stands_alone() {
    let projects = seeded(&[heap()]);
    let keys: BTreeSet<_> = projects.iter().map(|project| project.code.clone()).collect();
    assert_eq!(keys.len(), 9, "{keys:#?}");
    let of_code = projects.iter().find(|project| project.code == "LM.0901").unwrap();
    assert_eq!(of_code.sources.len(), 4);
    assert_eq!(keys.iter().filter(|key| key.starts_with("TITLE-MANY-SCHOOLS.GE.")).count(), 3, "{keys:#?}");
    assert_eq!(keys.iter().filter(|key| key.starts_with("UNTITLED.GE.")).count(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn pages_in_any_order_and_any_batches_make_the_same_records(
        order in Just(heap()).prop_shuffle(), size in 1usize..6, again in 0usize..13
    ) {
        let mut batches: Vec<Vec<String>> = order.chunks(size).map(<[String]>::to_vec).collect();
        batches.push(vec![order[again].clone()]);
        prop_assert_eq!(seeded(&batches), seeded(&[heap()]));
    }
}
