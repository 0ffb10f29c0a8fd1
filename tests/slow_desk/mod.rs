//! The rules of serving, written down as slowly and plainly as possible: no state but the list of what happened.

mod plain;
mod used;

use deploysim::serving::{
    CloseReason, Fate, Latency, OutputCheck, OverflowTo, OverflowUnit, PublicId, Quota, QuotaModel,
    RateLimits, Refusal, ServingModel, SlotClass, TargetId, TargetKind, Waits,
};
use deploysim::units::{Money, TokenPrice};
use deploysim::world::traffic::Call;
use plain::{charge, estimate, latency, service};
use used::{Use, Uses};

use crate::random_serving::Step;

/// What the auditor expects of a call.
pub(crate) struct Expected {
    pub(crate) target: Option<TargetId>,
    pub(crate) fate: Fate,
    pub(crate) waited_ms: i64,
    pub(crate) served_ms: i64,
    pub(crate) charged: Lines,
}

/// Kinds of tokens, how many, at which price.
pub(crate) type Lines = Vec<(&'static str, u64, TokenPrice)>;

/// Calls and tokens that counted for limits: when, calls, tokens.
type Counted = Vec<(i64, u64, u64)>;

#[derive(Default)]
struct Slot {
    number: usize,
    free_from: i64,
    class: Option<SlotClass>,
}

#[derive(Default)]
struct Target {
    closed: Option<CloseReason>,
    /// (from, to), half-open; the last may be open.
    open: Vec<(i64, Option<i64>)>,
    quotas: Vec<(i64, Quota)>,
    /// Input or shared, output, thinking.
    uses: [Uses; 3],
    limits: Counted,
    /// Each brings the limits once.
    replicas: Option<u32>,
    slots: Vec<Slot>,
    slots_ever: usize,
    waits: Vec<i64>,
    calls_at: Vec<i64>,
}

pub(crate) struct SlowDesk<'model> {
    model: &'model ServingModel,
    targets: Vec<Target>,
    publics: Vec<Counted>,
    refused: i128,
    slow: i128,
    /// Counts everything that was ever noted, for the order at one instant.
    sequence: usize,
}

enum Answer {
    Yes(Fate, i64, i64, Lines),
    Absent(Refusal),
    No(Refusal),
    Never(Refusal),
}

impl<'model> SlowDesk<'model> {
    pub(crate) fn new(model: &'model ServingModel) -> Self {
        let target = || Target { closed: Some(CloseReason::NotRunning), ..Target::default() };
        let targets = model.targets.iter().map(|_| target()).collect();
        let publics = model.publics.iter().map(|_| Vec::new()).collect();
        Self { model, targets, publics, refused: 0, slow: 0, sequence: 0 }
    }

    pub(crate) fn step(&mut self, step: &Step) -> Option<Expected> {
        match *step {
            Step::Call(call) => return Some(self.meet(&call)),
            Step::Open(id, at) => {
                let target = &mut self.targets[id.0];
                if target.closed.take().is_some() {
                    target.open.push((at.as_ms(), None));
                }
            }
            Step::Close(id, why, at) => {
                let target = &mut self.targets[id.0];
                if target.closed.is_none() {
                    target.open.last_mut().expect("it was opened").1 = Some(at.as_ms());
                }
                target.closed = Some(why);
            }
            Step::Quota(id, quota, at) => self.targets[id.0].quotas.push((at.as_ms(), quota)),
            Step::Add(id, class, count, at) => {
                let target = &mut self.targets[id.0];
                for _ in 0..count {
                    let (number, free_from) = (target.slots_ever, at.as_ms());
                    target.slots.push(Slot { number, free_from, class: Some(class) });
                    target.slots_ever += 1;
                }
            }
            Step::Replicas(id, count) => self.targets[id.0].replicas = Some(count),
            Step::Remove(id, class, count, at) => {
                let slots = &mut self.targets[id.0].slots;
                for _ in 0..count {
                    let of_class = slots.iter().filter(|slot| slot.class == Some(class));
                    let going = of_class
                        .min_by_key(|slot| (slot.free_from.max(at.as_ms()), std::cmp::Reverse(slot.number)))
                        .map(|slot| slot.number);
                    slots.retain(|slot| Some(slot.number) != going);
                }
            }
        }
        None
    }

    fn meet(&mut self, call: &Call) -> Expected {
        let mut there = None;
        let mut absent = None;
        for &id in &self.model.routes[usize::from(call.tenant)] {
            match self.ask(id, call) {
                Answer::Yes(fate, waited_ms, served_ms, charged) => {
                    self.targets[id.0].calls_at.push(call.at.as_ms());
                    if self
                        .model
                        .call_price
                        .slow_above
                        .is_some_and(|most| waited_ms + served_ms > most.as_ms())
                    {
                        self.slow += 1;
                    }
                    return Expected { target: Some(id), fate, waited_ms, served_ms, charged };
                }
                Answer::Absent(refusal) => absent = Some((refusal, id)),
                Answer::No(refusal) => there = Some((refusal, id)),
                Answer::Never(refusal) => {
                    there = Some((refusal, id));
                    break;
                }
            }
        }
        self.refused += 1;
        let refused = there.or(absent);
        Expected {
            target: refused.map(|(_, id)| id),
            fate: Fate::Refused(refused.map_or(Refusal::NoSuchDeployment, |(refusal, _)| refusal)),
            waited_ms: 0,
            served_ms: 0,
            charged: vec![],
        }
    }

    /// The limits of all replicas of a target.
    fn limits(&self, id: TargetId) -> RateLimits {
        let (limits, replicas) = (self.model.targets[id.0].limits, self.targets[id.0].replicas.unwrap_or(1));
        let of_all = |limit: Option<u64>| limit.map(|limit| limit * u64::from(replicas));
        RateLimits { rpm: of_all(limits.rpm), tpm: of_all(limits.tpm) }
    }

    fn ask(&mut self, id: TargetId, call: &Call) -> Answer {
        let model = &self.model.targets[id.0];
        let is_public = matches!(model.kind, TargetKind::Public(_));
        match self.targets[id.0].closed {
            Some(CloseReason::NotRunning) if !is_public => return Answer::Absent(Refusal::NotRunning),
            Some(CloseReason::Suspended | CloseReason::Overdue) if !is_public => {
                return Answer::Absent(Refusal::Suspended);
            }
            _ => {}
        }
        if let TargetKind::Quota(quota) = &model.kind {
            return self.ask_quota(id, quota, call);
        }
        if matches!(model.kind, TargetKind::Slots(_)) && self.targets[id.0].slots.is_empty() {
            return Answer::Absent(Refusal::NotRunning);
        }
        if model.max_context_tokens.is_some_and(|most| call.input_tokens > most) {
            return Answer::No(Refusal::InputTooLong);
        }
        let limits = self.limits(id);
        let whole = (call.input_tokens, call.cached_tokens, call.output_tokens);
        let (waited, served, charged) = match &model.kind {
            TargetKind::Quota(_) => unreachable!(),
            TargetKind::Tokens(tokens) => {
                let mismatch = tokens.trained_thinking == Some(!call.flags.is_thinking());
                if mismatch && tokens.mismatch_is_refused {
                    return Answer::No(Refusal::ThinkingMismatch);
                }
                let Some(charged) = charge(&tokens.tariff, call, whole) else {
                    return Answer::No(Refusal::InputTooLong);
                };
                if !self.within(limits, &self.targets[id.0].limits, call) {
                    return Answer::No(Refusal::TooManyRequests);
                }
                (0, latency(model.latency, call.output_tokens), charged)
            }
            TargetKind::Public(public) => {
                let tariff = &self.model.public(*public).tariff;
                if charge(tariff, call, whole).is_none() {
                    return Answer::No(Refusal::InputTooLong);
                }
                if !self.within(limits, &self.targets[id.0].limits, call) {
                    return Answer::No(Refusal::TooManyRequests);
                }
                match self.public(*public, call, whole, model.latency) {
                    Ok((served, charged)) => (0, served, charged),
                    Err(refusal) => return Answer::No(refusal),
                }
            }
            TargetKind::Slots(slots) => {
                if !self.within(limits, &self.targets[id.0].limits, call) {
                    return Answer::No(Refusal::TooManyRequests);
                }
                let all = &mut self.targets[id.0].slots;
                let slot =
                    all.iter_mut().min_by_key(|slot| (slot.free_from, slot.number)).expect("not empty");
                let waited = (slot.free_from - call.at.as_ms()).max(0);
                if slots.max_wait.is_some_and(|most| waited > most.as_ms()) {
                    return Answer::No(Refusal::QueueTooLong);
                }
                let served = service(&slot.class.expect("it has one"), call);
                slot.free_from = call.at.as_ms() + waited + served;
                self.targets[id.0].waits.push(waited);
                (waited, served, vec![])
            }
        };
        let counted = &mut self.targets[id.0].limits;
        counted.push((call.at.as_ms(), 1, u64::from(call.input_tokens)));
        counted.push((call.at.as_ms() + waited + served, 0, u64::from(call.output_tokens)));
        Answer::Yes(if waited > 0 { Fate::Queued } else { Fate::Served }, waited, served, charged)
    }

    fn public(
        &mut self,
        id: PublicId,
        call: &Call,
        tokens: (u32, u32, u32),
        own: Option<Latency>,
    ) -> Result<(i64, Lines), Refusal> {
        let public = self.model.public(id);
        let charged = charge(&public.tariff, call, tokens).ok_or(Refusal::InputTooLong)?;
        let part = Call { input_tokens: tokens.0, ..*call };
        if !self.within(public.limits, &self.publics[id.0], &part) {
            return Err(Refusal::TooManyRequests);
        }
        let served = latency(own.or(public.latency), tokens.2);
        self.publics[id.0].push((call.at.as_ms(), 1, u64::from(tokens.0)));
        self.publics[id.0].push((call.at.as_ms() + served, 0, u64::from(tokens.2)));
        Ok((served, charged))
    }

    fn within(&self, limits: RateLimits, counted: &Counted, call: &Call) -> bool {
        let now = call.at.as_ms();
        let this_minute =
            counted.iter().filter(|(at, ..)| *at <= now && self.minute(*at) == self.minute(now));
        let (calls, tokens) = this_minute
            .fold((0, 0), |(calls, tokens), (_, more, more_tokens)| (calls + more, tokens + more_tokens));
        limits.rpm.is_none_or(|rpm| calls < rpm)
            && limits.tpm.is_none_or(|tpm| tokens + u64::from(call.input_tokens) <= tpm)
    }

    fn minute(&self, at: i64) -> i64 {
        (at + self.model.minute_phase_ms).div_euclid(60_000)
    }

    fn ask_quota(&mut self, id: TargetId, quota: &QuotaModel, call: &Call) -> Answer {
        let over_long = quota.max_input_tokens.is_some_and(|most| call.input_tokens > most);
        let (input, output) = if over_long { (0, 0) } else { self.fitting(id, quota, call) };
        let is_inside = !over_long && input == call.input_tokens && output == call.output_tokens;
        let is_inside = is_inside && (quota.unit == OverflowUnit::Excess || self.fits_whole(id, quota, call));
        let inside_ms =
            latency(self.model.targets[id.0].latency, if is_inside { call.output_tokens } else { output });
        if is_inside {
            self.note_use(id, quota, call, (input, output), inside_ms);
            return Answer::Yes(Fate::Served, 0, inside_ms, vec![]);
        }
        let to = match (over_long, quota.over_long_to) {
            (true, Some(public)) => OverflowTo::Public(public),
            _ => quota.overflow,
        };
        let public = match to {
            OverflowTo::Reject => return Answer::Never(Refusal::TooManyRequests),
            OverflowTo::Next => return Answer::No(Refusal::TooManyRequests),
            OverflowTo::Public(public) => public,
        };
        let is_split = quota.unit == OverflowUnit::Excess && input + output > 0;
        let (input, output) = if is_split { (input, output) } else { (0, 0) };
        let cached = call.cached_tokens.saturating_sub(input);
        match self.public(
            public,
            call,
            (call.input_tokens - input, cached, call.output_tokens - output),
            None,
        ) {
            Err(refusal) => Answer::Never(refusal),
            Ok((served, charged)) if is_split => {
                self.note_use(id, quota, call, (input, output), inside_ms);
                Answer::Yes(Fate::Split, 0, served.max(inside_ms), charged)
            }
            Ok((served, charged)) => Answer::Yes(Fate::Overflowed, 0, served, charged),
        }
    }

    /// Which of the three quotas a call's output uses.
    fn dimension(&self, id: TargetId, quota: &QuotaModel, call: &Call) -> usize {
        let third = self.targets[id.0].quotas.last().and_then(|(_, quota)| quota.thinking_output_tpm);
        match (quota.shared_output_ppb, call.flags.is_thinking(), third) {
            (Some(_), ..) => 0,
            (None, true, Some(_)) => 2,
            (None, ..) => 1,
        }
    }

    /// Used of a quota now, and the quota, in 1/60,000 tokens.
    fn used(&self, id: TargetId, quota: &QuotaModel, dimension: usize, now: i64) -> (i128, i128) {
        let target = &self.targets[id.0];
        let phase = self.model.minute_phase_ms;
        let used = target.uses[dimension].at(now, quota.window, &target.quotas, dimension, phase);
        (used, used::rate(&target.quotas, dimension, now) * 60_000)
    }

    fn fits_whole(&self, id: TargetId, quota: &QuotaModel, call: &Call) -> bool {
        let now = call.at.as_ms();
        let (used, all) = self.used(id, quota, 0, now);
        let dimension = self.dimension(id, quota, call);
        let (output_used, output_all) = self.used(id, quota, dimension, now);
        let mut input = used::input_weight(quota, call, call.input_tokens) * 60_000;
        let expected = match quota.output_check {
            OutputCheck::Ignore => return used + input <= all,
            OutputCheck::Post => return used + input <= all && output_used < output_all,
            OutputCheck::Estimate { .. } => estimate(quota, call),
            OutputCheck::Oracle => call.output_tokens,
        };
        let expected = used::output_weight(quota, call, expected) * 60_000;
        if dimension == 0 {
            input += expected;
        }
        used + input <= all && output_used + expected <= output_all
    }

    /// How many input and output tokens fit, tried from the whole downwards; whole calls are asked elsewhere.
    fn fitting(&self, id: TargetId, quota: &QuotaModel, call: &Call) -> (u32, u32) {
        if quota.unit == OverflowUnit::Call {
            return (call.input_tokens, call.output_tokens);
        }
        let now = call.at.as_ms();
        let (used, all) = self.used(id, quota, 0, now);
        let fits = |tokens: &u32| used + used::input_weight(quota, call, *tokens) * 60_000 <= all;
        let input = (0..=call.input_tokens).rev().find(fits).unwrap_or(0);
        if quota.output_check == OutputCheck::Ignore {
            return (input, call.output_tokens);
        }
        let dimension = self.dimension(id, quota, call);
        let (mut used, all) = self.used(id, quota, dimension, now);
        if dimension == 0 {
            used += used::input_weight(quota, call, input) * 60_000;
        }
        let fits = |tokens: &u32| used + used::output_weight(quota, call, *tokens) * 60_000 <= all;
        (input, (0..=call.output_tokens).rev().find(fits).unwrap_or(0))
    }

    fn note_use(&mut self, id: TargetId, quota: &QuotaModel, call: &Call, inside: (u32, u32), takes: i64) {
        let (at, ends) = (call.at.as_ms(), call.at.as_ms() + takes);
        let dimension = self.dimension(id, quota, call);
        let input = used::input_weight(quota, call, inside.0);
        let output = used::output_weight(quota, call, inside.1);
        let is_free = dimension == 0 && quota.output_check == OutputCheck::Ignore;
        let output = if is_free { 0 } else { output };
        self.sequence += 1;
        let order = self.sequence;
        let uses = &mut self.targets[id.0].uses;
        uses[0].0.push(Use { at, order, late: false, tokens: input, then: None });
        let split = quota.unit == OverflowUnit::Excess;
        let output = match quota.output_check {
            _ if split || takes == 0 => Use { at, order, late: false, tokens: output, then: None },
            OutputCheck::Oracle => Use { at, order, late: false, tokens: output, then: None },
            OutputCheck::Post | OutputCheck::Ignore => {
                Use { at: ends, order, late: true, tokens: output, then: None }
            }
            OutputCheck::Estimate { .. } => {
                let reserved = used::output_weight(quota, call, estimate(quota, call));
                Use { at, order, late: false, tokens: reserved, then: Some((ends, output)) }
            }
        };
        uses[dimension].0.push(output);
    }

    pub(crate) fn worth(&self) -> Money {
        let price = self.model.call_price;
        let pico = |price: Option<Money>| price.map_or(0, Money::as_pico);
        Money::from_pico(self.refused * pico(price.refused) + self.slow * pico(price.slow))
    }

    pub(crate) fn agrees_on_waits(&self, id: usize, found: &Waits, seed: u64) {
        let mut waits = self.targets[id].waits.clone();
        waits.sort_unstable();
        let total: i128 = waits.iter().map(|wait| i128::from(*wait)).sum();
        assert_eq!(
            (found.total_ms, found.longest.as_ms()),
            (total, waits.last().copied().unwrap_or(0)),
            "seed {seed}"
        );
        let p95 = if waits.is_empty() { 0 } else { waits[(waits.len() * 95).div_ceil(100) - 1] };
        assert!(
            (found.p95.as_ms() - p95).abs() <= (p95 / 100).max(1),
            "seed {seed}: {} for {p95}",
            found.p95
        );
    }
}
