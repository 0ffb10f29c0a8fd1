//! What accounts add to the list prices of what was used: searches, jobs, single charges, plans, discounts, rounding, tax.

use super::Told;
use crate::ledger::{BillLine, EntryKind, LineQuantity, Product};
use crate::report::words;
use crate::scenario::resource::{MESSAGES, ResourceTag, TRAFFIC};
use crate::units::Money;
use serde::Serialize;
use std::collections::BTreeSet;

/// A line of an account, or of web searches.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLine {
    /// `account`.
    pub kind: &'static str,
    /// Account; empty where there is none.
    pub account: String,
    /// `web search`, the type of a job or charge, `savings plans`, `discounts`, `rounding`, `tax`, or what was bought.
    pub item: String,
    /// When, or the civil day; empty for sums over the run.
    pub at: String,
    /// How many.
    pub quantity: u64,
    /// `call`, `piece`, `job`, …
    pub unit: &'static str,
    /// Amount; negative where something is taken off.
    pub amount: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
    /// The same, exactly.
    #[serde(skip)]
    pub exact: Money,
}

/// Every line: searches by day, then account by account.
pub(in crate::report) fn account_lines(told: &Told<'_>) -> Vec<AccountLine> {
    let mut lines = searches(told);
    for (index, account) in told.scenario.accounts.iter().enumerate() {
        let own = |item: String, at: String, quantity, unit, exact: Money, rules| AccountLine {
            kind: "account",
            account: account.name.clone(),
            item,
            at,
            quantity,
            unit,
            amount: exact.to_string(),
            rules,
            exact,
        };
        let clock = |at| words::clock(told.scenario, at);
        for line in charges(told, index) {
            let (count, unit) = match line.quantity {
                LineQuantity::Tokens { tokens, .. } => (tokens, "token"),
                LineQuantity::Time { count, unit, .. }
                | LineQuantity::Period { count, unit, .. }
                | LineQuantity::Count { count, unit, .. } => (count, unit),
            };
            let item = if line.resource.is_empty() {
                line.billing_type.clone()
            } else {
                format!("{} {}", line.billing_type, line.resource)
            };
            lines.push(own(item, clock(line.from), count, unit, line.amounts.list, line.rules));
        }
        lines.extend(purchases(told, index).map(|(what, at, amount)| {
            own(what, clock(at), 1, "purchase", amount, &["B5", "B24", "B25", "A-20"])
        }));
        let outcome = told.outcome.accounts.get(index).cloned().unwrap_or_default();
        let sums: [(&str, Money, &[&str]); 4] = [
            ("savings plans", -outcome.covered_by_plans, &["B18", "A-24"]),
            ("discounts", outcome.discounts, &["A-20"]),
            ("rounding", outcome.rounding, &["A-20", "A-26"]),
            ("tax", outcome.tax, &["A-20"]),
        ];
        for (item, amount, rules) in sums.into_iter().filter(|(_, amount, _)| *amount != Money::ZERO) {
            lines.push(own(item.to_owned(), String::new(), 1, "sum", amount, rules));
        }
    }
    lines
}

/// Web searches by day (B32).
fn searches(told: &Told<'_>) -> Vec<AccountLine> {
    let price = told.scenario.web_search;
    let days = told.recorder.searches.iter().filter(|_| price != Money::ZERO);
    let line = |(day, count): (&crate::units::SimTime, &u64)| {
        let exact = Money::from_pico(price.as_pico() * i128::from(*count));
        AccountLine {
            kind: "account",
            account: String::new(),
            item: "web search".to_owned(),
            at: told.scenario.calendar.format_date(*day),
            quantity: *count,
            unit: "call",
            amount: exact.to_string(),
            rules: &["B32", "A-27"],
            exact,
        }
    };
    days.map(line).collect()
}

/// Lines of an account that are of no deployment, service or call.
pub(in crate::report) fn charges<'run>(
    told: &Told<'run>,
    account: usize,
) -> impl Iterator<Item = &'run BillLine> {
    let of_calls = |line: &BillLine| !line.to.channel.is_empty();
    told.recorder.journal.lines.iter().filter(move |line| {
        line.account.0 == account
            && !is_of_resource(told, line)
            && match line.product {
                Product::Batch | Product::Training | Product::KnowledgeBase => !of_calls(line),
                Product::Notifications | Product::Plans | Product::Other => true,
                Product::Inference
                | Product::Deployment
                | Product::WebSearch
                | Product::Machines
                | Product::Development
                | Product::Storage => is_single(told, line),
            }
    })
}

/// Resources have lines of their own; those of single charges have no resource.
pub(in crate::report) fn is_of_resource(told: &Told<'_>, line: &BillLine) -> bool {
    let types = told.scenario.resources.iter().find(|resource| resource.name == line.resource);
    types.is_some_and(|resource| {
        let by_time = resource.parts().iter().any(|part| part.item.billing_type() == line.billing_type);
        let is_message = [MESSAGES, TRAFFIC].contains(&line.billing_type.as_str());
        by_time || (is_message && line.product == Product::Notifications)
    })
}

/// A single charge may be of any product; it is known by its unit.
fn is_single(told: &Told<'_>, line: &BillLine) -> bool {
    let charges = &told.scenario.accounts[line.account.0].charges;
    matches!(line.quantity, LineQuantity::Count { unit: "piece", .. })
        && charges.iter().any(|charge| charge.item == line.billing_type)
}

/// Plans and single purchases, and what came back of them; deployments have payments of their own.
pub(in crate::report) fn purchases(
    told: &Told<'_>,
    account: usize,
) -> impl Iterator<Item = (String, crate::units::SimTime, Money)> {
    let deployments: BTreeSet<&str> =
        told.strategy.deployments.iter().map(|deployment| deployment.name.as_str()).collect();
    let pools: BTreeSet<&str> = told
        .scenario
        .resources
        .iter()
        .filter(|resource| resource.kind.tag() == ResourceTag::Pool)
        .map(|resource| resource.name.as_str())
        .collect();
    let entries = told.recorder.journal.entries.iter().filter(move |entry| entry.account.0 == account);
    let own = entries.filter_map(move |entry| {
        let (product, what, amount) = match &entry.kind {
            EntryKind::Purchase { product, what, price } => (*product, what, *price),
            EntryKind::Refund { product, what, price } => (*product, what, -*price),
            EntryKind::Opening
            | EntryKind::Issued { .. }
            | EntryKind::Payment
            | EntryKind::TopUp
            | EntryKind::MonthBegins
            | EntryKind::Settlement { .. }
            | EntryKind::DebtPaid => return None,
        };
        let is_deployment = product == Product::Deployment && deployments.contains(what.as_str());
        let is_pool = product == Product::Development && pools.contains(what.as_str());
        (!is_deployment && !is_pool).then(|| (what.clone(), entry.at, amount))
    });
    own.collect::<Vec<_>>().into_iter()
}
