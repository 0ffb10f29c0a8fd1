//! Slots against Erlang: Poisson arrivals, exponential service, c slots, first come, first served (M/M/c).

use crate::law::{SEED, agrees};
use deploysim::serving::{
    CallLog, CallPrice, CallRecord, Desk, RateLimits, ServingModel, SlotClass, SlotsModel, TargetId,
    TargetKind, TargetModel,
};
use deploysim::units::{SimSpan, SimTime};
use deploysim::world::stream;
use deploysim::world::traffic::{Call, CallFlags};
use rand::Rng;

const UNITS: TargetId = TargetId(0);
/// A token a millisecond, twenty seconds a call: rounding to tokens is one in forty thousand.
const CLASS: SlotClass =
    SlotClass { prefill_milli_tps: 1_000_000, decode_milli_tps: 1_000_000, overhead: SimSpan::ZERO };
const MEAN_SERVICE_MS: f64 = 20_000.0;
/// Calls until the start is forgotten (many times the relaxation time), and calls that count.
const WARM_UP: usize = 5_000;
const COUNTED: usize = 5_000;
const RUNS: u64 = 60;

#[derive(Default)]
struct Waits(Vec<f64>);

impl CallLog for Waits {
    const LISTENS: bool = true;
    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        self.0.push(record().waited.as_ms() as f64);
    }
}

fn units() -> ServingModel {
    let target = TargetModel {
        name: "units".to_owned(),
        limits: RateLimits::default(),
        max_context_tokens: None,
        latency: None,
        kind: TargetKind::Slots(SlotsModel { max_wait: None }),
    };
    ServingModel {
        targets: vec![target],
        publics: vec![],
        routes: vec![vec![UNITS]],
        minute_phase_ms: 0,
        call_price: CallPrice::default(),
        ..ServingModel::default()
    }
}

/// Waits of the calls that count, in one run.
fn waits(slots: u32, load: f64, run: u64) -> Vec<f64> {
    let mut luck = stream(SEED, run, u64::from(slots), "queue law");
    let mut exponential = |mean: f64| {
        let uniform = ((luck.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
        -libm::log(uniform) * mean
    };
    let between = MEAN_SERVICE_MS / (f64::from(slots) * load);
    let mut at = 0.0;
    let calls = (0..WARM_UP + COUNTED).map(|_| {
        at += exponential(between);
        Call {
            at: SimTime::from_ms(at as i64),
            input_tokens: 0,
            output_tokens: exponential(MEAN_SERVICE_MS).round() as u32,
            cached_tokens: 0,
            estimated_output_tokens: 0,
            tenant: 0,
            flags: CallFlags::NONE,
        }
    });
    let calls: Vec<Call> = calls.collect();
    let model = units();
    let (mut desk, mut waits) = (Desk::new(&model), Waits::default());
    desk.open(UNITS, SimTime::ZERO);
    desk.add_slots(UNITS, CLASS, slots, SimTime::ZERO);
    desk.meet(&calls, &mut waits);
    waits.0.split_off(WARM_UP)
}

/// Erlang's C: the chance that a call waits, by the recursion of B.
fn erlang_c(slots: u32, offered: f64) -> f64 {
    let b = (1..=slots).fold(1.0, |b, busy| offered * b / (f64::from(busy) + offered * b));
    b / (1.0 - offered / f64::from(slots) * (1.0 - b))
}

/// Waiting is exponential for those who wait, at the rate c·μ − λ: so P(wait > t) = C·e^{−(cμ−λ)t}.
#[test]
fn calls_wait_as_erlang_says() {
    for (slots, load) in [(1, 0.7), (3, 0.8), (10, 0.9)] {
        let offered = f64::from(slots) * load;
        let chance = erlang_c(slots, offered);
        let mean_if_waiting = MEAN_SERVICE_MS / (f64::from(slots) * (1.0 - load));
        let (mut means, mut shares, mut long) = (Vec::new(), Vec::new(), Vec::new());
        for run in 0..RUNS {
            let waits = waits(slots, load, run);
            let share =
                |least: f64| waits.iter().filter(|wait| **wait > least).count() as f64 / waits.len() as f64;
            means.push(waits.iter().sum::<f64>() / waits.len() as f64);
            shares.push(share(0.0));
            long.push(share(2.0 * mean_if_waiting));
        }
        agrees(&format!("mean wait at {slots} slots, ms"), &means, chance * mean_if_waiting);
        agrees(&format!("chance to wait at {slots} slots"), &shares, chance);
        agrees(&format!("chance to wait long at {slots} slots"), &long, chance * libm::exp(-2.0));
    }
}
