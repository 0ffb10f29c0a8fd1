//! Savings plans: what was paid by the allowance of each month.

use super::super::charge::{Charge, end_of};
use super::super::number::Number;
use super::amortise::lost_at;
use super::{
    Bought, CommitmentKind, Commitments, Covered, Part, PurchaseId, Share, purchase_id, purchases_of,
};
use crate::account::SavingsPlan;
use crate::ledger::{AccountId, BillLine};
use crate::report::Told;
use crate::units::{Money, RoundingMode, SimSpan, SimTime};

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;
/// The smallest amount.
const LAST_DIGIT: Money = Money::from_pico(1);

/// A plan being used.
struct Pool<'run> {
    plan: &'run SavingsPlan,
    commitment: usize,
    months: Vec<PlanMonth>,
}

/// A month of a plan.
struct PlanMonth {
    from: SimTime,
    to: SimTime,
    /// What was paid for it.
    price: Money,
    /// The purchase that paid it; none before the start.
    purchase: Option<PurchaseId>,
    /// What is used of its allowance.
    taken: Money,
}

impl Pool<'_> {
    fn month_at(&mut self, at: SimTime) -> Option<&mut PlanMonth> {
        self.months.iter_mut().find(|month| month.from <= at && at < month.to)
    }

    fn covers(&self, line: &BillLine) -> bool {
        self.plan.models.is_empty() || self.plan.models.contains(&line.model)
    }

    /// What it takes over of an amount at list price, at an instant.
    fn take(&mut self, at: SimTime, list: Money) -> Option<Share> {
        let (plan, commitment) = (self.plan, self.commitment);
        let month = self.month_at(at)?;
        let left = plan.per_month - month.taken;
        if left <= Money::ZERO {
            return None;
        }
        let factor = i128::from(plan.factor_ppb);
        let needed = Money::from_ratio(list.as_pico() * factor, ONE_PPB, RoundingMode::HalfUp);
        // An allowance that has only a last digit left was used up.
        let (list, taken) = if left - needed <= LAST_DIGIT && needed <= left {
            (list, left)
        } else if needed <= left {
            (list, needed)
        } else {
            (Money::from_ratio(left.as_pico() * ONE_PPB, factor, RoundingMode::Down), left)
        };
        let before = worth(plan, month);
        month.taken += taken;
        let effective = worth(plan, month) - before;
        Some(Share { commitment: Some(commitment), covered: Covered::Spend { list, taken }, effective })
    }
}

/// What is used of a month's price.
fn worth(plan: &SavingsPlan, month: &PlanMonth) -> Money {
    if month.taken >= plan.per_month {
        return month.price;
    }
    let (price, taken, whole) = (month.price.as_pico(), month.taken.as_pico(), plan.per_month.as_pico());
    match price.checked_mul(taken) {
        Some(product) => Money::from_ratio(product, whole, RoundingMode::HalfUp),
        // An allowance of billions is divided by its millionths.
        None => Money::from_ratio(price / 1_000_000 * taken, whole / 1_000_000, RoundingMode::HalfUp),
    }
}

/// Adds the plans of an account: what lines use of them by the order of deduction, and what expires each month.
pub(super) fn add(
    commitments: &mut Commitments,
    told: &Told<'_>,
    account: AccountId,
    charges: &[Charge<'_>],
) {
    let mut pools = Vec::new();
    for plan in &told.scenario.accounts[account.0].savings_plans {
        let bought: Vec<(SimTime, PurchaseId, Money)> = purchases_of(charges, account, &plan.name)
            .filter_map(|(at, purchase)| Some((at, purchase_id(&purchase)?, purchase.amount)))
            .collect();
        if bought.is_empty() && plan.price > Money::ZERO && plan.bought_at >= SimTime::ZERO {
            continue;
        }
        let commitment = commitments.begin(told, account, &plan.name, CommitmentKind::SavingsPlan);
        pools.push(Pool { plan, commitment, months: months(told, plan, &bought) });
    }
    // Plans of named models first, then the general ones, or as the account says; the first to expire first, then the first that was bought.
    let general_first = told.scenario.accounts[account.0].deduction.general_plans_first;
    let ends = |pool: &Pool<'_>| pool.months.last().map_or(SimTime::NEVER, |month| month.to);
    pools.sort_by_key(|pool| (pool.plan.models.is_empty() != general_first, ends(pool), pool.plan.bought_at));
    for (index, line) in told.recorder.journal.lines.iter().enumerate() {
        if line.account == account && line.amounts.plan > Money::ZERO {
            let shares = cover(&mut pools, line);
            commitments.shares.entry(index).or_default().extend(shares);
        }
    }
    for pool in &pools {
        end(commitments, told, pool);
    }
}

/// The months of a plan with what was paid for each: in equal parts that add up to the price.
fn months(told: &Told<'_>, plan: &SavingsPlan, bought: &[(SimTime, PurchaseId, Money)]) -> Vec<PlanMonth> {
    let calendar = &told.scenario.calendar;
    let months = plan.months.max(1);
    let begins = |month: u32| calendar.months_after(plan.bought_at, month);
    let paid_until = |month: u32| {
        Money::from_ratio(plan.price.as_pico() * i128::from(month), i128::from(months), RoundingMode::HalfUp)
    };
    let month = |index: u32| {
        let (from, to) = (begins(index), begins(index + 1));
        let share = paid_until(index + 1) - paid_until(index);
        // Paid at once, the first purchase pays for all; by the month, each pays for the month it is in.
        let own = if plan.all_upfront {
            bought.first().map(|(_, id, _)| (*id, share))
        } else {
            let paid = bought.iter().find(|(at, ..)| from <= *at && *at < to);
            paid.map(|(_, id, amount)| (*id, *amount))
        };
        // A month that is due in the run and was not paid costs nothing; before the start it was paid.
        let unpaid = if plan.all_upfront || from < SimTime::ZERO { share } else { Money::ZERO };
        let (purchase, price) = own.map_or((None, unpaid), |(id, price)| (Some(id), price));
        PlanMonth { from, to, price, purchase, taken: Money::ZERO }
    };
    (0..months).map(month).collect()
}

/// The plans that cover what a line says they do.
fn cover(pools: &mut [Pool<'_>], line: &BillLine) -> Vec<Share> {
    let mut left = line.amounts.plan;
    let mut shares: Vec<Share> = Vec::new();
    for pool in pools.iter_mut().filter(|pool| pool.covers(line)) {
        if left <= Money::ZERO {
            break;
        }
        if let Some(share) = pool.take(line.issued_at, left) {
            if let Covered::Spend { list, .. } = share.covered {
                left = left - list;
            }
            shares.push(share);
        }
    }
    if left > Money::ZERO {
        // Plans look at all lines together: a last digit may be on the other side of an allowance's end.
        match shares.last_mut() {
            Some(Share { covered: Covered::Spend { list, .. }, .. }) => *list += left,
            Some(Share { covered: Covered::Tokens(_), .. }) | None => {
                let covered = Covered::Spend { list: left, taken: Money::ZERO };
                shares.push(Share { commitment: None, covered, effective: Money::ZERO });
            }
        }
    }
    shares
}

/// What is left of each month: unused once it is over, else for later.
fn end(commitments: &mut Commitments, told: &Told<'_>, pool: &Pool<'_>) {
    let horizon = end_of(told.scenario);
    let whole = pool.months.first().zip(pool.months.last()).map(|(first, last)| (first.from, last.to));
    for month in &pool.months {
        let left = month.price - worth(pool.plan, month);
        let is_over = month.to <= horizon;
        // What was paid for a month before the start is no business of this bill.
        if is_over && month.to > SimTime::ZERO && left != Money::ZERO {
            let at = SimTime::from_ms(month.to.as_ms() - SimSpan::SECOND.as_ms());
            let quantity = Number::money(pool.plan.per_month - month.taken);
            commitments.all[pool.commitment].parts.push(Part { quantity, ..lost_at(at, left) });
        }
        if let Some(id) = month.purchase {
            let window = if pool.plan.all_upfront { whole } else { Some((month.from, month.to)) };
            let months = if pool.plan.all_upfront { i128::from(pool.plan.months.max(1)) } else { 1 };
            let allowance = Money::from_pico(pool.plan.per_month.as_pico() * months);
            let commitment = pool.commitment;
            let nothing =
                Bought { commitment, window, quantity: Number::money(allowance), unamortised: Money::ZERO };
            let bought = commitments.bought.entry(id).or_insert(nothing);
            bought.unamortised += if is_over { Money::ZERO } else { left };
        }
    }
}
