//! What each input of a scenario does to a figure: one at a time, or as shares of its spread.

mod one_at_a_time;
mod spread;

pub use one_at_a_time::{InputResult, Sensitivity, SideResult};
pub use spread::{SobolResult, Spread};
