//! Provisioned throughput as written.

use super::{MOST_TOKENS, paid_by};
use crate::scenario::context::Context;
use crate::scenario::deployment::PaidBy;
use crate::scenario::diagnostics::Span;
use crate::scenario::document::{Fields, Node};
use crate::scenario::values::{
    Field, factor_ppb, integer, name, optional, or, price_or_zero, required, word,
};
use crate::serving::{OutputCheck, OverflowUnit, Quota, Window};
use crate::units::UnitPrice;

/// Fields of `Ptu` beyond those of every deployment.
pub(super) const FIELDS: [&str; 17] = [
    "input_tpm",
    "output_tpm",
    "thinking_output_tpm",
    "units",
    "paid_by",
    "prices",
    "steps",
    "profile",
    "max_input_tokens",
    "overflow",
    "overflow_unit",
    "output_check",
    "window",
    "cache_factor",
    "shared_output",
    "long_input",
    "overflow_model",
];

/// Provisioned throughput as written; what is not given comes from the profile and the price book.
#[derive(Clone, Debug)]
pub(crate) struct PtuDecl {
    /// What is bought.
    pub(crate) quota: Quota,
    /// Where its parts stand: input, output, thinking output.
    pub(crate) quota_spans: [Span; 3],
    /// Bought by units, each of so many TPM, instead of by TPM.
    pub(crate) units: Option<UnitsOfTpm>,
    /// How it is paid.
    pub(crate) paid_by: PaidBy,
    /// Prices of its own.
    pub(crate) prices: Option<(RatesDecl, RatesDecl)>,
    /// Steps of its own: input minimum and step, output minimum and step.
    pub(crate) steps: Option<[u64; 4]>,
    /// Name of a profile and where it stands.
    pub(crate) profile: Option<(String, Span)>,
    /// Longest input.
    pub(crate) max_input_tokens: Option<u32>,
    /// Where overflow goes.
    pub(crate) overflow: Option<OverflowDecl>,
    ///
    pub(crate) overflow_unit: Option<OverflowUnit>,
    ///
    pub(crate) output_check: Option<OutputCheck>,
    ///
    pub(crate) window: Option<Window>,
    /// What a cached token counts.
    pub(crate) cache_factor_ppb: Option<i64>,
    /// Output counts in the input's quota, times this.
    pub(crate) shared_output_ppb: Option<i64>,
    /// Later documents' coefficients for long inputs count.
    pub(crate) long_input: bool,
    /// Another model whose public prices overflow meets, and where it stands.
    pub(crate) overflow_model: Option<(String, Span)>,
}

/// A unit of provisioned throughput.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnitsOfTpm {
    /// How many.
    pub(crate) count: u32,
    /// Input TPM of one.
    pub(crate) input_tpm: u64,
    /// Output TPM of one.
    pub(crate) output_tpm: u64,
    /// Price of one per hour.
    pub(crate) hourly: UnitPrice,
    /// Price of one per day.
    pub(crate) daily: Option<UnitPrice>,
}

/// Prices as lists print them: per 10,000 input TPM and per 1,000 output TPM.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RatesDecl {
    /// Input.
    pub(crate) input_per_10k: Option<UnitPrice>,
    /// Output.
    pub(crate) output_per_1k: Option<UnitPrice>,
    /// Thinking output.
    pub(crate) thinking_per_1k: Option<UnitPrice>,
}

/// Where overflow goes, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverflowDecl {
    /// Pay-as-you-go.
    Auto,
    /// 429.
    Reject,
    /// To the next deployment of the strategy.
    Next,
}

pub(super) fn ptu(fields: &Fields, ctx: &mut Context) -> Option<PtuDecl> {
    let tpm = |node: &Node, ctx: &mut Context| integer(node, 0, MOST_TOKENS, ctx).map(u64::from);
    let units = optional(fields, "units", ctx, units);
    let quota = if units.is_given() {
        units.good().map(|units| Quota {
            input_tpm: units.input_tpm * u64::from(units.count),
            output_tpm: units.output_tpm * u64::from(units.count),
            thinking_output_tpm: None,
        })
    } else {
        let input = required(fields, "input_tpm", "100000", ctx, tpm);
        let output = required(fields, "output_tpm", "20000", ctx, tpm);
        let thinking = optional(fields, "thinking_output_tpm", ctx, tpm).good().copied();
        input.zip(output).map(|(input_tpm, output_tpm)| Quota {
            input_tpm,
            output_tpm,
            thinking_output_tpm: thinking,
        })
    };
    let named = |node: &Node, ctx: &mut Context| Some((name(node, ctx)?, node.span()));
    let overflow_words =
        [("Auto", OverflowDecl::Auto), ("Reject", OverflowDecl::Reject), ("Next", OverflowDecl::Next)];
    let unit_words = [("Call", OverflowUnit::Call), ("Excess", OverflowUnit::Excess)];
    let window_words = [
        ("CalendarMinute", Window::CalendarMinute),
        ("Sliding", Window::Sliding),
        ("TokenBucket", Window::TokenBucket),
    ];
    let whole = fields.get("units").map_or(fields.owner.span(), Node::span);
    let quota_spans = ["input_tpm", "output_tpm", "thinking_output_tpm"]
        .map(|part| fields.get(part).map_or(whole, Node::span));
    let chosen = |field: Field<OverflowDecl>| field.good().copied();
    Some(PtuDecl {
        units: units.good().copied(),
        paid_by: or(fields, "paid_by", PaidBy::PayAsYouGo, ctx, |node, ctx| {
            paid_by(node, "Days", "days", 3_650, ctx)
        }),
        prices: optional(fields, "prices", ctx, prices).good().copied(),
        steps: optional(fields, "steps", ctx, steps).good().copied(),
        profile: optional(fields, "profile", ctx, named).good().cloned(),
        max_input_tokens: optional(fields, "max_input_tokens", ctx, |node, ctx| {
            integer(node, 1, MOST_TOKENS, ctx)
        })
        .good()
        .copied(),
        overflow: chosen(optional(fields, "overflow", ctx, |node, ctx| {
            word(node, "way to overflow", &overflow_words, ctx)
        })),
        overflow_unit: optional(fields, "overflow_unit", ctx, |node, ctx| {
            word(node, "unit of overflow", &unit_words, ctx)
        })
        .good()
        .copied(),
        output_check: optional(fields, "output_check", ctx, output_check).good().copied(),
        window: optional(fields, "window", ctx, |node, ctx| word(node, "window", &window_words, ctx))
            .good()
            .copied(),
        cache_factor_ppb: optional(fields, "cache_factor", ctx, factor_ppb).good().copied(),
        shared_output_ppb: optional(fields, "shared_output", ctx, factor_ppb).good().copied(),
        long_input: or(fields, "long_input", false, ctx, crate::scenario::values::boolean),
        overflow_model: optional(fields, "overflow_model", ctx, named).good().cloned(),
        quota: quota?,
        quota_spans,
    })
}

fn units(node: &Node, ctx: &mut Context) -> Option<UnitsOfTpm> {
    let known = ["count", "hourly", "daily", "input_tpm", "output_tpm"];
    let fields = node.fields("`units`", &known, &mut ctx.out)?;
    let tpm = |node: &Node, ctx: &mut Context| integer(node, 0, 100_000_000, ctx).map(u64::from);
    let count = required(&fields, "count", "100", ctx, |node, ctx| integer(node, 1, 1_000_000, ctx));
    let hourly = required(&fields, "hourly", "\"1.00\"", ctx, price_or_zero);
    let daily = optional(&fields, "daily", ctx, price_or_zero).good().copied();
    let input_tpm = required(&fields, "input_tpm", "2500", ctx, |node, ctx| {
        integer(node, 1, 100_000_000, ctx).map(u64::from)
    });
    let output_tpm = or(&fields, "output_tpm", 0, ctx, tpm);
    Some(UnitsOfTpm { count: count?, input_tpm: input_tpm?, output_tpm, hourly: hourly?, daily })
}

fn prices(node: &Node, ctx: &mut Context) -> Option<(RatesDecl, RatesDecl)> {
    let known = [
        "hourly_input",
        "hourly_output",
        "hourly_thinking_output",
        "daily_input",
        "daily_output",
        "daily_thinking_output",
    ];
    let fields = node.fields("PTU prices", &known, &mut ctx.out)?;
    let mut price = |field: &str| optional(&fields, field, ctx, price_or_zero).good().copied();
    let mut rates = |prefix: &str| RatesDecl {
        input_per_10k: price(&format!("{prefix}_input")),
        output_per_1k: price(&format!("{prefix}_output")),
        thinking_per_1k: price(&format!("{prefix}_thinking_output")),
    };
    Some((rates("hourly"), rates("daily")))
}

fn steps(node: &Node, ctx: &mut Context) -> Option<[u64; 4]> {
    let known = ["input", "output", "input_min", "output_min"];
    let fields = node.fields("PTU steps", &known, &mut ctx.out)?;
    let tpm = |node: &Node, ctx: &mut Context| integer(node, 1, MOST_TOKENS, ctx).map(u64::from);
    let input = required(&fields, "input", "10000", ctx, tpm);
    let output = required(&fields, "output", "1000", ctx, tpm);
    let (input, output) = (input?, output?);
    let input_min = or(&fields, "input_min", input, ctx, tpm);
    let output_min = or(&fields, "output_min", output, ctx, tpm);
    Some([input_min, input, output_min, output])
}

fn output_check(node: &Node, ctx: &mut Context) -> Option<OutputCheck> {
    let kinds = [
        ("Post", Some(OutputCheck::Post)),
        ("Oracle", Some(OutputCheck::Oracle)),
        ("Ignore", Some(OutputCheck::Ignore)),
        ("Estimate", None),
    ];
    let (simple, variant) = node.variant("check of output", &kinds, &mut ctx.out)?;
    if let Some(check) = simple {
        return variant.bare(&mut ctx.out).map(|()| check);
    }
    let tokens = variant.single("Estimate(500)", &mut ctx.out)?;
    integer(&tokens, 0, MOST_TOKENS, ctx).map(|output_tokens| OutputCheck::Estimate { output_tokens })
}
