//! Who may ask: pages of this server and programs of this machine. A browser that was led here by another site is refused,
//! whether it was told our address or a name that was made to mean it.

use super::problem::Problem;
use super::router::Shared;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Longer addresses are no address of ours.
const LONGEST_TARGET: usize = 4_096;

/// Only what comes from here runs or is shown; styles in attributes place what charts draw.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Refuses what is not for us, and adds what every answer says of itself.
pub(super) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let refused = refusal(&request, shared.port);
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refusal(request: &Request, port: u16) -> Option<Problem> {
    let forbidden = |message: &str| Some(Problem::new(StatusCode::FORBIDDEN, "forbidden", message));
    let headers = request.headers();
    if request.uri().path_and_query().is_some_and(|target| target.as_str().len() > LONGEST_TARGET) {
        return Some(Problem::new(StatusCode::URI_TOO_LONG, "too_long", "the address is too long"));
    }
    if !only(headers, &header::HOST).is_some_and(|host| is_ours(host, port)) {
        return forbidden("the Host is not this server's address on loopback");
    }
    // Of an address in absolute form the host must be ours too.
    if request.uri().authority().is_some_and(|authority| !is_ours(authority.as_str(), port)) {
        return forbidden("the address is not this server's on loopback");
    }
    if headers.contains_key(header::ORIGIN) {
        let origin = only(headers, &header::ORIGIN).and_then(|origin| origin.strip_prefix("http://"));
        if !origin.is_some_and(|origin| is_ours(origin, port)) {
            return forbidden("requests from other origins are refused");
        }
    }
    let site = HeaderName::from_static("sec-fetch-site");
    if headers.contains_key(&site) && !matches!(only(headers, &site), Some("same-origin" | "none")) {
        // Following a link to the page is fine: it asks for nothing, and no page may frame it.
        let mode = only(headers, &HeaderName::from_static("sec-fetch-mode"));
        let is_link = request.method() == Method::GET && mode == Some("navigate");
        if !is_link || request.uri().path().starts_with("/api/") {
            return forbidden("requests from other sites are refused");
        }
    }
    None
}

/// The value of a header that is there once and is text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

/// A name of this machine with our port.
fn is_ours(authority: &str, port: u16) -> bool {
    let Some((host, written)) = authority.rsplit_once(':') else { return false };
    let is_loopback = host.eq_ignore_ascii_case("localhost") || matches!(host, "127.0.0.1" | "[::1]");
    is_loopback && written.parse() == Ok(port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn request(target: &str, headers: &[(&str, &str)]) -> Request {
        let mut builder = Request::builder().uri(target);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder.body(Body::empty()).expect("a request")
    }

    #[test]
    fn loopback_names_with_our_port_are_served() {
        for host in ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"] {
            assert_eq!(refusal(&request("/", &[("host", host)]), 8080), None, "{host}");
            let origin = format!("http://{host}");
            let headers = [("host", host), ("origin", &origin), ("sec-fetch-site", "same-origin")];
            assert_eq!(refusal(&request("/api/run", &headers), 8080), None, "{host}");
        }
    }

    #[test]
    fn other_names_other_ports_and_other_sites_are_refused() {
        let own = ("host", "127.0.0.1:8080");
        for headers in [
            vec![],
            vec![("host", "127.0.0.1")],
            vec![("host", "127.0.0.1:8081")],
            vec![("host", "rebound.example:8080")],
            vec![("host", "127.0.0.1:8080.example:8080")],
            vec![own, own],
            vec![own, ("origin", "http://rebound.example:8080")],
            vec![own, ("origin", "https://127.0.0.1:8080")],
            vec![own, ("origin", "http://127.0.0.1:9090")],
            vec![own, ("origin", "null")],
            vec![own, ("origin", "http://127.0.0.1:8080"), ("origin", "http://a.example")],
            vec![own, ("sec-fetch-site", "cross-site")],
            // Another port of this machine is the same site, but another origin.
            vec![own, ("sec-fetch-site", "same-site")],
        ] {
            let refused = refusal(&request("/api/scenarios", &headers), 8080);
            assert_eq!(refused.map(|problem| problem.status), Some(StatusCode::FORBIDDEN), "{headers:?}");
        }
    }

    #[test]
    fn a_link_from_elsewhere_leads_to_the_page_and_not_to_the_interface() {
        let headers =
            [("host", "localhost:8080"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert_eq!(refusal(&request("/", &headers), 8080), None);
        assert!(refusal(&request("/api/scenarios", &headers), 8080).is_some());
    }
}
