//! Calls: met in bulk between events, never on the queue.

use super::accounts::Drafts;
use super::recorder::ToldCall;
use super::run::Simulation;
use super::trace::Trace;
use crate::account::ChargingModel;
use crate::scenario::Scenario;
use crate::scenario::model::Strategy;
use crate::serving::{CallLog, CallRecord, Desk};
use crate::units::{SimSpan, SimTime};
use crate::world::traffic::Call;

/// How far the traffic has been met.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrafficCursor {
    /// Calls of the minutes that were drawn last; unused where the world keeps all calls.
    calls: Vec<Call>,
    /// How many of them have been met, or of those that the world keeps.
    met: usize,
    /// The next minute to draw.
    next_minute: i64,
}

impl<T: Trace> Simulation<'_, T> {
    /// When the next call comes before an instant, if one does; draws minutes as far as that takes.
    pub(crate) fn next_call_at(&mut self, until: SimTime) -> Option<SimTime> {
        let (model, traffic) = (&self.scenario.world.traffic, &self.world.traffic);
        if model.tenants.is_empty() {
            return None;
        }
        let cursor = &mut self.traffic;
        if let Some(kept) = traffic.kept() {
            return kept.get(cursor.met).map(|call| call.at).filter(|at| *at < until);
        }
        loop {
            if let Some(call) = cursor.calls.get(cursor.met) {
                return Some(call.at).filter(|at| *at < until);
            }
            if SimTime::ZERO + SimSpan::from_minutes(cursor.next_minute) >= until {
                return None;
            }
            traffic.minutes(model, cursor.next_minute, &mut cursor.calls);
            cursor.met = 0;
            cursor.next_minute += traffic.unit_minutes();
        }
    }

    /// Meets every call before an instant: those at the instant itself come after its events.
    pub(crate) fn meet_calls_before(&mut self, until: SimTime) {
        let (model, traffic) = (&self.scenario.world.traffic, &self.world.traffic);
        if model.tenants.is_empty() {
            return;
        }
        let cursor = &mut self.traffic;
        let mut log = Telling {
            trace: self.trace,
            scenario: self.scenario,
            strategy: self.strategy,
            charging: self.accounts.charging,
            drafts: &mut self.accounts.drafts,
        };
        if let Some(kept) = traffic.kept() {
            let due = due_before(&kept[cursor.met..], until);
            meet(&mut self.desk, due, &mut log);
            cursor.met += due.len();
            return;
        }
        loop {
            let due = due_before(&cursor.calls[cursor.met..], until);
            meet(&mut self.desk, due, &mut log);
            cursor.met += due.len();
            let drawn_until = SimTime::ZERO + SimSpan::from_minutes(cursor.next_minute);
            if cursor.met < cursor.calls.len() || drawn_until >= until {
                return;
            }
            traffic.minutes(model, cursor.next_minute, &mut cursor.calls);
            cursor.met = 0;
            cursor.next_minute += traffic.unit_minutes();
        }
    }
}

/// The first of these calls, up to an instant. Usually they are few, or all: looks from both ends.
fn due_before(waiting: &[Call], until: SimTime) -> &[Call] {
    if waiting.last().is_none_or(|last| last.at < until) {
        return waiting;
    }
    let mut reach = 8;
    while waiting.get(reach).is_some_and(|call| call.at < until) {
        reach *= 2;
    }
    let near = &waiting[..reach.min(waiting.len())];
    &near[..near.partition_point(|call| call.at < until)]
}

fn meet<T: Trace>(desk: &mut Desk<'_>, calls: &[Call], log: &mut Telling<'_, T>) {
    if !calls.is_empty() {
        desk.meet(calls, log);
    }
}

/// Hands calls on to the trace, with what it needs to know of them.
struct Telling<'a, T> {
    trace: &'a mut T,
    scenario: &'a Scenario,
    strategy: &'a Strategy,
    charging: &'a ChargingModel,
    drafts: &'a mut Drafts,
}

impl<T: Trace> CallLog for Telling<'_, T> {
    const LISTENS: bool = T::LISTENS;

    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        let scenario = self.scenario;
        let record = record();
        // Lines are drafted whatever the listener makes of the call.
        if !scenario.accounts.is_empty() {
            self.drafts.add(scenario, self.strategy, self.charging, &record);
        }
        self.trace.call(|| {
            let at = record.call.at;
            let into_week = scenario.calendar.time_of_week(at).as_ms();
            let back = |span: SimSpan| at - SimSpan::from_ms(into_week % span.as_ms());
            let caller = &scenario.callers[usize::from(record.call.tenant)];
            ToldCall {
                is_told: caller.is_told,
                day: back(SimSpan::DAY),
                minute: back(SimSpan::MINUTE),
                record,
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::traffic::CallFlags;

    #[test]
    fn calls_are_due_up_to_an_instant_and_not_at_it() {
        let call = |at| Call {
            at: SimTime::from_ms(at),
            input_tokens: 1,
            output_tokens: 1,
            cached_tokens: 0,
            estimated_output_tokens: 0,
            tenant: 0,
            flags: CallFlags::NONE,
        };
        // Two calls each second: 0, 0, 1, 1, ...
        let waiting: Vec<Call> = (0..100).map(|number| call(number / 2 * 1_000)).collect();
        for seconds in 0..=51_i64 {
            for ms in [-1, 0, 1] {
                let until = seconds * 1_000 + ms;
                let expected = waiting.iter().filter(|call| call.at.as_ms() < until).count();
                assert_eq!(due_before(&waiting, SimTime::from_ms(until)).len(), expected, "{until} ms");
            }
        }
        assert!(due_before(&[], SimTime::from_ms(1)).is_empty());
    }
}
