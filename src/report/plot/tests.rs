//! Pictures of ordinary and awkward studies: well-formed, repeatable, and no text on another.

use super::distribution::lay_out as lay_out_distribution;
use super::sheet::{Align, Shape, Sheet};
use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use std::path::PathBuf;

fn summarised(name: &str, costs: Vec<f64>) -> DistributionStrategy {
    let mut sorted = costs.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |per_mille: usize| sorted[crate::montecarlo::quantile_rank(per_mille, sorted.len()) - 1];
    let mean = costs.iter().sum::<f64>() / costs.len() as f64;
    DistributionStrategy { name: name.to_owned(), mean, p5: at(50), p50: at(500), p95: at(950), costs }
}

fn normals(seed: u64, n: usize, mean: f64, spread: f64) -> Vec<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    (0..n).map(|_| StandardNormal.sample(&mut rng)).map(|z: f64| mean + spread * z).collect()
}

fn skewed(seed: u64, n: usize, median: f64, sigma: f64) -> Vec<f64> {
    normals(seed, n, 0.0, sigma).into_iter().map(|z| median * z.exp()).collect()
}

fn study(subtitle: &str, strategies: Vec<DistributionStrategy>) -> DistributionPicture {
    DistributionPicture {
        title: "What a training fleet costs under each purchase strategy".to_owned(),
        subtitle: subtitle.to_owned(),
        currency: "CNY".to_owned(),
        horizon: "30 days".to_owned(),
        strategies,
    }
}

fn distributions() -> Vec<(&'static str, DistributionPicture)> {
    let thousands = "2,000 replications, seed 1, 30 days";
    let on_demand = || summarised("on demand", vec![12_960.0; 2_000]);
    let ordinary = vec![
        on_demand(),
        summarised("spot, bid at the standard price", normals(1, 2_000, 6_300.0, 480.0)),
        summarised("spot, fall back to on demand", skewed(2, 2_000, 7_400.0, 0.14)),
    ];
    let long_tail = vec![
        summarised("spot with retries", {
            let mut costs = skewed(3, 2_000, 800.0, 0.2);
            costs.iter_mut().step_by(230).for_each(|cost| *cost *= 14.0);
            costs
        }),
        summarised("reserved", normals(4, 2_000, 1_150.0, 4.0)),
    ];
    let eight = (0..8)
        .map(|i| {
            let name = format!("{i}: spot in three zones of two regions, highest stock first, bid 1.{i}0 × standard, fall back after 15 min");
            summarised(&name, skewed(10 + i, 2_000, 101_000.0 + 9_000.5 * i as f64, 0.04 + 0.02 * i as f64))
        })
        .collect();
    let few = vec![
        summarised("spot", skewed(5, 24, 310.0, 0.25)),
        summarised("mixed", normals(6, 24, 402.0, 9.0)),
        summarised("on demand", vec![455.04; 24]),
    ];
    let tokens = vec![
        summarised("per token", normals(7, 500, 0.004_1, 0.000_2)),
        summarised("provisioned", vec![0.0062; 500]),
        summarised("with a refund", normals(8, 500, -0.000_4, 0.000_3)),
    ];
    vec![
        ("ordinary", study(thousands, ordinary)),
        (
            "one-strategy",
            study(
                thousands,
                vec![summarised("spot, fall back to on demand", skewed(2, 2_000, 7_400.0, 0.14))],
            ),
        ),
        ("long-tail", study(thousands, long_tail)),
        (
            "all-equal",
            study(thousands, vec![on_demand(), summarised("also on demand", vec![12_960.0; 2_000])]),
        ),
        ("eight", study(thousands, eight)),
        (
            "one-replication",
            study(
                "1 replication, seed 1, 30 days",
                vec![
                    summarised("spot", vec![5_812.4]),
                    summarised("mixed", vec![7_010.0]),
                    summarised("on demand", vec![12_960.0]),
                ],
            ),
        ),
        ("few", study("24 replications, seed 1, 30 days", few)),
        ("tokens", study("500 replications, seed 1", tokens)),
        ("free", study("3 replications", vec![summarised("free tier", vec![0.0; 3])])),
        (
            "names",
            study(
                "2 replications",
                vec![
                    summarised("a<b & \"c\"", vec![1.0, 2.0]),
                    summarised("竞价实例，自动回退", vec![1.5, 2.5]),
                ],
            ),
        ),
    ]
}

/// The pictures' files go to `PLOT_GALLERY` if that names a directory, to be looked at.
fn gallery() -> Option<PathBuf> {
    std::env::var_os("PLOT_GALLERY").map(PathBuf::from)
}

#[test]
fn distributions_render() {
    for (name, picture) in distributions() {
        let (svg, png) = cost_distribution(&picture).unwrap();
        if let Some(directory) = gallery() {
            std::fs::write(directory.join(format!("distribution-{name}.svg")), &svg).unwrap();
            std::fs::write(directory.join(format!("distribution-{name}.png")), &png).unwrap();
        }
    }
}
