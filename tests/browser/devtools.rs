//! The browser's remote interface (that of Chrome): commands with answers, and events between.

use serde_json::{Value, json};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::{Message, WebSocket};

/// No command takes so long.
const ANSWER: Duration = Duration::from_secs(60);

/// A connection to one page of the browser.
pub(crate) struct DevTools {
    socket: WebSocket<TcpStream>,
    /// The page that commands are for; empty before there is one.
    session: String,
    last_id: u64,
    /// Events that nobody has looked at.
    events: Vec<Value>,
}

impl DevTools {
    /// Connects to a browser and opens a page in it.
    pub(crate) fn connect(port: u16, path: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the browser listens");
        stream.set_read_timeout(Some(ANSWER)).expect("a socket has timeouts");
        let (socket, _) =
            tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).expect("it speaks WebSocket");
        let mut tools = Self { socket, session: String::new(), last_id: 0, events: Vec::new() };
        let target = tools.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = tools.ask("Target.attachToTarget", &attach);
        attached["sessionId"].as_str().expect("a session").clone_into(&mut tools.session);
        tools
    }

    /// A command that must succeed.
    #[track_caller]
    pub(crate) fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.try_to(method, params).unwrap_or_else(|error| panic!("{method} {params}: {error}"))
    }

    /// A command.
    pub(crate) fn try_to(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.last_id += 1;
        let mut command = json!({"id": self.last_id, "method": method, "params": params});
        if !self.session.is_empty() {
            command["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(command.to_string())).map_err(|error| error.to_string())?;
        let sent = Instant::now();
        loop {
            let message = self.read()?;
            if message["id"] == json!(self.last_id) {
                return match message.get("error") {
                    Some(error) => Err(error.to_string()),
                    None => Ok(message["result"].clone()),
                };
            }
            if message.get("method").is_some() {
                self.events.push(message);
            }
            if sent.elapsed() > ANSWER {
                return Err(format!("no answer after {ANSWER:?}"));
            }
        }
    }

    /// Waits for an event of this name and for all before it.
    pub(crate) fn wait_for_event(&mut self, name: &str, limit: Duration) -> Result<(), String> {
        let started = Instant::now();
        while !self.events.iter().any(|event| event["method"] == json!(name)) {
            if started.elapsed() > limit {
                return Err(format!("no {name} after {limit:?}"));
            }
            let message = self.read()?;
            self.events.push(message);
        }
        Ok(())
    }

    /// The events so far, which are forgotten here.
    pub(crate) fn take_events(&mut self) -> Vec<Value> {
        std::mem::take(&mut self.events)
    }

    fn read(&mut self) -> Result<Value, String> {
        loop {
            match self.socket.read().map_err(|error| error.to_string())? {
                Message::Text(text) => return serde_json::from_str(&text).map_err(|error| error.to_string()),
                Message::Close(_) => return Err("the browser has gone".to_owned()),
                _ => {}
            }
        }
    }
}
