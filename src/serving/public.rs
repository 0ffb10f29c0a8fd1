//! A public model, whose limits all targets share, and how long serving takes where slots do not say so.

use super::limits::Gate;
use super::model::{Latency, PublicId, PublicModel, ServingModel};
use super::outcome::{Refusal, TokenCounts};
use super::pending::{Late, Pending};
use crate::world::traffic::Call;

/// A public model, which all targets share.
#[derive(Clone, Debug)]
pub(super) struct PublicDesk<'model> {
    id: PublicId,
    model: &'model PublicModel,
    pub(super) gate: Gate,
}

impl<'model> PublicDesk<'model> {
    pub(super) fn new(model: &'model ServingModel, index: usize) -> Self {
        let public = &model.publics[index];
        Self { id: PublicId(index), model: public, gate: Gate::new(public.limits, model.minute_phase_ms) }
    }

    /// Serves so many tokens of a call within the public limits, at the tier of its whole input: the tier, and how long it
    /// takes.
    pub(super) fn serve(
        &mut self,
        call: &Call,
        tokens: TokenCounts,
        latency: Option<Latency>,
        pending: &mut Pending,
    ) -> Result<(usize, i64), Refusal> {
        let tier = self.model.tariff.tier_of(call.input_tokens).ok_or(Refusal::InputTooLong)?;
        let at = call.at.as_ms();
        if !self.gate.admits(at, tokens.input) {
            return Err(Refusal::TooManyRequests);
        }
        self.gate.count(at, tokens.input);
        let took = latency_ms(latency.or(self.model.latency), tokens.output);
        let late = Late::Public { public: self.id.0, tokens: tokens.output };
        count_output(&mut self.gate, at, took, tokens.output, late, pending);
        Ok((tier, took))
    }
}

/// Output counts for limits when the call ends.
pub(super) fn count_output(
    gate: &mut Gate,
    at: i64,
    after_ms: i64,
    tokens: u64,
    late: Late,
    pending: &mut Pending,
) {
    if !gate.counts_output() || tokens == 0 {
        return;
    }
    if after_ms > 0 {
        pending.push(at + after_ms, late);
    } else {
        gate.output(at, tokens);
    }
}

/// True if serving takes no time.
pub(super) fn is_at_once(latency: Option<Latency>) -> bool {
    latency.is_none_or(|latency| latency == Latency::default())
}

/// How long serving takes, rounded up to a millisecond.
pub(super) fn latency_ms(latency: Option<Latency>, output: u64) -> i64 {
    latency.map_or(0, |Latency { first_ms, per_output_token_us }| {
        first_ms + ((output as i64 * per_output_token_us) as u64).div_ceil(1_000) as i64
    })
}
