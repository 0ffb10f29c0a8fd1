//! Random plans: types, bids, habits and policies.

use super::Features;
use super::dice::Dice;
use super::machines::{Market, cents};
use std::fmt::Write as _;

/// Types, bids and habits; no market stands twice as spot, so that an event names its entry.
pub(super) fn plan(markets: &[Market], features: Features, dice: &mut Dice) -> String {
    let (entries, has_standard) = entries(markets, dice);
    let protection = if dice.once_in(2) { "true" } else { "false" };
    let retry = if dice.once_in(6) { "Every(\"7m\")" } else { "OnAvailable" };
    let mut policies = move_back(features.policies, dice);
    if dice.once_in(9) {
        policies += ", wait_before_fallback: \"6m\"";
    }
    if features.policies && has_standard && dice.once_in(4) {
        let (replicas, share) = (dice.below(3), dice.pick(&["0%", "25%", "50%", "33.4%", "0.75", "100%"]));
        let _ = write!(policies, ", base: (replicas: {replicas}, share_above: \"{share}\")");
    }
    if features.policies && dice.once_in(3) {
        let span = dice.pick(&["10m", "35m", "97s", "3h"]);
        let _ = write!(policies, ", avoid_after_reclaim: \"{span}\"");
    }
    format!("types: [{entries}], protection: {protection}, retry: {retry}{policies}")
}

/// The types in their order, and whether any is rented at the standard price.
fn entries(markets: &[Market], dice: &mut Dice) -> (String, bool) {
    let (mut spot, mut standard) = (vec![], vec![]);
    for market in markets {
        let Market { name, takes_bids, has_standard } = market;
        let cap = if dice.once_in(6) { ", cap: 1" } else { "" };
        let after = if dice.once_in(7) { ", after: \"5m\"" } else { "" };
        if let (Some(takes_bids), false) = (takes_bids, dice.once_in(4)) {
            let bid = if *takes_bids && !dice.once_in(9) {
                format!("\"{}\"", cents(dice, 35, 60))
            } else {
                "NoLimit".to_owned()
            };
            let after = if dice.once_in(12) { after } else { "" };
            spot.push(format!("(type: \"{name}\", bid: {bid}{cap}{after}), "));
        }
        if *has_standard && dice.once_in(2) {
            let cap = if dice.once_in(2) { cap } else { "" };
            standard.push(format!("(type: \"{name}\"{cap}{after}), "));
        }
    }
    if spot.is_empty() && standard.is_empty() {
        standard.push("(type: \"C\"), ".to_owned());
    }
    let has_standard = !standard.is_empty();
    // Once in a while, what is preferred is not the spot types.
    let standard_at = if dice.once_in(6) { dice.below(spot.len() as u64 + 1) as usize } else { spot.len() };
    spot.splice(standard_at..standard_at, standard);
    (spot.concat(), has_standard)
}

fn move_back(with_order: bool, dice: &mut Dice) -> String {
    if dice.once_in(3) {
        return String::new();
    }
    let mut terms = vec![];
    if dice.once_in(3) {
        terms.push("dwell: \"10m\"");
    }
    if dice.once_in(3) {
        terms.push(dice.pick(&["min_saving: \"10%\"", "min_saving: \"0.05\""]));
    }
    if with_order && dice.once_in(2) {
        terms.push("order: BreakBeforeMake");
    }
    if terms.is_empty() {
        ", move_back: WhenAvailable".to_owned()
    } else {
        format!(", move_back: WhenAvailable({})", terms.join(", "))
    }
}
