//! The policies of a plan in words: what makes strategies differ that rent the same machines.

use super::words;
use crate::scenario::Scenario;
use crate::scenario::model::{Bid, MoveBack, MoveOrder, Plan, Retry, Saving};
use crate::units::SimSpan;
use serde::Serialize;

/// One policy that is not the default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The field of the scenario.
    pub policy: &'static str,
    /// What it says.
    pub setting: String,
}

/// The types of a plan in their order, each with its bid.
pub fn types(scenario: &Scenario, plan: &Plan) -> Vec<String> {
    let entry = |entry: &crate::scenario::model::Entry| {
        let name = &scenario.markets[entry.market.0].name;
        let cap = entry.cap.map_or_else(String::new, |cap| format!(", at most {cap}"));
        match entry.bid {
            None => format!("{name} (standard{cap})"),
            Some(Bid::Limit(limit)) => format!("{name} (bid {limit}{cap})"),
            Some(Bid::NoLimit) => format!("{name} (spot{cap})"),
        }
    };
    plan.entries.iter().map(entry).collect()
}

/// Every policy that is not the default.
pub fn policies(plan: &Plan) -> Vec<Policy> {
    let bids = plan.entries.iter().any(|entry| entry.bid.is_some());
    let found = [
        (bids && !plan.protection).then(|| ("protection", "none".to_owned())),
        waits(plan).map(|words| ("wait_before_fallback", words)),
        plan.move_back.map(|policy| ("move_back", moving_back(policy))),
        plan.base.map(|base| {
            let share = (base.share_above_ppb > 0)
                .then(|| format!("{} % of those above", percent(base.share_above_ppb)));
            let count = (base.replicas > 0).then(|| words::count(base.replicas as usize, "replica"));
            (
                "base",
                format!(
                    "standard: {}",
                    [count, share].into_iter().flatten().collect::<Vec<_>>().join(" and ")
                ),
            )
        }),
        plan.avoid_after_reclaim
            .is_positive()
            .then(|| ("avoid_after_reclaim", format!("for {}", plan.avoid_after_reclaim))),
        match plan.retry {
            Retry::OnAvailable => None,
            Retry::Every(interval) => Some(("retry", format!("every {interval}"))),
        },
    ];
    found.into_iter().flatten().map(|(policy, setting)| Policy { policy, setting }).collect()
}

/// How long a replica waits before each fallback, where it does.
fn waits(plan: &Plan) -> Option<String> {
    let waits: Vec<SimSpan> = plan.entries.iter().skip(1).map(|entry| entry.after).collect();
    let first = plan.entries.first().map_or(SimSpan::ZERO, |entry| entry.after);
    let one = *waits.first().unwrap_or(&SimSpan::ZERO);
    if !first.is_positive() && waits.iter().all(|wait| *wait == one) {
        return one.is_positive().then(|| one.to_string());
    }
    let all: Vec<String> = plan.entries.iter().map(|entry| entry.after.to_string()).collect();
    Some(all.join(", "))
}

fn moving_back(policy: MoveBack) -> String {
    let mut words = vec!["when available".to_owned()];
    if policy.dwell.is_positive() {
        words.push(format!("for {}", policy.dwell));
    }
    match policy.min_saving {
        Saving::Any => {}
        Saving::PerHour(price) => words.push(format!("saving at least {price}/h")),
        Saving::SharePpb(share) => words.push(format!("saving at least {} %", percent(share))),
    }
    match policy.order {
        MoveOrder::MakeBeforeBreak => words.push("make before break".to_owned()),
        MoveOrder::BreakBeforeMake => words.push("break before make".to_owned()),
    }
    words.join(", ")
}

fn percent(ppb: i64) -> String {
    crate::units::decimal::format_scaled(i128::from(ppb), 7, 0)
}
