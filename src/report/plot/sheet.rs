//! A drawing as a list of shapes in points (1/96 inch), y downwards. Layout writes it, backends and tests read it.

use super::palette::Ink;
use super::render::text_width;

/// How heavy letters are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Weight {
    Normal,
    Bold,
}

/// Which part of a text stands at its position.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Align {
    Left,
    Middle,
    Right,
}

/// Size, weight, colour and alignment of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Type {
    /// Points per em.
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
    pub(super) align: Align,
}

impl Type {
    pub(super) const fn new(size: f64, ink: Ink) -> Self {
        Self { size, weight: Weight::Normal, ink, align: Align::Left }
    }
    pub(super) const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }
    pub(super) const fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }
    /// How wide `text` is, in points.
    pub(super) fn width(&self, text: &str) -> f64 {
        text_width(text, self.size, self.weight)
    }
}

/// One thing on the sheet.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Shape {
    /// A filled rectangle from its upper left corner.
    Block { x: f64, y: f64, width: f64, height: f64, ink: Ink },
    /// A line through points.
    Path { points: Vec<(f64, f64)>, width: f64, ink: Ink },
    /// A filled polygon.
    Area { points: Vec<(f64, f64)>, ink: Ink },
    /// A filled circle.
    Disc { x: f64, y: f64, radius: f64, ink: Ink },
    /// A line of text on a baseline.
    Text { x: f64, baseline: f64, text: String, style: Type },
}

/// The shapes of one picture, first drawn first.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Sheet {
    /// What the picture shows, for readers that cannot see it.
    pub(super) title: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

impl Sheet {
    pub(super) fn new(title: &str, width: f64) -> Self {
        Self { title: printable(title), width, height: 0.0, shapes: Vec::new() }
    }

    pub(super) fn block(&mut self, x: f64, y: f64, width: f64, height: f64, ink: Ink) {
        self.shapes.push(Shape::Block { x, y, width, height, ink });
    }

    /// A vertical line centred on `x`.
    pub(super) fn vertical(&mut self, x: f64, from: f64, to: f64, width: f64, ink: Ink) {
        self.block(x - width / 2.0, from, width, to - from, ink);
    }

    /// A horizontal line centred on `y`.
    pub(super) fn horizontal(&mut self, y: f64, from: f64, to: f64, width: f64, ink: Ink) {
        self.block(from, y - width / 2.0, to - from, width, ink);
    }

    /// A horizontal line in dashes of `dash` points with gaps of `gap`.
    pub(super) fn dashed(
        &mut self,
        y: f64,
        (from, to): (f64, f64),
        (dash, gap): (f64, f64),
        width: f64,
        ink: Ink,
    ) {
        let mut x = from;
        while x < to {
            self.horizontal(y, x, (x + dash).min(to), width, ink);
            x += dash + gap;
        }
    }

    /// The outline of a rectangle, inside it.
    pub(super) fn frame(&mut self, x: f64, y: f64, width: f64, height: f64, line: f64, ink: Ink) {
        let line_x = line.min(width);
        self.block(x, y, width, line, ink);
        self.block(x, y + height - line, width, line, ink);
        self.block(x, y, line_x, height, ink);
        self.block(x + width - line_x, y, line_x, height, ink);
    }

    /// Diagonal strokes inside a rectangle, on one raster for the whole sheet so that neighbours continue each other.
    pub(super) fn hatch(&mut self, (left, right): (f64, f64), (top, bottom): (f64, f64), gap: f64, ink: Ink) {
        // The strokes are x + y = k · gap.
        let first = ((left + top) / gap).ceil() as i64;
        let last = ((right + bottom) / gap).floor() as i64;
        for index in first..=last {
            let sum = index as f64 * gap;
            let (x0, x1) = ((sum - bottom).max(left), (sum - top).min(right));
            if x1 - x0 > 0.4 {
                self.path(vec![(x0, sum - x0), (x1, sum - x1)], 1.0, ink);
            }
        }
    }

    pub(super) fn path(&mut self, points: Vec<(f64, f64)>, width: f64, ink: Ink) {
        if points.len() > 1 {
            self.shapes.push(Shape::Path { points, width, ink });
        }
    }

    pub(super) fn area(&mut self, points: Vec<(f64, f64)>, ink: Ink) {
        if points.len() > 2 {
            self.shapes.push(Shape::Area { points, ink });
        }
    }

    pub(super) fn disc(&mut self, x: f64, y: f64, radius: f64, ink: Ink) {
        self.shapes.push(Shape::Disc { x, y, radius, ink });
    }

    pub(super) fn text(&mut self, x: f64, baseline: f64, text: &str, style: Type) {
        self.shapes.push(Shape::Text { x, baseline, text: printable(text), style });
    }

    /// Text shortened with an ellipsis to fit `width`.
    pub(super) fn text_within(&mut self, x: f64, baseline: f64, width: f64, text: &str, style: Type) {
        let text = shortened(&printable(text), width, style);
        self.text(x, baseline, &text, style);
    }
}

/// `text`, or as much of its beginning as fits `width` with an ellipsis.
pub(super) fn shortened(text: &str, width: f64, style: Type) -> String {
    if style.width(text) <= width {
        return text.to_owned();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let candidate = format!("{}…", kept.iter().collect::<String>().trim_end());
        if style.width(&candidate) <= width {
            return candidate;
        }
    }
    String::new()
}

/// Control characters have no place in XML 1.0, nor on one line of a picture.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}
