//! `deploysim optimise`: the best, how sure it is, and what to paste.

use crate::support::{Folder, list, number, rows, text};

const BIDS: &str = "--over strategies[1].types[0].bid=0.70,0.82,0.95 --strategy spot";

#[test]
fn the_best_is_said_with_its_probability_and_its_part_of_the_scenario_to_paste() {
    let folder = Folder::new();
    let words = format!("optimise small.ron --minimise cost.mean {BIDS} --indifference 1% -q --out results");
    let shown = folder.stdout(&words);
    assert!(
        shown.starts_with(
            "small: the least cost.mean over strategies[1].types[0].bid: 3 alternatives, seed 1"
        ),
        "{shown}"
    );
    assert!(
        shown.contains("With probability at least 0.95, if the batches are normal: the best within "),
        "{shown}"
    );
    assert!(shown.contains("(1 % of the objective at the present values)"), "{shown}");
    let found = folder.json(&format!("{words} --format json"));
    assert_eq!((found["method"].as_str(), found["probability"].as_f64()), (Some("selection"), Some(0.95)));
    let alternatives = list(&found["alternatives"]);
    let selected: Vec<usize> = (0..3).filter(|place| alternatives[*place]["fate"] == "selected").collect();
    let [best] = selected[..] else { panic!("one is selected: {selected:?}") };
    assert_eq!(found["best"]["values"], alternatives[best]["values"]);
    for (place, one) in alternatives.iter().enumerate().filter(|(place, _)| *place != best) {
        let by = one["beaten_by"].as_u64().expect("it was beaten") as usize;
        assert!(by != place && one["decided_after"].as_u64() >= Some(20), "{one}");
    }
    // The part can be pasted: with it in its place the scenario is the one with the best bid.
    let part = &found["paste"][0];
    assert_eq!(part["path"], "strategies[1]");
    let pasted = part["text"].as_str().expect("text");
    let value = found["best"]["values"][0].as_str().expect("a value");
    assert!(
        shown.contains(pasted) && pasted.contains(&format!("(type: \"A\", bid: \"{value}\")")),
        "{pasted}"
    );
    let present = "(name: \"spot\", types: [(type: \"A\", bid: \"0.82\"), (type: \"B\", bid: \"0.80\"), (type: \"A\")])";
    folder.write("pasted.ron", &crate::support::SCENARIO.replacen(present, pasted, 1));
    folder.stdout("check pasted.ron");
    // The command gives the same again, and neither threads nor where files go are part of it.
    let again = found["command"].as_str().expect("text").strip_prefix("deploysim ").expect("a command");
    assert!(shown.contains(&format!("again: deploysim {again}")));
    // No word of it has a blank, so that the quotes of a shell can go.
    folder.stdout(&format!("{} -q --out again --threads 1", again.replace('\'', "")));
    assert_eq!(folder.contents("results"), folder.contents("again"));
    for picture in ["optimise_race.svg", "optimise_race.png", "optimise_objective.svg"] {
        assert!(folder.file("results").join(picture).is_file(), "{picture}");
    }
    let table = rows(&folder.read("results/optimise.csv"));
    assert_eq!(table.len(), 3);
    assert_eq!(table[best]["standing"], "the best");
    assert!(table.iter().all(|row| !row["cost.mean:low"].is_empty()));
}

#[test]
fn strategies_are_alternatives_without_anything_else_to_choose() {
    let folder = Folder::new();
    let found =
        folder.json("optimise small.ron --minimise cost_with_downtime.mean -q --out results --format json");
    assert_eq!(list(&found["axes"]).len(), 0);
    assert_eq!(list(&found["alternatives"]).len(), 3);
    let best = found["best"]["strategy"].as_str().expect("there is a best");
    let place =
        ["standard", "spot", "back"].iter().position(|name| *name == best).expect("it is one of them");
    assert_eq!(found["paste"][0]["path"], format!("strategies[{place}]"));
    assert_eq!(found["paste"][0]["is_unchanged"], true);
}

#[test]
fn conditions_are_shown_with_their_error_and_verdict_and_none_kept_is_an_answer() {
    let folder = Folder::new();
    let over = "--over services[0].start_up.median=1m,4h --strategy standard -q --out results";
    let words =
        format!("optimise small.ron --minimise cost.mean --subject-to availability.mean>=0.97±0.005 {over}");
    let found = folder.json(&format!("{words} --format json"));
    assert_eq!(found["conditions"][0]["condition"], "availability.mean >= 0.97 ± 0.005");
    let [quick, slow] = list(&found["alternatives"]) else { panic!("two alternatives") };
    assert_eq!((&quick["fate"], &slow["fate"]), (&"selected".into(), &"infeasible".into()));
    assert_eq!(quick["conditions"][0]["verdict"], "kept");
    assert_eq!((&slow["conditions"][0]["verdict"], &slow["breaks"]), (&"broken".into(), &0.into()));
    let [low, high] = [0, 1].map(|end| number(&slow["conditions"][0]["ci95"][end]));
    assert!(low < number(&slow["conditions"][0]["value"]) && high < 0.965, "{low} {high}");
    let shown = folder.stdout(&words);
    assert!(shown.contains("subject to availability.mean >= 0.97 ± 0.005\n"), "{shown}");
    assert!(shown.contains("breaks availability.mean after "), "{shown}");
    let none = folder.stdout(&format!(
        "optimise small.ron --minimise cost.mean --subject-to availability.mean>=0.9999 --subject-to cost.mean<=1 {over}"
    ));
    assert!(none.contains("No alternative keeps the conditions, with probability at least 0.95"), "{none}");
    assert!(none.contains("The nearest: ") && none.contains(" misses "), "{none}");
    assert!(none.contains("again: ") && !none.contains("The best"), "{none}");
}

#[test]
fn without_enough_batches_no_probability_is_printed() {
    let folder = Folder::new();
    let words = format!(
        "optimise small.ron --minimise cost.mean {BIDS} --indifference 0.0001 --most 1000 -q --out results"
    );
    let shown = folder.stdout(&words);
    assert!(shown.contains("The best so far: ") && shown.contains("the batches ended at --most"), "{shown}");
    assert!(
        !shown.contains("probability") && !folder.read("results/optimise_race.svg").contains("probability"),
        "{shown}"
    );
    assert!(folder.json(&format!("{words} --format json"))["probability"].is_null());
    // Tails take larger batches.
    let output = folder.run(&format!("optimise small.ron --minimise cost.p95 {BIDS} --most 1000"));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("--most is at least 4000: the first stage has 20 batches of 200"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn a_search_between_two_ends_promises_no_probability() {
    let folder = Folder::new();
    // The bill is the price for ever: least at the lower end, to the last digit.
    folder.write(
        "flat.ron",
        r#"(name: "flat", start: "2026-06-01T00:00:00+08:00", horizon: "10h", currency: "CNY",
            markets: [(name: "A", standard: "5.00", spot_protected: "0.80")], services: [(name: "chat")],
            strategies: [(name: "spot", types: [(type: "A", bid: "4.00")])])"#,
    );
    let words = "optimise flat.ron --minimise cost.mean --over markets[0].spot_protected=0.5..2.5 -n 20 -q --out results";
    let found = folder.json(&format!("{words} --format json"));
    assert_eq!(
        (found["method"].as_str(), found["best"]["values"][0].as_str()),
        (Some("bracket"), Some("0.5"))
    );
    assert_eq!((found["end"].as_str(), found["low"].as_str()), (Some("resolution"), Some("0.5")));
    let shown = folder.stdout(words);
    assert!(
        !shown.contains("probability") && shown.contains("The best value is between 0.5 and 0.50"),
        "{shown}"
    );
    assert!(
        shown.contains("markets[0]:\n(name: \"A\", standard: \"5.00\", spot_protected: \"0.5\")"),
        "{shown}"
    );
    let most = folder.json(&words.replace("minimise", "maximise").replace("-q", "-q --format json"));
    assert_eq!(most["best"]["values"][0], "2.5");
}

#[test]
fn a_front_is_what_nothing_beats_in_both() {
    let folder = Folder::new();
    let found = folder.json(
        "optimise small.ron --minimise cost.mean --pareto availability.mean --over services[0].start_up.median=1m,2h \
         -n 60 -q --out results --format json",
    );
    assert_eq!((found["method"].as_str(), found["other_sense"].as_str()), (Some("front"), Some("maximise")));
    let points = list(&found["points"]);
    let value = |point: usize, what: &str| {
        let value = &points[point][what]["value"];
        value.as_str().map_or_else(|| number(value), |text| text.parse().expect("an amount"))
    };
    assert_eq!(points.len(), 6);
    for (place, point) in points.iter().enumerate() {
        let is_beaten = (0..6).any(|other| {
            let (cost, served) = (value(other, "objective"), value(other, "other"));
            let (own_cost, own) = (value(place, "objective"), value(place, "other"));
            cost <= own_cost && served >= own && (cost < own_cost || served > own)
        });
        assert_eq!(point["is_on_front"].as_bool(), Some(!is_beaten), "{point}");
    }
    assert!(folder.file("results").join("optimise_front.png").is_file());
}

#[test]
fn a_refused_alternative_is_listed_and_only_all_of_them_are_a_failure() {
    let folder = Folder::new();
    let words = "optimise small.ron --minimise cost.mean --strategy standard -q --out results --over services[0].replicas";
    let shown = folder.stdout(&format!("{words}=1,1.5,2"));
    assert!(
        shown.contains("The scenario refuses 1 alternative; with 1.5: `services[0].replicas`"),
        "{shown}"
    );
    assert!(rows(&folder.read("results/optimise.csv"))[1]["refusal"].contains("services[0].replicas"));
    let shown = folder.stdout(&format!("{words}=1,1.5"));
    assert!(shown.contains("It is the only one there is."), "{shown}");
    let output = folder.run(&format!("{words}=0.5,1.5"));
    assert_eq!(output.status.code(), Some(3));
    assert!(text(&output.stderr).contains("the scenario refuses every alternative; with 0.5: "));
}

#[test]
fn what_does_not_go_together_is_said_with_what_would() {
    let folder = Folder::new();
    let says = |words: &str| {
        let output = folder.run(&format!("optimise small.ron -q {words}"));
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(output.stdout.is_empty());
        text(&output.stderr)
    };
    let least = "--minimise cost.mean";
    let between = "--over strategies[1].types[0].bid=0.7..0.9";
    for (words, why) in [
        (String::new(), "--minimise <METRIC>"),
        (format!("{least} --maximise availability.mean"), "cannot be used with"),
        ("--minimise cots.mean".to_owned(), "did you mean `cost`?"),
        ("--minimise cost.max".to_owned(), "ask for a quantile, as in cost.p99"),
        ("--minimise stopped.share".to_owned(), "the scenario has no accounts"),
        (format!("{least} --over services[0].replics=1,2"), "did you mean `services[0].replicas`?"),
        (format!("{least} --confidence 1"), "from 0.5 to below 1, not 1"),
        (format!("{least} --indifference 0"), "write an amount above zero"),
        (format!("{least} --indifference 5m"), "write an amount above zero"),
        (format!("{least} --subject-to availability.mean=0.9"), "write a figure, >= or <=, and a bound"),
        (
            format!("{least} --subject-to availability.mean>=0.9 --subject-to availability.mean<=0.5"),
            "nothing keeps both availability.mean >= 0.9 ± 0.01 and availability.mean <= 0.5 ± 0.05",
        ),
        (format!("{least} {between}"), "name it with --strategy, or give steps"),
        (
            format!("{least} {between} --strategy spot --subject-to availability.mean>=0.9"),
            "give steps, as in PATH=lo..hi:steps",
        ),
        (format!("{least} {between} --over services[0].replicas=1,2"), "is over one value"),
        (format!("{least} {between} --pareto availability.mean"), "a front needs its points"),
        (format!("{least} --strategy spot --over services[0].replicas=1..4"), "the scenario refuses "),
        (
            "--minimise cost.p95 --strategy spot --over strategies[1].types[0].bid=0.7..0.9 -n 300"
                .to_owned(),
            "give -n 2000",
        ),
        (format!("{least} -n 100"), "leave out -n, or limit them with --most"),
        (format!("{least} --pareto cost.mean"), "is the objective itself"),
        (format!("{least} --pareto availability.mean --confidence 0.9"), "--confidence is of a selection"),
        (
            format!("{least} --pareto availability.mean --subject-to cost.mean<=9"),
            "leave out --subject-to, or --pareto",
        ),
    ] {
        let said = says(&words);
        assert!(said.contains(why), "{words}: {said}");
    }
    assert!(!folder.file("outputs").exists(), "nothing is written");
}
