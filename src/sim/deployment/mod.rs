//! Deployments: provisioned throughput, model units and token deployments, from submission to gone.
//!
//! Statuses change by the tables of [`status`] and by nothing else. A timer that was set for an earlier life or term is
//! stale. What a deployment serves is told to the desk of [`crate::serving`]: opened, closed, resized.

mod life;
mod meter;
mod prepaid;
pub mod record;
mod scale;
mod state;
pub mod status;

pub(crate) use meter::{billing_type_of, path_of, unit_of};
pub(crate) use prepaid::daily_price;
pub(crate) use state::{DeploymentState, TimerEntry, first_size, paid_by};
