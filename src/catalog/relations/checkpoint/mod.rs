//! The index written down, so that a start need not read all texts again.
//!
//! It is a copy of what the records say, never a source of truth: what was damaged, or written by other rules than those of this
//! program, is refused, and the index is made anew.

mod frame;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use imbl::OrdMap;
use smol_str::SmolStr;

use self::frame::{FrameReader, FrameWriter, Parts};
use super::contacts::Contacts;
use super::index::RelationIndex;
use super::mark::marks;
use super::postings::{Chunk, Postings};
use super::sign::Sign;
use super::states::{Group, States};
use crate::catalog::rows::RowSet;
use crate::catalog::search;
use crate::domain::{CountryCode, Language, Localized, NewsItem, NewsText, NodeKind, Record};

/// What such a file begins with, and the number of its format.
const MAGIC: &[u8; 8] = b"fgrelate";
const FORMAT: u32 = 1;

/// How many rows a frame holds at most.
const ROWS: usize = 1 << 16;

/// The kinds of record that leave marks, under their numbers in the file.
const KINDS: [NodeKind; 2] = [NodeKind::Project, NodeKind::NewsItem];

impl RelationIndex {
    /// Writes the index down.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut out = FrameWriter::new(out);
        out.write(|frame| {
            frame.bytes(MAGIC);
            frame.number(FORMAT);
            frame.long(rules());
        })?;
        out.count(self.postings.chunks().count())?;
        for chunk in self.postings.chunks() {
            out.write(|frame| {
                frame.number(chunk.signs().len() as u32);
                chunk.signs().iter().for_each(|sign| frame.long(sign.number()));
                chunk.ends().iter().for_each(|end| frame.number((*end).into()));
                chunk.all_documents().iter().for_each(|document| frame.number(*document));
            })?;
        }
        out.count(self.states.all().len())?;
        for (group, sorted) in self.states.all() {
            out.write(|frame| {
                frame.number(u32::from(group.kind == NodeKind::NewsItem));
                frame.text(group.state.as_str());
                frame.number(group.project_type.is_some().into());
                frame.text(group.project_type.as_deref().unwrap_or_default());
            })?;
            write_rows(&mut out, sorted.iter())?;
        }
        out.count(self.types.len())?;
        for (code, rows) in &self.types {
            out.write(|frame| frame.text(code))?;
            write_rows(&mut out, rows.iter())?;
        }
        out.count(self.contacts.all().len())?;
        for (state, news, rows) in self.contacts.all() {
            out.write(|frame| frame.text(state.as_str()))?;
            out.count(news.len())?;
            for (contact, news) in news {
                out.write(|frame| {
                    frame.text(contact);
                    frame.number(*news);
                })?;
            }
            write_rows(&mut out, rows.iter())?;
        }
        out.finish()
    }

    /// Reads an index that was written down. What is damaged or of other rules is refused with an error of the kind
    /// [`io::ErrorKind::InvalidData`].
    pub fn read_from(input: &mut dyn Read) -> io::Result<RelationIndex> {
        let mut input = FrameReader::new(input);
        let is_ours = |mut parts: Parts<'_>| {
            let ours = parts.bytes(MAGIC.len())? == MAGIC && parts.number()? == FORMAT && parts.long()? == rules();
            ours.then_some(())
        };
        input.read(is_ours)?;
        let mut chunks = Vec::new();
        for _ in 0..input.count()? {
            chunks.push(input.read(chunk)?);
        }
        let postings = Postings::of_chunks(chunks).ok_or_else(frame::damaged)?;
        let mut groups = BTreeMap::new();
        for _ in 0..input.count()? {
            let group = input.read(group)?;
            groups.insert(group, read_rows(&mut input)?);
        }
        let mut types = OrdMap::default();
        for _ in 0..input.count()? {
            let code = input.read(|mut parts| Some(SmolStr::new(parts.text()?)))?;
            types.insert(code, read_rows(&mut input)?.into_iter().collect());
        }
        let mut contacts = Vec::new();
        for _ in 0..input.count()? {
            let state = input.read(|mut parts| parts.text()?.parse::<CountryCode>().ok())?;
            let mut news = OrdMap::default();
            for _ in 0..input.count()? {
                let (contact, count) = input.read(|mut parts| Some((parts.text()?.to_owned(), parts.number()?)))?;
                news.insert(contact, count);
            }
            let rows: RowSet = read_rows(&mut input)?.into_iter().collect();
            contacts.push((state, news, rows));
        }
        input.finish()?;
        let (states, contacts) = (States::of(groups), Contacts::of_parts(contacts));
        Ok(RelationIndex { postings, states, types, contacts, ..RelationIndex::default() })
    }
}

fn write_rows(out: &mut FrameWriter<'_>, rows: impl Iterator<Item = u32>) -> io::Result<()> {
    let rows: Vec<u32> = rows.collect();
    out.count(rows.len())?;
    rows.chunks(ROWS).try_for_each(|rows| out.write(|frame| rows.iter().for_each(|row| frame.number(*row))))
}

fn read_rows(input: &mut FrameReader<'_>) -> io::Result<Vec<u32>> {
    let count = input.count()? as usize;
    let mut rows = Vec::new();
    while rows.len() < count {
        let more = (count - rows.len()).min(ROWS);
        let read = input.read(|mut parts| (0..more).map(|_| parts.number()).collect::<Option<Vec<u32>>>())?;
        rows.extend(read);
    }
    Ok(rows)
}

fn chunk(mut parts: Parts<'_>) -> Option<Chunk> {
    let signs = parts.number()? as usize;
    let signs: Vec<Sign> = (0..signs).map(|_| parts.long().map(Sign::of_number)).collect::<Option<_>>()?;
    let ends: Vec<u16> = (0..signs.len()).map(|_| parts.number()?.try_into().ok()).collect::<Option<_>>()?;
    let documents = usize::from(*ends.last()?);
    let documents: Vec<u32> = (0..documents).map(|_| parts.number()).collect::<Option<_>>()?;
    let known = |document: &u32| KINDS.iter().any(|kind| search::document(*kind, search::row(*document)) == *document);
    Chunk::of(signs, ends, documents).filter(|chunk| chunk.all_documents().iter().all(known))
}

fn group(mut parts: Parts<'_>) -> Option<Group> {
    let kind = *KINDS.get(parts.number()? as usize)?;
    let state = parts.text()?.parse().ok()?;
    let has_type = parts.number()? == 1;
    let project_type = SmolStr::new(parts.text()?);
    Some(Group { kind, state, project_type: has_type.then_some(project_type) })
}

/// A number that stands for the rules by which marks are found: the signs of a text in which all of them show.
fn rules() -> u64 {
    let body =
        "Les migrants de retour à Goma, en Géorgie et à Tbilissi, selon RR.0147 et nino@iom.int : réintégrations, ateliers.";
    let text = |title: &str| NewsText { title: title.to_owned(), body: body.to_owned() };
    let texts = ["Réintégration durable", "Sustainable livelihoods in Bali", "Formación de jóvenes"].map(text);
    let item = NewsItem { texts: Localized(Language::ALL.into_iter().zip(texts).collect()), ..NewsItem::new("") };
    let record = Record::from(item);
    marks(&record).signs().fold(0, |rules: u64, sign| rules.rotate_left(5) ^ sign.number())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::world;
    use super::*;

    fn written(index: &RelationIndex) -> Vec<u8> {
        let mut bytes = Vec::new();
        index.write_to(&mut bytes).unwrap();
        bytes
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_written((_, index) in world()) {
            let bytes = written(&index);
            let read = RelationIndex::read_from(&mut bytes.as_slice()).unwrap();
            prop_assert_eq!(written(&read), bytes);
        }

        #[test]
        fn damage_is_refused((_, index) in world(), place: prop::sample::Index, bit in 0u8..8, length: prop::sample::Index) {
            let bytes = written(&index);
            let mut flipped = bytes.clone();
            flipped[place.index(bytes.len())] ^= 1 << bit;
            prop_assert!(RelationIndex::read_from(&mut flipped.as_slice()).is_err());
            let mut cut = &bytes[..length.index(bytes.len())];
            prop_assert!(RelationIndex::read_from(&mut cut).is_err());
        }

        #[test]
        fn any_bytes_are_refused(bytes: Vec<u8>) {
            prop_assert!(RelationIndex::read_from(&mut bytes.as_slice()).is_err());
        }
    }

    /// A frame that is whole but says something else than it should is refused too, whatever its checksum.
    #[test]
    fn documents_of_kinds_that_leave_no_marks_are_refused() {
        let sign = Sign::of_number(7);
        let payload = |document: u32| {
            let mut frame = frame::Frame::default();
            [1].iter().for_each(|number| frame.number(*number));
            frame.long(sign.number());
            frame.number(1);
            frame.number(document);
            frame
        };
        assert!(chunk(payload(search::document(NodeKind::NewsItem, 3)).parts()).is_some());
        assert!(chunk(payload(search::document(NodeKind::Contact, 3)).parts()).is_none());
        assert!(chunk(payload(u32::MAX).parts()).is_none());
    }
}
