//! Coding Plans and Token Plans: paid by the month, spread over its days. A seat that is taken counts as used, whatever
//! its calls, since they are on no line of a bill.

use super::super::charge::Charge;
use super::super::number::Number;
use super::amortise::{Day, Days, Fraction, Paid, days_of};
use super::{Bought, CommitmentKind, Commitments, purchase_id, purchases_of};
use crate::account::{AccountActionKind, AccountModel, CallPlan, CallPlanKind};
use crate::ledger::AccountId;
use crate::report::Told;
use crate::units::{SimSpan, SimTime};

/// Adds the call plans of an account.
pub(super) fn add(
    commitments: &mut Commitments,
    told: &Told<'_>,
    account: AccountId,
    charges: &[Charge<'_>],
) {
    let model = &told.scenario.accounts[account.0];
    for (index, plan) in model.call_plans.iter().enumerate() {
        let bought: Vec<_> = purchases_of(charges, account, &plan.name).collect();
        if bought.is_empty() {
            continue;
        }
        let kind = match plan.kind {
            CallPlanKind::Coding => CommitmentKind::CodingPlan,
            CallPlanKind::TokenTeam { .. } => CommitmentKind::TokenPlan,
        };
        let commitment = commitments.begin(told, account, &plan.name, kind);
        let (mut days, mut terms) = (Days::default(), Terms::new(plan));
        for (at, purchase) in bought {
            let window = terms.next(told, renewed_for(model, index, at), at);
            let paid = Paid { amount: purchase.amount, window: Some(window), closed_at: None };
            let unamortised = days.spread(told.scenario, paid);
            if let Some(id) = purchase_id(&purchase) {
                let quantity = days_of(window);
                let bought = Bought { commitment, window: Some(window), quantity, unamortised };
                commitments.bought.insert(id, bought);
            }
        }
        commitments.all[commitment].parts = days.parts(|day| used(plan, day));
    }
}

/// How many months a renewal by hand is for; those that come by themselves are for one.
fn renewed_for(account: &AccountModel, plan: usize, at: SimTime) -> u32 {
    let by_hand = account.actions.iter().filter(|action| action.at == at);
    let months = by_hand.filter_map(|action| match action.kind {
        AccountActionKind::RenewPlan(wanted, months) if wanted == plan => Some(months),
        AccountActionKind::RenewPlan(..)
        | AccountActionKind::CreateKey(_)
        | AccountActionKind::EnableKey(_)
        | AccountActionKind::DisableKey(_)
        | AccountActionKind::DeleteKey(_)
        | AccountActionKind::CancelPlan(_)
        | AccountActionKind::AutoRenewPlan(..)
        | AccountActionKind::UnsubscribeSeats(..)
        | AccountActionKind::Subscribe(_)
        | AccountActionKind::StopWhenUsed(..) => None,
    });
    months.into_iter().next().unwrap_or(1)
}

/// Terms one after the other: one that runs is continued, one that is over begins anew.
struct Terms<'run> {
    plan: &'run CallPlan,
    end: Option<SimTime>,
}

impl<'run> Terms<'run> {
    fn new(plan: &'run CallPlan) -> Self {
        // Bought before the start, its first term is paid: what is bought in the run continues it.
        Self { plan, end: (plan.bought_at < SimTime::ZERO).then_some(plan.until) }
    }

    fn next(&mut self, told: &Told<'_>, months: u32, at: SimTime) -> (SimTime, SimTime) {
        let (from, to) = match self.end {
            None => (at, self.plan.until),
            Some(end) => {
                let from = end.max(at);
                (from, told.scenario.calendar.months_after(from, months))
            }
        };
        self.end = Some(to);
        (from, to)
    }
}

fn used(plan: &CallPlan, day: &Day) -> Fraction {
    let seats = plan.seats.max(1);
    let taken = match plan.kind {
        CallPlanKind::Coding => seats,
        CallPlanKind::TokenTeam { seats_used } => seats_used,
    };
    let day_ms = i128::from(SimSpan::DAY.as_ms());
    let days = Number::ratio(i128::from(day.span().as_ms()) * i128::from(taken), day_ms, Number::whole(1));
    Fraction::new(i128::from(taken), i128::from(seats), (days, "Seat-Days"))
}
