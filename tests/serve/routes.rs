//! Each route with what it is for.

use crate::client::Server;
use serde_json::json;

#[test]
fn the_page_and_its_files_come_with_a_policy_that_lets_nothing_else_in() {
    let server = Server::start();
    let page = server.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    // What the page names is there, and nothing comes from elsewhere.
    let named = page.text().split('"').filter(|part| part.starts_with("/assets/"));
    for path in named {
        assert_eq!(server.get(path).status, 200, "{path}");
    }
    assert!(!page.text().contains("://"), "the page names another address");
}

#[test]
fn scenarios_are_listed_with_their_questions_and_given_with_their_comments() {
    let server = Server::start();
    let list = server.get("/api/scenarios").json();
    assert_eq!(list["first"], "default");
    let lesson =
        list["scenarios"].as_array().expect("a list").iter().find(|one| one["id"] == "lessons/first_bill");
    let lesson = lesson.expect("the lesson is listed");
    assert_eq!((&lesson["kind"], &lesson["is_available"]), (&json!("lesson"), &json!(true)));
    assert!(lesson["question"].as_str().is_some_and(|question| question.ends_with('?')), "{lesson}");
    let text = server.get("/api/scenarios/lessons/first_bill").json();
    let written = std::fs::read_to_string("scenarios/lessons/first_bill.ron").expect("it is there");
    assert_eq!(text["text"], written);
}

#[test]
fn a_check_gives_places_for_an_editor_and_the_value_that_a_finding_is_about() {
    let server = Server::start();
    let set = json!([{ "path": "strategies[1].types[0].bid", "value": "a lot" }]);
    let answer = server.post("/api/check", &json!({ "scenario": "default", "set": set })).json();
    assert_eq!(answer["is_right"], false);
    let text = answer["text"].as_str().expect("the changed text");
    let finding = &answer["diagnostics"][0];
    assert_eq!(
        (&finding["severity"], &finding["path"]),
        (&json!("error"), &json!("strategies[1].types[0].bid"))
    );
    let line = text.lines().position(|line| line.contains("a lot")).expect("it is written") + 1;
    assert_eq!(finding["line"], line);
    let (from, to) = (finding["from"].as_u64().unwrap() as usize, finding["to"].as_u64().unwrap() as usize);
    let units: Vec<u16> = text.encode_utf16().collect();
    assert_eq!(String::from_utf16(&units[from..to]).unwrap(), "\"a lot\"");
    let label = &answer["form"]["parts"][0]["fields"][0]["label"];
    assert_eq!(label, "name");
}

#[test]
fn columns_count_characters_and_offsets_what_browsers_count() {
    let server = Server::start();
    let text = "(\n    name: \"价格 🚀\", startt: 1)";
    let answer = server.post("/api/check", &json!({ "text": text })).json();
    let finding = answer["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["message"].as_str().is_some_and(|message| message.contains("startt")));
    let finding = finding.expect("the misspelt field is found");
    let units: Vec<u16> = text.encode_utf16().collect();
    let from = finding["from"].as_u64().unwrap() as usize;
    assert!(String::from_utf16(&units[from..]).unwrap().starts_with("startt"));
    let line = text.lines().nth(1).unwrap();
    let column = finding["column"].as_u64().unwrap() as usize;
    assert!(line.chars().skip(column - 1).collect::<String>().starts_with("startt"));
}

#[test]
fn one_world_is_told_as_run_tells_it() {
    let server = Server::start();
    let ask = json!({ "scenario": "lessons/first_bill", "seed": 1, "replication": 0 });
    let answer = server.post("/api/replication", &ask).json();
    assert_eq!(answer["bill"]["total"], "3.530566666667");
    let no_such = server.post("/api/replication", &json!({ "scenario": "default", "strategy": 9 }));
    assert_eq!((no_such.status, no_such.code().as_str()), (400, "bad_request"));
}

#[test]
fn a_scenario_is_kept_with_its_changes_and_its_comments() {
    let server = Server::start();
    let set = json!([
        { "path": "strategies[1].types[0].bid", "value": "0.95" },
        { "path": "strategies[1].protection", "value": "false" },
        { "path": "strategies[3].types", "order": [1, 0, 2] },
    ]);
    let answer = server.post("/api/scenario", &json!({ "scenario": "default", "set": set }));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"default.ron\""));
    let text = answer.text();
    assert!(text.starts_with("// The default scenario"), "comments are kept");
    assert!(text.contains("bid: \"0.95\"), (type: \"V100 zone 2c\""), "{text}");
    let (scenario, report) = deploysim::scenario::load_bytes("default.ron", text.as_bytes().to_vec(), &[]);
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    assert!(!scenario.strategies[1].plan.protection);
    let order: Vec<usize> = scenario.strategies[3].plan.entries.iter().map(|entry| entry.market.0).collect();
    assert_eq!(order, [1, 0, 0]);
}

#[test]
fn replications_are_kept_as_the_command_line_writes_them() {
    use deploysim::montecarlo::{Observer, StudySize, study};
    struct Rows(deploysim::report::replications::CsvRows<Vec<u8>>, deploysim::scenario::Scenario);
    impl Observer for Rows {
        fn collect(&mut self, replication: u64, outcomes: &[deploysim::sim::Outcome]) -> std::io::Result<()> {
            self.0.write(&self.1, replication, outcomes)
        }
    }
    let server = Server::start();
    let answer = server.post("/api/csv", &json!({ "scenario": "default", "seed": 3, "replications": 40 }));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"replications.csv\""));
    let (scenario, _) = deploysim::scenario::load_file("scenarios/default.ron".as_ref(), &[]);
    let scenario = scenario.expect("it is right");
    let csv = deploysim::report::replications::CsvRows::new(Vec::new(), &scenario).expect("memory");
    let mut rows = Rows(csv, scenario.clone());
    study(&scenario, StudySize { seed: 3, replications: 40, threads: 1 }, &mut rows).expect("it runs");
    assert_eq!(answer.text(), String::from_utf8(rows.0.finish().expect("memory")).expect("text"));
}

#[test]
fn of_very_many_mistakes_the_first_are_told_and_how_many_more_there_are() {
    let server = Server::start();
    let fields: Vec<String> = (0..5_000).map(|number| format!("f{number}: 1")).collect();
    let text = format!("({})", fields.join(",\n"));
    let answer = server.post("/api/check", &json!({ "text": text })).json();
    let found = answer["diagnostics"].as_array().expect("findings");
    assert_eq!((found.len(), &found[99]["severity"]), (101, &json!("error")));
    let last = found[100]["message"].as_str().expect("words");
    assert!(last.starts_with("and 490") && last.contains("more"), "{last}");
}
