//! The short way of the usual call: a quota by the civil minute takes it whole, output counts at once, what does not fit
//! goes to a public model without limits, nobody listens.
//!
//! Decides nothing of its own: it does what [`super::quota`] and [`super::station`] would do, by the same rules written
//! for constants, and stops before the first call that is anything else.

use super::desk::Desk;
use super::outcome::{CallCounts, Fate, TokenCounts};
use super::quota::{INPUT, OUTPUT, THINKING};
use super::station::Service;
use crate::world::traffic::Call;

/// Calls of one tenant, one after another, that were served.
#[derive(Default)]
struct Run {
    tenant: u16,
    calls: u64,
    web_searches: u64,
    tokens: TokenCounts,
}

impl Run {
    #[inline]
    fn add(&mut self, call: &Call) {
        self.calls += 1;
        self.web_searches += u64::from(call.flags.is_web_search());
        self.tokens += TokenCounts::of(call);
    }

    /// Counts them, and begins anew.
    fn end(&mut self, cell: &mut CallCounts) {
        cell.served += self.calls;
        cell.web_searches += self.web_searches;
        cell.served_tokens += self.tokens;
        *self = Self::default();
    }
}

impl Desk<'_> {
    /// Meets calls at a target for which [`super::station::Station::is_usual`], as long as it is the first on their
    /// routes; how many, of which the first is known to be one.
    pub(super) fn meet_inside(&mut self, target: usize, calls: &[Call]) -> usize {
        let (stride, usual, cells) = (self.stride, &self.usual, &mut self.cells);
        let cell = |tenant: u16| usize::from(tenant) * stride + target + 1;
        let station = &mut self.stations[target];
        let Service::Quota(quota) = &mut station.service else { return 0 };
        if station.closed.is_some() || calls.is_empty() {
            return 0;
        }
        let overflow = &mut station.overflow[..usize::from(station.overflows_freely)];
        let longest = quota.model.max_input_tokens.unwrap_or(u32::MAX);
        let has_third = quota.has_third;
        let [input_quota, output_quota, thinking_quota] =
            [INPUT, OUTPUT, THINKING].map(|meter| quota.meters[meter].quota);
        let [mut input_used, mut output_used, mut thinking_used] =
            [INPUT, OUTPUT, THINKING].map(|meter| quota.meters[meter].minute);
        let mut minute_end = quota.minute_end;
        let mut run = Run { tenant: calls[0].tenant, ..Run::default() };
        let mut met = 0;
        let watches_searches = self.till.watches_searches();
        for call in calls {
            if watches_searches && call.flags.is_web_search() {
                break;
            }
            if call.tenant != run.tenant {
                let tenant = usize::from(call.tenant);
                if usual[tenant] != target || self.till.holds_up(tenant) {
                    break;
                }
                run.end(&mut cells[cell(run.tenant)]);
                run.tenant = call.tenant;
            }
            let at = call.at.as_ms();
            if at >= minute_end {
                quota.note_minute([input_used, output_used, thinking_used]);
                quota.turn(at);
                minute_end = quota.minute_end;
                (input_used, output_used, thinking_used) = (0, 0, 0);
            }
            let (input, output) = (u64::from(call.input_tokens), u64::from(call.output_tokens));
            let is_third = has_third && call.flags.is_thinking();
            let has_output =
                if is_third { thinking_used < thinking_quota } else { output_used < output_quota };
            if has_output && input_used + input <= input_quota && call.input_tokens <= longest {
                input_used += input;
                if is_third {
                    thinking_used += output;
                } else {
                    output_used += output;
                }
                run.add(call);
            } else {
                let Some((_, ledger)) = overflow.first_mut() else { break };
                let Some(tier) = ledger.tariff.tier_of(call.input_tokens) else { break };
                let tokens = TokenCounts::of(call);
                ledger.add(tier, tokens);
                cells[cell(call.tenant)].take(call, Fate::Overflowed, tokens, false);
            }
            met += 1;
        }
        run.end(&mut cells[cell(run.tenant)]);
        quota.note_minute([input_used, output_used, thinking_used]);
        if let Some(last) = calls[..met].last() {
            station.last_call = Some(last.at.as_ms());
        }
        met
    }
}
