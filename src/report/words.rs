//! The names, rules and sentences of events and lines: what a reader sees of the simulation's own types.

pub mod alerts;
pub mod accounts;
pub mod charges;
pub mod deployments;
pub mod resources;
mod services;

use crate::scenario::Scenario;
use crate::scenario::model::{
    Acquire, Bid, BillingStart, MachineRules, MarketId, MoveOrder, ProtectedPrice, Release,
};
use crate::sim::{EventKind, Item, ReclaimReason, Refusal, Tariff, TariffKind, UsageEnd, UsageRecord};
use crate::units::{SimTime, UnitPrice};

/// The name of an event, one word.
pub fn event_name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::Submitted => "Created",
        EventKind::DeploymentFailed { .. } => "DeploymentFailed",
        EventKind::NotAcquired { refusal, .. } => match refusal {
            Refusal::BidTooLow { .. } => "BidFailed",
            Refusal::OutOfStock => "OutOfStock",
            Refusal::AtCap => "AtCap",
            Refusal::Avoided { .. } => "Avoided",
            Refusal::TooEarly => "TooEarly",
        },
        EventKind::WaitingForStock => "Waiting",
        EventKind::Allocated { .. } => "Allocated",
        EventKind::Running { .. } => "Running",
        EventKind::MovingBack { .. } => "MovingBack",
        EventKind::MovedBack { .. } => "MovedBack",
        EventKind::ReleaseNotice { .. } => "ReleaseNotice",
        EventKind::Released { .. } => "Released",
        EventKind::ProtectionEnded { .. } => "ProtectionEnded",
        EventKind::Acted(action) => services::action_name(action),
        EventKind::ActionRefused(_) => "ActionRefused",
        EventKind::Life(event) => services::life_name(event),
        EventKind::Deleted => "Deleted",
        EventKind::ArrearsStopped => "ArrearsStopped",
        EventKind::ArrearsRestored => "ArrearsRestored",
        EventKind::ArrearsCleared => "ArrearsCleared",
    }
}

/// The rules an event follows, as ids of the rulebook.
pub fn event_rules(kind: &EventKind) -> &'static [&'static str] {
    match kind {
        EventKind::Submitted => &["E19"],
        EventKind::DeploymentFailed { .. } => &["E22"],
        EventKind::NotAcquired { refusal, .. } => match refusal {
            Refusal::BidTooLow { .. } => &["E15", "E20", "A-14"],
            Refusal::OutOfStock => &["E15", "E20", "E25"],
            Refusal::AtCap | Refusal::Avoided { .. } => &["A-16"],
            Refusal::TooEarly => &["E20"],
        },
        EventKind::WaitingForStock => &["E5", "A-17"],
        EventKind::Allocated { tariff: Tariff::Standard, .. } => &["E19", "E24"],
        EventKind::Allocated { tariff: Tariff::Spot { protected_until: None, .. }, .. } => {
            &["E15", "E17", "E19", "E24"]
        }
        EventKind::Allocated { .. } => &["E15", "E16", "E19", "E24", "A-43"],
        EventKind::Running { .. } => &["E2", "A-17"],
        EventKind::MovingBack { .. } | EventKind::MovedBack { .. } => &["A-16"],
        EventKind::ReleaseNotice { .. } => &["A-14"],
        EventKind::Released { reason: ReclaimReason::Price, .. } => &["E17", "E21", "A-14"],
        EventKind::Released { reason: ReclaimReason::Stock, .. } => &["E17", "E21", "A-14", "A-46"],
        EventKind::ProtectionEnded { .. } => &["E16", "A-44"],
        EventKind::Acted(action) => services::action_rules(action),
        EventKind::ActionRefused(refused) => services::refusal_rules(refused),
        EventKind::Life(event) => services::life_rules(event),
        EventKind::Deleted => &["E7", "E8"],
        EventKind::ArrearsStopped | EventKind::ArrearsRestored => &["B20", "A-06"],
        EventKind::ArrearsCleared => &["M7"],
    }
}

/// The market an event is about, if it is about one.
pub fn event_market(kind: &EventKind) -> Option<MarketId> {
    match kind {
        EventKind::NotAcquired { market, .. }
        | EventKind::Allocated { market, .. }
        | EventKind::Running { market }
        | EventKind::ReleaseNotice { market, .. }
        | EventKind::Released { market, .. }
        | EventKind::ProtectionEnded { market } => Some(*market),
        EventKind::MovingBack { to, .. } | EventKind::MovedBack { to, .. } => Some(*to),
        EventKind::Life(event) => services::life_market(event),
        EventKind::Submitted
        | EventKind::DeploymentFailed { .. }
        | EventKind::WaitingForStock
        | EventKind::Acted(_)
        | EventKind::ActionRefused(_)
        | EventKind::Deleted
        | EventKind::ArrearsStopped
        | EventKind::ArrearsRestored
        | EventKind::ArrearsCleared => None,
    }
}

/// An event in a sentence.
pub fn event_sentence(scenario: &Scenario, kind: &EventKind) -> String {
    let market = |id: &MarketId| scenario.markets[id.0].name.as_str();
    let at = |time: SimTime| clock(scenario, time);
    let rules = |id: &MarketId| &scenario.markets[id.0].rules;
    match kind {
        EventKind::Submitted => "created".to_owned(),
        EventKind::DeploymentFailed { disk_gib, max_gib } => {
            format!(
                "deployment failed: a system disk of {disk_gib} GiB is above the maximum of {max_gib} GiB"
            )
        }
        EventKind::NotAcquired { market: id, tariff, refusal } => {
            let rented = match tariff {
                TariffKind::Standard if scenario.markets[id.0].dedicated.is_some() => {
                    "as a dedicated machine"
                }
                TariffKind::Standard => "at the standard price",
                TariffKind::Spot => "as spot",
            };
            format!("{} not acquired {rented}: {}", market(id), refusal_words(scenario, rules(id), *refusal))
        }
        EventKind::WaitingForStock => "nothing can be had: waits, which bills nothing".to_owned(),
        EventKind::Allocated { market, tariff, price, first_choice } => {
            let than_first = first_choice.map_or_else(String::new, |first| than_first_choice(*price, first));
            allocated_words(scenario, *market, *tariff, *price) + &than_first
        }
        EventKind::Running { market: id } => format!("running on {}", market(id)),
        // Back from the standard price to spot is often a move within one market.
        EventKind::MovingBack { from, to, order } => {
            let moving = if from == to {
                format!("{} can be had on an earlier entry: moving back", market(to))
            } else {
                format!("{} can be had: moving back from {}", market(to), market(from))
            };
            match order {
                MoveOrder::MakeBeforeBreak => moving,
                MoveOrder::BreakBeforeMake => format!("{moving}, which is given up first"),
            }
        }
        EventKind::MovedBack { from, to } if from == to => {
            format!("running on {}, the instance before it given up", market(to))
        }
        EventKind::MovedBack { from, to } => format!("running on {}, {} given up", market(to), market(from)),
        EventKind::ReleaseNotice { market: id, reason, price, bid, release_at } => {
            let why = reason_words(rules(id), *reason, *price, *bid);
            format!("notice: {} will be released at {}: {why}", market(id), at(*release_at))
        }
        EventKind::Released { market: id, reason, decided_at, price, bid } => {
            let why = reason_words(rules(id), *reason, *price, *bid);
            let decided = if rules(id).notice.is_positive() {
                format!(", as decided at {}", at(*decided_at))
            } else {
                String::new()
            };
            format!("{} released: {why}{decided}", market(id))
        }
        EventKind::ProtectionEnded { market: id } => {
            format!("protection of {} is over; it stays", market(id))
        }
        EventKind::Acted(action) => services::action_words(scenario, action),
        EventKind::ActionRefused(refused) => services::refused_words(scenario, refused),
        EventKind::Life(event) => services::life_sentence(scenario, event),
        EventKind::Deleted => "deleted for good".to_owned(),
        EventKind::ArrearsStopped => "stopped: the account is overdue; billing ends".to_owned(),
        EventKind::ArrearsRestored => "the account is settled: it looks for instances again".to_owned(),
        EventKind::ArrearsCleared => "cleared for good: the arrears were never paid".to_owned(),
    }
}

fn allocated_words(scenario: &Scenario, id: MarketId, tariff: Tariff, price: UnitPrice) -> String {
    let market = &scenario.markets[id.0];
    match tariff {
        Tariff::Standard if market.dedicated.is_some() => {
            format!("{} allocated: a dedicated machine, which costs nothing more", market.name)
        }
        Tariff::Standard => format!("{} allocated at the standard price, {price}/h", market.name),
        Tariff::Spot { bid, protected_until, .. } => {
            let protection = protected_until
                .map_or_else(String::new, |until| format!(", protected until {}", clock(scenario, until)));
            format!("{} allocated as spot at {price}/h, bid {bid}{protection}", market.name)
        }
    }
}

/// How much dearer an allocation is than the first choice would be now, or how much cheaper.
fn than_first_choice(price: UnitPrice, first: UnitPrice) -> String {
    let difference = price.as_nano() - first.as_nano();
    if !first.is_known() || difference == 0 {
        return String::new();
    }
    let word = if difference > 0 { "dearer" } else { "cheaper" };
    format!("; {}/h {word} than the first choice", UnitPrice::from_nano(difference.abs()))
}

fn refusal_words(scenario: &Scenario, rules: &MachineRules, refusal: Refusal) -> String {
    match refusal {
        Refusal::BidTooLow { price: UnitPrice::UNKNOWN, .. } => "its price is not known yet".to_owned(),
        Refusal::BidTooLow { price, bid: Some(bid) } => {
            // An equal bid is refused by its own rule, or because it would lose the instance at once.
            let is_equal_refused = rules.acquire_when == Acquire::BidAboveMarket || Bid::Limit(price) == bid;
            format!("bid {bid} {} market {price}", if is_equal_refused { "≤" } else { "<" })
        }
        Refusal::BidTooLow { price, bid: None } => format!("price {price}"),
        Refusal::OutOfStock => "out of stock".to_owned(),
        Refusal::AtCap => "its cap is reached".to_owned(),
        Refusal::TooEarly => "it waits longer before it falls back this far".to_owned(),
        Refusal::Avoided { until } => {
            format!("an instance was taken back there: avoided until {}", clock(scenario, until))
        }
    }
}

/// Why an instance is taken back, with the price it was decided by.
fn reason_words(rules: &MachineRules, reason: ReclaimReason, price: UnitPrice, bid: Bid) -> String {
    match (reason, rules.release_when) {
        (ReclaimReason::Price, Release::MarketAboveBid) => format!("market {price} > bid {bid}"),
        (ReclaimReason::Price, Release::MarketAtLeastBid) => format!("market {price} ≥ bid {bid}"),
        (ReclaimReason::Stock, Release::MarketAboveBid | Release::MarketAtLeastBid) => {
            "stock was withdrawn".to_owned()
        }
    }
}

/// A number with its noun.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// The name of a bill item.
pub fn item_name(item: Item) -> &'static str {
    match item {
        Item::Standard => "standard compute",
        Item::Spot => "spot compute",
        Item::Disk => "system disk",
    }
}

/// The unit of a bill item's quantity.
pub fn item_unit(item: Item) -> &'static str {
    match item {
        Item::Standard | Item::Spot => "hour",
        Item::Disk => "GiB-hour",
    }
}

/// The rules behind a line that begins at `from`.
pub fn line_rules(rules: &MachineRules, usage: &UsageRecord, from: SimTime) -> Vec<&'static str> {
    let mut ids = match (usage.item, usage.tariff) {
        (Item::Disk, _) => vec!["E3", "A-17", "A-03"],
        (Item::Standard | Item::Spot, Tariff::Standard) => vec!["E1", "E2", "A-03"],
        (Item::Standard | Item::Spot, Tariff::Spot { protected_until: Some(until), .. })
            if from < until && rules.protected_price == ProtectedPrice::Locked =>
        {
            vec!["E2", "E16", "A-13", "A-43", "A-03"]
        }
        (Item::Standard | Item::Spot, Tariff::Spot { .. }) => vec!["E2", "E13", "E18", "A-03"],
    };
    if usage.item != Item::Disk && rules.billing_start == BillingStart::Provisioned {
        ids.push("A-17");
    }
    ids.push("A-20");
    ids
}

/// What opened an interval of use, with its rule.
pub fn opening(rules: &MachineRules, usage: &UsageRecord) -> (&'static str, &'static str) {
    match (usage.item, rules.billing_start) {
        (Item::Disk, _) => ("the disk was created with its instance", "E3"),
        (Item::Standard | Item::Spot, BillingStart::Running) => ("the instance reached Running", "E2"),
        (Item::Standard | Item::Spot, BillingStart::Provisioned) => ("the instance was provisioned", "A-17"),
    }
}

/// What closed an interval of use, with its rule.
pub fn closing(rules: &MachineRules, end: UsageEnd) -> (&'static str, &'static str) {
    let by_price = match (rules.release_when, rules.notice.is_positive()) {
        (Release::MarketAboveBid, false) => "released: market price above the bid",
        (Release::MarketAboveBid, true) => "released: market price above the bid when notice was given",
        (Release::MarketAtLeastBid, false) => "released: market price at the bid or above",
        (Release::MarketAtLeastBid, true) => {
            "released: market price at the bid or above when notice was given"
        }
    };
    match end {
        UsageEnd::Reclaimed(ReclaimReason::Price) => (by_price, "A-14"),
        UsageEnd::Reclaimed(ReclaimReason::Stock) => ("released: stock was withdrawn", "A-14"),
        UsageEnd::MovedBack => ("given up for a preferred type", "A-16"),
        UsageEnd::Stopped => ("stopped by the tenant", "E4"),
        UsageEnd::Deleted => ("deletion confirmed", "E7"),
        UsageEnd::ScaledIn => ("scaled in by the tenant", "A-19"),
        UsageEnd::Updated => ("updated by the tenant", "E19"),
        UsageEnd::Arrears => ("stopped: the account is overdue", "A-06"),
        UsageEnd::Replaced => ("the replica has another machine", "A-14"),
        UsageEnd::Restarting => ("its container restarts", "A-47"),
        UsageEnd::GaveUp => ("given up: its container failed too often", "E2"),
        UsageEnd::Horizon => ("the run ends here; it would bill on", "A-07"),
    }
}

/// A civil time for reading: date and time in the scenario's offset.
pub fn clock(scenario: &Scenario, at: SimTime) -> String {
    let full = scenario.calendar.format(at);
    let civil = &full[..full.len().saturating_sub(6)];
    civil.replace('T', " ")
}

/// A whole number with its thousands apart.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
