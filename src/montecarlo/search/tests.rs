//! Searches whose answer is known: a step at a value, with ceilings, gaps and rises.

use super::*;
use std::convert::Infallible;

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

const CENT: &str = "0.01";

/// The search for at most one hit; every value below `enough` has five. Its result and the values it ran, in order.
fn search(
    start: &str,
    unit: &str,
    enough: &str,
    trial: impl Fn(Money) -> Option<Trial>,
) -> (Least, Vec<Money>) {
    let mut order = Vec::new();
    let mut trials = Trials::default();
    let enough = money(enough);
    let mut run = |value: Money| -> Result<Trial, Infallible> {
        order.push(value);
        Ok(trial(value).unwrap_or(if value >= enough { Trial::Ran(0) } else { Trial::Ran(5) }))
    };
    let Ok(least) = trials.least(money(start), money(unit), 1, &mut run);
    assert_eq!(trials.count(), order.len(), "nothing runs twice");
    (least, order)
}

#[test]
fn it_doubles_and_then_bisects_to_a_thousandth() {
    let (least, order) = search("1000", CENT, "3321.60", |_| None);
    assert_eq!(order[..3], [money("1000"), money("2000"), money("4000")]);
    assert_eq!((least.value, least.below), (Some(money("3322")), Some(money("3321"))));
    assert_eq!((least.resolution, least.lowest, least.highest), (money("1"), money("1000"), money("4000")));
    assert!(order.len() <= 3 + 11, "2,000 steps are eleven halvings: {order:?}");
}

#[test]
fn the_found_value_is_exact_to_a_thousandth_of_itself_however_far_was_looked() {
    // 16,000 is the first that does: a thousandth of it is ten, of what is found but one.
    let (least, _) = search("1000", CENT, "9826.40", |_| None);
    assert_eq!(
        (least.value, least.below, least.resolution),
        (Some(money("9827")), Some(money("9826")), money("1"))
    );
}

#[test]
fn it_goes_down_where_the_present_value_is_more_than_enough() {
    let (least, order) = search("1000", CENT, "138.40", |_| None);
    assert_eq!(order[..2], [money("1000"), money("0")]);
    assert_eq!((least.value, least.below), (Some(money("138.4")), Some(money("138.3"))));
}

#[test]
fn zero_will_do_where_nothing_ever_happens() {
    for start in ["0", "50"] {
        let (least, order) = search(start, CENT, "0", |_| None);
        assert_eq!((least.value, least.below), (Some(Money::ZERO), None));
        assert!(order.len() <= 2);
    }
}

#[test]
fn from_zero_it_begins_with_one() {
    let (least, order) = search("0", CENT, "2.35", |_| None);
    assert_eq!(order[..4], ["0", "1", "2", "4"].map(money));
    assert_eq!((least.value, least.below), (Some(money("2.35")), Some(money("2.34"))));
}

#[test]
fn a_whole_number_moves_by_ones() {
    let (least, _) = search("3", "1", "10", |_| None);
    assert_eq!(
        (least.value, least.below, least.resolution),
        (Some(money("10")), Some(money("9")), money("1"))
    );
}

#[test]
fn no_value_does_it_is_an_answer() {
    let (least, order) = search("1", CENT, "1000", |_| Some(Trial::Ran(9)));
    assert_eq!((least.value, order.len()), (None, 21));
    assert_eq!(least.highest, money("1048576"));
}

#[test]
fn a_ceiling_of_the_scenario_is_neared_from_below() {
    let refuse = |ceiling: &'static str| move |value| (value > money(ceiling)).then_some(Trial::Refused);
    let (least, _) = search("0.6", CENT, "0.85", refuse("1"));
    assert_eq!((least.value, least.below), (Some(money("0.85")), Some(money("0.84"))));
    let (least, _) = search("0.6", CENT, "2", refuse("1"));
    assert_eq!(least.value, None);
}

#[test]
fn a_least_value_of_the_scenario_is_the_answer_where_it_will_do() {
    let (least, _) = search("8", "1", "0", |value| (value < money("3")).then_some(Trial::Refused));
    assert_eq!((least.value, least.below), (Some(money("3")), Some(money("2"))));
}

#[test]
fn a_stricter_question_uses_what_was_tried() {
    // Hits fall by one with every unit: 100 at 0, none from 100 on.
    let mut runs = 0;
    let mut run = |value: Money| -> Result<Trial, Infallible> {
        runs += 1;
        Ok(Trial::Ran((100 - value.as_pico().min(100 * one().as_pico()) / one().as_pico()) as usize))
    };
    let mut trials = Trials::default();
    let Ok(first) = trials.least(money("10"), money("1"), 20, &mut run);
    assert_eq!(first.value, Some(money("80")));
    let Ok(second) = trials.least(money("80"), money("1"), 5, &mut run);
    assert_eq!((second.value, second.below), (Some(money("95")), Some(money("94"))));
    let Ok(same) = trials.least(money("95"), money("1"), 5, &mut run);
    assert_eq!(same.value, second.value);
    assert_eq!(runs, trials.count());
    assert_eq!(trials.rise(), None);
}

#[test]
fn a_risk_that_rises_with_the_value_is_noticed() {
    let mut trials = Trials::default();
    let mut run = |value: Money| -> Result<Trial, Infallible> {
        Ok(Trial::Ran(if value == money("2") { 9 } else { 5 }))
    };
    let Ok(least) = trials.least(money("1"), money("1"), 0, &mut run);
    assert_eq!(least.value, None);
    assert_eq!(trials.rise(), Some((money("1"), money("2"))));
}

#[test]
fn an_interruption_ends_the_search() {
    let mut trials = Trials::default();
    let ended = trials.least(money("1"), money("1"), 0, &mut |value| {
        if value < money("8") { Ok(Trial::Ran(3)) } else { Err("interrupted") }
    });
    assert_eq!((ended, trials.count()), (Err("interrupted"), 3));
}

#[test]
fn hits_of_a_risk_by_hand() {
    for (risk, n, hits) in
        [(0.01, 2_000, 20), (0.01, 99, 0), (0.0, 50, 0), (1.0, 7, 7), (0.07, 100, 7), (0.29, 100, 29)]
    {
        assert_eq!(hits_at_most(risk, n), hits, "{risk} of {n}");
    }
    // 11 of 2,000: Wilson's interval ends at 0.98 %; of 12 at 1.05 %.
    assert_eq!(sure_hits_at_most(0.01, 2_000), Some(11));
    assert!(
        Proportion::of(11, 2_000).unwrap().ci95.1 <= 0.01 && Proportion::of(12, 2_000).unwrap().ci95.1 > 0.01
    );
    // z² / (n + z²) ≤ 0.01 from n = 99 z² = 380.3 on.
    assert_eq!((sure_hits_at_most(0.01, 380), sure_hits_at_most(0.01, 381)), (None, Some(0)));
    assert_eq!(replications_to_be_sure(0.01), Some(381));
    assert_eq!(replications_to_be_sure(0.5), Some(4));
    assert_eq!((replications_to_be_sure(1.0), replications_to_be_sure(0.0)), (Some(1), None));
}
