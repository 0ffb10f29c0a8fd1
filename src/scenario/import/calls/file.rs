//! A file of calls, read.

use crate::units::SimSpan;
use crate::world::traffic::{CallTrace, MinuteSeries, MinuteTotals};
use std::fmt;
use std::sync::Arc;

/// What a file of calls was recognised as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CallFormat {
    /// `TIMESTAMP,ContextTokens,GeneratedTokens` of the Azure LLM inference traces, with or without an offset.
    AzureInference,
    /// `timestamp [UTC],input_tokens,output_tokens` of Azure's usage export: `8/18/2025, 12:00:38.941 AM`.
    AzureUsage,
    /// `Timestamp,Model,Request tokens,Response tokens,…`, in seconds; no response tokens is a failed request.
    BurstGpt,
    /// `timestamp,input_length,output_length` of Mooncake's traces, or `timestamp_ms` with any tokens: milliseconds.
    MillisecondsCsv,
    /// `timestamp_s,input_tokens,output_tokens`: seconds.
    SecondsCsv,
    /// A JSON object a line, `timestamp` in milliseconds.
    MooncakeJson,
    /// A JSON object a line with `chat_id`, `timestamp` in seconds.
    BailianJson,
    /// `minute,requests,input_tokens,output_tokens`.
    MinutesCsv,
}

impl fmt::Display for CallFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::AzureInference => "Azure LLM inference trace (CSV)",
            Self::AzureUsage => "Azure OpenAI usage export (CSV)",
            Self::BurstGpt => "BurstGPT trace (CSV)",
            Self::MillisecondsCsv => "calls in milliseconds (CSV)",
            Self::SecondsCsv => "calls in seconds (CSV)",
            Self::MooncakeJson => "Mooncake trace (JSON lines)",
            Self::BailianJson => "Qwen-Bailian trace (JSON lines)",
            Self::MinutesCsv => "calls by the minute (CSV)",
        })
    }
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallRecord {
    /// Every call.
    Calls(Arc<CallTrace>),
    /// How many there were in each minute.
    Minutes(Arc<MinuteSeries>),
}

/// A file of calls, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallFile {
    /// The file as the user named it.
    pub path: String,
    /// What it was recognised as.
    pub format: CallFormat,
    /// What it holds; at least one call.
    pub record: CallRecord,
    /// Requests that failed and were left out.
    pub failed: usize,
    /// Calls that stood below later ones, before they were sorted.
    pub out_of_order: usize,
    /// What was repaired or assumed, in sentences.
    pub notes: Vec<String>,
}

/// A file of calls in figures.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallSummary {
    /// The file as the user named it.
    pub path: String,
    /// What it was recognised as.
    pub format: CallFormat,
    /// Calls.
    pub calls: u64,
    /// Their input tokens together.
    pub input_tokens: u64,
    /// Their output tokens together.
    pub output_tokens: u64,
    /// Calls in the busiest minute.
    pub most_per_minute: u32,
    /// Length of the record: whole minutes.
    pub length: SimSpan,
    /// Requests that failed and were left out.
    pub failed: usize,
    /// Calls that stood below later ones, before they were sorted.
    pub out_of_order: usize,
}

impl CallFile {
    /// The record by the minute; calls are added up by the minute since the record's start.
    pub fn minutes(&self) -> Arc<MinuteSeries> {
        match &self.record {
            CallRecord::Minutes(series) => Arc::clone(series),
            CallRecord::Calls(trace) => Arc::new(by_the_minute(trace)),
        }
    }

    /// The file in figures.
    pub fn summary(&self) -> CallSummary {
        let series = self.minutes();
        let sum = |part: fn(&MinuteTotals) -> u64| series.minutes.iter().map(part).sum();
        CallSummary {
            path: self.path.clone(),
            format: self.format,
            calls: sum(|minute| u64::from(minute.calls)),
            input_tokens: sum(|minute| minute.input_tokens),
            output_tokens: sum(|minute| minute.output_tokens),
            most_per_minute: series.minutes.iter().map(|minute| minute.calls).max().unwrap_or(0),
            length: self.length(),
            failed: self.failed,
            out_of_order: self.out_of_order,
        }
    }

    /// Length of the record.
    pub fn length(&self) -> SimSpan {
        match &self.record {
            CallRecord::Calls(trace) => trace.length,
            CallRecord::Minutes(series) => SimSpan::from_minutes(series.minutes.len() as i64),
        }
    }
}

fn by_the_minute(trace: &CallTrace) -> MinuteSeries {
    let count = trace.length.started_granules(SimSpan::MINUTE);
    let mut minutes = vec![MinuteTotals::default(); usize::try_from(count).unwrap_or(0)];
    for call in &trace.calls {
        let minute = usize::try_from(call.at.as_ms() / SimSpan::MINUTE.as_ms()).ok();
        if let Some(totals) = minute.and_then(|minute| minutes.get_mut(minute)) {
            totals.calls += 1;
            totals.input_tokens += u64::from(call.input_tokens);
            totals.output_tokens += u64::from(call.output_tokens);
        }
    }
    MinuteSeries { minutes }
}
