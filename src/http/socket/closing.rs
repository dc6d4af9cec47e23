//! Why a connection ends: the codes and words of graphql-ws, and those of the WebSocket protocol.

use axum::extract::ws::{CloseFrame, Message};

/// How long a reason may be: a control frame holds no more.
const LONGEST: usize = 123;

/// Why a connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Closing {
    /// The server stops; the client may come again.
    GoingAway,
    /// Bytes that are no text.
    NotText,
    /// A message that is longer than allowed.
    TooLong { most: usize },
    /// The client reads too slowly; it may come again and go on after its cursor.
    SlowReader,
    /// A message that is none of the protocol.
    Invalid(String),
    /// An operation before the client said who it is.
    Unauthorized,
    /// A token that is not known, or no longer.
    Forbidden,
    /// A subprotocol that is not spoken here.
    Protocol,
    /// The client never said who it is.
    InitTimeout,
    /// An id that is in use.
    Duplicate(String),
    /// A second `connection_init`.
    InitTwice,
}

impl Closing {
    pub(super) fn code(&self) -> u16 {
        match self {
            Closing::GoingAway => 1001,
            Closing::NotText => 1007,
            Closing::TooLong { .. } => 1009,
            Closing::SlowReader => 1013,
            Closing::Invalid(_) => 4400,
            Closing::Unauthorized => 4401,
            Closing::Forbidden => 4403,
            Closing::Protocol => 4406,
            Closing::InitTimeout => 4408,
            Closing::Duplicate(_) => 4409,
            Closing::InitTwice => 4429,
        }
    }

    fn reason(&self) -> String {
        match self {
            Closing::GoingAway => "the server stops: come again in a moment".to_owned(),
            Closing::NotText => "the message is not text in UTF-8".to_owned(),
            Closing::TooLong { most } => format!("a message may have {most} bytes: send less at once"),
            Closing::SlowReader => {
                "you read too slowly: subscribe again after the cursor of the last change you got".to_owned()
            }
            Closing::Invalid(what) => what.clone(),
            Closing::Unauthorized => "Unauthorized: send connection_init first".to_owned(),
            Closing::Forbidden => "Forbidden: the token is not known, revoked or out of date".to_owned(),
            Closing::Protocol => "Subprotocol not acceptable: speak graphql-transport-ws".to_owned(),
            Closing::InitTimeout => "Connection initialisation timeout".to_owned(),
            Closing::Duplicate(id) => format!("Subscriber for {id} already exists"),
            Closing::InitTwice => "Too many initialisation requests".to_owned(),
        }
    }

    /// The frame that tells the client.
    pub(super) fn message(&self) -> Message {
        let mut reason = self.reason();
        reason.truncate(reason.floor_char_boundary(LONGEST));
        Message::Close(Some(CloseFrame { code: self.code(), reason: reason.into() }))
    }
}
