//! Finding what shares marks with a record.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use imbl::{HashMap, OrdMap};

use super::Mark;
use super::mark::{MARKED, Sign};
use crate::domain::{NodeId, NodeKind, slug};

/// By what is shared and kind of record, who has it and how it is printed there.
#[derive(Debug, Clone, Default)]
pub(in crate::catalog) struct Marks(HashMap<(Sign, NodeKind), OrdMap<String, String>>);

/// A record that shares something with another.
#[derive(Debug, Clone, PartialEq)]
pub struct Related {
    /// The key of the related record.
    pub key: String,
    /// The sum of the weights of the reasons.
    pub score: f64,
    /// Why the two are related, the weightiest first.
    pub reasons: Vec<Reason>,
}

/// Why two records are related.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub kind: ReasonKind,
    /// What they share, as the project prints it.
    pub detail: String,
}

/// What two records share, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, async_graphql::Enum)]
pub enum ReasonKind {
    /// One names the other's project code, or both name the same one: four points.
    NamesProject,
    /// Both tell of the same place: two points each.
    SharedPlace,
    /// Both name the same state: one point each.
    SharedMemberState,
    /// Both are projects of the same type: half a point. It is named only where something else is shared too.
    SharedType,
}

impl Marks {
    pub(in crate::catalog) fn add(&mut self, id: &NodeId, marks: &[Mark]) {
        for Mark { sign, printed } in marks {
            self.0.entry((sign.clone(), id.kind)).or_default().insert(id.key.clone(), printed.clone());
        }
    }

    pub(in crate::catalog) fn remove(&mut self, id: &NodeId, marks: &[Mark]) {
        for Mark { sign, .. } in marks {
            let place = (sign.clone(), id.kind);
            if let Some(having) = self.0.get_mut(&place) {
                having.remove(&id.key);
                if having.is_empty() {
                    self.0.remove(&place);
                }
            }
        }
    }

    /// The codes of the projects that bear an agency's number or a title.
    pub(in crate::catalog) fn namesakes(&self, prima_id: Option<&str>, titles: &[&str]) -> BTreeSet<String> {
        let numbers = prima_id.map(|number| Sign::PrimaId(number.to_owned()));
        let titles = titles.iter().map(|title| Sign::Title(slug(title)));
        let having = numbers.into_iter().chain(titles).filter_map(|sign| self.0.get(&(sign, NodeKind::Project)));
        having.flat_map(|codes| codes.keys().cloned()).collect()
    }

    /// The records of a kind that share marks with a record, the closest first, then by key.
    pub(in crate::catalog) fn related(&self, id: &NodeId, marks: &[Mark], kind: NodeKind) -> Vec<Related> {
        debug_assert!(MARKED.contains(&kind));
        let mut reasons: BTreeMap<&str, Vec<Reason>> = BTreeMap::new();
        let mut types = None;
        for Mark { sign, printed } in marks {
            let Some(having) = self.0.get(&(sign.clone(), kind)) else { continue };
            let reason_kind = match sign {
                Sign::Code(_) => ReasonKind::NamesProject,
                Sign::Place(_) => ReasonKind::SharedPlace,
                Sign::State(_) => ReasonKind::SharedMemberState,
                Sign::Type(_) => {
                    types = Some((having, printed));
                    continue;
                }
                Sign::PrimaId(_) | Sign::Title(_) => continue,
            };
            for (key, their_printed) in having.iter().filter(|(key, _)| kind != id.kind || **key != id.key) {
                let detail = if id.kind == NodeKind::Project { printed } else { their_printed };
                reasons.entry(key).or_default().push(Reason { kind: reason_kind, detail: detail.clone() });
            }
        }
        let mut related: Vec<Related> = reasons
            .into_iter()
            .map(|(key, mut reasons)| {
                if let Some((having, printed)) = types
                    && having.contains_key(key)
                {
                    reasons.push(Reason { kind: ReasonKind::SharedType, detail: printed.clone() });
                }
                reasons.sort_by_key(|reason| reason.kind);
                Related { key: key.to_owned(), score: reasons.iter().map(|reason| weight(reason.kind)).sum(), reasons }
            })
            .collect();
        related.sort_by_key(|related| (Reverse((related.score * 2.0) as u64), related.key.clone()));
        related
    }
}

fn weight(kind: ReasonKind) -> f64 {
    match kind {
        ReasonKind::NamesProject => 4.0,
        ReasonKind::SharedPlace => 2.0,
        ReasonKind::SharedMemberState => 1.0,
        ReasonKind::SharedType => 0.5,
    }
}
