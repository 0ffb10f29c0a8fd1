use super::{Film, Listener, Size, frame, in_text};
use crate::report::Told;
use crate::scenario::{self, Scenario};
use crate::sim::simulate;
use crate::units::{Money, SimSpan, SimTime};
use unicode_width::UnicodeWidthStr;

const LESSONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/lessons");

fn load(path: &std::path::Path) -> Scenario {
    let (scenario, report) = scenario::load_file(path, &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// The film of a strategy in the first world, and what the run came to.
fn film(scenario: &Scenario, strategy: usize) -> (Film, Money) {
    let (strategy, world) = (&scenario.strategies[strategy], scenario.world.draw(1, 0));
    let mut listener = Listener::default();
    let outcome = simulate(scenario, strategy, &world, &mut listener);
    let recorder = &listener.recorder;
    let told = Told { scenario, strategy, seed: 1, replication: 0, outcome: &outcome, recorder };
    (Film::new(&told, &world, &listener), outcome.cost())
}

fn first_bill() -> Film {
    film(&load(&std::path::Path::new(LESSONS).join("first_bill.ron")), 0).0
}

fn at(film: &Film, hours: i64, minutes: i64, size: (usize, usize)) -> String {
    let now = SimTime::ZERO + SimSpan::from_hours(hours) + SimSpan::from_minutes(minutes);
    frame(film, now, Size { width: size.0, height: size.1 }, false)
}

#[test]
fn every_lesson_ends_at_its_bill_and_its_bill_never_has_more_or_less_than_its_rows() {
    let mut films = 0;
    for entry in std::fs::read_dir(LESSONS).expect("the lessons are there") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|extension| extension != "ron") {
            continue;
        }
        let scenario = load(&path);
        for strategy in 0..scenario.strategies.len() {
            let (film, cost) = film(&scenario, strategy);
            assert_eq!(film.total(), cost, "{}", path.display());
            let text = in_text(&film);
            let last = format!("\ntotal: {cost} {}\n", scenario.currency);
            assert!(text.ends_with(&last), "{}\n{text}", path.display());
            let posted = text.lines().filter_map(|line| line.strip_prefix("  + "));
            let amounts = posted.map(|line| Money::parse(line.split_whitespace().next().expect("an amount")));
            assert_eq!(amounts.map(|amount| amount.expect("decimal text")).sum::<Money>(), cost);
            for percent in (0..=100).step_by(7) {
                let now = SimTime::from_ms(scenario.horizon.as_ms() / 100 * percent);
                for (width, height) in [(80, 24), (200, 50), (41, 12), (20, 5), (120, 1)] {
                    let picture = frame(&film, now, Size { width, height }, false);
                    assert!(picture.lines().count() <= height, "{width} × {height}\n{picture}");
                    let widest = picture.lines().map(UnicodeWidthStr::width).max().unwrap_or(0);
                    assert!(widest <= width, "{width} × {height}: {widest}\n{picture}");
                }
            }
            films += 1;
        }
    }
    assert!(films > 25, "{films}");
}

#[test]
fn every_worked_case_ends_at_its_bill() {
    let mut films = 0;
    let cases = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    for entry in std::fs::read_dir(cases).expect("the cases are there") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|extension| extension != "ron") {
            continue;
        }
        // Some cases are about what is refused.
        let (Some(scenario), _) = scenario::load_file(&path, &[]) else { continue };
        for strategy in 0..scenario.strategies.len() {
            let (film, cost) = film(&scenario, strategy);
            assert_eq!(film.total(), cost, "{}", path.display());
            films += 1;
        }
    }
    assert!(films > 300, "{films}");
}

#[test]
fn calls_by_the_minute_and_accounts_end_at_the_bill_too() {
    let text = br#"(
        start: "2026-06-29T10:20:00+08:00", horizon: "5d", currency: "CNY",
        traffic: [(tenant: "chat", arrivals: Stochastic(per_minute: 0.6), input: Fixed(3000),
            output: Fixed(400), web_search_share: 0.2)],
        accounts: [(name: "main", cash: "10000", discounts: [(product: Inference, factor: "0.9")], tax: "6%")],
        public_models: [(model: "qwen3-max-2025-09-23", limits: Unlimited)],
        strategies: [(name: "tokens", deployments: [Public(model: "qwen3-max-2025-09-23")])],
    )"#;
    let (scenario, report) = scenario::load_bytes("inline.ron", text.to_vec(), &[]);
    let scenario = scenario.unwrap_or_else(|| panic!("{}", report.render(false)));
    let (film, cost) = film(&scenario, 0);
    assert_eq!(film.total(), cost);
    let text = in_text(&film);
    // By the day in a run of five of them, and what an account adds as it is issued.
    assert_eq!(text.matches(" tokens, from ").count(), 6, "{text}");
    assert!(text.contains("main: discounts") && text.contains("main: tax"), "{text}");
}

#[test]
fn a_row_takes_in_what_was_used_and_closes_with_its_use() {
    let film = first_bill();
    // 18:02 to 19:00 at 0.80, and an hour of the disk; what came after the full hour is taken in with the next price or hour.
    let picture = at(&film, 1, 5, (80, 24));
    assert!(
        picture.contains("06-10 18:02 – …            chat  spot compute A                 0.773333333333"),
        "{picture}"
    );
    assert!(
        picture.contains("so far: 0.787333333333 CNY (0.00 closed, 0.787333333333 running)"),
        "{picture}"
    );
    let picture = at(&film, 1, 40, (80, 24));
    assert!(
        picture.contains("06-10 18:02 – 06-10 19:40  chat  spot compute A                 1.381666666667"),
        "{picture}"
    );
    assert!(picture.contains("so far: 1.405 CNY (1.405 closed, 0.00 running)"), "{picture}");
    let picture = at(&film, 4, 0, (80, 24));
    assert!(picture.ends_with("total: 3.530566666667 CNY"), "{picture}");
}

#[test]
fn a_lane_shows_what_is_held_and_the_price_against_the_bid() {
    let picture = at(&first_bill(), 4, 0, (80, 24));
    let lanes: Vec<&str> = picture.lines().skip(3).take(2).collect();
    assert_eq!(
        lanes,
        [
            "chat      █A████████████████▒█B████████████···········  Stopped",
            "  A spot  ▁▁▁▄▄▄▄▄▄▄▄▄▄▃▃▃▃▃██████████████████████████  1.10, bid 1.00"
        ],
        "{picture}"
    );
    // Later time is empty.
    let picture = at(&first_bill(), 1, 0, (80, 24));
    let lane = picture.lines().nth(3).unwrap_or_default();
    assert!(lane.starts_with("chat      █A██████") && lane.ends_with("  Running on A, spot"), "{lane}");
    assert_eq!(lane.matches('█').count(), 10, "{lane}");
}

#[test]
fn colours_are_there_when_they_are_asked_for_and_a_name_moves_no_cursor() {
    let film = first_bill();
    let now = SimTime::ZERO + SimSpan::from_hours(2);
    let size = Size { width: 80, height: 24 };
    let (plain, styled) = (frame(&film, now, size, false), frame(&film, now, size, true));
    assert!(!plain.contains('\x1b') && styled.contains("\x1b[32m"));
    let mut bare = String::new();
    for (index, piece) in styled.split("\x1b[").enumerate() {
        bare.push_str(if index == 0 { piece } else { piece.split_once('m').expect("a style ends").1 });
    }
    assert_eq!(bare, plain);
    let mut hostile = film;
    hostile.title = "\x1b[2J名前\r\n".to_owned();
    let picture = frame(&hostile, now, Size { width: 20, height: 5 }, false);
    assert_eq!(picture.lines().next(), Some("\u{fffd}[2J名前\u{fffd}\u{fffd}"));
}
