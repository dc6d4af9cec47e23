//! A partner's end of a WebSocket.

use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Message, WebSocket};

/// How long a test waits for what must come: longer than any of the server's own limits.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Socket {
    socket: WebSocket<TcpStream>,
    /// The id that the server gave the request that opened it.
    pub request: String,
}

impl Socket {
    /// A socket that has said nothing yet.
    pub fn open(address: &str) -> Socket {
        Socket::reach(address).expect("a server that takes sockets")
    }

    /// A socket that has said nothing yet; none where no server answers.
    pub fn reach(address: &str) -> Option<Socket> {
        let mut request = format!("ws://{address}/graphql").into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", "graphql-transport-ws".parse().unwrap());
        let line = TcpStream::connect(address).ok()?;
        line.set_read_timeout(Some(PATIENCE)).unwrap();
        line.set_write_timeout(Some(PATIENCE)).unwrap();
        let (socket, answer) = tungstenite::client(request, line).ok()?;
        let request = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
        Some(Socket { socket, request })
    }

    /// A socket that has said who it is.
    pub fn known(address: &str, token: Option<&str>) -> Socket {
        let mut socket = Socket::open(address);
        socket.introduce(token);
        assert_eq!(socket.hear(), json!({ "type": "connection_ack" }));
        socket
    }

    /// Says who it is.
    pub fn introduce(&mut self, token: Option<&str>) {
        let payload = token.map(|token| json!({ "authorization": format!("Bearer {token}") }));
        self.say(json!({ "type": "connection_init", "payload": payload }));
    }

    pub fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string()));
    }

    /// Sends a message. That the line is broken is met by who listens.
    pub fn send(&mut self, message: Message) {
        let _ = self.socket.send(message);
    }

    pub fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        self.say(json!({ "id": id, "type": "subscribe", "payload": { "query": query, "variables": variables } }));
    }

    /// The next message of the protocol; none once the line is broken.
    pub fn hear_if_there(&mut self) -> Option<Value> {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Ping(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }

    /// The next message of the protocol.
    pub fn hear(&mut self) -> Value {
        match self.next() {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?} came instead of a message"),
        }
    }

    /// The next message that is none of the server's signs of life.
    pub fn next(&mut self) -> Message {
        loop {
            match self.socket.read().unwrap() {
                Message::Ping(_) => {}
                message => return message,
            }
        }
    }

    /// Waits for the server's sign of life.
    pub fn hear_ping(&mut self) {
        while !matches!(self.socket.read().unwrap(), Message::Ping(_)) {}
    }

    /// The code and the words with which the server closes.
    pub fn closed(&mut self) -> (u16, String) {
        loop {
            match self.next() {
                Message::Close(Some(frame)) => return (u16::from(frame.code), frame.reason.to_string()),
                Message::Close(None) => return (u16::from(CloseCode::Status), String::new()),
                _ => {}
            }
        }
    }

    /// Everything that comes until the server closes, and the code with which it does.
    pub fn read_to_the_end(&mut self) -> (Vec<String>, u16) {
        let mut texts = Vec::new();
        loop {
            match self.next() {
                Message::Text(text) => texts.push(text.to_string()),
                Message::Close(Some(frame)) => return (texts, u16::from(frame.code)),
                other => panic!("{other:?} came instead of a message"),
            }
        }
    }

    /// Whether the line is open no more, whatever became of it.
    pub fn gone(&mut self) -> bool {
        loop {
            match self.socket.read() {
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) if error.kind() == std::io::ErrorKind::WouldBlock => return false,
                Err(_) => return true,
            }
        }
    }
}
