//! Calls in file order become a record in order of time.

use super::super::decode::Source;
use super::super::problem::{DataProblem, Problems};
use super::super::table::content_offset;
use super::file::{CallFile, CallFormat, CallRecord};
use super::values::{Clock, LONGEST_RECORD};
use crate::units::{SimSpan, SimTime};
use crate::world::traffic::{Call, CallFlags, CallTrace, MinuteSeries, MinuteTotals};
use std::sync::Arc;

/// Collects a file.
pub(super) struct Sink<'a> {
    pub(super) source: &'a Source,
    pub(super) problems: Problems<'a>,
    pub(super) notes: Vec<String>,
    calls: Vec<Call>,
    minutes: Vec<MinuteTotals>,
    failed: usize,
    out_of_order: usize,
    /// Where the first call stands that is earlier than one above it.
    first_out_of_order: usize,
    /// The latest call so far, and where it stands.
    latest: Option<(i64, usize)>,
}

impl<'a> Sink<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self {
            source,
            problems: Problems::new(source),
            notes: source.notes.clone(),
            calls: Vec::new(),
            minutes: Vec::new(),
            failed: 0,
            out_of_order: 0,
            first_out_of_order: 0,
            latest: None,
        }
    }

    /// A request that failed.
    pub(super) fn failure(&mut self) {
        self.failed += 1;
    }

    /// A call at a time in milliseconds, by the clock of the file; `offset` is its place in the
    /// text, or that of blank lines before it.
    pub(super) fn call(&mut self, at_ms: i64, input_tokens: u32, output_tokens: u32, offset: usize) {
        match self.latest {
            Some((latest, _)) if at_ms < latest => {
                if self.out_of_order == 0 {
                    self.first_out_of_order = offset;
                }
                self.out_of_order += 1;
            }
            Some((latest, _)) if at_ms == latest => {}
            _ => self.latest = Some((at_ms, offset)),
        }
        self.calls.push(Call {
            at: SimTime::from_ms(at_ms),
            input_tokens,
            output_tokens,
            cached_tokens: 0,
            estimated_output_tokens: 0,
            tenant: 0,
            flags: CallFlags::NONE,
        });
    }

    /// The number of the next minute of a series.
    pub(super) fn next_minute(&self) -> usize {
        self.minutes.len()
    }

    /// A minute that is not before the next one; those that are left out have no calls.
    pub(super) fn minute(&mut self, minute: usize, totals: MinuteTotals) {
        self.minutes.resize(minute, MinuteTotals::default());
        self.minutes.push(totals);
    }

    /// The file as a series by the minute, or all its problems.
    pub(super) fn finish_minutes(self, format: CallFormat) -> Result<CallFile, Vec<DataProblem>> {
        if !self.problems.is_empty() {
            return Err(self.problems.all());
        }
        if self.minutes.iter().all(|minute| minute.calls == 0) {
            return Err(vec![self.no_calls(if self.minutes.is_empty() {
                "the file has no rows"
            } else {
                "no minute of the file has a call"
            })]);
        }
        Ok(CallFile {
            path: self.source.file.clone(),
            format,
            record: CallRecord::Minutes(Arc::new(MinuteSeries { minutes: self.minutes })),
            failed: 0,
            out_of_order: 0,
            notes: self.notes,
        })
    }

    /// The file call by call, or all its problems.
    pub(super) fn finish_calls(
        mut self,
        format: CallFormat,
        clock: Clock,
    ) -> Result<CallFile, Vec<DataProblem>> {
        if !self.problems.is_empty() {
            return Err(self.problems.all());
        }
        self.calls.sort_by_key(|call| call.at);
        let (Some(first), Some((last_ms, last_offset))) = (self.calls.first(), self.latest) else {
            let message =
                if self.failed > 0 { "all requests of the file failed" } else { "the file has no rows" };
            return Err(vec![self.no_calls(message)]);
        };
        let first_ms = first.at.as_ms();
        let day = SimSpan::DAY.as_ms();
        let start_ms = match clock {
            Clock::Wall => first_ms,
            Clock::Seconds | Clock::Milliseconds | Clock::WholeMilliseconds => first_ms - first_ms % day,
        };
        let minute = SimSpan::MINUTE.as_ms();
        let length = SimSpan::from_ms(((last_ms - start_ms) / minute + 1) * minute);
        if length > LONGEST_RECORD {
            let last_offset = content_offset(self.source, last_offset);
            let text = self.source.line_text(last_offset);
            let message = "the record is longer than ten years: this call is too late";
            let help = "put the time right, or look whether its unit is the one of the format";
            self.problems.add(last_offset, Some(text), message, help);
            return Err(self.problems.all());
        }
        for call in &mut self.calls {
            call.at = SimTime::from_ms(call.at.as_ms() - start_ms);
        }
        let days_before = if clock == Clock::Wall { 0 } else { start_ms / day };
        self.note_repairs(days_before);
        Ok(CallFile {
            path: self.source.file.clone(),
            format,
            record: CallRecord::Calls(Arc::new(CallTrace { calls: self.calls, length })),
            failed: self.failed,
            out_of_order: self.out_of_order,
            notes: self.notes,
        })
    }

    fn no_calls(&self, message: &str) -> DataProblem {
        DataProblem::of_file(&self.source.file, message, "name a file with calls")
    }

    fn note_repairs(&mut self, days_before: i64) {
        let file = &self.source.file;
        if self.failed > 0 {
            let failed = self.failed;
            self.notes
                .push(format!("{file}: requests that failed (no response) and were left out: {failed}"));
        }
        if self.out_of_order > 0 {
            let (moved, line) =
                (self.out_of_order, self.source.line(content_offset(self.source, self.first_out_of_order)));
            self.notes.push(format!(
                "{file}: calls that are not in order of time and were sorted: {moved} (first: line {line})"
            ));
        }
        if days_before > 0 {
            self.notes.push(format!(
                "{file}: the first call comes after {days_before} days by the clock of the file; the record begins there"
            ));
        }
    }
}
