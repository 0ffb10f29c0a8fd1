//! What is on the bill, and how it comes about.

use super::situation::{Run, after, call, charged, ptu, quota, run, scenario, units};
use crate::scenario::deployment::{DeploymentAction, PaidBy};
use crate::serving::Fate;
use crate::units::Money;
use serde_json::{Value, json};

fn money(value: &Value) -> Money {
    Money::parse(value.as_str().expect("money is text")).expect("an amount")
}

fn sum<'a>(amounts: impl Iterator<Item = &'a Value>) -> Money {
    amounts.map(money).sum()
}

/// Every line of the bill together is its total, and what the run counted.
fn adds_up(run: &Run) {
    let bill = serde_json::to_value(run.bill()).expect("a bill is JSON");
    let lines = bill["lines"].as_array().expect("a list");
    assert_eq!(sum(lines.iter().map(|line| &line["amount"])), money(&bill["total"]));
    assert_eq!(money(&bill["total"]), run.outcome.cost());
    let shares = bill["deployments"].as_array().expect("a list");
    assert_eq!(sum(shares.iter().map(|share| &share["cost"])), money(&bill["total"]));
}

#[test]
fn partial_hours_of_throughput_are_billed_by_the_minute_and_shown_by_the_hour() {
    let scenario = scenario("2026-06-10T09:15:00+08:00", "6h");
    let run = run(scenario, vec![ptu(PaidBy::PayAsYouGo)], &[("2h25m20s", DeploymentAction::Delete)]);
    adds_up(&run);
    let lines = run.lines("time");
    let [input, output] = lines.as_slice() else { panic!("input and output: {lines:?}") };
    assert_eq!((&input["item"], &output["item"]), (&json!("PTU input"), &json!("PTU output")));
    assert_eq!((&input["billed_minutes"], &input["quantity"]), (&json!(146.0), &json!(100_000)));
    assert_eq!((&input["unit_price"], &input["price_per"]), (&json!("7.68"), &json!(10_000)));
    assert_eq!((&output["unit_price"], &output["price_per"]), (&json!("3.08"), &json!(1_000)));
    assert_eq!(input["to"], "2026-06-10T11:40:20+08:00");
    assert_eq!((&input["amount"], &output["amount"]), (&json!("186.88"), &json!("149.893333333333")));
    assert_eq!(
        (&input["opened_by"], &input["closed_by"]),
        (&json!("it reached Running"), &json!("deletion is complete"))
    );
    assert_eq!(
        input["hours"],
        json!([
            {"from": "2026-06-10T09:15:00+08:00", "billed_minutes": 45.0, "amount": "57.60"},
            {"from": "2026-06-10T10:00:00+08:00", "billed_minutes": 60.0, "amount": "76.80"},
            {"from": "2026-06-10T11:00:00+08:00", "billed_minutes": 41.0, "amount": "52.48"},
        ])
    );
    let story = run.story();
    assert!(
        story.contains("146 min × 100,000 TPM × 7.68 CNY per 10K TPM-hour ÷ 60 = 186.88  [P2 P3"),
        "{story}"
    );
    assert!(story.contains("2026-06-10 10:00:00 60 min 76.80; 2026-06-10 11:00:00 41 min 52.48"), "{story}");
    assert!(story.contains("total of 3 lines: 337.773333333333 CNY"), "{story}");
}

#[test]
fn a_change_of_size_inside_an_hour_cuts_the_line_and_the_bill_of_the_hour() {
    let scenario = scenario("2026-06-10T09:15:00+08:00", "3h");
    let smaller = DeploymentAction::ScaleQuota { quota: quota(50_000, 20_000), fails: false };
    let run = run(scenario, vec![ptu(PaidBy::PayAsYouGo)], &[("1h10m30s", smaller)]);
    adds_up(&run);
    let lines = run.lines("time");
    let input: Vec<&Value> = lines.iter().filter(|line| line["item"] == "PTU input").collect();
    let of = |name: &str| -> Vec<Value> { input.iter().map(|line| line[name].clone()).collect() };
    // The minute that had begun is billed at the old rate.
    assert_eq!(of("billed_minutes"), [json!(71.0), json!(109.0)]);
    assert_eq!(of("quantity"), [json!(100_000), json!(50_000)]);
    assert_eq!(of("amount"), [json!("90.88"), json!("69.76")]);
    assert_eq!(of("closed_by"), [json!("its size changed"), json!("the run ends here; it would bill on")]);
    for line in &lines {
        let hours = line["hours"].as_array().expect("a list");
        assert_eq!(sum(hours.iter().map(|hour| &hour["amount"])), money(&line["amount"]), "{line}");
    }
    let second = input[1]["hours"].as_array().expect("a list");
    assert_eq!(
        second[0],
        json!({"from": "2026-06-10T10:25:30+08:00", "billed_minutes": 34.0, "amount": "21.76"})
    );
    // By clock hour the whole is what the run itself says.
    let told: Money =
        run.recorder.deployment_usages.iter().flat_map(|usage| &usage.hours).map(|hour| hour.amount).sum();
    assert_eq!(told, sum(lines.iter().map(|line| &line["amount"])));
    let still: Vec<String> = run.bill().deployments[1].still_billing.clone();
    assert_eq!(still, ["PTU input", "PTU output"]);
}

#[test]
fn a_subscription_is_a_payment_whose_figures_are_those_of_the_price_list() {
    let scenario = scenario("2026-06-10T10:00:00+08:00", "10d");
    let smaller = DeploymentAction::ScaleQuota { quota: quota(50_000, 10_000), fails: false };
    let actions = [
        ("1d3h", smaller),
        ("2d", DeploymentAction::Renew { periods: 2 }),
        ("3d", DeploymentAction::CapacityPack { quota: quota(10_000, 0), days: 1 }),
        ("4d", DeploymentAction::Unsubscribe),
    ];
    let run = run(scenario, vec![ptu(PaidBy::Prepaid { periods: 7, auto_renew: None })], &actions);
    adds_up(&run);
    let lines = run.lines("payment");
    let told: Vec<String> = lines.iter().map(|line| format!("{} {}", line["at"], line["workings"])).collect();
    let expected = [
        // 10 × 92.16 + 20 × 36.96 = 1,660.80 a day; half of it from the third day on.
        "2026-06-10T10:00:00 order: 7 days × (100,000 TPM × 92.16 per 10K + 20,000 TPM × 36.96 per 1K) = 11625.60",
        "2026-06-11T13:00:00 reduction: (11625.60 left of 11625.60 − 2 used days since 2026-06-10 10:00:00 × 1660.80) \
         × (1660.80 − 830.40) ÷ 1660.80 = 4152.00",
        "2026-06-12T10:00:00 renewal: 2 days × (50,000 TPM × 92.16 per 10K + 10,000 TPM × 36.96 per 1K) = 1660.80",
        "2026-06-13T10:00:00 capacity pack: 1 day × (10,000 TPM × 92.16 per 10K + 0 TPM × 36.96 per 1K) = 92.16",
    ];
    let expected: Vec<String> =
        expected.iter().map(|line| format!("\"{}+08:00\" \"{}\"", &line[..19], &line[20..])).collect();
    assert_eq!(told, expected);
    let amounts: Vec<&Value> = lines.iter().map(|line| &line["amount"]).collect();
    assert_eq!(amounts, ["11625.60", "-4152.00", "1660.80", "92.16"]);
    assert!(
        run.story().contains("refused: unsubscribe, a subscription cannot be terminated early  [P8 A-10]")
    );
}

#[test]
fn enlarging_and_giving_up_model_units_name_their_days_and_factors() {
    let scenario = scenario("2026-07-01T10:00:00+08:00", "20d");
    let actions = [
        ("1d", DeploymentAction::ScaleReplicas { replicas: 3, fails: false }),
        ("2d1s", DeploymentAction::Unsubscribe),
    ];
    let run = run(scenario, vec![units(PaidBy::Prepaid { periods: 1, auto_renew: None })], &actions);
    adds_up(&run);
    let lines = run.lines("payment");
    let workings: Vec<&str> = lines.iter().filter_map(|line| line["workings"].as_str()).collect();
    assert_eq!(
        workings,
        [
            "order: 1 month × 2 replicas × 104472.00 = 208944.00",
            // 3 × 3,482.40 a day for the 29 days that are left, less what two have paid.
            "enlargement: (208944.00 left of 208944.00 − 1 used day since 2026-07-01 10:00:00 × 6964.80) × \
             (10447.20 − 6964.80) ÷ 6964.80 = 100989.60",
            // The first day was one of two replicas.
            "cancellation: paid 309933.60 − (1 used day at earlier sizes, 6964.80 + 2 used days since \
             2026-07-02 10:00:00 × 3 replicas × 104472.00 ÷ 30) × 1.2, started days count whole, at least 0 = 276502.56",
        ]
    );
    let amounts: Vec<&Value> = lines.iter().map(|line| &line["amount"]).collect();
    assert_eq!(amounts, ["208944.00", "100989.60", "-276502.56"]);
}

#[test]
fn what_was_never_delivered_comes_back_whole() {
    let mut failing = ptu(PaidBy::Prepaid { periods: 1, auto_renew: None });
    failing.deploy_fails = true;
    let run = run(scenario("2026-06-10T10:00:00+08:00", "1d"), vec![failing], &[]);
    adds_up(&run);
    assert_eq!(run.lines("payment")[1]["amount"], "-1660.80");
    assert!(
        run.story().contains("failed purchase: nothing was delivered: all of the 1660.80 come back  [U6]")
    );
}

#[test]
fn tokens_are_lines_by_day_named_as_bills_name_them() {
    let mut run = run(scenario("2026-06-10T10:00:00+08:00", "2d"), vec![ptu(PaidBy::PayAsYouGo)], &[]);
    for at in ["10m", "20m", "1d"] {
        let mut long = call(at, 128_001, 500, Fate::Overflowed);
        long.charged = vec![charged("input_token", 128_001, "15"), charged("output_token", 500, "60")];
        run.call(long);
    }
    adds_up(&run);
    let lines = run.lines("tokens");
    let told: Vec<String> = lines
        .iter()
        .map(|line| {
            format!(
                "{} {} {} {} {}",
                line["day"], line["item"], line["calls"], line["quantity"], line["amount"]
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            r#""2026-06-10" "context_128k-256k_input_token" 2 256002 "3.84003""#,
            r#""2026-06-10" "context_128k-256k_output_token" 2 1000 "0.06""#,
            r#""2026-06-11" "context_128k-256k_input_token" 1 128001 "1.920015""#,
            r#""2026-06-11" "context_128k-256k_output_token" 1 500 "0.03""#,
        ]
    );
    assert!(lines.iter().all(|line| line["overflow"] == true && line["price_per"] == 1_000_000));
    let story = run.story();
    assert!(
        story.contains("256,002 tokens × 15.00 CNY ÷ 1,000,000 = 3.84003  [P10 P11 T1 A-04 A-38]"),
        "{story}"
    );
}

#[test]
fn the_start_of_a_charge_is_where_its_first_hour_begins() {
    let run = run(scenario("2026-06-10T10:00:00+08:00", "90s"), vec![units(PaidBy::PayAsYouGo)], &[]);
    adds_up(&run);
    let lines = run.lines("time");
    // A minute and a half are two minutes of two replicas at 216.
    assert_eq!((&lines[0]["amount"], &lines[0]["quantity"]), (&json!("14.40"), &json!(2)));
    assert_eq!(lines[0]["hours"].as_array().map(Vec::len), Some(1));
    assert_eq!(run.recorder.deployment_usages[0].to, after("90s"));
}
