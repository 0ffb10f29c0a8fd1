//! The bill of Model Studio.

use crate::by_hand::{everything, machines_only, tokens_only};
use deploysim::report::export::modelstudio;
use deploysim::units::Money;
use std::collections::BTreeMap;

fn rows(csv: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv);
    reader.deserialize().map(|row| row.expect("every row has the columns of the header")).collect()
}

#[test]
fn the_payable_amounts_are_the_bill() {
    for run in [everything(), tokens_only(), machines_only()] {
        let csv = modelstudio::write(&run.told(), &run.charges()).expect("memory is writable");
        let amounts =
            rows(&csv).into_iter().map(|row| Money::parse(&row["Payable Amount"]).expect("an amount"));
        assert_eq!(amounts.sum::<Money>(), run.by_the_journal());
    }
}

#[test]
fn a_line_says_whose_it_is_and_what_covered_it() {
    let run = everything();
    let csv = modelstudio::write(&run.told(), &run.charges()).expect("memory is writable");
    let rows = rows(&csv);
    let covered = rows.iter().find(|row| row["Free Quota Usage"] == "400").expect("a line");
    let of = |column: &str| covered[column].as_str();
    assert_eq!(
        of("Instance ID (Billing Granularity)"),
        "k1;llm-1;qwen3-max-2025-09-23;context_0-32k_input_token;app;0"
    );
    assert_eq!(of("Instance Tag"), "key:dept value:a, \"b\"; key:env value:test");
    assert_eq!(of("Billable Item"), "Large Model Text Consumption");
    assert_eq!((of("Usage"), of("Usage Unit"), of("List Price")), ("1000", "token", "0.0000025"));
    assert_eq!((of("Resource Package Usage"), of("List Amount")), ("250", "0.000875"));
    assert_eq!((of("Billing Month"), of("Billing Date")), ("2026-06", "2026-06-27"));
    assert_eq!(of("Usage Start Time"), "2026-06-27T23:00:00+08:00");
    assert_eq!(of("Issue Time"), "2026-06-27T23:05:00+08:00");
    let kinds = |kind: &str| rows.iter().filter(|row| row["Charge Type"] == kind).count();
    assert_eq!((kinds("Usage"), kinds("Purchase"), kinds("Refund")), (16, 5, 1));
    assert_eq!((kinds("Rounding"), kinds("Tax")), (2, 7));
    let subscriptions = rows.iter().filter(|row| row["Subscription Type"] == "Subscription").count();
    assert_eq!(subscriptions, 12, "payments and refunds with their tax");
}
