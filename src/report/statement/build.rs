//! From charges to the numbers of a statement.

use super::{
    AccountStatement, CategoryAmount, MonthStatement, Overview, Reported, Saved, Settled, Share, Statement,
    StillCharged, Subscription, Trend,
};
use crate::account::Reporting;
use crate::ledger::{AccountId, BillLine, Category, EntryKind, LineQuantity};
use crate::report::Told;
use crate::report::export::charge::{end_of, settlement_of};
use crate::report::export::{Charge, Month, Selection, What, total};
use crate::report::words::deployments::payment_name;
use crate::units::{Money, RoundingMode};
use std::collections::BTreeMap;

impl Statement {
    /// The statement of the charges that are wanted.
    pub fn new(told: &Told<'_>, charges: &[Charge<'_>], selection: Selection) -> Self {
        let scenario = told.scenario;
        let wanted: Vec<Charge<'_>> =
            charges.iter().filter(|charge| selection.takes(charge)).copied().collect();
        let accounts = (0..scenario.accounts.len()).map(AccountId).filter(|id| selection.has(*id));
        Self {
            scenario: scenario.name.clone(),
            strategy: told.strategy.name.clone(),
            seed: told.seed,
            replication: told.replication,
            currency: scenario.currency.clone(),
            until: scenario.calendar.format(end_of(scenario)),
            accounts: accounts.map(|id| account_statement(told, id, &wanted)).collect(),
            total: total(&wanted).to_string(),
        }
    }
}

fn account_statement(told: &Told<'_>, id: AccountId, wanted: &[Charge<'_>]) -> AccountStatement {
    let mut months: BTreeMap<Month, Vec<Charge<'_>>> = BTreeMap::new();
    for charge in wanted.iter().filter(|charge| charge.account == id) {
        months.entry(charge.month).or_default().push(*charge);
    }
    let sum: Money = months.values().map(|charges| total(charges)).sum();
    AccountStatement {
        account: told.scenario.accounts[id.0].name.clone(),
        months: months.iter().map(|(month, charges)| month_statement(told, id, *month, charges)).collect(),
        still_charged: StillCharged::new(told, id),
        available: told.outcome.accounts.get(id.0).map(|one| one.available).unwrap_or_default().to_string(),
        total: sum.to_string(),
    }
}

fn month_statement(told: &Told<'_>, id: AccountId, month: Month, charges: &[Charge<'_>]) -> MonthStatement {
    let scenario = told.scenario;
    let account = &scenario.accounts[id.0];
    let is_settled = settlement_of(scenario, account, month) < end_of(scenario);
    let lines: Vec<&BillLine> = charges
        .iter()
        .filter_map(|charge| match charge.what {
            What::Line(_, line) => Some(line),
            What::Purchase(_) | What::Refund(_) | What::Rounding { .. } | What::Tax { .. } => None,
        })
        .collect();
    let about = |line: &BillLine| {
        if line.model.is_empty() { line.resource.clone() } else { line.model.clone() }
    };
    MonthStatement {
        month: month.name(&scenario.calendar),
        state: if is_settled { "settled" } else { "open" },
        overview: overview(told, charges, &lines),
        daily: daily(told, charges),
        monthly: by_category(&lines),
        by_product: shares(&lines, |line| line.product.name().to_owned()),
        by_model: shares(&lines, about),
        by_key: shares(&lines, |line| line.to.api_key.clone()),
        by_workspace: shares(&lines, |line| line.to.workspace.clone()),
        by_tag: shares(&lines, |line| line.to.tag.clone()),
        by_channel: shares(&lines, |line| line.to.channel.clone()),
        subscriptions: subscriptions(told, charges),
        saved: saved(&lines),
        settlement: settlement(told, id, month),
        reported: account.reporting.as_ref().map(|reporting| reported(reporting, total(charges))),
    }
}

fn payable<'a>(lines: impl IntoIterator<Item = &'a BillLine>) -> Money {
    lines.into_iter().map(|line| line.amounts.payable()).sum()
}

fn is_inference(line: &BillLine) -> bool {
    line.product.category() == Category::Inference
}

fn overview(told: &Told<'_>, charges: &[Charge<'_>], lines: &[&BillLine]) -> Overview {
    let of = |subscription: bool| -> Money {
        charges.iter().filter(|charge| charge.is_subscription() == subscription).map(Charge::amount).sum()
    };
    let end = end_of(told.scenario);
    let lines = || lines.iter().copied();
    Overview {
        subscription: of(true).to_string(),
        bill: of(false).to_string(),
        inference: payable(lines().filter(|line| is_inference(line))).to_string(),
        not_issued: payable(lines().filter(|line| line.issued_at >= end)).to_string(),
        total: total(charges).to_string(),
    }
}

/// Days with any use, by category.
fn daily(told: &Told<'_>, charges: &[Charge<'_>]) -> Vec<Trend> {
    let mut days: BTreeMap<String, Vec<&BillLine>> = BTreeMap::new();
    for charge in charges {
        if let What::Line(_, line) = charge.what {
            days.entry(told.scenario.calendar.format_date(charge.at)).or_default().push(line);
        }
    }
    let trend = |(day, lines): (String, Vec<&BillLine>)| Trend {
        day,
        categories: by_category(&lines),
        total: payable(lines).to_string(),
    };
    days.into_iter().map(trend).collect()
}

fn by_category(lines: &[&BillLine]) -> Vec<CategoryAmount> {
    let of = |category: Category| {
        let own = lines.iter().copied().filter(|line| line.product.category() == category);
        CategoryAmount { category: category.name(), amount: payable(own).to_string() }
    };
    Category::ALL.into_iter().map(of).collect()
}

/// Lines by a name: the dearest first.
fn shares(lines: &[&BillLine], name: impl Fn(&BillLine) -> String) -> Vec<Share> {
    let mut groups: BTreeMap<String, Vec<&BillLine>> = BTreeMap::new();
    for line in lines {
        groups.entry(name(line)).or_default().push(line);
    }
    let mut groups: Vec<(Money, String, Vec<&BillLine>)> =
        groups.into_iter().map(|(name, lines)| (payable(lines.iter().copied()), name, lines)).collect();
    groups.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let share = |(amount, name, lines): (Money, String, Vec<&BillLine>)| Share {
        name,
        lines: lines.len() as u64,
        amount: amount.to_string(),
        inference: payable(lines.into_iter().filter(|line| is_inference(line))).to_string(),
    };
    groups.into_iter().map(share).collect()
}

fn subscriptions(told: &Told<'_>, charges: &[Charge<'_>]) -> Vec<Subscription> {
    let subscription = |charge: &Charge<'_>| {
        let (What::Purchase(purchase) | What::Refund(purchase)) = charge.what else { return None };
        let what = match purchase.payment {
            Some((_, id, reason)) => {
                format!("{}: {}", told.strategy.deployments[id.0].name, payment_name(reason))
            }
            None => purchase.what.to_owned(),
        };
        let at = told.scenario.calendar.format(charge.at);
        Some(Subscription { at, what, amount: purchase.amount.to_string() })
    };
    charges.iter().filter_map(subscription).collect()
}

fn saved(lines: &[&BillLine]) -> Saved {
    let (mut free_quota, mut packages) = (Money::ZERO, Money::ZERO);
    for line in lines {
        if let LineQuantity::Tokens { free, package, price, .. } = line.quantity {
            free_quota += price.of(free);
            packages += price.of(package);
        }
    }
    let sum = |of: fn(&BillLine) -> Money| -> Money { lines.iter().map(|line| of(line)).sum() };
    Saved {
        free_quota: free_quota.to_string(),
        packages: packages.to_string(),
        savings_plans: sum(|line| line.amounts.plan).to_string(),
        discounts: sum(|line| -line.amounts.discount).to_string(),
    }
}

/// The debits of a month's settlement.
fn settlement(told: &Told<'_>, id: AccountId, month: Month) -> Vec<Settled> {
    let calendar = &told.scenario.calendar;
    let entries = told.recorder.journal.entries.iter();
    let own = entries
        .filter(|entry| entry.account == id && Month::of(calendar, entry.at).before(calendar) == month);
    let settled = own.filter_map(|entry| match entry.kind {
        EntryKind::Settlement { product, exact, rounding, tax, paid } => {
            let debited = exact + rounding + tax;
            Some(Settled {
                at: calendar.format(entry.at),
                product: product.name(),
                exact: exact.to_string(),
                rounding: rounding.to_string(),
                tax: tax.to_string(),
                debited: debited.to_string(),
                paid: paid.to_string(),
                open: (debited - paid).to_string(),
            })
        }
        EntryKind::Opening
        | EntryKind::Issued { .. }
        | EntryKind::Payment
        | EntryKind::TopUp
        | EntryKind::Purchase { .. }
        | EntryKind::Refund { .. }
        | EntryKind::MonthBegins
        | EntryKind::DebtPaid => None,
    });
    settled.collect()
}

/// An amount in the reporting currency, rounded to its cents.
fn reported(reporting: &Reporting, amount: Money) -> Reported {
    let product = amount.as_pico() * i128::from(reporting.rate.as_nano());
    let total = Money::from_ratio(product, 1_000_000_000, RoundingMode::HalfUp);
    Reported {
        currency: reporting.currency.clone(),
        rate: reporting.rate.to_string(),
        total: total.round_to(2, RoundingMode::HalfUp).to_string(),
    }
}
