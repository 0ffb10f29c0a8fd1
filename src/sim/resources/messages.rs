//! Messages about events: billed by actual use, and only while they are enabled (M3).

use super::record::{ResourceChargeKind, ResourceEventKind};
use super::table::ResourcePhase;
use crate::scenario::model::ServiceId;
use crate::scenario::resource::{MESSAGES, ResourceId, ResourceKind, TRAFFIC};
use crate::sim::run::Simulation;
use crate::sim::service::Status;
use crate::sim::trace::Trace;
use crate::units::Money;

impl<T: Trace> Simulation<'_, T> {
    /// Looks whether the status of a watched service has changed: each change is an event.
    #[inline]
    pub(crate) fn notice_changes(&mut self) {
        // Nearly no scenario has anybody who is told.
        if !self.resources.watched.is_empty() {
            self.tell_the_watchers();
        }
    }

    fn tell_the_watchers(&mut self) {
        let scenario = self.scenario;
        for place in 0..self.resources.watched.len() {
            let (service, known) = self.resources.watched[place];
            let status = self.service_status(service);
            if status == known {
                continue;
            }
            self.resources.watched[place].1 = status;
            for &id in &self.strategy.resources {
                if let ResourceKind::Notifications(notifications) = &scenario.resources[id.0].kind
                    && notifications.on_services.contains(&service)
                {
                    self.send_messages(id, 1, Some((service, status)));
                }
            }
        }
    }

    /// Sends so many messages, if they are enabled.
    pub(super) fn send_messages(&mut self, id: ResourceId, count: u64, about: Option<(ServiceId, Status)>) {
        let scenario = self.scenario;
        let ResourceKind::Notifications(notifications) = &scenario.resources[id.0].kind else { return };
        let phase = self.resources.states[id.0].phase;
        match phase {
            ResourcePhase::Active => {}
            // What was never created or is gone tells nobody anything.
            ResourcePhase::Absent | ResourcePhase::Deleted => return,
            ResourcePhase::Stopped | ResourcePhase::Finished | ResourcePhase::Suspended => {
                self.tell_resource(id, phase, ResourceEventKind::NotSent { count, about });
                return;
            }
        }
        let price = notifications.price;
        self.charge_resource(id, ResourceChargeKind::Messages, count, times(price, count));
        self.bill_things(id, (MESSAGES, "message"), count, price);
        if let Some(traffic) = notifications.traffic {
            let (kb, price) = (count * traffic.message_kb, traffic.price_per_kb);
            self.charge_resource(id, ResourceChargeKind::Traffic, kb, times(price, kb));
            self.bill_things(id, (TRAFFIC, "KB"), kb, price);
        }
        self.tell_resource(id, phase, ResourceEventKind::Sent { count, about });
    }
}

fn times(price: Money, count: u64) -> Money {
    Money::from_pico(price.as_pico() * i128::from(count))
}
