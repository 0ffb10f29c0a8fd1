//! The world model: series and pools of the used markets, clocks that are followed, shocks.

use super::checks::Use;
use super::windows::Window;
use crate::scenario::context::Context;
use crate::scenario::decode::markets::MarketDecl;
use crate::scenario::decode::stock::StockDecl;
use crate::scenario::loader::Document;
use crate::scenario::model::{HistoryNote, Market, MarketId, Plan};
use crate::scenario::resource::ResourceId;
use crate::units::SimTime;
use crate::world::{
    Clock, ClockMode, PoolId, PriceId, PriceProcess, PriceSeries, Replay, StockProcess, StockSeries,
    WorldModel,
};

/// One in units of 10⁻⁹.
const ONE_PPB: i128 = 1_000_000_000;

/// What [`world`] makes.
pub(super) struct Built {
    /// The world model.
    pub(super) world: WorldModel,
    /// The used markets, in file order.
    pub(super) markets: Vec<Market>,
    /// What is known of the records.
    pub(super) histories: Vec<HistoryNote>,
    /// From the index of a declared market to that of a used one.
    numbers: Vec<Option<usize>>,
}

impl Built {
    /// Lets a plan refer to the used markets.
    pub(super) fn renumber(&self, plan: &mut Plan) {
        for entry in &mut plan.entries {
            // Every market of a plan is used by that plan.
            if let Some(number) = self.numbers[entry.market.0] {
                entry.market = MarketId(number);
            }
        }
    }
}

/// Builds the world model with those series only that some plan can meet, so that no luck is spent on others.
pub(super) fn world(
    used: &[Use],
    windows: &[Window],
    document: &Document,
    ctx: &mut Context,
) -> Option<Built> {
    let factor_ppb = document.settings.unprotected_factor_ppb;
    let groups = &document.resources.names;
    let mut builder =
        Builder { prices: Vec::new(), stocks: Vec::new(), factor_ppb, groups, machines: Vec::new() };
    let (mut markets, mut numbers) = (Vec::new(), Vec::new());
    for (index, usage) in used.iter().enumerate() {
        numbers.push(usage.any().then_some(markets.len()));
        if usage.any() {
            markets.push(builder.market(index, *usage, ctx)?);
        }
    }
    let (clocks, histories) = followed_clocks(&mut builder, windows, ctx);
    let horizon = ctx.horizon?;
    let calendar = ctx.calendar.as_ref()?;
    let (start_time_of_week, utc_offset) = (calendar.time_of_week(SimTime::ZERO), calendar.utc_offset());
    let shocks = ctx.shocks.items.iter().map(|decl| decl.shock.clone()).collect();
    let (prices, stocks) = (builder.prices, builder.stocks);
    let world = WorldModel {
        horizon,
        start_time_of_week,
        utc_offset,
        prices,
        stocks,
        shocks,
        clocks,
        traffic: crate::world::traffic::TrafficModel::default(),
    };
    Some(Built { world, markets, histories, numbers })
}

struct Builder<'a> {
    prices: Vec<PriceSeries>,
    stocks: Vec<StockSeries>,
    factor_ppb: i64,
    /// Names of resources.
    groups: &'a [String],
    /// Pools of dedicated machines: several markets may offer the same ones.
    machines: Vec<(ResourceId, PoolId)>,
}

impl Builder<'_> {
    fn market(&mut self, index: usize, usage: Use, ctx: &Context) -> Option<Market> {
        let (name, decl) = (&ctx.markets.names[index], &ctx.markets.items[index]);
        let (price_shocks, stock_shocks) = shocks_of(name, ctx);
        // List prices do not feel a shortage; the stock does. A fixed one is kept though nobody may rent at it: it costs
        // nothing to draw, and pictures show it beside the spot price.
        let standard = decl.standard.good();
        let standard =
            standard.filter(|process| usage.standard || matches!(process, PriceProcess::Constant(_)));
        let standard =
            standard.map(|process| self.price(format!("{name}/standard"), process.clone(), Vec::new()));
        let (spot_protected, spot_unprotected) = self.spot(name, decl, usage, &price_shocks);
        let dedicated = decl.dedicated.good().and_then(|(group, _)| self.group(group));
        let standard_pool = match dedicated.map(|group| (group, self.machines_of(group))) {
            Some((_, Some(pool))) => pool,
            Some((group, None)) => {
                let pool = self.pool(format!("{name}/machines"), &StockDecl::ALWAYS, &[]);
                self.machines.push((group, pool));
                pool
            }
            None => self.pool(format!("{name}/stock"), decl.stock.as_ref()?, &stock_shocks),
        };
        let spot_pool = match decl.spot_stock.good() {
            Some(stock) => self.pool(format!("{name}/spot_stock"), stock, &stock_shocks),
            None => standard_pool,
        };
        Some(Market {
            name: name.clone(),
            region: decl.region.clone(),
            zone: decl.zone.clone(),
            instance_type: decl.instance_type.clone(),
            standard,
            spot_protected,
            spot_unprotected,
            standard_pool,
            spot_pool,
            slots: decl.slots,
            rules: decl.machines.0,
            provider: decl.machines.1.clone(),
            dedicated,
        })
    }

    fn group(&self, name: &str) -> Option<ResourceId> {
        self.groups.iter().position(|known| known == name).map(ResourceId)
    }

    fn machines_of(&self, group: ResourceId) -> Option<PoolId> {
        self.machines.iter().find(|(known, _)| *known == group).map(|(_, pool)| *pool)
    }

    /// The spot series that are met, and before a derived one the one it is derived from.
    fn spot(
        &mut self,
        name: &str,
        decl: &MarketDecl,
        usage: Use,
        shocks: &[usize],
    ) -> (Option<PriceId>, Option<PriceId>) {
        let (protected_name, unprotected_name) =
            (format!("{name}/spot_protected"), format!("{name}/spot_unprotected"));
        let given = (decl.spot_protected.good(), decl.spot_unprotected.good());
        let (protected, unprotected) = match given {
            (Some(protected), Some(unprotected)) => (
                usage.protected.then(|| self.price(protected_name, protected.clone(), shocks.to_vec())),
                usage.unprotected.then(|| self.price(unprotected_name, unprotected.clone(), shocks.to_vec())),
            ),
            (Some(protected), None) if usage.protected || usage.unprotected => {
                let of = self.price(protected_name, protected.clone(), shocks.to_vec());
                let factor_ppb = self.factor_ppb;
                (Some(of), usage.unprotected.then(|| self.scaled(unprotected_name, of, factor_ppb)))
            }
            (None, Some(unprotected)) if usage.protected || usage.unprotected => {
                let of = self.price(unprotected_name, unprotected.clone(), shocks.to_vec());
                let factor_ppb = inverse_ppb(self.factor_ppb);
                (usage.protected.then(|| self.scaled(protected_name, of, factor_ppb)), Some(of))
            }
            (Some(_), None) | (None, Some(_) | None) => (None, None),
        };
        // A series that is only there to derive the other from is not one a strategy can meet.
        (protected.filter(|_| usage.protected), unprotected.filter(|_| usage.unprotected))
    }

    fn price(&mut self, name: String, process: PriceProcess, shocks: Vec<usize>) -> PriceId {
        self.prices.push(PriceSeries { name, process, shocks });
        PriceId(self.prices.len() - 1)
    }

    /// A derived series follows its origin with the shocks of that, so it has none of its own.
    fn scaled(&mut self, name: String, of: PriceId, factor_ppb: i64) -> PriceId {
        self.price(name, PriceProcess::Scaled { of, factor_ppb }, Vec::new())
    }

    fn pool(&mut self, name: String, stock: &StockDecl, shocks: &[usize]) -> PoolId {
        let (process, units) = (stock.process.clone(), stock.units);
        self.stocks.push(StockSeries { name, process, units, shocks: shocks.to_vec() });
        PoolId(self.stocks.len() - 1)
    }

    /// Every place that refers to a clock.
    fn replays(&mut self) -> impl Iterator<Item = &mut Replay> {
        let prices = self.prices.iter_mut().filter_map(|series| match &mut series.process {
            PriceProcess::Replay(replay) => Some(replay),
            PriceProcess::Constant(_)
            | PriceProcess::Schedule(_)
            | PriceProcess::MeanReverting(_)
            | PriceProcess::TwoRegime(_)
            | PriceProcess::Scaled { .. } => None,
        });
        let stocks = self.stocks.iter_mut().filter_map(|series| match &mut series.process {
            StockProcess::Replay(replay) => Some(replay),
            StockProcess::Always
            | StockProcess::Never
            | StockProcess::Windows(_)
            | StockProcess::OnOff { .. } => None,
        });
        prices.chain(stocks)
    }
}

/// One over a factor, both in units of 10⁻⁹, to the nearest.
pub(super) fn inverse_ppb(factor_ppb: i64) -> i64 {
    let factor = i128::from(factor_ppb.max(1));
    i64::try_from((ONE_PPB * ONE_PPB + factor / 2) / factor).unwrap_or(i64::MAX)
}

/// Indices of the shocks that touch the prices and the stock of a market.
fn shocks_of(name: &str, ctx: &Context) -> (Vec<usize>, Vec<usize>) {
    let touching = |touched: fn(&crate::scenario::decode::clocks::ShockDecl) -> bool| {
        let decls = ctx.shocks.items.iter().enumerate();
        let hit =
            decls.filter(|(_, decl)| touched(decl) && decl.markets.iter().any(|(market, _)| market == name));
        hit.map(|(index, _)| index).collect()
    };
    (touching(|decl| decl.prices), touching(|decl| decl.stock))
}

/// The clocks that some series follows, renumbered, and what is known of their records.
fn followed_clocks(
    builder: &mut Builder,
    windows: &[Window],
    ctx: &Context,
) -> (Vec<Clock>, Vec<HistoryNote>) {
    let followed: Vec<usize> = builder.replays().map(|replay| replay.clock).collect();
    let mut numbers = vec![0; windows.len()];
    let (mut clocks, mut notes) = (Vec::new(), Vec::new());
    for (index, window) in windows.iter().enumerate().filter(|(index, _)| followed.contains(index)) {
        let Some(mode) = ctx.clocks.items[index].mode else { continue };
        numbers[index] = clocks.len();
        let name = ctx.clocks.names[index].clone();
        notes.push(HistoryNote {
            clock: name.clone(),
            span: window.replayed,
            independent_windows: window.independent,
            blocks: window.blocks,
            is_fixed: matches!(mode, ClockMode::Fixed(_)),
            files: ctx.clocks.items[index].files.clone(),
        });
        clocks.push(Clock { name, window_unix_ms: (window.start_unix_ms, window.end_unix_ms), mode });
    }
    for replay in builder.replays() {
        replay.clock = numbers[replay.clock];
    }
    (clocks, notes)
}
