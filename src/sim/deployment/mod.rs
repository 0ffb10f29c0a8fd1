//! Deployments of model services while a scenario runs.
//!
//! What may follow what is data: the printed statuses, their transitions and the console's actions are tables in
//! [`status`].

pub mod status;
