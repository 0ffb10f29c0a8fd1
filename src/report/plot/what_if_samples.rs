//! Ordinary and awkward pictures of numbers that vary.

use super::bars::{Bar, BarRow, BarsPicture};
use super::heat::HeatPicture;
use super::lines::{LineMark, LinePoint, LineSeries, LinesPicture};

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
