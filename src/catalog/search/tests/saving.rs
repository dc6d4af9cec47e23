//! An index that was written is read again as it was, or not at all.

use proptest::prelude::*;

use super::super::{SearchIndex, SearchQuery};
use super::records::{index, project, state};
use super::scan::{query, record};
use crate::catalog::Replacement;
use crate::domain::Language;

fn written(index: &SearchIndex) -> Vec<u8> {
    let mut bytes = Vec::new();
    index.write_to(&mut bytes).unwrap();
    bytes
}

proptest! {
    #[test]
    fn what_is_read_answers_as_what_was_written(
        records in prop::collection::btree_map(any::<u8>(), record(), 0..40),
        gone in any::<u8>(),
        after in record(),
        questions in prop::collection::vec(query(), 8),
    ) {
        let mut indexed = index(records.values());
        let mut bytes = written(&indexed.index);
        let length = bytes.len();
        bytes.extend(b"and more");
        let mut left = bytes.as_slice();
        let mut read = SearchIndex::read_from(&mut left).unwrap();
        prop_assert_eq!(left, b"and more");
        prop_assert_eq!(&written(&read), &bytes[..length]);
        // It goes on as the original does.
        for index in [&mut indexed.index, &mut read] {
            if let Some((row, record)) = records.iter().enumerate().find_map(|(row, (key, record))| (*key >= gone).then_some((row, record))) {
                index.replace_all(&[Replacement::new(row as u32, record).undone()]);
            }
            index.replace_all(&[Replacement::new(99, &after)]);
        }
        for text in &questions {
            let query = SearchQuery { text, kinds: &[], language: None };
            let answer = |index: &SearchIndex| {
                let hits = index.search(&query, None);
                let rows = crate::domain::NodeKind::ALL.map(|kind| hits.rows(kind).collect::<Vec<_>>());
                (rows, hits.is_partial())
            };
            prop_assert_eq!(answer(&indexed.index), answer(&read));
        }
    }

    #[test]
    fn what_was_changed_or_cut_is_refused(at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()) {
        let records: Vec<_> = (0..900).map(|number| project(&format!("XX.{number}"), &[(Language::Fr, "Le retour", "Réintégration")])).collect();
        let mut bytes = written(&index(records.iter().chain([&state("GE")])).index);
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] ^= 1 << bit;
        }
        prop_assert!(SearchIndex::read_from(&mut bytes.as_slice()).is_err());
    }

    #[test]
    fn rubbish_with_right_checksums_stops_nothing(rubbish in prop::collection::vec(any::<u8>(), 0..60), holds in 0..9_u8) {
        let mut bytes = written(&SearchIndex::default())[..12].to_vec();
        let mut sum = crc32fast::Hasher::new();
        for block in [[vec![holds], rubbish].concat(), vec![8, 7]] {
            sum.update(&block);
            bytes.extend((block.len() as u32).to_le_bytes());
            bytes.extend(sum.clone().finalize().to_le_bytes());
            bytes.extend(&block);
        }
        if let Ok(mut index) = SearchIndex::read_from(&mut bytes.as_slice()) {
            index.replace_all(&[Replacement::new(0, &project("XX.1", &[(Language::Fr, "Le retour", "Réintégration")]))]);
            prop_assert_eq!(index.search(&SearchQuery { text: "retour ", kinds: &[], language: None }, None).total(), 1);
        }
    }
}

#[test]
fn another_version_is_refused_by_name() {
    let mut bytes = written(&SearchIndex::default());
    bytes[8] += 1;
    let error = SearchIndex::read_from(&mut bytes.as_slice()).unwrap_err();
    assert_eq!(error.to_string(), "the search index cannot be read: it is not of this version");
}
