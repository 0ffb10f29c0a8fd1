//! Splits of a record in two, to begin with: by price, by direction, by unrest.

use crate::montecarlo::history::grid::Grid;

/// How sure a first split is of itself.
const SURE: f64 = 0.9;

/// Several splits: for each the probability of the second regime at each transition.
pub(super) fn all(grid: &Grid) -> Vec<Vec<f64>> {
    let prices = &grid.prices;
    let n = grid.count();
    let mut splits = vec![by_threshold(prices[..n].to_vec()), by_threshold(prices[1..].to_vec())];
    // Slow regimes show in where the price is heading: its change over a while.
    for share in [200, 50, 12] {
        let width = (n / share).max(2);
        let slope =
            |place: usize| prices[(place + width / 2 + 1).min(n)] - prices[place.saturating_sub(width / 2)];
        splits.push(by_threshold((0..n).map(slope).collect()));
    }
    let unrest = |place: usize| {
        let around = place.saturating_sub(2)..(place + 3).min(n);
        around.map(|place| (prices[place + 1] - prices[place]).abs()).sum::<f64>()
    };
    splits.push(by_threshold((0..n).map(unrest).collect()));
    splits
}

/// Two clusters on a line (k-means from the quartiles).
fn by_threshold(values: Vec<f64>) -> Vec<f64> {
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: usize| sorted[(sorted.len() * share / 100).min(sorted.len() - 1)];
    let (mut low, mut high) = (at(25), at(95));
    for _ in 0..50 {
        let border = f64::midpoint(low, high);
        let parted = sorted.partition_point(|value| *value <= border);
        if parted == 0 || parted == sorted.len() {
            break;
        }
        let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
        (low, high) = (mean(&sorted[..parted]), mean(&sorted[parted..]));
    }
    let border = f64::midpoint(low, high);
    values.into_iter().map(|value| if value > border { SURE } else { 1.0 - SURE }).collect()
}
