//! Labels along a line, moved apart so that none covers another.

/// A label's centre along the line and the room it takes.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Label {
    pub(super) at: f64,
    pub(super) size: f64,
    pub(super) text: String,
}

/// Moves labels.
pub(super) struct Labels;

impl Labels {
    /// Labels in the order of their centres, each as near to where it wants to be as its neighbours and the ends allow. If
    /// there is too little room for all, they go beyond the far end.
    pub(super) fn spread(mut labels: Vec<Label>, (low, high): (f64, f64)) -> Vec<Label> {
        labels.sort_by(|a, b| a.at.total_cmp(&b.at));
        let mut least = low;
        for label in &mut labels {
            label.at = label.at.max(least + label.size / 2.0);
            least = label.at + label.size / 2.0;
        }
        let mut most = high.max(low + labels.iter().map(|label| label.size).sum::<f64>());
        for label in labels.iter_mut().rev() {
            label.at = label.at.min(most - label.size / 2.0);
            most = label.at - label.size / 2.0;
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(wanted: &[f64]) -> Vec<f64> {
        let labels = wanted.iter().map(|at| Label { at: *at, size: 10.0, text: String::new() }).collect();
        Labels::spread(labels, (0.0, 100.0)).iter().map(|label| label.at).collect()
    }

    #[test]
    fn labels_keep_their_place_where_they_can_and_their_distance_where_not() {
        assert_eq!(spread(&[20.0, 50.0]), [20.0, 50.0]);
        assert_eq!(spread(&[50.0, 52.0, 20.0]), [20.0, 50.0, 60.0]);
        assert_eq!(spread(&[99.0, 98.0, -5.0]), [5.0, 85.0, 95.0]);
        assert_eq!(spread(&[50.0; 12]).len(), 12);
    }
}
