//! Places in lists, made opaque.
//!
//! A cursor holds a format byte, the name of its list's kind and order, and the place as the list gives it. So it is right
//! whatever was written since, and a cursor of another list or order is told apart.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::{Error, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::error::{Code, refusal};
use super::scalars::Cursor;
use crate::catalog::Ordered;

const FORMAT: u8 = 1;
/// In how many bytes of seven bits the length of an order is told at most.
const LENGTH: usize = 4;
/// How much of what is no cursor is shown again, in letters.
const SHOWN: usize = 40;

/// A place in a list of some order, of which a cursor is made where it is asked for.
#[derive(Debug, Clone)]
pub(super) enum Place {
    Known {
        order: Arc<[u8]>,
        place: Box<[u8]>,
    },
    /// Where a row stands in a list.
    Of(Arc<Listing>, u32),
}

/// A list, and the name of its order.
#[derive(Debug)]
pub(super) struct Listing {
    pub(super) list: Arc<dyn Ordered>,
    pub(super) order: Box<[u8]>,
}

impl Place {
    pub(super) fn bytes(&self) -> Cow<'_, [u8]> {
        match self {
            Place::Known { place, .. } => Cow::Borrowed(place),
            Place::Of(listing, row) => Cow::Owned(listing.list.place(*row)),
        }
    }

    pub(super) fn cursor(&self) -> Cursor {
        match self {
            Place::Known { order, .. } => Cursor::of(order, &self.bytes()),
            Place::Of(listing, _) => Cursor::of(&listing.order, &self.bytes()),
        }
    }
}

impl Cursor {
    /// The cursor of a place in a list of some order.
    pub(super) fn of(order: &[u8], place: &[u8]) -> Cursor {
        let mut bytes = vec![FORMAT];
        let mut length = order.len();
        while length >= 0x80 {
            bytes.push(length as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        Cursor(BASE64_URL_SAFE_NO_PAD.encode([&bytes, order, place].concat()))
    }

    /// The name of the order that the cursor is of; none where it is no cursor.
    pub(super) fn order(&self) -> Option<Vec<u8>> {
        self.parts().map(|(order, _)| order)
    }

    /// The place in a list of some order; an error where the cursor is none, or of another order.
    pub(super) fn place(&self, order: &[u8]) -> Result<Vec<u8>> {
        let (of, place) = self.parts().ok_or_else(|| self.broken())?;
        if of != order {
            let message = "the cursor is of another list, of another order, or of other words: begin anew without it";
            return Err(refusal(Code::BadUserInput, message));
        }
        Ok(place)
    }

    /// The name of the order, and the place.
    fn parts(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        let [FORMAT, rest @ ..] = bytes.as_slice() else { return None };
        let digits = rest.iter().position(|byte| *byte < 0x80).filter(|last| *last < LENGTH)? + 1;
        let length = rest[..digits].iter().rev().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7f));
        let (order, place) = rest[digits..].split_at_checked(length)?;
        Some((order.to_vec(), place.to_vec()))
    }

    /// The refusal of a cursor that is none.
    pub(super) fn broken(&self) -> Error {
        let begins: String = self.0.chars().take(SHOWN).collect();
        let message = format!("“{begins}” is not a cursor: take it from `pageInfo` or `edges` as it is");
        refusal(Code::BadUserInput, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place_in_its_order_alone() {
        let cursor = Cursor::of(&[1, 0, 1], b"RR.0147");
        assert_eq!(cursor.place(&[1, 0, 1]).unwrap(), b"RR.0147");
        assert!(cursor.place(&[]).unwrap_err().message.contains("of another order"));
        let long = [7; 300];
        let cursor = Cursor::of(&long, b"RR.0147");
        assert_eq!((cursor.place(&long).unwrap(), cursor.order()), (b"RR.0147".to_vec(), Some(long.to_vec())));
        for broken in ["", "§", "Zm9v", "AQ", "AQk", "AYCAgIAA"] {
            assert!(Cursor(broken.to_owned()).place(&[]).unwrap_err().message.contains("is not a cursor"), "{broken}");
        }
    }
}
