//! An account's months as its owner wants to read them: what was paid, for what, how it was settled, what still costs.
//!
//! Two totals answer two questions. The overview of a month is Subscription + Bill = Total (B5), with training and everything
//! else in it. The console's own cost overview shows inference only (B7): each breakdown says what of an amount is
//! inference, so that both can be read. Trends are of pay-as-you-go only (B6), by the day of use.
//!
//! The numbers are made once, in [`Statement::new`]; JSON prints them as they are, [`render`] as tables.

mod build;
mod render;
mod still;

pub use render::render;
pub use still::{StillBilled, StillCalled, StillCharged};

use serde::Serialize;

/// What `bill` tells. Money is text; fields are added by later versions and kept.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    /// Name of the scenario.
    pub scenario: String,
    /// Name of the strategy.
    pub strategy: String,
    /// Root of all luck.
    pub seed: u64,
    /// Index of the replication.
    pub replication: u64,
    /// ISO 4217 code.
    pub currency: String,
    /// When the run ends.
    pub until: String,
    /// The accounts, in file order.
    pub accounts: Vec<AccountStatement>,
    /// What the accounts are charged together, in the months that are told.
    pub total: String,
}

/// An account.
#[derive(Clone, Debug, Serialize)]
pub struct AccountStatement {
    /// Its name.
    pub account: String,
    /// Its months with anything in them, in order.
    pub months: Vec<MonthStatement>,
    /// What of it would be charged on after the run.
    pub still_charged: StillCharged,
    /// What is available at the end of the run (B15).
    pub available: String,
    /// What it is charged in the months that are told.
    pub total: String,
}

/// A month of an account.
#[derive(Clone, Debug, Serialize)]
pub struct MonthStatement {
    /// As in `2026-06`.
    pub month: String,
    /// `settled`, or `open` where the run ends before the settlement.
    pub state: &'static str,
    /// Subscription + Bill = Total.
    pub overview: Overview,
    /// Pay-as-you-go by day of use.
    pub daily: Vec<Trend>,
    /// Pay-as-you-go of the whole month.
    pub monthly: Vec<CategoryAmount>,
    /// Pay-as-you-go by product.
    pub by_product: Vec<Share>,
    /// Pay-as-you-go by model; of what has none, by its resource.
    pub by_model: Vec<Share>,
    /// … by API key id; without one the calls come from the console (B10).
    pub by_key: Vec<Share>,
    /// … by workspace.
    pub by_workspace: Vec<Share>,
    /// … by instance tag.
    pub by_tag: Vec<Share>,
    /// … by channel.
    pub by_channel: Vec<Share>,
    /// What was paid in advance, and what came back.
    pub subscriptions: Vec<Subscription>,
    /// What quotas, plans and discounts took over.
    pub saved: Saved,
    /// The debits of its settlement; empty while it is open.
    pub settlement: Vec<Settled>,
    /// In the reporting currency, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported: Option<Reported>,
}

/// The cost overview of a month (B5).
#[derive(Clone, Debug, Serialize)]
pub struct Overview {
    /// Payments in advance less what came back, with tax.
    pub subscription: String,
    /// Pay-as-you-go, with rounding and tax of its settlement.
    pub bill: String,
    /// Of the bill, lines of inference (B7).
    pub inference: String,
    /// Of the bill, lines that are not issued before the run ends: they are in no balance.
    pub not_issued: String,
    /// Subscription + bill.
    pub total: String,
}

/// A day of pay-as-you-go.
#[derive(Clone, Debug, Serialize)]
pub struct Trend {
    /// Civil date.
    pub day: String,
    /// By category, in the order the console shows them.
    pub categories: Vec<CategoryAmount>,
    /// All of them.
    pub total: String,
}

/// What a category comes to.
#[derive(Clone, Debug, Serialize)]
pub struct CategoryAmount {
    /// `Inference`, `Deployment`, `Training` or `Other`.
    pub category: &'static str,
    /// How much is to be paid.
    pub amount: String,
}

/// A part of a month's pay-as-you-go.
#[derive(Clone, Debug, Serialize)]
pub struct Share {
    /// Of what; may be empty.
    pub name: String,
    /// Lines.
    pub lines: u64,
    /// How much is to be paid.
    pub amount: String,
    /// Of it, inference (B7).
    pub inference: String,
}

/// Something paid in advance.
#[derive(Clone, Debug, Serialize)]
pub struct Subscription {
    /// When.
    pub at: String,
    /// What.
    pub what: String,
    /// How much, without tax; negative if it came back.
    pub amount: String,
}

/// What is not paid as pay-as-you-go.
#[derive(Clone, Debug, Serialize)]
pub struct Saved {
    /// Tokens of free quotas, at list price.
    pub free_quota: String,
    /// Tokens of resource packages, at list price.
    pub packages: String,
    /// Covered by savings plans, at list price.
    pub savings_plans: String,
    /// Taken off by negotiated discounts.
    pub discounts: String,
}

/// A debit.
#[derive(Clone, Debug, Serialize)]
pub struct Settled {
    /// When.
    pub at: String,
    /// Product Name.
    pub product: &'static str,
    /// Its lines, exactly; of `Other` also what was owed before the start.
    pub exact: String,
    /// What rounding adds.
    pub rounding: String,
    /// Tax on the rounded amount.
    pub tax: String,
    /// What is debited.
    pub debited: String,
    /// Paid from cash at once.
    pub paid: String,
    /// What was left open then.
    pub open: String,
}

/// An amount in another currency.
#[derive(Clone, Debug, Serialize)]
pub struct Reported {
    /// ISO 4217 code.
    pub currency: String,
    /// Price of one unit of the scenario's currency.
    pub rate: String,
    /// The month's total.
    pub total: String,
}
