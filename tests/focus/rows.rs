//! What of a bill becomes which row.

use crate::by_hand::{Run, everything, machines_only, money, tokens_only};
use crate::checks::{Row, check, rows, sum};
use deploysim::ledger::AccountId;
use deploysim::report::export::focus::{self, FocusVersion};
use deploysim::report::export::{Month, Selection};
use deploysim::units::Money;

pub(crate) fn written(run: &Run, selection: Selection, version: FocusVersion) -> Vec<u8> {
    let rows = focus::rows(&run.told(), &run.charges(), selection);
    focus::write(&rows, version).expect("memory is writable")
}

fn checked(run: &Run) -> Vec<Row> {
    let csv = written(run, Selection::default(), FocusVersion::V1_2);
    check(&csv, FocusVersion::V1_2, run.by_the_journal())
}

fn find<'a>(rows: &'a [Row], column: &str, text: &str) -> Vec<&'a Row> {
    rows.iter().filter(|row| row[column].contains(text)).collect()
}

#[test]
fn every_bill_passes_the_checks_in_both_versions() {
    for run in [everything(), tokens_only(), machines_only()] {
        checked(&run);
        let newer = written(&run, Selection::default(), FocusVersion::V1_4);
        check(&newer, FocusVersion::V1_4, run.by_the_journal());
    }
}

#[test]
fn version_1_4_names_providers_by_their_roles() {
    let csv =
        String::from_utf8(written(&everything(), Selection::default(), FocusVersion::V1_4)).expect("text");
    let header: Vec<&str> = csv.lines().next().expect("a header").split(',').collect();
    assert!(header.contains(&"ServiceProviderName") && header.contains(&"HostProviderName"));
    assert!(!header.contains(&"ProviderName") && !header.contains(&"PublisherName"));
}

#[test]
fn a_discount_lowers_the_contracted_price_and_leaves_the_list_price() {
    let rows = checked(&everything());
    let line = find(&rows, "ListCost", "8.000024")[0];
    assert_eq!((&*line["ListUnitPrice"], &*line["PricingQuantity"]), ("0.000008", "1000003.0"));
    assert_eq!((&*line["ContractedCost"], &*line["ContractedUnitPrice"]), ("7.2000216", "0.0000072"));
    assert_eq!((&*line["BilledCost"], &*line["PricingUnit"]), ("7.2000216", "Tokens"));
}

#[test]
fn what_a_free_quota_covers_is_contracted_for_nothing() {
    let rows = checked(&everything());
    let free = find(&rows, "SkuPriceId", "/free-quota");
    assert_eq!(free.len(), 1);
    assert_eq!((&*free[0]["ListCost"], &*free[0]["ContractedUnitPrice"]), ("0.001", "0.0"));
    assert_eq!((&*free[0]["PricingCategory"], &*free[0]["ConsumedQuantity"]), ("Other", "400.0"));
}

#[test]
fn a_package_is_paid_by_its_tokens() {
    let rows = checked(&everything());
    let pack = find(&rows, "CommitmentDiscountId", "main/package/pack");
    let effective: Vec<&str> = pack.iter().map(|row| row["EffectiveCost"].as_str()).collect();
    // The purchase, 250 of 300 tokens at 10.00, the other 50 (ten more are nobody's).
    assert_eq!(effective, ["0.00", "8.333333333333", "1.666666666667"]);
    let unknown = find(&rows, "ChargeDescription", "covered by what was paid in advance");
    // Beside the line that a savings plan has no allowance for.
    assert_eq!((unknown.len(), &*unknown[0]["ConsumedQuantity"]), (2, "10.0"));
}

#[test]
fn a_savings_plan_is_paid_by_the_allowance_of_each_month() {
    let rows = checked(&everything());
    let plan = find(&rows, "CommitmentDiscountId", "main/savings-plan/sp");
    let of = |column: &str| plan.iter().map(|row| row[column].clone()).collect::<Vec<_>>();
    // 113.63… at list price take all 100 of the first month, whose third of the price it bears; the 8.00 of the next line
    // are nobody's. The other two months lie beyond the horizon.
    assert_eq!(of("EffectiveCost"), ["0.00", "93.333333333333"]);
    assert_eq!(of("CommitmentDiscountQuantity"), ["300.0", "100.0"]);
    assert_eq!(plan[0]["x_UnamortizedCost"], "186.666666666667");
    assert_eq!(
        (&*plan[1]["CommitmentDiscountCategory"], &*plan[1]["CommitmentDiscountUnit"]),
        ("Spend", "CNY")
    );
}

#[test]
fn a_term_is_spread_over_its_days_as_far_as_the_run_goes() {
    let rows = checked(&everything());
    let term = find(&rows, "CommitmentDiscountId", "main/deployment/ptu");
    let purchase = term[0];
    // 20 days of 921.60 + 73.92 from 20:00; the term ends at 23:59:59 of the twentieth day.
    assert_eq!(purchase["BilledCost"], "19910.40");
    assert_eq!((&*purchase["ChargeFrequency"], &*purchase["PricingCategory"]), ("Recurring", "Standard"));
    assert_eq!(purchase["ChargePeriodStart"], "2026-06-27T12:00:00Z");
    assert_eq!(purchase["ChargePeriodEnd"], "2026-07-16T15:59:59Z");
    let of = |status: &str| -> Vec<&Row> {
        term.iter().filter(|row| row["CommitmentDiscountStatus"] == status).copied().collect()
    };
    // Two days have a call.
    assert_eq!((of("Used").len(), of("Unused").len()), (2, 13));
    assert!(of("Used").iter().all(|row| row["ConsumedQuantity"] == "60900.0"));
    assert!(sum(of("Used"), "EffectiveCost") < sum(of("Unused"), "EffectiveCost"));
}

#[test]
fn a_spot_instance_is_dynamic_at_the_cleared_price_with_its_bid() {
    let rows = checked(&everything());
    let spot = find(&rows, "PricingCategory", "Dynamic");
    assert_eq!(spot.len(), 1);
    assert_eq!((&*spot[0]["ListUnitPrice"], &*spot[0]["ContractedUnitPrice"]), ("4.25", "4.25"));
    assert_eq!((&*spot[0]["x_BidPrice"], &*spot[0]["RegionId"]), ("5.0", "cn-beijing"));
    assert_eq!((&*spot[0]["PricingUnit"], &*spot[0]["ServiceCategory"]), ("Instance-Hours", "Compute"));
}

#[test]
fn payments_refunds_rounding_and_tax_are_rows_of_their_own() {
    let rows = checked(&everything());
    let of = |category: &str| sum(find(&rows, "ChargeCategory", category), "BilledCost");
    assert_eq!(of("Purchase"), money("19910.40") + money("21790.00"));
    assert_eq!(of("Credit"), money("-300"));
    assert_eq!(of("Adjustment"), money("-0.001456"));
    let on_purchases = money("1194.62") + money("0.60") + money("16.80") + money("90") - money("18");
    assert_eq!(of("Tax"), on_purchases + money("1200") + money("3.49"));
    let pool = find(&rows, "ResourceName", "dedicated pool");
    assert_eq!((&*pool[0]["x_UnamortizedCost"], &*pool[0]["CommitmentDiscountId"]), ("20000.00", ""));
    let credit = find(&rows, "ChargeCategory", "Credit")[0];
    assert_eq!(credit["CommitmentDiscountId"], "main/plan/team");
}

#[test]
fn invoices_are_settlements_and_months_are_those_of_the_scenarios_clock() {
    let rows = checked(&everything());
    let line = |cost: &str| find(&rows, "ListCost", cost)[0];
    let (last, late, july, after) =
        (line("0.000011"), line("0.000013"), find(&rows, "ListCost", "2.50")[0], line("0.000017"));
    assert_eq!(last["BillingPeriodStart"], "2026-05-31T16:00:00Z");
    assert_eq!(late["BillingPeriodEnd"], "2026-06-30T16:00:00Z");
    assert_eq!(
        (&*last["InvoiceId"], &*late["InvoiceId"]),
        ("INV-main-2026-06", "INV-main-2026-06-provisional")
    );
    assert_eq!(july["BillingPeriodStart"], "2026-06-30T16:00:00Z");
    assert!([july, after].iter().all(|row| row["InvoiceId"] == "INV-main-2026-07-provisional"));
    let overflow = find(&rows, "ChargeDescription", "beyond a quota")[0];
    assert_eq!((&*overflow["x_ArrearsState"], &*july["x_ArrearsState"]), ("Overdue", ""));
    assert_eq!(overflow["Tags"], r#"{"dept":"a, \"b\"","env":"test"}"#);
}

#[test]
fn months_and_accounts_are_parts_of_the_bill() {
    let run = everything();
    let calendar = &run.scenario.calendar;
    let mut sums = Money::ZERO;
    for month in ["2026-06", "2026-07"] {
        let month = Some(Month::parse(calendar, month).expect("a month"));
        let selection = Selection { account: Some(AccountId(0)), month };
        let part = rows(&written(&run, selection, FocusVersion::V1_2));
        assert!(!part.is_empty());
        sums += sum(&part, "BilledCost");
    }
    assert_eq!(sums, run.by_the_journal());
    let nobody = Selection { account: Some(AccountId(1)), month: None };
    assert!(rows(&written(&run, nobody, FocusVersion::V1_2)).is_empty());
}
