//! Pictures of ordinary and awkward studies: well-formed, repeatable, and no text on another.

use super::samples::{distributions, timelines};
use super::*;
use std::path::PathBuf;

/// The pictures' files go to `PLOT_GALLERY` if that names a directory, to be looked at.
fn gallery() -> Option<PathBuf> {
    std::env::var_os("PLOT_GALLERY").map(PathBuf::from)
}

#[test]
fn distributions_render() {
    for (name, picture) in distributions() {
        let (svg, png) = cost_distribution(&picture).unwrap();
        if let Some(directory) = gallery() {
            std::fs::write(directory.join(format!("distribution-{name}.svg")), &svg).unwrap();
            std::fs::write(directory.join(format!("distribution-{name}.png")), &png).unwrap();
        }
    }
}

#[test]
fn timelines_render() {
    for (name, picture) in timelines() {
        let (svg, png) = timeline(&picture).unwrap();
        if let Some(directory) = gallery() {
            std::fs::write(directory.join(format!("timeline-{name}.svg")), &svg).unwrap();
            std::fs::write(directory.join(format!("timeline-{name}.png")), &png).unwrap();
        }
    }
}
