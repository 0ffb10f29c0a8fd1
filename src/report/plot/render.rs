//! A sheet drawn by the SVG and the bitmap backend of plotters.
//!
//! Both get coordinates in half points, because backends take whole ones: the SVG declares itself half as large, the
//! PNG has 192 pixels an inch and is twice as wide.

use super::palette::Ink;
use super::sheet::{Align, Shape, Sheet, Type, Weight};
use super::{PlotError, Rendered};
use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};
use std::fmt::Display;
use std::sync::LazyLock;

/// Device units per point.
const DENSITY: f64 = 2.0;
/// The embedded face first, so that a viewer that has it (or Verdana, of the same widths) matches our measurements.
const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";
/// The SVG backend divides sizes by this before writing them …
const SVG_EM: f64 = 1.24;
/// … and shifts top-anchored text down by this many em.
const SVG_BASELINE: f64 = 0.76;

/// The embedded face, so that a machine without fonts draws the same picture. See `DejaVuSans-LICENSE.txt`.
fn face(weight: Weight) -> &'static FontRef<'static> {
    static NORMAL: LazyLock<FontRef<'static>> = LazyLock::new(|| {
        FontRef::try_from_slice(include_bytes!("DejaVuSans-subset.ttf")).expect("an embedded font")
    });
    static BOLD: LazyLock<FontRef<'static>> = LazyLock::new(|| {
        FontRef::try_from_slice(include_bytes!("DejaVuSans-Bold-subset.ttf")).expect("an embedded font")
    });
    match weight {
        Weight::Normal => &NORMAL,
        Weight::Bold => &BOLD,
    }
}

/// The rasteriser's size, ascent to descent, of a face of `em` units per em.
fn pixel_scale(face: &FontRef, em: f64) -> PxScale {
    PxScale::from(em as f32 * face.height_unscaled() / face.units_per_em().unwrap_or(2_048.0))
}

/// The width of `text` in points at `size` points per em. Ideographs, not in our subset, take a full em.
pub(super) fn text_width(text: &str, size: f64, weight: Weight) -> f64 {
    let face = face(weight);
    let unit = face.units_per_em().unwrap_or(2_048.0);
    let advance = |c: char| {
        if c >= '\u{2e80}' { 1.0 } else { f64::from(face.h_advance_unscaled(face.glyph_id(c)) / unit) }
    };
    text.chars().map(advance).sum::<f64>() * size
}

/// The sheet as SVG text and as a PNG file.
pub(super) fn render(sheet: &Sheet) -> Result<Rendered, PlotError> {
    Ok((svg(sheet)?, png(sheet)?))
}

fn device_size(sheet: &Sheet) -> (u32, u32) {
    ((sheet.width * DENSITY).round() as u32, (sheet.height * DENSITY).round() as u32)
}

pub(super) fn svg(sheet: &Sheet) -> Result<String, PlotError> {
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

pub(super) fn png(sheet: &Sheet) -> Result<Vec<u8>, PlotError> {
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
            Shape::Text { x, baseline, text, style } => match kind {
                Kind::Svg => svg_text(backend, (*x, *baseline), text, *style)?,
                Kind::Bitmap => bitmap_text(backend, (*x, *baseline), text, *style)?,
            },
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

/// SVG text: the viewer draws the letters.
fn svg_text<B: DrawingBackend>(
    backend: &mut B,
    (x, baseline): (f64, f64),
    text: &str,
    style: Type,
) -> Result<(), PlotError> {
    let em = style.size * DENSITY;
    let weight = match style.weight {
        Weight::Normal => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    let anchor = match style.align {
        Align::Left => HPos::Left,
        Align::Middle => HPos::Center,
        Align::Right => HPos::Right,
    };
    let ink = color(style.ink);
    let font = FontDesc::new(FontFamily::Name(FAMILY), em * SVG_EM, weight);
    let text_style = TextStyle::from(font).color(&ink).pos(Pos::new(anchor, VPos::Top));
    let position = ((x * DENSITY).round() as i32, (baseline * DENSITY - em * SVG_BASELINE).round() as i32);
    backend.draw_text(text, &text_style, position).map_err(failed)
}

/// Bitmap text: every glyph where its outline belongs, to a fraction of a pixel.
fn bitmap_text<B: DrawingBackend>(
    backend: &mut B,
    (x, baseline): (f64, f64),
    text: &str,
    style: Type,
) -> Result<(), PlotError> {
    let face = face(style.weight);
    let scale = pixel_scale(face, style.size * DENSITY);
    let scaled = face.as_scaled(scale);
    let width: f32 = text.chars().map(|c| scaled.h_advance(scaled.glyph_id(c))).sum();
    let shift = match style.align {
        Align::Left => 0.0,
        Align::Middle => width / 2.0,
        Align::Right => width,
    };
    let mut pen = (x * DENSITY) as f32 - shift;
    let line = (baseline * DENSITY).round() as f32;
    let ink = color(style.ink);
    for c in text.chars() {
        let id = scaled.glyph_id(c);
        if let Some(glyph) = face.outline_glyph(id.with_scale_and_position(scale, point(pen, line))) {
            let corner = glyph.px_bounds().min;
            let mut outcome = Ok(());
            glyph.draw(|column, row, coverage| {
                let at = (corner.x as i32 + column.cast_signed(), corner.y as i32 + row.cast_signed());
                let pixel = ink.mix(f64::from(coverage.min(1.0))).to_backend_color();
                if outcome.is_ok() && coverage > 0.0 {
                    outcome = backend.draw_pixel(at, pixel).map_err(failed);
                }
            });
            outcome?;
        }
        pen += scaled.h_advance(id);
    }
    Ok(())
}
