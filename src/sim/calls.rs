//! Calls: met a minute at a time between events, never on the queue.

use super::recorder::ToldCall;
use super::run::Simulation;
use super::trace::Trace;
use crate::scenario::Scenario;
use crate::serving::{CallLog, CallRecord, Desk};
use crate::units::{SimSpan, SimTime};
use crate::world::World;
use crate::world::traffic::Call;

/// How far the traffic has been met.
#[derive(Clone, Debug, Default)]
pub(crate) struct TrafficCursor {
    /// Calls of the present minute.
    calls: Vec<Call>,
    /// How many of them have been met.
    met: usize,
    /// The next minute to draw.
    next_minute: i64,
}

impl<T: Trace> Simulation<'_, T> {
    /// Meets every call before an instant: those at the instant itself come after its events.
    pub(crate) fn meet_calls_before(&mut self, until: SimTime) {
        if self.scenario.world.traffic.tenants.is_empty() {
            return;
        }
        let cursor = &mut self.traffic;
        let mut log = Telling { trace: self.trace, scenario: self.scenario };
        loop {
            let waiting = &cursor.calls[cursor.met..];
            let due = if waiting.last().is_some_and(|last| last.at < until) {
                waiting.len()
            } else {
                waiting.partition_point(|call| call.at < until)
            };
            meet(&mut self.desk, &waiting[..due], &mut log);
            cursor.met += due;
            let minute_at = SimTime::ZERO + SimSpan::from_minutes(cursor.next_minute);
            if cursor.met < cursor.calls.len() || minute_at >= until {
                return;
            }
            draw(self.world, self.scenario, cursor);
        }
    }
}

fn meet<T: Trace>(desk: &mut Desk<'_>, calls: &[Call], log: &mut Telling<'_, T>) {
    if !calls.is_empty() {
        desk.meet(calls, log);
    }
}

fn draw(world: &World, scenario: &Scenario, cursor: &mut TrafficCursor) {
    world.traffic.minute(&scenario.world.traffic, cursor.next_minute, &mut cursor.calls);
    cursor.met = 0;
    cursor.next_minute += 1;
}

/// Hands calls on to the trace, with what it needs to know of them.
struct Telling<'a, T> {
    trace: &'a mut T,
    scenario: &'a Scenario,
}

impl<T: Trace> CallLog for Telling<'_, T> {
    const LISTENS: bool = T::LISTENS;

    fn call(&mut self, record: impl FnOnce() -> CallRecord) {
        let scenario = self.scenario;
        self.trace.call(|| {
            let record = record();
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
