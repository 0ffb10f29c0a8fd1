//! Ordinary and awkward pictures of numbers that vary.

use super::bars::{Bar, BarRow, BarsPicture};
use super::front::{FrontDot, FrontPicture};
use super::heat::HeatPicture;
use super::lines::{LineMark, LinePoint, LineSeries, LinesPicture};
use super::race::{RaceEnd, RacePicture, RaceRow};

fn line(name: &str, values: &[f64]) -> LineSeries {
    let point = |(tick, y): (usize, &f64)| LinePoint { tick, y: *y, band: Some((y - 4.0, y + 3.0)) };
    LineSeries { name: name.to_owned(), points: values.iter().enumerate().map(point).collect() }
}

fn picture(ticks: &[(f64, &str)], lines: Vec<LineSeries>) -> LinesPicture {
    LinesPicture {
        title: "cost.mean by strategies[0].types[0].bid".to_owned(),
        subtitle: "1,000 replications of each point in the same worlds, seed 1".to_owned(),
        x_label: "strategies[0].types[0].bid".to_owned(),
        y_label: "mean cost over 30 days, CNY".to_owned(),
        ticks: ticks.iter().map(|(x, label)| (*x, (*label).to_owned())).collect(),
        is_named: false,
        lines,
        refused: Vec::new(),
        marks: Vec::new(),
        has_zero: false,
    }
}

/// Lines by name.
pub(super) fn line_pictures() -> Vec<(&'static str, LinesPicture)> {
    let five = [(0.5, "0.5"), (0.75, "0.75"), (1.0, "1"), (1.25, "1.25"), (1.5, "1.5")];
    let usual = picture(
        &five,
        vec![
            line("standard only", &[120.0; 5]),
            line("spot", &[118.0, 100.0, 90.0, 84.0, 83.0]),
            line(
                "spot with a way back, of a rather long name that no column holds",
                &[119.0, 99.0, 60.0, 45.0, 44.0],
            ),
        ],
    );
    let crowded = picture(
        &five,
        (0..9).map(|index| line(&format!("strategy {index}"), &[50.0 + 0.1 * f64::from(index); 5])).collect(),
    );
    let dense: Vec<(f64, String)> =
        (0..200).map(|index| (f64::from(index), format!("{index}.123456789"))).collect();
    let dense: Vec<(f64, &str)> = dense.iter().map(|(x, label)| (*x, label.as_str())).collect();
    let dense = picture(
        &dense,
        vec![line("one", &(0..200).map(|index| f64::from(index * index)).collect::<Vec<_>>())],
    );
    let mut refused = picture(&five, vec![line("spot", &[118.0, 100.0, 90.0, 84.0, 83.0])]);
    refused.lines[0].points.remove(2);
    refused.refused = vec![1.0];
    let single = picture(&five[..1], vec![line("spot", &[0.0])]);
    let mut named = picture(
        &[(0.0, "PrepaidForTheWholeYear"), (1.0, "Hourly"), (2.0, "Daily")],
        vec![line("PTU", &[3.0, 90.0, 40.0])],
    );
    named.is_named = true;
    let mut difference = picture(&five, vec![line("a − b", &[-12.0, -6.0, 4.0, 2.0, -9.0])]);
    difference.has_zero = true;
    difference.marks = vec![
        LineMark { x: 0.9, interval: Some((0.86, 0.95)), label: "0.9 (0.86 … 0.95)".to_owned() },
        LineMark { x: 0.95, interval: None, label: "0.95".to_owned() },
        LineMark { x: 1.49, interval: Some((1.3, 1.5)), label: "1.49 (1.3 … 1.5)".to_owned() },
    ];
    vec![
        ("usual", usual),
        ("crowded", crowded),
        ("dense", dense),
        ("refused", refused),
        ("single", single),
        ("named", named),
        ("difference", difference),
    ]
}

/// Heat maps by name.
pub(super) fn heat_pictures() -> Vec<(&'static str, HeatPicture)> {
    let map = |columns: usize, rows: usize, value: fn(f64, f64) -> f64| HeatPicture {
        title: "cost.mean of \"spot\"".to_owned(),
        subtitle: "1,000 replications of each point in the same worlds, seed 1".to_owned(),
        x_label: "strategies[0].types[0].bid".to_owned(),
        y_label: "upwards: services[0].start_up, min".to_owned(),
        value_label: "mean cost over 30 days, CNY".to_owned(),
        decimals: 2,
        columns: (0..columns).map(|column| format!("0.{column:02}")).collect(),
        rows: (0..rows).map(|row| format!("{row}m")).collect(),
        cells: (0..rows)
            .map(|row| (0..columns).map(|column| Some(value(column as f64, row as f64))).collect())
            .collect(),
        range: None,
    };
    let mut refused = map(5, 4, |x, y| 700.0 + 90.0 * x - 40.0 * y + 8.0 * x * y);
    refused.cells[1][2] = None;
    let dense = map(40, 30, |x, y| (x - 20.0) * (x - 20.0) + 2.0 * (y - 12.0) * (y - 12.0));
    let flat = map(3, 2, |_, _| 5.0);
    let mut shared = map(1, 6, |_, y| y);
    shared.range = Some((-20.0, 20.0));
    vec![("refused", refused), ("dense", dense), ("flat", flat), ("shared", shared)]
}

/// Bars by name.
pub(super) fn bar_pictures() -> Vec<(&'static str, BarsPicture)> {
    let bar = |value: f64, half: f64| Some(Bar { value, interval: Some((value - half, value + half)) });
    let row = |name: &str, bars: Vec<Option<Bar>>| BarRow {
        name: name.to_owned(),
        note: "0.8: 0.72 … 0.88".to_owned(),
        bars,
    };
    let picture = |rows: Vec<BarRow>| BarsPicture {
        title: "What moves cost.mean of \"spot\"".to_owned(),
        subtitle: "each input less and more by 10%, 1,000 replications in the same worlds, seed 1".to_owned(),
        label: "change of the mean cost over 30 days, CNY".to_owned(),
        keys: vec!["−10%".to_owned(), "+10%".to_owned()],
        decimals: 2,
        rows,
    };
    let usual = picture(vec![
        row("markets[0].spot_protected.level", vec![bar(-12_345.67, 900.0), bar(12_345.67, 5.0)]),
        row(
            "one of a path that is far too long for the column of names, as those of lists are",
            vec![bar(900.0, 1_200.0), None],
        ),
        row("services[0].start_up.sigma", vec![bar(0.0, 0.0), bar(-0.01, 0.4)]),
    ]);
    let one_side = picture(vec![
        row("a", vec![bar(0.7, 0.2), bar(0.9, 0.1)]),
        row("b", vec![bar(0.1, 0.2), bar(0.2, 0.1)]),
    ]);
    let nothing = picture(vec![row("a", vec![bar(0.0, 0.0), bar(0.0, 0.0)])]);
    vec![("usual", usual), ("one-side", one_side), ("nothing", nothing)]
}

fn row(name: &str, value: &str, length: f64, end: RaceEnd, note: &str) -> RaceRow {
    let (name, value, note) = (name.to_owned(), value.to_owned(), note.to_owned());
    RaceRow { name, value, length, end, note }
}

/// Races by name.
pub(super) fn race_pictures() -> Vec<(&'static str, RacePicture)> {
    let picture = |rows: Vec<RaceRow>| {
        RacePicture {
        title: "The least cost.mean over strategies[0].types[0].bid".to_owned(),
        subtitle: "default: 5 alternatives in the same worlds, seed 1; right with probability 0.95 if batches are normal".to_owned(),
        x_label: "batches of 50 replications until it was decided".to_owned(),
        value_label: "cost.mean".to_owned(),
        rows,
        not_shown: 0,
    }
    };
    let usual = picture(vec![
        row("1.05", "661.44 ± 0.58", 140.0, RaceEnd::Best, "the best"),
        row("0.95", "662.64 ± 0.66", 140.0, RaceEnd::Beaten, "beaten by 1.05 after 140 batches"),
        row("0.9", "875.63 ± 11.70", 40.0, RaceEnd::Beaten, "beaten by 0.95 after 40 batches"),
        row("0.85", "2134.48 ± 6.85", 20.0, RaceEnd::Broken, "breaks availability.mean after 20 batches"),
    ]);
    let mut open = picture(
        (0..30)
            .map(|index| {
                let name =
                    format!("{index}.123456789, 10m, a strategy with a name that is longer than any column");
                row(&name, "1234567.123456 ± 1234.123456", 2_000.0, RaceEnd::Open, "not decided")
            })
            .collect(),
    );
    open.not_shown = 2_470;
    let long = "beaten by 0.123456789 with \"a strategy with a name that is longer than any column\" after 1,234 batches";
    let noted = picture(vec![
        row("a", "1", 1_234.0, RaceEnd::Best, "the best so far"),
        row("b", "2", 1_234.0, RaceEnd::Beaten, long),
    ]);
    vec![("usual", usual), ("open", open), ("noted", noted)]
}

/// Fronts by name.
pub(super) fn front_pictures() -> Vec<(&'static str, FrontPicture)> {
    let dot = |name: &str, x: f64, y: f64, is_on_front: bool| FrontDot {
        name: name.to_owned(),
        x: (x, Some((x - 12.0, x + 12.0))),
        y: (y, Some((y - 0.06, y + 0.05))),
        is_on_front,
        is_chosen: false,
    };
    let mut usual = FrontPicture {
        title: "cost.mean and availability.mean: what nothing beats in both".to_owned(),
        subtitle: "default: 8 points, 2,000 replications of each in the same worlds, seed 1".to_owned(),
        x_label: "mean cost over 30 days, USD".to_owned(),
        y_label: "mean availability, %".to_owned(),
        x_is_low: true,
        y_is_low: false,
        points: vec![
            dot("1, spot", 660.0, 99.2, true),
            dot("0.95, spot", 664.0, 99.21, true),
            dot("0.9, spot", 900.0, 99.3, true),
            dot("0.85, spot with a rather long name that no plot can hold", 2_140.0, 99.95, true),
            dot("0.8, spot", 2_150.0, 99.9, false),
            dot("0.95, back", 1_500.0, 99.2, false),
        ],
    };
    usual.points[0].is_chosen = true;
    let mut low = usual.clone();
    low.y_is_low = true;
    low.points = vec![
        dot("a", 100.0, 3.0, true),
        dot("b", 140.0, 2.0, true),
        dot("c", 400.0, 1.0, true),
        dot("d", 400.0, 2.5, false),
    ];
    let mut single = usual.clone();
    single.points.truncate(1);
    single.points[0].x.1 = None;
    single.points[0].y.1 = None;
    vec![("usual", usual), ("low", low), ("single", single)]
}
