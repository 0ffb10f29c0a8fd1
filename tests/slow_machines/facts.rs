//! Prices, stock and luck of a world, second by second.

use deploysim::scenario::Scenario;
use deploysim::units::SimTime;
use deploysim::world::{Luck, PoolId, PriceId, StepPath, World, name_hash};

/// Prices and stock at every second.
pub(crate) struct Facts {
    pub(crate) seconds: i64,
    prices: Vec<Vec<i64>>,
    stocks: Vec<Vec<i64>>,
    /// Whether any of them is another one than a second before.
    pub(crate) moves: Vec<bool>,
    luck: Luck,
}

impl Facts {
    pub(crate) fn of(scenario: &Scenario, world: &World) -> Self {
        let seconds = scenario.horizon.as_ms() / 1_000;
        // The last started granule may begin before the horizon only, so nothing is asked for beyond it.
        let by_second =
            |path: &StepPath| (0..seconds).map(|at| path.value_at(SimTime::from_ms(at * 1_000))).collect();
        let prices: Vec<Vec<i64>> = world.prices.iter().map(by_second).collect();
        let stocks: Vec<Vec<i64>> = world.stocks.iter().map(by_second).collect();
        let moved =
            |at: usize| prices.iter().chain(&stocks).any(|values| at == 0 || values[at] != values[at - 1]);
        let moves = (0..seconds as usize).map(moved).collect();
        Self { seconds, prices, stocks, moves, luck: world.luck }
    }

    pub(crate) fn price(&self, series: PriceId, second: i64) -> i64 {
        self.prices[series.0][second as usize]
    }

    pub(crate) fn stock(&self, pool: PoolId, second: i64) -> i64 {
        self.stocks[pool.0][second as usize]
    }

    /// How many pools there are.
    pub(crate) fn pools(&self) -> usize {
        self.stocks.len()
    }

    /// How long the n-th start-up of a replica takes, in seconds; none if it never ends.
    pub(crate) fn start_up(&self, scenario: &Scenario, who: (usize, u32), ordinal: u64) -> Option<i64> {
        let luck = self.luck_of(scenario, who, "start-up", ordinal);
        let span = scenario.services[who.0].start_up.sample(luck, ordinal)?;
        assert_eq!(span.as_ms() % 1_000, 0, "start-ups of these scenarios take whole seconds");
        Some(span.as_ms() / 1_000)
    }

    /// One number in (0, 1) for a purpose of a replica.
    pub(crate) fn luck_of(&self, scenario: &Scenario, who: (usize, u32), purpose: &str, ordinal: u64) -> f64 {
        let entity = name_hash(&format!("{}/replica {}", scenario.services[who.0].name, who.1));
        self.luck.uniform(entity, purpose, ordinal)
    }
}
