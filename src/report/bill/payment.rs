//! Payments in advance, and what came back of them.

use super::Told;
use crate::report::terms;
use crate::report::words::deployments as words;
use crate::sim::deployment::record::PaymentRecord;
use serde::Serialize;

/// A payment, or a refund with a negative amount.
#[derive(Clone, Debug, Serialize)]
pub struct PaymentLine {
    /// `payment`.
    pub kind: &'static str,
    /// Deployment.
    pub deployment: String,
    /// `order`, `renewal`, `enlargement`, `reduction`, `capacity pack`, `cancellation` or `failed purchase`.
    pub item: &'static str,
    /// When it was paid or came back.
    pub at: String,
    /// 1.
    pub quantity: u32,
    /// `payment`.
    pub unit: &'static str,
    /// Amount; negative if it came back.
    pub amount: String,
    /// How it comes about, in words and figures.
    pub workings: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
}

/// Each payment with how it comes about.
pub(in crate::report) fn payments_of<'run>(
    told: &Told<'run>,
) -> impl Iterator<Item = (&'run PaymentRecord, String)> {
    told.recorder.payments.iter().zip(terms::workings(told))
}

pub(super) fn lines(told: &Told<'_>) -> impl Iterator<Item = PaymentLine> {
    payments_of(told).map(|(payment, workings)| {
        let deployment = &told.strategy.deployments[payment.deployment.0];
        PaymentLine {
            kind: "payment",
            deployment: deployment.name.clone(),
            item: words::payment_name(payment.reason),
            at: told.scenario.calendar.format(payment.at),
            quantity: 1,
            unit: "payment",
            amount: payment.amount.to_string(),
            workings,
            rules: words::payment_rules(deployment, payment.reason),
        }
    })
}
