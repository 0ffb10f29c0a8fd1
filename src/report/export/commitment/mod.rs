//! Commitments: what was paid in advance, and what of it is used up when.
//!
//! A commitment is a prepaid deployment or a plan. What it cost is spread over what it covers: a term evenly over its civil
//! days, a resource package over its tokens, a savings plan over the allowance of each of its months; what was paid and
//! not used by then is unused. Each time the sum so far is rounded and the difference posted, so that nothing is lost:
//! used + unused + what lies beyond the horizon = paid, exactly. A payment that comes back is a credit of its own and does
//! not change how the payment is spread; what is left of it when a term ends early is unused at that instant.

mod amortise;
mod call_plan;
mod deployment;
mod package;
mod savings;
mod term;

use super::charge::{Charge, Purchase, What};
use super::number::Number;
use crate::ledger::{AccountId, Product};
use crate::report::Told;
use crate::scenario::deployment::DeploymentId;
use crate::units::{Money, SimTime};
use std::collections::BTreeMap;

/// What the commitments of a run come to.
#[derive(Clone, Debug, Default)]
pub struct Commitments {
    /// Each of them.
    pub all: Vec<Commitment>,
    /// What each purchase bought.
    bought: BTreeMap<PurchaseId, Bought>,
    /// What of a line, by its place in the journal, they cover.
    shares: BTreeMap<usize, Vec<Share>>,
}

/// A commitment.
#[derive(Clone, Debug)]
pub struct Commitment {
    /// Whose.
    pub account: AccountId,
    /// Unique.
    pub id: String,
    /// As the scenario calls it.
    pub name: String,
    /// What it is.
    pub kind: CommitmentKind,
    /// Its use, where it is in no line of the bill, and what of it was not used.
    pub parts: Vec<Part>,
}

/// What a commitment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitmentKind {
    /// Throughput by the day.
    Throughput(DeploymentId),
    /// Model units by the month.
    Units(DeploymentId),
    /// Tokens.
    Package,
    /// An allowance by the month.
    SavingsPlan,
    /// Calls of one subscriber.
    CodingPlan,
    /// Calls of a team.
    TokenPlan,
}

/// Whether a part of a commitment was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// It covered something.
    Used,
    /// It was paid for nothing.
    Unused,
}

/// A part of a commitment over some time.
#[derive(Clone, Debug)]
pub struct Part {
    /// From when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
    /// Whether it was used.
    pub status: Use,
    /// Its share of what was paid.
    pub effective: Money,
    /// How much of the commitment, in its unit.
    pub quantity: Number,
    /// What was consumed, and in which unit; only of what was used.
    pub consumed: Option<(Number, &'static str)>,
}

/// What of a line a commitment covers.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    /// Which of [`Commitments::all`]; none if nobody knows.
    pub commitment: Option<usize>,
    /// What it takes over.
    pub covered: Covered,
    /// Its share of what was paid for the commitment.
    pub effective: Money,
}

/// What is taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// Tokens, by a package.
    Tokens(u64),
    /// An amount at list price, by a savings plan, and what that takes of its allowance.
    Spend {
        /// At list price.
        list: Money,
        /// Of the allowance.
        taken: Money,
    },
}

/// What a purchase bought.
#[derive(Clone, Copy, Debug)]
pub struct Bought {
    /// Which of [`Commitments::all`].
    pub commitment: usize,
    /// From when to when it can be used, as far as that is known.
    pub window: Option<(SimTime, SimTime)>,
    /// How much of the commitment, in its unit.
    pub quantity: Number,
    /// What of the price lies beyond the horizon.
    pub unamortised: Money,
}

/// Which purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum PurchaseId {
    /// A payment of a deployment, by its place among those of the run.
    Payment(usize),
    /// An entry of the journal, by its place.
    Entry(usize),
}

impl CommitmentKind {
    /// What FOCUS calls its type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Throughput(_) => "Provisioned Throughput",
            Self::Units(_) => "Model Units",
            Self::Package => "Resource Package",
            Self::SavingsPlan => "Savings Plan",
            Self::CodingPlan => "Coding Plan",
            Self::TokenPlan => "Token Plan",
        }
    }

    /// The unit of its quantities; of a savings plan, the currency.
    pub const fn unit(self) -> Option<&'static str> {
        match self {
            Self::Throughput(_) | Self::Units(_) | Self::CodingPlan | Self::TokenPlan => Some("Days"),
            Self::Package => Some("Tokens"),
            Self::SavingsPlan => None,
        }
    }

    /// The deployment, if it is one.
    pub const fn deployment(self) -> Option<DeploymentId> {
        match self {
            Self::Throughput(id) | Self::Units(id) => Some(id),
            Self::Package | Self::SavingsPlan | Self::CodingPlan | Self::TokenPlan => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Throughput(_) | Self::Units(_) => "deployment",
            Self::Package => "package",
            Self::SavingsPlan => "savings-plan",
            Self::CodingPlan | Self::TokenPlan => "plan",
        }
    }
}

impl Commitment {
    fn is_plan(&self) -> bool {
        self.kind.deployment().is_none()
    }
}

impl Commitments {
    /// Spreads everything that was paid in advance.
    pub fn new(told: &Told<'_>, charges: &[Charge<'_>]) -> Self {
        let mut commitments = Self::default();
        deployment::add(&mut commitments, told);
        for account in (0..told.scenario.accounts.len()).map(AccountId) {
            package::add(&mut commitments, told, account, charges);
            savings::add(&mut commitments, told, account, charges);
            call_plan::add(&mut commitments, told, account, charges);
        }
        commitments
    }

    /// What a purchase bought, if it is a commitment.
    pub fn bought(&self, purchase: &Purchase<'_>) -> Option<Bought> {
        purchase_id(purchase).and_then(|id| self.bought.get(&id)).copied()
    }

    /// The commitment that a payment or refund of an account is about.
    pub fn of_payment(&self, account: AccountId, purchase: &Purchase<'_>) -> Option<usize> {
        let of_deployment = |wanted| self.all.iter().position(|one| one.kind.deployment() == Some(wanted));
        match purchase.payment {
            Some((_, deployment, _)) => of_deployment(deployment),
            None => self
                .all
                .iter()
                .position(|one| one.account == account && one.is_plan() && purchase.what == one.name),
        }
    }

    /// What of a line they cover.
    pub fn shares(&self, line: usize) -> &[Share] {
        self.shares.get(&line).map_or(&[], Vec::as_slice)
    }

    fn begin(&mut self, told: &Told<'_>, account: AccountId, name: &str, kind: CommitmentKind) -> usize {
        let owner = &told.scenario.accounts[account.0].name;
        let id = format!("{owner}/{}/{name}", kind.word());
        self.all.push(Commitment { account, id, name: name.to_owned(), kind, parts: Vec::new() });
        self.all.len() - 1
    }
}

fn purchase_id(purchase: &Purchase<'_>) -> Option<PurchaseId> {
    match (purchase.payment, purchase.entry) {
        (Some((index, ..)), _) => Some(PurchaseId::Payment(index)),
        (None, Some(index)) => Some(PurchaseId::Entry(index)),
        (None, None) => None,
    }
}

/// The purchases of a plan, in order: those of its name.
fn purchases_of<'a, 'run>(
    charges: &'a [Charge<'run>],
    account: AccountId,
    name: &'a str,
) -> impl Iterator<Item = (SimTime, Purchase<'run>)> + 'a {
    charges.iter().filter(move |charge| charge.account == account).filter_map(move |charge| {
        let What::Purchase(purchase) = charge.what else { return None };
        (purchase.product == Product::Plans && purchase.what == name).then_some((charge.at, purchase))
    })
}
