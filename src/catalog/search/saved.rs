//! The index as bytes, so that a start need not read all texts again.
//!
//! After the mark and the version come blocks: how long the block is, the checksum of all up to its end, and its bytes. The first of
//! these says what the block holds: words of a shelf with their postings, words after their stems, or the end.

use std::io::{self, Read, Write};

use crc32fast::Hasher;
use smol_str::SmolStr;

use super::SearchIndex;
use super::analysis::SHELVES;
use super::bytes::{read_byte, read_number, write_number};
use super::dictionary::Words;
use super::postings::Postings;

/// What the bytes begin with: a mark, and the version. How texts are read and how words are weighed belongs to it as much as what is
/// written: raise it with each of them.
const MARK: [u8; 8] = *b"fgsearch";
const VERSION: u32 = 2;

/// How many bytes of words make a block. One that ends in a very common word has more.
const BLOCK: usize = 1 << 16;

/// What stands in a block after all words.
const END: u8 = 2 * SHELVES as u8;

impl SearchIndex {
    /// Writes the index, to be read again by [`SearchIndex::read_from`].
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        out.write_all(&MARK)?;
        out.write_all(&VERSION.to_le_bytes())?;
        let mut blocks = Blocks { stream: out, sum: Hasher::new() };
        for (place, dictionary) in (0..).zip(&self.dictionaries) {
            let (words, stems) = dictionary.parts();
            blocks.write_words(2 * place, words, |postings, block| postings.write(block))?;
            blocks.write_words(2 * place + 1, stems, |(), _| {})?;
        }
        let mut end = vec![END];
        write_number(self.documents as u64, &mut end);
        blocks.write(&end)
    }

    /// Reads what [`SearchIndex::write_to`] wrote, and no byte after it. What another version wrote, or what is no longer as it was
    /// written, is refused.
    pub fn read_from(input: &mut impl Read) -> io::Result<SearchIndex> {
        let mut head = [0; MARK.len() + 4];
        input.read_exact(&mut head)?;
        if head != *[MARK.as_slice(), &VERSION.to_le_bytes()].concat() {
            return Err(misfit("it is not of this version"));
        }
        let mut index = SearchIndex::default();
        let mut blocks = Blocks { stream: input, sum: Hasher::new() };
        let mut before = (0, SmolStr::default());
        loop {
            let block = blocks.read()?;
            let mut left = block.as_slice();
            let holds = read_byte(&mut left).ok_or_else(|| misfit("a block is empty"))?;
            if holds == END {
                let count = read_number(&mut left).and_then(|count| usize::try_from(count).ok());
                index.documents = count.ok_or_else(|| misfit("it does not say how many records there are"))?;
                return Ok(index);
            }
            let dictionary = index.dictionaries.get_mut(usize::from(holds / 2)).ok_or_else(|| misfit("a block is unknown"))?;
            let (words, stems) = dictionary.parts_mut();
            let fits = match holds % 2 {
                0 => read_words(&mut left, holds, &mut before, Postings::read).map(|read| words.merge(read)),
                _ => read_words(&mut left, holds, &mut before, |_| Some(())).map(|read| stems.merge(read)),
            };
            fits.ok_or_else(|| misfit("a block does not hold words in order"))?;
        }
    }
}

/// Reads the words of a block, which follow all words before. Nothing, if something is not as it should be.
fn read_words<V>(
    left: &mut &[u8],
    holds: u8,
    before: &mut (u8, SmolStr),
    read: impl Fn(&mut &[u8]) -> Option<V>,
) -> Option<Vec<(SmolStr, V)>> {
    let mut words = Vec::new();
    let mut word = String::new();
    while !left.is_empty() {
        let shared = usize::try_from(read_number(left)?).ok().filter(|shared| word.is_char_boundary(*shared))?;
        let length = usize::try_from(read_number(left)?).ok()?;
        let (rest, after) = left.split_at_checked(length)?;
        *left = after;
        word.truncate(shared);
        word.push_str(std::str::from_utf8(rest).ok()?);
        let next = (holds, SmolStr::new(&word));
        if next <= *before {
            return None;
        }
        words.push((next.1.clone(), read(left)?));
        *before = next;
    }
    Some(words)
}

/// Blocks on their way out or in, and the checksum of all so far.
struct Blocks<'a, S> {
    stream: &'a mut S,
    sum: Hasher,
}

impl<S: Write> Blocks<'_, S> {
    fn write_words<V: Clone>(&mut self, holds: u8, words: &Words<V>, write: impl Fn(&V, &mut Vec<u8>)) -> io::Result<()> {
        let mut block = vec![holds];
        let mut before = SmolStr::default();
        for (word, value) in words.from("") {
            let same = before.chars().zip(word.chars()).take_while(|(one, other)| one == other);
            let shared = same.map(|(letter, _)| letter.len_utf8()).sum();
            write_number(shared as u64, &mut block);
            write_number((word.len() - shared) as u64, &mut block);
            block.extend(&word.as_bytes()[shared..]);
            write(value, &mut block);
            before = word;
            if block.len() >= BLOCK {
                self.write(&block)?;
                block.truncate(1);
                before = SmolStr::default();
            }
        }
        if block.len() > 1 { self.write(&block) } else { Ok(()) }
    }

    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        let length = u32::try_from(block.len()).map_err(|_| misfit("a word is in too many records"))?;
        self.sum.update(block);
        self.stream.write_all(&length.to_le_bytes())?;
        self.stream.write_all(&self.sum.clone().finalize().to_le_bytes())?;
        self.stream.write_all(block)
    }
}

impl<S: Read> Blocks<'_, S> {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let [mut length, mut sum] = [[0; 4]; 2];
        self.stream.read_exact(&mut length)?;
        self.stream.read_exact(&mut sum)?;
        let length = u64::from(u32::from_le_bytes(length));
        // Memory is taken as bytes come, not as a length that may be wrong promises.
        let mut block = Vec::new();
        self.stream.by_ref().take(length).read_to_end(&mut block)?;
        self.sum.update(&block);
        if block.len() as u64 != length || self.sum.clone().finalize() != u32::from_le_bytes(sum) {
            return Err(misfit("it is not as it was written"));
        }
        Ok(block)
    }
}

fn misfit(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the search index cannot be read: {why}"))
}
