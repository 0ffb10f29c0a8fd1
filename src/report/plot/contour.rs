//! Contours of values on a grid: marching squares between the centres of cells (Lorensen and Cline 1987, in the plane).

/// A point in units of cells: column and row.
pub(super) type At = (f64, f64);

/// The pieces of a contour: straight lines between points on the edges of squares whose corners are four neighbouring cells.
/// Squares with an unknown corner have none. In a square whose opposite corners are on the same side, the mean of the four
/// decides how the two lines run.
pub(super) fn segments(cells: &[Vec<Option<f64>>], level: f64) -> Vec<[At; 2]> {
    let mut found = Vec::new();
    for (row, pair) in cells.windows(2).enumerate() {
        for column in 1..pair[0].len().min(pair[1].len()) {
            let corners = (pair[0][column - 1], pair[0][column], pair[1][column], pair[1][column - 1]);
            if let (Some(a), Some(b), Some(c), Some(d)) = corners {
                square([a, b, c, d], level, ((column - 1) as f64, row as f64), &mut found);
            }
        }
    }
    found
}

/// The pieces in one square; its corners go round from the one at `origin`.
fn square(values: [f64; 4], level: f64, (column, row): At, found: &mut Vec<[At; 2]>) {
    const CORNERS: [At; 4] = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let above = values.map(|value| value >= level);
    // Where the contour crosses each edge, from corner i to i + 1.
    let mut crossings = Vec::new();
    for edge in 0..4 {
        let next = (edge + 1) % 4;
        if above[edge] != above[next] {
            let share = (level - values[edge]) / (values[next] - values[edge]);
            let (from, to) = (CORNERS[edge], CORNERS[next]);
            let x = column + from.0 + share * (to.0 - from.0);
            let y = row + from.1 + share * (to.1 - from.1);
            crossings.push((x, y));
        }
    }
    match crossings[..] {
        [a, b] => found.push([a, b]),
        [a, b, c, d] => {
            let middle_above = values.iter().sum::<f64>() / 4.0 >= level;
            // Corner 1 lies between the first two edges: it is cut off unless the middle is on its side.
            if above[1] == middle_above {
                found.extend([[d, a], [b, c]]);
            } else {
                found.extend([[a, b], [c, d]]);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(rows: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
        rows.iter().map(|row| row.iter().map(|value| Some(*value)).collect()).collect()
    }

    #[test]
    fn a_slope_has_one_straight_line_where_the_level_is() {
        // x runs 0, 10, 20 and y changes nothing: 5 is half-way between the first two columns.
        let found = segments(&grid(&[&[0.0, 10.0, 20.0], &[0.0, 10.0, 20.0]]), 5.0);
        assert_eq!(found, [[(0.5, 0.0), (0.5, 1.0)]]);
        assert!(segments(&grid(&[&[0.0, 10.0], &[0.0, 10.0]]), 11.0).is_empty());
    }

    #[test]
    fn a_saddle_is_cut_at_the_corners_that_the_middle_is_not_like() {
        // The middle is 5: above 4, below 6.
        let saddle = grid(&[&[10.0, 0.0], &[0.0, 10.0]]);
        let near = |at: At, corner: At| (at.0 - corner.0).abs() + (at.1 - corner.1).abs() < 1.0;
        let cut = |level: f64, corner: At| {
            segments(&saddle, level).iter().any(|[a, b]| near(*a, corner) && near(*b, corner))
        };
        assert!(cut(4.0, (1.0, 0.0)) && cut(4.0, (0.0, 1.0)), "the low corners are apart");
        assert!(cut(6.0, (0.0, 0.0)) && cut(6.0, (1.0, 1.0)), "the high corners are apart");
    }

    #[test]
    fn an_unknown_cell_has_no_contour_around_it() {
        let mut cells = grid(&[&[0.0, 10.0, 0.0], &[0.0, 10.0, 0.0]]);
        cells[1][2] = None;
        assert_eq!(segments(&cells, 5.0), [[(0.5, 0.0), (0.5, 1.0)]]);
    }
}
