//! What a deployment would cost, before it is deployed (P2, U1, U2): the console's own estimate.

use super::book::{PtuPrices, PtuRow, UnitsRow};
use crate::units::{Money, RoundingMode, UnitPrice};

/// Days of the month that estimates show.
pub const ESTIMATE_DAYS: u32 = 30;

/// What of a model is to be provisioned, in tokens per minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PtuOrder {
    /// Input.
    pub input_tpm: u64,
    /// Output that is not thinking.
    pub output_tpm: u64,
    /// Thinking output, where the model prices it apart.
    pub thinking_output_tpm: Option<u64>,
}

/// The smallest purchase and its step, in tokens per minute: above 0, each smallest a multiple of its step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PtuSteps {
    /// Smallest input.
    pub input_min: u64,
    /// Input comes in multiples of this.
    pub input_step: u64,
    /// Smallest output; of thinking output too.
    pub output_min: u64,
    /// Output comes in multiples of this.
    pub output_step: u64,
}

/// Why an amount cannot be bought.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepError {
    /// Less than the smallest purchase.
    #[error("{amount} {what} TPM is less than the smallest purchase: write {least}")]
    BelowMinimum {
        /// `input`, `output` or `thinking output`.
        what: &'static str,
        /// What was asked for.
        amount: u64,
        /// The smallest purchase.
        least: u64,
    },
    /// Between two steps.
    #[error("{amount} {what} TPM is no multiple of {step}: write {below} or {above}")]
    OffStep {
        /// `input`, `output` or `thinking output`.
        what: &'static str,
        /// What was asked for.
        amount: u64,
        /// The step.
        step: u64,
        /// The nearest right amount below.
        below: u64,
        /// The nearest right amount above.
        above: u64,
    },
    /// So much that its price is out of range.
    #[error("{amount} {what} TPM is more than {most}, the most that can be estimated")]
    AboveMaximum {
        /// `input`, `output` or `thinking output`.
        what: &'static str,
        /// What was asked for.
        amount: u64,
        /// The largest that is taken.
        most: u64,
    },
}

/// More than this is a slip of the finger, and far from what money can count.
const TPM_MAX: u64 = 1_000_000_000_000;

impl PtuSteps {
    /// The default of the interface: 10,000 input and 1,000 output, in the same steps.
    pub const DEFAULT: Self =
        Self { input_min: 10_000, input_step: 10_000, output_min: 1_000, output_step: 1_000 };

    /// Every amount of an order that cannot be bought.
    pub fn check(&self, order: &PtuOrder) -> Vec<StepError> {
        let output = |what, amount| step_error(what, amount, self.output_min, self.output_step);
        let input = step_error("input", order.input_tpm, self.input_min, self.input_step);
        let thinking = order.thinking_output_tpm.and_then(|amount| output("thinking output", amount));
        [input, output("output", order.output_tpm), thinking].into_iter().flatten().collect()
    }
}

fn step_error(what: &'static str, amount: u64, least: u64, step: u64) -> Option<StepError> {
    if amount < least {
        return Some(StepError::BelowMinimum { what, amount, least });
    }
    if amount > TPM_MAX {
        return Some(StepError::AboveMaximum { what, amount, most: TPM_MAX });
    }
    let below = amount / step * step;
    (below != amount).then(|| StepError::OffStep { what, amount, step, below, above: below + step })
}

/// What provisioned throughput would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PtuEstimate {
    /// An hour of pay-as-you-go.
    pub hour: Money,
    /// A prepaid day.
    pub prepaid_day: Money,
}

impl PtuEstimate {
    /// 24 hours of pay-as-you-go.
    pub fn day(&self) -> Money {
        times(self.hour, 24)
    }
    /// 30 days of pay-as-you-go.
    pub fn month(&self) -> Money {
        times(self.hour, 24 * ESTIMATE_DAYS)
    }
    /// 30 prepaid days.
    pub fn prepaid_month(&self) -> Money {
        times(self.prepaid_day, ESTIMATE_DAYS)
    }
    /// Prepaid is cheaper from so many hours a day on, to a tenth, rounded half-up.
    pub fn break_even_hours(&self) -> Money {
        ratio(self.prepaid_day, self.hour)
    }
}

/// What model units would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitsEstimate {
    /// An hour of pay-as-you-go.
    pub hour: Money,
    /// A prepaid month.
    pub prepaid_month: Money,
}

impl UnitsEstimate {
    /// 24 hours of pay-as-you-go.
    pub fn day(&self) -> Money {
        times(self.hour, 24)
    }
    /// 30 days of pay-as-you-go.
    pub fn month(&self) -> Money {
        times(self.hour, 24 * ESTIMATE_DAYS)
    }
    /// Prepaid is cheaper from so many hours a month on, to a tenth, rounded half-up.
    pub fn break_even_hours(&self) -> Money {
        ratio(self.prepaid_month, self.hour)
    }
}

impl PtuPrices {
    /// Input TPM × price per 10,000 + output TPM × price per 1,000 (P2), exact for whole steps.
    pub fn of(&self, order: &PtuOrder) -> Money {
        let part = |price: UnitPrice, tpm: u64, per: i128| {
            // 10⁻⁹ to 10⁻¹².
            Money::from_ratio(
                i128::from(price.as_nano()) * 1_000 * i128::from(tpm),
                per,
                RoundingMode::HalfUp,
            )
        };
        let thinking_price = self.thinking_output_per_1k_tpm.unwrap_or(self.output_per_1k_tpm);
        part(self.input_per_10k_tpm, order.input_tpm, 10_000)
            + part(self.output_per_1k_tpm, order.output_tpm, 1_000)
            + part(thinking_price, order.thinking_output_tpm.unwrap_or(0), 1_000)
    }
}

impl PtuRow {
    /// What an order would cost.
    pub fn estimate(&self, order: &PtuOrder) -> PtuEstimate {
        PtuEstimate { hour: self.hourly.of(order), prepaid_day: self.daily.of(order) }
    }
}

impl UnitsRow {
    /// What so many replicas would cost (U1, U2, A-18).
    pub fn estimate(&self, replicas: u32) -> UnitsEstimate {
        let hour = Money::from_pico(i128::from(self.hourly.as_nano()) * 1_000);
        UnitsEstimate { hour: times(hour, replicas), prepaid_month: times(self.monthly, replicas) }
    }
}

fn times(amount: Money, count: u32) -> Money {
    Money::from_pico(amount.as_pico() * i128::from(count))
}

fn ratio(amount: Money, per: Money) -> Money {
    let tenths = Money::from_ratio(amount.as_pico() * 10, per.as_pico(), RoundingMode::HalfUp);
    Money::from_pico(tenths.as_pico() * 10_i128.pow(Money::SCALE - 1))
}
