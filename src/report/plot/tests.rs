//! Pictures of ordinary and awkward studies: well-formed, repeatable, and no text on another.

use super::balance_samples::balances;
use super::samples::{distributions, small_distributions, timelines};
use super::sheet::{Align, Shape, Sheet};
use super::traffic_samples::{traffics, utilisations};
use super::what_if_samples::{bar_pictures, front_pictures, heat_pictures, line_pictures, race_pictures};
use super::*;
use std::path::PathBuf;

/// Every sample as shapes, and how to render it.
fn sheets() -> Vec<(String, Sheet)> {
    let costs = distributions().into_iter().chain(small_distributions());
    let costs = costs
        .map(|(name, picture)| (format!("distribution-{name}"), distribution::lay_out(&picture).unwrap()));
    let times = timelines()
        .into_iter()
        .map(|(name, picture)| (format!("timeline-{name}"), timeline::lay_out(&picture).unwrap()));
    let traffics = traffics()
        .into_iter()
        .map(|(name, picture)| (format!("traffic-{name}"), traffic::lay_out(&picture).unwrap()));
    let utilisations = utilisations()
        .into_iter()
        .map(|(name, picture)| (format!("utilisation-{name}"), utilisation::lay_out(&picture).unwrap()));
    let balances = balances()
        .into_iter()
        .map(|(name, picture)| (format!("balance-{name}"), balance::lay_out(&picture).unwrap()));
    let over_one = line_pictures()
        .into_iter()
        .map(|(name, picture)| (format!("lines-{name}"), lines::lay_out(&picture).unwrap()));
    let over_two = heat_pictures()
        .into_iter()
        .map(|(name, picture)| (format!("heat-{name}"), heat::lay_out(&picture).unwrap()));
    let known = costs.chain(times).chain(traffics).chain(utilisations).chain(balances);
    let tornadoes = bar_pictures()
        .into_iter()
        .map(|(name, picture)| (format!("bars-{name}"), bars::lay_out(&picture).unwrap()));
    let races = race_pictures()
        .into_iter()
        .map(|(name, picture)| (format!("race-{name}"), race::lay_out(&picture).unwrap()));
    let fronts = front_pictures()
        .into_iter()
        .map(|(name, picture)| (format!("front-{name}"), front::lay_out(&picture).unwrap()));
    known.chain(over_one).chain(over_two).chain(tornadoes).chain(races).chain(fronts).collect()
}

/// Run with `PLOT_GALLERY` naming a directory to look at the pictures.
#[test]
fn every_sample_is_well_formed() {
    let gallery = std::env::var_os("PLOT_GALLERY").map(PathBuf::from);
    for (name, sheet) in sheets() {
        let svg = render::svg(&sheet).unwrap();
        check_well_formed(&name, &svg);
        if let Some(directory) = &gallery {
            std::fs::write(directory.join(format!("{name}.svg")), &svg).unwrap();
            std::fs::write(directory.join(format!("{name}.png")), render::png(&sheet).unwrap()).unwrap();
        }
    }
}

/// Tags nest and close, attributes are quoted, and text holds no bare mark-up.
fn check_well_formed(name: &str, svg: &str) {
    let mut open = Vec::new();
    for piece in svg.split('<').skip(1) {
        let (tag, text) =
            piece.split_once('>').unwrap_or_else(|| panic!("{name}: a tag does not end: {piece}"));
        assert!(!text.contains('>'), "{name}: bare mark-up in {text}");
        for reference in piece.split('&').skip(1) {
            let entity = reference.split(';').next().unwrap();
            assert!(["amp", "lt", "gt", "quot", "apos"].contains(&entity), "{name}: &{entity}");
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{name}: {tag}");
        assert!(!tag.contains("NaN") && !tag.contains("inf"), "{name}: {tag}");
        let element = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(element), "{name}");
        } else if !tag.ends_with('/') {
            open.push(element);
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} stay open");
    assert!(svg.chars().all(|c| c == '\n' || !c.is_control()), "{name}: control characters");
}

/// Left, right, top and bottom of every text.
fn text_boxes(sheet: &Sheet) -> Vec<(String, [f64; 4])> {
    let texts = sheet.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { x, baseline, text, style } if !text.is_empty() => Some((x, baseline, text, style)),
        _ => None,
    });
    texts
        .map(|(x, baseline, text, style)| {
            let width = style.width(text);
            let left = match style.align {
                Align::Left => *x,
                Align::Middle => x - width / 2.0,
                Align::Right => x - width,
            };
            (text.clone(), [left, left + width, baseline - 0.73 * style.size, baseline + 0.2 * style.size])
        })
        .collect()
}

#[test]
fn no_text_covers_another_or_leaves_the_sheet() {
    for (name, sheet) in sheets() {
        let boxes = text_boxes(&sheet);
        for (index, (text, [left, right, top, bottom])) in boxes.iter().enumerate() {
            let inside =
                *left >= 2.0 && *right <= sheet.width - 2.0 && *top >= 2.0 && *bottom <= sheet.height - 2.0;
            assert!(inside, "{name}: \"{text}\" leaves the sheet");
            for (other, [l, r, t, b]) in &boxes[index + 1..] {
                let apart = right <= l || r <= left || bottom <= t || b <= top;
                assert!(apart, "{name}: \"{text}\" and \"{other}\" overlap");
            }
        }
    }
}

#[test]
fn letters_are_at_least_twelve_points() {
    for (name, sheet) in sheets() {
        for shape in &sheet.shapes {
            if let Shape::Text { text, style, .. } = shape {
                assert!(style.size >= 12.0, "{name}: \"{text}\"");
            }
        }
    }
}

#[test]
fn a_distribution_names_its_strategies_and_its_unit() {
    let (_, picture) = &distributions()[0];
    let (svg, png) = cost_distribution(picture).unwrap();
    for strategy in &picture.strategies {
        assert!(svg.contains(&strategy.name));
    }
    assert!(svg.contains("cost over 30 days, CNY"));
    assert!(svg.starts_with("<svg width=\"1200\" height="));
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    // The same bytes again.
    assert_eq!(cost_distribution(picture).unwrap(), (svg, png));
}

#[test]
fn a_timeline_names_its_markets_and_its_unit() {
    let (_, picture) = &timelines()[0];
    let (svg, png) = timeline(picture).unwrap();
    for lane in &picture.lanes {
        assert!(svg.contains(&lane.name));
    }
    assert!(svg.contains("CNY per hour") && svg.contains("days since the start"));
    assert_eq!(timeline(picture).unwrap(), (svg, png));
}

#[test]
fn names_are_escaped_and_any_script_is_drawn() {
    let pictures = small_distributions();
    let (_, picture) = pictures.iter().find(|(name, _)| *name == "names").unwrap();
    let (svg, _) = cost_distribution(picture).unwrap();
    assert!(svg.contains("a&lt;b &amp; &quot;c&quot;"));
    assert!(svg.contains("竞价实例，自动回退"));
}

#[test]
fn a_long_tail_is_cut_and_said() {
    let pictures = distributions();
    let (_, picture) = pictures.iter().find(|(name, _)| *name == "long-tail").unwrap();
    let svg = render::svg(&distribution::lay_out(picture).unwrap()).unwrap();
    assert!(svg.contains("of 2,000 beyond this axis, up to "));
}

#[test]
fn a_busy_timeline_keeps_every_mark() {
    let pictures = timelines();
    let (_, picture) = pictures.iter().find(|(name, _)| *name == "hundred-reclaims").unwrap();
    let sheet = timeline::lay_out(picture).unwrap();
    let marks = sheet.shapes.iter().filter(|shape| matches!(shape, Shape::Area { .. })).count();
    assert_eq!(marks, 100 + 1, "a hundred and the key's");
    assert_eq!(picture.reclaims.len(), 100);
    assert!(text_boxes(&sheet).iter().any(|(text, _)| text.starts_with("100 reclaims; ")));
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let (_, mut picture) = distributions().remove(0);
    picture.strategies[0].costs[7] = f64::NAN;
    assert!(matches!(cost_distribution(&picture), Err(PlotError::NotFinite(name)) if name == "on demand"));
    picture.strategies.clear();
    assert!(matches!(cost_distribution(&picture), Err(PlotError::Empty(_))));
    let (_, mut picture) = timelines().remove(0);
    picture.horizon_ms = 0;
    assert!(matches!(timeline(&picture), Err(PlotError::Empty(_))));
}

#[test]
fn traffic_names_its_quota_its_units_and_what_a_column_holds() {
    let (_, picture) = &traffics()[0];
    let (svg, png) = traffic(picture).unwrap();
    for text in
        ["quota", "120,000/min", "tokens/min", "date, +08:00", "each column 45 minutes", "some refused"]
    {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(traffic(picture).unwrap(), (svg, png));
}

#[test]
fn utilisation_tells_every_quota_with_its_numbers() {
    // Four minutes at half, the whole, one and a half and twice the quota: two of four are above.
    let curve = UtilisationCurve { name: "input".to_owned(), demand: vec![1.0, 0.5, 2.0, 1.5] };
    let lane = UtilisationLane { name: "PTU: ptu".to_owned(), curves: vec![curve] };
    let picture = UtilisationPicture { title: "q".to_owned(), subtitle: String::new(), lanes: vec![lane] };
    let sheet = utilisation::lay_out(&picture).unwrap();
    let texts: Vec<String> = text_boxes(&sheet).into_iter().map(|(text, _)| text).collect();
    let after = texts.iter().skip_while(|text| *text != "input").skip(1);
    assert_eq!(after.take(5).collect::<Vec<_>>(), ["125 %", "200 %", "200 %", "200 %", "50.00 %"]);
}

#[test]
fn traffic_and_quotas_that_cannot_be_drawn_are_refused() {
    let (_, mut picture) = traffics().remove(0);
    picture.lanes.clear();
    assert!(matches!(traffic(&picture), Err(PlotError::Empty(_))));
    let (_, mut picture) = utilisations().remove(0);
    picture.lanes[0].curves[0].demand[3] = f64::INFINITY;
    assert!(matches!(utilisation(&picture), Err(PlotError::NotFinite(_))));
    picture.lanes[0].curves[0].demand.clear();
    assert!(matches!(utilisation(&picture), Err(PlotError::Empty(_))));
}

#[test]
fn a_balance_names_its_account_its_thresholds_and_the_median_stop() {
    let (_, picture) = &balances()[0];
    let (svg, png) = balance(picture).unwrap();
    for text in
        ["main", "CNY available", "overdue below 0", "alert 500", "median stop 06-", "stopped in ", "p25–p75"]
    {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(balance(picture).unwrap(), (svg, png));
}

#[test]
fn balances_that_cannot_be_drawn_are_refused() {
    let (_, mut picture) = balances().remove(0);
    picture.panels[0].fan[3].quantiles[1] = f64::NAN;
    assert!(matches!(balance(&picture), Err(PlotError::NotFinite(name)) if name == "main"));
    picture.horizon_ms = 0;
    assert!(matches!(balance(&picture), Err(PlotError::Empty(_))));
    picture.panels.clear();
    assert!(matches!(balance(&picture), Err(PlotError::Empty(_))));
}

#[test]
fn numbers_are_written_for_people() {
    use super::axis::{Ticks, grouped, money_decimals};
    assert_eq!(grouped(1_234_567.891, 2), "1,234,567.89");
    assert_eq!(grouped(-999.5, 0), "−1,000");
    assert_eq!(grouped(-0.001, 2), "0.00");
    assert_eq!(grouped(12.0, 0), "12");
    assert_eq!(
        (money_decimals(12_960.0, 8_000.0), money_decimals(455.0, 290.0), money_decimals(0.006, 0.007)),
        (0, 2, 5)
    );
    let ticks = Ticks::for_span(8_400.0, 9);
    assert_eq!(ticks, Ticks { step: 1_000.0, decimals: 0 });
    assert_eq!(ticks.between(4_600.0, 7_000.0), [5_000.0, 6_000.0, 7_000.0]);
    assert_eq!(Ticks::for_span(0.25, 1), Ticks { step: 0.25, decimals: 2 });
}

#[test]
fn lines_name_their_strategies_their_units_and_what_was_refused() {
    let pictures = line_pictures();
    let svg = |name: &str| {
        let (_, picture) = pictures.iter().find(|(known, _)| *known == name).unwrap();
        lines(picture).unwrap().0
    };
    for text in [
        "standard only",
        "mean cost over 30 days, CNY",
        "strategies[0].types[0].bid",
        "0.75",
        "95 % interval",
    ] {
        assert!(svg("usual").contains(text), "{text}");
    }
    assert!(svg("refused").contains("refused by the scenario"));
    assert!(svg("difference").contains("0.9 (0.86 … 0.95)"));
    assert_eq!(lines(&pictures[0].1).unwrap(), lines(&pictures[0].1).unwrap());
    let mut broken = pictures[0].1.clone();
    broken.lines[1].points[0].y = f64::NAN;
    assert!(matches!(lines(&broken), Err(PlotError::NotFinite(name)) if name == "spot"));
    broken.lines.clear();
    assert!(matches!(lines(&broken), Err(PlotError::Empty(_))));
}

#[test]
fn a_race_tells_who_was_beaten_by_whom_and_a_front_what_nothing_beats() {
    let races = race_pictures();
    let (svg, png) = race(&races[0].1).unwrap();
    for words in
        ["the best", "beaten by 0.95 after 40 batches", "662.64 ± 0.66", "batches of 50 replications"]
    {
        assert!(svg.contains(words), "{words}");
    }
    assert_eq!(race(&races[0].1).unwrap(), (svg, png));
    let mut broken = races[0].1.clone();
    broken.rows[1].length = f64::INFINITY;
    assert!(matches!(race(&broken), Err(PlotError::NotFinite(name)) if name == "0.95"));
    broken.rows.clear();
    assert!(matches!(race(&broken), Err(PlotError::Empty(_))));
    let fronts = front_pictures();
    let (svg, _) = front(&fronts[0].1).unwrap();
    assert!(
        svg.contains("mean availability, %") && svg.contains("\n1, spot\n") && !svg.contains("0.8, spot")
    );
    let mut broken = fronts[0].1.clone();
    broken.points[0].y.0 = f64::NAN;
    assert!(matches!(front(&broken), Err(PlotError::NotFinite(name)) if name == "1, spot"));
    broken.points.clear();
    assert!(matches!(front(&broken), Err(PlotError::Empty(_))));
}

#[test]
fn a_heat_map_has_its_values_its_contours_and_its_scale() {
    let pictures = heat_pictures();
    let (svg, png) = heat_map(&pictures[0].1).unwrap();
    for text in ["700.00", "services[0].start_up, min", "mean cost over 30 days, CNY", "hatched: refused"] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(heat_map(&pictures[0].1).unwrap(), (svg, png));
    let lines = |picture: &HeatPicture| {
        let sheet = heat::lay_out(picture).unwrap();
        sheet.shapes.iter().filter(|shape| matches!(shape, Shape::Path { .. })).count()
    };
    assert!(lines(&pictures[1].1) > 100, "rings around the least");
    assert_eq!(lines(&pictures[2].1), 0, "nothing varies");
    let mut broken = pictures[0].1.clone();
    broken.cells[0][0] = Some(f64::INFINITY);
    assert!(matches!(heat_map(&broken), Err(PlotError::NotFinite(_))));
    broken.cells.clear();
    assert!(matches!(heat_map(&broken), Err(PlotError::Empty(_))));
}

#[test]
fn the_colours_of_a_heat_map_grow_lighter_all_the_way() {
    let luminance = |step: u32| {
        let ink = palette::sequential(f64::from(step) / 200.0);
        0.299 * f64::from(ink.0) + 0.587 * f64::from(ink.1) + 0.114 * f64::from(ink.2)
    };
    assert!((0..200).all(|step| luminance(step) <= luminance(step + 1) + 0.6));
    assert!(luminance(200) > luminance(0) + 150.0);
}

#[test]
fn bars_name_their_inputs_and_tell_their_numbers() {
    let pictures = bar_pictures();
    let (svg, png) = bars(&pictures[0].1).unwrap();
    for text in [
        "markets[0].spot_protected.level",
        "−12,345.67",
        "0.8: 0.72 … 0.88",
        "+10%",
        "mean cost over 30 days, CNY",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert_eq!(bars(&pictures[0].1).unwrap(), (svg, png));
    let mut broken = pictures[0].1.clone();
    broken.rows[0].bars[1] = Some(Bar { value: 1.0, interval: Some((f64::NAN, 2.0)) });
    assert!(matches!(bars(&broken), Err(PlotError::NotFinite(_))));
    broken.rows.clear();
    assert!(matches!(bars(&broken), Err(PlotError::Empty(_))));
}
