//! Data files: looked for in every place they may be, read once, asked for many series.

use super::decode::replay::{Column, Kind};
use super::diagnostics::{DataPlace, Diagnostic, Diagnostics, Severity, Span};
use super::hash::{FileDigest, Ingredients};
use super::import::calls::{CallFile, read_calls};
use super::import::{self, DataFile, DataProblem, Measure, PriceColumn, Selection};
use super::values::HIGHEST_PRICE;
use crate::units::UnitPrice;
use crate::world::History;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Times of records are at most this far from 1970: to the end of the year 9999.
const LAST_UNIX_MS: u64 = 253_402_300_800_000;
/// Larger files, packed or not, are refused before they fill the memory.
const LARGEST_FILE: u64 = 512 << 20;
/// Lines longer than this are not shown; the offending text is.
const LONGEST_LINE: usize = 400;

/// A series of a record, as a scenario asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// Files as written, with their places.
    pub(crate) files: Vec<(String, Span)>,
    /// Instance type, where the file distinguishes them.
    pub(crate) instance_type: Option<String>,
    /// Region, where the file distinguishes them.
    pub(crate) region: Option<String>,
    /// Zone, where the file distinguishes them.
    pub(crate) zone: Option<String>,
    /// Operating system and network, where the file distinguishes them.
    pub(crate) product: Option<String>,
    /// Which price of a file that has both.
    pub(crate) column: Column,
    /// With or without the protected hour, where the file distinguishes them.
    pub(crate) protection: Option<bool>,
    /// What it is for.
    pub(crate) kind: Kind,
    /// The standard price discounts are shares of.
    pub(crate) standard: Option<UnitPrice>,
    /// Where the scenario asks.
    pub(crate) span: Span,
}

/// What was read for one scenario, for others of the same folders: a study of a hundred variants reads each file once.
/// By the path that was found. Files with mistakes are not kept: they are reported each time.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileCache(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    /// Of every file that was read, for the hash of a scenario that asks for it again.
    digests: BTreeMap<PathBuf, FileDigest>,
    /// Price and stock records.
    records: BTreeMap<PathBuf, Arc<DataFile>>,
    /// Files of calls.
    calls: BTreeMap<PathBuf, Arc<CallFile>>,
    /// Price books and profiles, as they stand on the disk.
    bytes: BTreeMap<PathBuf, Arc<Vec<u8>>>,
}

impl FileCache {
    /// Nobody panics while holding it; if somebody did, what is kept is still right.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a file is read as.
#[derive(Clone, Copy)]
enum FileKind {
    Record,
    Calls,
    Bytes,
}

impl Kept {
    /// The digest of a file that was read as this before.
    fn known(&self, path: &Path, kind: FileKind) -> Option<FileDigest> {
        let is_kept = match kind {
            FileKind::Record => self.records.contains_key(path),
            FileKind::Calls => self.calls.contains_key(path),
            FileKind::Bytes => self.bytes.contains_key(path),
        };
        self.digests.get(path).copied().filter(|_| is_kept)
    }
}

/// A file that was found.
struct Found {
    path: PathBuf,
    /// As shown to the reader.
    shown: String,
    /// None if what it holds is known.
    bytes: Option<Vec<u8>>,
}

/// Which files a scenario may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Any: whoever wrote it could read them anyway.
    Anywhere,
    /// Those beneath the folders that are searched.
    Beneath,
}

impl Reach {
    fn allows(self, file: &str) -> bool {
        let goes_down = |component| matches!(component, Component::Normal(_) | Component::CurDir);
        // A backslash goes up on some machines only; nobody needs one here.
        self == Self::Anywhere || (!file.contains('\\') && Path::new(file).components().all(goes_down))
    }
}

/// Where data files are looked for, and what was read.
#[derive(Debug)]
pub(crate) struct DataFiles {
    base: PathBuf,
    shown_base: PathBuf,
    data_dirs: Vec<PathBuf>,
    /// Which names may be looked for.
    reach: Reach,
    /// The scenario's currency, once it is known.
    pub(crate) currency: Option<String>,
    /// By the name as written; `None` for a file that is already reported.
    read: BTreeMap<String, Option<Arc<DataFile>>>,
    /// By the names as written.
    merged: BTreeMap<Vec<String>, Option<Arc<DataFile>>>,
    /// Files of calls, by the name as written; `None` for one that is already reported.
    calls: BTreeMap<String, Option<Arc<CallFile>>>,
    /// What other scenarios have read.
    cache: FileCache,
    /// What the scenario is made of so far.
    pub(crate) ingredients: Ingredients,
}

impl DataFiles {
    /// Files are found relative to `base`, then in `data_dirs`, unless they are in the cache.
    pub(crate) fn new(base: PathBuf, shown_base: PathBuf, data_dirs: Vec<PathBuf>, cache: FileCache) -> Self {
        let (read, merged, calls) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let (ingredients, reach) = (Ingredients::new(), Reach::Anywhere);
        Self { base, shown_base, data_dirs, reach, currency: None, read, merged, calls, cache, ingredients }
    }

    /// The same, but only files beneath these folders.
    pub(crate) fn confined(self) -> Self {
        Self { reach: Reach::Beneath, ..self }
    }

    /// The record that is asked for.
    pub(crate) fn history(&mut self, request: &Request, out: &mut Diagnostics) -> Option<Arc<History>> {
        let file = self.file(&request.files, out)?;
        fits_purpose(&file, request, out)?;
        let selection = Selection {
            instance_type: request.instance_type.clone(),
            region: request.region.clone(),
            zone: request.zone.clone(),
            product: request.product.clone(),
            column: match request.column {
                Column::Spot => PriceColumn::Spot,
                Column::OnDemand => PriceColumn::OnDemand,
            },
            standard: request.standard,
            protection: request.protection,
        };
        match file.select(&selection) {
            Ok((history, _)) if out_of_range(&history, request.kind).is_some() => {
                let what = out_of_range(&history, request.kind).unwrap_or_default();
                out.error(request.span, format!("this record of {} holds {what}", file.path));
                None
            }
            Ok((history, notes)) => {
                for note in notes {
                    out.note(request.span, note);
                }
                Some(Arc::new(history))
            }
            Err(problem) => {
                report(&problem, request.span, None, out);
                None
            }
        }
    }

    /// The files of one record as one file.
    fn file(&mut self, files: &[(String, Span)], out: &mut Diagnostics) -> Option<Arc<DataFile>> {
        let parts: Vec<Option<Arc<DataFile>>> =
            files.iter().map(|(file, span)| self.read(file, *span, out)).collect();
        let parts: Vec<Arc<DataFile>> = parts.into_iter().collect::<Option<_>>()?;
        if let [one] = parts.as_slice() {
            return Some(Arc::clone(one));
        }
        let names: Vec<String> = files.iter().map(|(file, _)| file.clone()).collect();
        if let Some(known) = self.merged.get(&names) {
            return known.clone();
        }
        let read_notes: Vec<String> = parts.iter().flat_map(|part| part.notes.clone()).collect();
        let span = files.first().map(|(_, span)| *span).unwrap_or_default();
        let found = match DataFile::merge(parts.iter().map(|part| DataFile::clone(part)).collect()) {
            Ok(file) => {
                file.notes.iter().filter(|note| !read_notes.contains(note)).for_each(|note| {
                    out.note(span, note.as_str());
                });
                Some(Arc::new(file))
            }
            Err(error) => {
                out.error(span, error.to_string());
                None
            }
        };
        self.merged.insert(names, found.clone());
        found
    }

    /// A file, read the first time it is named; what is wrong with it is reported there.
    fn read(&mut self, file: &str, span: Span, out: &mut Diagnostics) -> Option<Arc<DataFile>> {
        if let Some(known) = self.read.get(file) {
            return known.clone();
        }
        let found = self.record(file, span, out);
        if let Some(read) = &found {
            read.notes.iter().for_each(|note| {
                out.note(span, note.as_str());
            });
        }
        let found = found.filter(|read| self.same_currency(&read.path, read, span, out).is_some());
        self.read.insert(file.to_owned(), found.clone());
        found
    }

    /// A file of calls, read the first time it is named; what is wrong with it is reported there.
    pub(crate) fn calls(&mut self, file: &str, span: Span, out: &mut Diagnostics) -> Option<Arc<CallFile>> {
        if let Some(known) = self.calls.get(file) {
            return known.clone();
        }
        let found = self.call_record(file, span, out);
        for note in found.iter().flat_map(|read| &read.notes) {
            out.note(span, note.as_str());
        }
        self.calls.insert(file.to_owned(), found.clone());
        found
    }

    /// A price or stock record from the cache or the disk.
    fn record(&mut self, file: &str, span: Span, out: &mut Diagnostics) -> Option<Arc<DataFile>> {
        let Found { path, shown, bytes } = self.search(file, span, out, FileKind::Record)?;
        let Some(bytes) = bytes else { return self.cache.kept().records.get(&path).cloned() };
        match import::read(&shown, &bytes) {
            Ok(read) => {
                let read = Arc::new(read);
                self.cache.kept().records.insert(path, Arc::clone(&read));
                Some(read)
            }
            Err(problems) => {
                for problem in &problems {
                    report(problem, span, Some(&bytes), out);
                }
                None
            }
        }
    }

    /// A file of calls from the cache or the disk.
    fn call_record(&mut self, file: &str, span: Span, out: &mut Diagnostics) -> Option<Arc<CallFile>> {
        let Found { path, shown, bytes } = self.search(file, span, out, FileKind::Calls)?;
        let Some(bytes) = bytes else { return self.cache.kept().calls.get(&path).cloned() };
        match read_calls(&shown, &bytes) {
            Ok(read) => {
                let read = Arc::new(read);
                self.cache.kept().calls.insert(path, Arc::clone(&read));
                Some(read)
            }
            Err(problems) => {
                for problem in &problems {
                    report(problem, span, Some(&bytes), out);
                }
                None
            }
        }
    }

    fn same_currency(&self, shown: &str, file: &DataFile, span: Span, out: &mut Diagnostics) -> Option<()> {
        if let (Some(of_file), Some(of_scenario)) = (&file.currency, &self.currency)
            && of_file != of_scenario
        {
            let message = format!("{shown} is in {of_file}, and the scenario in {of_scenario}");
            out.error(span, message)
                .help("everything of a scenario is in one currency; convert one of them first");
            return None;
        }
        Some(())
    }

    /// A price book or a profile, from the cache or the disk, and its path as shown.
    pub(crate) fn find(
        &mut self,
        file: &str,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<(String, Arc<Vec<u8>>)> {
        let Found { path, shown, bytes } = self.search(file, span, out, FileKind::Bytes)?;
        let mut kept = self.cache.kept();
        let bytes = match bytes {
            Some(bytes) => Arc::clone(kept.bytes.entry(path).or_insert(Arc::new(bytes))),
            None => kept.bytes.get(&path).cloned()?,
        };
        Some((shown, bytes))
    }

    /// The first of the places that has the file, with its bytes unless it is known there. It is the only way to the bytes
    /// of a file, so that none is missing in the scenario's hash.
    fn search(&mut self, file: &str, span: Span, out: &mut Diagnostics, kind: FileKind) -> Option<Found> {
        if !self.reach.allows(file) {
            let message = format!("the data file \"{file}\" is not beneath the folders that are searched");
            let item = out.error(span, message);
            item.label("not from here")
                .help("name a file beneath the scenario's folder or one of --data DIR");
            return None;
        }
        let mut looked = Vec::new();
        let mut places = vec![(self.base.join(file), self.shown_base.join(file))];
        places.extend(self.data_dirs.iter().map(|dir| (dir.join(file), dir.join(file))));
        for (path, shown) in places {
            let shown = show(&shown);
            if let Some(digest) = self.cache.kept().known(&path, kind) {
                self.ingredients.add_file(file, digest);
                return Some(Found { path, shown, bytes: None });
            }
            match read_at_most(&path, LARGEST_FILE) {
                Ok(bytes) => {
                    let digest = FileDigest::of(&bytes);
                    self.ingredients.add_file(file, digest);
                    self.cache.kept().digests.insert(path.clone(), digest);
                    return Some(Found { path, shown, bytes: Some(bytes) });
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => looked.push(shown),
                Err(error) => {
                    out.error(span, format!("cannot read {shown}: {error}"));
                    return None;
                }
            }
        }
        let mut item =
            Diagnostic::new(Severity::Error, Some(span), format!("there is no data file \"{file}\""));
        item.label("not found").help(format!("looked for {}", looked.join(", ")));
        item.help("paths are relative to the scenario, then to --data DIR, then to DEPLOYSIM_DATA");
        out.push(item);
        None
    }
}

/// What of a record would leave the range of prices or of time, once it is multiplied or moved.
fn out_of_range(history: &History, kind: Kind) -> Option<&'static str> {
    let highest = if kind == Kind::Stock { i64::from(u32::MAX) } else { HIGHEST_PRICE.as_nano() };
    let times = history.times_unix_ms.iter().chain([&history.end_unix_ms]);
    if history.times_unix_ms.is_empty() {
        Some("no rows")
    } else if history.values.iter().any(|value| !(0..=highest).contains(value)) {
        Some("values that are too large")
    } else if times.into_iter().any(|time| time.unsigned_abs() > LAST_UNIX_MS) {
        Some("times beyond the calendar")
    } else {
        None
    }
}

/// Prices for prices, units for stock.
fn fits_purpose(file: &DataFile, request: &Request, out: &mut Diagnostics) -> Option<()> {
    let is_stock = request.kind == Kind::Stock;
    if (file.measure() == Measure::Units) == is_stock {
        return Some(());
    }
    let wanted = if is_stock { "availability" } else { "prices" };
    let message = format!("{} holds {}, not {wanted}", file.path, file.format);
    out.error(request.span, message).help(format!("name a file with {wanted}"));
    None
}

/// A problem of a data file, shown with its line where that can be shown.
fn report(problem: &DataProblem, span: Span, bytes: Option<&[u8]>, out: &mut Diagnostics) {
    out.push(finding(problem, Some(span), bytes));
}

/// A problem of a data file as a finding; `span` is the place of the scenario that names the file, if any does.
pub(crate) fn finding(problem: &DataProblem, span: Option<Span>, bytes: Option<&[u8]>) -> Diagnostic {
    let quoted = problem.text.as_deref().unwrap_or_default();
    let message = match quoted {
        "" => problem.message.clone(),
        text => format!("{}: \"{text}\"", problem.message),
    };
    let line = problem.line.unwrap_or(0);
    let text = bytes.and_then(|bytes| line_of(bytes, line)).unwrap_or_default();
    let column = problem.column.unwrap_or(0);
    let place = DataPlace { file: problem.file.clone(), line, column, text, width: quoted.chars().count() };
    let mut item = Diagnostic::new(Severity::Error, span, message);
    item.data(place);
    if let Some(help) = &problem.help {
        item.help(help.as_str());
    }
    item
}

/// A line (from 1) of a file that is plain text.
fn line_of(bytes: &[u8], line: usize) -> Option<String> {
    let found = bytes.split(|byte| *byte == b'\n').nth(line.checked_sub(1)?)?;
    let text = std::str::from_utf8(found).ok()?.trim_end();
    let shown = !text.is_empty()
        && text.chars().count() <= LONGEST_LINE
        && !text.contains(|c: char| c.is_control() && c != '\t');
    shown.then(|| text.to_owned())
}

/// The bytes of a file, or that it has more than `most`: devices and pipes may never end.
pub(crate) fn read_at_most(path: &Path, most: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(std::io::Error::other(format!("it is larger than {} MiB", most >> 20)));
    }
    Ok(bytes)
}

/// A path with forward slashes on every machine.
fn show(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
