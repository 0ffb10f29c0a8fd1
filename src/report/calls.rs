//! Calls one by one, as rows: of the story, of the bill's JSON and of the CSV that `run --calls` writes.

use super::words::charges;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::serving::{CallRecord, Fate, TargetModel};
use crate::units::Money;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;
use std::io::{self, Write};

/// A call and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct CallRow {
    /// When it arrived.
    pub time: String,
    /// Who called.
    pub tenant: String,
    /// API key id; empty for console calls (B10).
    pub api_key: String,
    /// Workspace id.
    pub workspace: String,
    /// `app`, `bmp` or `assistant-api` (B12).
    pub channel: String,
    /// The deployment that took it, or from which it overflowed; the last that was asked for a refused one. May be empty.
    pub deployment: String,
    /// Model code of the price of its tokens, or else of the deployment.
    pub model: String,
    /// `served`, `queued`, `overflowed`, `split`, or `refused_…` with the reason.
    pub fate: &'static str,
    /// The response says `x-dashscope-ptu-overflow: true` (P12).
    pub overflow_header: bool,
    /// Input tokens, cached included.
    pub input_tokens: u32,
    /// Of these, cached.
    pub cached_tokens: u32,
    /// Output tokens, thinking included.
    pub output_tokens: u32,
    /// It thinks.
    pub thinking: bool,
    /// How long it waited for a slot.
    pub waited_ms: i64,
    /// How long serving took.
    pub served_in_ms: i64,
    /// What its tokens cost.
    pub charge: String,
}

/// The columns of the CSV: the fields of [`CallRow`].
const COLUMNS: [&str; 16] = [
    "time",
    "tenant",
    "api_key",
    "workspace",
    "channel",
    "deployment",
    "model",
    "fate",
    "overflow_header",
    "input_tokens",
    "cached_tokens",
    "output_tokens",
    "thinking",
    "waited_ms",
    "served_in_ms",
    "charge",
];

impl CallRow {
    /// Puts a call into words and numbers.
    pub fn new(scenario: &Scenario, strategy: &Strategy, record: &CallRecord) -> Self {
        let caller = &scenario.callers[usize::from(record.call.tenant)];
        let deployment = record.target.map(|target| &strategy.deployments[target.0]);
        let charged_model = record.charged.first().map(|part| part.model.clone());
        let model = charged_model.or_else(|| deployment.map(|deployment| deployment.model.clone()));
        Self {
            time: scenario.calendar.format(record.call.at),
            tenant: caller.name.clone(),
            api_key: caller.api_key.clone(),
            workspace: caller.workspace.clone(),
            channel: caller.channel.clone(),
            deployment: deployment.map(|deployment| deployment.name.clone()).unwrap_or_default(),
            model: model.unwrap_or_default(),
            fate: charges::fate_name(record.fate),
            overflow_header: has_overflow_header(record.fate),
            input_tokens: record.call.input_tokens,
            cached_tokens: record.call.cached_tokens,
            output_tokens: record.call.output_tokens,
            thinking: record.call.flags.is_thinking(),
            waited_ms: record.waited.as_ms(),
            served_in_ms: record.served_in.as_ms(),
            charge: charge(record).to_string(),
        }
    }
}

/// What a call's tokens cost.
pub(super) fn charge(record: &CallRecord) -> Money {
    record.charged.iter().map(|part| part.amount).sum()
}

/// Whether the response carries the header of overflow (P12).
fn has_overflow_header(fate: Fate) -> bool {
    match fate {
        Fate::Overflowed | Fate::Split => true,
        Fate::Served | Fate::Queued | Fate::Refused(_) => false,
    }
}

/// Writes calls as CSV, gzipped if `name` ends in `.gz`.
///
/// # Errors
/// Whatever the writer says.
pub fn write<W: Write>(
    mut out: W,
    name: &str,
    scenario: &Scenario,
    strategy: &Strategy,
    calls: &[CallRecord],
) -> io::Result<W> {
    if std::path::Path::new(name).extension().is_some_and(|extension| extension == "gz") {
        // No name and no time in the header: the same calls are the same bytes.
        let packed = write_csv(GzEncoder::new(out, Compression::default()), scenario, strategy, calls)?;
        out = packed.finish()?;
    } else {
        out = write_csv(out, scenario, strategy, calls)?;
    }
    Ok(out)
}

fn write_csv<W: Write>(
    out: W,
    scenario: &Scenario,
    strategy: &Strategy,
    calls: &[CallRecord],
) -> io::Result<W> {
    let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    csv.write_record(COLUMNS)?;
    for record in calls {
        csv.serialize(CallRow::new(scenario, strategy, record))?;
    }
    csv.into_inner().map_err(csv::IntoInnerError::into_error)
}

/// What became of a call, in a sentence.
pub(super) fn fate_sentence(scenario: &Scenario, strategy: &Strategy, record: &CallRecord) -> String {
    let name = record.target.map_or("nobody", |target| strategy.deployments[target.0].name.as_str());
    let target = record.target.and_then(|target| strategy.serving.targets.get(target.0));
    let amount = charge(record);
    let charged = if record.charged.is_empty() {
        "nothing to pay".to_owned()
    } else {
        format!("{amount} {}{}", scenario.currency, tiers(record))
    };
    let took =
        if record.served_in.is_positive() { format!(" in {}", record.served_in) } else { String::new() };
    match record.fate {
        Fate::Served if is_quota(target) => format!("{name}: in quota{took}, {charged}"),
        Fate::Served => format!("{name}: served{took}, {charged}"),
        Fate::Queued => {
            format!("{name}: waited {}, then served{took}, {charged}", seconds(record.waited.as_ms()))
        }
        Fate::Overflowed => {
            let why = match target.and_then(|target| charges::is_over_long(target, record.call.input_tokens))
            {
                Some(most) => format!("input above {most} tokens"),
                None => "beyond the quota".to_owned(),
            };
            format!("{name}: overflowed ({why}), {}, {charged}", charges::OVERFLOW_HEADER)
        }
        Fate::Split => {
            let excess: u64 = record.charged.iter().map(|part| part.tokens).sum();
            format!("{name}: in quota but for {excess} tokens, {}, {charged}", charges::OVERFLOW_HEADER)
        }
        Fate::Refused(refusal) => format!("{name}: {}", charges::refusal_words(refusal)),
    }
}

fn is_quota(target: Option<&TargetModel>) -> bool {
    target.is_some_and(|target| matches!(target.kind, crate::serving::TargetKind::Quota(_)))
}

/// Seconds with a decimal where there is one, as in `3.2 s`.
fn seconds(ms: i64) -> String {
    format!("{} s", crate::units::decimal::format_scaled(i128::from(ms), 3, 1))
}

/// Whose prices and which tier a call was charged by.
fn tiers(record: &CallRecord) -> String {
    let Some(first) = record.charged.first() else { return String::new() };
    let tier = if first.tier.is_empty() { String::new() } else { format!(", tier {}", first.tier) };
    format!(" at {}{tier}", first.model)
}
