//! Colours that stay apart for colour-blind readers.

/// An opaque colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Ink(pub(super) u8, pub(super) u8, pub(super) u8);

impl Ink {
    pub(super) const WHITE: Self = Self(255, 255, 255);
    /// Titles and numbers.
    pub(super) const TEXT: Self = Self(28, 32, 36);
    /// Everything a reader may skip at first sight; 5.5 : 1 on white.
    pub(super) const MUTED: Self = Self(98, 104, 112);
    /// Axis lines and ticks.
    pub(super) const AXIS: Self = Self(140, 146, 152);
    /// Grid lines.
    pub(super) const GRID: Self = Self(228, 231, 234);
    /// Something was lost or is missing: reclaims, waiting.
    pub(super) const ALARM: Self = Self(190, 30, 45);

    /// The colour with `share` (0 to 1) of itself on white. Mixed here, because transparency would make overlaps darker.
    pub(super) fn tint(self, share: f64) -> Self {
        let mix = |channel: u8| (255.0 - (255.0 - f64::from(channel)) * share).round() as u8;
        Self(mix(self.0), mix(self.1), mix(self.2))
    }

    /// The colour darkened by a third, for letters: the pale ones are hard to read on white.
    pub(super) fn shade(self) -> Self {
        let darker = |channel: u8| (f64::from(channel) * 0.66).round() as u8;
        Self(darker(self.0), darker(self.1), darker(self.2))
    }
}

/// Okabe and Ito (2008), "Color Universal Design", without the yellow, which is too pale for lines on white.
const SERIES: [Ink; 7] = [
    Ink(0, 114, 178),
    Ink(213, 94, 0),
    Ink(0, 158, 115),
    Ink(204, 121, 167),
    Ink(230, 159, 0),
    Ink(86, 180, 233),
    Ink(70, 70, 70),
];

/// The colour of the `index`-th series; colours come again after seven, names do not.
pub(super) fn series(index: usize) -> Ink {
    SERIES[index % SERIES.len()]
}

/// Cividis, at equal distances (Nuñez, Anderton and Renslow 2018): as good for colour-blind readers as for others, and
/// lighter all the way.
const CIVIDIS: [Ink; 10] = [
    Ink(0, 34, 78),
    Ink(18, 53, 112),
    Ink(59, 73, 108),
    Ink(87, 93, 109),
    Ink(112, 113, 115),
    Ink(138, 134, 120),
    Ink(165, 156, 116),
    Ink(195, 179, 105),
    Ink(225, 204, 85),
    Ink(254, 232, 56),
];

/// The colour of a share of the way from the least to the greatest value.
pub(super) fn sequential(share: f64) -> Ink {
    let place = share.clamp(0.0, 1.0) * (CIVIDIS.len() - 1) as f64;
    let index = (place as usize).min(CIVIDIS.len() - 2);
    let (low, high, part) = (CIVIDIS[index], CIVIDIS[index + 1], place - index as f64);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part).round() as u8;
    Ink(mix(low.0, high.0), mix(low.1, high.1), mix(low.2, high.2))
}
