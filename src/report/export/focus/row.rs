//! A row before it is cut into columns, and what all rows share.

use super::super::charge::{Charge, invoice_at_once};
use super::super::commitment::Commitments;
use super::super::month::Month;
use super::super::number::Number;
use crate::ledger::{AccountEventKind, AccountId, Product};
use crate::report::Told;
use crate::units::{Money, SimTime};
use jiff::Timestamp;

/// Who provides what is billed. Nobody: so that a simulated bill is never taken for a real one.
pub(super) const PROVIDER: &str = "deploysim (simulated)";

/// A row of a FOCUS bill: the columns that are not the same on all of them.
#[derive(Clone, Debug)]
pub struct FocusRow {
    pub(super) billed: Money,
    pub(super) effective: Money,
    pub(super) list: Money,
    pub(super) contracted: Money,
    pub(super) account: String,
    pub(super) currency: String,
    pub(super) billing_period: (String, String),
    pub(super) charge_period: (String, String),
    pub(super) category: &'static str,
    pub(super) frequency: &'static str,
    pub(super) description: String,
    pub(super) invoice: String,
    /// Pricing category, quantity, unit, list and contracted unit price.
    pub(super) pricing: Option<Pricing>,
    pub(super) consumed: Option<(Number, String)>,
    pub(super) commitment: Option<Committed>,
    pub(super) service: Service,
    pub(super) sku: Option<Sku>,
    /// Its name, and what it is.
    pub(super) resource: Option<(String, &'static str)>,
    /// Its id, and its name.
    pub(super) region: Option<String>,
    pub(super) sub_account: Option<String>,
    pub(super) tags: Option<String>,
    pub(super) x_replication: u64,
    pub(super) x_seed: u64,
    pub(super) x_scenario: String,
    pub(super) x_strategy: String,
    pub(super) x_instance_id: Option<String>,
    pub(super) x_bid_price: Option<Number>,
    pub(super) x_arrears_state: Option<&'static str>,
    pub(super) x_unamortized: Option<Money>,
    pub(super) x_issued_at: Option<String>,
}

/// What a quantity costs.
#[derive(Clone, Debug)]
pub(super) struct Pricing {
    pub(super) category: &'static str,
    pub(super) quantity: Number,
    pub(super) unit: String,
    pub(super) list_price: Number,
    pub(super) contracted_price: Number,
}

/// What a row has to do with a commitment.
#[derive(Clone, Debug)]
pub(super) struct Committed {
    pub(super) category: &'static str,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) status: Option<&'static str>,
    pub(super) quantity: Option<(Number, String)>,
}

/// How FOCUS groups a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Service {
    pub(super) category: &'static str,
    pub(super) subcategory: &'static str,
    pub(super) name: &'static str,
}

/// What is sold.
#[derive(Clone, Debug)]
pub(super) struct Sku {
    pub(super) id: String,
    pub(super) meter: String,
    pub(super) price_id: String,
    pub(super) details: Option<String>,
}

impl Service {
    /// The categories are those that version 1.2 lists.
    pub(super) fn of(product: Product) -> Self {
        let (category, subcategory) = match product {
            Product::Inference
            | Product::Batch
            | Product::WebSearch
            | Product::KnowledgeBase
            | Product::Plans => ("AI and Machine Learning", "Generative AI"),
            Product::Deployment | Product::Development => ("AI and Machine Learning", "AI Platforms"),
            Product::Training => ("AI and Machine Learning", "Machine Learning"),
            Product::Machines => ("Compute", "Virtual Machines"),
            Product::Notifications => ("Integration", "Messaging"),
            Product::Other => ("Other", "Other (Other)"),
            Product::Storage => ("Storage", "Other (Storage)"),
        };
        Self { category, subcategory, name: product.name() }
    }
}

impl FocusRow {
    /// What it adds to the bill.
    pub fn billed(&self) -> Money {
        self.billed
    }
}

/// What rows are made with.
pub(super) struct Context<'a, 'run> {
    pub(super) told: &'a Told<'run>,
    pub(super) commitments: &'a Commitments,
    /// Episodes of arrears of each account, half-open.
    overdue: Vec<Vec<(SimTime, SimTime)>>,
}

impl<'a, 'run> Context<'a, 'run> {
    pub(super) fn new(told: &'a Told<'run>, commitments: &'a Commitments) -> Self {
        let mut overdue: Vec<Vec<(SimTime, SimTime)>> = vec![Vec::new(); told.scenario.accounts.len()];
        for event in &told.recorder.journal.events {
            let episodes = &mut overdue[event.account.0];
            match event.kind {
                AccountEventKind::Overdue { .. } => episodes.push((event.at, SimTime::NEVER)),
                AccountEventKind::Settled { .. } => {
                    if let Some(last) = episodes.last_mut() {
                        last.1 = event.at;
                    }
                }
                AccountEventKind::Stopped { .. }
                | AccountEventKind::Restored { .. }
                | AccountEventKind::RetentionBegins
                | AccountEventKind::Cleared
                | AccountEventKind::Lost { .. }
                | AccountEventKind::Alert { .. }
                | AccountEventKind::TopUpRequested { .. }
                | AccountEventKind::PurchaseRefused { .. }
                | AccountEventKind::RenewalFailed { .. }
                | AccountEventKind::UsedUp { .. }
                | AccountEventKind::Expired { .. }
                | AccountEventKind::Key { .. }
                | AccountEventKind::Subscribed { .. }
                | AccountEventKind::Acted { .. } => {}
            }
        }
        Self { told, commitments, overdue }
    }

    /// A row of a charge that costs so much, without anything that its kind adds.
    pub(super) fn row(&self, charge: &Charge<'_>, period: (SimTime, SimTime), amount: Money) -> FocusRow {
        let invoice = self.invoice_id(charge.account, charge.month, charge.invoice);
        let row = self.bare(charge.account, charge.month, period, amount);
        FocusRow { invoice, service: Service::of(charge.product()), ..row }
    }

    /// A row of an account and a month.
    pub(super) fn bare(
        &self,
        account: AccountId,
        month: Month,
        period: (SimTime, SimTime),
        amount: Money,
    ) -> FocusRow {
        let told = self.told;
        FocusRow {
            billed: amount,
            effective: amount,
            list: amount,
            contracted: amount,
            account: told.scenario.accounts[account.0].name.clone(),
            currency: told.scenario.currency.clone(),
            billing_period: self.period((month.from, month.to)),
            charge_period: self.period(period),
            category: "Usage",
            frequency: "Usage-Based",
            description: String::new(),
            invoice: self.invoice_id(account, month, invoice_at_once(told.scenario, account, month)),
            pricing: None,
            consumed: None,
            commitment: None,
            service: Service::of(Product::Other),
            sku: None,
            resource: None,
            region: None,
            sub_account: None,
            tags: None,
            x_replication: told.replication,
            x_seed: told.seed,
            x_scenario: told.scenario.name.clone(),
            x_strategy: told.strategy.name.clone(),
            x_instance_id: None,
            x_bid_price: None,
            x_arrears_state: self.is_overdue(account, period.0).then_some("Overdue"),
            x_unamortized: None,
            x_issued_at: None,
        }
    }

    /// The invoice of the settlement that took a charge of a month; before it, a provisional one of the month.
    fn invoice_id(&self, account: AccountId, month: Month, settled: Option<Month>) -> String {
        let name = &self.told.scenario.accounts[account.0].name;
        let suffix = if settled.is_some() { "" } else { "-provisional" };
        format!("INV-{name}-{}{suffix}", settled.unwrap_or(month).name(&self.told.scenario.calendar))
    }

    /// An instant in UTC, to the second.
    pub(super) fn utc(&self, at: SimTime) -> String {
        utc_second(at.as_ms().saturating_add(self.told.scenario.calendar.start_unix_ms()).div_euclid(1_000))
    }

    /// A period in UTC, to whole seconds around it; a period has at least one.
    fn period(&self, (from, to): (SimTime, SimTime)) -> (String, String) {
        let start = self.told.scenario.calendar.start_unix_ms();
        let first = from.as_ms().saturating_add(start).div_euclid(1_000);
        let last = -(to.as_ms().saturating_add(start).saturating_neg()).div_euclid(1_000);
        (utc_second(first), utc_second(last.max(first + 1)))
    }

    fn is_overdue(&self, account: AccountId, at: SimTime) -> bool {
        self.overdue[account.0].iter().any(|(from, to)| *from <= at && at < *to)
    }
}

fn utc_second(unix_second: i64) -> String {
    // What no calendar of four-digit years holds is its last instant.
    let stamp = Timestamp::from_second(unix_second).unwrap_or(Timestamp::MAX);
    stamp.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
