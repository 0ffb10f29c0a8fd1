//! Forms of small scenarios, and of every one that is shipped.

use super::*;
use crate::scenario::edit::{Change, changed};
use crate::scenario::{Source, load_confined};
use std::path::PathBuf;

const TEXT: &str = r#"(
    start: "2026-06-01T00:00:00+08:00", horizon: "5d", currency: "CNY",
    settings: (protected_price: RealTime),
    markets: [(name: "A", standard: "1.60", spot_protected: "0.80", spot_stock: OnOff(on: "5h", off: "1h"))],
    services: [(name: "chat", replicas: 2, start_up: "3m")],
    strategies: [(name: "spot", types: [(type: "A", bid: "1.00"), (type: "A")], move_back: WhenAvailable(dwell: "30m"))],
)
"#;

fn form(text: &str) -> Form {
    let source =
        Source { path: "form.ron".into(), text: text.into(), base: PathBuf::new(), data_dirs: vec![] };
    let (_, report, questions) = load_confined(source);
    Form::of(&report.text, &questions)
}

fn field(form: &Form, path: &str) -> FormField {
    let mut fields = form.parts.iter().flat_map(|part| &part.fields);
    fields.find(|field| field.path == path).unwrap_or_else(|| panic!("no {path} in {form:#?}")).clone()
}

#[test]
fn each_value_has_the_control_that_the_decoder_asked_for() {
    let form = form(TEXT);
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    for (path, label, control, value, unit) in [
        ("horizon", "horizon", Control::Duration, "5d", ""),
        ("markets[0].standard", "standard", Control::Money { words: vec![] }, "1.60", "CNY/h"),
        ("markets[0].spot_stock.on", "spot stock, on", Control::Duration, "5h", ""),
        ("services[0].replicas", "replicas", Control::Whole { least: 1, most: 10_000 }, "2", ""),
        (
            "strategies[0].types[0].bid",
            "type 1, bid",
            Control::Money { words: words(&["NoLimit"]) },
            "1.00",
            "CNY/h",
        ),
        (
            "strategies[0].types[1].type",
            "type 2, type",
            Control::Choice { options: words(&["A"]), quoted: true },
            "A",
            "",
        ),
        (
            "settings.protected_price",
            "protected price",
            Control::Choice { options: words(&["Locked", "RealTime"]), quoted: false },
            "RealTime",
            "",
        ),
    ] {
        let found = field(&form, path);
        assert_eq!((found.label.as_str(), found.value.as_str(), found.unit.as_str()), (label, value, unit));
        assert_eq!((found.control, found.is_default), (control, false), "{path}");
    }
    let strategy = form.parts.iter().find(|part| part.path == "strategies[0]").expect("it is there");
    assert_eq!((strategy.kind.as_str(), strategy.name.as_str()), ("strategy", "spot"));
    let orders: Vec<_> =
        strategy.orders.iter().map(|order| (order.path.as_str(), order.items.clone())).collect();
    assert_eq!(orders, [("strategies[0].types", words(&["A, bid 1.00", "A"]))]);
}

#[test]
fn what_is_not_written_is_offered_with_its_default_and_its_rules() {
    let form = form(TEXT);
    let protection = field(&form, "strategies[0].protection");
    assert_eq!(
        (protection.control, protection.is_default, protection.value.as_str()),
        (Control::Truth, true, "true")
    );
    assert!(protection.rules.iter().any(|rule| rule == "E16"), "{:?}", protection.rules);
    let written =
        Change::Value { path: "strategies[0].protection".into(), value: "false".into(), bare: false };
    let changed = changed(TEXT, &[written]).expect("there is a group");
    let again = field(&super::tests::form(&changed), "strategies[0].protection");
    assert_eq!((again.is_default, again.value.as_str(), again.line), (false, "false", 6));
}

#[test]
fn a_group_that_is_not_written_at_all_is_offered_and_written_when_it_is_needed() {
    let without = TEXT.replace("    settings: (protected_price: RealTime),\n", "");
    let offered = field(&form(&without), "settings.deployments.cut_off_inclusive");
    assert!(offered.is_default);
    let change = Change::Value { path: offered.path, value: "true".into(), bare: false };
    let changed = changed(&without, &[change]).expect("there is a scenario to write it into");
    assert!(changed.contains("settings: (deployments: (cut_off_inclusive: true))"), "{changed}");
    assert_eq!(field(&form(&changed), "settings.deployments.cut_off_inclusive").value, "true");
}

#[test]
fn a_name_with_values_of_its_own_can_be_exchanged_whole() {
    let form = form(TEXT);
    let way = field(&form, "strategies[0].move_back#0");
    assert_eq!(way.value, "WhenAvailable");
    let change = Change::Value { path: way.path, value: "Never".into(), bare: true };
    let changed = changed(TEXT, &[change]).expect("it is there");
    assert!(changed.contains("move_back: Never)]"), "{changed}");
}

#[test]
fn every_offered_change_of_every_shipped_scenario_keeps_it_readable() {
    for file in ["scenarios/default.ron", "scenarios/lessons/what_pays_first.ron", "tests/full/machines.ron"]
    {
        let text = std::fs::read_to_string(file).expect("it is there");
        for field in form(&text).parts.iter().flat_map(|part| &part.fields) {
            let value = if field.value.is_empty() { &field.example } else { &field.value };
            let bare = match &field.control {
                Control::Choice { quoted, .. } => !quoted,
                Control::Money { words } => words.contains(value),
                _ => false,
            };
            let change = Change::Value { path: field.path.clone(), value: value.clone(), bare };
            if field.path.ends_with("#0") {
                continue;
            }
            let changed = changed(&text, &[change]).unwrap_or_else(|error| panic!("{file}: {error}"));
            let source =
                Source { path: file.into(), text: changed, base: "tests/full".into(), data_dirs: vec![] };
            let (scenario, report, _) = load_confined(source);
            let complaints = report.render(false);
            assert!(
                scenario.is_some() || field.is_default,
                "{file}: {} written again as {value}: {complaints}",
                field.path
            );
        }
    }
}
