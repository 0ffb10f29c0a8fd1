//! A slow second opinion on the fate of calls: everything is worked out again from the list of what happened before,
//! token by token and sum by sum, and must agree call for call, with every charge and every wait.

#[path = "random/dice.rs"]
mod dice;
mod random_serving;
mod slow_desk;

use deploysim::serving::{CallLog, CallRecord, Desk, Fate, Refusal};
use deploysim::units::Money;
use random_serving::{situation, step};
use slow_desk::SlowDesk;
use std::collections::BTreeMap;

const SITUATIONS: u64 = 600;

#[derive(Default)]
struct Records(Vec<CallRecord>);

impl CallLog for Records {
    const LISTENS: bool = true;
    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        self.0.push(record());
    }
}

#[test]
fn the_auditor_agrees_with_every_fate() {
    let mut fates: BTreeMap<String, usize> = BTreeMap::new();
    for seed in 0..SITUATIONS {
        let (model, steps, end) = situation(seed);
        let (mut desk, mut records) = (Desk::new(&model), Records::default());
        let mut auditor = SlowDesk::new(&model);
        for (index, happening) in steps.iter().enumerate() {
            step(&mut desk, happening, &mut records);
            let Some(expected) = auditor.step(happening) else { continue };
            let found = records.0.last().expect("every call is recorded");
            assert_eq!(
                (found.target, found.fate, found.waited.as_ms(), found.served_in.as_ms()),
                (expected.target, expected.fate, expected.waited_ms, expected.served_ms),
                "seed {seed}, step {index}: {happening:?} in {model:#?}"
            );
            let charged: Vec<_> =
                found.charged.iter().map(|line| (line.kind, line.tokens, line.price)).collect();
            assert_eq!(charged, expected.charged, "seed {seed}, step {index}: {happening:?} in {model:#?}");
            *fates.entry(format!("{:?}", found.fate)).or_default() += 1;
        }
        let outcome = desk.finish(end);
        let billed = |pick: fn(&CallRecord) -> bool| -> Money {
            let lines = records.0.iter().filter(|record| pick(record)).flat_map(|record| &record.charged);
            lines.map(|line| line.amount).sum()
        };
        let is_overflow = |record: &CallRecord| matches!(record.fate, Fate::Overflowed | Fate::Split);
        assert_eq!(outcome.overflow, billed(is_overflow), "seed {seed}");
        assert_eq!(outcome.overflow + outcome.tokens, billed(|_| true), "seed {seed}");
        assert_eq!(outcome.call_price, auditor.worth(), "seed {seed}");
        for (index, target) in outcome.targets.iter().enumerate() {
            auditor.agrees_on_use(index, end, &target.utilisation, seed);
            auditor.agrees_on_waits(index, &target.waits, seed);
        }
    }
    println!("{fates:?}");
    let kinds = [Fate::Served, Fate::Queued, Fate::Overflowed, Fate::Split].into_iter();
    // Refusals for the account's sake are the matter of tests/account_auditor.rs.
    let for_the_account = [
        Refusal::Arrears,
        Refusal::FreeQuotaUsedUp,
        Refusal::KeyInactive,
        Refusal::PlanUsedUp,
        Refusal::NotSubscribed,
    ];
    let refusals = Refusal::ALL.into_iter().filter(|refusal| !for_the_account.contains(refusal));
    for fate in kinds.chain(refusals.map(Fate::Refused)) {
        let count = fates.get(&format!("{fate:?}")).copied().unwrap_or(0);
        assert!(count > 200, "the situations are not lively enough: {fate:?} {count} times");
    }
}
