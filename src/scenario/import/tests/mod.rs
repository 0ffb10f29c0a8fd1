//! Tiny samples of every format, and every way we know to break one.

mod broken;
mod choice;
mod formats;
mod numbers;

use super::{DataFile, Row, Selection, read};
use std::io::Write;

/// A file that reads.
fn good(text: &str) -> DataFile {
    read("f", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// The same bytes, packed.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("a Vec takes everything");
    packer.finish().expect("a Vec takes everything")
}

/// The problems of a file, as a person sees them.
fn problems(bytes: &[u8]) -> Vec<String> {
    let problems = read("f", bytes).err().unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

/// A row without an on-demand price.
fn row(unix_ms: i64, value: i64) -> Row {
    Row { unix_ms, value, on_demand: None }
}

/// A selection by zone alone.
fn zone(name: &str) -> Selection {
    Selection { zone: Some(name.to_owned()), ..Selection::default() }
}
