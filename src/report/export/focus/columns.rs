//! The columns of each version, in order, and what a row says in them.

use super::super::number::Number;
use super::FocusVersion;
use super::row::{FocusRow, PROVIDER};
use crate::units::Money;

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What a row says in it.
    pub of: fn(&FocusRow) -> Cell,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, times and JSON.
    Text,
    /// An exact amount.
    Cost,
    /// A quantity or a unit price, of any scale.
    Number,
    /// A whole number.
    Integer,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// Text.
    Text(String),
    /// An exact amount.
    Cost(Money),
    /// A number.
    Number(Number),
    /// A whole number.
    Integer(u64),
}

impl Cell {
    /// As CSV: nothing is empty, numbers have a decimal point.
    pub fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.clone(),
            Self::Cost(amount) => amount.to_string(),
            Self::Number(number) => number.text(),
            Self::Integer(number) => number.to_string(),
        }
    }

    /// A number for a column of floats; nothing for any other cell.
    #[cfg(feature = "parquet")]
    pub(crate) fn to_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(number.to_f64()),
            Self::Null | Self::Text(_) | Self::Cost(_) | Self::Integer(_) => None,
        }
    }

    fn text_or_null(text: Option<String>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    fn word(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// The columns of a version: those of the specification by name, then ours.
pub fn columns(version: FocusVersion) -> Vec<Column> {
    let is_wanted = |column: &Column| match version {
        FocusVersion::V1_2 => !matches!(column.name, "HostProviderName" | "ServiceProviderName"),
        FocusVersion::V1_4 => !matches!(column.name, "ProviderName" | "PublisherName"),
    };
    ALL.iter().copied().filter(is_wanted).collect()
}

const fn text(name: &'static str, of: fn(&FocusRow) -> Cell) -> Column {
    Column { name, kind: Kind::Text, of }
}

const fn cost(name: &'static str, of: fn(&FocusRow) -> Cell) -> Column {
    Column { name, kind: Kind::Cost, of }
}

const fn number(name: &'static str, of: fn(&FocusRow) -> Cell) -> Column {
    Column { name, kind: Kind::Number, of }
}

const fn integer(name: &'static str, of: fn(&FocusRow) -> Cell) -> Column {
    Column { name, kind: Kind::Integer, of }
}

fn list_price(row: &FocusRow) -> Cell {
    row.pricing.as_ref().map_or(Cell::Null, |pricing| Cell::Number(pricing.list_price))
}

fn contracted_price(row: &FocusRow) -> Cell {
    row.pricing.as_ref().map_or(Cell::Null, |pricing| Cell::Number(pricing.contracted_price))
}

fn committed(row: &FocusRow, of: impl Fn(&super::row::Committed) -> Option<String>) -> Cell {
    Cell::text_or_null(row.commitment.as_ref().and_then(of))
}

fn sku(row: &FocusRow, of: impl Fn(&super::row::Sku) -> Option<String>) -> Cell {
    Cell::text_or_null(row.sku.as_ref().and_then(of))
}

fn region(row: &FocusRow) -> Cell {
    Cell::text_or_null(row.region.clone())
}

fn sub_account(row: &FocusRow) -> Cell {
    Cell::text_or_null(row.sub_account.clone())
}

fn resource_name(row: &FocusRow) -> Cell {
    Cell::text_or_null(row.resource.as_ref().map(|(name, _)| name.clone()))
}

/// Every column of both versions.
const ALL: [Column; 65] = [
    cost("BilledCost", |row| Cell::Cost(row.billed)),
    text("BillingAccountId", |row| Cell::word(&row.account)),
    text("BillingAccountName", |row| Cell::word(&row.account)),
    text("BillingAccountType", |_| Cell::word("Account")),
    text("BillingCurrency", |row| Cell::word(&row.currency)),
    text("BillingPeriodEnd", |row| Cell::word(&row.billing_period.1)),
    text("BillingPeriodStart", |row| Cell::word(&row.billing_period.0)),
    text("ChargeCategory", |row| Cell::word(row.category)),
    // Nothing that was invoiced is ever corrected: what is issued late is a charge of its own.
    text("ChargeClass", |_| Cell::Null),
    text("ChargeDescription", |row| Cell::word(&row.description)),
    text("ChargeFrequency", |row| Cell::word(row.frequency)),
    text("ChargePeriodEnd", |row| Cell::word(&row.charge_period.1)),
    text("ChargePeriodStart", |row| Cell::word(&row.charge_period.0)),
    text("CommitmentDiscountCategory", |row| committed(row, |one| Some(one.category.to_owned()))),
    text("CommitmentDiscountId", |row| committed(row, |one| Some(one.id.clone()))),
    text("CommitmentDiscountName", |row| committed(row, |one| Some(one.name.clone()))),
    number("CommitmentDiscountQuantity", |row| {
        let quantity = row.commitment.as_ref().and_then(|one| one.quantity.as_ref());
        quantity.map_or(Cell::Null, |(quantity, _)| Cell::Number(*quantity))
    }),
    text("CommitmentDiscountStatus", |row| committed(row, |one| one.status.map(str::to_owned))),
    text("CommitmentDiscountType", |row| committed(row, |one| Some(one.kind.to_owned()))),
    text("CommitmentDiscountUnit", |row| {
        committed(row, |one| one.quantity.as_ref().map(|(_, unit)| unit.clone()))
    }),
    number("ConsumedQuantity", |row| {
        row.consumed.as_ref().map_or(Cell::Null, |(quantity, _)| Cell::Number(*quantity))
    }),
    text("ConsumedUnit", |row| Cell::text_or_null(row.consumed.as_ref().map(|(_, unit)| unit.clone()))),
    cost("ContractedCost", |row| Cell::Cost(row.contracted)),
    number("ContractedUnitPrice", contracted_price),
    cost("EffectiveCost", |row| Cell::Cost(row.effective)),
    text("HostProviderName", |_| Cell::word(PROVIDER)),
    text("InvoiceId", |row| Cell::word(&row.invoice)),
    text("InvoiceIssuerName", |_| Cell::word(PROVIDER)),
    cost("ListCost", |row| Cell::Cost(row.list)),
    number("ListUnitPrice", list_price),
    text("PricingCategory", |row| {
        Cell::text_or_null(row.pricing.as_ref().map(|pricing| pricing.category.to_owned()))
    }),
    text("PricingCurrency", |row| Cell::word(&row.currency)),
    number("PricingCurrencyContractedUnitPrice", contracted_price),
    cost("PricingCurrencyEffectiveCost", |row| Cell::Cost(row.effective)),
    number("PricingCurrencyListUnitPrice", list_price),
    number("PricingQuantity", |row| {
        row.pricing.as_ref().map_or(Cell::Null, |pricing| Cell::Number(pricing.quantity))
    }),
    text("PricingUnit", |row| Cell::text_or_null(row.pricing.as_ref().map(|pricing| pricing.unit.clone()))),
    text("ProviderName", |_| Cell::word(PROVIDER)),
    text("PublisherName", |_| Cell::word(PROVIDER)),
    text("RegionId", region),
    text("RegionName", region),
    text("ResourceId", resource_name),
    text("ResourceName", resource_name),
    text("ResourceType", |row| Cell::text_or_null(row.resource.as_ref().map(|(_, kind)| (*kind).to_owned()))),
    text("ServiceCategory", |row| Cell::word(row.service.category)),
    text("ServiceName", |row| Cell::word(row.service.name)),
    text("ServiceProviderName", |_| Cell::word(PROVIDER)),
    text("ServiceSubcategory", |row| Cell::word(row.service.subcategory)),
    text("SkuId", |row| sku(row, |sku| Some(sku.id.clone()))),
    text("SkuMeter", |row| sku(row, |sku| Some(sku.meter.clone()))),
    text("SkuPriceDetails", |row| sku(row, |sku| sku.details.clone())),
    text("SkuPriceId", |row| sku(row, |sku| Some(sku.price_id.clone()))),
    text("SubAccountId", sub_account),
    text("SubAccountName", sub_account),
    text("SubAccountType", |row| {
        Cell::text_or_null(row.sub_account.as_ref().map(|_| "Workspace".to_owned()))
    }),
    text("Tags", |row| Cell::text_or_null(row.tags.clone())),
    text("x_ArrearsState", |row| Cell::text_or_null(row.x_arrears_state.map(str::to_owned))),
    number("x_BidPrice", |row| row.x_bid_price.map_or(Cell::Null, Cell::Number)),
    text("x_InstanceId", |row| Cell::text_or_null(row.x_instance_id.clone())),
    text("x_IssuedAt", |row| Cell::text_or_null(row.x_issued_at.clone())),
    integer("x_ReplicationIndex", |row| Cell::Integer(row.x_replication)),
    integer("x_RunSeed", |row| Cell::Integer(row.x_seed)),
    text("x_Scenario", |row| Cell::word(&row.x_scenario)),
    text("x_Strategy", |row| Cell::word(&row.x_strategy)),
    cost("x_UnamortizedCost", |row| row.x_unamortized.map_or(Cell::Null, Cell::Cost)),
];
