use super::*;
use crate::world::stream::{Words, stream};
use crate::world::theory::{assert_counts, assert_follows, normal_cumulative};
use std::sync::Arc;

#[test]
fn lognormal_lengths_are_those_of_double_precision() {
    for (median, sigma) in [(900.0, 1.1), (1.0, 0.0), (100.4, 0.3), (20_000.0, 1.7)] {
        let log_normal = LogNormal::new(median, sigma, 10_000_000);
        for step in -6_000..6_000 {
            let normal = step as f32 / 1_000.0;
            let exact = median * libm::exp(sigma * f64::from(normal));
            let tokens = f64::from(log_normal.tokens(normal));
            let tolerance = 0.5 + exact * 2e-6;
            assert!(
                (tokens - exact.clamp(1.0, 1e7)).abs() <= tolerance,
                "{median} {sigma} {normal}: {tokens}, expected {exact}"
            );
        }
    }
}

#[test]
fn lengths_are_cut_at_both_ends() {
    let log_normal = LogNormal::new(10.0, 3.0, 5_000);
    assert_eq!((log_normal.tokens(-6.6), log_normal.tokens(6.6)), (1, 5_000));
    // Awkward: a spread beyond all reason neither overflows nor turns round; a cut beyond what single precision tells.
    let wild = LogNormal::new(1e6, 1e3, u32::MAX);
    assert_eq!((wild.tokens(-6.6), wild.tokens(6.6), wild.tokens(0.0)), (1, 4_294_967_040, 1_000_000));
    assert_eq!(LogNormal::new(1e9, 9.0, 16_777_219).tokens(3.0), 16_777_219);
}

#[test]
fn a_median_is_exact_without_spread() {
    assert_eq!(LogNormal::new(777.0, 0.0, 9_999).tokens(-3.2), 777);
    assert_eq!(LogNormal::new(777.5, 0.0, 9_999).tokens(1.0), 778);
}

/// `count` lengths of a distribution as a tenant's calls get them.
fn draw_many(lengths: &Lengths, count: usize) -> Vec<u32> {
    let mut table = AliasTable::default();
    table.prepare(lengths);
    let mut generator = stream(3, 0, 1, "calls");
    let (mut all, mut column) = (Vec::new(), [0; 32]);
    while all.len() < count {
        draw_lengths(lengths, &table, &[0.0; 32], (&mut generator, 32), &mut column);
        all.extend_from_slice(&column);
    }
    all
}

fn histogram(bins: &[(u32, u32, f64)]) -> Lengths {
    let bin = |&(from, to, weight)| LengthBin { from, to, weight };
    Lengths::Histogram(bins.iter().map(bin).collect::<Arc<[LengthBin]>>())
}

#[test]
fn histograms_come_out_with_their_weights() {
    // Awkward: a bin of weight 0, one of most of the weight, weights that do not add up to 1.
    let bins: Vec<(u32, u32, f64)> = [3.0, 0.0, 40.0, 1.0, 0.5, 7.5, 2.0]
        .iter()
        .enumerate()
        .map(|(bin, &weight)| (bin as u32 * 10, bin as u32 * 10 + 9, weight))
        .collect();
    let draws = draw_many(&histogram(&bins), 54_000);
    let mut counts = [0_u32; 7];
    for tokens in &draws {
        counts[(tokens / 10) as usize] += 1;
    }
    assert_eq!(counts[1], 0);
    let seen: Vec<u32> = counts.iter().copied().filter(|&count| count > 0).collect();
    let weights = [3.0, 40.0, 1.0, 0.5, 7.5, 2.0].map(|weight| weight / 54.0 * draws.len() as f64);
    assert_counts(&seen, |cell| weights[cell], 5.0);
}

#[test]
fn a_bin_is_even_with_both_ends() {
    let draws = draw_many(&histogram(&[(5, 10, 1.0)]), 12_000);
    let mut counts = [0_u32; 6];
    for tokens in &draws {
        counts[*tokens as usize - 5] += 1;
    }
    assert_counts(&counts, |_| draws.len() as f64 / 6.0, 5.0);
    assert_eq!(draw_many(&histogram(&[(0, 0, 2.0)]), 32), [0; 32]);
    // Awkward: the widest bin there is.
    let mut wide: Vec<f64> =
        draw_many(&histogram(&[(0, u32::MAX, 1.0)]), 20_000).into_iter().map(f64::from).collect();
    assert_follows(&mut wide, |tokens| tokens / f64::from(u32::MAX));
}

#[test]
fn the_alias_table_gives_every_bin_its_share_exactly() {
    // Every word counts once: the share of the words of each bin, summed over the slots.
    let bins: Vec<(u32, u32, f64)> = (0..37)
        .map(|bin| (bin, bin, f64::from(bin * bin % 11) + if bin == 3 { 400.0 } else { 0.0 }))
        .collect();
    let mut table = AliasTable::default();
    table.prepare(&histogram(&bins));
    let mut shares = vec![0.0; bins.len()];
    for (own, slot) in table.slots.iter().enumerate() {
        let part = if slot.other as usize == own { 1.0 } else { f64::from(slot.own) / 2.0_f64.powi(32) };
        shares[own] += part;
        shares[slot.other as usize] += 1.0 - part;
    }
    let sum: f64 = bins.iter().map(|bin| bin.2).sum();
    for (share, bin) in shares.iter().zip(&bins) {
        assert!((share / 37.0 - bin.2 / sum).abs() < 1e-9, "{bin:?}: {share}");
    }
}

#[test]
fn lognormal_lengths_follow_their_law() {
    let lengths = Lengths::LogNormal { median: 5e6, sigma: 0.8, most: 2_000_000_000 };
    let mut generator = stream(3, 0, 2, "calls");
    let mut normals = vec![0.0; 20_480];
    crate::world::normal::fill_normals(&mut Words::of(3, 0, 2, "normals"), &mut normals);
    let (mut all, mut column) = (Vec::new(), [0; 32]);
    for part in normals.as_chunks::<32>().0 {
        let table = AliasTable::default();
        draw_lengths(&lengths, &table, part, (&mut generator, 32), &mut column);
        all.extend(column.iter().map(|&tokens| f64::from(tokens)));
    }
    assert_follows(&mut all, |tokens| normal_cumulative(libm::log(tokens / 5e6) / 0.8));
}
