//! What a bill is, by its first line.

use super::super::calls::recognises as recognises_calls;
use super::super::decode::Source;
use super::super::header::recognise as recognise_history;
use super::super::problem::{DataProblem, nearest, shown};
use super::file::BillFormat;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    Amount,
    Currency,
    Category,
    ChargeStart,
    ChargeEnd,
    BillingStart,
    BillingEnd,
    BillingMonth,
    Product,
    Item,
    /// Six fields, of which the fourth is the item.
    InstanceId,
    Text,
    Pricing,
    Quantity,
    Unit,
}

/// The header, understood.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) format: BillFormat,
    /// What is in each column; most columns of a bill are of no use here.
    pub(super) roles: Vec<Option<Role>>,
}

const KNOWN: &str = "known are FOCUS (BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,…); AWS Cost and Usage \
                     Reports (lineItem/UnblendedCost,… or line_item_unblended_cost,…); and Model Studio's (Billing \
                     Month,Product Name,…,Payable Amount,Currency)";

/// The columns of FOCUS that are read.
const FOCUS: &[(&str, Role)] = &[
    ("BilledCost", Role::Amount),
    ("BillingCurrency", Role::Currency),
    ("ChargeCategory", Role::Category),
    ("ChargePeriodStart", Role::ChargeStart),
    ("ChargePeriodEnd", Role::ChargeEnd),
    ("BillingPeriodStart", Role::BillingStart),
    ("BillingPeriodEnd", Role::BillingEnd),
    ("ServiceName", Role::Product),
    ("SkuMeter", Role::Item),
    ("ChargeDescription", Role::Text),
    ("PricingCategory", Role::Pricing),
    ("PricingQuantity", Role::Quantity),
    ("PricingUnit", Role::Unit),
];

/// The columns of AWS that are read. Without punctuation the names of both versions are the same.
const CUR: &[(&str, Role)] = &[
    ("lineItem/UnblendedCost", Role::Amount),
    ("lineItem/CurrencyCode", Role::Currency),
    ("lineItem/LineItemType", Role::Category),
    ("lineItem/UsageStartDate", Role::ChargeStart),
    ("lineItem/UsageEndDate", Role::ChargeEnd),
    ("bill/BillingPeriodStartDate", Role::BillingStart),
    ("bill/BillingPeriodEndDate", Role::BillingEnd),
    ("lineItem/ProductCode", Role::Product),
    ("lineItem/UsageType", Role::Item),
    ("lineItem/LineItemDescription", Role::Text),
    ("pricing/term", Role::Pricing),
    ("lineItem/UsageAmount", Role::Quantity),
    ("pricing/unit", Role::Unit),
];

/// The columns of Model Studio that are read, and what the Chinese console calls them.
const MODEL_STUDIO: &[(&str, Role)] = &[
    ("Payable Amount", Role::Amount),
    ("应付金额", Role::Amount),
    ("Currency", Role::Currency),
    ("币种", Role::Currency),
    ("Billing Month", Role::BillingMonth),
    ("账单月份", Role::BillingMonth),
    ("账期", Role::BillingMonth),
    ("Charge Type", Role::Category),
    ("Usage Start Time", Role::ChargeStart),
    ("Usage Start", Role::ChargeStart),
    ("使用开始时间", Role::ChargeStart),
    ("用量开始时间", Role::ChargeStart),
    ("Usage End Time", Role::ChargeEnd),
    ("Usage End", Role::ChargeEnd),
    ("使用结束时间", Role::ChargeEnd),
    ("用量结束时间", Role::ChargeEnd),
    ("Product Name", Role::Product),
    ("商品名称", Role::Product),
    ("产品名称", Role::Product),
    ("Billable Item", Role::Text),
    ("计费项", Role::Text),
    ("计费项名称", Role::Text),
    ("Instance ID (Billing Granularity)", Role::InstanceId),
    ("Instance ID", Role::InstanceId),
    ("实例ID（出账粒度）", Role::InstanceId),
    ("实例ID", Role::InstanceId),
    ("Usage", Role::Quantity),
    ("用量", Role::Quantity),
    ("Usage Unit", Role::Unit),
    ("用量单位", Role::Unit),
];

/// A column's name without case and punctuation, in any script.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The columns of a format that are read.
fn columns(format: BillFormat) -> &'static [(&'static str, Role)] {
    match format {
        BillFormat::Focus => FOCUS,
        BillFormat::CurLegacy | BillFormat::Cur2 => CUR,
        BillFormat::ModelStudio => MODEL_STUDIO,
    }
}

/// What the file is, by its header.
pub(super) fn recognise(source: &Source, names: Vec<String>, offset: usize) -> Result<Header, DataProblem> {
    let problem = |refused: (String, String)| DataProblem {
        line: Some(source.line(offset)),
        text: Some(shown(source.line_text(offset)).into()),
        ..DataProblem::of_file(&source.file, refused.0, refused.1)
    };
    let Some(format) = kind(&names) else {
        return Err(problem(not_recognised(source, names, offset)));
    };
    let roles = roles(&names, format);
    complete(&names, &roles, format).map_err(problem)?;
    Ok(Header { names, format, roles })
}

/// The format whose names a header has most of, if it has at least two.
fn kind(names: &[String]) -> Option<BillFormat> {
    let plain_names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let count = |format| {
        let known = columns(format);
        plain_names.iter().filter(|name| known.iter().any(|(one, _)| plain(one) == **name)).count()
    };
    let cur =
        if names.iter().any(|name| name.contains('/')) { BillFormat::CurLegacy } else { BillFormat::Cur2 };
    // The last of equals wins in max_by_key; no two formats share a name.
    let formats = [BillFormat::ModelStudio, cur, BillFormat::Focus];
    formats.into_iter().max_by_key(|format| count(*format)).filter(|format| count(*format) >= 2)
}

/// What is in each column. Of two columns that describe a line the one that is named first in the format's table is read.
fn roles(names: &[String], format: BillFormat) -> Vec<Option<Role>> {
    let plain_names: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let mut roles = vec![None; names.len()];
    for (known, role) in columns(format) {
        let describes = matches!(role, Role::Product | Role::Item | Role::InstanceId | Role::Text);
        if describes && roles.contains(&Some(*role)) {
            continue;
        }
        for (found, name) in roles.iter_mut().zip(&plain_names) {
            if *name == plain(known) {
                *found = Some(*role);
            }
        }
    }
    roles
}

/// Every column that is needed is there, and none twice.
fn complete(names: &[String], roles: &[Option<Role>], format: BillFormat) -> Result<(), (String, String)> {
    for role in roles.iter().flatten() {
        let same: Vec<&String> = names
            .iter()
            .zip(roles)
            .filter(|(_, other)| **other == Some(*role))
            .map(|(name, _)| name)
            .collect();
        if let [first, second, ..] = same.as_slice() {
            let message = format!("the columns {} and {} hold the same thing", shown(first), shown(second));
            return Err((message, "keep one of them".to_owned()));
        }
    }
    let has = |role: Role| roles.contains(&Some(role));
    let mut needed = vec![(Role::Amount, "amounts"), (Role::Currency, "currencies")];
    match format {
        BillFormat::Focus | BillFormat::CurLegacy | BillFormat::Cur2 => {
            needed.push((Role::Category, "categories"));
        }
        BillFormat::ModelStudio => {}
    }
    if !(has(Role::ChargeStart) || has(Role::BillingStart) || has(Role::BillingMonth)) {
        needed.push((Role::ChargeStart, "times"));
    }
    match needed.into_iter().find(|(role, _)| !has(*role)) {
        Some((role, what)) => Err((format!("no column of {what}"), hint(names, format, role))),
        None => Ok(()),
    }
}

/// How the format names a column, and which one may have been meant.
fn hint(names: &[String], format: BillFormat, role: Role) -> String {
    let wanted = columns(format).iter().find(|(_, one)| *one == role).map_or("", |(name, _)| *name);
    let name = match format {
        BillFormat::Cur2 => snake(wanted),
        BillFormat::Focus | BillFormat::CurLegacy | BillFormat::ModelStudio => wanted.to_owned(),
    };
    let unknown = names.iter().map(String::as_str).filter(|name| {
        let name = plain(name);
        columns(format).iter().all(|(known, _)| plain(known) != name)
    });
    match nearest(&name, unknown) {
        Some(meant) => format!("is \"{}\" meant as {name}?", shown(meant)),
        None => format!("export the bill with the column {name}"),
    }
}

/// `lineItem/UnblendedCost` as CUR 2.0 writes it.
fn snake(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c == '/' {
            text.push('_');
        } else {
            if c.is_uppercase() && !text.ends_with('_') {
                text.push('_');
            }
            text.extend(c.to_lowercase());
        }
    }
    text
}

/// What to say of a header that no bill has: message and help.
fn not_recognised(source: &Source, names: Vec<String>, offset: usize) -> (String, String) {
    let first = names.first().map_or("", String::as_str);
    if first.starts_with('<') {
        return ("the file is a web page or XML, not CSV".to_owned(), "fetch the data itself".to_owned());
    }
    if first.starts_with(['{', '[']) {
        return (
            "the file is JSON, not CSV".to_owned(),
            "export the bill as CSV, plain or packed with gzip".to_owned(),
        );
    }
    // A file that is right in itself, in the wrong place.
    if let Some(format) = recognises_calls(source, names.clone(), offset) {
        return (format!("the file holds {format}, not a bill"), KNOWN.to_owned());
    }
    match recognise_history(source, names, offset) {
        Ok(history) => (format!("the file holds {}, not a bill", history.format), KNOWN.to_owned()),
        Err(_) => ("the header is of no known kind of bill".to_owned(), KNOWN.to_owned()),
    }
}
