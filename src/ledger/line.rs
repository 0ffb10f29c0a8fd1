//! A line of a bill (B2, B8–B13, B28–B30).

use super::{AccountId, Product};
use crate::units::{Money, SimSpan, SimTime, TokenPrice, UnitPrice};

/// A line of a bill: one billing type of one caller in one minute or hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillLine {
    /// Whose.
    pub account: AccountId,
    /// Product Name.
    pub product: Product,
    /// Input/output type or item: `context_0-256k_input_token`, `web_search`, `ptu_input`, `model_units`,
    /// `standard_compute`, `spot_compute`, `system_disk`, `batch`, `training`, `knowledge_base`, …
    pub billing_type: String,
    /// Deployment, service, job or plan that it is about; empty for a call to a public model.
    pub resource: String,
    /// Model code, or instance type of a machine; may be empty.
    pub model: String,
    /// Who used it.
    pub to: ChargedTo,
    /// It is pay-as-you-go beyond a quota of provisioned throughput (P11).
    pub is_overflow: bool,
    /// Beginning of the minute or hour it was used in (half-open); of time, when the use in it began.
    pub from: SimTime,
    /// End of that.
    pub to_time: SimTime,
    /// When it is issued; it may lie at or after the horizon, and is then in no balance.
    pub issued_at: SimTime,
    /// How much, at which list price.
    pub quantity: LineQuantity,
    /// What it comes to.
    pub amounts: LineAmounts,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
}

/// The six fields of the Instance ID but for model and type, and the tag (B9–B13).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ChargedTo {
    /// API key id; empty for calls of the console and for what is not called (B10).
    pub api_key: String,
    /// Workspace id; may be empty.
    pub workspace: String,
    /// `app`, `bmp`, `assistant-api` (B12); empty for what is not called.
    pub channel: String,
    /// The last field: "stop when the free quota is used up" is switched on for the model.
    pub stops_when_free_quota_used: bool,
    /// Instance Tag: `key:k1 value:v1; key:k2 value:v2` (B11); empty without.
    pub tag: String,
}

/// How much, at which list price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineQuantity {
    /// Tokens: list = (tokens − free − package) × price, exactly.
    Tokens {
        /// How many.
        tokens: u64,
        /// Of them, covered by a free quota (B17).
        free: u64,
        /// Of them, covered by resource packages.
        package: u64,
        /// Of how many calls.
        calls: u64,
        /// List price of one.
        price: TokenPrice,
    },
    /// Time: list = count × billed time × price, but for the rounding of the sum so far.
    Time {
        /// Billed time.
        billed: SimSpan,
        /// TPM, replicas, instances, GiB.
        count: u64,
        /// `TPM`, `replica`, `instance`, `GiB`, `unit`, `job`.
        unit: &'static str,
        /// List price of one per hour.
        price: UnitPrice,
    },
    /// Part of a day or month: list = count × billed time ÷ length × price, but for the rounding of the sum so far.
    Period {
        /// Billed time.
        billed: SimSpan,
        /// Length of the day, or of the month it lies in.
        of: SimSpan,
        /// Pieces, GB.
        count: u64,
        /// `piece-day`, `piece-month`, `GB-day`, `GB-month`.
        unit: &'static str,
        /// List price of one.
        price: Money,
    },
    /// Things: list = count × price, exactly.
    Count {
        /// How many.
        count: u64,
        /// `call`, `message`, `job`, `piece`.
        unit: &'static str,
        /// List price of one.
        price: Money,
    },
}

/// What a line comes to. `payable = list − plan + discount`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LineAmounts {
    /// At list price, without what free quotas and packages cover.
    pub list: Money,
    /// Of the list amount, covered by savings plans at bill time.
    pub plan: Money,
    /// What negotiated discounts take off the rest: zero or less.
    pub discount: Money,
}

impl LineAmounts {
    /// What is to be paid for it.
    pub fn payable(&self) -> Money {
        self.list - self.plan + self.discount
    }
}

impl BillLine {
    /// The six-field Instance ID (B9): `ApiKeyID;workspace;model;type;channel;flag`.
    pub fn instance_id(&self) -> String {
        let to = &self.to;
        let flag = u8::from(to.stops_when_free_quota_used);
        let kind = &self.billing_type;
        format!("{};{};{};{kind};{};{flag}", to.api_key, to.workspace, self.model, to.channel)
    }

    /// What the bill prints as Billable Item (B29).
    pub fn billable_item(&self) -> &'static str {
        match self.product {
            Product::Inference | Product::Batch => "Large Model Text Consumption",
            Product::Deployment if matches!(self.quantity, LineQuantity::Tokens { .. }) => {
                "Large Model Text Consumption"
            }
            Product::Deployment => "Model Deployment",
            Product::Training => "Model Training",
            Product::KnowledgeBase => "Knowledge Base",
            Product::WebSearch => "Web Search",
            Product::Machines => "Elastic Machines",
            Product::Notifications => "Notifications",
            Product::Plans => "Plans",
            Product::Other => "Other",
            Product::Development => "Development Platform",
            Product::Storage => "Storage",
        }
    }
}
