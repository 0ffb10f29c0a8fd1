//! A run as it is compiled: for somebody who listens, or for nobody, whatever the type of a [`Trace`].
//!
//! A simulation is large, and would be compiled anew for every kind of listener. So it is compiled twice: for [`Loud`], which
//! hands what is told to a listener behind a pointer, and for [`Quiet`], where nothing is told.

use super::deployment::record::{DeploymentEventRecord, DeploymentUsageRecord, PaymentRecord};
use super::recorder::ToldCall;
use super::resources::record::{ResourceCharge, ResourceEventRecord, ResourceUsageRecord};
use super::trace::{EventRecord, Trace, UsageRecord};
use crate::ledger::{AccountEvent, BillLine, Entry};

/// Writes the methods of [`Hears`], [`Loud`] and [`Quiet`] for every kind of record.
macro_rules! told {
    ($($method:ident: $record:ty),* $(,)?) => {
        /// A [`Trace`] that listens, behind a pointer.
        pub(super) trait Hears {
            fn gives_up(&mut self) -> bool;
            $(fn $method(&mut self, record: $record);)*
        }

        impl<T: Trace> Hears for T {
            fn gives_up(&mut self) -> bool {
                self.is_given_up()
            }
            $(fn $method(&mut self, record: $record) {
                Trace::$method(self, || record);
            })*
        }

        impl Trace for Loud<'_> {
            const LISTENS: bool = true;
            fn is_given_up(&mut self) -> bool {
                self.0.gives_up()
            }
            $(fn $method(&mut self, record: impl FnOnce() -> $record) {
                self.0.$method(record());
            })*
        }

        impl Trace for Quiet<'_> {
            const LISTENS: bool = false;
            fn is_given_up(&mut self) -> bool {
                (self.0)()
            }
            $(fn $method(&mut self, _: impl FnOnce() -> $record) {})*
        }
    };
}

/// Somebody listens.
pub(super) struct Loud<'a>(pub(super) &'a mut dyn Hears);

/// Nobody listens; the function says whether anybody still wants the run.
pub(super) struct Quiet<'a>(pub(super) &'a mut dyn FnMut() -> bool);

told! {
    event: EventRecord,
    usage: UsageRecord,
    deployment_event: DeploymentEventRecord,
    deployment_usage: DeploymentUsageRecord,
    payment: PaymentRecord,
    resource_event: ResourceEventRecord,
    resource_usage: ResourceUsageRecord,
    resource_charge: ResourceCharge,
    call: ToldCall,
    bill_line: BillLine,
    entry: Entry,
    account_event: AccountEvent,
}
