//! Rows in file order become series in order of time.

use super::{Row, Series, SeriesKey};
use crate::units::{Calendar, SimTime};
use std::collections::BTreeMap;

/// One row as it stood in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) row: Row,
    /// Line of the file, or the place in the list of merged files, from 1.
    pub(super) line: usize,
}

/// Series under construction.
#[derive(Default)]
pub(super) struct Builder {
    index: BTreeMap<SeriesKey, usize>,
    entries: Vec<Vec<Entry>>,
    zone_ids: BTreeMap<usize, String>,
}

/// How the rows of a file are ordered and thinned.
#[derive(Clone, Copy)]
pub(super) struct Order {
    /// Which way the rows may run.
    pub(super) direction: Direction,
    /// Rows are samples at every tick: only changes are kept.
    pub(super) sampled: bool,
}

/// Which way the rows of a file may run; it decides which of two rows of one instant is the newer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// As most of them do, and downwards if none says otherwise.
    Any,
    /// As most of them do, and upwards if none says otherwise: the format says "newest first".
    NewestFirst,
    /// Downwards whatever they say: `Entry::line` is the number of a file in a list.
    Files,
}

impl Direction {
    /// What `Entry::line` counts.
    fn place(self) -> &'static str {
        if self == Self::Files { "file" } else { "line" }
    }
}

/// Series in order of their keys, and what was done to get them.
pub(super) struct Built {
    pub(super) series: Vec<Series>,
    pub(super) end_unix_ms: i64,
    pub(super) notes: Vec<String>,
}

/// What was met on the way, for the notes.
#[derive(Default)]
struct Tally {
    steps_up: usize,
    steps_down: usize,
    first_up: Option<usize>,
    first_down: Option<usize>,
    repeated: usize,
    conflicts: usize,
    first_conflict: Option<String>,
}

impl Builder {
    /// The number of the series with this key.
    pub(super) fn series(&mut self, key: SeriesKey) -> usize {
        let next = self.entries.len();
        let id = *self.index.entry(key).or_insert(next);
        if id == next {
            self.entries.push(Vec::new());
        }
        id
    }

    /// Adds a row to a series by its number.
    pub(super) fn push(&mut self, series: usize, row: Row, line: usize) {
        self.entries[series].push(Entry { row, line });
    }

    /// Notes the other spelling of a series' zone.
    pub(super) fn zone_id(&mut self, series: usize, zone_id: String) {
        self.zone_ids.entry(series).or_insert(zone_id);
    }

    /// Puts every series in order. `None` if there is no row at all.
    pub(super) fn finish(mut self, file: &str, order: Order) -> Option<Built> {
        let mut tally = Tally::default();
        for entries in &self.entries {
            tally.count_steps(entries);
        }
        let newest_first = match order.direction {
            Direction::Files => false,
            Direction::Any => tally.steps_down > tally.steps_up,
            Direction::NewestFirst => {
                tally.steps_down > tally.steps_up || (tally.steps_up == 0 && tally.steps_down == 0)
            }
        };
        let mut series = Vec::new();
        let mut end_unix_ms = None;
        for (key, id) in self.index {
            let mut entries = std::mem::take(&mut self.entries[id]);
            if newest_first {
                // Now what stands later is newer, also among rows of one instant.
                entries.reverse();
            }
            entries.sort_by_key(|entry| entry.row.unix_ms);
            end_unix_ms = end_unix_ms.max(entries.last().map(|entry| entry.row.unix_ms));
            let rows = tally.one_per_instant(&key, &entries, order);
            if !rows.is_empty() {
                series.push(Series { key, zone_id: self.zone_ids.remove(&id), rows });
            }
        }
        Some(Built { series, end_unix_ms: end_unix_ms?, notes: tally.notes(file, newest_first, order) })
    }
}

impl Tally {
    fn count_steps(&mut self, entries: &[Entry]) {
        for pair in entries.windows(2) {
            match pair[1].row.unix_ms.cmp(&pair[0].row.unix_ms) {
                std::cmp::Ordering::Greater => {
                    self.steps_up += 1;
                    self.first_up.get_or_insert(pair[1].line);
                }
                std::cmp::Ordering::Less => {
                    self.steps_down += 1;
                    self.first_down.get_or_insert(pair[1].line);
                }
                std::cmp::Ordering::Equal => {}
            }
        }
    }

    /// The newest of the rows of each instant; the entries are in order of time.
    fn one_per_instant(&mut self, key: &SeriesKey, entries: &[Entry], order: Order) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        for group in entries.chunk_by(|a, b| a.row.unix_ms == b.row.unix_ms) {
            let Some((newest, older)) = group.split_last() else { continue };
            if older.iter().all(|entry| entry.row == newest.row) {
                self.repeated += older.len();
            } else {
                self.conflicts += 1;
                self.first_conflict.get_or_insert_with(|| {
                    let at = utc(newest.row.unix_ms);
                    format!("{key} at {at}, where {} {} is kept", order.direction.place(), newest.line)
                });
            }
            if !(order.sampled && rows.last().is_some_and(|last| last.value == newest.row.value)) {
                rows.push(newest.row);
            }
        }
        rows
    }

    fn notes(&self, file: &str, newest_first: bool, order: Order) -> Vec<String> {
        let mut notes = Vec::new();
        if order.direction == Direction::Files {
            // Every file is in order, and a list of files has none.
        } else if self.steps_up > 0 && self.steps_down > 0 {
            let line = if newest_first { self.first_up } else { self.first_down }.unwrap_or_default();
            notes.push(format!("{file}: the rows are not in order of time (line {line}); they were sorted"));
        } else if newest_first && self.steps_down > 0 && order.direction != Direction::NewestFirst {
            notes.push(format!("{file}: the rows are newest first; they were put in order of time"));
        }
        if self.repeated > 0 {
            notes.push(format!("{file}: rows that repeat another row and were dropped: {}", self.repeated));
        }
        if let Some(first) = &self.first_conflict {
            let which = match (order.direction, newest_first) {
                (Direction::Files, _) => "the one of the later file",
                (_, true) => "the upper one, as the file is newest first,",
                (_, false) => "the lower one",
            };
            notes.push(format!(
                "{file}: instants that have rows with different values: {}; {which} is kept (first: {first})",
                self.conflicts
            ));
        }
        notes
    }
}

/// An instant as a date, for notes.
pub(super) fn utc(unix_ms: i64) -> String {
    Calendar::parse("1970-01-01T00:00:00Z")
        .map_or_else(|_| unix_ms.to_string(), |calendar| calendar.format(SimTime::from_ms(unix_ms)))
}
