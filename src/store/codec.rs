//! Values as bytes: a format byte, a checksum, then bincode.
//!
//! bincode is positional: a field added to a record makes older bytes unreadable. So every value says its format, and a change
//! to what is stored adds a format, keeps the older shape beside its step to the newer one, and adds bytes of it to the tests.
//!
//! | format | what it brought |
//! |---|---|
//! | 2 | sources say by which title and number their documents call the record (see [`format_1`]) |
//! | 3 | an entry of the log says how far its stream had come (see [`format_2`]); an old version may be a [`stub`] |

use std::io::{self, Read, Write};

use bincode::error::EncodeError;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{LogEntry, StoreError, format_1, format_2};
use crate::domain::Record;

/// The format that is written.
pub(super) const FORMAT: u8 = 3;
/// In place of a format: the value was dropped, and only its checksum is left.
const DROPPED: u8 = 0;

const HEADER: usize = 5;
/// No value decodes to more than this: a damaged length must not take the memory.
const DECODED_BYTES: usize = 256 << 20;

/// What lies in a table, and in which shapes it lay there before.
pub(super) trait Value: Serialize + DeserializeOwned {
    /// The shape of format 1.
    type Format1: DeserializeOwned + Into<Self>;
    /// The shape of format 2.
    type Format2: DeserializeOwned + Into<Self>;
}

/// A version of a record: none for a deletion.
impl Value for Option<Record> {
    type Format1 = format_1::Version;
    type Format2 = Self;
}

impl Value for LogEntry {
    type Format1 = format_2::Entry;
    type Format2 = format_2::Entry;
}

/// The text of a document.
impl Value for String {
    type Format1 = Self;
    type Format2 = Self;
}

/// The bytes of a value.
pub(super) fn encode<T: Value>(value: &T) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bincode::serde::encode_into_std_write(value, &mut bytes, bincode::config::standard())
        .expect("a vector takes all bytes, and records hold nothing that bincode refuses");
    let checksum = crc32fast::hash(&bytes[HEADER..]);
    bytes[0] = FORMAT;
    bytes[1..HEADER].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

/// How many bytes a record takes on disk, about.
pub fn size<T: Serialize>(record: &T) -> usize {
    let written = bincode::serde::encode_into_std_write(record, &mut io::sink(), bincode::config::standard());
    HEADER + written.expect("nothing is written, and records hold nothing that bincode refuses")
}

/// The value of some bytes, every one of them used.
pub(super) fn decode<T: Value>(bytes: &[u8]) -> Result<T, CodecError> {
    let (format, payload) = opened(bytes)?;
    match format {
        1 => decode_payload::<T::Format1>(payload).map(Into::into),
        2 => decode_payload::<T::Format2>(payload).map(Into::into),
        _ => decode_payload(payload),
    }
}

/// The format and the payload of some bytes, whose checksum is right.
fn opened(bytes: &[u8]) -> Result<(u8, &[u8]), CodecError> {
    let (header, payload) = bytes.split_at_checked(HEADER).ok_or(CodecError::Short)?;
    if !(1..=FORMAT).contains(&header[0]) {
        return Err(CodecError::Format(header[0]));
    }
    if checksum(bytes) != Some(crc32fast::hash(payload)) {
        return Err(CodecError::Checksum);
    }
    Ok((header[0], payload))
}

/// Refuses bytes that are neither those that were written nor what is left of them, without looking into them.
pub(super) fn check(bytes: &[u8]) -> Result<(), CodecError> {
    if is_stub(bytes) { Ok(()) } else { opened(bytes).map(drop) }
}

/// Whether some encoded bytes are those of a deletion: the version of a record that is none.
pub(super) fn is_deletion(bytes: &[u8]) -> bool {
    bytes.get(HEADER) == Some(&0)
}

/// Writes what is derived from the records, in the shape that this very code reads it.
pub(super) fn write_derived<T: Serialize>(derived: &T, out: &mut impl Write) -> Result<(), StoreError> {
    bincode::serde::encode_into_std_write(derived, out, bincode::config::standard()).map(drop).map_err(|error| match error {
        EncodeError::Io { inner, .. } => StoreError::Io(inner),
        error => StoreError::Io(io::Error::other(error.to_string())),
    })
}

/// Reads what was derived from the records.
pub(super) fn read_derived<T: DeserializeOwned>(from: &mut impl Read) -> Result<T, CodecError> {
    bincode::serde::decode_from_std_read(from, bincode::config::standard())
        .map_err(|error| CodecError::Payload(error.to_string()))
}

/// What is left of some encoded bytes whose value is dropped: their checksum, by which the log knows them.
pub(super) fn stub(bytes: &[u8]) -> Vec<u8> {
    let mut stub = vec![DROPPED];
    stub.extend(checksum(bytes).unwrap_or_default().to_le_bytes());
    stub
}

/// Whether some bytes are what is left of a value that was dropped.
pub(super) fn is_stub(bytes: &[u8]) -> bool {
    bytes.len() == HEADER && bytes[0] == DROPPED
}

/// Whether some encoded bytes are those that were written, or what is left of them.
pub(super) fn is_sound(bytes: &[u8]) -> bool {
    check(bytes).is_ok()
}

/// The format of some encoded bytes.
pub(super) fn format(bytes: &[u8]) -> Option<u8> {
    bytes.first().copied()
}

fn decode_payload<T: DeserializeOwned>(payload: &[u8]) -> Result<T, CodecError> {
    let config = bincode::config::standard().with_limit::<DECODED_BYTES>();
    match bincode::serde::decode_from_slice(payload, config) {
        Ok((value, used)) if used == payload.len() => Ok(value),
        Ok(_) => Err(CodecError::Trailing),
        Err(error) => Err(CodecError::Payload(error.to_string())),
    }
}

/// The checksum that some encoded bytes carry.
pub(super) fn checksum(bytes: &[u8]) -> Option<u32> {
    bytes.get(1..HEADER)?.try_into().ok().map(u32::from_le_bytes)
}

/// Why bytes could not be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    #[error("the value is too short")]
    Short,
    #[error("its format {0} is not known")]
    Format(u8),
    #[error("its checksum is wrong")]
    Checksum,
    #[error("bytes are left over after the value")]
    Trailing,
    #[error("its payload is wrong: {0}")]
    Payload(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        Curated, Field, Language, Localized, Money, NewsItem, NewsText, NodeId, PartialDate, Project, ProjectStatus,
        ProjectText, Source, Warning, WarningCode,
    };
    use crate::store::{Action, Idempotency, LoggedChange, LoggedDocument, StreamPlace};

    fn project() -> Project {
        let mut curated = Curated::default();
        curated.mark(Field::Title, Some(Language::Fr));
        let text = ProjectText { title: "Étude pilote".to_owned(), description: Some("Deux villes.".to_owned()) };
        Project {
            texts: Localized::one(Language::Fr, text),
            status: Some(ProjectStatus::Completed),
            budget: Some(Money::usd("40000".parse().unwrap())),
            end_date: Some("2024-05".parse().unwrap()),
            member_states: vec!["GE".parse().unwrap()],
            warnings: vec![Warning::new(WarningCode::EndDatePlaceholder, Field::EndDate, "Un doute.")],
            curated,
            ..Project::new("TC4-805")
        }
    }

    fn news_item() -> NewsItem {
        let text = NewsText { title: "Une école".to_owned(), body: "Elle ouvre.".to_owned() };
        NewsItem {
            texts: Localized::one(Language::Fr, text),
            place: Some("Tbilissi".to_owned()),
            published_on: PartialDate::year_only(2019),
            member_states: vec!["GE".parse().unwrap()],
            contacts: vec!["a@iom.int".to_owned()],
            ..NewsItem::new("une-ecole")
        }
    }

    /// The records, each with a source that prints a title and a number or that does not say.
    fn records(title: Option<&str>, prima_id: Option<&str>) -> [Record; 3] {
        let source = Source {
            document: "a.txt".to_owned(),
            sha256: "ab".repeat(32),
            language: Some(Language::Fr),
            url: Some("https://x.example/a".to_owned()),
            title: title.map(str::to_owned),
            prima_id: prima_id.map(str::to_owned),
            read_at: jiff::Timestamp::from_microsecond(1_700_000_000_000_001).unwrap(),
        };
        let number = Some("GE10P0514".to_owned());
        [
            Record::from(project()),
            Record::from(Project { prima_id: number, sources: vec![source.clone()], ..project() }),
            Record::from(NewsItem { sources: vec![source], ..news_item() }),
        ]
    }

    /// What format 1 wrote. Do not edit: stores of our users hold such bytes.
    const FORMAT_1: [&str; 3] = [
        "01a28626830100075443342d3830350001000dc389747564652070696c6f7465010c446575782076696c6c65732e0101\
        000000010834303030302e303003555344000001fbd00f050001474500000100010b09556e20646f7574652e01020100",
        "018dfd7fe40100075443342d383035010947453130503035313401000dc389747564652070696c6f7465010c44657578\
        2076696c6c65732e0101000000010834303030302e303003555344000001fbd00f0500014745000105612e7478744061\
        626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261\
        6261626162616261626162616261620100011368747470733a2f2f782e6578616d706c652f61fd02803c3048140c0001\
        00010b09556e20646f7574652e01020100",
        "01a981d888010309756e652d65636f6c6501000a556e6520c3a9636f6c650b456c6c65206f757672652e01085462696c\
        6973736901fbc60f000001474501096140696f6d2e696e740105612e7478744061626162616261626162616261626162\
        616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162\
        0100011368747470733a2f2f782e6578616d706c652f61fd02803c3048140c000000",
    ];

    /// What format 2 wrote; format 3 writes the same of a record.
    const FORMAT_2: [&str; 3] = [
        "02a28626830100075443342d3830350001000dc389747564652070696c6f7465010c446575782076696c6c65732e0101\
        000000010834303030302e303003555344000001fbd00f050001474500000100010b09556e20646f7574652e01020100",
        "02f41b84b70100075443342d383035010947453130503035313401000dc389747564652070696c6f7465010c44657578\
        2076696c6c65732e0101000000010834303030302e303003555344000001fbd00f0500014745000105612e7478744061\
        626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261\
        6261626162616261626162616261620100011368747470733a2f2f782e6578616d706c652f610106c389747564650109\
        474531305030353134fd02803c3048140c000100010b09556e20646f7574652e01020100",
        "02e3901d9a010309756e652d65636f6c6501000a556e6520c3a9636f6c650b456c6c65206f757672652e01085462696c\
        6973736901fbc60f000001474501096140696f6d2e696e740105612e7478744061626162616261626162616261626162\
        616261626162616261626162616261626162616261626162616261626162616261626162616261626162616261626162\
        0100011368747470733a2f2f782e6578616d706c652f610106c389747564650109474531305030353134fd02803c3048\
        140c000000",
    ];

    /// What formats 1 and 2 wrote of an entry of the log, but for the first byte.
    const ENTRY_OF_FORMAT_1: &str =
        "013c405e12fb2c01fd80751579aac50800047365656401016b0261620104096140696f6d2e696e7402070102636409";

    /// What format 3 writes of one.
    const ENTRY_OF_FORMAT_3: &str = "0365796cdcfb2c01fd80751579aac50800047365656401016b0261620104096140696f6d2e696e740207010263640901\
        0173fc7011010003030303030303030303030303030303030303030303030303030303030303030105";

    fn entry(stream: Option<StreamPlace>) -> LogEntry {
        let id = NodeId::contact("a@iom.int");
        LogEntry {
            revision: 300,
            at: jiff::Timestamp::from_microsecond(1_234_567_890_123_456).unwrap(),
            actor: "seed".to_owned(),
            idempotency: Some(Idempotency { key: "k".to_owned(), input: "ab".to_owned() }),
            changes: vec![LoggedChange { id, action: Action::Deleted, checksum: 7 }],
            documents: vec![LoggedDocument { sha256: "cd".to_owned(), checksum: 9 }],
            stream,
        }
    }

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits: Vec<char> = hexadecimal.chars().collect();
        digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
    }

    #[test]
    fn bytes_of_every_earlier_format_are_read() {
        for (hexadecimal, record) in FORMAT_1.into_iter().zip(records(None, None)) {
            assert_eq!(decode::<Option<Record>>(&bytes(hexadecimal)), Ok(Some(record)));
        }
        for (hexadecimal, record) in FORMAT_2.into_iter().zip(records(Some("Étude"), Some("GE10P0514"))) {
            assert_eq!(decode::<Option<Record>>(&bytes(hexadecimal)), Ok(Some(record)));
        }
        for format in [1, 2] {
            let mut bytes = bytes(ENTRY_OF_FORMAT_1);
            bytes[0] = format;
            assert_eq!(decode::<LogEntry>(&bytes), Ok(entry(None)));
        }
    }

    #[test]
    fn the_current_format_writes_the_same_bytes_for_ever() {
        for (hexadecimal, record) in FORMAT_2.into_iter().zip(records(Some("Étude"), Some("GE10P0514"))) {
            let written = encode(&Some(record.clone()));
            assert_eq!((written[0], &written[1..]), (FORMAT, &bytes(hexadecimal)[1..]));
            assert_eq!(decode::<Option<Record>>(&written), Ok(Some(record)));
        }
        let place = StreamPlace { key: "s".to_owned(), lines: 70_000, sha256: [3; 32], waiting: vec![5] };
        let entry = entry(Some(place));
        let written: String = encode(&entry).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(written, ENTRY_OF_FORMAT_3);
        assert_eq!(decode::<LogEntry>(&bytes(ENTRY_OF_FORMAT_3)), Ok(entry));
    }

    #[test]
    fn damage_is_told_apart() {
        let bytes = encode(&Some(Record::from(project())));
        assert_eq!(decode::<Option<Record>>(&bytes[..3]), Err(CodecError::Short));
        let mut newer = bytes.clone();
        newer[0] = 9;
        assert_eq!(decode::<Option<Record>>(&newer), Err(CodecError::Format(9)));
        let mut flipped = bytes.clone();
        flipped[20] ^= 1;
        assert_eq!(decode::<Option<Record>>(&flipped), Err(CodecError::Checksum));
        let two = encode(&"one".to_owned());
        assert_eq!(decode::<String>(&framed(&[&two[HEADER..], &[0]].concat(), FORMAT)), Err(CodecError::Trailing));
    }

    /// A payload as a store of some format would hold it.
    fn framed(payload: &[u8], format: u8) -> Vec<u8> {
        [&[format], &crc32fast::hash(payload).to_le_bytes()[..], payload].concat()
    }

    mod fuzz {
        use proptest::prelude::*;

        use super::*;

        /// A payload that was written, with some bytes of it replaced.
        fn bent() -> impl Strategy<Value = Vec<u8>> {
            let damage = (any::<prop::sample::Index>(), 0usize..4, prop::collection::vec(any::<u8>(), 0..4));
            let written = prop::sample::select([FORMAT_1, FORMAT_2].concat());
            (written, prop::collection::vec(damage, 0..5)).prop_map(|(written, damages)| {
                let mut payload = bytes(written).split_off(HEADER);
                for (at, drop, put) in damages {
                    let at = at.index(payload.len() + 1);
                    payload.splice(at..(at + drop).min(payload.len()), put);
                }
                payload
            })
        }

        proptest! {
            #[test]
            fn any_bytes_are_read_or_refused(payload in prop_oneof![bent(), any::<Vec<u8>>()], format in 0..=FORMAT + 1) {
                prop_assert!(decode::<Option<Record>>(&payload).is_err(), "bytes without our checksum are never read");
                let framed = framed(&payload, format);
                if let Ok(record) = decode::<Option<Record>>(&framed) {
                    prop_assert_eq!(decode::<Option<Record>>(&encode(&record)), Ok(record));
                }
                if let Ok(entry) = decode::<LogEntry>(&framed) {
                    prop_assert_eq!(decode::<LogEntry>(&encode(&entry)), Ok(entry));
                }
                if let Ok(text) = decode::<String>(&framed) {
                    prop_assert_eq!(decode::<String>(&encode(&text)), Ok(text));
                }
            }
        }
    }
}
