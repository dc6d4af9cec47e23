//! Pages cut, bent and stuffed with what crawlers leave: whatever is handed over is answered, and what was damaged is told.
//!
//! Each target runs a bounded number of cases, `PROPTEST_CASES` of them where that is set: `cargo test fuzz::`.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{Page, Reading, decode, inspect_line, news_item, project, read};
use crate::domain::{Record, Source, WarningCode};

const TODAY: Date = date(2026, 1, 31);

/// A page of each layout.
pub(super) const PAGES: [&str; 7] = [
    "-\nMenu\n- 2030 AGENDA\nUne école pour la Géorgie\n-\nDate de fin\n2024\n-\nStatut du projet\nAchevé\n-\nProjet ID\nLM.0000\n-\nEtat(s) membre(s) beneficiaires remplissant les conditions requises\nGéorgie Iran (République islamique d’)\nL’école ouvre.\n- un\n- deux",
    "A school\n\n  • Start Date\n  • Project Type\n    Labour Migration\n  • Projects ID\n    LM.0000\n  • Benefiting Member States\n    Guinea Guinea-Bissau\n\nThe school is open.",
    "- About\n- Donate Now\nA school\nA school\nGlobal\nLM.0000\n103,058\nBelize\nMexico\nLabour Migration\nGlobal\nActive\nThe text.",
    "A school\n\n    Armenia Georgia\n\nThe text of the school.",
    "-\nMenu\n- 2030 Agenda\nUna escuela\nTapachula (México) / Lima. - La escuela de la OIM abre el 5 de mayo de 2018.\nPara más información, contacte con Ana Ruiz en la OIM, Tel: +593 2-22-53-948/49, Email: \"mailto:a@iom.int\">a@iom.int",
    "News\nGlobal\n\nA school\nA boat\nA boat\nKyiv — IOM opens a school.\n\nFor more information, please contact\n\nReza Karimi\n\nTel: +98-21-22000000",
    "Press Room\nA school\nFri, 08/03/2018 - 09:20\nGeorgia - Its text.\n\nA boat\n\nThu, 08/02/2018 - 09:20\nThe text of the boat.",
];

/// Changes that damage, a crawler or a hand may make to a page.
fn mutated() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\0".to_owned()),
        Just("\r\n".to_owned()),
        Just("-\n".to_owned()),
        Just("\n  • Date de fin\n".to_owned()),
        Just("(".to_owned()),
        Just("@iom.int".to_owned()),
        "[a-z.'_+-]{0,5}@[a-z.-]{0,9}",
        Just("+995 ".to_owned()),
        Just("Ã©".to_owned()),
        Just("\u{301}".to_owned()),
        Just("Pour plus d’informations ".to_owned()),
        Just("6 mars 2018 - ".to_owned()),
        "\\PC{0,12}",
    ];
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), piece, any::<bool>());
    (prop::sample::select(PAGES.to_vec()), prop::collection::vec(change, 0..6)).prop_map(|(page, changes)| {
        changes.into_iter().fold(page.to_owned(), |text, (from, to, piece, cut)| {
            let place = |index: prop::sample::Index| text.floor_char_boundary(index.index(text.len() + 1));
            let (from, to) = (place(from).min(place(to)), place(from).max(place(to)));
            let rest = if cut { &text[to..] } else { &text[from..] };
            format!("{}{piece}{rest}", &text[..from])
        })
    })
}

fn page<R>(reading: R) -> Vec<Page<R>> {
    let (sha256, read_at) = (String::new(), jiff::Timestamp::UNIX_EPOCH);
    vec![Page {
        source: Source { document: "page".to_owned(), sha256, language: None, url: None, title: None, prima_id: None, read_at },
        reading,
    }]
}

proptest! {
    #[test]
    fn whatever_is_handed_over_is_answered_with_a_sound_record(text in prop_oneof![mutated(), ".{0,200}"]) {
        let result = read(&text, TODAY);
        let line = inspect_line("page", &result);
        prop_assert_eq!(&line["file"], "page");
        let records = match result {
            Ok(Reading::Project(reading)) => vec![Record::from(project(page(reading)))],
            Ok(news) => {
                let items = news.news().into_iter().map(|reading| news_item(page(reading)));
                let records = |(item, contacts): (_, Vec<_>)| {
                    contacts.into_iter().map(Record::from).chain([Record::from(item)])
                };
                items.flat_map(records).collect()
            }
            Err(_) => Vec::new(),
        };
        for record in records {
            prop_assert_eq!(record.problems(), []);
        }
    }

    #[test]
    fn damage_is_never_silent(page in prop::sample::select(PAGES.to_vec()), at in any::<prop::sample::Index>(), damage in prop::sample::select(vec!["\0", "\u{fffd}", "Ã©", "\u{1}"])) {
        let at = page.floor_char_boundary(at.index(page.len()));
        let text = format!("{}{damage}{}", &page[..at], &page[at..]);
        match read(&text, TODAY) {
            Ok(reading) => prop_assert!(reading.warnings().any(|warning| warning.code == WarningCode::DamagedText)),
            Err(reason) => prop_assert!(!reason.to_string().is_empty()),
        }
    }

    #[test]
    fn any_bytes_are_decoded_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        match decode(&bytes).map(|text| read(text, TODAY)) {
            Ok(Ok(reading)) => prop_assert!(!reading.project().map_or(String::new(), |project| project.key()).contains(' ')),
            Ok(Err(reason)) | Err(reason) => prop_assert!(!reason.to_string().is_empty()),
        }
    }
}
