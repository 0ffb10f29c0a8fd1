//! The charges of accounts: everything a bill consists of, read once from what was told of a run.

use super::month::Month;
use crate::account::AccountModel;
use crate::ledger::{AccountId, BillLine, Entry, EntryKind, LineQuantity, Place, Product};
use crate::report::Told;
use crate::scenario::Scenario;
use crate::scenario::deployment::DeploymentId;
use crate::sim::deployment::record::{PaymentReason, PaymentRecord};
use crate::units::{Money, SimSpan, SimTime};

/// A charge of an account.
#[derive(Clone, Copy, Debug)]
pub struct Charge<'run> {
    /// Whose.
    pub account: AccountId,
    /// When it came about: the use, the payment, the settlement.
    pub at: SimTime,
    /// The month it belongs to: that of its use, or the one that was settled.
    pub month: Month,
    /// The month whose settlement it was part of; none if there was none before the horizon.
    pub invoice: Option<Month>,
    /// What.
    pub what: What<'run>,
}

/// What is charged.
#[derive(Clone, Copy, Debug)]
pub enum What<'run> {
    /// A line, with its place in the journal.
    Line(usize, &'run BillLine),
    /// A payment in advance, without tax.
    Purchase(Purchase<'run>),
    /// One that came back: its amount is negative.
    Refund(Purchase<'run>),
    /// What rounding at a settlement adds.
    Rounding {
        /// Of which product.
        product: Product,
        /// How much; may be negative.
        amount: Money,
    },
    /// Tax on a settlement or a purchase.
    Tax {
        /// Of which product.
        product: Product,
        /// On which purchase; `None` is on a settlement.
        purchase: Option<&'run str>,
        /// How much; negative on a refund.
        amount: Money,
    },
}

/// A payment in advance.
#[derive(Clone, Copy, Debug)]
pub struct Purchase<'run> {
    /// Product Name.
    pub product: Product,
    /// What, in the words of the journal.
    pub what: &'run str,
    /// The payment of a deployment: its place among those of the run, which deployment, and what for.
    pub payment: Option<(usize, DeploymentId, PaymentReason)>,
    /// Its place among the entries of the journal.
    pub entry: Option<usize>,
    /// How much, without tax; negative if it came back.
    pub amount: Money,
}

/// Which charges are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those of one account; `None` is of all.
    pub account: Option<AccountId>,
    /// Those of one month; `None` is of all.
    pub month: Option<Month>,
}

impl Selection {
    /// True if a charge is wanted.
    pub fn takes(&self, charge: &Charge<'_>) -> bool {
        self.has(charge.account) && self.month.is_none_or(|wanted| wanted == charge.month)
    }

    /// True if an account is wanted.
    pub fn has(&self, account: AccountId) -> bool {
        self.account.is_none_or(|wanted| wanted == account)
    }
}

impl Charge<'_> {
    /// What it adds to the bill.
    pub fn amount(&self) -> Money {
        match self.what {
            What::Line(_, line) => line.amounts.payable(),
            What::Purchase(purchase) | What::Refund(purchase) => purchase.amount,
            What::Rounding { amount, .. } | What::Tax { amount, .. } => amount,
        }
    }

    /// Product Name.
    pub fn product(&self) -> Product {
        match self.what {
            What::Line(_, line) => line.product,
            What::Purchase(purchase) | What::Refund(purchase) => purchase.product,
            What::Rounding { product, .. } | What::Tax { product, .. } => product,
        }
    }

    /// True for what is paid in advance, with its tax; the rest is pay-as-you-go (B5).
    pub fn is_subscription(&self) -> bool {
        match self.what {
            What::Purchase(_) | What::Refund(_) => true,
            What::Tax { purchase, .. } => purchase.is_some(),
            What::Line(..) | What::Rounding { .. } => false,
        }
    }
}

/// What charges come to together.
pub fn total(charges: &[Charge<'_>]) -> Money {
    charges.iter().map(Charge::amount).sum()
}

/// Every charge of every account: by account and month, then by instant, and in the order of the journal at one.
pub fn charges<'run>(told: &Told<'run>) -> Vec<Charge<'run>> {
    let mut all: Vec<Charge<'run>> = lines(told);
    all.extend(settled(told));
    all.extend(purchases(told));
    all.sort_by_key(|charge| (charge.account, charge.month, charge.at));
    all
}

fn lines<'run>(told: &Told<'run>) -> Vec<Charge<'run>> {
    let scenario = told.scenario;
    let lines = told.recorder.journal.lines.iter().enumerate();
    lines
        .map(|(index, line)| {
            let at = used_at(line);
            let month = Month::of(&scenario.calendar, at);
            let invoice = invoice_of_line(scenario, line, month);
            Charge { account: line.account, at, month, invoice, what: What::Line(index, line) }
        })
        .collect()
}

/// The instant whose month a line belongs to: what is billed when it ends belongs to its end, however long it took.
fn used_at(line: &BillLine) -> SimTime {
    match line.quantity {
        LineQuantity::Time { .. } | LineQuantity::Period { .. } => line.from,
        LineQuantity::Tokens { .. } | LineQuantity::Count { .. } => line.to_time - SimSpan::from_ms(1),
    }
}

/// The settlement that takes a line: that of its month or, if the line is issued later, the next one.
fn invoice_of_line(scenario: &Scenario, line: &BillLine, month: Month) -> Option<Month> {
    let account = &scenario.accounts[line.account.0];
    let mut settles = month;
    let horizon = end_of(scenario);
    // A month has a settlement of its own, so that this ends with the horizon at the latest.
    loop {
        let at = settlement_of(scenario, account, settles);
        if at >= horizon {
            return None;
        }
        if line.issued_at <= at {
            return Some(settles);
        }
        settles = settles.after(&scenario.calendar);
    }
}

/// When a month is settled: on a day of the next one.
pub fn settlement_of(scenario: &Scenario, account: &AccountModel, month: Month) -> SimTime {
    let settlement = account.settlement;
    let next = month.after(&scenario.calendar).from;
    next + SimSpan::from_days(i64::from(settlement.day) - 1) + settlement.time
}

/// The end of the run.
pub fn end_of(scenario: &Scenario) -> SimTime {
    SimTime::ZERO + scenario.horizon
}

/// The invoice that a charge at once belongs to: its month's, once that is settled.
pub(super) fn invoice_at_once(scenario: &Scenario, account: AccountId, month: Month) -> Option<Month> {
    let at = settlement_of(scenario, &scenario.accounts[account.0], month);
    (at < end_of(scenario)).then_some(month)
}

/// Rounding and tax of the settlements.
fn settled<'run>(told: &Told<'run>) -> Vec<Charge<'run>> {
    let calendar = &told.scenario.calendar;
    let mut all = Vec::new();
    for entry in &told.recorder.journal.entries {
        let EntryKind::Settlement { product, rounding, tax, .. } = entry.kind else { continue };
        let month = Month::of(calendar, entry.at).before(calendar);
        let charge =
            |what| Charge { account: entry.account, at: entry.at, month, invoice: Some(month), what };
        if rounding != Money::ZERO {
            all.push(charge(What::Rounding { product, amount: rounding }));
        }
        if tax != Money::ZERO {
            all.push(charge(What::Tax { product, purchase: None, amount: tax }));
        }
    }
    all
}

/// Payments in advance and what came back of them: entries of the journal, each with the payment of a deployment it is
/// about, and payments of deployments that have no entry. Tax on them is a charge of its own.
fn purchases<'run>(told: &Told<'run>) -> Vec<Charge<'run>> {
    let mut open: Vec<bool> = vec![true; told.recorder.payments.len()];
    let mut all = Vec::new();
    for (index, entry) in told.recorder.journal.entries.iter().enumerate() {
        let (product, what, amount, is_refund) = match &entry.kind {
            EntryKind::Purchase { product, what, price } => (*product, what.as_str(), *price, false),
            EntryKind::Refund { product, what, price } => (*product, what.as_str(), -*price, true),
            EntryKind::Opening
            | EntryKind::Issued { .. }
            | EntryKind::Payment
            | EntryKind::TopUp
            | EntryKind::MonthBegins
            | EntryKind::Settlement { .. }
            | EntryKind::DebtPaid => continue,
        };
        let paid = entry.to(Place::Provider);
        let payment =
            (product == Product::Deployment).then(|| payment_of(told, entry, is_refund, &mut open)).flatten();
        let purchase = Purchase {
            product,
            what,
            payment: payment.map(|(index, payment)| (index, payment.deployment, payment.reason)),
            entry: Some(index),
            amount,
        };
        let charge = |what| at_once(told, entry.account, entry.at, what);
        all.push(charge(if is_refund { What::Refund(purchase) } else { What::Purchase(purchase) }));
        let tax = paid - amount;
        if tax != Money::ZERO {
            all.push(charge(What::Tax { product, purchase: Some(what), amount: tax }));
        }
    }
    all.extend(unentered(told, &open));
    all
}

fn at_once<'run>(told: &Told<'run>, account: AccountId, at: SimTime, what: What<'run>) -> Charge<'run> {
    let month = Month::of(&told.scenario.calendar, at);
    Charge { account, at, month, invoice: invoice_at_once(told.scenario, account, month), what }
}

/// The first payment of a deployment that an entry can be about and that none was about before.
fn payment_of<'run>(
    told: &Told<'run>,
    entry: &Entry,
    is_refund: bool,
    open: &mut [bool],
) -> Option<(usize, &'run PaymentRecord)> {
    let payments = told.recorder.payments.iter().enumerate();
    let found = payments.into_iter().find(|(index, payment)| {
        open[*index]
            && payment.at == entry.at
            && (payment.amount < Money::ZERO) == is_refund
            && told.strategy.deployments[payment.deployment.0].account == entry.account
    })?;
    open[found.0] = false;
    Some(found)
}

/// Payments of deployments that no entry is about: what came back to nobody's balance.
fn unentered<'run>(told: &Told<'run>, open: &[bool]) -> Vec<Charge<'run>> {
    let payments = told.recorder.payments.iter().enumerate().filter(|(index, _)| open[*index]);
    payments
        .filter(|(_, payment)| payment.amount != Money::ZERO)
        .map(|(index, payment)| {
            let deployment = &told.strategy.deployments[payment.deployment.0];
            let purchase = Purchase {
                product: Product::Deployment,
                what: &deployment.name,
                payment: Some((index, payment.deployment, payment.reason)),
                entry: None,
                amount: payment.amount,
            };
            let is_refund = payment.amount < Money::ZERO;
            let what = if is_refund { What::Refund(purchase) } else { What::Purchase(purchase) };
            at_once(told, deployment.account, payment.at, what)
        })
        .collect()
}
