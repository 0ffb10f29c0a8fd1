//! The page: files that are built into the program.

use super::router::Shared;
use crate::report::page;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

macro_rules! scripts {
    ($($name:literal),+ $(,)?) => {
        [$((concat!("/assets/", $name), SCRIPT, include_str!(concat!("assets/", $name)))),+]
    };
}

/// A file: where it is found, what it is, and what it holds.
type File = (&'static str, &'static str, &'static str);

const PAGES: [File; 3] = [
    ("/", HTML, include_str!("assets/index.html")),
    ("/assets/app.css", CSS, include_str!("assets/app.css")),
    ("/assets/lessons.css", CSS, include_str!("assets/lessons.css")),
];

/// The look of all pages, and reading charts at one place.
const SHARED: [File; 2] = [("/assets/page.css", CSS, page::STYLE), ("/assets/page.js", SCRIPT, page::SCRIPT)];

/// What the page imports.
const SCRIPTS: [File; 9] = scripts![
    "app.js",
    "api.js",
    "dom.js",
    "editor.js",
    "form.js",
    "lessons.js",
    "pins.js",
    "results.js",
    "state.js"
];

/// A route for each file.
pub(super) fn routes() -> impl Iterator<Item = (&'static str, MethodRouter<Shared>)> {
    let files = PAGES.into_iter().chain(SCRIPTS).chain(SHARED);
    files.map(|(path, media_type, content)| (path, file(media_type, content)))
}

fn file(media_type: &'static str, content: &'static str) -> MethodRouter<Shared> {
    get(move || async move { ([(header::CONTENT_TYPE, media_type)], content).into_response() })
}
