//! What a FOCUS file must be by the text of the specification. The public validator does not test most of it on ordinary
//! rows: its conditions on null columns are never met, and it looks for one allowed value among all rows.

use deploysim::report::export::focus::FocusVersion;
use deploysim::units::Money;
use rust_decimal::Decimal;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A row by the names of its columns.
pub(crate) type Row = BTreeMap<String, String>;

const MANDATORY: [&str; 19] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ServiceCategory",
    "ServiceName",
];
const COSTS: [&str; 4] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];
const NUMBERS: [&str; 10] = [
    "CommitmentDiscountQuantity",
    "ConsumedQuantity",
    "ContractedUnitPrice",
    "ListUnitPrice",
    "PricingCurrencyContractedUnitPrice",
    "PricingCurrencyEffectiveCost",
    "PricingCurrencyListUnitPrice",
    "PricingQuantity",
    "x_BidPrice",
    "x_UnamortizedCost",
];
const ALLOWED: [(&str, &[&str]); 6] = [
    ("ChargeCategory", &["Usage", "Purchase", "Tax", "Credit", "Adjustment"]),
    ("ChargeClass", &["", "Correction"]),
    ("ChargeFrequency", &["One-Time", "Recurring", "Usage-Based"]),
    ("PricingCategory", &["", "Standard", "Dynamic", "Committed", "Other"]),
    ("CommitmentDiscountCategory", &["", "Spend", "Usage"]),
    ("CommitmentDiscountStatus", &["", "Used", "Unused"]),
];
const SERVICES: [(&str, &[&str]); 4] = [
    (
        "AI and Machine Learning",
        &[
            "AI Platforms",
            "Bots",
            "Generative AI",
            "Machine Learning",
            "Natural Language Processing",
            "Other (AI and Machine Learning)",
        ],
    ),
    ("Compute", &["Virtual Machines"]),
    ("Integration", &["Messaging"]),
    ("Other", &["Other (Other)"]),
];

/// The rows of a file, whose header has each column once.
pub(crate) fn rows(csv: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(csv);
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let unique: BTreeSet<&String> = header.iter().collect();
    assert_eq!(unique.len(), header.len(), "a column is there twice");
    let first_own = header.iter().position(|name| name.starts_with("x_")).expect("columns of our own");
    assert!(header[first_own..].iter().all(|name| name.starts_with("x_")), "our own columns come last");
    reader.deserialize().map(|row| row.expect("every row has the columns of the header")).collect()
}

/// An amount of a row.
pub(crate) fn money(row: &Row, column: &str) -> Money {
    Money::parse(&row[column]).unwrap_or_else(|error| panic!("{column}: {error}\n{row:#?}"))
}

/// The sum of a column over some rows.
pub(crate) fn sum<'a>(rows: impl IntoIterator<Item = &'a Row>, column: &str) -> Money {
    rows.into_iter().filter(|row| !row[column].is_empty()).map(|row| money(row, column)).sum()
}

/// Everything, of a whole bill that comes to `total`.
pub(crate) fn check(csv: &[u8], version: FocusVersion, total: Money) -> Vec<Row> {
    let rows = rows(csv);
    assert!(!rows.is_empty());
    for row in &rows {
        check_row(row, version);
    }
    assert_eq!(sum(&rows, "BilledCost"), total, "the bill's total");
    skus_have_one_parent(&rows);
    let carried = commitments_add_up(&rows);
    let effective = sum(&rows, "EffectiveCost") + sum(&rows, "x_UnamortizedCost");
    assert_eq!(effective - carried, total, "what is paid is used, unused or still to come");
    rows
}

fn check_row(row: &Row, version: FocusVersion) {
    let providers = match version {
        FocusVersion::V1_2 => ["ProviderName", "PublisherName"],
        FocusVersion::V1_4 => ["ServiceProviderName", "HostProviderName"],
    };
    for name in MANDATORY.iter().chain(&providers) {
        assert!(row.contains_key(*name), "{name} is missing");
    }
    for (column, allowed) in ALLOWED {
        assert!(allowed.contains(&row[column].as_str()), "{column}: {row:#?}");
    }
    let subcategories = SERVICES.iter().find(|(category, _)| *category == row["ServiceCategory"]);
    let subcategories = subcategories.unwrap_or_else(|| panic!("a service category: {row:#?}")).1;
    assert!(subcategories.contains(&row["ServiceSubcategory"].as_str()), "{row:#?}");
    numbers_are_plain(row);
    times_are_utc(row);
    columns_go_together(row);
    products_are_costs(row);
    for column in ["Tags", "SkuPriceDetails"] {
        is_flat_json(&row[column]);
    }
}

fn numbers_are_plain(row: &Row) {
    for column in COSTS {
        assert!(!row[column].is_empty(), "{column}: {row:#?}");
    }
    for column in COSTS.iter().chain(&NUMBERS) {
        let text = &row[*column];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_plain = digits.split_once('.').is_some_and(|(whole, fraction)| {
            let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            all_digits(whole) && all_digits(fraction)
        });
        assert!(text.is_empty() || is_plain, "{column}={text}: a decimal point and digits");
    }
}

fn times_are_utc(row: &Row) {
    let shape = "dddd-dd-ddTdd:dd:ddZ";
    for column in ["BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"] {
        let text = &row[column];
        let fits = text.len() == shape.len()
            && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
                b'd' => byte.is_ascii_digit(),
                other => byte == other,
            });
        assert!(fits, "{column}={text} is not UTC");
    }
    assert!(row["ChargePeriodStart"] < row["ChargePeriodEnd"], "{row:#?}");
    let in_period = row["BillingPeriodStart"] <= row["ChargePeriodStart"]
        && row["ChargePeriodStart"] < row["BillingPeriodEnd"];
    let ends_in_period = row["BillingPeriodStart"] < row["ChargePeriodEnd"]
        && row["ChargePeriodEnd"] <= row["BillingPeriodEnd"];
    // A term that is renewed early begins in a later month than its payment; a job is billed when it ends.
    assert!(in_period || ends_in_period || row["ChargeCategory"] == "Purchase", "{row:#?}");
}

/// Which columns are empty together, and which must not be.
fn columns_go_together(row: &Row) {
    let has = |column: &str| !row[column].is_empty();
    let category = row["ChargeCategory"].as_str();
    let priced = [
        "PricingQuantity",
        "PricingUnit",
        "PricingCategory",
        "ListUnitPrice",
        "ContractedUnitPrice",
        "SkuId",
    ];
    let priced = priced.iter().chain(&["SkuPriceId", "SkuMeter"]);
    let must = matches!(category, "Usage" | "Purchase");
    for column in priced {
        assert_eq!(has(column), must, "{column}: {row:#?}");
    }
    let of_commitment = ["CommitmentDiscountCategory", "CommitmentDiscountName", "CommitmentDiscountType"];
    for column in of_commitment {
        assert_eq!(has(column), has("CommitmentDiscountId"), "{column}: {row:#?}");
    }
    let covered = has("CommitmentDiscountId") && category == "Usage";
    assert_eq!(has("CommitmentDiscountStatus"), covered, "{row:#?}");
    assert_eq!(row["PricingCategory"] == "Committed", covered, "{row:#?}");
    assert_eq!(has("CommitmentDiscountQuantity"), has("CommitmentDiscountId") && must, "{row:#?}");
    assert_eq!(has("CommitmentDiscountUnit"), has("CommitmentDiscountQuantity"), "{row:#?}");
    let is_consumed = category == "Usage" && row["CommitmentDiscountStatus"] != "Unused";
    assert_eq!(has("ConsumedQuantity"), is_consumed, "{row:#?}");
    assert_eq!(has("ConsumedUnit"), is_consumed, "{row:#?}");
    assert_eq!(has("ResourceType"), has("ResourceId"), "{row:#?}");
    assert_eq!(has("x_UnamortizedCost"), category == "Purchase", "{row:#?}");
    assert_eq!(row["ChargeFrequency"] == "Usage-Based", category == "Usage", "{row:#?}");
    if category == "Purchase" {
        assert_eq!(money(row, "EffectiveCost"), Money::ZERO, "{row:#?}");
    }
    if covered {
        assert_eq!(money(row, "BilledCost"), Money::ZERO, "{row:#?}");
    }
    for column in ["ListUnitPrice", "ContractedUnitPrice", "PricingQuantity"] {
        assert!(!row[column].starts_with('-'), "{column}: {row:#?}");
    }
}

/// Unit price × quantity is the cost, within one unit of the last digit that is printed.
fn products_are_costs(row: &Row) {
    if row["PricingQuantity"].is_empty() {
        return;
    }
    let decimal = |column: &str| row[column].parse::<Decimal>().expect("a number");
    for (cost, price) in [("ListCost", "ListUnitPrice"), ("ContractedCost", "ContractedUnitPrice")] {
        let printed = decimal(cost);
        let unit = Decimal::new(1, printed.scale());
        let difference = decimal(price) * decimal("PricingQuantity") - printed;
        assert!(difference.abs() <= unit, "{cost} is off by {difference}: {row:#?}");
    }
    assert!(money(row, "ContractedCost") <= money(row, "ListCost"), "{row:#?}");
}

fn is_flat_json(text: &str) {
    if text.is_empty() {
        return;
    }
    let Ok(Value::Object(object)) = serde_json::from_str(text) else { panic!("{text} is no object") };
    assert!(object.values().all(|value| !value.is_object() && !value.is_array()), "{text} is not flat");
}

fn skus_have_one_parent(rows: &[Row]) {
    let mut parents: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row["SkuPriceId"].is_empty()) {
        let parent = parents.entry(&row["SkuPriceId"]).or_insert(&row["SkuId"]);
        assert_eq!(*parent, row["SkuId"], "{row:#?}");
    }
}

/// Of each commitment: used + unused + what is still to come = what was billed. What was paid before the start has no
/// purchase in the file; what of that is used comes back.
fn commitments_add_up(rows: &[Row]) -> Money {
    let mut by_id: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row["CommitmentDiscountId"].is_empty()) {
        by_id.entry(&row["CommitmentDiscountId"]).or_default().push(row);
    }
    let mut carried = Money::ZERO;
    for (id, rows) in by_id {
        let of = |category: &str| -> Vec<&Row> {
            rows.iter().filter(|row| row["ChargeCategory"] == category).copied().collect()
        };
        let (purchases, usage) = (of("Purchase"), of("Usage"));
        let used = sum(usage, "EffectiveCost");
        if purchases.is_empty() {
            carried += used;
            continue;
        }
        let later = sum(purchases.iter().copied(), "x_UnamortizedCost");
        assert_eq!(used + later, sum(purchases, "BilledCost"), "{id}");
    }
    carried
}
