use super::*;
use crate::world::stream::{Dice, stream};

/// The format in words: from each aligned block the drives are summed up from nothing and the decayed price before it is
/// added, unless a price of the block would leave the bounds; then, and at the ragged ends, step follows step.
fn one_block_after_another(
    speed: f64,
    (floor, cap): (f64, f64),
    mut price: f64,
    first: usize,
    drives: &[f64],
) -> Vec<f64> {
    let stay = 1.0 - speed;
    let mut prices = Vec::new();
    let mut rest = drives;
    while !rest.is_empty() {
        let number = first + prices.len();
        let length = (8 - number % 8).min(rest.len());
        let (block, later) = rest.split_at(length);
        rest = later;
        let (mut sum, mut power, mut ahead) = (0.0, 1.0, Vec::new());
        for drive in block {
            sum = sum * stay + drive;
            power *= stay;
            ahead.push(sum + price * power);
        }
        if length < 8 || ahead.iter().any(|next| *next < floor || *next > cap) {
            ahead.clear();
            for drive in block {
                price = price * stay + drive;
                price = if price < floor {
                    floor
                } else if price > cap {
                    cap
                } else {
                    price
                };
                ahead.push(price);
            }
        }
        price = ahead[length - 1];
        prices.extend(ahead);
    }
    prices
}

#[test]
fn neither_batches_nor_vectors_reach_the_bits() {
    let mut dice = Dice::plain(stream(1, 0, 0, "drives"));
    // Bounds that are never met, now and then, and nearly always.
    for (half_width, first, length) in [
        (9.0, 0, 1_024),
        (0.5, 0, 2_051),
        (0.5, 3, 777),
        (0.3, 8, 640),
        (0.05, 5, 300),
        (9.0, 7, 1),
        (9.0, 6, 2),
    ] {
        let (speed, floor, cap) = (0.1, f64::max(1.0 - half_width, 0.0), 1.0 + half_width);
        let drives: Vec<f64> = (0..length).map(|_| speed + 0.3 * (dice.open_uniform() - 0.5)).collect();
        let expected = one_block_after_another(speed, (floor, cap), 1.0, first, &drives);
        let mut prices = drives.clone();
        let last = Reversion::new(1.0, speed, 0.0).run(Bounds::new(floor, cap), 1.0, first, &mut prices);
        let bits = |prices: &[f64]| prices.iter().map(|price| price.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&prices), bits(&expected), "half width {half_width}, from {first}");
        assert_eq!(last.to_bits(), prices[length - 1].to_bits());
    }
}
