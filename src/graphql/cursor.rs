//! Places in lists, made opaque.
//!
//! A cursor holds a format byte, the name of its list's kind and order, and the place as the list gives it. So it is right
//! whatever was written since, and a cursor of another list or order is told apart.

use async_graphql::{Error, Result};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::error::{Code, refusal};
use super::scalars::Cursor;

const FORMAT: u8 = 1;
/// How much of what is no cursor is shown again, in letters.
const SHOWN: usize = 40;

impl Cursor {
    /// The cursor of a place in a list of some order.
    pub(super) fn of(order: &[u8], place: &[u8]) -> Cursor {
        let length = u8::try_from(order.len()).expect("an order has a handful of fields of three bytes each");
        Cursor(BASE64_URL_SAFE_NO_PAD.encode([&[FORMAT, length], order, place].concat()))
    }

    /// The place in a list of some order; an error where the cursor is none, or of another order.
    pub(super) fn place(&self, order: &[u8]) -> Result<Vec<u8>> {
        let broken = || self.broken();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&self.0).map_err(|_| broken())?;
        let [FORMAT, length, rest @ ..] = bytes.as_slice() else { return Err(broken()) };
        let (of, place) = rest.split_at_checked(usize::from(*length)).ok_or_else(broken)?;
        if of != order {
            let message = "the cursor is of another list, of another order, or of words that were looked up before the last change: \
                           begin anew without it";
            return Err(refusal(Code::BadUserInput, message));
        }
        Ok(place.to_vec())
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
        for broken in ["", "§", "Zm9v", "AQ", "AQk"] {
            assert!(Cursor(broken.to_owned()).place(&[]).unwrap_err().message.contains("is not a cursor"), "{broken}");
        }
    }
}
