//! What instances cost, added up second by second.

use super::{Auditor, Held, Who, seconds};
use deploysim::billing::MeterRounding;
use deploysim::scenario::model::{MarketId, Metering, ProtectedPrice};
use deploysim::sim::{Item, Tariff, UsageEnd};
use deploysim::units::{RoundingMode, UnitPrice};

/// What one interval costs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Charge {
    pub(crate) who: Who,
    pub(crate) item: u8,
    pub(crate) market: MarketId,
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) pico: i128,
    /// What ended it, and whether it is free.
    pub(crate) end: String,
    pub(crate) is_free: bool,
}

pub(crate) fn item_number(item: Item) -> u8 {
    match item {
        Item::Standard => 0,
        Item::Spot => 1,
        Item::Disk => 2,
    }
}

impl Auditor<'_> {
    /// Everything that is charged.
    pub(crate) fn charges(&self) -> Vec<Charge> {
        let last = |held: &Held| self.compute(held, (held.bills?, held.ended), held.end);
        let paused = self
            .paused
            .iter()
            .filter_map(|(id, from, to)| self.compute(&self.held[*id], (*from, *to), UsageEnd::Restarting));
        let ended = self.held.iter().flat_map(|held| [last(held), self.disk(held)]).flatten();
        ended.chain(paused).collect()
    }

    fn compute(&self, held: &Held, (from, to): (i64, i64), end: UsageEnd) -> Option<Charge> {
        let rules = &self.scenario.markets[held.market.0].rules;
        if from >= to {
            return None;
        }
        let (item, metering) = match held.tariff {
            Tariff::Standard => (Item::Standard, rules.standard_metering),
            Tariff::Spot { .. } => (Item::Spot, rules.spot_metering),
        };
        // A restart that did not bill does not begin the time anew; what it ended is charged.
        let is_taken_back = held.is_spot() && matches!(end, UsageEnd::Reclaimed(_));
        let since = held.first_billed.unwrap_or(from);
        let is_free = is_taken_back && held.ended - since < seconds(rules.free_if_reclaimed_within);
        let used = second_by_second(from, to, metering, |at| self.price_paid(held, at));
        Some(Charge {
            who: held.who,
            item: item_number(item),
            market: held.market,
            from,
            to,
            pico: if is_free { 0 } else { self.rounded(used) },
            end: format!("{end:?}"),
            is_free,
        })
    }

    /// The price per hour of an instance that is held: locked in the protected hour, or the market's.
    pub(crate) fn price_paid(&self, held: &Held, at: i64) -> i64 {
        let rules = &self.scenario.markets[held.market.0].rules;
        match held.protected_until() {
            Some(until) if at < until && rules.protected_price == ProtectedPrice::Locked => {
                self.facts.price(held.series, held.acquired)
            }
            Some(_) | None => self.facts.price(held.series, at),
        }
    }

    fn disk(&self, held: &Held) -> Option<Charge> {
        let rules = &self.scenario.markets[held.market.0].rules;
        let gib = i64::from(held.disk_gib) - i64::from(rules.free_disk_gib);
        let (from, (to, end)) = (held.acquired, held.disk_ended);
        if gib <= 0 || from >= to {
            return None;
        }
        let price = |_| self.scenario.disk.price.as_nano() * gib;
        let used = second_by_second(from, to, rules.disk_metering, price);
        Some(Charge {
            who: held.who,
            item: item_number(Item::Disk),
            market: held.market,
            from,
            to,
            pico: self.rounded(used),
            end: format!("{end:?}"),
            is_free: false,
        })
    }

    /// Σ price (10⁻⁹) × seconds, as an amount in 10⁻¹² after the division by 3600 and the rounding of A-20.
    fn rounded(&self, nano_seconds: i128) -> i128 {
        let unit = 10_i128.pow(12 - self.scenario.settings.line_decimals);
        let (numerator, denominator) = (nano_seconds * 1_000, 3_600 * unit);
        let (whole, rest) = (numerator / denominator, numerator % denominator);
        let up = match self.scenario.settings.line_rounding {
            RoundingMode::HalfUp => 2 * rest >= denominator,
            RoundingMode::HalfEven => 2 * rest > denominator || (2 * rest == denominator && whole % 2 == 1),
            RoundingMode::Down => false,
        };
        (whole + i128::from(up)) * unit
    }
}

/// Σ price × seconds, by started granules at the price in force when each begins, or by the second. What is billed at the
/// least is billed at the first price; granules that begin within it count for what goes beyond it.
fn second_by_second(from: i64, to: i64, metering: Metering, price: impl Fn(i64) -> i64) -> i128 {
    let known = |at: i64| {
        let price = price(at);
        assert_ne!(price, UnitPrice::UNKNOWN.as_nano(), "an unknown price is never charged");
        i128::from(price)
    };
    let granule = match metering.rounding {
        MeterRounding::Exact => 1,
        MeterRounding::Ceil => seconds(metering.granularity),
    };
    let least = seconds(metering.least);
    let mut sum = i128::from(least) * if least > 0 { known(from) } else { 0 };
    let mut in_force = 0;
    let mut elapsed = 0;
    // Every second up to the end of the last started granule.
    while from + elapsed < to || elapsed % granule != 0 {
        if elapsed % granule == 0 {
            in_force = known(from + elapsed);
        }
        if elapsed >= least {
            sum += in_force;
        }
        elapsed += 1;
    }
    sum
}
