//! Drawing a world: every exogenous fact of one replication.

use super::luck::Luck;
use super::model::{PoolId, PriceId, WorldModel};
use super::path::StepPath;
use super::price::{PriceContext, PriceScratch, draw_price};
use super::replay::Playback;
use super::shock::Shocks;
use super::stock::draw_stock;
use super::stream::LuckKey;
use super::toggles::Toggles;
use super::traffic::Traffic;
use crate::units::SimTime;

/// Replications of an antithetic world's own have this bit.
const INDEPENDENT: u64 = 1 << 63;

/// The exogenous facts of one replication.
///
/// ```
/// use deploysim::units::{SimSpan, SimTime, UnitPrice};
/// use deploysim::world::{PriceId, PriceProcess, PriceSeries, World, WorldModel};
/// let price = PriceSeries {
///     name: "A/spot_protected".to_owned(),
///     process: PriceProcess::Constant(UnitPrice::parse("0.80").unwrap()),
///     shocks: vec![],
/// };
/// let derived = PriceSeries {
///     name: "A/spot_unprotected".to_owned(),
///     process: PriceProcess::Scaled { of: PriceId(0), factor_ppb: 900_000_000 },
///     shocks: vec![],
/// };
/// let model = WorldModel {
///     horizon: SimSpan::from_days(1),
///     start_time_of_week: SimSpan::ZERO,
///     utc_offset: SimSpan::from_hours(8),
///     prices: vec![price, derived],
///     stocks: vec![],
///     shocks: vec![],
///     clocks: vec![],
///     traffic: Default::default(),
/// };
/// let world = model.draw(1, 0);
/// assert_eq!(world.price(PriceId(1)).value_at(SimTime::ZERO), 720_000_000);
/// // Awkward: a world that was used before is filled with the same facts as a fresh one.
/// let mut used = model.draw(9, 9);
/// model.draw_into(1, 0, &mut used);
/// assert_eq!(used, world);
/// ```
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The price of each series of the model, in its order: units of 10⁻⁹ per hour.
    pub prices: Vec<StepPath>,
    /// The units in stock of each pool of the model, in its order, before our own use.
    pub stocks: Vec<StepPath>,
    /// Luck that is asked for by key.
    pub luck: Luck,
    /// Who calls when; large numbers of calls are drawn some minutes at a time.
    pub traffic: Traffic,
    /// Memory for the next draw; no fact.
    scratch: Scratch,
}

/// What drawing keeps between replications so as not to allocate.
#[derive(Clone, Debug, Default)]
struct Scratch {
    prices: PriceScratch,
    stocks: Toggles,
    shocks: Shocks,
    playbacks: Vec<Playback>,
}

/// Two worlds are equal if their facts are; memory for the next draw is none.
impl PartialEq for World {
    fn eq(&self, other: &Self) -> bool {
        self.prices == other.prices
            && self.stocks == other.stocks
            && self.luck == other.luck
            && self.traffic == other.traffic
    }
}

impl World {
    /// A world without facts, to draw into.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The price path of a series.
    pub fn price(&self, series: PriceId) -> &StepPath {
        &self.prices[series.0]
    }

    /// The stock path of a pool.
    pub fn stock(&self, pool: PoolId) -> &StepPath {
        &self.stocks[pool.0]
    }
}

impl WorldModel {
    /// Draws a replication.
    pub fn draw(&self, seed: u64, replication: u64) -> World {
        let mut world = World::empty();
        self.draw_into(seed, replication, &mut world);
        world
    }

    /// Draws a replication into the memory of another one, with the same result as [`Self::draw`].
    pub fn draw_into(&self, seed: u64, replication: u64, world: &mut World) {
        self.draw_with(LuckKey::plain(seed, replication), replication, world);
    }

    /// Draws the antithetic world of a replication (below 2⁶³): every uniform number of generated prices, stock, shocks
    /// and keyed luck is the complement of that of [`Self::draw_into`], every normal has the other sign. What is a world of
    /// its own cannot be turned round: traffic and the places in a record are drawn independently.
    ///
    /// The world is as probable as any other, but not independent of the one it mirrors: only the mean of the two is an
    /// observation.
    pub fn draw_mirrored_into(&self, seed: u64, replication: u64, world: &mut World) {
        assert!(replication < INDEPENDENT, "replications are numbered below 2^63");
        let key = LuckKey { seed, replication, is_mirrored: true };
        self.draw_with(key, replication | INDEPENDENT, world);
    }

    /// Draws what can be turned round by a key, and the rest of a replication.
    fn draw_with(&self, key: LuckKey, replication: u64, world: &mut World) {
        let World { prices, stocks, luck, traffic, scratch } = world;
        *luck = Luck::of(key);
        let (seed, end) = (key.seed, SimTime::ZERO + self.horizon);
        traffic.draw(&self.traffic, seed, replication, self.horizon, self.start_time_of_week);
        scratch.shocks.draw(&self.shocks, key, self.horizon);
        scratch.playbacks.resize_with(self.clocks.len(), Playback::default);
        for (clock, playback) in self.clocks.iter().zip(&mut scratch.playbacks) {
            playback.draw(clock, self, seed, replication);
        }
        prices.resize_with(self.prices.len(), || StepPath::constant(0));
        for (index, series) in self.prices.iter().enumerate() {
            let (earlier, rest) = prices.split_at_mut(index);
            let (horizon, playbacks) = (self.horizon, scratch.playbacks.as_slice());
            let context = PriceContext { key, horizon, playbacks, earlier };
            draw_price(series, context, &mut scratch.prices, &mut rest[0]);
            scratch.shocks.shape_price(&mut rest[0], &self.shocks, &series.shocks, end);
        }
        stocks.resize_with(self.stocks.len(), || StepPath::constant(0));
        for (series, path) in self.stocks.iter().zip(stocks) {
            draw_stock(series, key, self.horizon, &scratch.playbacks, &mut scratch.stocks, path);
            scratch.shocks.shape_stock(path, &series.shocks, end);
        }
    }
}

#[cfg(test)]
mod tests;
