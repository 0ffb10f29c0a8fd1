//! The page around the parts: one file with everything in it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The look of every page.
pub const STYLE: &str = include_str!("page.css");
/// What needs a pointer or a key: reading charts at one place.
pub const SCRIPT: &str = include_str!("page.js");

/// A page that stands alone.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its title.
    pub title: String,
    /// What is under the title: strategy, seed, length.
    pub subtitle: String,
    /// Its parts.
    pub body: Markup,
    /// The command that makes it again.
    pub command: String,
    /// What identifies the results: names and values.
    pub facts: Vec<(&'static str, String)>,
}

impl Document {
    /// The file.
    pub fn into_html(self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content=(format!("deploysim {}", env!("CARGO_PKG_VERSION")));
                    // Nothing is asked of any server, not even an icon.
                    link rel="icon" href="data:,";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    a class="skip" href="#content" { "Skip to the results" }
                    header class="head" {
                        h1 { (self.title) }
                        p { (self.subtitle) }
                    }
                    main id="content" { (self.body) (repeat(&self.command, &self.facts)) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }
}

/// What has to be typed to get the same page.
fn repeat(command: &str, facts: &[(&'static str, String)]) -> Markup {
    html! {
        section aria-labelledby="repeat" {
            h2 id="repeat" { "Repeat it" }
            pre tabindex="0" aria-label="Command" { code { (command) } }
            dl class="facts" {
                @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
            }
        }
    }
}
