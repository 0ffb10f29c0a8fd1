//! The desk that calls come to.

use super::log::CallLog;
use super::model::{CloseReason, Quota, ServingModel, SlotClass, TargetId};
use super::outcome::ServingOutcome;
use crate::units::SimTime;
use crate::world::traffic::Call;

/// Meets calls in order of time.
#[derive(Clone, Debug)]
pub struct Desk<'model> {
    model: &'model ServingModel,
}

impl<'model> Desk<'model> {
    /// A desk where every target is closed as not running, without quota and slots.
    pub fn new(model: &'model ServingModel) -> Self {
        Self { model }
    }

    /// From this instant on a target serves.
    pub fn open(&mut self, target: TargetId, at: SimTime) {
        let _ = (target, at, self.model);
    }

    /// From this instant on a target does not serve.
    pub fn close(&mut self, target: TargetId, why: CloseReason, at: SimTime) {
        let _ = (target, why, at);
    }

    /// From this instant on a target has this quota; what was used this minute stays used.
    pub fn set_quota(&mut self, target: TargetId, quota: Quota, at: SimTime) {
        let _ = (target, quota, at);
    }

    /// From this instant on a target has so many more slots of a class, free at once.
    pub fn add_slots(&mut self, target: TargetId, class: SlotClass, count: u32, at: SimTime) {
        let _ = (target, class, count, at);
    }

    /// From this instant on a target has so many fewer slots of a class: free ones go first; a call that is being served
    /// is finished.
    pub fn remove_slots(&mut self, target: TargetId, class: SlotClass, count: u32, at: SimTime) {
        let _ = (target, class, count, at);
    }

    /// From now on a target has so many replicas, each of which brings its limits once (T4); one at first.
    pub fn set_replicas(&mut self, target: TargetId, replicas: u32) {
        let _ = (target, replicas);
    }

    /// Decides the fate of calls, which come in order of time and not before the last change of a target.
    pub fn meet<L: CallLog>(&mut self, calls: &[Call], log: &mut L) {
        let _ = (calls, log);
    }

    /// Share of the slots' time that was claimed by calls arriving since the last time it was asked, in units of 10⁻³
    /// (may exceed 1,000); 0 without slots. For scaling by threshold.
    pub fn take_load_per_mille(&mut self, target: TargetId, at: SimTime) -> u32 {
        let _ = (target, at);
        0
    }

    /// When a target last took a call.
    pub fn last_call(&self, target: TargetId) -> Option<SimTime> {
        let _ = target;
        None
    }

    /// Everything, at the end of the run.
    pub fn finish(self, at: SimTime) -> ServingOutcome {
        let _ = at;
        ServingOutcome::default()
    }
}
