//! The exogenous facts: market prices, stock and luck, drawn once per replication and immutable afterwards.
//!
//! Owns every random number of the project, and every float that touches a price: floats end here. It knows nothing
//! of bids, strategies or bills. What a decision decides *whether* but not *what* (the n-th start-up time) is keyed
//! luck ([`Luck`]).
//!
//! Invariants: a world depends on (seed, replication, the model) only; each series draws from its own stream, so one
//! more series moves no other; transcendental functions come from `libm` or from our own polynomials and nothing
//! contracts to FMA, so the bits do not depend on the machine.

mod crossings;
mod draw;
mod inverse_normal;
mod luck;
mod model;
mod normal;
mod path;
mod price;
mod regime;
mod replay;
mod reversion;
mod scale;
mod scan;
mod shock;
mod stock;
mod stream;
#[cfg(test)]
mod theory;
mod toggles;
pub mod traffic;
mod wide;

pub use crossings::Crossings;
pub use draw::World;
pub use luck::Luck;
pub use model::{
    Clock, ClockMode, DurationModel, History, Initial, MeanReverting, PoolId, PriceId, PriceProcess,
    PriceSeries, Regime, Replay, Shock, StockProcess, StockSeries, TwoRegime, WorldModel,
};
pub use path::{Segment, StepPath, UNLIMITED};
pub use price::long_run_mean;
pub(crate) use scale::scaled;
pub use stream::{name_hash, stream};
