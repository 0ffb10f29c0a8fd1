//! The interface, described for programs.

use axum::http::header;
use axum::response::IntoResponse;

/// `OpenAPI` 3.1, by hand; tests hold it against the routes and against answers.
pub(super) const DOCUMENT: &str = include_str!("openapi.json");

pub(super) async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::serve::router::routes;
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_documented_and_every_documented_route_is_there() {
        let document: Value = serde_json::from_str(DOCUMENT).expect("it is JSON");
        let paths = document["paths"].as_object().expect("paths");
        let methods = |(path, item): (&String, &Value)| -> Vec<String> {
            let methods = item.as_object().expect("methods").keys();
            methods.map(|method| format!("{} {path}", method.to_uppercase())).collect()
        };
        let documented: BTreeSet<String> = paths.iter().flat_map(methods).collect();
        let served = routes().into_iter().map(|route| {
            // Rest of a path, slashes included: OpenAPI has no word for it.
            format!("{} {}", route.method, route.path.replace("{*", "{"))
        });
        assert_eq!(documented, served.collect());
    }
}
