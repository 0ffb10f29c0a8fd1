//! Names read, figures the same as those that `compare` prints, and answers for what is not there.

use super::*;
use crate::montecarlo::{Arrears, MoneyEstimate, StudySize, study};
use crate::scenario::load_bytes;
use crate::units::SimTime;

fn metric(text: &str) -> Metric {
    Metric::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn wrong(text: &str) -> String {
    Metric::parse(text).expect_err(text).to_string()
}

fn scenario(text: &str) -> Scenario {
    let (scenario, report) = load_bytes("metric.ron", text.as_bytes().to_vec(), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

/// Spot that is taken back now and then, with a price of an hour without it.
const SPOT: &str = r#"(
    start: "2026-06-01T00:00:00+08:00", horizon: "5d", currency: "CNY", downtime: (lost_hour: "3"),
    markets: [(name: "A", standard: "1.60", spot_protected: MeanReverting(step: "5m", start: 0.5, level: 0.5, speed: 0.02,
        noise: 0.03, floor: 0.05, cap: 1.6), stock: OnOff(on: "20h", off: "2h", initial: In))],
    services: [(name: "chat", start_up: "3m")],
    strategies: [(name: "spot", types: [(type: "A", bid: "0.60"), (type: "A")])],
)"#;

/// Two accounts that pay for provisioned throughput; the first cannot for long.
const ACCOUNTS: &str = r#"(
    start: "2026-06-10T10:00:00+08:00", horizon: "3d", currency: "CNY",
    accounts: [(name: "main", cash: "1000"), (name: "lab", cash: "1000000")],
    strategies: [(name: "PTU", deployments: [
        Ptu(name: "a", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 20000, paid_by: Hourly, account: "main"),
        Ptu(name: "b", model: "qwen3-max-2025-09-23", input_tpm: 100000, output_tpm: 20000, paid_by: Hourly, account: "lab")])],
)"#;

#[test]
fn every_name_is_read_and_written_the_same() {
    for measure in Measure::ALL {
        let statistics = if measure.is_yes_or_no() {
            vec!["share"]
        } else {
            vec!["mean", "p0.1", "p5", "p50", "p99.9", "cvar95", "cvar97.5", "min", "max"]
        };
        let accounts: &[&str] = if measure.is_of_accounts() { &["", "accounts[3]."] } else { &[""] };
        for (account, statistic) in
            accounts.iter().flat_map(|account| statistics.iter().map(move |one| (account, one)))
        {
            let text = format!("{account}{measure}.{statistic}");
            assert_eq!(metric(&text).to_string(), text);
            assert_eq!(metric(&text).account, (!account.is_empty()).then_some(3));
        }
    }
    assert_eq!(metric(" cost.p95.0 ").to_string(), "cost.p95");
}

#[test]
fn a_wrong_name_is_answered_with_the_nearest_and_the_list() {
    let message = wrong("cots.mean");
    assert!(
        message.starts_with("there is no measure `cots` in `cots.mean`; did you mean `cost`?\n"),
        "{message}"
    );
    assert!(
        message.contains("the measures are cost, cost_with_downtime, availability, running_hours"),
        "{message}"
    );
    assert!(wrong("cost.maen").contains("in `cost.maen`; did you mean `mean`?"), "{}", wrong("cost.maen"));
    for statistic in ["p0", "p100", "p5.25", "p-5", "p+5", "p", "cvar0", "median", ""] {
        assert!(wrong(&format!("cost.{statistic}")).starts_with("there is no statistic"), "{statistic}");
    }
    assert!(wrong("cost").starts_with("`cost` lacks its statistic, as in `cost.mean`; the statistics are"));
    assert!(wrong("stopped").contains("as in `stopped.share`"));
    assert_eq!(
        wrong("stopped.p95"),
        "`stopped.p95`: stopped is yes or no in each replication: write `stopped.share`"
    );
    assert!(wrong("cost.share").ends_with("write `cost.mean`"));
    assert!(wrong("accounts[main].stopped.share").contains("as in `accounts[0].stopped.share`"));
    assert!(
        wrong("accounts[0].cost.mean").contains("cost is none of an account; of accounts there are overdue")
    );
}

#[test]
fn its_figures_are_those_of_the_estimates_to_the_last_digit() {
    let scenario = scenario(SPOT);
    let samples =
        study(&scenario, StudySize { seed: 3, replications: 61, threads: 2 }, &mut ()).expect("it runs");
    let [samples] = samples.as_slice() else { panic!("one strategy") };
    for (name, costs) in [("cost", &samples.cost), ("cost_with_downtime", &samples.cost_with_downtime)] {
        let known = MoneyEstimate::of(costs).expect("there are costs");
        let exact = |statistic: &str| {
            let estimate = metric(&format!("{name}.{statistic}")).estimate(samples).expect("measured");
            assert_eq!(
                (estimate.n, estimate.value.to_bits()),
                (61, estimate.exact.unwrap().to_f64().to_bits())
            );
            estimate.exact.expect("money is exact")
        };
        assert_eq!(
            ["mean", "p5", "p50", "p95", "p99", "cvar95", "min", "max"].map(exact),
            [known.mean.mean, known.p5, known.p50, known.p95, known.p99, known.cvar95, known.min, known.max]
        );
        let mean = metric(&format!("{name}.mean")).estimate(samples).expect("measured");
        assert_eq!(mean.ci95, known.mean.ci95.map(|(low, high)| (low.to_f64(), high.to_f64())));
        assert_eq!(mean.standard_error, known.mean.standard_error);
    }
    let interval = |name: &str| metric(name).estimate(samples).expect("measured").ci95;
    let floats = |(low, high): (Money, Money)| (low.to_f64(), high.to_f64());
    assert_eq!(interval("cost.p50"), money_quantile_interval(&samples.cost, 500).map(floats));
    assert!(interval("cost.p50").is_some(), "61 replications are enough for a median");
    assert_eq!(interval("cost.cvar95"), money_cvar95_interval(&samples.cost).map(floats));
    assert_eq!((interval("cost.max"), interval("cost.cvar90")), (None, None));
    let availability = metric("availability.mean");
    let column = availability.column(samples);
    let known = MeanEstimate::of(&column).expect("measured");
    let estimate = availability.estimate(samples).expect("measured");
    assert_eq!((estimate.value.to_bits(), estimate.exact), (known.mean.to_bits(), None));
    let (low, high) = estimate.ci95.expect("an interval");
    assert!(0.0 <= low && low < estimate.value && estimate.value < high && high <= 1.0);
    // Ranks, as everywhere: ⌈0.05 · 61⌉ = 4, and the tail of 95 % is the greatest ⌈0.05 · 61⌉ = 4.
    let mut sorted = metric("reclaims.mean").column(samples);
    sorted.sort_by(f64::total_cmp);
    let value = |name: &str| metric(name).estimate(samples).expect("measured").value;
    assert_eq!(value("reclaims.p5").to_bits(), sorted[3].to_bits());
    assert!((value("reclaims.cvar95") - sorted[57..].iter().sum::<f64>() / 4.0).abs() < 1e-12);
    assert_eq!(value("time_to_running.min").to_bits(), 180.0_f64.to_bits());
    assert!(value("running_hours.max") < 120.0);
}

#[test]
fn the_statistic_of_plain_numbers_is_that_of_the_column() {
    let scenario = scenario(SPOT);
    let samples =
        study(&scenario, StudySize { seed: 3, replications: 40, threads: 1 }, &mut ()).expect("it runs");
    for name in ["cost.mean", "cost.p95", "cost.cvar90", "availability.p5", "reclaims.max"] {
        let metric = metric(name);
        let of_column = metric.statistic.of(&metric.column(&samples[0])).expect("there are values");
        let estimate = metric.estimate(&samples[0]).expect("measured");
        assert!((of_column - estimate.value).abs() <= 1e-12 * estimate.value.abs(), "{name}");
    }
    assert_eq!(Statistic::Share.of(&[0.0, 1.0, 1.0, 0.0]), Some(0.5));
    assert_eq!(Statistic::Mean.of(&[]), None);
}

#[test]
fn one_replication_has_a_value_and_no_interval() {
    let scenario = scenario(SPOT);
    let samples =
        study(&scenario, StudySize { seed: 3, replications: 1, threads: 1 }, &mut ()).expect("it runs");
    let estimate = metric("cost.mean").estimate(&samples[0]).expect("measured");
    assert_eq!((estimate.ci95, estimate.standard_error, estimate.n), (None, None, 1));
    assert_eq!(estimate.exact, Some(samples[0].cost[0]));
}

#[test]
fn what_a_scenario_has_not_is_said() {
    let scenario = scenario(SPOT);
    let absent = |name: &str| metric(name).check(&scenario).expect_err(name).to_string();
    assert_eq!(absent("stopped.share"), "`stopped.share`: the scenario has no accounts");
    assert_eq!(
        absent("refused_share.mean"),
        "`refused_share.mean`: the scenario has neither calls nor deployments"
    );
    assert_eq!(absent("crashes.p50"), "`crashes.p50`: no container of the scenario can fail");
    for name in ["cost.mean", "cost_with_downtime.p95", "availability.min"] {
        assert_eq!(metric(name).check(&scenario), Ok(()), "{name}");
        assert!(metric(name).speaks_of(&scenario, &scenario.strategies[0]));
    }
}

#[test]
fn accounts_are_asked_one_by_one_or_together() {
    let scenario = scenario(ACCOUNTS);
    let samples =
        study(&scenario, StudySize { seed: 1, replications: 4, threads: 1 }, &mut ()).expect("it runs");
    let share = |name: &str| metric(name).estimate(&samples[0]).expect("measured");
    let Estimate { value, ci95, n, .. } = share("accounts[0].overdue.share");
    assert_eq!((value.to_bits(), n), (1.0_f64.to_bits(), 4));
    assert_eq!(ci95, Proportion::of(4, 4).map(|all| all.ci95));
    assert_eq!(share("accounts[1].overdue.share").value.to_bits(), 0.0_f64.to_bits());
    assert_eq!(share("overdue.share").value.to_bits(), 1.0_f64.to_bits(), "any of them");
    assert_eq!(samples[0].accounts[0].count(Arrears::Overdue), 4, "as the table of accounts counts it");
    assert!(samples[0].accounts[0].first[0].iter().all(|at| *at > SimTime::ZERO));
    let available = metric("accounts[0].available.p50").estimate(&samples[0]).expect("measured");
    assert_eq!(available.exact, Some(samples[0].accounts[0].available[0]));
    assert_eq!(
        metric("available.p5").check(&scenario).expect_err("of which").to_string(),
        "`available.p5`: there are several accounts: write accounts[0].available.p5 (\"main\") or \
         accounts[1].available.p5 (\"lab\")"
    );
    assert_eq!(metric("available.p5").estimate(&samples[0]), None);
    assert_eq!(
        metric("accounts[2].available.p5").check(&scenario).expect_err("no third").to_string(),
        "`accounts[2].available.p5`: the scenario has 2 accounts, from 0"
    );
    assert_eq!(metric("accounts[2].available.p5").estimate(&samples[0]), None);
    assert!(metric("availability.mean").check(&scenario).is_err(), "no machines are rented");
    assert_eq!(metric("delivered_tokens.mean").check(&scenario), Ok(()));
}
