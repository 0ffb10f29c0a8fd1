//! Random lives of services: what goes wrong in containers, updates in steps, deletions that take their time.

use super::dice::Dice;
use std::fmt::Write as _;

/// Settings of the lives of services.
pub(super) fn settings(dice: &mut Dice) -> String {
    let mut words = String::new();
    for word in [
        "delete_billing: Released",
        "ticket_after: \"2m\"",
        "billing_while_restarting: false",
        "scale_delay: \"97s\"",
        "rollout: Phased(step: \"50%\", step_time: \"7m\", surge: true)",
    ] {
        if dice.once_in(5) {
            let _ = write!(words, "{word}, ");
        }
    }
    format!("services: ({words}), ")
}

/// Crashes, failed start-ups, and what happens then. Odd lengths keep them apart from whatever else happens.
pub(super) fn failures(dice: &mut Dice) -> String {
    if dice.once_in(2) {
        return String::new();
    }
    let crashes = dice.pick(&[
        "Exponential(mean: \"83m\")",
        "LogNormal(median: \"37m\", sigma: \"0.8\")",
        "Sequence([\"1h7s\", \"13m3s\", \"19s\"])",
        "Sequence([\"3m1s\", \"23s\", \"23s\", \"41m17s\"])",
    ]);
    let start_fails =
        dice.pick(&["", ", start_fails: \"20%\"", ", start_fails: [true, false, false, true, false]"]);
    let restart = dice.pick(&[
        "",
        ", restart: Never",
        ", restart: OnFailure(most: 2, first: \"7s\", cap: \"71s\")",
        ", restart: OnFailure(most: 4, reset_after: \"101s\")",
        ", restart: Always(first: \"11s\", cap: \"17s\", reset_after: \"3m\")",
    ]);
    format!(", crashes: {crashes}{start_fails}{restart}")
}

/// What an Update brings, and how.
pub(super) fn change(plan: impl Fn(&mut Dice) -> String, dice: &mut Dice) -> String {
    let mut words = match dice.below(3) {
        0 => format!("disk_gib: {}, ", dice.pick(&["60", "30", "2001", "90"])),
        1 => "image: \"v2\", ".to_owned(),
        _ => format!("{}, ", plan(dice)),
    };
    if dice.once_in(4) {
        let _ = write!(words, "replicas: {}, ", dice.between(1, 5));
    }
    if !dice.once_in(3) {
        let step = dice.pick(&["1", "2", "\"40%\"", "\"100%\""]);
        let (step_time, surge) = (dice.pick(&["5m", "13m", "97s"]), dice.pick(&["true", "false"]));
        let _ = write!(words, "rollout: Phased(step: {step}, step_time: \"{step_time}\", surge: {surge})");
    }
    words
}

/// How a Delete is asked for.
pub(super) fn deletion(dice: &mut Dice) -> &'static str {
    match dice.below(5) {
        0 => "Delete(stuck_for: \"9m\")",
        1 => "Delete(stuck_for: \"100s\")",
        2 => "Delete(permission: false)",
        _ => "Delete",
    }
}
