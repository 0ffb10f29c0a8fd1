//! Resource packages: what was paid by the token.

use super::super::charge::{Charge, end_of};
use super::super::number::Number;
use super::amortise::lost_at;
use super::{
    Bought, CommitmentKind, Commitments, Covered, Part, PurchaseId, Share, purchase_id, purchases_of,
};
use crate::account::Package;
use crate::ledger::{AccountId, BillLine, LineQuantity};
use crate::report::Told;
use crate::units::{Money, RoundingMode, SimSpan, SimTime};

/// A package being used.
struct Pool<'run> {
    package: &'run Package,
    commitment: usize,
    purchase: Option<PurchaseId>,
    used: u64,
}

impl Pool<'_> {
    fn left(&self) -> u64 {
        self.package.tokens - self.used
    }

    fn covers(&self, line: &BillLine) -> bool {
        let Package { models, bought_at, until, .. } = self.package;
        let is_live = *bought_at < line.to_time && line.from < *until;
        is_live && (models.is_empty() || models.contains(&line.model))
    }

    /// What so many tokens have used of the price.
    fn worth(&self, tokens: u64) -> Money {
        let product = self.package.price.as_pico() * i128::from(tokens);
        Money::from_ratio(product, i128::from(self.package.tokens.max(1)), RoundingMode::HalfUp)
    }

    fn take(&mut self, wanted: u64) -> Share {
        let tokens = wanted.min(self.left());
        let before = self.worth(self.used);
        self.used += tokens;
        let effective = self.worth(self.used) - before;
        Share { commitment: Some(self.commitment), covered: Covered::Tokens(tokens), effective }
    }
}

/// Adds the packages of an account: what lines use of them by the order of deduction, and what expires.
pub(super) fn add(
    commitments: &mut Commitments,
    told: &Told<'_>,
    account: AccountId,
    charges: &[Charge<'_>],
) {
    let mut pools = Vec::new();
    for package in &told.scenario.accounts[account.0].packages {
        let bought = purchases_of(charges, account, &package.name).next();
        // One that was refused covers nothing; one of before the start has been paid, and one may cost nothing.
        if bought.is_none() && package.price > Money::ZERO && package.bought_at >= SimTime::ZERO {
            continue;
        }
        let commitment = commitments.begin(told, account, &package.name, CommitmentKind::Package);
        let purchase = bought.and_then(|(_, purchase)| purchase_id(&purchase));
        pools.push(Pool { package, commitment, purchase, used: 0 });
    }
    pools.sort_by_key(|pool| (pool.package.until, pool.package.bought_at));
    let mut lines: Vec<(usize, &BillLine)> = told.recorder.journal.lines.iter().enumerate().collect();
    lines.retain(|(_, line)| line.account == account);
    lines.sort_by_key(|(_, line)| line.from);
    for (index, line) in lines {
        let LineQuantity::Tokens { package, .. } = line.quantity else { continue };
        let shares = cover(&mut pools, line, package);
        commitments.shares.entry(index).or_default().extend(shares);
    }
    for pool in pools {
        end(commitments, told, &pool);
    }
}

/// The packages that cover so many tokens of a line: those that can, the first to expire first. Within a minute the bill
/// does not tell which call came first; a package that was nearly used up may then lend to another model's line.
fn cover(pools: &mut [Pool<'_>], line: &BillLine, tokens: u64) -> Vec<Share> {
    let mut left = tokens;
    let mut shares = Vec::new();
    for only_fitting in [true, false] {
        for pool in pools.iter_mut().filter(|pool| !only_fitting || pool.covers(line)) {
            if left > 0 && pool.left() > 0 {
                let share = pool.take(left);
                if let Covered::Tokens(taken) = share.covered {
                    left -= taken;
                }
                shares.push(share);
            }
        }
    }
    if left > 0 {
        let covered = Covered::Tokens(left);
        shares.push(Share { commitment: None, covered, effective: Money::ZERO });
    }
    shares
}

/// What is left of a package: unused once it has expired, else for later.
fn end(commitments: &mut Commitments, told: &Told<'_>, pool: &Pool<'_>) {
    let package = pool.package;
    let left = package.price - pool.worth(pool.used);
    let has_expired = package.until <= end_of(told.scenario);
    if has_expired && left != Money::ZERO {
        let at = SimTime::from_ms(package.until.as_ms() - SimSpan::SECOND.as_ms());
        let quantity = Number::whole(pool.left().max(1));
        commitments.all[pool.commitment].parts.push(Part { quantity, ..lost_at(at, left) });
    }
    if let Some(id) = pool.purchase {
        let bought = Bought {
            commitment: pool.commitment,
            window: Some((package.bought_at, package.until)),
            quantity: Number::whole(package.tokens),
            unamortised: if has_expired { Money::ZERO } else { left },
        };
        commitments.bought.insert(id, bought);
    }
}
