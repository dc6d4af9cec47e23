//! Why two records are related.

use super::index::RelationIndex;
use super::mark::{Mark, Marks, marks};
use super::sign::{Sign, SignKind};
use crate::domain::{CountryCode, Record};

/// Why two records are related.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub kind: ReasonKind,
    /// What they share, as one of the two prints it: a project rather than a news item, else the one whose key comes first.
    pub detail: String,
}

/// What two records share, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, async_graphql::Enum)]
pub enum ReasonKind {
    /// One names the other's project code, or both name the same one: four points each.
    NamesProject,
    /// Both name the same contact, or print its e-mail address: three points each.
    SharedContact,
    /// Both tell of the same place: two points each.
    SharedPlace,
    /// Both say the same telling words: one point a word. Two words count where something else but the type is shared too, three by
    /// themselves.
    SharedTerms,
    /// Both name the same states: one point, however many they share.
    SharedMemberState,
    /// Both are projects of the same type: half a point. It is named only where something else is shared too.
    SharedType,
}

/// How many telling words two records share at least, where they share a sign or a state too, and where they do not: one alone
/// may be chance, and so may two where nothing else is in common.
const LEAST_TERMS: usize = 2;
const LEAST_TERMS_ALONE: usize = 3;
/// What a shared telling word, state or type counts, in half points.
pub(super) const TERM: u32 = 2;
pub(super) const STATES: u32 = 2;
pub(super) const TYPE: u32 = 1;

/// What a shared sign counts by itself, in half points; none for telling words, which count together.
pub(super) fn weight(kind: SignKind) -> Option<u32> {
    match kind {
        SignKind::Code => Some(8),
        SignKind::Contact => Some(6),
        SignKind::Place => Some(4),
        SignKind::Term | SignKind::PrimaId | SignKind::Title => None,
    }
}

/// Whether so many shared telling words count.
pub(super) fn terms_count(terms: usize, with_others: bool) -> bool {
    terms >= if with_others { LEAST_TERMS } else { LEAST_TERMS_ALONE }
}

/// Half points as the API has them.
pub(super) fn points(halves: u32) -> f64 {
    f64::from(halves) / 2.0
}

impl RelationIndex {
    /// What two records share, the weightiest first. A project prints it rather than a news item, else the one whose key comes
    /// first: so both directions give the same.
    pub fn reasons(&self, one: &Record, other: &Record) -> Vec<Reason> {
        let order = |record: &Record| (record.kind(), record.id().key);
        let (printing, other) = if order(one) <= order(other) { (one, other) } else { (other, one) };
        let (printing, other) = (marks(printing), marks(other));
        let own = printing.code.zip(printing.own_sign()).map(|(printed, sign)| Mark { sign, printed });
        let shared: Vec<&Mark<'_>> =
            own.iter().chain(&printing.told).filter(|mark| tells_of(&other, mark.sign) && !self.is_common(mark.sign)).collect();
        let mut reasons = Vec::new();
        for (sign, kind) in [
            (SignKind::Code, ReasonKind::NamesProject),
            (SignKind::Contact, ReasonKind::SharedContact),
            (SignKind::Place, ReasonKind::SharedPlace),
        ] {
            let details = shared.iter().filter(|mark| mark.sign.kind() == sign).map(|mark| mark.printed.to_owned());
            reasons.extend(details.map(|detail| Reason { kind, detail }));
        }
        let mut states: Vec<&CountryCode> = Vec::new();
        for state in printing.states.iter().filter(|state| other.states.contains(state)) {
            if !states.contains(&state) {
                states.push(state);
            }
        }
        let terms: Vec<String> =
            shared.iter().filter(|mark| mark.sign.kind() == SignKind::Term).map(|mark| mark.printed.to_lowercase()).collect();
        if terms_count(terms.len(), !reasons.is_empty() || !states.is_empty()) {
            reasons.push(Reason { kind: ReasonKind::SharedTerms, detail: terms.join(", ") });
        }
        let states = states.into_iter().map(CountryCode::to_string);
        reasons.extend(states.map(|detail| Reason { kind: ReasonKind::SharedMemberState, detail }));
        if let Some(code) = printing.project_type.filter(|code| !reasons.is_empty() && other.project_type == Some(*code)) {
            reasons.push(Reason { kind: ReasonKind::SharedType, detail: code.to_owned() });
        }
        reasons
    }
}

/// Whether a record tells of what has a sign: its text does, or it is the project with the code.
fn tells_of(marks: &Marks<'_>, sign: Sign) -> bool {
    marks.told.iter().any(|mark| mark.sign == sign) || marks.own_sign() == Some(sign)
}
