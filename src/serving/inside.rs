//! The short way of the usual call: a quota by the civil minute takes it whole, output counts at once, nobody listens.
//!
//! Decides nothing of its own: it serves the calls that [`super::quota`] would take, by the same rules written for
//! constants, and stops before the first that is anything else.

use super::desk::Desk;
use super::quota::{INPUT, OUTPUT, THINKING};
use super::station::Service;
use crate::world::traffic::Call;

impl Desk<'_> {
    /// Serves calls inside the quota of a target for which [`super::station::Station::is_usual`], as long as it is the
    /// first on their routes and they fit; how many.
    pub(super) fn meet_inside(&mut self, target: usize, calls: &[Call]) -> usize {
        let station = &mut self.stations[target];
        if station.closed.is_some() {
            return 0;
        }
        let Service::Quota(quota) = &mut station.service else { return 0 };
        let longest = quota.model.max_input_tokens.unwrap_or(u32::MAX);
        let third = usize::from(quota.has_third);
        let mut used = [INPUT, OUTPUT, THINKING].map(|meter| quota.meters[meter].minute);
        let quotas = [INPUT, OUTPUT, THINKING].map(|meter| quota.meters[meter].quota);
        let mut minute_end = quota.minute_end;
        let mut served = 0;
        for call in calls {
            let tenant = usize::from(call.tenant);
            let at = call.at.as_ms();
            if at >= minute_end {
                (0..used.len()).for_each(|meter| quota.meters[meter].minute = used[meter]);
                quota.turn(at);
                minute_end = quota.minute_end;
                used = [0; 3];
            }
            let input = u64::from(call.input_tokens);
            let meter = OUTPUT + (usize::from(call.flags.is_thinking()) & third);
            let fits = (used[INPUT] + input <= quotas[INPUT])
                & (used[meter] < quotas[meter])
                & (call.input_tokens <= longest)
                & (self.usual[tenant] == target);
            if !fits {
                break;
            }
            used[INPUT] += input;
            used[meter] += u64::from(call.output_tokens);
            self.cells[tenant * self.stride + target + 1].serve_inside(call);
            served += 1;
        }
        (0..used.len()).for_each(|meter| quota.meters[meter].minute = used[meter]);
        if let Some(last) = calls[..served].last() {
            station.last_call = Some(last.at.as_ms());
        }
        served
    }
}
