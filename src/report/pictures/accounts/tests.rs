//! From entries to the fan.

use super::*;

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

fn hour(hours: i64) -> SimTime {
    SimTime::ZERO + SimSpan::from_hours(hours)
}

/// A listener to one account over 460 hours, so that an instant of the fan is an hour.
fn listener(cash: &str) -> Listener {
    let opened = Opening { cash: money(cash), unsettled_current: money("3"), ..Opening::default() };
    Listener {
        horizon: SimSpan::from_hours(STRETCHES),
        accounts: vec![Path { now: opening(&opened), kept: Vec::new() }],
    }
}

#[test]
fn a_path_keeps_what_is_available_at_and_after_an_entry() {
    let mut listener = listener("13");
    listener.note(0, hour(2), money("8"));
    listener.note(0, hour(2), money("7"));
    listener.note(0, hour(4) + SimSpan::from_ms(1), money("5"));
    listener.note(1, hour(5), money("99"));
    let [path] = listener.paths().try_into().expect("one account");
    assert_eq!(path.len() as i64, STRETCHES + 1);
    // The opening, then from hour 2 on 7 (the last of its instant), and 5 from just after hour 4.
    assert_eq!(path[..6], [10.0, 10.0, 7.0, 7.0, 7.0, 5.0]);
    assert_eq!(path.last(), Some(&5.0));
}

#[test]
fn a_fan_holds_the_quantiles_of_each_instant() {
    let rising: Vec<Paths> =
        (1..=20).map(|value| vec![vec![f64::from(value); STRETCHES as usize + 1]]).collect();
    let fan = fan(SimSpan::from_hours(STRETCHES), 0, &rising);
    assert_eq!(fan[0].quantiles.map(|value| value as i64), [1, 5, 10, 15, 19]);
    assert_eq!((fan[0].at_ms, fan[460].at_ms), (0, hour(460).as_ms()));
}
