//! What is refused, and how it is said.

use crate::client::Server;
use deploysim::scenario::Source;
use deploysim::serve::Settings;
use serde_json::json;
use std::path::PathBuf;

#[test]
fn other_hosts_and_other_origins_are_refused_and_told_nothing() {
    let server = Server::start();
    let host = server.host();
    for head in [
        "GET /api/scenarios HTTP/1.1\r\nHost: rebound.example\r\n".to_owned(),
        format!("GET /api/scenarios HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil.example\r\n"),
        format!("GET /api/scenarios HTTP/1.1\r\nHost: {host}\r\nSec-Fetch-Site: cross-site\r\n"),
        format!("GET http://rebound.example/ HTTP/1.1\r\nHost: {host}\r\n"),
        format!("POST /api/run HTTP/1.1\r\nHost: {host}\r\nOrigin: null\r\nContent-Length: 2\r\n"),
    ] {
        let answer = server.ask(&head, b"{}");
        assert_eq!((answer.status, answer.code().as_str()), (403, "forbidden"), "{head}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    let own = format!("GET /api/status HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n");
    assert_eq!(server.ask(&own, b"").status, 200);
}

#[test]
fn what_is_not_json_or_too_large_is_refused_before_it_is_read() {
    let server = Server::start();
    let host = server.host();
    let plain = format!(
        "POST /api/run HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
    );
    let answer = server.ask(&plain, b"{}");
    assert_eq!((answer.status, answer.code().as_str()), (415, "not_json"));
    let announced = format!(
        "POST /api/run HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n"
    );
    let answer = server.ask(&announced, b"");
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    let long = json!({ "text": " ".repeat((1 << 20) + 1) });
    for path in ["/api/check", "/api/scenario", "/api/csv", "/api/replication"] {
        let answer = server.post(path, &long);
        assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"), "{path}");
    }
    let address = format!("/{}", "x".repeat(5_000));
    assert_eq!(server.get(&address).status, 414);
}

#[test]
fn wrong_requests_are_told_what_is_wrong() {
    let server = Server::start();
    for (body, status, code) in [
        ("", 400, "bad_request"),
        ("[]", 400, "bad_request"),
        ("{\"scenarios\": \"default\"}", 400, "bad_request"),
        ("{\"seed\": -1}", 400, "bad_request"),
        ("{\"scenario\": \"no such\"}", 404, "not_found"),
        ("{\"scenario\": \"../Cargo\"}", 404, "not_found"),
        ("{\"replications\": 0}", 400, "bad_request"),
        ("{\"replications\": 99999999}", 400, "bad_request"),
        ("{\"set\": [{\"path\": \"strategies[99].protection\", \"value\": \"true\"}]}", 422, "bad_change"),
        ("{\"set\": [{\"path\": \"strategies\", \"order\": [0, 0]}]}", 422, "bad_change"),
        ("{\"text\": \"(\"}", 422, "broken_scenario"),
    ] {
        let answer = server.post_bytes("/api/csv", body.as_bytes());
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{body}: {}", answer.text());
    }
    let answer = server.ask(&format!("PUT /api/run HTTP/1.1\r\nHost: {}\r\n", server.host()), b"");
    assert_eq!((answer.status, answer.code().as_str()), (405, "wrong_method"));
    assert_eq!(server.get("/api/nothing").code(), "not_found");
    assert_eq!(server.get("/../Cargo.toml").status, 404);
}

#[test]
fn more_work_than_a_page_waits_for_is_sent_to_the_command_line() {
    let server = Server::start();
    let text = r#"(start: "2026-06-01T00:00:00+08:00", horizon: "365d", currency: "CNY",
        traffic: [(tenant: "all", to: ["m"], arrivals: Stochastic(per_minute: 1000), input: Fixed(10), output: Fixed(1))],
        public_models: [(model: "m", prices: [(input: "1", output: "1")], limits: Unlimited)],
        strategies: [(name: "tokens", deployments: [Public(model: "m")])])"#;
    let answer = server.post("/api/csv", &json!({ "text": text }));
    assert_eq!((answer.status, answer.code().as_str()), (422, "too_much_work"), "{}", answer.text());
}

#[test]
fn a_text_reads_no_file_outside_the_folders_that_are_searched() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("shop");
    std::fs::create_dir(&inside).expect("a folder");
    let rows = "time,price\n2026-06-01T00:00:00+08:00,1.10\n2026-06-02T00:00:00+08:00,1.20\n";
    std::fs::write(inside.join("prices.csv"), rows).expect("a file");
    std::fs::write(folder.path().join("secret.csv"), rows).expect("a file");
    let path = inside.join("own.ron");
    let settings = Settings {
        scenario: Some(Source {
            path: path.to_string_lossy().into_owned(),
            text: "()".to_owned(),
            base: inside,
            data_dirs: Vec::<PathBuf>::new(),
        }),
        ..Settings::default()
    };
    let server = Server::start_with(settings);
    let check = |file: &str| {
        let text = format!(
            r#"(start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
            clocks: [(name: "c", offset: Random(keep_hour_of_week: false))],
            markets: [(name: "A", standard: "2.00", spot_protected: Replay(file: {file:?}, clock: "c"))], services: [(name: "chat")],
            strategies: [(name: "spot", types: [(type: "A", bid: "1.50")])])"#
        );
        let answer = server.post("/api/check", &json!({ "scenario": "own", "text": text })).json();
        answer["diagnostics"].to_string()
    };
    let absolute = folder.path().join("secret.csv").to_string_lossy().into_owned();
    for file in
        ["../secret.csv", "/etc/passwd", "./../secret.csv", "x/../../secret.csv", "..\\secret.csv", &absolute]
    {
        let said = check(file);
        assert!(said.contains("is not beneath the folders that are searched"), "{file}: {said}");
        assert!(!said.contains("1.10"), "{file}: {said}");
    }
    let said = check("prices.csv");
    assert!(!said.contains("searched"), "{said}");
}
