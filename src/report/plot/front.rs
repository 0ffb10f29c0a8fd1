//! Two objectives against each other: points with their intervals, and the front that nothing beats.

use super::axis::{Scale, Ticks, grouped};
use super::palette::{Ink, series};
use super::render::render;
use super::sheet::{Align, Sheet, Type};
use super::{PlotError, Rendered};

/// Points of two objectives.
#[derive(Clone, PartialEq, Debug)]
pub struct FrontPicture {
    /// The headline.
    pub title: String,
    /// How the numbers came about.
    pub subtitle: String,
    /// The objective to the right, with its unit.
    pub x_label: String,
    /// The objective upwards, with its unit.
    pub y_label: String,
    /// Less of y is better, as of x: the front is below.
    pub y_is_low: bool,
    /// Less of x is better.
    pub x_is_low: bool,
    /// At least one.
    pub points: Vec<FrontDot>,
}

/// One point.
#[derive(Clone, PartialEq, Debug)]
pub struct FrontDot {
    /// What it is; written beside those on the front while there is room.
    pub name: String,
    /// The objective to the right and its interval.
    pub x: (f64, Option<(f64, f64)>),
    /// The objective upwards and its interval.
    pub y: (f64, Option<(f64, f64)>),
    /// Nothing beats it.
    pub is_on_front: bool,
    /// It is the one that is chosen.
    pub is_chosen: bool,
}

const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 40.0;
const TOP: f64 = 128.0;
const HEIGHT: f64 = 460.0;
/// Room at the right for names.
const NAMES: f64 = 150.0;

const NUMBER: Type = Type::new(13.0, Ink::TEXT);
const NOTE: Type = Type::new(12.5, Ink::MUTED);

/// Draws a front as SVG and PNG.
///
/// # Errors
/// No point, a value that is not finite, or a failing backend.
pub fn front(picture: &FrontPicture) -> Result<Rendered, PlotError> {
    render(&lay_out(picture)?)
}

/// The picture as shapes.
pub(super) fn lay_out(picture: &FrontPicture) -> Result<Sheet, PlotError> {
    if picture.points.is_empty() {
        return Err(PlotError::Empty("no point ran"));
    }
    let numbers = |dot: &FrontDot| ends(dot.x).into_iter().chain(ends(dot.y)).chain([dot.x.0, dot.y.0]);
    if let Some(odd) = picture.points.iter().find(|dot| numbers(dot).any(|number| !number.is_finite())) {
        return Err(PlotError::NotFinite(odd.name.clone()));
    }
    let mut sheet = Sheet::new(&picture.title, WIDTH);
    let width = WIDTH - 2.0 * MARGIN;
    sheet.text_within(MARGIN, 42.0, width, &picture.title, Type::new(21.0, Ink::TEXT).bold());
    sheet.text_within(MARGIN, 66.0, width, &picture.subtitle, Type::new(14.0, Ink::MUTED));
    sheet.text_within(MARGIN, TOP - 22.0, width, &picture.y_label, NOTE);
    let plane = Plane::of(picture);
    plane.draw_grid(&mut sheet);
    draw_front(&mut sheet, picture, &plane);
    for dot in picture.points.iter().filter(|dot| !dot.is_on_front) {
        draw_dot(&mut sheet, dot, &plane, Ink::AXIS);
    }
    for dot in picture.points.iter().filter(|dot| dot.is_on_front) {
        draw_dot(&mut sheet, dot, &plane, series(0));
    }
    draw_names(&mut sheet, picture, &plane);
    let bottom = TOP + HEIGHT;
    let half = (NUMBER.width(&picture.x_label) / 2.0).min(WIDTH / 2.0 - MARGIN);
    let centre = f64::midpoint(plane.x.from, plane.x.to);
    sheet.text_within((centre - half).max(MARGIN), bottom + 50.0, width, &picture.x_label, NUMBER);
    let notes = "crosses: 95 % intervals; blue: on the front by these estimates, not certain where crosses overlap; ring: the chosen one";
    sheet.text_within(MARGIN, bottom + 78.0, width, notes, NOTE);
    sheet.height = bottom + 102.0;
    Ok(sheet)
}

fn ends((value, interval): (f64, Option<(f64, f64)>)) -> [f64; 2] {
    interval.map_or([value; 2], |(low, high)| [low, high])
}

struct Plane {
    x: Scale,
    y: Scale,
    x_ticks: Ticks,
    y_ticks: Ticks,
}

impl Plane {
    fn of(picture: &FrontPicture) -> Self {
        let (low_x, high_x) = range(picture.points.iter().flat_map(|dot| ends(dot.x)));
        let (low_y, high_y) = range(picture.points.iter().flat_map(|dot| ends(dot.y)));
        let (x_ticks, y_ticks) = (Ticks::for_span(high_x - low_x, 7), Ticks::for_span(high_y - low_y, 7));
        let labels = y_ticks.between(low_y, high_y).into_iter();
        let widest = labels.map(|tick| NUMBER.width(&grouped(tick, y_ticks.decimals))).fold(0.0, f64::max);
        let x = Scale { low: low_x, high: high_x, from: MARGIN + widest + 14.0, to: WIDTH - MARGIN - NAMES };
        let y = Scale { low: low_y, high: high_y, from: TOP + HEIGHT, to: TOP };
        Self { x, y, x_ticks, y_ticks }
    }

    fn draw_grid(&self, sheet: &mut Sheet) {
        let (left, right, bottom) = (self.x.from, self.x.to, TOP + HEIGHT);
        for tick in self.y_ticks.between(self.y.low, self.y.high) {
            let y = self.y.at(tick);
            sheet.horizontal(y, left, right, 1.0, Ink::GRID);
            let label = grouped(tick, self.y_ticks.decimals);
            sheet.text(left - 10.0, y + 4.5, &label, NUMBER.align(Align::Right));
        }
        for tick in self.x_ticks.between(self.x.low, self.x.high) {
            let x = self.x.at(tick);
            sheet.vertical(x, TOP, bottom, 1.0, Ink::GRID);
            let label = grouped(tick, self.x_ticks.decimals);
            sheet.text(x, bottom + 22.0, &label, NUMBER.align(Align::Middle));
        }
        sheet.horizontal(bottom, left, right, 1.0, Ink::AXIS);
    }
}

/// The ends of an axis with room around, and something around a single value.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let breadth = low.abs().max(high.abs());
    let span = high - low;
    let pad = if span > breadth * 1e-9 {
        span * 0.06
    } else if breadth > 0.0 {
        breadth * 0.05
    } else {
        1.0
    };
    (low - pad, high + pad)
}

/// Names are cut beyond this.
const NAME_MOST: f64 = 320.0;
/// What a name needs to say anything.
const NAME_LEAST: f64 = 60.0;

/// What nothing on the front reaches: stairs through its points.
fn draw_front(sheet: &mut Sheet, picture: &FrontPicture, plane: &Plane) {
    let mut corners: Vec<(f64, f64)> =
        picture.points.iter().filter(|dot| dot.is_on_front).map(|dot| (dot.x.0, dot.y.0)).collect();
    corners.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut stairs: Vec<(f64, f64)> = Vec::new();
    for (x, y) in corners {
        if let Some(&(before_x, before_y)) = stairs.last() {
            // With less of x wanted, what is reached to the right of a point is as good in y as that point.
            stairs.push(if picture.x_is_low { (x, before_y) } else { (before_x, y) });
        }
        stairs.push((x, y));
    }
    let points = stairs.into_iter().map(|(x, y)| (plane.x.at(x), plane.y.at(y))).collect();
    sheet.path(points, 2.0, series(0).tint(0.6));
}

fn draw_dot(sheet: &mut Sheet, dot: &FrontDot, plane: &Plane, ink: Ink) {
    let (x, y) = (plane.x.at(dot.x.0), plane.y.at(dot.y.0));
    let faint = ink.tint(0.6);
    if let Some((low, high)) = dot.x.1 {
        sheet.horizontal(y, plane.x.at(low), plane.x.at(high), 1.4, faint);
    }
    if let Some((low, high)) = dot.y.1 {
        sheet.vertical(x, plane.y.at(high), plane.y.at(low), 1.4, faint);
    }
    if dot.is_chosen {
        sheet.disc(x, y, 10.0, Ink::ALARM);
        sheet.disc(x, y, 7.6, Ink::WHITE);
    }
    sheet.disc(x, y, 4.4, ink);
}

/// The names of points on the front where they cover no other name and no point; the chosen one's first.
fn draw_names(sheet: &mut Sheet, picture: &FrontPicture, plane: &Plane) {
    let at = |dot: &FrontDot| (plane.x.at(dot.x.0), plane.y.at(dot.y.0));
    let mut dots: Vec<&FrontDot> = picture.points.iter().filter(|dot| dot.is_on_front).collect();
    dots.sort_by_key(|dot| !dot.is_chosen);
    let mut taken: Vec<[f64; 4]> = picture.points.iter().map(|dot| around(at(dot))).collect();
    for dot in dots {
        let style = if dot.is_chosen { NUMBER.bold() } else { NUMBER };
        let full = style.width(&dot.name);
        let places = [true, false].into_iter().flat_map(|is_whole| {
            NamePlace::of(picture, plane, at(dot), full).filter(move |place| !is_whole || place.room >= full)
        });
        let is_free = |place: &NamePlace| {
            let own = place.bounds();
            own[2] >= TOP - 8.0 && own[3] <= TOP + HEIGHT && !taken.iter().any(|other| covers(&own, other))
        };
        if let Some(place) = places.filter(|place| place.room >= NAME_LEAST).find(is_free) {
            sheet.text_within(place.left, place.baseline, place.room, &dot.name, style);
            taken.push(place.bounds());
        }
    }
}

/// Where a name may stand.
struct NamePlace {
    left: f64,
    baseline: f64,
    width: f64,
    /// The widest it may be.
    room: f64,
}

impl NamePlace {
    /// Beside a point, above or below: first where nothing is, since nothing beats the point; a full name is so wide.
    fn of(
        picture: &FrontPicture,
        plane: &Plane,
        (x, y): (f64, f64),
        full: f64,
    ) -> impl Iterator<Item = Self> {
        let sides = if picture.x_is_low { [false, true] } else { [true, false] };
        let (above, below) = (y - 10.0, y + 20.0);
        let baselines = if picture.y_is_low { [below, above] } else { [above, below] };
        let from = plane.x.from;
        let all = baselines.into_iter().flat_map(move |baseline| sides.map(|is_right| (is_right, baseline)));
        all.map(move |(is_right, baseline)| {
            let beside = if is_right { WIDTH - MARGIN - x - 14.0 } else { x - 14.0 - from };
            let room = beside.min(NAME_MOST);
            let width = full.min(room);
            let left = if is_right { x + 14.0 } else { x - 14.0 - width };
            Self { left, baseline, width, room }
        })
    }

    /// Left, right, top and bottom.
    fn bounds(&self) -> [f64; 4] {
        [self.left, self.left + self.width, self.baseline - 14.0, self.baseline + 5.0]
    }
}

/// What a point takes.
fn around((x, y): (f64, f64)) -> [f64; 4] {
    [x - 6.0, x + 6.0, y - 6.0, y + 6.0]
}

fn covers(a: &[f64; 4], b: &[f64; 4]) -> bool {
    a[0] < b[1] && b[0] < a[1] && a[2] < b[3] && b[2] < a[3]
}
