//! The downhill simplex of Nelder and Mead (1965): a minimum without derivatives, the same on every machine.

/// How often the function is asked at most, per dimension.
const CALLS_PER_DIMENSION: usize = 150;

/// A place with a low value of `function`, found from `start` with first steps of these sizes.
pub(super) fn minimum(start: &[f64], steps: &[f64], function: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let dimensions = start.len();
    let mut corners: Vec<(f64, Vec<f64>)> = Vec::with_capacity(dimensions + 1);
    corners.push((function(start), start.to_vec()));
    for (index, step) in steps.iter().enumerate() {
        let mut corner = start.to_vec();
        corner[index] += step;
        corners.push((function(&corner), corner));
    }
    let mut calls = corners.len();
    while calls < CALLS_PER_DIMENSION * dimensions {
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (best, worst) = (corners[0].0, corners[dimensions].0);
        if worst - best <= 1e-9 * (1.0 + best.abs()) {
            break;
        }
        let centre: Vec<f64> = (0..dimensions)
            .map(|index| {
                corners[..dimensions].iter().map(|(_, corner)| corner[index]).sum::<f64>() / dimensions as f64
            })
            .collect();
        let along = |factor: f64| -> (f64, Vec<f64>) {
            let from = &corners[dimensions].1;
            let corner: Vec<f64> =
                centre.iter().zip(from).map(|(centre, from)| centre + factor * (centre - from)).collect();
            (function(&corner), corner)
        };
        let reflected = along(1.0);
        calls += 1;
        let replacement = if reflected.0 < best {
            let further = along(2.0);
            calls += 1;
            Some(if further.0 < reflected.0 { further } else { reflected })
        } else if reflected.0 < corners[dimensions - 1].0 {
            Some(reflected)
        } else {
            let nearer = along(if reflected.0 < worst { 0.5 } else { -0.5 });
            calls += 1;
            (nearer.0 < worst.min(reflected.0)).then_some(nearer)
        };
        if let Some(corner) = replacement {
            corners[dimensions] = corner;
        } else {
            let best = corners[0].1.clone();
            for (value, corner) in &mut corners[1..] {
                for (place, best) in corner.iter_mut().zip(&best) {
                    *place = best + 0.5 * (*place - best);
                }
                *value = function(corner);
            }
            calls += dimensions;
        }
    }
    corners.sort_by(|a, b| a.0.total_cmp(&b.0));
    corners.swap_remove(0).1
}

#[cfg(test)]
mod tests {
    use super::minimum;

    #[test]
    fn the_valley_of_rosenbrock_is_found() {
        let found = minimum(&[-1.2, 1.0], &[0.1, 0.1], |x| {
            100.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2)
        });
        assert!((found[0] - 1.0).abs() < 1e-2 && (found[1] - 1.0).abs() < 2e-2, "{found:?}");
    }
}
