//! A Delete: what it is refused for (E9–E11), how it may get stuck (E12), and when it ends billing.

use super::ReplicaState;
use super::actions::{ServicePhase, ServiceRefusal};
use super::event::LifeEvent;
use crate::scenario::deployment::DeploymentKind;
use crate::scenario::lifecycle::{DeleteBilling, Deletion};
use crate::scenario::model::{ActionKind, ServiceId};
use crate::serving::TargetId;
use crate::sim::event::{Event, InstanceId, rank};
use crate::sim::instance::InstanceState;
use crate::sim::run::Simulation;
use crate::sim::trace::{EventKind, Trace, UsageEnd};
use crate::units::{SimSpan, SimTime};

impl<T: Trace> Simulation<'_, T> {
    /// What stands in the way of a Delete: permission first, then references, then requests (E6).
    pub(super) fn delete_refusal(&mut self, id: ServiceId, deletion: Deletion) -> Option<ServiceRefusal> {
        if !deletion.is_permitted {
            return Some(ServiceRefusal::PermissionDenied);
        }
        let calls_it =
            |service: &super::ServiceState<'_>| service.phase.is_submitted() && service.calls.contains(&id);
        if let Some(caller) = self.services.iter().position(calls_it) {
            return Some(ServiceRefusal::ReferencedBy(ServiceId(caller)));
        }
        let drains = self.now < self.services[id.0].drains_until;
        (drains || self.requests_until(id).is_some()).then_some(ServiceRefusal::ActiveRequests)
    }

    /// Until when the requests last that are active now; none if there are none. Only a service that is active has any:
    /// pending tasks among them, so that it need not run.
    pub(super) fn requests_until(&mut self, id: ServiceId) -> Option<SimTime> {
        if self.services[id.0].phase != ServicePhase::Active {
            return None;
        }
        let now = self.now;
        let written = self.scenario.services[id.0].active_requests.iter();
        let written = written.filter(|(from, to)| *from <= now && now < *to).map(|(_, to)| *to).max();
        let serves =
            |kind: &DeploymentKind| matches!(kind, DeploymentKind::Service(own) if own.service == id);
        let targets = self.strategy.deployments.iter().enumerate();
        let targets = targets.filter(|(_, deployment)| serves(&deployment.kind));
        let met = targets.filter_map(|(index, _)| self.desk.busy_until(TargetId(index), now)).max();
        written.max(met)
    }

    /// The deletion is confirmed: it serves no more, and takes its time.
    pub(super) fn delete(&mut self, id: ServiceId, deletion: Deletion) {
        let (from, settings) = (self.service_status(id), self.scenario.settings);
        self.enter(id, ServicePhase::Deleting);
        match settings.services.delete_billing {
            DeleteBilling::Confirmed => self.end_all(id, UsageEnd::Deleted),
            DeleteBilling::Released => self.close_all(id),
        }
        self.tell_service(id, from, EventKind::Acted(ActionKind::Delete(deletion)));
        let stuck_for = deletion.stuck_for.unwrap_or(SimSpan::ZERO);
        let takes = settings.delete_time.max(stuck_for);
        self.schedule(self.now + takes, rank::TIMER, id.0 as u32, Event::DeleteDone(id));
        if stuck_for > settings.services.ticket_after {
            let ticket_at = self.now + settings.services.ticket_after;
            self.services[id.0].ticket_at = ticket_at;
            self.schedule(ticket_at, rank::TIMER, id.0 as u32, Event::Ticket(id));
        }
    }

    /// The instances of a service serve no more, but are held and billed until they are released.
    fn close_all(&mut self, id: ServiceId) {
        for index in 0..self.services[id.0].replicas.len() {
            if let ReplicaState::Held { current, successor } = self.services[id.0].replicas[index] {
                self.close_instance(current);
                if let Some(successor) = successor {
                    self.close_instance(successor);
                }
            }
        }
    }

    fn close_instance(&mut self, id: InstanceId) {
        self.leave_running(id);
        let instance = self.instance_mut(id);
        instance.state = InstanceState::Closing;
        instance.leaving = None;
    }

    /// A deletion has been stuck for too long (E12).
    pub(crate) fn on_ticket(&mut self, id: ServiceId) {
        let service = &self.services[id.0];
        if service.phase == ServicePhase::Deleting && service.ticket_at == self.now {
            let status = self.service_status(id);
            self.tell_service(id, status, EventKind::Life(LifeEvent::TicketSuggested));
        }
    }

    /// The configuration is gone for good (E8): a service created again is as the scenario describes it.
    pub(crate) fn on_delete_done(&mut self, id: ServiceId) {
        let from = self.service_status(id);
        self.end_all(id, UsageEnd::Deleted);
        self.settle_time(id);
        self.services[id.0].forget(&self.scenario.services[id.0]);
        self.enter(id, ServicePhase::Deleted);
        self.tell_service(id, from, EventKind::Deleted);
    }
}
