//! A sheet drawn by the SVG and the bitmap backend of plotters.
//!
//! Both get coordinates in half points, because backends take whole ones: the SVG declares itself half as large, the
//! PNG has 192 pixels an inch and is twice as wide. Texts are placed by baseline here, since the backends disagree on
//! what a size and an anchor mean.

use super::palette::Ink;
use super::sheet::{Align, Shape, Sheet, Type, Weight};
use super::{PlotError, Rendered};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle, register_font};
use std::fmt::Display;
use std::sync::Once;

/// Device units per point.
const DENSITY: f64 = 2.0;
/// The embedded face first, so that a viewer that has it (or Verdana, of the same widths) matches our measurements.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// The glyph rasteriser's size is the face's ascent plus descent, in em.
const BITMAP_EM: f64 = 1.164;
/// It draws the baseline half a size below the position.
const BITMAP_BASELINE: f64 = 0.5;
/// The SVG backend divides sizes by this before writing them …
const SVG_EM: f64 = 1.24;
/// … and shifts top-anchored text down by this many em.
const SVG_BASELINE: f64 = 0.76;

/// Embedded, so that a machine without fonts draws the same picture. See `DejaVuSans-LICENSE.txt`.
fn register_fonts() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let normal = register_font(FAMILY, FontStyle::Normal, include_bytes!("DejaVuSans-subset.ttf"));
        let bold = register_font(FAMILY, FontStyle::Bold, include_bytes!("DejaVuSans-Bold-subset.ttf"));
        assert!(normal.is_ok() && bold.is_ok(), "the embedded fonts are readable");
    });
}

fn font(size: f64, weight: Weight) -> FontDesc<'static> {
    let style = match weight {
        Weight::Normal => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    FontDesc::new(FontFamily::Name(FAMILY), size, style)
}

/// The width of `text` in points at `size` points per em.
pub(super) fn text_width(text: &str, size: f64, weight: Weight) -> f64 {
    register_fonts();
    // Ideographs are not in our subset; a viewer's font gives each a full em.
    let wide = text.chars().filter(|c| *c >= '\u{2e80}').count();
    let known: String = text.chars().filter(|c| *c < '\u{2e80}').collect();
    // Measured large, since widths come in whole pixels.
    let ((left, _), (right, _)) =
        font(100.0 * BITMAP_EM, weight).layout_box(&known).expect("an embedded font measures any text");
    (f64::from(right - left) / 100.0 + wide as f64) * size
}

/// The sheet as SVG text and as a PNG file.
pub(super) fn render(sheet: &Sheet) -> Result<Rendered, PlotError> {
    register_fonts();
    Ok((svg(sheet)?, png(sheet)?))
}

fn device_size(sheet: &Sheet) -> (u32, u32) {
    ((sheet.width * DENSITY).round() as u32, (sheet.height * DENSITY).round() as u32)
}

fn svg(sheet: &Sheet) -> Result<String, PlotError> {
    let size = device_size(sheet);
    let mut drawn = String::new();
    let mut backend = SVGBackend::with_string(&mut drawn, size);
    draw(&mut backend, sheet, Kind::Svg)?;
    backend.present().map_err(failed)?;
    drop(backend);
    // The backend's own opening tag knows no second size and no title.
    let body = drawn.split_once('\n').map_or("", |(_, body)| body);
    let (width, height) = (sheet.width.round(), sheet.height.round());
    let title = escaped(&sheet.title);
    Ok(format!(
        "<svg width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{title}\" \
         xmlns=\"http://www.w3.org/2000/svg\">\n{body}",
        size.0, size.1
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn png(sheet: &Sheet) -> Result<Vec<u8>, PlotError> {
    let (width, height) = device_size(sheet);
    let mut pixels = vec![255_u8; width as usize * height as usize * 3];
    let mut backend = BitMapBackend::with_buffer(&mut pixels, (width, height));
    draw(&mut backend, sheet, Kind::Bitmap)?;
    backend.present().map_err(failed)?;
    drop(backend);
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // 192 pixels an inch, in pixels a metre: viewers that honour it show 1,200 points.
    encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 7_559, yppu: 7_559, unit: png::Unit::Meter }));
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

fn failed(error: impl Display) -> PlotError {
    PlotError::Backend(error.to_string())
}

/// Which backend draws, where they differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Svg,
    Bitmap,
}

fn draw<B: DrawingBackend>(backend: &mut B, sheet: &Sheet, kind: Kind) -> Result<(), PlotError> {
    block(backend, (0.0, 0.0), (sheet.width, sheet.height), Ink::WHITE)?;
    for shape in &sheet.shapes {
        match shape {
            Shape::Block { x, y, width, height, ink } => {
                block(backend, (*x, *y), (x + width, y + height), *ink)?;
            }
            Shape::Path { points, width, ink } => path(backend, points, *width, *ink, kind)?,
            Shape::Area { points, ink } => {
                backend.fill_polygon(points.iter().map(|&p| device(p)), &color(*ink)).map_err(failed)?;
            }
            Shape::Disc { x, y, radius, ink } => {
                let radius = (radius * DENSITY).round() as u32;
                backend.draw_circle(device((*x, *y)), radius, &color(*ink), true).map_err(failed)?;
            }
            Shape::Text { x, baseline, text, style } => {
                draw_text(backend, (*x, *baseline), text, *style, kind)?;
            }
        }
    }
    Ok(())
}

fn device((x, y): (f64, f64)) -> (i32, i32) {
    ((x * DENSITY).round() as i32, (y * DENSITY).round() as i32)
}

fn color(ink: Ink) -> RGBColor {
    RGBColor(ink.0, ink.1, ink.2)
}

/// A filled rectangle that never vanishes between two device units.
fn block<B: DrawingBackend>(b: &mut B, from: (f64, f64), to: (f64, f64), ink: Ink) -> Result<(), PlotError> {
    let (from, to) = (device(from), device(to));
    let to = (to.0.max(from.0 + 1), to.1.max(from.1 + 1));
    b.draw_rect(from, to, &color(ink), true).map_err(failed)
}

fn path<B: DrawingBackend>(
    backend: &mut B,
    points: &[(f64, f64)],
    width: f64,
    ink: Ink,
    kind: Kind,
) -> Result<(), PlotError> {
    let stroke = (width * DENSITY).round().max(1.0);
    let steps = points
        .windows(2)
        .all(|pair| device(pair[0]).0 == device(pair[1]).0 || device(pair[0]).1 == device(pair[1]).1);
    if kind == Kind::Bitmap && steps {
        // The rasteriser mitres the turns of a wide step line far beyond its ends: draw its pieces as rectangles.
        let half = width / 2.0;
        for pair in points.windows(2) {
            let (low, high) = (
                (pair[0].0.min(pair[1].0), pair[0].1.min(pair[1].1)),
                (pair[0].0.max(pair[1].0), pair[0].1.max(pair[1].1)),
            );
            block(backend, (low.0 - half, low.1 - half), (high.0 + half, high.1 + half), ink)?;
        }
        return Ok(());
    }
    let style = ShapeStyle { color: color(ink).into(), filled: false, stroke_width: stroke as u32 };
    backend.draw_path(points.iter().map(|&p| device(p)), &style).map_err(failed)
}

fn draw_text<B: DrawingBackend>(
    backend: &mut B,
    (x, baseline): (f64, f64),
    text: &str,
    style: Type,
    kind: Kind,
) -> Result<(), PlotError> {
    let em = style.size * DENSITY;
    let (size, drop) = match kind {
        Kind::Svg => (em * SVG_EM, em * SVG_BASELINE),
        Kind::Bitmap => (em * BITMAP_EM, em * BITMAP_EM * BITMAP_BASELINE),
    };
    let position = ((x * DENSITY).round() as i32, (baseline * DENSITY - drop).round() as i32);
    let anchor = match style.align {
        Align::Left => HPos::Left,
        Align::Middle => HPos::Center,
        Align::Right => HPos::Right,
    };
    let ink = color(style.ink);
    let text_style = TextStyle::from(font(size, style.weight)).color(&ink).pos(Pos::new(anchor, VPos::Top));
    backend.draw_text(text, &text_style, position).map_err(failed)
}
