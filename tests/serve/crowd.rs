//! Many at once: all are answered or told that the server is busy, and the page stays there.

use crate::client::Server;
use serde_json::json;
use std::time::{Duration, Instant};

#[test]
fn fifty_clients_get_answers_and_nothing_is_lost() {
    let server = Server::start();
    let ended: Vec<(u16, String)> = std::thread::scope(|scope| {
        let ask = |seed: u64| json!({ "scenario": "default", "seed": seed, "replications": 200 });
        let clients: Vec<_> = (0..50)
            .map(|seed| scope.spawn(move || (seed, ask(seed))))
            .map(|one| one.join().unwrap())
            .collect();
        let clients = clients.into_iter().map(|(_, ask)| {
            let server = &server;
            scope.spawn(move || {
                let answer = server.post("/api/run", &ask);
                let last = match answer.status {
                    200 => answer.events().last().expect("events").0.clone(),
                    _ => answer.code(),
                };
                (answer.status, last)
            })
        });
        clients.collect::<Vec<_>>().into_iter().map(|client| client.join().expect("an answer")).collect()
    });
    for (status, last) in &ended {
        assert!(
            matches!((status, last.as_str()), (200, "done") | (503, "busy")),
            "{status} {last}: neither an answer nor busy"
        );
    }
    assert!(ended.iter().filter(|(status, _)| *status == 200).count() >= 40, "{ended:?}");
    let status = server.status();
    assert_eq!((&status["at_work"], &status["cancelled"]), (&json!(0), &json!(0)), "{status}");
}

#[test]
fn a_heavy_request_does_not_keep_others_waiting() {
    let text = r#"(start: "2026-06-01T00:00:00+08:00", horizon: "3650d", currency: "CNY", settings: (check_interval: "2s"),
        markets: [(name: "A", standard: "2.00", spot_protected: "0.80")], services: [(name: "chat")],
        strategies: [(name: "spot", types: [(type: "A", bid: "0.90"), (type: "A")])])"#;
    let server = Server::start();
    let heavy: Vec<_> = (0..3)
        .map(|seed| server.begin_run(&json!({ "text": text, "seed": seed, "replications": 1000 })))
        .collect();
    let begun = Instant::now();
    let quick = server.post("/api/run", &json!({ "scenario": "lessons/first_bill", "replications": 20 }));
    assert_eq!(quick.events().last().expect("events").0, "done");
    assert_eq!(server.get("/").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(server.status()["at_work"], 3, "the heavy ones go on");
    drop(heavy);
}

#[test]
fn connections_that_say_nothing_keep_nobody_out() {
    let server = Server::start();
    let silent: Vec<_> = (0..100).map(|_| server.connect()).collect();
    assert_eq!(server.get("/api/status").status, 200);
    drop(silent);
}
