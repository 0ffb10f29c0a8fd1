//! Bills: issued when they are due, each as lines where somebody listens.

use super::What;
use super::standing::TOP_UP_BELOW_NOTHING;
use crate::account::{Bill, Issued};
use crate::ledger::{AccountId, BillLine, Entry, EntryKind, Place, Posting};
use crate::sim::event::{Event, rank};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, RoundingMode, SimTime};

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;

impl<T: Trace> Simulation<'_, T> {
    /// Issues every waiting bill of an account that is due before an instant.
    pub(super) fn issue_before(&mut self, account: usize, before: SimTime) {
        while let Some(bill) = self.accounts.accounts[account].books.take_due(before) {
            let lines =
                if T::LISTENS { self.accounts.drafts.take(bill.used_at, bill.class) } else { Vec::new() };
            self.issue(bill, lines);
        }
    }

    /// Issues a bill; its lines carry what they are at list price.
    pub(super) fn issue(&mut self, bill: Bill, lines: Vec<BillLine>) {
        let account = self.account_of(bill.class);
        let issued = self.accounts.accounts[account].books.issue(bill);
        if T::LISTENS {
            self.tell_bill(account, bill, issued, lines);
        }
    }

    fn tell_bill(&mut self, account: usize, bill: Bill, issued: Issued, lines: Vec<BillLine>) {
        let factor = self.accounts.charging.class(bill.class).factor_ppb;
        for line in share_out(lines, &issued, bill.issued_at, factor) {
            self.trace.bill_line(|| line);
        }
        let payable = issued.amounts.payable();
        if payable == Money::ZERO {
            return;
        }
        let product = self.product_of(bill.class);
        let debt = if issued.is_late { Place::EarlierMonths } else { Place::ThisMonth };
        let kind = EntryKind::Issued { product, is_late: issued.is_late };
        self.tell_entry(account, bill.issued_at, kind, &[(debt, -payable), (Place::Provider, payable)]);
    }

    /// Tells the trace of an entry; postings of nothing are left out.
    pub(super) fn tell_entry(
        &mut self,
        account: usize,
        at: SimTime,
        kind: EntryKind,
        postings: &[(Place, Money)],
    ) {
        let available = self.accounts.accounts[account].books.balance.available();
        self.tell_entry_of(account, at, kind, postings, available);
    }

    /// The same for one of several entries of an instant, with what is available after it.
    pub(super) fn tell_entry_of(
        &mut self,
        account: usize,
        at: SimTime,
        kind: EntryKind,
        postings: &[(Place, Money)],
        available: Money,
    ) {
        self.trace.entry(|| {
            let moved = postings.iter().filter(|(_, amount)| *amount != Money::ZERO);
            let postings: Vec<Posting> =
                moved.map(|(place, amount)| Posting { place: *place, amount: *amount }).collect();
            let sum: Money = postings.iter().map(|posting| posting.amount).sum();
            assert!(sum == Money::ZERO, "postings of an entry sum to zero");
            Entry { account: AccountId(account), at, kind, postings, available }
        });
    }

    /// Looks at bills that are due now, and at what follows from them.
    pub(crate) fn on_issue(&mut self, account: usize) {
        let now = self.now;
        if self.accounts.accounts[account].issue_at == now {
            self.accounts.accounts[account].issue_at = SimTime::NEVER;
        }
        self.issue_before(account, after(now));
        self.follow_up(account);
        self.watch_bills(account);
    }

    /// Schedules a look at the next waiting bill, if what waits could matter at its own instant.
    pub(super) fn watch_bills(&mut self, account: usize) {
        let state = &mut self.accounts.accounts[account];
        // What was due before and mattered to nobody is looked at now: a look in the past would never come.
        let Some(due) = state.books.next_due().map(|due| due.max(self.now)) else { return };
        if due >= state.issue_at {
            return;
        }
        let margin = state.top_up_margin();
        // While calls live on a savings plan alone, its end matters.
        let matters = state.lives_on_plans() || state.books.may_matter(!state.is_overdue(), margin);
        if matters && due < self.horizon {
            state.issue_at = due;
            self.schedule(due, rank::METER, account as u32, Event::Issue(account as u32));
        }
    }

    /// What a change of the balance may bring about in this instant: alerts, a top-up, arrears.
    pub(super) fn follow_up(&mut self, account: usize) {
        let now = self.now;
        let state = &mut self.accounts.accounts[account];
        let available = state.books.balance.available();
        let alerts = state.books.watch.headroom(available).is_some_and(|left| left <= Money::ZERO);
        let overdue = state.is_overdue() != (available < Money::ZERO);
        let tops_up = state.top_up_margin().is_some_and(|margin| margin < TOP_UP_BELOW_NOTHING);
        let lives_on_plans = state.lives_on_plans();
        if alerts {
            self.at(now, rank::ALERT, account, What::Alerts);
        }
        if overdue || tops_up || lives_on_plans {
            self.at(now, rank::STANDING, account, What::Standing);
        }
    }

    /// At the horizon: what is due is issued, the rest is listed as issued afterwards.
    pub(super) fn close_bills(&mut self, account: usize) {
        self.issue_before(account, self.horizon);
        while let Some(bill) = self.accounts.accounts[account].books.take_due(SimTime::NEVER) {
            let lines =
                if T::LISTENS { self.accounts.drafts.take(bill.used_at, bill.class) } else { Vec::new() };
            self.leave_open(bill, lines);
        }
    }

    /// A bill that is issued at or after the horizon: it counts for the cost, and is in no balance.
    pub(super) fn leave_open(&mut self, bill: Bill, lines: Vec<BillLine>) {
        let account = self.account_of(bill.class);
        let factor = self.accounts.charging.class(bill.class).factor_ppb;
        let state = &mut self.accounts.accounts[account];
        let amounts = state.books.would_come_to(bill);
        state.outcome.not_issued += amounts.payable();
        if T::LISTENS {
            let issued = Issued { amounts, is_late: false };
            for line in share_out(lines, &issued, bill.issued_at, factor) {
                self.trace.bill_line(|| line);
            }
        }
    }
}

/// The millisecond after an instant: what is due at the instant is due before it.
pub(super) const fn after(at: SimTime) -> SimTime {
    SimTime::from_ms(at.as_ms() + 1)
}

/// Shares what plans cover and discounts take off out among the lines of a bill, in their order.
fn share_out(
    mut lines: Vec<BillLine>,
    issued: &Issued,
    issued_at: SimTime,
    factor_ppb: i64,
) -> Vec<BillLine> {
    let list: Money = lines.iter().map(|line| line.amounts.list).sum();
    assert!(list == issued.amounts.list, "a bill is the sum of its lines");
    let (mut plan, mut discount) = (issued.amounts.plan, issued.amounts.discount);
    let off = ONE_PPB - i128::from(factor_ppb);
    let last = lines.iter().rposition(|line| line.amounts.list != Money::ZERO);
    for (index, line) in lines.iter_mut().enumerate() {
        line.issued_at = issued_at;
        let amounts = &mut line.amounts;
        amounts.plan = plan.min(amounts.list);
        plan = plan - amounts.plan;
        let uncovered = (amounts.list - amounts.plan).as_pico();
        amounts.discount = if Some(index) == last {
            discount
        } else {
            Money::from_ratio(-uncovered * off, ONE_PPB, RoundingMode::HalfUp)
        };
        discount = discount - amounts.discount;
    }
    lines
}
