//! What else an account is charged for: jobs by the hour (B3), single charges and purchases (M2, M3).

use crate::ledger::Product;
use crate::units::{Money, SimTime, TokenPrice, UnitPrice};

/// What a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobKind {
    /// Batch inference.
    Batch,
    /// Training.
    Training,
    /// A knowledge base.
    KnowledgeBase,
}

impl JobKind {
    /// The product it is billed as.
    pub const fn product(self) -> Product {
        match self {
            Self::Batch => Product::Batch,
            Self::Training => Product::Training,
            Self::KnowledgeBase => Product::KnowledgeBase,
        }
    }

    /// The type its lines carry.
    pub const fn billing_type(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::Training => "training",
            Self::KnowledgeBase => "knowledge_base",
        }
    }
}

/// A job billed by the hour (B3): its line is in the bill of the clock hour it ends in or, by time, in that of each hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: JobKind,
    /// Model code; may be empty.
    pub model: String,
    /// API key id; may be empty.
    pub api_key: String,
    /// Workspace id; may be empty.
    pub workspace: String,
    /// When it starts.
    pub start: SimTime,
    /// When it ends.
    pub end: SimTime,
    /// What it costs.
    pub price: JobPrice,
}

/// What a job costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobPrice {
    /// By time: per hour, metered by the minute, rounded up once.
    PerHour(UnitPrice),
    /// A fixed amount, when it ends.
    Fixed(Money),
    /// By tokens, when it ends.
    Tokens {
        /// How many.
        tokens: u64,
        /// Price of one.
        price: TokenPrice,
    },
}

/// A single charge, issued with the bill of its clock hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleCharge {
    /// When.
    pub at: SimTime,
    /// Product Name.
    pub product: Product,
    /// What.
    pub item: String,
    /// How many.
    pub count: u64,
    /// Price of one.
    pub price: Money,
}

/// A single purchase in advance, such as a dedicated pool (M2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinglePurchase {
    /// When.
    pub at: SimTime,
    /// Product Name.
    pub product: Product,
    /// What.
    pub what: String,
    /// What it costs.
    pub price: Money,
}
