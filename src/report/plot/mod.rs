//! Pictures of a study as SVG and PNG: the same drawing twice, 1,200 points wide.
//!
//! Owns layout, axes, colours and fonts. It knows no strategy, market or world: the input structs are names and
//! numbers. A picture is first laid out as a list of shapes (`sheet`), which tests can read, then drawn by two
//! plotters backends (`render`).
//!
//! Invariants: equal input gives equal bytes on every run and machine (no hash maps, no clock, no system fonts);
//! no colour is the only carrier of a meaning (Okabe and Ito's palette, and always a label or a line style besides).

pub(super) mod axis;
mod balance;
mod bars;
mod contour;
mod distribution;
mod forecast;
mod front;
mod heat;
mod labels;
mod lane;
mod lines;
mod palette;
mod price_lane;
mod race;
mod render;
mod sheet;
mod timeline;
mod traffic;
mod usage_lane;
mod utilisation;

pub use balance::{BalancePanel, BalancePicture, FanPoint, balance};
pub use bars::{Bar, BarRow, BarsPicture, bars};
pub use distribution::{DistributionPicture, DistributionStrategy, cost_distribution};
pub use forecast::{ForecastLane, ForecastMonth, ForecastPicture, forecast};
pub use front::{FrontDot, FrontPicture, front};
pub use heat::{HeatPicture, heat_map};
pub use lines::{LineMark, LinePoint, LineSeries, LinesPicture, lines};
pub use race::{RaceEnd, RacePicture, RaceRow, race};
pub use timeline::{HeldBlock, HeldKind, PriceLane, TimelinePicture, timeline};
pub use traffic::{TokenLane, TokenMinute, TrafficPicture, traffic};
pub use utilisation::{UtilisationCurve, UtilisationLane, UtilisationPicture, utilisation};

/// A drawing as SVG text and as the bytes of a PNG file.
pub type Rendered = (String, Vec<u8>);

/// Why a picture cannot be drawn.
#[derive(Debug, thiserror::Error)]
pub enum PlotError {
    /// There is nothing on it.
    #[error("nothing to draw: {0}")]
    Empty(&'static str),
    /// A number that has no place on an axis.
    #[error("{0} has a value that is not finite")]
    NotFinite(String),
    /// A drawing backend or encoder failed.
    #[error("drawing failed: {0}")]
    Backend(String),
}

#[cfg(test)]
mod balance_samples;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod traffic_samples;
#[cfg(test)]
mod what_if_samples;
#[cfg(test)]
mod tests;
