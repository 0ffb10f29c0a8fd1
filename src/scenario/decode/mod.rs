//! From nodes to declarations: one file per part of the schema. Everything is checked where it is read; what needs
//! the whole scenario is left to [`super::resolve`].

pub(crate) mod accounts;
pub(crate) mod actions;
pub(crate) mod clocks;
pub(crate) mod deployments;
pub(crate) mod lifecycle;
pub(crate) mod machines;
pub(crate) mod markets;
pub(crate) mod plans;
pub(crate) mod prices;
pub(crate) mod providers;
pub(crate) mod replay;
pub(crate) mod resources;
pub(crate) mod services;
pub(crate) mod settings;
pub(crate) mod stock;
pub(crate) mod terms;
pub(crate) mod traffic;
