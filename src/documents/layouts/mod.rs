//! The layouts in which pages come, each in a file of its own. A layout knows where title, fields and text stand; what they
//! mean is none of its business.
//!
//! A new layout is a file with a `read` and a line in [`LAYOUTS`].

mod bare_values;
mod bullets;
mod dashes;
mod digest;
mod labels_lost;
mod news;

use super::lines::{Content, Line};
use super::values;
use super::words::{self, Label};

/// Where things stand on a page.
#[derive(Debug)]
pub enum Sheet<'a> {
    Project(ProjectSheet<'a>),
    News(NewsSheet<'a>),
    /// Several news items, at least two.
    List(Vec<NewsSheet<'a>>),
}

/// The layouts, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// `-`, label and value on a line each.
    Dashes,
    /// `•` and label, with the value indented below.
    Bullets,
    /// Values in a fixed order without labels.
    BareValues,
    /// Indented values whose labels are lost.
    LabelsLost,
    /// A title and a text.
    News,
}

/// A project's page.
#[derive(Debug)]
pub struct ProjectSheet<'a> {
    pub layout: Layout,
    pub title: Vec<Line<'a>>,
    pub fields: Vec<Entry<'a>>,
    /// Labels among the others that no table knows, with what stands below them.
    pub unknown: Vec<(Line<'a>, Option<Line<'a>>)>,
    /// The place in the head where the text begins.
    pub body: usize,
}

/// A field of a project's page.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    pub label: Label,
    /// The label's line, where the layout prints labels.
    pub printed: Option<Line<'a>>,
    /// None where the label stands without a value.
    pub value: Option<Line<'a>>,
}

/// A news item's page.
#[derive(Debug)]
pub struct NewsSheet<'a> {
    pub title: Line<'a>,
    /// Whether a heading such as `News` stood above the title.
    pub has_heading: bool,
    /// Lines between heading and text that give the day of publication.
    pub dates: Vec<Line<'a>>,
    /// The place in the head where the text begins.
    pub body: usize,
    /// The place in the head where it ends, where that is before the end of the page.
    pub end: Option<usize>,
    /// Whether the page goes on with items that are not read.
    pub more: bool,
}

/// How long a label is at most that no table knows, in bytes.
const LONGEST_UNKNOWN_LABEL: usize = 100;

/// The longest title, in bytes: three times what the site allows.
const LONGEST_TITLE: usize = 1000;

/// Every layout, the most telling first: the first that finds itself in a page reads it.
const LAYOUTS: [for<'a> fn(&Content<'a>) -> Option<Sheet<'a>>; 6] =
    [dashes::read, bullets::read, bare_values::read, labels_lost::read, digest::read, news::read];

/// Where things stand on a page; none where no layout fits.
pub fn recognize<'a>(content: &Content<'a>) -> Option<Sheet<'a>> {
    LAYOUTS.iter().find_map(|read| read(content))
}

/// The lines of a title: those before the fields, each once. Where a menu without its last item stands above, the last alone.
fn title<'a>(before: &[Line<'a>]) -> Vec<Line<'a>> {
    let mut title: Vec<Line<'a>> = Vec::new();
    for line in before.iter().filter(|line| !line.text.is_empty()) {
        if !title.iter().any(|known| known.text == line.text) {
            title.push(*line);
        }
    }
    let menu = title.iter().any(|line| line.text.starts_with('-'));
    if menu || title.iter().map(|line| line.text.len()).sum::<usize>() > LONGEST_TITLE {
        title.drain(..title.len().saturating_sub(1));
    }
    title.retain(|line| line.text.len() <= LONGEST_TITLE && line.text != "-");
    title
}

/// The value of a label that stands before a place: the next line, unless it is another label or the text begins there. Comes
/// with the place after it.
fn value<'a>(content: &Content<'a>, place: usize, label: Label, is_label: impl Fn(usize) -> bool) -> Option<(Line<'a>, usize)> {
    let (at, line) = content.next(place)?;
    (!is_label(at) && values::fits(label, line.text)).then_some((line, at + 1))
}

/// The label that a line prints.
fn label(line: Line<'_>) -> Option<Label> {
    words::label(line.text)
}
