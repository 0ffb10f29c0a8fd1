//! The `OpenAPI` document against what is really answered.

use crate::client::Server;
use serde_json::{Value, json};

/// Holds a value against a schema of the document: its type, required fields, alternatives, choices.
fn hold(document: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/components/schemas/").expect("a schema of this document");
        let schema = &document["components"]["schemas"][name];
        assert!(schema.is_object(), "there is no schema {name}");
        return hold(document, schema, value, at);
    }
    if let Some(alternatives) = schema["oneOf"].as_array() {
        let fits = alternatives.iter().filter(|one| hold(document, one, value, at).is_ok()).count();
        return if fits >= 1 { Ok(()) } else { Err(format!("{at} is none of the alternatives")) };
    }
    if let Some(choices) = schema["enum"].as_array() {
        return if choices.contains(value) { Ok(()) } else { Err(format!("{at}: {value} is no choice")) };
    }
    let types = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        many => many.as_array().into_iter().flatten().filter_map(Value::as_str).collect(),
    };
    let is = |name: &&str| match *name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64(),
        "null" => value.is_null(),
        other => panic!("the test knows no type {other}"),
    };
    if !types.iter().any(is) {
        return Err(format!("{at} is no {types:?}: {value}"));
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let field = value.get(name).ok_or_else(|| format!("{at} has no {name}"))?;
        hold(document, &schema["properties"][name], field, &format!("{at}.{name}"))?;
    }
    // Nothing is said that is not documented, where the document lists fields.
    if let (Some(known), Some(fields)) = (schema["properties"].as_object(), value.as_object()) {
        for (name, field) in fields {
            let schema = known.get(name).ok_or_else(|| format!("{at}.{name} is not documented"))?;
            hold(document, schema, field, &format!("{at}.{name}"))?;
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        hold(document, &schema["items"], item, &format!("{at}[{index}]"))?;
    }
    Ok(())
}

#[test]
fn every_answer_is_as_documented() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    let check = |path: &str, method: &str, status: u16, value: &Value| {
        let mut answer = &document["paths"][path][method]["responses"][status.to_string()];
        if let Some(shared) = answer["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            answer = &document["components"]["responses"][shared];
        }
        let schema = &answer["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "{method} {path} does not document {status}");
        hold(&document, schema, value, path).unwrap_or_else(|error| panic!("{method} {path}: {error}"));
    };
    for path in ["/api/status", "/api/scenarios"] {
        check(path, "get", 200, &server.get(path).json());
    }
    check("/api/scenarios/{id}", "get", 200, &server.get("/api/scenarios/default").json());
    check("/api/scenarios/{id}", "get", 404, &server.get("/api/scenarios/none").json());
    for ask in [
        json!({ "scenario": "default" }),
        json!({ "scenario": "lessons/what_pays_first" }),
        json!({ "scenario": "servegen_week" }),
        json!({ "text": "(horizon: \"30\")" }),
        json!({ "text": "(" }),
    ] {
        check("/api/check", "post", 200, &server.post("/api/check", &ask).json());
    }
    let lesson = json!({ "scenario": "lessons/first_bill" });
    check("/api/replication", "post", 200, &server.post("/api/replication", &lesson).json());
    check("/api/lessons", "get", 200, &server.get("/api/lessons").json());
    for lesson in ["start_and_stop", "what_still_bills"] {
        check("/api/lessons/{id}", "get", 200, &server.get(&format!("/api/lessons/{lesson}")).json());
        for (answer, status) in [("1", 200), ("3", 200), ("a lot", 422)] {
            let said = server.post(&format!("/api/lessons/{lesson}/answer"), &json!({ "answer": answer }));
            check("/api/lessons/{id}/answer", "post", status, &said.json());
        }
    }
    check("/api/lessons/{id}", "get", 404, &server.get("/api/lessons/none").json());
    for path in ["/api/run", "/api/check", "/api/csv", "/api/scenario", "/api/replication"] {
        check(path, "post", 400, &server.post(path, &json!({ "sedd": 1 })).json());
    }
    let events =
        server.post("/api/run", &json!({ "scenario": "lessons/first_bill", "replications": 3 })).events();
    for (name, data) in events {
        let mut schema = name.clone();
        schema[..1].make_ascii_uppercase();
        hold(&document, &document["components"]["schemas"][&schema], &data, &name).unwrap();
    }
}
