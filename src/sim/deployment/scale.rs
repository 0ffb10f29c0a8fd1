//! Changes of size: by hand, by approval, by load, by schedule; capacity packs; updates.

use super::record::{DeploymentEventKind, PaymentReason};
use super::state::{Resize, Timer};
use super::status::{DeploymentStatus, Trigger};
use crate::scenario::deployment::{Autoscale, DeploymentId, DeploymentKind};
use crate::serving::{CloseReason, Quota, TargetId};
use crate::sim::run::Simulation;
use crate::sim::trace::Trace;
use crate::units::{Money, SimSpan, SimTime};

impl<'run, T: Trace> Simulation<'run, T> {
    /// A resize by hand begins; token deployments wait for approval (T4).
    pub(crate) fn begin_resize(&mut self, id: DeploymentId, resize: Resize) {
        if let (DeploymentKind::Tokens(tokens), Resize::Replicas { replicas, .. }) =
            (&self.deployment_model(id).kind, resize)
        {
            let at = self.now + tokens.approval_delay;
            self.set_timer(id, at, Timer::Approved(replicas));
            return;
        }
        let from = self.deployments[id.0].status;
        if super::status::next(from, Trigger::ResizeBegins).is_some() {
            self.change_status(id, Trigger::ResizeBegins);
        }
        let at = self.now + self.deployment_settings().resize_time;
        self.deployment(id).change_due = at;
        self.set_timer(id, at, Timer::Resized(resize));
    }

    /// A resize takes effect, or fails and leaves size and price as they were (W118).
    pub(crate) fn finish_resize(&mut self, id: DeploymentId, resize: Resize) {
        let done = match resize {
            Resize::Quota { fails: true, .. } | Resize::Replicas { fails: true, .. } => false,
            Resize::Quota { quota, .. } => {
                let replicas = self.deployments[id.0].replicas;
                let is_settled = self.settle_resize(id, quota, replicas);
                if is_settled {
                    self.deployment(id).quota = quota;
                    self.note_size(id);
                }
                is_settled
            }
            Resize::Replicas { replicas, .. } => {
                let quota = self.deployments[id.0].quota;
                let present = self.deployments[id.0].replicas;
                if self.can_hold(id, replicas) && self.settle_resize(id, quota, replicas) {
                    self.set_replicas(id, replicas);
                }
                self.deployments[id.0].replicas == replicas || present == replicas
            }
        };
        let (trigger, kind) = if done {
            (Trigger::ResizeSucceeds, DeploymentEventKind::Resized)
        } else {
            (Trigger::ResizeFails, DeploymentEventKind::ResizeFailed)
        };
        self.advance(id, trigger, kind);
    }

    /// Pays or gives back the difference for the rest of a prepaid term (P13, A-28); false if the account cannot pay.
    fn settle_resize(&mut self, id: DeploymentId, quota: Quota, replicas: u32) -> bool {
        let Some(term) = self.deployments[id.0].term.filter(|term| term.expiry != SimTime::NEVER) else {
            return true;
        };
        let state = &self.deployments[id.0];
        let old = self.price_of_a_day(id, state.quota, state.replicas);
        let new = self.price_of_a_day(id, quota, replicas);
        let settings = self.deployment_settings();
        let (terms, calendar, now) = (&settings.terms, &self.scenario.calendar, self.now);
        // Days that an earlier change has settled are not used a second time.
        let all_days = terms.used_days(term.start, now, calendar).max(term.settled_days);
        let days = all_days - term.settled_days;
        let refund = terms.resize_refund_of(term.left, old, new, days, settings.payment_decimals);
        let consumed = super::prepaid::times(old, i128::from(days));
        let of_a_period = self.price_of_a_period(id, state.quota, state.replicas);
        if refund < Money::ZERO && self.refused_payment(id, -refund).is_some() {
            return false;
        }
        let paid = match refund.as_pico() {
            0 => Money::ZERO,
            1.. => {
                self.refund(id, refund, PaymentReason::Reduction);
                -refund
            }
            _ => self.pay(id, -refund, PaymentReason::Enlargement),
        };
        if let Some(term) = &mut self.deployment(id).term {
            term.paid += paid;
            // The days used so far are settled at the old size; what is left pays the new one.
            term.left = (term.left - consumed).max(Money::ZERO) + paid;
            term.settled_days = all_days;
            term.settled += super::prepaid::times(of_a_period, i128::from(days));
        }
        true
    }

    /// Changes the number of replicas at once: slots, units held, the rate of the meter.
    pub(crate) fn set_replicas(&mut self, id: DeploymentId, replicas: u32) {
        let present = self.deployments[id.0].replicas;
        self.deployment(id).replicas = replicas;
        if let DeploymentKind::Units(units) = &self.deployment_model(id).kind {
            if replicas > present {
                let held = self.hold_units(id, replicas - present);
                assert!(held, "what is resized to can be held");
            } else {
                self.give_units(id, present - replicas);
            }
            if let (Some(slots), true) = (units.slots, self.deployments[id.0].is_open) {
                let (target, now) = (TargetId(id.0), self.now);
                if replicas > present {
                    self.desk.add_slots(target, slots.class, slots.count * (replicas - present), now);
                } else {
                    self.desk.remove_slots(target, slots.class, slots.count * (present - replicas), now);
                }
            }
        }
        self.note_size(id);
    }

    /// A scale-out of a token deployment is approved: its limits grow, nothing else is charged (T4, W93).
    pub(crate) fn approve(&mut self, id: DeploymentId, replicas: u32) {
        let from = self.deployments[id.0].status;
        self.deployment(id).replicas = replicas;
        self.desk.set_replicas(TargetId(id.0), replicas);
        self.tell_deployment(id, from, || DeploymentEventKind::Approved { replicas });
    }

    fn autoscale_of(&self, id: DeploymentId) -> Option<&'run Autoscale> {
        match &self.deployment_model(id).kind {
            DeploymentKind::Units(units) => units.autoscale.as_ref(),
            DeploymentKind::Ptu(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Public
            | DeploymentKind::Service(_) => None,
        }
    }

    /// Looks at the load from the first full interval on, and at the schedule from its next time on.
    pub(crate) fn schedule_scaling(&mut self, id: DeploymentId) {
        let Some(autoscale) = self.autoscale_of(id) else { return };
        let now = self.now;
        if autoscale.out_at_per_mille.is_some() || autoscale.in_at_per_mille.is_some() {
            self.set_timer(id, now + autoscale.every, Timer::Evaluate);
        }
        for (time_of_day, replicas) in &autoscale.schedule {
            let at = self.next_time_of_day(*time_of_day);
            self.set_timer(id, at, Timer::Scheduled(*replicas));
        }
    }

    /// The next instant after now with this time of day.
    fn next_time_of_day(&self, time_of_day: SimSpan) -> SimTime {
        let passed = self.scenario.calendar.time_of_week(self.now).as_ms() % SimSpan::DAY.as_ms();
        let ahead = (time_of_day.as_ms() - passed - 1).rem_euclid(SimSpan::DAY.as_ms()) + 1;
        self.now + SimSpan::from_ms(ahead)
    }

    /// One step by load, within the limits and not inside the cool-down (D10, A-19).
    pub(crate) fn evaluate(&mut self, id: DeploymentId) {
        let Some(autoscale) = self.autoscale_of(id) else { return };
        let now = self.now;
        self.set_timer(id, now + autoscale.every, Timer::Evaluate);
        let load_per_mille = self.desk.take_load_per_mille(TargetId(id.0), now);
        let state = &self.deployments[id.0];
        let cooling = state.scaled_at.is_some_and(|at| now < at + autoscale.cool_down);
        // At one instant the schedule sets the count, and the load is looked at again after the next interval.
        if !can_scale(state.status) || cooling || state.scheduled_at == Some(now) {
            return;
        }
        let present = state.replicas;
        let wanted = if autoscale.out_at_per_mille.is_some_and(|limit| load_per_mille >= limit) {
            present.saturating_add(autoscale.step).min(autoscale.max)
        } else if autoscale.in_at_per_mille.is_some_and(|limit| load_per_mille <= limit) {
            present.saturating_sub(autoscale.step).max(autoscale.min)
        } else {
            present
        };
        if wanted == present || !self.can_hold(id, wanted) || !self.may_grow(id, wanted) {
            return;
        }
        let Some(from) = self.scale_to(id, wanted) else { return };
        self.deployment(id).scaled_at = Some(now);
        self.tell_deployment(id, from, || DeploymentEventKind::ScaledByLoad {
            replicas: wanted,
            load_per_mille,
        });
    }

    /// Sets the count at a time of day (D10).
    pub(crate) fn scale_by_schedule(&mut self, id: DeploymentId, replicas: u32) {
        self.set_timer(id, self.now + SimSpan::DAY, Timer::Scheduled(replicas));
        let Some(autoscale) = self.autoscale_of(id) else { return };
        let wanted = replicas.clamp(autoscale.min, autoscale.max);
        self.deployment(id).scheduled_at = Some(self.now);
        let state = &self.deployments[id.0];
        if !can_scale(state.status) || state.replicas == wanted || !self.can_hold(id, wanted) {
            return;
        }
        if !self.may_grow(id, wanted) {
            return;
        }
        let Some(from) = self.scale_to(id, wanted) else { return };
        self.tell_deployment(id, from, || DeploymentEventKind::ScaledBySchedule { replicas: wanted });
    }

    /// Scales by policy, at once: a prepaid deployment pays or gets back the difference like any, and a resize that
    /// failed before is dropped. The status before; nothing if the account cannot pay.
    fn scale_to(&mut self, id: DeploymentId, replicas: u32) -> Option<DeploymentStatus> {
        let from = self.deployments[id.0].status;
        let quota = self.deployments[id.0].quota;
        if !self.settle_resize(id, quota, replicas) {
            return None;
        }
        if from == DeploymentStatus::RunningResizingFailed {
            self.change_status(id, Trigger::ResizeDropped);
        }
        self.set_replicas(id, replicas);
        Some(from)
    }

    /// While an account is overdue nothing grows.
    fn may_grow(&mut self, id: DeploymentId, replicas: u32) -> bool {
        replicas <= self.deployments[id.0].replicas || !self.is_overdue(self.deployment_model(id).account.0)
    }

    /// A capacity pack adds throughput for a term of its own (P14, A-33).
    pub(crate) fn buy_pack(&mut self, id: DeploymentId, quota: Quota, days: u32) {
        let price = self.pack_price(id, quota, days);
        self.pay(id, price, PaymentReason::CapacityPack);
        let until = self.deployment_settings().terms.ptu_expiry(self.now, days, &self.scenario.calendar);
        let state = self.deployment(id);
        state.packs.push(Some(quota));
        let pack = state.packs.len() - 1;
        self.set_timer(id, until, Timer::PackEnds(pack));
        self.refresh_quota(id);
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::PackStarted { until });
    }

    /// What a capacity pack costs: days of its throughput.
    pub(crate) fn pack_price(&self, id: DeploymentId, quota: Quota, days: u32) -> Money {
        let DeploymentKind::Ptu(ptu) = &self.deployment_model(id).kind else { return Money::ZERO };
        super::prepaid::times(super::prepaid::daily_price(ptu, quota), i128::from(days))
    }

    pub(crate) fn end_pack(&mut self, id: DeploymentId, pack: usize) {
        self.deployment(id).packs[pack] = None;
        self.refresh_quota(id);
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::PackEnded);
    }

    /// An update in place: no surge, no extra charge, the status stays (D7, A-29).
    pub(crate) fn begin_update(
        &mut self,
        id: DeploymentId,
        step_per_mille: u32,
        step_time: SimSpan,
        fails_at: Option<u32>,
    ) {
        let of = 1_000_u32.div_ceil(step_per_mille);
        let mut at = self.now;
        for step in 0..of {
            at = at + step_time;
            let fails = fails_at == Some(step);
            self.set_timer(id, at, Timer::UpdateStep { step: step + 1, of, fails });
            if fails {
                break;
            }
        }
    }

    pub(crate) fn update_step(&mut self, id: DeploymentId, step: u32, of: u32, failed: bool) {
        let from = self.deployments[id.0].status;
        self.tell_deployment(id, from, || DeploymentEventKind::UpdateStep { step, of, failed });
    }

    /// Token deployments that nobody calls for so long may be released.
    pub(crate) fn schedule_idle_check(&mut self, id: DeploymentId) {
        if let Some(due) = self.idle_until(id) {
            self.set_timer(id, due, Timer::Idle);
        }
    }

    fn idle_until(&self, id: DeploymentId) -> Option<SimTime> {
        let DeploymentKind::Tokens(tokens) = &self.deployment_model(id).kind else { return None };
        let months = tokens.idle_release_months?;
        let used = self.desk.last_call(TargetId(id.0)).max(self.deployments[id.0].running_at)?;
        Some(self.deployment_settings().terms.months_after(used, months, &self.scenario.calendar))
    }

    pub(crate) fn check_idle(&mut self, id: DeploymentId) {
        let Some(due) = self.idle_until(id) else { return };
        if due > self.now {
            self.set_timer(id, due, Timer::Idle);
            return;
        }
        self.end_serving(id, CloseReason::NotRunning);
        self.advance(id, Trigger::IdleReleased, DeploymentEventKind::IdleReleased);
        self.forget(id);
    }
}

/// Whether a policy may change the size in this status.
fn can_scale(status: DeploymentStatus) -> bool {
    status.is_serving() && status != DeploymentStatus::RunningResizing
}
