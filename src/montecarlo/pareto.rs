//! Which points nothing else beats in two respects at once.

/// The places of points that no other point beats: none is as low in one coordinate and lower in the other. Both are to be
/// low; turn the sign of what is to be high. Ordered by the first coordinate; equal points are all there, in their order.
///
/// ```
/// use deploysim::montecarlo::pareto_front;
/// // Cost and unavailability.
/// let points = [(9.0, 0.1), (5.0, 0.3), (7.0, 0.3), (4.0, 0.9), (9.0, 0.1)];
/// // Awkward: (7, 0.3) is beaten by (5, 0.3), as bad in one respect and worse in the other; twins are not beaten.
/// assert_eq!(pareto_front(&points), [3, 1, 0, 4]);
/// ```
///
/// # Panics
/// On a coordinate that is not a number.
#[must_use]
pub fn pareto_front(points: &[(f64, f64)]) -> Vec<usize> {
    assert!(points.iter().all(|(a, b)| !a.is_nan() && !b.is_nan()), "a coordinate is a number");
    // Adding zero makes −0 and 0 the same.
    let at = |place: usize| (points[place].0 + 0.0, points[place].1 + 0.0);
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| {
        let ((a0, a1), (b0, b1)) = (at(a), at(b));
        a0.total_cmp(&b0).then(a1.total_cmp(&b1))
    });
    let mut front: Vec<usize> = Vec::new();
    for place in order {
        // From left to right a point is beaten unless it is lower than all before, or the twin of the last one.
        let is_kept = front.last().is_none_or(|&last| at(place).1 < at(last).1 || at(place) == at(last));
        if is_kept {
            front.push(place);
        }
    }
    front
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::montecarlo::standins::{normal, repetition};

    #[test]
    fn it_is_the_definition() {
        let mut rng = repetition(1);
        for size in 0..40 {
            // Rounded, so that coordinates repeat.
            let points: Vec<(f64, f64)> = (0..size)
                .map(|_| ((2.0 * normal(&mut rng)).round(), (2.0 * normal(&mut rng)).round()))
                .collect();
            let beats = |a: (f64, f64), b: (f64, f64)| a.0 <= b.0 && a.1 <= b.1 && (a.0 < b.0 || a.1 < b.1);
            let mut front = pareto_front(&points);
            front.sort_unstable();
            let expected: Vec<usize> =
                (0..size).filter(|&place| !points.iter().any(|&other| beats(other, points[place]))).collect();
            assert_eq!(front, expected, "{points:?}");
        }
    }
}
