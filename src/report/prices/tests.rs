//! What is said of series.
