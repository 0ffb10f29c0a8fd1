//! What must hold of serving whatever the numbers are.

mod random_serving;

use deploysim::serving::{
    CallLog, CallRecord, CloseReason, Desk, NoLog, Quota, ServingModel, ServingOutcome, SlotClass, TargetId,
    TokenCounts,
};
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::traffic::Call;
use proptest::prelude::*;
use random_serving::{Step, situation, step};

#[derive(Default)]
struct Records(Vec<CallRecord>);

impl CallLog for Records {
    const LISTENS: bool = true;
    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        self.0.push(record());
    }
}

fn played<L: CallLog>(model: &ServingModel, steps: &[Step], end: SimTime, log: &mut L) -> ServingOutcome {
    let mut desk = Desk::new(model);
    steps.iter().for_each(|happening| step(&mut desk, happening, log));
    desk.finish(end)
}

fn calls(steps: &[Step]) -> Vec<Call> {
    let call = |step: &Step| if let Step::Call(call) = step { Some(*call) } else { None };
    steps.iter().filter_map(call).collect()
}

fn sum(counts: impl IntoIterator<Item = TokenCounts>) -> (u64, u64, u64, u64) {
    counts.into_iter().fold((0, 0, 0, 0), |sum, more| {
        (sum.0 + more.input, sum.1 + more.cached, sum.2 + more.output, sum.3 + more.thinking)
    })
}

/// What a target is at the moment, to say it once more.
#[derive(Clone, Copy, Default)]
struct Standing {
    is_open: bool,
    quota: Quota,
    class: Option<SlotClass>,
}

/// Says once more what is so.
fn say_again(desk: &mut Desk<'_>, standing: &[Standing], at: SimTime) {
    for (index, standing) in standing.iter().enumerate() {
        let target = TargetId(index);
        desk.set_quota(target, standing.quota, at);
        if standing.is_open {
            desk.open(target, at);
        }
        if let Some(class) = standing.class {
            desk.add_slots(target, class, 0, at);
            desk.remove_slots(target, class, 0, at);
        }
    }
}

/// Notes a change; when it was.
fn note(standing: &mut [Standing], step: &Step) -> Option<SimTime> {
    match *step {
        Step::Call(_) => None,
        Step::Open(target, at) => {
            standing[target.0].is_open = true;
            Some(at)
        }
        Step::Close(target, _, at) => {
            standing[target.0].is_open = false;
            Some(at)
        }
        Step::Quota(target, quota, at) => {
            standing[target.0].quota = quota;
            Some(at)
        }
        Step::Add(target, class, _, at) | Step::Remove(target, class, _, at) => {
            standing[target.0].class = Some(class);
            Some(at)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_lost(seed in any::<u64>()) {
        let (model, steps, end) = situation(seed);
        let outcome = played(&model, &steps, end, &mut NoLog);
        let (arrived, all) = (calls(&steps), outcome.calls);
        let refused: u64 = all.refused.iter().sum();
        prop_assert_eq!(all.served + all.overflowed + refused, arrived.len() as u64);
        prop_assert!(all.queued + all.split <= all.served);
        let tokens = arrived.iter().map(|call| TokenCounts {
            input: u64::from(call.input_tokens),
            cached: u64::from(call.cached_tokens),
            output: u64::from(call.output_tokens),
            thinking: if call.flags.is_thinking() { u64::from(call.output_tokens) } else { 0 },
        });
        prop_assert_eq!(sum([all.served_tokens, all.overflowed_tokens, all.refused_tokens]), sum(tokens));
        let of_tenants = outcome.tenants.iter();
        prop_assert_eq!(of_tenants.clone().map(|tenant| tenant.served).sum::<u64>(), all.served);
        prop_assert_eq!(sum(of_tenants.map(|tenant| tenant.refused_tokens)), sum([all.refused_tokens]));
        let of_targets = outcome.targets.iter().map(|target| target.calls);
        prop_assert_eq!(of_targets.clone().map(|calls| calls.overflowed).sum::<u64>(), all.overflowed);
        prop_assert_eq!(sum(of_targets.map(|calls| calls.served_tokens)), sum([all.served_tokens]));
    }

    #[test]
    fn who_listens_changes_nothing(seed in any::<u64>()) {
        let (model, steps, end) = situation(seed);
        let heard = played(&model, &steps, end, &mut Records::default());
        prop_assert_eq!(played(&model, &steps, end, &mut NoLog), heard);
    }

    #[test]
    fn where_calls_are_cut_and_what_is_said_twice_changes_nothing(
        seed in any::<u64>(), cuts in prop::collection::vec(any::<bool>(), 200),
        early in prop::collection::vec(0_i64..40_000, 200),
    ) {
        let (model, steps, end) = situation(seed);
        let mut expected = Records::default();
        let whole = played(&model, &steps, end, &mut expected);
        let (mut desk, mut found) = (Desk::new(&model), Records::default());
        let mut standing = vec![Standing::default(); model.targets.len()];
        let (mut waiting, mut last) = (Vec::new(), SimTime::ZERO);
        for (index, happening) in steps.iter().enumerate() {
            let Step::Call(call) = happening else {
                desk.meet(&std::mem::take(&mut waiting), &mut found);
                last = note(&mut standing, happening).unwrap_or(last);
                step(&mut desk, happening, &mut found);
                continue;
            };
            if cuts[index % cuts.len()] {
                desk.meet(&std::mem::take(&mut waiting), &mut found);
                // Some time between the last call and this one, or at its very instant.
                let again = (last + SimSpan::from_ms(early[index % early.len()])).min(call.at);
                say_again(&mut desk, &standing, again);
                desk.take_load_per_mille(TargetId(0), call.at);
            }
            waiting.push(*call);
            last = call.at;
        }
        desk.meet(&waiting, &mut found);
        prop_assert_eq!(found.0, expected.0);
        prop_assert_eq!(desk.finish(end), whole);
    }

    #[test]
    fn a_closed_target_takes_no_call(seed in any::<u64>()) {
        let (model, steps, end) = situation(seed);
        let mut desk = Desk::new(&model);
        (0..model.targets.len()).for_each(|target| desk.close(TargetId(target), CloseReason::Suspended, SimTime::ZERO));
        desk.meet(&calls(&steps), &mut NoLog);
        let outcome = desk.finish(end);
        for (target, model) in outcome.targets.iter().zip(&model.targets) {
            let is_public = matches!(model.kind, deploysim::serving::TargetKind::Public(_));
            prop_assert!(is_public || target.calls.served + target.calls.overflowed == 0);
        }
    }
}
