//! Broken bills, with the exact words for each.

use super::super::{BillReading, read_bill};
use super::{START, gzip, problems, read_at};
use crate::units::Calendar;
use std::collections::BTreeMap;

const HEADER: &str = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,PricingQuantity\n";

/// The only problem of a bill: its words, and what would be right.
fn problem(bytes: &[u8]) -> (String, String) {
    let all = problems(bytes);
    let [one] = all.as_slice() else { panic!("one problem: {all:?}") };
    one.clone()
}

/// The problems of rows below [`HEADER`].
fn of_rows(rows: &str) -> Vec<String> {
    problems(format!("{HEADER}{rows}").as_bytes()).into_iter().map(|(message, _)| message).collect()
}

#[test]
fn whole_files() {
    let packed = gzip(HEADER.repeat(40).as_bytes());
    let cut = &packed[..packed.len() / 2];
    for (bytes, message, help) in [
        (&b""[..], "f: the file is empty", "name a bill"),
        (b",,\n", "f: the file is empty", "name a bill"),
        (cut, "f: the gzip data ends too early", "fetch or copy the file again"),
        (b"PAR1....", "f: the file is a Parquet file", "convert it to CSV"),
        (HEADER.as_bytes(), "f: the file has no rows", "name a bill with at least one line"),
        (
            b"{\"BilledCost\": 1}\n",
            "f:1: the file is JSON, not CSV: \"{\"BilledCost\": 1}\"",
            "export the bill as CSV",
        ),
        (b"<html>\n", "f:1: the file is a web page or XML, not CSV: \"<html>\"", "fetch the data itself"),
        (b"name,cost\n", "f:1: the header is of no known kind of bill: \"name,cost\"", "known are FOCUS"),
        (
            b"time,price\n0,1\n",
            "f:1: the file holds prices (CSV), not a bill: \"time,price\"",
            "known are FOCUS",
        ),
        (
            b"timestamp_s,input_tokens,output_tokens\n",
            "f:1: the file holds calls in seconds (CSV), not a bill: \"timestamp_s,input_tokens,output_tokens\"",
            "known are FOCUS",
        ),
    ] {
        let (said, right) = problem(bytes);
        assert_eq!(said, message);
        assert!(right.starts_with(help), "{said}: {right}");
    }
}

#[test]
fn missing_columns() {
    for (header, message, help) in [
        (
            "BilledCst,BillingCurrency,ChargeCategory,ChargePeriodStart\n",
            "no column of amounts",
            "is \"BilledCst\" meant as BilledCost?",
        ),
        (
            "EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart\n",
            "no column of amounts",
            "export the bill with the column BilledCost",
        ),
        (
            "BilledCost,ChargeCategory,ChargePeriodStart\n",
            "no column of currencies",
            "export the bill with the column BillingCurrency",
        ),
        (
            "BilledCost,BillingCurrency,ChargePeriodStart\n",
            "no column of categories",
            "export the bill with the column ChargeCategory",
        ),
        (
            "BilledCost,BillingCurrency,ChargeCategory\n",
            "no column of times",
            "export the bill with the column ChargePeriodStart",
        ),
        (
            "line_item_usage_start_date,line_item_line_item_type,line_item_currency_code,line_item_blended_cost\n",
            "no column of amounts",
            "is \"line_item_blended_cost\" meant as line_item_unblended_cost?",
        ),
        (
            "lineItem/UnblendedCost,lineItem/LineItemType,lineItem/UsageStartDate\n",
            "no column of currencies",
            "export the bill with the column lineItem/CurrencyCode",
        ),
        (
            "Billing Month,Product Name,Currency\n",
            "no column of amounts",
            "export the bill with the column Payable Amount",
        ),
        (
            "BilledCost,billed_cost,BillingCurrency,ChargeCategory,ChargePeriodStart\n",
            "the columns BilledCost and billed_cost hold the same thing",
            "keep one of them",
        ),
    ] {
        let (said, right) = problem(header.as_bytes());
        assert!(said.starts_with(&format!("f:1: {message}: \"")), "{said}");
        assert_eq!(right, help, "{said}");
    }
}

#[test]
fn every_cell_is_refused_by_name() {
    let when = "2026-06-02T00:00:00Z";
    for (rows, expected) in [
        (format!("1O.5,CNY,Usage,{when},\n"), "f:2:1: not a number: \"1O.5\""),
        (format!(",CNY,Usage,{when},\n"), "f:2:1: the cell is empty"),
        (format!("¥5,CNY,Usage,{when},\n"), "f:2:1: not a number: \"¥5\""),
        (
            format!("\"1,234\",CNY,Usage,{when},\n"),
            "f:2:1: a comma that may part thousands or decimals: \"1,234\"",
        ),
        (format!("\"12,50\",CNY,Usage,{when},\n"), "f:2:1: a comma that parts no thousands: \"12,50\""),
        (format!("1e16,CNY,Usage,{when},\n"), "f:2:1: too large for an amount: \"1e16\""),
        (format!("1,CNY,Usage,{when},many\n"), "f:2:34: not a number: \"many\""),
        (format!("1,,Usage,{when},\n"), "f:2:3: the cell is empty"),
        ("1,CNY,Usage,yesterday,\n".to_owned(), "f:2:13: not a time: \"yesterday\""),
        ("1,CNY,Usage,1780000000,\n".to_owned(), "f:2:13: not a time: \"1780000000\""),
        ("\n\n1,CNY,Usage,6/1/2026 0:00,\n".to_owned(), "f:4:13: not a time: \"6/1/2026 0:00\""),
        ("1,CNY,Usage,,\n".to_owned(), "f:2:1: the line has no time: \"1,CNY,Usage,,\""),
        ("1,CNY,Usage\n".to_owned(), "f:2:1: too few cells: 3 where the header has 5: \"1,CNY,Usage\""),
    ] {
        assert_eq!(of_rows(&rows), [expected]);
    }
    let month = "Billing Month,Payable Amount,Currency\n2026-13,1,CNY\n";
    assert_eq!(
        problem(month.as_bytes()),
        ("f:2:1: not a month: \"2026-13\"".to_owned(), "write it as in 2026-06".to_owned())
    );
}

#[test]
fn another_currency_is_refused_once_unless_there_is_a_rate() {
    let row = |currency: &str| format!("1.5,{currency},Usage,2026-06-02T00:00:00Z,\n");
    let mixed = format!("{HEADER}{}{}{}{}", row("CNY"), row("USD"), row("usd"), row("EUR"));
    let found = problems(mixed.as_bytes());
    assert_eq!(
        found,
        [
            (
                "f:3:5: the amount is in another currency than the scenario, CNY: \"USD\"".to_owned(),
                "say what one is worth: --rate USD=…, in CNY".to_owned()
            ),
            (
                "f:5:5: the amount is in another currency than the scenario, CNY: \"EUR\"".to_owned(),
                "say what one is worth: --rate EUR=…, in CNY".to_owned()
            ),
        ]
    );
    let rates = [("USD", "7.1"), ("EUR", "8")];
    let bill = read_at(mixed.as_bytes(), START, &rates).expect("a bill");
    assert_eq!(bill.total().to_string(), "34.80");
    let huge = format!("{HEADER}999999999999999,USD,Usage,2026-06-02T00:00:00Z,\n");
    let refused = read_at(huge.as_bytes(), START, &[("USD", "9000000000")]).expect_err("too large");
    assert_eq!(refused[0].to_string(), "f:2:1: too large for an amount at this rate");
}

#[test]
fn twenty_problems_are_told_and_the_rest_counted() {
    let found = of_rows(&"x,CNY,Usage,2026-06-02T00:00:00Z,\n".repeat(25));
    assert_eq!(found.len(), 21);
    assert_eq!(found[20], "f: and 5 more");
}

#[test]
fn no_cut_of_a_good_bill_panics() {
    let calendar = Calendar::parse(START).expect("a start");
    let reading = BillReading { calendar: &calendar, currency: "CNY", rates: &BTreeMap::new(), labels: &[] };
    let bill =
        format!("{HEADER}\"1,234.5\",CNY,Usage,2026-06-02T00:00:00Z,1\n-1e-3,人民币,Tax,2026-06-02,\n");
    for end in 0..bill.len() {
        let _ = read_bill("f", &bill.as_bytes()[..end], &reading);
        let mut changed = bill.clone().into_bytes();
        changed[end] = b'"';
        let _ = read_bill("f", &changed, &reading);
    }
}
