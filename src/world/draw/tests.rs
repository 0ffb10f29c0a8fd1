use super::super::traffic::TrafficModel;
use super::*;
use crate::units::{SimSpan, UnitPrice};
use crate::world::model::{
    Clock, ClockMode, History, Initial, MeanReverting, PriceProcess, PriceSeries, Regime, Replay, Shock,
    StockProcess, StockSeries, TwoRegime,
};
use crate::world::path::UNLIMITED;
use std::sync::Arc;

fn price(name: &str, process: PriceProcess, shocks: Vec<usize>) -> PriceSeries {
    PriceSeries { name: name.to_owned(), process, shocks }
}

fn stock(name: &str, process: StockProcess, units: Option<u32>, shocks: Vec<usize>) -> StockSeries {
    StockSeries { name: name.to_owned(), process, units, shocks }
}

fn shock(name: &str) -> Shock {
    Shock {
        name: name.to_owned(),
        calm_mean: SimSpan::from_hours(10),
        shock_mean: SimSpan::from_hours(2),
        initial: Initial::First,
        price_factor_ppb: 1_500_000_000,
        price_cap: Some(UnitPrice::from_sampled(0.7)),
    }
}

fn mean_reverting() -> PriceProcess {
    PriceProcess::MeanReverting(MeanReverting {
        step: SimSpan::from_minutes(5),
        start: 0.42,
        level: 0.42,
        speed: 0.03,
        noise: 0.008,
        jump_probability: 0.01,
        jump_size: 1.0,
        floor: 0.2,
        cap: 2.0,
    })
}

/// One of everything.
fn full_model() -> WorldModel {
    let regime = |level| Regime { level, speed: 0.1, noise: 0.01, holding_mean: SimSpan::from_hours(8) };
    let two_regime = PriceProcess::TwoRegime(TwoRegime {
        step: SimSpan::from_minutes(10),
        start: None,
        calm: regime(0.3),
        tight: regime(0.9),
        initial: Initial::Stationary,
        floor: 0.1,
        cap: 2.0,
    });
    let times_unix_ms: Vec<i64> = (0..400).map(|row| 1_000_000 + row * 3_600_000).collect();
    let values = (0..400).map(|row| (row * 37 % 11) * 100_000_000).collect();
    let history = Arc::new(History { times_unix_ms, values, end_unix_ms: 400 * 3_600_000 });
    let replay = || Replay { clock: 0, history: history.clone() };
    let on_off = StockProcess::OnOff {
        on_mean: SimSpan::from_hours(6),
        off_mean: SimSpan::from_hours(2),
        initial: Initial::Stationary,
    };
    let hour = |hours| SimTime::ZERO + SimSpan::from_hours(hours);
    WorldModel {
        horizon: SimSpan::from_days(6),
        traffic: TrafficModel::default(),
        start_time_of_week: SimSpan::ZERO,
        utc_offset: SimSpan::from_hours(8),
        prices: vec![
            price("a", mean_reverting(), vec![0]),
            price("b", PriceProcess::Scaled { of: PriceId(0), factor_ppb: 900_000_000 }, vec![]),
            price("c", two_regime, vec![]),
            price("d", PriceProcess::Replay(replay()), vec![0]),
            price("e", PriceProcess::Constant(UnitPrice::from_sampled(0.6)), vec![0]),
        ],
        stocks: vec![
            stock("a", on_off, Some(4), vec![]),
            stock("b", StockProcess::Always, None, vec![0]),
            stock(
                "c",
                StockProcess::Windows(vec![(hour(1), hour(2)), (hour(30), hour(31))]),
                Some(1),
                vec![],
            ),
            stock("d", StockProcess::Replay(replay()), Some(3), vec![]),
            stock("e", StockProcess::Never, Some(2), vec![]),
        ],
        shocks: vec![shock("flood")],
        clocks: vec![Clock {
            name: "records".to_owned(),
            window_unix_ms: (0, 400 * 3_600_000),
            mode: ClockMode::Circular { keep_hour_of_week: false },
        }],
    }
}

#[test]
fn used_memory_makes_the_same_world() {
    let model = full_model();
    let mut small = full_model();
    small.horizon = SimSpan::from_hours(3);
    small.prices.rotate_left(2);
    small.prices.retain(|series| !matches!(series.process, PriceProcess::Scaled { .. }));
    small.stocks.rotate_left(1);
    small.stocks.pop();
    let mut used = World::empty();
    for replication in 0..6 {
        model.draw_into(1, replication, &mut used);
        assert_eq!(used, model.draw(1, replication));
        small.draw_into(2, replication, &mut used);
        assert_eq!(used, small.draw(2, replication));
    }
}

#[test]
fn one_more_of_anything_moves_nothing_else() {
    let model = full_model();
    let before = model.draw(1, 0);
    let mut larger = full_model();
    larger.prices.push(price("z", mean_reverting(), vec![1]));
    let on_off = larger.stocks[0].process.clone();
    larger.stocks.insert(0, stock("z", on_off, None, vec![1]));
    larger.shocks.push(shock("strike"));
    larger.clocks.push(Clock { name: "others".to_owned(), ..larger.clocks[0].clone() });
    let after = larger.draw(1, 0);
    assert_eq!(before.prices, after.prices[..5]);
    assert_eq!(before.stocks, after.stocks[1..]);
    // The newcomers have luck of their own.
    assert_ne!(after.stocks[0], after.stocks[1]);
    assert_ne!(after.prices[5], after.prices[0]);
}

#[test]
fn seeds_and_replications_differ() {
    let model = full_model();
    let world = model.draw(1, 0);
    for other in [model.draw(1, 1), model.draw(2, 0)] {
        assert_ne!(world.price(PriceId(0)), other.price(PriceId(0)));
        assert_ne!(world.stock(PoolId(0)), other.stock(PoolId(0)));
        assert_ne!(world.luck, other.luck);
    }
}

#[test]
fn a_shock_is_felt_by_all_it_touches_at_the_same_time() {
    let model = full_model();
    let mut calm = full_model();
    calm.shocks.clear();
    calm.prices.iter_mut().for_each(|series| series.shocks.clear());
    calm.stocks.iter_mut().for_each(|series| series.shocks.clear());
    let mut shocked_time = 0;
    for replication in 0..5 {
        let (world, without) = (model.draw(1, replication), calm.draw(1, replication));
        for second in (0..6 * 86_400).step_by(61) {
            let at = SimTime::from_ms(second * 1_000);
            let shocked = world.stock(PoolId(1)).value_at(at) == 0;
            assert!(shocked || world.stock(PoolId(1)).value_at(at) == UNLIMITED);
            shocked_time += i32::from(shocked);
            for series in [0, 3, 4].map(PriceId) {
                let before = UnitPrice::from_nano(without.price(series).value_at(at));
                let expected = if shocked && before.is_known() {
                    (before.as_nano() as f64 / 1e3 * 1.5).round_ties_even() as i64 * 1_000
                } else {
                    before.as_nano()
                };
                let expected =
                    if shocked && before.is_known() { expected.min(700_000_000) } else { expected };
                assert_eq!(world.price(series).value_at(at), expected);
            }
        }
    }
    // A sixth of the time, give or take: some of these replications have shocks, and none is one long shock.
    assert!(shocked_time > 1_000 && shocked_time < 20_000, "{shocked_time}");
}

#[test]
fn the_derived_series_follows_the_shocked_one() {
    let world = full_model().draw(3, 0);
    let minute = |minutes| SimTime::ZERO + SimSpan::from_minutes(minutes);
    for at in (0..6 * 1_440).map(minute) {
        let of = world.price(PriceId(0)).value_at(at);
        let expected = (of as f64 / 1e4 * 9.0).round_ties_even() as i64 * 1_000;
        assert_eq!(world.price(PriceId(1)).value_at(at), expected);
    }
}

#[test]
fn stocks_have_their_units_and_prices_of_a_record_begin_unknown() {
    let world = full_model().draw(1, 0);
    let hour = |hours| SimTime::ZERO + SimSpan::from_hours(hours);
    assert_eq!(world.stock(PoolId(2)).next_above(SimTime::ZERO, 0), Some(hour(1)));
    assert_eq!(world.stock(PoolId(2)).next_at_most(hour(1), 0), Some(hour(2)));
    assert_eq!(world.stock(PoolId(3)).next_above(SimTime::ZERO, 3), None);
    assert_eq!(world.stock(PoolId(4)), &StepPath::constant(0));
    let pieces = world.stock(PoolId(0)).segments(SimTime::ZERO, hour(144));
    assert!(
        pieces
            .into_iter()
            .all(|piece| (piece.value == 0 || piece.value == 4) && piece.from.as_ms() % 1_000 == 0)
    );
    // The record begins 1,000 s after its window: that part of the circle shows an unknown price and no stock.
    let mut model = full_model();
    model.clocks[0].mode = ClockMode::Fixed(0);
    model.shocks[0].calm_mean = SimSpan::from_days(10_000_000);
    let world = model.draw(1, 0);
    assert_eq!(world.price(PriceId(3)).value_at(SimTime::ZERO), UnitPrice::UNKNOWN.as_nano());
    assert_eq!(world.price(PriceId(3)).next_change(SimTime::ZERO), Some(SimTime::from_ms(1_000_000)));
    assert_eq!(world.stock(PoolId(3)).value_at(SimTime::ZERO), 0);
}

#[test]
fn a_mirrored_world_turns_all_luck_round() {
    let model = full_model();
    let (plain, mut mirrored) = (model.draw(7, 4), World::empty());
    model.draw_mirrored_into(7, 4, &mut mirrored);
    let (entity, ordinal) = (5, 9);
    let both = [&plain, &mirrored].map(|world| world.luck.uniform(entity, "start-up", ordinal));
    assert_eq!((both[0] + both[1]).to_bits(), 1.0_f64.to_bits(), "complements on the grid are exact");
    assert_ne!(plain.prices, mirrored.prices);
    // Twice is not undone: a world is mirrored or it is not.
    let mut again = World::empty();
    model.draw_mirrored_into(7, 4, &mut again);
    assert_eq!(again, mirrored);
}

#[test]
fn a_mirrored_price_is_as_far_below_its_level_as_the_plain_one_is_above() {
    let far = PriceProcess::MeanReverting(MeanReverting {
        step: SimSpan::from_minutes(5),
        start: 0.5,
        level: 0.5,
        speed: 0.03,
        noise: 0.004,
        jump_probability: 0.0,
        jump_size: 0.0,
        floor: 0.0,
        cap: 1.0,
    });
    let prices = vec![price("A", far, vec![])];
    let model = WorldModel { prices, stocks: vec![], shocks: vec![], ..full_model() };
    let (plain, mut mirrored) = (model.draw(7, 4), World::empty());
    model.draw_mirrored_into(7, 4, &mut mirrored);
    for hour in 0..model.horizon.as_ms() / 3_600_000 {
        let at = SimTime::ZERO + SimSpan::from_hours(hour);
        let sum = plain.prices[0].value_at(at) + mirrored.prices[0].value_at(at);
        assert!((sum - 1_000_000_000).abs() <= 1_000, "{sum} after {hour} h: more than a rounding off");
    }
}

#[test]
fn mirrored_worlds_are_drawn_from_the_same_law() {
    // Stock that is out a quarter of the time, in plain and in mirrored worlds alike.
    let on_off = StockProcess::OnOff {
        on_mean: SimSpan::from_hours(9),
        off_mean: SimSpan::from_hours(3),
        initial: Initial::Stationary,
    };
    let model = WorldModel {
        prices: vec![],
        stocks: vec![stock("A", on_off, None, vec![])],
        shocks: vec![],
        ..full_model()
    };
    let mut world = World::empty();
    let mut share = |is_mirrored: bool| {
        let mut out = 0.0;
        for replication in 0..2_000 {
            if is_mirrored {
                model.draw_mirrored_into(1, replication, &mut world);
            } else {
                model.draw_into(1, replication, &mut world);
            }
            out += world.stocks[0].share_at_most(0, model.horizon);
        }
        out / 2_000.0
    };
    // The standard error of 2,000 means over the horizon is far below a hundredth.
    let (plain, mirrored) = (share(false), share(true));
    assert!((plain - 0.25).abs() < 0.01 && (mirrored - 0.25).abs() < 0.01, "{plain} and {mirrored}");
    assert!((plain - mirrored).abs() > 1e-6, "they are other worlds");
}
