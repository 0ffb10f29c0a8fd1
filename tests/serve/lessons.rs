//! The course over HTTP: questions without their answers, predictions, and the two pages.

use crate::client::Server;
use deploysim::course::Course;
use serde_json::json;

#[test]
fn chapters_and_lessons_are_those_of_the_course() {
    let server = Server::start();
    let list = server.get("/api/lessons").json();
    let chapters = list["chapters"].as_array().expect("chapters");
    let told: Vec<&str> = chapters
        .iter()
        .flat_map(|chapter| chapter["lessons"].as_array().expect("lessons"))
        .map(|lesson| lesson["id"].as_str().expect("a name"))
        .collect();
    let course: Vec<&str> = Course::embedded().lessons().map(|lesson| lesson.id.as_str()).collect();
    assert_eq!(told, course);
    let page = server.get("/lessons");
    assert_eq!(page.status, 200);
    for lesson in course {
        assert!(page.text().contains(&format!("href=\"/lessons/{lesson}\"")), "{lesson}");
        assert_eq!(server.get(&format!("/lessons/{lesson}")).status, 200, "{lesson}");
    }
}

#[test]
fn a_question_does_not_give_its_answer_away() {
    let server = Server::start();
    let lesson = Course::embedded().lesson("start_and_stop").expect("it is there");
    let right = lesson.solve().expect("it runs").right();
    let amount = right.split(' ').next().expect("a number");
    for path in ["/api/lessons/start_and_stop", "/lessons/start_and_stop"] {
        let text = server.get(path).text().to_owned();
        assert!(text.contains("What does the morning cost?") && !text.contains(amount), "{path}: {text}");
    }
    let question = server.get("/api/lessons/start_and_stop").json();
    assert_eq!(question["prediction"], json!({ "kind": "amount", "unit": "CNY" }));
    assert_eq!((&question["previous"], &question["next"]), (&json!(null), &json!("started_minutes")));
    let choice = server.get("/api/lessons/7").json();
    assert_eq!(choice["id"], "bid_at_the_price");
    assert_eq!(choice["prediction"]["answers"].as_array().map(Vec::len), Some(4));
}

#[test]
fn a_prediction_is_judged_as_on_the_command_line() {
    let server = Server::start();
    let say = |lesson: &str, answer: &str| {
        server.post(&format!("/api/lessons/{lesson}/answer"), &json!({ "answer": answer })).json()
    };
    let right = say("start_and_stop", "¥5.16");
    assert_eq!(
        (&right["is_right"], &right["hint"], &right["off"]),
        (&json!(true), &json!(null), &json!(null))
    );
    let wrong = say("start_and_stop", "5.40");
    assert_eq!((&wrong["is_right"], &wrong["right"]), (&json!(false), &json!("5.16 CNY")));
    assert!(
        wrong["hint"].as_str().is_some_and(|hint| hint.contains("the bill begins at Running")),
        "{wrong}"
    );
    let html = wrong["html"].as_str().expect("a part of the page");
    // The run, and every rule that is linked to.
    assert!(html.contains("5.16") && html.contains("id=\"rule-E2\""), "{html}");
    let links = html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next());
    for link in links {
        assert_eq!(html.matches(&format!("id=\"{link}\"")).count(), 1, "{link} leads to one place");
    }
    assert_eq!(say("bid_at_the_price", "c")["is_right"], true);
}

#[test]
fn what_is_no_answer_or_no_lesson_is_refused() {
    let server = Server::start();
    let refused = |path: &str, body: serde_json::Value| {
        let answer = server.post(path, &body);
        (answer.status, answer.code())
    };
    let path = "/api/lessons/start_and_stop/answer";
    assert_eq!(refused(path, json!({ "answer": "a lot" })), (422, "unreadable_answer".to_owned()));
    assert_eq!(refused(path, json!({ "answer": "9".repeat(201) })), (400, "bad_request".to_owned()));
    assert_eq!(refused(path, json!({ "answer": 5 })), (400, "bad_request".to_owned()));
    assert_eq!(refused(path, json!({})), (400, "bad_request".to_owned()));
    assert_eq!(
        refused("/api/lessons/nothing/answer", json!({ "answer": "1" })),
        (404, "not_found".to_owned())
    );
    assert_eq!(server.get("/api/lessons/29").status, 404);
    assert_eq!(server.get("/lessons/..%2f..%2fetc").status, 404);
    assert_eq!(server.get(path).status, 405);
}
