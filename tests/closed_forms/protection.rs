//! The protected hour on a memoryless stock: only the state at its end counts (A-44).

use super::chain::{Begins, OnOff};
use super::law::{HOUR_MS, agrees, played, recorded, situation};
use deploysim::scenario::Scenario;
use deploysim::sim::{UsageEnd, UsageRecord};

/// So brief that within a protected hour it is often gone and back.
const STOCK: OnOff = OnOff { on: 2.0, off: 0.5 };

fn protected_for(hours: u32, horizon: &str) -> Scenario {
    let stock = STOCK.ron(Begins::In);
    let parts = format!(
        r#"
        settings: (protection_period: "{hours}h"),
        markets: [(name: "A", spot_protected: "0.80", stock: {stock})],
        services: [(name: "service")],
        strategies: [(name: "spot", types: [(type: "A", bid: "1.00")])],
        "#
    );
    situation(horizon, &parts)
}

fn held_hours(usage: &UsageRecord) -> f64 {
    usage.to.since(usage.acquired_at).as_ms() as f64 / HOUR_MS
}

#[test]
fn an_instance_survives_protection_if_there_is_stock_at_its_end() {
    for hours in [1_u32, 2, 4] {
        let length = f64::from(hours);
        let survival = STOCK.in_after(Begins::In, length);
        // Whether an acquisition counts is known when it happens (its protection ends before the horizon), so the sum of
        // (survived − chance) over a run has mean 0 although the number of acquisitions is random.
        let (mut surplus, mut survived, mut all) = (Vec::new(), 0.0, 0.0);
        for (_, story) in recorded(&protected_for(hours, "100h"), 1_500) {
            let counted = story
                .usages
                .iter()
                .filter(|usage| usage.acquired_at.as_ms() as f64 / HOUR_MS < 100.0 - length);
            let outcomes: Vec<f64> =
                counted.map(|usage| f64::from(u8::from(held_hours(usage) > length))).collect();
            let here = outcomes.iter().sum::<f64>();
            surplus.push(here - survival * outcomes.len() as f64);
            survived += here;
            all += outcomes.len() as f64;
        }
        println!(
            "survives {hours} protected hours: theory {survival:.6}, simulated {:.6} of {all}",
            survived / all
        );
        agrees(&format!("survivors beyond theory, {hours} h"), &surplus, 0.0);
    }
}

#[test]
fn an_acquisition_is_held_for_its_hour_and_then_until_the_next_withdrawal() {
    // 1 + P(in stock at 1 h) / λ hours; 40 hours are twenty mean times in stock beyond it, so nothing is cut off.
    let expected = 1.0 + STOCK.in_after(Begins::In, 1.0) / STOCK.leaving();
    let first_held: Vec<f64> =
        recorded(&protected_for(1, "41h"), 6_000).map(|(_, story)| held_hours(&story.usages[0])).collect();
    agrees("hours held by an acquisition", &first_held, expected);
    // Those that end at the hour's end sharp are the ones whose stock was gone then.
    let released_at_the_end: Vec<f64> =
        first_held.iter().map(|held| f64::from(u8::from((held - 1.0).abs() < 1e-9))).collect();
    agrees("released at the end of the hour", &released_at_the_end, 1.0 - STOCK.in_after(Begins::In, 1.0));
}

#[test]
fn held_and_waiting_times_alternate() {
    // Whenever an instance goes there is no stock, so the wait is exponential with rate μ and a cycle renews itself.
    let held = 1.0 + STOCK.in_after(Begins::In, 1.0) / STOCK.leaving();
    let cycle = held + STOCK.off;
    // Between the two renewals the share held is not affine in time at first, so per run compare what renews: the time
    // held by finished instances, less its mean for each of them that was begun before the last 41 hours.
    let surplus: Vec<f64> = recorded(&protected_for(1, "200h"), 1_500)
        .map(|(_, story)| {
            let counted =
                story.usages.iter().filter(|usage| usage.acquired_at.as_ms() as f64 / HOUR_MS < 159.0);
            counted
                .map(|usage| {
                    assert!(usage.end != UsageEnd::Horizon, "forty hours in stock without a withdrawal");
                    held_hours(usage) - held
                })
                .sum()
        })
        .collect();
    agrees("hours held beyond theory", &surplus, 0.0);
    // In the long run it serves held / cycle of the time; the beginning with an acquisition adds a constant, which
    // the difference of two horizons takes away.
    let short = played(&protected_for(1, "100h"), 3_000).of(0, |run| run.running_ms as f64 / HOUR_MS);
    let long = played(&protected_for(1, "300h"), 3_000).of(0, |run| run.running_ms as f64 / HOUR_MS);
    let between: Vec<f64> = long.iter().zip(&short).map(|(long, short)| (long - short) / 200.0).collect();
    agrees("share of time held", &between, held / cycle);
}
