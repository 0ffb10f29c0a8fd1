//! What became of an account in the replications of one strategy: columns where a distribution matters, sums elsewhere.

use crate::account::{AccountModel, Alerts};
use crate::ledger::{AlertKind, Product};
use crate::sim::{AccountOutcome, AlertOutcome};
use crate::units::{Money, RoundingMode, SimTime};

#[cfg(test)]
mod tests;

/// One whole, where shares are in units of 10⁻⁹.
const WHOLE_PPB: i128 = 1_000_000_000;

/// What may befall an account, each at most once that matters: the first time in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arrears {
    /// The available balance fell below zero (B14).
    Overdue,
    /// Calls or services were stopped or frozen (B20, M5).
    Stopped,
    /// Capacity was released (P9).
    Released,
    /// Everything was cleared for good (M7).
    Cleared,
}

impl Arrears {
    /// All of them, each worse than the one before it.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Stopped, Self::Released, Self::Cleared];

    /// When it befell an account first, if it did.
    pub fn first_in(self, outcome: &AccountOutcome) -> Option<SimTime> {
        match self {
            Self::Overdue => outcome.overdue_at,
            Self::Stopped => outcome.stopped_at,
            Self::Released => outcome.released_at,
            Self::Cleared => outcome.cleared_at,
        }
    }
}

/// Columns in replication order (84 bytes for each replication, and 8 for each alert that came before a stop) and sums
/// over replications.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountSamples {
    /// First time of each of [`Arrears::ALL`]; [`SimTime::NEVER`] where it did not happen.
    pub first: [Vec<SimTime>; Arrears::ALL.len()],
    /// How long something was stopped by arrears.
    pub downtime_ms: Vec<i64>,
    /// How long it was overdue.
    pub overdue_ms: Vec<i64>,
    /// Episodes of arrears.
    pub episodes: Vec<u32>,
    /// The least that was available.
    pub least_available: Vec<Money>,
    /// What is available at the horizon.
    pub available: Vec<Money>,
    /// Sums of what was charged and why.
    pub totals: AccountTotals,
    /// One per alert: those the account asks for, whether they ever came or not.
    pub alerts: Vec<AlertSamples>,
}

/// Exact sums over the replications of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountTotals {
    /// Lines issued before the horizon, as they are to be paid.
    pub issued: Money,
    /// Of them, by product.
    pub issued_by_product: [Money; Product::ALL.len()],
    /// Lines that are issued at or after the horizon.
    pub not_issued: Money,
    /// What savings plans took over.
    pub covered_by_plans: Money,
    /// Negotiated discounts: zero or less.
    pub discounts: Money,
    /// What rounding at settlements added.
    pub rounding: Money,
    /// Tax of settlements and purchases.
    pub tax: Money,
    /// Jobs, single charges and messages, at list price.
    pub charges: Money,
    /// Plans and single purchases in advance, without tax, less what came back.
    pub purchases: Money,
    /// What all that adds to the list price of what was used: [`AccountOutcome::adjustment`].
    pub adjustment: Money,
}

/// One alert over the replications of an account. Of a replication it counts once, however often it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertSamples {
    /// Which.
    pub kind: AlertKind,
    /// The threshold, as an amount.
    pub threshold: Money,
    /// Replications in which it came at all.
    pub came: usize,
    /// How long before the first stop it came, for each replication in which it did: the last time before, since an
    /// earlier one warned of what then did not happen. At the very instant of the stop counts as before, by nothing.
    pub leads_ms: Vec<i64>,
    /// Replications that stopped and in which it came only afterwards.
    pub after: usize,
    /// Replications in which it came though nothing stopped.
    pub without_stop: usize,
}

impl AccountSamples {
    /// How many replications there are.
    pub fn len(&self) -> usize {
        self.available.len()
    }

    /// True if no replication was added.
    pub fn is_empty(&self) -> bool {
        self.available.is_empty()
    }

    /// The instants at which something befell the account first, of the replications in which it did, in their order.
    pub fn instants(&self, what: Arrears) -> Vec<SimTime> {
        self.first[what as usize].iter().copied().filter(|at| *at != SimTime::NEVER).collect()
    }

    /// In how many replications it happened.
    pub fn count(&self, what: Arrears) -> usize {
        self.first[what as usize].iter().filter(|at| **at != SimTime::NEVER).count()
    }

    /// In how many of the replications that stopped an alert never came, before or after.
    pub fn missing(&self, alert: &AlertSamples) -> usize {
        self.count(Arrears::Stopped) - alert.leads_ms.len() - alert.after
    }

    /// Adds what one replication left behind.
    pub(super) fn push(&mut self, model: &AccountModel, outcome: &AccountOutcome) {
        if self.is_empty() {
            self.alerts = declared(&model.alerts);
        }
        for (column, what) in self.first.iter_mut().zip(Arrears::ALL) {
            column.push(what.first_in(outcome).unwrap_or(SimTime::NEVER));
        }
        self.downtime_ms.push(outcome.downtime.as_ms());
        self.overdue_ms.push(outcome.overdue.as_ms());
        self.episodes.push(outcome.episodes);
        self.least_available.push(outcome.least_available);
        self.available.push(outcome.available);
        self.totals.add(outcome);
        // Every alert is declared; a list that grows loses none if one is not.
        for sent in &outcome.alerts {
            if !self.alerts.iter().any(|known| known.is(sent)) {
                self.alerts.push(AlertSamples::new(sent.kind, sent.threshold));
            }
        }
        for alert in &mut self.alerts {
            alert.add(outcome);
        }
    }
}

impl AccountTotals {
    fn add(&mut self, outcome: &AccountOutcome) {
        self.issued += outcome.issued;
        for (sum, issued) in self.issued_by_product.iter_mut().zip(outcome.issued_by_product) {
            *sum += issued;
        }
        self.not_issued += outcome.not_issued;
        self.covered_by_plans += outcome.covered_by_plans;
        self.discounts += outcome.discounts;
        self.rounding += outcome.rounding;
        self.tax += outcome.tax;
        self.charges += outcome.charges;
        self.purchases += outcome.purchases;
        self.adjustment += outcome.adjustment();
    }
}

impl AlertSamples {
    fn new(kind: AlertKind, threshold: Money) -> Self {
        Self { kind, threshold, came: 0, leads_ms: Vec::new(), after: 0, without_stop: 0 }
    }

    /// A share of a limit is known by the share: its amount is rounded by whoever works it out.
    fn is(&self, sent: &AlertOutcome) -> bool {
        let same_amount =
            matches!(sent.kind, AlertKind::MonthlyLimit { .. }) || self.threshold == sent.threshold;
        self.kind == sent.kind && same_amount
    }

    fn add(&mut self, outcome: &AccountOutcome) {
        let own = || outcome.alerts.iter().filter(|sent| self.is(sent));
        if own().next().is_none() {
            return;
        }
        let lead = own().filter_map(|sent| outcome.lead(sent)).min();
        self.came += 1;
        match (outcome.stopped_at, lead) {
            (None, _) => self.without_stop += 1,
            (Some(_), Some(lead)) => self.leads_ms.push(lead.as_ms()),
            (Some(_), None) => self.after += 1,
        }
    }
}

/// The alerts an account asks for: shares of the limit, then by day, by month, and of the balance, in file order.
fn declared(alerts: &Alerts) -> Vec<AlertSamples> {
    let limit = alerts.monthly_limit.unwrap_or_default();
    let share = |share_ppb: i64| {
        let amount = limit.as_pico() * i128::from(share_ppb);
        let threshold = Money::from_ratio(amount, WHOLE_PPB, RoundingMode::HalfUp);
        AlertSamples::new(AlertKind::MonthlyLimit { share_ppb }, threshold)
    };
    let of = |kind: AlertKind| move |threshold: &Money| AlertSamples::new(kind, *threshold);
    let shares = alerts.shares_ppb.iter().map(|ppb| share(*ppb));
    let spent = alerts.daily.iter().map(of(AlertKind::Daily));
    let spent = spent.chain(alerts.monthly.iter().map(of(AlertKind::Monthly)));
    shares.chain(spent).chain(alerts.low_balance.iter().map(of(AlertKind::LowBalance))).collect()
}
