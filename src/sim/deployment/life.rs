//! From submission to gone: deploying, running, taking offline, deleting; every change of status goes by the table.

use super::record::{
    ActionRefusal, DeploymentEventKind, DeploymentEventRecord, DeploymentView, PaymentReason,
};
use super::state::{DeploymentState, Resize, Timer, TimerEntry, first_size};
use super::status::{self, ConsoleAction, DeploymentStatus, MethodKind, Trigger};
use crate::scenario::deployment::{
    Deployment, DeploymentAction, DeploymentId, DeploymentKind, DeploymentSettings,
};
use crate::serving::{CloseReason, Quota, TargetId};
use crate::sim::event::{Event, rank};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime};

impl<'run, T: Trace> Simulation<'run, T> {
    pub(crate) fn deployment_model(&self, id: DeploymentId) -> &'run Deployment {
        &self.strategy.deployments[id.0]
    }

    pub(crate) fn deployment(&mut self, id: DeploymentId) -> &mut DeploymentState {
        &mut self.deployments[id.0]
    }

    pub(crate) fn deployment_settings(&self) -> &'run DeploymentSettings {
        &self.scenario.deployment_settings
    }

    /// Puts what deployments do by themselves on the queue.
    pub(crate) fn schedule_deployments(&mut self) {
        let strategy = self.strategy;
        for (index, deployment) in strategy.deployments.iter().enumerate() {
            let id = DeploymentId(index);
            match (&deployment.kind, deployment.create_at) {
                // Public models and own machines are there without being deployed.
                (DeploymentKind::Public | DeploymentKind::Service(_), _) => {
                    self.desk.open(TargetId(index), SimTime::ZERO);
                }
                (_, Some(at)) => self.schedule(at, rank::COMMAND, 0, Event::SubmitDeployment(id)),
                (_, None) => {}
            }
        }
        for (index, (at, ..)) in strategy.deployment_actions.iter().enumerate() {
            self.schedule(*at, rank::COMMAND, 1, Event::ActOnDeployment(index as u32));
        }
    }

    /// Sets a timer for this life of a deployment.
    pub(crate) fn set_timer(&mut self, id: DeploymentId, at: SimTime, timer: Timer) {
        // What follows from the look at an account comes after the timers of the instant: they are due a moment later.
        let is_late = at <= self.now && self.rank > rank::TIMER;
        let at = if is_late { self.now + SimSpan::from_ms(1) } else { at };
        if at >= self.horizon {
            return;
        }
        let epoch = self.timer_epoch(id, timer);
        self.timers.push(TimerEntry { deployment: id, epoch, timer });
        let index = (self.timers.len() - 1) as u32;
        self.schedule(at.max(self.now), rank::TIMER, id.0 as u32, Event::DeploymentTimer(index));
    }

    /// Timers of a term are stale after a renewal, others only after the deployment is gone.
    fn timer_epoch(&self, id: DeploymentId, timer: Timer) -> u32 {
        let state = &self.deployments[id.0];
        match timer {
            Timer::AutoRenew | Timer::Expiry | Timer::GraceOver | Timer::RetentionOver => state.term_epoch,
            Timer::Deploy
            | Timer::Deployed
            | Timer::Resized(_)
            | Timer::Approved(_)
            | Timer::Evaluate
            | Timer::Scheduled(_)
            | Timer::UpdateStep { .. }
            | Timer::PackEnds(_)
            | Timer::Restored
            | Timer::Idle
            | Timer::Offline { .. }
            | Timer::Gone => state.epoch,
        }
    }

    /// A timer is due.
    pub(crate) fn on_deployment_timer(&mut self, index: usize) {
        let TimerEntry { deployment: id, epoch, timer } = self.timers[index];
        if self.timer_epoch(id, timer) != epoch || !self.is_awaited(id, timer) {
            return;
        }
        match timer {
            Timer::Deploy => self.begin_deploying(id),
            Timer::Deployed => self.finish_deploying(id),
            Timer::Resized(resize) => self.finish_resize(id, resize),
            Timer::Approved(replicas) => self.approve(id, replicas),
            Timer::Evaluate => self.evaluate(id),
            Timer::Scheduled(replicas) => self.scale_by_schedule(id, replicas),
            Timer::UpdateStep { step, of, fails } => self.update_step(id, step, of, fails),
            Timer::PackEnds(pack) => self.end_pack(id, pack),
            Timer::AutoRenew => self.auto_renew(id),
            Timer::Expiry => self.on_expiry(id),
            Timer::GraceOver => self.on_grace_over(id),
            Timer::RetentionOver => self.on_retention_over(id),
            Timer::Restored => self.finish_restoring(id),
            Timer::Idle => self.check_idle(id),
            Timer::Offline { then_unsubscribe } => self.finish_offline(id, then_unsubscribe),
            Timer::Gone => {
                self.end_meter(id, super::record::DeploymentUsageEnd::Deleted);
                self.advance(id, Trigger::DeleteDone, DeploymentEventKind::Gone);
                self.forget(id);
            }
        }
    }

    /// False for what was begun in a status that something else has ended since: deleted while Pending, suspended while it
    /// deployed or was resized.
    fn is_awaited(&self, id: DeploymentId, timer: Timer) -> bool {
        let state = &self.deployments[id.0];
        match timer {
            Timer::Deploy => state.status == DeploymentStatus::Pending,
            Timer::Deployed => state.status == DeploymentStatus::Deploying,
            Timer::Resized(_) => {
                state.status == DeploymentStatus::RunningResizing && state.change_due == self.now
            }
            Timer::Restored => state.status == DeploymentStatus::Restoring && state.change_due == self.now,
            Timer::Approved(_) | Timer::UpdateStep { .. } => state.status.is_serving(),
            Timer::Idle => status::next(state.status, Trigger::IdleReleased).is_some(),
            Timer::Offline { .. } => state.status == DeploymentStatus::TakingOffline,
            Timer::Gone => state.status == DeploymentStatus::Deleting,
            Timer::Evaluate
            | Timer::Scheduled(_)
            | Timer::PackEnds(_)
            | Timer::AutoRenew
            | Timer::Expiry
            | Timer::GraceOver
            | Timer::RetentionOver => true,
        }
    }

    /// It is offline. One whose retention ended meanwhile is released (P7).
    fn finish_offline(&mut self, id: DeploymentId, then_unsubscribe: bool) {
        self.advance(id, Trigger::OfflineDone, DeploymentEventKind::Offline);
        if then_unsubscribe {
            self.unsubscribed(id);
            return;
        }
        let terms = &self.deployment_settings().terms;
        let expiry = self.deployments[id.0].term.map(|term| term.expiry);
        if expiry.is_some_and(|expiry| terms.released_at(expiry) <= self.now) {
            self.on_retention_over(id);
        }
    }

    /// Created by the tenant: one that is gone or failed begins a new life.
    fn submit_again(&mut self, id: DeploymentId) {
        self.forget(id);
        self.deployment(id).status = DeploymentStatus::Absent;
        self.submit_deployment(id);
    }

    /// A deployment is submitted and, if it is prepaid, paid; one that is refused by name costs nothing.
    pub(crate) fn submit_deployment(&mut self, id: DeploymentId) {
        let model = self.deployment_model(id);
        if let Some(denial) = &model.denial {
            let from = self.deployments[id.0].status;
            self.tell_deployment(id, from, || DeploymentEventKind::Denied(denial.clone()));
            return;
        }
        let now = self.now;
        let (quota, replicas) = first_size(&model.kind);
        let state = self.deployment(id);
        (state.quota, state.replicas) = (quota, replicas);
        (state.created_at, state.running_at, state.term) = (Some(now), None, None);
        state.packs.clear();
        self.advance(id, Trigger::Submit, DeploymentEventKind::Submitted);
        if let Err(why) = self.pay_order(id) {
            self.advance(id, Trigger::PaymentRefused, DeploymentEventKind::NotPaid(why));
            return;
        }
        self.set_timer(id, now + model.pending, Timer::Deploy);
    }

    /// Pending is over: compute is first come, first served (U6).
    fn begin_deploying(&mut self, id: DeploymentId) {
        let replicas = self.deployments[id.0].replicas;
        if !self.hold_units(id, replicas) {
            self.advance(id, Trigger::NoCompute, DeploymentEventKind::NoCompute);
            self.refund_all(id, PaymentReason::FailedPurchase);
            return;
        }
        self.advance(id, Trigger::DeploymentBegins, DeploymentEventKind::Deploying);
        let model = self.deployment_model(id);
        let state = self.deployment(id);
        let ordinal = state.deploys;
        state.deploys += 1;
        let uniform = match model.deploy_time {
            crate::world::DurationModel::Fixed(_)
            | crate::world::DurationModel::Sequence(_)
            | crate::world::DurationModel::Never => 0.5,
            crate::world::DurationModel::Uniform(..)
            | crate::world::DurationModel::Exponential(_)
            | crate::world::DurationModel::LogNormal { .. } => {
                let entity = self.deployments[id.0].luck_entity;
                self.world.luck.uniform(entity, "deploy_time", ordinal)
            }
        };
        if let Some(time) = model.deploy_time.sample(uniform, ordinal) {
            let at = self.now + time;
            self.set_timer(id, at, Timer::Deployed);
        }
    }

    fn finish_deploying(&mut self, id: DeploymentId) {
        if self.deployment_model(id).deploy_fails {
            self.advance(id, Trigger::DeploymentFails, DeploymentEventKind::DeploymentFailed);
            self.release_units(id);
            self.refund_all(id, PaymentReason::FailedPurchase);
            return;
        }
        let now = self.now;
        self.deployment(id).running_at = Some(now);
        self.start_term_at_running(id);
        self.advance(id, Trigger::DeploymentSucceeds, DeploymentEventKind::Running);
        self.begin_meter(id);
        self.begin_serving(id);
        self.schedule_scaling(id);
        self.schedule_idle_check(id);
    }

    /// What the tenant does with a deployment; what status or method do not allow is refused and changes nothing.
    pub(crate) fn act_on_deployment(&mut self, index: usize) {
        let strategy = self.strategy;
        let (_, id, action) = &strategy.deployment_actions[index];
        let id = *id;
        let refusal = self.action_refusal(id, action).or_else(|| self.account_refusal(id, action));
        if let Some(refusal) = refusal {
            let from = self.deployments[id.0].status;
            self.tell_deployment(id, from, || DeploymentEventKind::ActionRefused(action.clone(), refusal));
            return;
        }
        let from = self.deployments[id.0].status;
        if *action != DeploymentAction::Create {
            self.tell_deployment(id, from, || DeploymentEventKind::Acted(action.clone()));
        }
        match action {
            DeploymentAction::Create => self.submit_again(id),
            DeploymentAction::Delete => self.delete_deployment(id),
            DeploymentAction::Deactivate => {
                self.take_offline(id, false);
            }
            DeploymentAction::Unsubscribe => self.unsubscribe(id),
            DeploymentAction::ScaleQuota { quota, fails } => {
                self.begin_resize(id, Resize::Quota { quota: *quota, fails: *fails });
            }
            DeploymentAction::ScaleReplicas { replicas, fails } => {
                self.begin_resize(id, Resize::Replicas { replicas: *replicas, fails: *fails });
            }
            DeploymentAction::Renew { periods } => self.renew(id, *periods, false),
            DeploymentAction::AutoRenew(periods) => self.switch_auto_renew(id, *periods),
            DeploymentAction::CapacityPack { quota, days } => self.buy_pack(id, *quota, *days),
            DeploymentAction::Update { step_per_mille, step_time, fails_at } => {
                self.begin_update(id, *step_per_mille, *step_time, *fails_at);
            }
        }
    }

    /// Why an action is refused, if it is (D5, D6, P8).
    fn action_refusal(&self, id: DeploymentId, action: &DeploymentAction) -> Option<ActionRefusal> {
        let status = self.deployments[id.0].status;
        let method = self.method(id);
        let wanted = match action {
            DeploymentAction::Create => {
                let free =
                    [DeploymentStatus::Absent, DeploymentStatus::Gone, DeploymentStatus::DeploymentFailed];
                return (!free.contains(&status)).then_some(ActionRefusal::Status);
            }
            DeploymentAction::Delete => ConsoleAction::Delete,
            DeploymentAction::Deactivate => ConsoleAction::TakeOffline,
            DeploymentAction::Unsubscribe => {
                let early = self.deployment_settings().terms.ptu_early_factor_ppb;
                if method == MethodKind::PtuPrepaid {
                    let may_end = status::next(status, Trigger::Unsubscribe).is_some();
                    return match (early, may_end) {
                        (None, _) => Some(ActionRefusal::NoEarlyTermination),
                        (Some(_), false) => Some(ActionRefusal::Status),
                        (Some(_), true) => None,
                    };
                }
                // Cancelling what still runs takes it offline first (B26).
                let offered = status::allowed_actions(status, method);
                if offered.contains(&ConsoleAction::TakeOffline) && method == MethodKind::UnitsPrepaid {
                    return None;
                }
                ConsoleAction::Unsubscribe
            }
            DeploymentAction::ScaleQuota { .. } | DeploymentAction::ScaleReplicas { .. } => {
                ConsoleAction::Scale
            }
            DeploymentAction::Renew { .. } | DeploymentAction::AutoRenew(_) => ConsoleAction::Renew,
            DeploymentAction::CapacityPack { .. } => ConsoleAction::CapacityPack,
            DeploymentAction::Update { .. } => ConsoleAction::Update,
        };
        if status::allowed_actions(status, method).contains(&wanted) {
            return None;
        }
        // What no status of this method allows is refused for the method.
        let ever = DeploymentStatus::ALL
            .into_iter()
            .any(|other| status::allowed_actions(other, method).contains(&wanted));
        Some(if ever { ActionRefusal::Status } else { ActionRefusal::Method })
    }

    /// What an account cannot pay for: more of anything while it is overdue, and what is paid at once (B19).
    fn account_refusal(&mut self, id: DeploymentId, action: &DeploymentAction) -> Option<ActionRefusal> {
        let state = &self.deployments[id.0];
        let price = match action {
            DeploymentAction::ScaleReplicas { replicas, .. } if *replicas > state.replicas => Money::ZERO,
            DeploymentAction::ScaleQuota { quota, .. } if is_more(*quota, state.quota) => Money::ZERO,
            DeploymentAction::CapacityPack { quota, days } => self.pack_price(id, *quota, *days),
            DeploymentAction::Create
            | DeploymentAction::Delete
            | DeploymentAction::Deactivate
            | DeploymentAction::Unsubscribe
            | DeploymentAction::ScaleQuota { .. }
            | DeploymentAction::ScaleReplicas { .. }
            | DeploymentAction::Renew { .. }
            | DeploymentAction::AutoRenew(_)
            | DeploymentAction::Update { .. } => return None,
        };
        self.refused_payment(id, price).map(ActionRefusal::Account)
    }

    /// How the console calls the way a deployment is billed.
    pub(crate) fn method(&self, id: DeploymentId) -> MethodKind {
        MethodKind::of(&self.deployment_model(id).kind).expect("what is not deployed is not acted on")
    }

    /// Unpublishing (B26, D6); calls are refused from now on.
    pub(crate) fn take_offline(&mut self, id: DeploymentId, then_unsubscribe: bool) {
        self.end_serving(id, CloseReason::NotRunning);
        self.advance(id, Trigger::TakeOffline, DeploymentEventKind::TakingOffline);
        let at = self.now + self.deployment_settings().delete_time;
        self.set_timer(id, at, Timer::Offline { then_unsubscribe });
    }

    /// Delete of a pay-as-you-go deployment: billing stops once it is complete (D6).
    fn delete_deployment(&mut self, id: DeploymentId) {
        self.end_serving(id, CloseReason::NotRunning);
        self.advance(id, Trigger::Delete, DeploymentEventKind::Deleting);
        // A payment brings back what arrears released, but not what is being deleted.
        self.deployment(id).in_arrears = false;
        if self.deployment_settings().bills_until_confirmed {
            self.end_meter(id, super::record::DeploymentUsageEnd::Deleted);
        }
        let delete_time = self.deployment_settings().delete_time;
        self.set_timer(id, self.now + delete_time, Timer::Gone);
    }

    /// A deployment is gone: its timers are stale, its units free.
    pub(crate) fn forget(&mut self, id: DeploymentId) {
        self.release_units(id);
        let state = self.deployment(id);
        state.epoch += 1;
        state.term_epoch += 1;
        state.term = None;
        state.in_arrears = false;
        state.scaled_at = None;
        state.packs.clear();
    }

    /// Changes the status by the table; what it was before.
    pub(crate) fn change_status(&mut self, id: DeploymentId, trigger: Trigger) -> DeploymentStatus {
        let from = self.deployments[id.0].status;
        let to = status::next(from, trigger);
        self.deployment(id).status = to.unwrap_or_else(|| panic!("{} knows no {trigger:?}", from.name()));
        from
    }

    /// Changes the status by the table, and tells what happened.
    pub(crate) fn advance(&mut self, id: DeploymentId, trigger: Trigger, kind: DeploymentEventKind) {
        let from = self.change_status(id, trigger);
        self.tell_deployment(id, from, || kind);
    }

    /// Tells the trace of an event.
    pub(crate) fn tell_deployment(
        &mut self,
        id: DeploymentId,
        from: DeploymentStatus,
        kind: impl FnOnce() -> DeploymentEventKind,
    ) {
        if !T::LISTENS {
            return;
        }
        let (at, view) = (self.now, self.deployment_view(id));
        self.trace.deployment_event(|| DeploymentEventRecord {
            at,
            deployment: id,
            from,
            view,
            kind: kind(),
        });
    }

    fn deployment_view(&self, id: DeploymentId) -> DeploymentView {
        let state = &self.deployments[id.0];
        DeploymentView {
            status: state.status,
            quota: state.whole_quota(),
            replicas: state.replicas,
            created_at: state.created_at,
            expires_at: state.term.map(|term| term.expiry).filter(|expiry| *expiry < SimTime::NEVER),
        }
    }
}

/// True if some part of a quota is larger than another's.
fn is_more(wanted: Quota, present: Quota) -> bool {
    let thinking = |quota: Quota| quota.thinking_output_tpm.unwrap_or(0);
    wanted.input_tpm > present.input_tpm
        || wanted.output_tpm > present.output_tpm
        || thinking(wanted) > thinking(present)
}
