//! Alerts: which thresholds spending and the balance have reached (B21, A-23).

use super::model::Alerts;
use crate::ledger::AlertKind;
use crate::units::{Money, RoundingMode};

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;

/// A threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threshold {
    /// Which alert.
    pub kind: AlertKind,
    /// As an amount.
    pub amount: Money,
}

/// Thresholds and whether they were told.
#[derive(Clone, Debug)]
pub struct Watch {
    thresholds: Vec<(Threshold, bool)>,
    when_reached: bool,
    /// Spending of the present month and day.
    month: Money,
    day: Money,
}

impl Watch {
    /// Of an account whose alerts these are.
    pub fn new(alerts: &Alerts) -> Self {
        let limit = alerts.monthly_limit.unwrap_or_default();
        let shares = alerts.shares_ppb.iter().map(|&share_ppb| Threshold {
            kind: AlertKind::MonthlyLimit { share_ppb },
            amount: Money::from_ratio(limit.as_pico() * i128::from(share_ppb), ONE_PPB, RoundingMode::HalfUp),
        });
        let of = |kind, amounts: &[Money]| -> Vec<Threshold> {
            amounts.iter().map(|&amount| Threshold { kind, amount }).collect()
        };
        let all = shares
            .chain(of(AlertKind::Daily, &alerts.daily))
            .chain(of(AlertKind::Monthly, &alerts.monthly))
            .chain(of(AlertKind::LowBalance, &alerts.low_balance));
        Self {
            thresholds: all.map(|threshold| (threshold, false)).collect(),
            when_reached: alerts.when_reached,
            month: Money::ZERO,
            day: Money::ZERO,
        }
    }

    /// A line was issued; what is spent of earlier months counts for none.
    #[inline]
    pub fn spend(&mut self, payable: Money, is_late: bool) {
        if !is_late {
            self.month += payable;
        }
        self.day += payable;
    }

    /// Another day begins: its spending is counted anew.
    pub fn begin_day(&mut self) {
        self.day = Money::ZERO;
        self.arm(|kind| kind == AlertKind::Daily);
    }

    /// Another month begins: every threshold may be told again.
    pub fn begin_month(&mut self) {
        self.month = Money::ZERO;
        self.arm(|kind| kind != AlertKind::Daily);
    }

    fn arm(&mut self, which: impl Fn(AlertKind) -> bool) {
        for (threshold, told) in &mut self.thresholds {
            *told &= !which(threshold.kind);
        }
    }

    /// Spending by the day matters.
    pub fn watches_days(&self) -> bool {
        self.thresholds.iter().any(|(threshold, _)| threshold.kind == AlertKind::Daily)
    }

    /// Thresholds that are reached and were not told yet, with what was spent (or is available); they count as told.
    pub fn reached(&mut self, available: Money) -> Vec<(Threshold, Money)> {
        let (month, day, when_reached) = (self.month, self.day, self.when_reached);
        let mut found = Vec::new();
        for (threshold, told) in self.thresholds.iter_mut().filter(|(_, told)| !told) {
            let (value, over) = match threshold.kind {
                AlertKind::MonthlyLimit { .. } | AlertKind::Monthly => (month, month - threshold.amount),
                AlertKind::Daily => (day, day - threshold.amount),
                AlertKind::LowBalance => (available, threshold.amount - available),
            };
            if over > Money::ZERO || (when_reached && over == Money::ZERO) {
                *told = true;
                found.push((*threshold, value));
            }
        }
        found
    }

    /// How much more can be spent before a threshold is reached; none if there is none left.
    pub fn headroom(&self, available: Money) -> Option<Money> {
        let waiting = self.thresholds.iter().filter(|(_, told)| !told).map(|(threshold, _)| threshold);
        let distances = waiting.map(|threshold| match threshold.kind {
            AlertKind::MonthlyLimit { .. } | AlertKind::Monthly => threshold.amount - self.month,
            AlertKind::Daily => threshold.amount - self.day,
            AlertKind::LowBalance => available - threshold.amount,
        });
        distances.min()
    }
}
