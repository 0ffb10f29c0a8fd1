//! One comparison: what was charged, what was predicted, and how far they are apart.

use crate::montecarlo::{MoneyEstimate, MonthSamples};
use crate::scenario::import::bills::{ChargedLine, LineKind};
use crate::units::{Money, Month, RoundingMode};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was charged for something, beside what was predicted.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// Kind of line, or `total`.
    pub kind: &'static str,
    /// What was charged.
    pub charged: String,
    /// Quantities behind it by unit, where the bill says; empty in totals.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<Quantity>,
    /// What the replications gave.
    pub predicted: Prediction,
    /// Predicted mean − charged; null in a month that was not billed.
    pub difference: Option<String>,
    /// The same as percent of what was charged; null if nothing was.
    pub difference_percent: Option<f64>,
    /// The charge lies between p5 and p95, these rounded to the decimals of the bills; null in a month that was not billed.
    pub is_within_p5_p95: Option<bool>,
}

/// How much was charged for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Quantity {
    /// As the bill writes it; may be empty.
    pub unit: String,
    /// How much.
    pub quantity: String,
}

/// A distribution over replications.
#[derive(Clone, Debug, Serialize)]
pub struct Prediction {
    /// Mean.
    pub mean: String,
    /// 95 % interval of the mean; null for one replication.
    pub ci95: Option<[String; 2]>,
    /// Quantiles: the ⌈pN⌉-th smallest.
    pub p5: String,
    /// 95 % quantile.
    pub p95: String,
}

/// Compares bills and samples, whatever part of them is asked for.
pub(super) struct Judge<'a> {
    pub(super) lines: &'a [&'a ChargedLine],
    pub(super) samples: &'a MonthSamples,
    /// The most decimals of the bills: a bill in cents cannot match a prediction's twelfth decimal.
    pub(super) decimals: u32,
}

impl Judge<'_> {
    /// The comparison of the months and kinds that are wanted.
    pub(super) fn cell(
        &self,
        name: &'static str,
        wanted: impl Fn(Month, LineKind) -> bool,
        is_billed: bool,
    ) -> Cell {
        let own: Vec<&ChargedLine> =
            self.lines.iter().copied().filter(|line| wanted(line.month, line.kind)).collect();
        let charged: Money = own.iter().map(|line| line.amount).sum();
        let sums = self.samples.sums(wanted);
        let estimate = MoneyEstimate::of(&sums).expect("a backtest has at least one replication");
        let mean = estimate.mean.mean;
        let difference = mean - charged;
        let rounded = |amount: Money| amount.round_to(self.decimals, RoundingMode::HalfUp);
        let range = rounded(estimate.p5)..=rounded(estimate.p95);
        let percent = (charged != Money::ZERO)
            .then(|| difference.to_f64() / charged.to_f64().abs() * 100.0)
            .filter(|percent| percent.is_finite());
        Cell {
            kind: name,
            charged: charged.to_string(),
            quantities: if name == "total" { Vec::new() } else { quantities(&own) },
            predicted: Prediction {
                mean: mean.to_string(),
                ci95: estimate.mean.ci95.map(|(low, high)| [low.to_string(), high.to_string()]),
                p5: estimate.p5.to_string(),
                p95: estimate.p95.to_string(),
            },
            difference: is_billed.then(|| difference.to_string()),
            difference_percent: if is_billed { percent } else { None },
            is_within_p5_p95: is_billed.then(|| range.contains(&charged)),
        }
    }
}

/// Quantities of lines by unit.
fn quantities(lines: &[&ChargedLine]) -> Vec<Quantity> {
    let mut by_unit: BTreeMap<&Arc<str>, i128> = BTreeMap::new();
    for line in lines {
        if let Some(quantity) = line.quantity_pico {
            *by_unit.entry(&line.unit).or_default() += quantity;
        }
    }
    let told = by_unit.into_iter().map(|(unit, quantity)| Quantity {
        unit: unit.to_string(),
        quantity: crate::units::decimal::format_scaled(quantity, Money::SCALE, 0),
    });
    told.collect()
}
