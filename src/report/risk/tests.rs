//! What a search says, from searches whose answer is known.

use super::*;
use crate::montecarlo::least_at_risk;
use std::convert::Infallible;

const SIZE: StudySize = StudySize { seed: 1, replications: 1_000, threads: 1 };

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

/// A search for `target` among a thousand replications, each of which needs more than its own number.
fn answer(present: &str, target: f64, n: u64, hits: impl Fn(Money) -> Trial) -> RiskSearch {
    let present = money(present);
    let mut trials = Trials::default();
    let mut run = |value: Money| -> Result<Trial, Infallible> { Ok(hits(value)) };
    let Ok((least, sure)) = least_at_risk(&mut trials, (present, money("1")), target, n as usize, &mut run);
    RiskSearch::new(&Found {
        scenario: "calls",
        strategy: "PTU",
        account: Some("main"),
        risk: Arrears::Stopped,
        target,
        path: "accounts[0].cash",
        written: &|value| format!("{value:.0}"),
        present,
        size: StudySize { replications: n, ..SIZE },
        horizon: "30d".to_owned(),
        trials: &trials,
        least,
        sure,
        refusal: None,
    })
}

fn below_need(value: Money) -> Trial {
    let whole = (value.as_pico() / money("1").as_pico()) as usize;
    Trial::Ran(1_000_usize.saturating_sub(whole))
}

#[test]
fn the_answer_has_the_value_its_risk_and_the_next_lower_one() {
    let answer = answer("100", 0.01, 1_000, below_need);
    let json = serde_json::to_value(&answer).expect("plain data");
    assert_eq!((&json["least"]["value"], &json["least"]["hits"]), (&"990".into(), &10.into()));
    assert_eq!((&json["next_lower"]["value"], &json["next_lower"]["hits"]), (&"989".into(), &11.into()));
    // Wilson's interval of 3 of 1,000 ends at 0.88 %, of 4 at 1.02 %.
    assert_eq!((&json["sure"]["least"]["value"], &json["sure"]["least"]["hits"]), (&"997".into(), &3.into()));
    assert_eq!((&json["present"]["hits"], &json["is_monotone"]), (&900.into(), &true.into()));
    let text = answer.render();
    for line in [
        "accounts[0].cash: the least value that keeps the risk of \"stopped\" at or under 1 %",
        "calls, strategy \"PTU\", account \"main\": 1,000 replications of 30d, seed 1",
        "accounts[0].cash = 990 does it (1.000 %).",
        "To be 95 % sure: 997 (its interval ends at or under 1 %).",
        "on the same worlds; values found are exact to 1.",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("Beware") && text.lines().all(|line| line.chars().count() <= 118), "{text}");
}

#[test]
fn too_few_replications_say_how_many_it_takes() {
    let text = answer("1", 0.01, 100, |value| Trial::Ran(if value < money("7") { 50 } else { 0 })).render();
    assert!(text.contains("accounts[0].cash = 7 does it (0.000 %)."), "{text}");
    assert!(
        text.contains("takes at least 381 replications: of 100 not even a share of nought proves 1 %"),
        "{text}"
    );
}

#[test]
fn no_value_at_all_is_said_with_how_far_was_looked() {
    let answer = answer("1", 0.5, 1_000, |_| Trial::Ran(900));
    let text = answer.render();
    assert!(text.contains("No value up to 1048576 does it."), "{text}");
    assert!(text.contains("No value up to 1048576 makes it 95 % sure.") && answer.least.is_none(), "{text}");
    assert!(text.contains("Tried 21 values from 1 to 1048576"), "{text}");
}

#[test]
fn a_risk_that_rises_somewhere_is_a_warning() {
    let humped = |value: Money| Trial::Ran(if value == money("4") { 990 } else { 900 });
    let text = answer("1", 0.5, 1_000, humped).render();
    assert!(text.contains("Beware: the risk rises between 2 and 4"), "{text}");
}

#[test]
fn nobody_is_sure_of_never() {
    let text = answer("1", 0.0, 1_000, |_| Trial::Ran(0)).render();
    assert!(text.contains("at or under 0 %") && text.contains("sure that something never happens"), "{text}");
}
