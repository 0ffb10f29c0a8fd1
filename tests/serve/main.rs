//! The live page's interface, asked as browsers and programs ask it: over a socket.
#![cfg(feature = "serve")]

mod client;
mod crowd;
mod documented;
mod fuzz;
mod lessons;
mod refusals;
mod routes;
mod runs;
