//! A profile as a catalog file writes it.

use super::price::{Factor, Span};
use super::profile::{EarlyTermination, PricedBy, ProfileOverflow, PtuProfile};
use super::written::{WrittenSource, WrittenSteps};
use crate::billing::{MeterRounding, Metering, RetentionAnchor};
use crate::serving::{OutputCheck, OverflowUnit, Window};
use crate::units::SimSpan;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenProfile {
    name: String,
    title: String,
    provider: String,
    source: WrittenSource,
    priced_by: WrittenPricedBy,
    steps: Option<WrittenSteps>,
    window: Option<WrittenWindow>,
    output_check: Option<WrittenOutputCheck>,
    overflow: Option<WrittenOverflow>,
    over_long: Option<WrittenOverflow>,
    unit: Option<WrittenUnit>,
    early_termination: Option<WrittenTermination>,
    grace: Option<Span>,
    retention: Option<Span>,
    retention_anchor: Option<WrittenAnchor>,
    metering: Option<WrittenMetering>,
    shared_output: Option<Factor>,
}

#[derive(Deserialize)]
enum WrittenPricedBy {
    Throughput,
    Unit,
}

#[derive(Deserialize)]
enum WrittenWindow {
    CalendarMinute,
    Sliding,
    TokenBucket,
}

#[derive(Deserialize)]
enum WrittenOutputCheck {
    Post,
    Estimate(u32),
    Oracle,
    Ignore,
}

#[derive(Clone, Copy, Deserialize)]
enum WrittenOverflow {
    Public,
    Reject,
    Next,
}

#[derive(Deserialize)]
enum WrittenUnit {
    Call,
    Excess,
}

#[derive(Deserialize)]
enum WrittenTermination {
    Refused,
    Factor(Factor),
}

#[derive(Deserialize)]
enum WrittenAnchor {
    Stop,
    Expiry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMetering {
    granularity: Span,
    rounding: WrittenRounding,
}

#[derive(Deserialize)]
enum WrittenRounding {
    Ceil,
    Exact,
}

impl From<WrittenProfile> for PtuProfile {
    fn from(written: WrittenProfile) -> Self {
        Self {
            name: written.name,
            title: written.title,
            provider: written.provider,
            source: written.source.into(),
            priced_by: match written.priced_by {
                WrittenPricedBy::Throughput => PricedBy::Throughput,
                WrittenPricedBy::Unit => PricedBy::Unit,
            },
            steps: written.steps.map(|steps| steps.0),
            window: written.window.map(|window| match window {
                WrittenWindow::CalendarMinute => Window::CalendarMinute,
                WrittenWindow::Sliding => Window::Sliding,
                WrittenWindow::TokenBucket => Window::TokenBucket,
            }),
            output_check: written.output_check.map(|check| match check {
                WrittenOutputCheck::Post => OutputCheck::Post,
                WrittenOutputCheck::Estimate(output_tokens) => OutputCheck::Estimate { output_tokens },
                WrittenOutputCheck::Oracle => OutputCheck::Oracle,
                WrittenOutputCheck::Ignore => OutputCheck::Ignore,
            }),
            overflow: written.overflow.map(overflow),
            over_long: written.over_long.map(overflow),
            unit: written.unit.map(|unit| match unit {
                WrittenUnit::Call => OverflowUnit::Call,
                WrittenUnit::Excess => OverflowUnit::Excess,
            }),
            early_termination: written.early_termination.map(|termination| match termination {
                WrittenTermination::Refused => EarlyTermination::Refused,
                WrittenTermination::Factor(factor) => EarlyTermination::FactorPpb(factor.0),
            }),
            grace: written.grace.map(|span| span.0),
            retention: written.retention.map(|span| span.0),
            retention_anchor: written.retention_anchor.map(|anchor| match anchor {
                WrittenAnchor::Stop => RetentionAnchor::Stop,
                WrittenAnchor::Expiry => RetentionAnchor::Expiry,
            }),
            metering: written.metering.as_ref().map(metering),
            shared_output_ppb: written.shared_output.map(|factor| factor.0),
        }
    }
}

fn overflow(written: WrittenOverflow) -> ProfileOverflow {
    match written {
        WrittenOverflow::Public => ProfileOverflow::Public,
        WrittenOverflow::Reject => ProfileOverflow::Reject,
        WrittenOverflow::Next => ProfileOverflow::Next,
    }
}

fn metering(written: &WrittenMetering) -> Metering {
    let rounding = match written.rounding {
        WrittenRounding::Ceil => MeterRounding::Ceil,
        WrittenRounding::Exact => MeterRounding::Exact,
    };
    Metering { granularity: written.granularity.0, rounding, least: SimSpan::ZERO }
}
