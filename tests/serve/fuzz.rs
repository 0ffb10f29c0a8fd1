//! Ten thousand requests that nobody would send on purpose.

use crate::client::{Answer, Server};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::json;
use std::io::{BufReader, Write};

const REQUESTS: u64 = 10_000;
const CLIENTS: u64 = 8;

const PATHS: [&str; 19] = [
    "/",
    "/api/status",
    "/api/scenarios",
    "/api/scenarios/default",
    "/api/scenarios/",
    "/api/scenarios/%2e%2e%2fCargo.toml",
    "/api/check",
    "/api/run",
    "/api/replication",
    "/api/scenario",
    "/api/csv",
    "/api/openapi.json",
    "/api/lessons",
    "/api/lessons/7",
    "/api/lessons/start_and_stop/answer",
    "/api/lessons/%00/answer",
    "/lessons/ordered_after_ten",
    "/assets/app.js",
    "/assets/../../Cargo.toml",
];

const BODIES: [&str; 12] = [
    r#"{"scenario":"default","replications":1}"#,
    r#"{"scenario":"lessons/first_bill","replications":2,"set":[{"path":"horizon","value":"1h"}]}"#,
    r#"{"text":"(start: \"2026-06-01T00:00:00+08:00\", horizon: \"1d\", currency: \"CNY\")"}"#,
    r#"{"set":[{"path":"strategies[0].types","order":[2,1,0]}],"scenario":"default","replications":1}"#,
    r#"{"set":[{"path":"strategies[1].types[0].bid#3","value":"\"","bare":true}]}"#,
    r#"{"text":"((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("}"#,
    r#"{"seed":18446744073709551615,"replication":18446744073709551615,"scenario":"lessons/first_bill"}"#,
    r#"{"text":null,"strategy":18446744073709551615}"#,
    r#"{"answer":"5.16"}"#,
    r#"{"answer":"-1,000,000,000,000,000,000,000,000,000,000.999999999999999"}"#,
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "",
];

/// What is put into a request.
const PIECES: [&[u8]; 16] = [
    b"\"",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b",",
    b"null",
    b"-1",
    b"1e999",
    b"\xff",
    b"%00",
    b"\r\n",
    b"\xf0\x9f\x9a\x80",
    b"../",
];

fn spoilt(text: &[u8], luck: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..luck.random_range(0..4) {
        let at = luck.random_range(0..=bytes.len());
        match luck.random_range(0..4) {
            0 => drop(bytes.splice(at..at, PIECES[luck.random_range(0..PIECES.len())].iter().copied())),
            1 => bytes.truncate(at),
            2 => bytes.extend_from_within(at..),
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = luck.next_u32() as u8;
                }
            }
        }
    }
    bytes
}

fn request(server: &Server, luck: &mut ChaCha8Rng) -> Vec<u8> {
    let mut path = PATHS[luck.random_range(0..PATHS.len())].as_bytes().to_vec();
    if luck.random_bool(0.3) {
        path = spoilt(&path, luck);
    }
    let body = spoilt(BODIES[luck.random_range(0..BODIES.len())].as_bytes(), luck);
    let method: &[u8] = [&b"POST"[..], b"POST", b"GET", b"PUT", b"\x00"][luck.random_range(0..5)];
    let head = format!(
        " HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        server.host(),
        body.len()
    );
    [method, b" ", &path, head.as_bytes(), &body].concat()
}

#[test]
fn ten_thousand_spoilt_requests_never_end_the_server() {
    let server = Server::start();
    let answered: Vec<u64> = std::thread::scope(|scope| {
        let clients = (0..CLIENTS).map(|client| {
            let server = &server;
            scope.spawn(move || {
                let mut luck = ChaCha8Rng::seed_from_u64(client);
                (0..REQUESTS / CLIENTS).map(|_| u64::from(is_answered(server, &mut luck))).sum()
            })
        });
        clients
            .collect::<Vec<_>>()
            .into_iter()
            .map(|client| client.join().expect("no refusal by panic"))
            .collect()
    });
    let answered: u64 = answered.iter().sum();
    assert!(answered > REQUESTS / 2, "only {answered} of {REQUESTS} were answered");
    let after = server.post("/api/check", &json!({ "scenario": "default" }));
    assert_eq!(after.json()["is_right"], true, "the server still answers");
    assert_eq!(server.status()["at_work"], 0);
}

/// Sends one; whoever gets no answer sent what is no HTTP.
fn is_answered(server: &Server, luck: &mut ChaCha8Rng) -> bool {
    let mut stream = server.connect();
    let request = request(server, luck);
    if stream.write_all(&request).is_err() {
        return false;
    }
    let Ok(answer) = Answer::read(&mut BufReader::new(stream)) else { return false };
    let shown = String::from_utf8_lossy(&request).into_owned();
    assert!(answer.status != 500 && answer.status != 0, "{shown}\n{}", String::from_utf8_lossy(&answer.body));
    true
}
