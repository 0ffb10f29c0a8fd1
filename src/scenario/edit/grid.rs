//! Every combination of the values of several axes.

use super::EditError;
use super::axis::Axis;
use super::template::{Input, Template};

/// A full grid over one to three axes. The last axis varies fastest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grid {
    axes: Vec<Axis>,
}

impl Grid {
    /// More axes than this can be neither shown nor read.
    pub const AXES_MOST: usize = 3;
    /// More points than this are a slip of the finger.
    pub const POINTS_MOST: usize = 2_500;

    /// Reads the axes of the command line.
    ///
    /// # Errors
    /// An axis that is wrong, two that vary one value, or too many axes or points.
    pub fn parse(template: &Template, axes: &[String]) -> Result<Self, EditError> {
        if axes.len() > Self::AXES_MOST {
            let why = format!("at most {} values vary at once", Self::AXES_MOST);
            return Err(EditError::Axis(axes.join(" "), why));
        }
        let axes: Vec<Axis> =
            axes.iter().map(|axis| Axis::parse(template, axis)).collect::<Result<_, _>>()?;
        template.are_apart(&axes.iter().map(|axis| &axis.input).collect::<Vec<_>>())?;
        let grid = Self { axes };
        if grid.len() > Self::POINTS_MOST {
            let paths: Vec<&str> = grid.axes.iter().map(|axis| axis.input.path()).collect();
            let counts: Vec<String> = grid.axes.iter().map(|axis| axis.values.len().to_string()).collect();
            return Err(EditError::Axis(
                paths.join(", "),
                format!(
                    "the grid has {} points ({}), and {} are the most: give fewer values",
                    grid.len(),
                    counts.join(" × "),
                    Self::POINTS_MOST
                ),
            ));
        }
        Ok(grid)
    }

    /// Its axes, in the order given.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// How many points it has.
    pub fn len(&self) -> usize {
        self.axes.iter().map(|axis| axis.values.len()).product()
    }

    /// A grid has at least one point.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a point on each axis.
    pub fn places(&self, point: usize) -> Vec<usize> {
        let mut rest = point;
        let mut places: Vec<usize> = Vec::new();
        for axis in self.axes.iter().rev() {
            places.push(rest % axis.values.len());
            rest /= axis.values.len();
        }
        places.reverse();
        places
    }

    /// The values of a point.
    pub fn settings(&self, point: usize) -> Vec<(&Input, &str)> {
        let placed = self.axes.iter().zip(self.places(point));
        placed.map(|(axis, place)| (&axis.input, axis.values[place].as_str())).collect()
    }
}
