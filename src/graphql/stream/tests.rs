use std::io::Read;
use std::sync::Arc;

use jiff::Timestamp;

use super::*;

fn catalog(folder: &tempfile::TempDir) -> Catalog {
    Catalog::open(folder.path(), Arc::new(|| Timestamp::from_second(1_700_000_000).unwrap())).unwrap()
}

fn small() -> Limits {
    Limits { chunk_records: 3, stream_waiting: 4, stream_line_bytes: 200, ..Limits::default() }
}

fn told(catalog: &Catalog, limits: &Limits, key: Option<&str>, text: impl Read) -> Vec<String> {
    let mut told = Vec::new();
    let sender = Sender { actor: "test".to_owned(), key: key.map(str::to_owned) };
    let from = io::BufReader::new(text);
    seed(catalog, limits, sender, from, &|| false, &mut |event| {
        told.push(match event {
            Event::Accepted { line, kind, key, outcome, revision } => {
                format!("{line} {outcome} {kind} {key} @{}", revision.unwrap_or(0))
            }
            Event::Refused { line, errors } => format!("{line} refused: {}", errors[0].message),
            Event::Progress(_) => return Ok(()),
            Event::Done(counts) => format!("done {} {} {} {}", counts.lines, counts.accepted, counts.refused, counts.skipped),
            Event::Stopped { message, counts } => format!("stopped after {}: {message}", counts.accepted),
        });
        Ok(())
    })
    .unwrap();
    told
}

fn project(code: &str, states: &[&str]) -> String {
    serde_json::json!({ "project": { "code": code, "title": code, "memberStates": states } }).to_string() + "\n"
}

fn state(code: &str) -> String {
    format!("{{\"memberState\": {{\"code\": \"{code}\"}}}}\n")
}

#[test]
fn lines_in_any_order_are_stored_in_chunks_and_refused_by_their_number() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalog(&folder);
    let lines = [
        project("A", &["KE"]),
        "{\"projekt\": 1}\n".to_owned(),
        "\n".to_owned(),
        project("B", &[]),
        project("C", &["UG", "KE"]),
        // Waits behind the line before it about the same record, or it would be refused for want of a title.
        "{\"project\": {\"code\": \"C\", \"year\": 2024}}\n".to_owned(),
        state("KE"),
        state("UG"),
        project("D", &["TZ"]),
        format!("{{\"project\": {{\"code\": \"{}\"}}}}\n", "x".repeat(300)),
        "\u{feff}{\"contact\": {\"name\": \"Z\"}}".to_owned(),
    ]
    .concat();
    let told = told(&catalog, &small(), None, lines.as_bytes());
    let expected = [
        "2 refused: not a record in JSON: ",
        "4 CREATED Project B @1",
        "7 CREATED MemberState KE @2",
        "8 CREATED MemberState UG @2",
        "1 CREATED Project A @3",
        "5 CREATED Project C @3",
        "6 CREATED Project C @3",
        "10 refused: the line has 325 bytes, but at most 200 are read",
        "11 CREATED Contact z @4",
        "9 refused: there is no MemberState TZ: send it in the same stream, or store it first",
        "done 11 7 3 0",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    assert!(told.iter().zip(expected).all(|(told, expected)| told.starts_with(expected)), "{told:#?}");
    assert_eq!(catalog.snapshot().count(crate::domain::NodeKind::Project), 3);
}

#[test]
fn what_finds_no_room_to_wait_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..6).map(|number| project(&format!("P{number}"), &["KE"])).chain([state("KE")]).collect();
    let told = told(&catalog(&folder), &small(), None, lines.as_bytes());
    let refused: Vec<_> = told.iter().filter(|line| line.contains("refused")).collect();
    assert_eq!(refused.len(), 2, "{told:#?}");
    assert!(refused[0].contains("5 refused: the line waits for MemberState KE, and 4 others wait already"), "{told:#?}");
    assert_eq!(told.last().unwrap(), "done 7 5 2 0");
}

/// A stream that breaks off.
struct Cut<'a>(&'a [u8]);

impl Read for Cut<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the line is dead")),
            read => Ok(read),
        }
    }
}

#[test]
fn a_stream_goes_on_where_it_broke_off_wherever_that_was() {
    let mut lines = vec![project("W", &["TZ"]), "rubbish\n".to_owned()];
    lines.extend((0..9).map(|number| project(&format!("P{number}"), &[])));
    lines.push(state("TZ"));
    let whole = lines.concat();
    for cut in (0..=whole.len()).step_by(29).chain([whole.len()]) {
        let folder = tempfile::tempdir().unwrap();
        let catalog = catalog(&folder);
        let first = told(&catalog, &small(), Some("k"), Cut(&whole.as_bytes()[..cut]));
        assert!(first.last().unwrap().starts_with("stopped after"), "{first:#?}");
        let stored = first.iter().filter(|line| line.contains("CREATED")).count();
        assert_eq!(catalog.snapshot().count(crate::domain::NodeKind::Project), stored, "{cut}: {first:#?}");
        let second = told(&catalog, &small(), Some("k"), whole.as_bytes());
        assert!(second.last().unwrap().starts_with("done 12 "), "{cut}: {second:#?}");
        // Each was stored once: none is done again, and none is left out.
        let created = second.iter().filter(|line| line.contains("CREATED")).count();
        assert_eq!(stored + created, 11, "{cut}: {first:#?} {second:#?}");
        assert!(!second.iter().any(|line| line.contains("UPDATED") || line.contains("UNCHANGED")), "{cut}: {second:#?}");
        let third = told(&catalog, &small(), Some("k"), whole.as_bytes());
        assert!(!third.iter().any(|line| line.contains("CREATED") || line.contains("UPDATED")), "{cut}: {third:#?}");
    }
}

#[test]
fn another_stream_under_the_same_key_stores_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let catalog = catalog(&folder);
    let lines: String = (0..7).map(|number| project(&format!("P{number}"), &[])).collect();
    assert_eq!(told(&catalog, &small(), Some("k"), lines.as_bytes()).last().unwrap(), "done 7 7 0 0");
    let revision = catalog.snapshot().revision();
    for other in [lines.replace("P3", "Q3"), lines[..lines.len() / 2].to_owned()] {
        let told = told(&catalog, &small(), Some("k"), other.as_bytes());
        assert!(told.last().unwrap().contains("the idempotency key “k” belongs to another stream"), "{told:#?}");
        assert_eq!(catalog.snapshot().revision(), revision);
    }
    let longer = lines.clone() + &project("P7", &[]);
    assert_eq!(told(&catalog, &small(), Some("k"), longer.as_bytes()).last().unwrap(), "done 8 1 0 7");
}
