//! Price books as data: what providers charge for deployments and tokens, how they sell provisioned throughput, and by
//! which rules they rent out machines.
//!
//! Owns the reading of catalog files, the prices by model code, and the simple arithmetic of what a deployment would cost
//! before it is deployed. It knows no scenario and reads no disk: the built-in book is part of the program, others come
//! as text.
//!
//! Invariants: a [`Catalog`] holds only prices above 0 that are exact in their types; one row per model (and
//! specification and mode); every section says where and when its figures were seen (rulebook part 4). Model codes
//! compare exactly as printed.

mod book;
mod document;
mod error;
mod estimate;
mod machines;
mod price;
mod profile;
mod written;
mod written_profile;

pub use book::{
    CATALOG_TEXTS, CapacityCoefficients, Catalog, Factors, LaterPtu, PtuPrices, PtuRow, PublicMode,
    PublicRow, Source, Sources, TokenRow, UnitsRow, spec_parts,
};
pub use error::CatalogError;
pub use estimate::{ESTIMATE_DAYS, PtuEstimate, PtuOrder, PtuSteps, StepError, UnitsEstimate};
pub use machines::{
    Acquire, BillingStart, Eviction, MACHINE_PROFILES, MachineProfile, MachineRules, ProtectedPrice, Release,
    Replacement,
};
pub use profile::{EarlyTermination, PricedBy, ProfileOverflow, PtuProfile};
