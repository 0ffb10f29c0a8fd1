//! Pages in a real browser: what a reader sees, clicks and types, and what a page asks of the network.
//!
//! Without Chromium these tests say that they were skipped; `DEPLOYSIM_BROWSER=required` makes that a failure.

mod axe;
mod chrome;
mod devtools;
mod harness;
#[cfg(feature = "serve")]
mod lessons;
#[cfg(feature = "serve")]
mod live;
mod page;
mod report;
