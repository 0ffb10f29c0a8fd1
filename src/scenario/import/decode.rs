//! From bytes to text: gzip by its magic bytes, byte order marks, and a clear word about what is no text.

use super::problem::DataProblem;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// The most text one file may hold, so that a gzip bomb is refused and not unpacked.
const MOST_BYTES: u64 = 512 << 20;

/// What to do about a file that holds too little or too much.
pub(super) struct Advice {
    /// Which file to name instead of an empty one.
    pub(super) empty: &'static str,
    /// How to make it smaller.
    pub(super) large: &'static str,
}

/// A file's text, with places in it.
pub(super) struct Source {
    /// The file as the user named it.
    pub(super) file: String,
    /// Its text without a byte order mark.
    pub(super) text: String,
    /// What was done to get the text.
    pub(super) notes: Vec<String>,
    /// Byte offsets at which lines begin.
    line_starts: Vec<usize>,
}

impl Source {
    fn new(file: &str, text: String, notes: Vec<String>) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(ends).collect();
        Self { file: file.to_owned(), text, notes, line_starts }
    }

    /// The line (from 1) a byte offset is on.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// The character of its line (from 1) a byte offset is at.
    pub(super) fn column(&self, offset: usize) -> usize {
        let start = self.line_starts[self.line(offset).saturating_sub(1)];
        self.text.get(start..offset).map_or(1, |before| before.chars().count() + 1)
    }

    /// The text of the line a byte offset is on.
    pub(super) fn line_text(&self, offset: usize) -> &str {
        let start = self.line_starts[self.line(offset).saturating_sub(1)];
        self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("")
    }

    /// The byte offset of a part of this text.
    pub(super) fn offset_of(&self, part: &str) -> usize {
        let offset = part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        // A part of some other text (an unescaped string) has no place: the beginning is as good as any.
        if offset <= self.text.len() { offset } else { 0 }
    }
}

/// The text of a file.
pub(super) fn decode(file: &str, bytes: &[u8], advice: &Advice) -> Result<Source, DataProblem> {
    let bytes = if bytes.starts_with(&[0x1f, 0x8b]) {
        Cow::Owned(gunzip(file, bytes, advice)?)
    } else {
        Cow::Borrowed(bytes)
    };
    let mut notes = Vec::new();
    let text = match bytes.as_ref() {
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(file, rest)?,
        [0xff, 0xfe, rest @ ..] => utf16(file, rest, u16::from_le_bytes, &mut notes)?,
        [0xfe, 0xff, rest @ ..] => utf16(file, rest, u16::from_be_bytes, &mut notes)?,
        plain => utf8(file, plain)?,
    };
    if text.trim().is_empty() {
        return Err(DataProblem::of_file(file, "the file is empty", advice.empty));
    }
    Ok(Source::new(file, text, notes))
}

/// Unpacks gzip, members one after another included.
fn gunzip(file: &str, bytes: &[u8], advice: &Advice) -> Result<Vec<u8>, DataProblem> {
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes).take(MOST_BYTES + 1).read_to_end(&mut out).map_err(|error| {
        let message = match error.kind() {
            std::io::ErrorKind::UnexpectedEof => "the gzip data ends too early".to_owned(),
            _ => format!("the gzip data is damaged ({error})"),
        };
        DataProblem::of_file(
            file,
            message,
            "fetch or copy the file again; `gzip -t` tells whether it is whole",
        )
    })?;
    if out.len() as u64 > MOST_BYTES {
        let message = format!("the file unpacks to more than {} MiB", MOST_BYTES >> 20);
        return Err(DataProblem::of_file(file, message, advice.large));
    }
    Ok(out)
}

/// Text in UTF-8, or what the bytes look like instead.
fn utf8(file: &str, bytes: &[u8]) -> Result<String, DataProblem> {
    let packed = match bytes {
        [b'P', b'K', 3 | 5, ..] => Some("a zip archive"),
        [0xfd, b'7', b'z', b'X', b'Z', ..] => Some("xz data"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd data"),
        [b'B', b'Z', b'h', ..] => Some("bzip2 data"),
        [b'P', b'A', b'R', b'1', ..] => Some("a Parquet file"),
        _ => None,
    };
    if let Some(what) = packed {
        let message = format!("the file is {what}");
        return Err(DataProblem::of_file(
            file,
            message,
            "convert it to CSV or JSON, plain or packed with gzip",
        ));
    }
    if bytes.contains(&0) {
        let help = "save it as UTF-8; CSV and JSON are read, plain or packed with gzip";
        return Err(DataProblem::of_file(
            file,
            "the file is binary, or UTF-16 without a byte order mark",
            help,
        ));
    }
    String::from_utf8(bytes.to_vec()).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = bytes[..good].split(|byte| *byte == b'\n').count();
        let byte = bytes.get(good).copied().unwrap_or_default();
        let message = format!("the file is not UTF-8 text (byte 0x{byte:02x})");
        let mut problem = DataProblem::of_file(file, message, "save it as UTF-8");
        problem.line = Some(line);
        problem
    })
}

/// Text in UTF-16, as `>` writes it in PowerShell.
fn utf16(
    file: &str,
    bytes: &[u8],
    unit: fn([u8; 2]) -> u16,
    notes: &mut Vec<String>,
) -> Result<String, DataProblem> {
    let bad = || DataProblem::of_file(file, "the UTF-16 text is damaged", "save the file as UTF-8");
    if !bytes.len().is_multiple_of(2) {
        return Err(bad());
    }
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    let text = String::from_utf16(&units).map_err(|_| bad())?;
    notes.push(format!("{file}: read as UTF-16"));
    Ok(text)
}
