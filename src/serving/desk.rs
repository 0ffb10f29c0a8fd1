//! The desk that calls come to.

use super::log::{CallLog, CallRecord};
use super::model::{CloseReason, Quota, ServingModel, SlotClass, TargetId};
use super::outcome::{CallCounts, Fate, Refusal, ServingOutcome};
use super::pending::{Late, Pending};
use super::public::PublicDesk;
use super::station::{Answer, Service, Station, Surroundings, Taken};
use super::till::Till;
use crate::units::{Money, SimSpan, SimTime};
use crate::world::traffic::Call;

/// No target.
const NONE: usize = usize::MAX;

/// Meets calls in order of time: each is offered to the targets of its tenant's route, and the first that takes it
/// keeps it. A refused call is refused for the reason of the last target that was there and did not take it; if none
/// was there, for that of the last one on the route. A quota that rejects its overflow, or whose overflow the public
/// model refuses, ends the route (A-04).
///
/// ```
/// use deploysim::serving::{CloseReason, Desk, NoLog, Refusal, ServingModel, SlotClass, SlotsModel};
/// use deploysim::serving::{RateLimits, TargetId, TargetKind, TargetModel};
/// use deploysim::units::{SimSpan, SimTime};
/// use deploysim::world::traffic::{Call, CallFlags};
/// let target = TargetModel {
///     name: "chat".to_owned(),
///     limits: RateLimits { rpm: Some(2), tpm: None },
///     max_context_tokens: None,
///     latency: None,
///     kind: TargetKind::Slots(SlotsModel::default()),
/// };
/// let model =
///     ServingModel { targets: vec![target], routes: vec![vec![TargetId(0)]], ..ServingModel::default() };
/// let mut desk = Desk::new(&model);
/// let class = SlotClass { prefill_milli_tps: 1_000_000, decode_milli_tps: 10_000, overhead: SimSpan::ZERO };
/// desk.open(TargetId(0), SimTime::ZERO);
/// desk.add_slots(TargetId(0), class, 1, SimTime::ZERO);
/// let call = |second| Call {
///     at: SimTime::ZERO + SimSpan::from_seconds(second),
///     input_tokens: 1_000,
///     output_tokens: 50,
///     cached_tokens: 0,
///     estimated_output_tokens: 0,
///     tenant: 0,
///     flags: CallFlags::NONE,
/// };
/// // A second of input and five of output: the second call waits for four; the third is beyond the limit.
/// desk.meet(&[call(0), call(2), call(3)], &mut NoLog);
/// desk.close(TargetId(0), CloseReason::NotRunning, SimTime::ZERO + SimSpan::HOUR);
/// let outcome = desk.finish(SimTime::ZERO + SimSpan::HOUR);
/// assert_eq!((outcome.calls.served, outcome.calls.queued, outcome.calls.refused[0]), (2, 1, 1));
/// assert_eq!(outcome.targets[0].waits.longest, SimSpan::from_seconds(4));
/// assert_eq!(Refusal::ALL[0], Refusal::TooManyRequests);
/// ```
#[derive(Clone, Debug)]
pub struct Desk<'model> {
    model: &'model ServingModel,
    pub(super) stations: Vec<Station<'model>>,
    publics: Vec<PublicDesk<'model>>,
    pending: Pending,
    pub(super) till: Till<'model>,
    /// Counts by tenant and, within a tenant, by the target after its place for none: `stride` each.
    pub(super) cells: Vec<CallCounts>,
    pub(super) stride: usize,
    /// For each tenant the first target of its route if calls may go the short way there; see [`super::inside`].
    pub(super) usual: Vec<usize>,
}

impl<'model> Desk<'model> {
    /// A desk where every target but the public ones is closed as not running, without quota and slots.
    pub fn new(model: &'model ServingModel) -> Self {
        let stations: Vec<_> = (0..model.targets.len()).map(|index| Station::new(model, index)).collect();
        let stride = model.targets.len() + 1;
        let usual = model.routes.iter().map(|route| {
            route.first().filter(|target| stations[target.0].is_usual()).map_or(NONE, |target| target.0)
        });
        Self {
            usual: usual.collect(),
            stations,
            publics: (0..model.publics.len()).map(|index| PublicDesk::new(model, index)).collect(),
            pending: Pending::default(),
            till: Till::new(model),
            cells: vec![CallCounts::default(); stride * model.routes.len()],
            stride,
            model,
        }
    }

    /// From this instant on a target serves.
    pub fn open(&mut self, target: TargetId, at: SimTime) {
        self.settle(at.as_ms());
        self.stations[target.0].open(at.as_ms());
    }

    /// From this instant on a target does not serve. A public target is always open.
    pub fn close(&mut self, target: TargetId, why: CloseReason, at: SimTime) {
        self.settle(at.as_ms());
        self.stations[target.0].close(why, at.as_ms());
    }

    /// From this instant on a target has this quota; what was used this minute stays used (of a bucket: what has not
    /// flowed back). Nothing on a target without quotas.
    pub fn set_quota(&mut self, target: TargetId, quota: Quota, at: SimTime) {
        self.settle(at.as_ms());
        if let Service::Quota(provisioned) = &mut self.stations[target.0].service {
            provisioned.set(quota, at.as_ms());
        }
    }

    /// From this instant on a target has so many more slots of a class, free at once.
    pub fn add_slots(&mut self, target: TargetId, class: SlotClass, count: u32, at: SimTime) {
        if let Service::Slots(_, slots) = &mut self.stations[target.0].service {
            slots.add(class, count, at.as_ms());
        }
    }

    /// From this instant on a target has so many fewer slots of a class: free ones go first; a call that is being served
    /// is finished, and so are those that wait for the slot.
    pub fn remove_slots(&mut self, target: TargetId, class: SlotClass, count: u32, at: SimTime) {
        if let Service::Slots(_, slots) = &mut self.stations[target.0].service {
            slots.remove(class, count, at.as_ms());
        }
    }

    /// From now on a target has so many replicas, each of which brings its limits once (T4); one at first.
    pub fn set_replicas(&mut self, target: TargetId, replicas: u32) {
        self.stations[target.0].set_replicas(replicas);
    }

    /// Decides the fate of calls, which come in order of time and not before the last change of a target.
    pub fn meet<L: CallLog>(&mut self, calls: &[Call], log: &mut L) {
        let mut rest = calls;
        while let Some(call) = rest.first() {
            let usual = self.usual[usize::from(call.tenant)];
            if !L::LISTENS && usual != NONE && !self.till.holds_up(usize::from(call.tenant)) {
                let inside = self.meet_inside(usual, rest);
                rest = &rest[inside..];
            }
            // What stopped there, or was no usual call: one at least goes the long way.
            if let Some((call, after)) = rest.split_first() {
                self.meet_one(call, log);
                rest = after;
            }
        }
    }

    fn meet_one<L: CallLog>(&mut self, call: &Call, log: &mut L) {
        self.settle(call.at.as_ms());
        let model = self.model;
        let tenant = usize::from(call.tenant);
        let mut refused = (Refusal::NoSuchDeployment, None);
        let mut was_there = false;
        let barred = self.till.refuses(call);
        for &target in &model.routes[tenant] {
            if let Some(refusal) = barred {
                refused = (refusal, Some(target));
                break;
            }
            let mut around =
                Surroundings { publics: &mut self.publics, pending: &mut self.pending, till: &mut self.till };
            match self.stations[target.0].ask(call, &mut around) {
                Answer::Taken(taken) => return self.take(call, target, taken, log),
                Answer::Absent(refusal) if !was_there => refused = (refusal, Some(target)),
                Answer::Absent(_) => {}
                Answer::Declined(refusal) => {
                    was_there = true;
                    refused = (refusal, Some(target));
                }
                Answer::Refused(refusal) => {
                    refused = (refusal, Some(target));
                    break;
                }
            }
        }
        let (refusal, target) = refused;
        let place = target.map_or(0, |target| target.0 + 1);
        self.cells[tenant * self.stride + place].refuse(call, refusal);
        if L::LISTENS {
            log.call(|| CallRecord {
                call: *call,
                target,
                fate: Fate::Refused(refusal),
                waited: SimSpan::ZERO,
                served_in: SimSpan::ZERO,
                charged: Vec::new(),
                searched: false,
            });
        }
    }

    fn take<L: CallLog>(&mut self, call: &Call, target: TargetId, taken: Taken, log: &mut L) {
        let slow_above = self.model.call_price.slow_above;
        let is_slow = slow_above.is_some_and(|most| taken.waited_ms + taken.served_ms > most.as_ms());
        let cell = &mut self.cells[usize::from(call.tenant) * self.stride + target.0 + 1];
        cell.take(call, taken.fate, taken.overflowed, is_slow);
        if L::LISTENS {
            let station = &self.stations[target.0];
            log.call(|| CallRecord {
                call: *call,
                target: Some(target),
                fate: taken.fate,
                waited: SimSpan::from_ms(taken.waited_ms),
                served_in: SimSpan::from_ms(taken.served_ms),
                charged: station.lines(&taken),
                searched: taken.searched,
            });
        }
    }

    /// Counts what calls that ended by an instant left open.
    fn settle(&mut self, until: i64) {
        while let Some((at, late)) = self.pending.pop(until) {
            match late {
                Late::Output { target, .. } | Late::Reserved { target, .. } | Late::Target { target, .. } => {
                    self.stations[target].end(at, late);
                }
                Late::Public { public, tokens } => self.publics[public].gate.output(at, tokens),
            }
        }
    }

    /// Share of the slots' time that was claimed by calls arriving since the last time it was asked, in units of 10⁻³
    /// (may exceed 1,000), rounded down; 0 without slots. For scaling by threshold. Slots count for the time they
    /// were there.
    pub fn take_load_per_mille(&mut self, target: TargetId, at: SimTime) -> u32 {
        match &mut self.stations[target.0].service {
            Service::Slots(_, slots) => slots.take_load_per_mille(at.as_ms()),
            Service::Quota(_) | Service::Public(_) | Service::Tokens(_) => 0,
        }
    }

    /// The till, which accounts look at.
    pub(crate) const fn till(&mut self) -> &mut Till<'model> {
        &mut self.till
    }

    /// Until when a target with slots serves the calls it has taken, waiting ones among them; none if it serves none at
    /// `at`. What a slot that is gone has taken on it finishes.
    pub(crate) fn busy_until(&self, target: TargetId, at: SimTime) -> Option<SimTime> {
        match &self.stations[target.0].service {
            Service::Slots(_, slots) => {
                Some(SimTime::from_ms(slots.busy_until())).filter(|until| *until > at)
            }
            Service::Quota(_) | Service::Public(_) | Service::Tokens(_) => None,
        }
    }

    /// When a target last took a call; one that overflowed from it is one too.
    pub fn last_call(&self, target: TargetId) -> Option<SimTime> {
        self.stations[target.0].last_call()
    }

    /// Everything, at the end of the run. Output of calls that are still being served is in the counts of tokens, and
    /// in no quota's use.
    pub fn finish(mut self, at: SimTime) -> ServingOutcome {
        self.settle(at.as_ms());
        let mut by_target = vec![CallCounts::default(); self.stations.len()];
        let (mut calls, mut tenants) = (CallCounts::default(), Vec::new());
        for of_tenant in self.cells.chunks_exact(self.stride) {
            let mut tenant = CallCounts::default();
            for (place, cell) in of_tenant.iter().enumerate() {
                tenant += *cell;
                if place > 0 {
                    by_target[place - 1] += *cell;
                }
            }
            calls += tenant;
            tenants.push(tenant);
        }
        let stations = self.stations.into_iter().zip(by_target);
        let targets: Vec<_> = stations.map(|(station, calls)| station.finish(at.as_ms(), calls)).collect();
        ServingOutcome {
            tenants,
            overflow: targets.iter().map(|target| target.overflow).sum::<Money>(),
            tokens: targets.iter().map(|target| target.tokens).sum(),
            searches: self.till.search_cost(calls.web_searches),
            call_price: calls.worth(self.model.call_price),
            targets,
            calls,
        }
    }
}
