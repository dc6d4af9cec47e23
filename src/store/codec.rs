//! Values as bytes: a format byte, a checksum, then bincode.
//!
//! bincode is positional: a field added to a record makes older bytes unreadable. So every value says its format, and a change
//! to what is stored adds a format, keeps the older shape beside its step to the newer one, and adds bytes of it to the tests.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The format that is written.
pub(super) const FORMAT: u8 = 1;

const HEADER: usize = 5;
/// No value decodes to more than this: a damaged length must not take the memory.
const DECODED_BYTES: usize = 256 << 20;

/// The bytes of a value.
pub(super) fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bincode::serde::encode_into_std_write(value, &mut bytes, bincode::config::standard())
        .expect("a vector takes all bytes, and records hold nothing that bincode refuses");
    let checksum = crc32fast::hash(&bytes[HEADER..]);
    bytes[0] = FORMAT;
    bytes[1..HEADER].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

/// The value of some bytes, every one of them used.
pub(super) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let (header, payload) = bytes.split_at_checked(HEADER).ok_or(CodecError::Short)?;
    if header[0] != FORMAT {
        return Err(CodecError::Format(header[0]));
    }
    if checksum(bytes) != Some(crc32fast::hash(payload)) {
        return Err(CodecError::Checksum);
    }
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
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{
        Curated, Field, Language, Localized, Money, NodeId, Project, ProjectStatus, ProjectText, Record, Warning, WarningCode,
    };

    fn project() -> Record {
        let mut curated = Curated::default();
        curated.mark(Field::Title, Some(Language::Fr));
        let text = ProjectText { title: "Étude pilote".to_owned(), description: Some("Deux villes.".to_owned()) };
        Record::Project(Project {
            texts: Localized::one(Language::Fr, text),
            status: Some(ProjectStatus::Completed),
            budget: Some(Money::usd("40000".parse().unwrap())),
            end_date: Some("2024-05".parse().unwrap()),
            member_states: vec!["GE".parse().unwrap()],
            warnings: vec![Warning::new(WarningCode::EndDatePlaceholder, Field::EndDate, "Un doute.")],
            curated,
            ..Project::new("TC4-805")
        })
    }

    /// What format 1 wrote. Do not edit: stores of our users hold such bytes.
    const FORMAT_1: &str = "01a28626830100075443342d3830350001000dc389747564652070696c6f7465010c446575782076696c6c65732e0101\
        000000010834303030302e303003555344000001fbd00f050001474500000100010b09556e20646f7574652e01020100";

    #[test]
    fn bytes_of_every_earlier_format_are_read() {
        let bytes: Vec<u8> =
            (0..FORMAT_1.len()).step_by(2).map(|at| u8::from_str_radix(&FORMAT_1[at..at + 2], 16).unwrap()).collect();
        assert_eq!(decode::<Option<Record>>(&bytes), Ok(Some(project())));
        assert_eq!(encode(&Some(project())), bytes, "the current format writes the same bytes");
    }

    #[test]
    fn damage_is_told_apart() {
        let bytes = encode(&Some(project()));
        assert_eq!(decode::<Option<Record>>(&bytes[..3]), Err(CodecError::Short));
        let mut newer = bytes.clone();
        newer[0] = 9;
        assert_eq!(decode::<Option<Record>>(&newer), Err(CodecError::Format(9)));
        let mut flipped = bytes.clone();
        flipped[20] ^= 1;
        assert_eq!(decode::<Option<Record>>(&flipped), Err(CodecError::Checksum));
        assert_eq!(decode::<()>(&bytes), Err(CodecError::Trailing));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = decode::<Option<Record>>(&bytes);
            let mut framed = vec![FORMAT];
            framed.extend(crc32fast::hash(&bytes).to_le_bytes());
            framed.extend(&bytes);
            let _ = decode::<Option<Record>>(&framed);
            let _ = decode::<Vec<NodeId>>(&framed);
        }
    }
}
