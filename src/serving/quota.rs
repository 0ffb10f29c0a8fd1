//! Provisioned throughput: whether a call fits into a quota, and what it counts there (P1, P10, A-02, A-04, A-05).

use super::capacity::Capacity;
use super::minute::{MINUTE_MS, minute_end};
use super::model::{OutputCheck, OverflowUnit, Quota, QuotaModel, Window};
use super::outcome::Utilisation;
use super::pending::Late;
use super::window::{Meter, Place};
use crate::world::traffic::Call;

/// The input quota, or the one that input and output share.
pub(super) const INPUT: usize = 0;
/// The output quota.
pub(super) const OUTPUT: usize = 1;
/// The quota of thinking output.
pub(super) const THINKING: usize = 2;

/// The quotas of one target.
#[derive(Clone, Debug)]
pub(super) struct Provisioned<'model> {
    pub(super) model: &'model QuotaModel,
    pub(super) meters: [Meter; 3],
    /// There is a quota of its own for thinking output.
    pub(super) has_third: bool,
    had_third: bool,
    capacity: Capacity,
    /// End of the civil minute it is in.
    pub(super) minute_end: i64,
    /// Since when it is open.
    open_since: Option<i64>,
    /// It was open for some time of this minute, and is not any more.
    was_open: bool,
}

/// What a call counts if it is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    input: u64,
    /// At its end.
    output: u64,
    /// Until then.
    reserved: u64,
    /// Where output counts.
    meter: usize,
}

/// Whether a call fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// All of it.
    Whole(Claim),
    /// So many of its tokens.
    Part { claim: Claim, input: u32, output: u32 },
    /// Nothing.
    None,
}

impl<'model> Provisioned<'model> {
    pub(super) fn new(model: &'model QuotaModel, phase: i64) -> Self {
        Self {
            model,
            meters: [(); 3].map(|()| Meter::new(model.window)),
            has_third: false,
            had_third: false,
            capacity: Capacity::new(model),
            minute_end: minute_end(0, phase),
            open_since: None,
            was_open: false,
        }
    }

    /// True if calls are counted by the usual rules: see [`super::inside`].
    pub(super) fn is_usual(&self) -> bool {
        self.model.unit == OverflowUnit::Call
            && self.model.output_check == OutputCheck::Post
            && self.model.window == Window::CalendarMinute
            && self.model.shared_output_ppb.is_none()
            && self.capacity.is_plain
    }

    pub(super) fn open(&mut self, at: i64) {
        self.advance(at);
        self.open_since = Some(self.open_since.unwrap_or(at));
    }

    /// `took_a_call`: at this very instant, so that it was open however short.
    pub(super) fn close(&mut self, at: i64, took_a_call: bool) {
        self.advance(at);
        if let Some(since) = self.open_since.take() {
            self.was_open |= since.max(self.minute_end - MINUTE_MS) < at || took_a_call;
        }
    }

    pub(super) fn set(&mut self, quota: Quota, at: i64) {
        self.advance(at);
        self.meters[INPUT].quota = quota.input_tpm;
        self.meters[OUTPUT].quota = quota.output_tpm;
        self.meters[THINKING].quota = quota.thinking_output_tpm.unwrap_or(0);
        self.has_third = quota.thinking_output_tpm.is_some();
        self.had_third |= self.has_third;
    }

    /// Brings everything up to an instant.
    pub(super) fn advance(&mut self, at: i64) {
        if at >= self.minute_end {
            self.turn(at);
        }
        if self.model.window != Window::CalendarMinute {
            self.meters.iter_mut().for_each(|meter| meter.forget(at));
        }
    }

    /// What is used in this civil minute, counted elsewhere for a while: see [`super::inside`].
    pub(super) fn note_minute(&mut self, used: [u64; 3]) {
        for (meter, used) in self.meters.iter_mut().zip(used) {
            meter.minute = used;
        }
    }

    /// Ends the civil minute, and those without use up to an instant at or after its end.
    pub(super) fn turn(&mut self, at: i64) {
        let is_open = self.open_since.is_some();
        let counts = is_open || self.was_open;
        self.was_open = false;
        let idle = (at - self.minute_end) as u64 / MINUTE_MS as u64;
        for (index, meter) in self.meters.iter_mut().enumerate() {
            if index == THINKING && !self.has_third {
                meter.minute = 0;
                continue;
            }
            meter.end_minute(counts);
            if is_open && idle > 0 {
                meter.history.idle(idle, meter.quota);
            }
        }
        self.minute_end += (idle as i64 + 1) * MINUTE_MS;
    }

    /// True if the input is longer than the quota takes at all.
    pub(super) fn is_over_long(&self, call: &Call) -> bool {
        self.model.max_input_tokens.is_some_and(|most| call.input_tokens > most)
    }

    /// Whether a call fits at an instant up to which everything was brought.
    pub(super) fn room(&self, call: &Call) -> Room {
        let meter = self.output_meter(call);
        let check = self.model.output_check;
        match self.model.unit {
            OverflowUnit::Call => self.room_for_all(call, meter, check),
            OverflowUnit::Excess => self.room_for_part(call, meter, check),
        }
    }

    /// The quota in which a call's output counts.
    fn output_meter(&self, call: &Call) -> usize {
        if self.model.shared_output_ppb.is_some() {
            INPUT
        } else if call.flags.is_thinking() && self.has_third {
            THINKING
        } else {
            OUTPUT
        }
    }

    fn room_for_all(&self, call: &Call, meter: usize, check: OutputCheck) -> Room {
        let input = self.capacity.input(call, call.input_tokens);
        let output = self.capacity.output(call, call.output_tokens);
        let reserved = match check {
            OutputCheck::Post | OutputCheck::Ignore => 0,
            OutputCheck::Oracle => output,
            OutputCheck::Estimate { output_tokens } => {
                let own = call.estimated_output_tokens;
                self.capacity.output(call, if own == 0 { output_tokens } else { own })
            }
        };
        let output_fits = match check {
            OutputCheck::Post => !self.meters[meter].is_used_up(),
            OutputCheck::Oracle | OutputCheck::Estimate { .. } => !self.meters[meter].exceeds(reserved),
            OutputCheck::Ignore => true,
        };
        let beside = if meter == INPUT { reserved } else { 0 };
        if output_fits && !self.meters[INPUT].exceeds(input + beside) {
            Room::Whole(Claim { input, output: self.counting(meter, output), reserved, meter })
        } else {
            Room::None
        }
    }

    fn room_for_part(&self, call: &Call, meter: usize, check: OutputCheck) -> Room {
        let left = self.meters[INPUT].left();
        let (fits, input) =
            Capacity::most(call.input_tokens, left, |tokens| self.capacity.input(call, tokens));
        let left = if meter == INPUT { left - input } else { self.meters[meter].left() };
        let left = if check == OutputCheck::Ignore { u64::MAX } else { left };
        let (output_fits, output) =
            Capacity::most(call.output_tokens, left, |tokens| self.capacity.output(call, tokens));
        let output = self.counting(meter, output);
        let claim = Claim { input, output, reserved: output, meter };
        if fits == call.input_tokens && output_fits == call.output_tokens {
            Room::Whole(claim)
        } else if fits == 0 && output_fits == 0 {
            Room::None
        } else {
            Room::Part { claim, input: fits, output: output_fits }
        }
    }

    /// Output that is not checked counts nothing beside the input.
    fn counting(&self, meter: usize, output: u64) -> u64 {
        if meter == INPUT && self.model.output_check == OutputCheck::Ignore { 0 } else { output }
    }

    /// Counts a call that was found to fit and ends at `ends`; what is left to do then.
    pub(super) fn count(&mut self, claim: Claim, at: i64, ends: i64, target: usize) -> Option<Late> {
        self.meters[INPUT].add(at, claim.input);
        let Claim { output: tokens, reserved, meter, .. } = claim;
        let is_known = ends <= at || self.model.unit == OverflowUnit::Excess;
        match self.model.output_check {
            OutputCheck::Estimate { .. } if !is_known => {
                let number = self.meters[meter].add(at, reserved);
                let place = Place { minute_end: self.minute_end, number };
                Some(Late::Reserved { target, meter, place, reserved, tokens })
            }
            OutputCheck::Post | OutputCheck::Ignore if !is_known => {
                Some(Late::Output { target, meter, tokens })
            }
            OutputCheck::Post | OutputCheck::Ignore | OutputCheck::Estimate { .. } | OutputCheck::Oracle => {
                self.meters[meter].add(at, tokens);
                None
            }
        }
    }

    /// Output came at a call's end.
    pub(super) fn output(&mut self, at: i64, meter: usize, tokens: u64) {
        self.advance(at);
        self.meters[meter].add(at, tokens);
    }

    /// What was reserved turned out to be `tokens`.
    pub(super) fn reconcile(&mut self, at: i64, meter: usize, place: Place, reserved: u64, tokens: u64) {
        self.advance(at);
        self.meters[meter].correct(place, self.minute_end, reserved, tokens);
    }

    /// How much was used, at the end.
    pub(super) fn finish(mut self, at: i64, took_a_call: bool) -> Vec<Utilisation> {
        self.close(at, took_a_call);
        if self.was_open {
            let end = self.minute_end;
            self.turn(end);
        }
        let [input, output, thinking, shared] = Utilisation::DIMENSIONS;
        let names = if self.model.shared_output_ppb.is_some() {
            [shared, "", ""]
        } else {
            [input, output, if self.had_third { thinking } else { "" }]
        };
        let named = names.into_iter().zip(self.meters).filter(|(name, _)| !name.is_empty());
        named.map(|(name, meter)| meter.history.outcome(name)).collect()
    }
}
