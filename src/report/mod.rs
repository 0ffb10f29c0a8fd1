//! What a reader gets: pictures (and, beside this, tables and files) of a finished study.
//!
//! Renderers take plain numbers and return bytes. They know nothing of the simulation and open no files: whoever
//! calls them decides where the bytes go and writes them atomically.

pub mod plot;
