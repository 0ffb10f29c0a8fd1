//! Numbers found by their path, and texts in which one of them is another.

use super::*;

/// A text with everything that a path may go through.
const TEXT: &str = "\u{feff}// cash: \"1\" is a comment
(
    start: \"2026-06-01T00:00:00+08:00\", horizon: \"30d\", currency: \"CNY\",
    accounts: [(name: \"main\", cash: \"1_000.50\", credit: 20 /* \"30\" */,
        top_up: Some((below: 100, amount: r#\"500\"#, delay: LogNormal(median: \"2h\", sigma: 1.0)))), (cash: \"7\")],
    strategies: [(name: \"PTU\", deployments: [Ptu(input_tpm: 12000, price: Schedule([(\"0s\", \"0.5\")]))])],
) // no line break";

fn source(text: &str) -> Source {
    Source { path: "edit.ron".to_owned(), text: text.to_owned(), base: PathBuf::new(), data_dirs: Vec::new() }
}

fn find(path: &str) -> Result<Variable, EditError> {
    Variable::find(source(TEXT), path)
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("decimal text")
}

#[test]
fn a_number_is_exchanged_and_all_else_kept_to_the_byte() {
    for (path, written, value, new, expected) in [
        ("accounts[0].cash", "\"1_000.50\"", "1000.50", "2500", "\"2500.00\""),
        ("accounts[0].credit", "credit: 20 /*", "20", "35", "credit: 35 /*"),
        ("accounts[0].top_up.below", "below: 100,", "100", "0", "below: 0,"),
        ("accounts[0].top_up.amount", "r#\"500\"#", "500", "0.125", "r#\"0.125\"#"),
        ("accounts[0].top_up.delay.sigma", "sigma: 1.0)", "1", "1.25", "sigma: 1.25)"),
        ("accounts[1].cash", "\"7\"", "7", "8", "\"8.00\""),
        (
            "strategies[0].deployments[0].input_tpm",
            "input_tpm: 12000,",
            "12000",
            "13000",
            "input_tpm: 13000,",
        ),
    ] {
        let variable = find(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!((variable.value(), variable.path()), (money(value), path));
        assert_eq!(variable.text_with(money(new)), TEXT.replacen(written, expected, 1), "{path}");
    }
}

#[test]
fn a_whole_number_moves_by_ones_and_an_amount_by_its_decimals() {
    let unit = |path: &str| find(path).expect("a number").unit();
    assert_eq!(unit("accounts[0].credit"), money("1"));
    assert_eq!(unit("accounts[1].cash"), money("0.01"), "in quotes it may be an amount");
    let fine = Variable::find(source("(price: \"0.0004\")"), "price").expect("a number");
    assert_eq!(fine.unit(), money("0.0001"));
}

#[test]
fn a_wrong_path_is_answered_with_the_nearest_and_the_list() {
    let message = |path: &str| find(path).expect_err("no number").to_string();
    assert_eq!(
        message("accounts[0].cahs"),
        "there is no `accounts[0].cahs` in edit.ron; did you mean `accounts[0].cash`?\n\
         the numbers are accounts[0].cash, accounts[0].credit, accounts[0].top_up.below, accounts[0].top_up.amount, \
         accounts[0].top_up.delay.sigma, accounts[1].cash, strategies[0].deployments[0].input_tpm"
    );
    assert!(message("").starts_with("there is no `` in edit.ron\nthe numbers are"), "{}", message(""));
    assert!(message("horizon").starts_with("`horizon` is \"30d\", not a plain number\n"));
    assert!(message("accounts[0]").starts_with("`accounts[0]` is a group of fields, not a plain number\n"));
    let pair = "strategies[0].deployments[0].price[0]";
    assert_eq!(message(pair), format!("`{pair}` is more than one value"));
}

#[test]
fn a_text_that_is_no_scenario_says_so() {
    let error = Variable::find(source("(cash: \"1\""), "cash").expect_err("not closed");
    assert_eq!(error.to_string(), "edit.ron is no scenario");
    let none = Variable::find(source("(a: \"x\")"), "b").expect_err("no numbers");
    assert_eq!(none.to_string(), "there is no `b` in edit.ron; it has no plain numbers");
}

#[test]
fn the_changed_text_loads_as_a_scenario_or_says_why_not() {
    let text = r#"(start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
        markets: [(name: "A", standard: "2.00")], services: [(name: "chat", replicas: 1)],
        strategies: [(name: "own", types: [(type: "A")])])"#;
    let replicas = Variable::find(source(text), "services[0].replicas").expect("a number");
    let (scenario, _) = replicas.load_with(money("3"));
    assert_eq!(scenario.expect("it loads").services[0].replicas, 3);
    let (scenario, report) = replicas.load_with(money("-1"));
    assert!(scenario.is_none() && report.has_errors());
}
