//! The mapping from words to kinds.

use super::super::{BillReading, LineKind, kind_of_item, read_bill};
use super::{START, good, kinds, money, rule};
use crate::units::Calendar;
use std::collections::BTreeMap;

#[test]
fn items_as_bills_write_them() {
    for (item, kind) in [
        ("context_0-256k_input_token", LineKind::InputTokens),
        ("CacheReadInputTokenCount", LineKind::CachedTokens),
        ("MP:USE1_OutputTokenCount-Units", LineKind::OutputTokens),
        ("thinking_output_token", LineKind::ThinkingTokens),
        ("Overflow tokens", LineKind::Tokens),
        ("ptu_input", LineKind::Ptu),
        ("Input, 10K TPM", LineKind::Ptu),
        ("ProvisionedThroughput_ModelUnits", LineKind::Ptu),
        ("model_units", LineKind::ModelUnits),
        ("standard_compute", LineKind::StandardCompute),
        ("spot_compute", LineKind::SpotCompute),
        ("system_disk", LineKind::Disk),
        ("web_search", LineKind::WebSearch),
        ("Web searches", LineKind::WebSearch),
        ("batch", LineKind::Batch),
        ("training", LineKind::Training),
        ("knowledge_base", LineKind::KnowledgeBase),
        ("sms", LineKind::Notifications),
        ("Token Plan, 10 seats", LineKind::Subscription),
        // Words are whole: neither a spotlight nor something captured is what its letters hold.
        ("Spotlight captured", LineKind::Other),
        ("", LineKind::Other),
    ] {
        assert_eq!(kind_of_item("", item), kind, "{item}");
    }
}

#[test]
fn a_product_decides_before_its_items() {
    assert_eq!(kind_of_item("Batch inference", "input_token"), LineKind::Batch);
    assert_eq!(kind_of_item("Model inference", "input_token"), LineKind::InputTokens);
    assert_eq!(kind_of_item("Plans", "seat"), LineKind::Subscription);
}

const GPU: &str = "\
SkuMeter,ServiceName,BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart
GPU hour A,Zoo,1,CNY,Usage,2026-06-02T00:00:00Z
GPU hour B,Zoo,2,CNY,Usage,2026-06-02T00:00:00Z
gpu a=b,Zoo,-4,CNY,Usage,2026-06-02T00:00:00Z
Input tokens,Zoo,8,CNY,Usage,2026-06-02T00:00:00Z
";

#[test]
fn nothing_is_lost_whatever_is_known() {
    let bill = good(GPU);
    assert_eq!(kinds(&bill), [LineKind::Other, LineKind::Other, LineKind::Other, LineKind::InputTokens]);
    let labels: Vec<&str> = bill.lines.iter().map(|line| &*line.label).collect();
    assert_eq!(labels, ["GPU hour A", "GPU hour B", "gpu a=b", "Input tokens"]);
    assert_eq!(bill.total(), money("7"));
}

#[test]
fn the_user_knows_best_and_the_first_rule_that_fits_decides() {
    let calendar = Calendar::parse(START).expect("a start");
    let labels = [
        rule("gpu HOUR b", LineKind::Disk),
        rule("GPU*", LineKind::StandardCompute),
        rule("*tokens", LineKind::Batch),
        rule("*", LineKind::Tax),
    ];
    let reading =
        BillReading { calendar: &calendar, currency: "CNY", rates: &BTreeMap::new(), labels: &labels };
    let bill = read_bill("f", GPU.as_bytes(), &reading).expect("a bill");
    assert_eq!(
        kinds(&bill),
        [LineKind::StandardCompute, LineKind::Disk, LineKind::StandardCompute, LineKind::Batch]
    );
}

#[test]
fn stars_stand_for_anything() {
    for (pattern, label, fits) in [
        ("a*c", "abc", true),
        ("a*c", "ac", true),
        ("a*c", "acb", false),
        ("*b*b*", "ab", false),
        ("*b*b*", "abcb", true),
        ("a*a", "a", false),
        ("*ab", "aab", true),
        ("**", "", true),
        ("模型*", "模型单元", true),
    ] {
        assert_eq!(rule(pattern, LineKind::Other).fits(label), fits, "{pattern} {label}");
    }
}

#[test]
fn model_studio_rows_without_a_category_are_told_by_their_words() {
    let row = |item: &str, category: &str, amount: &str| {
        format!("2026-06,{category},Model inference,{item},{amount},CNY\n")
    };
    let text = [
        "Billing Month,Charge Type,Product Name,Billable Item,Payable Amount,Currency\n".to_owned(),
        row("Rounding of the monthly debit", "", "0.01"),
        row("Tax on the monthly debit", "", "6"),
        row("Refund of seats", "", "-5"),
        row("voucher", "", "-1"),
        row("PTU subscription", "", "100"),
        row("Tax on it", "Purchase", "7"),
        row("chat: input_token", "Refund", "-7"),
    ];
    let expected = [
        LineKind::Rounding,
        LineKind::Tax,
        LineKind::Refund,
        LineKind::Discount,
        LineKind::Subscription,
        LineKind::Subscription,
        LineKind::Refund,
    ];
    assert_eq!(kinds(&good(&text.concat())), expected);
}
