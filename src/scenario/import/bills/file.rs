//! A bill, read; and how it is to be read.

use super::kind::LineKind;
use crate::units::{Calendar, Money, Month, SimTime, UnitPrice};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

/// What a bill was recognised as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum BillFormat {
    /// FOCUS Cost and Usage, versions 1.0 to 1.4: the columns that are read are the same in all of them.
    Focus,
    /// AWS Cost and Usage Report with names such as `lineItem/UnblendedCost`.
    CurLegacy,
    /// The same as CUR 2.0 or Athena name it: `line_item_unblended_cost`.
    Cur2,
    /// The bill of Alibaba Cloud Model Studio, with English or Chinese names.
    ModelStudio,
}

impl fmt::Display for BillFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Focus => "FOCUS cost and usage (CSV)",
            Self::CurLegacy => "AWS Cost and Usage Report (CSV)",
            Self::Cur2 => "AWS Cost and Usage Report 2.0 (CSV)",
            Self::ModelStudio => "Model Studio bill (CSV)",
        })
    }
}

/// One line of a bill.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChargedLine {
    /// Month of the use, in the scenario's offset.
    pub month: Month,
    /// Middle of the charge period, if it is at most about a day long: longer ones belong to no instant.
    pub at: Option<SimTime>,
    /// What it is for.
    pub kind: LineKind,
    /// What was charged, in the scenario's currency.
    pub amount: Money,
    /// How much of it, in units of 10⁻¹², if the bill says.
    pub quantity_pico: Option<i128>,
    /// Of what; may be empty.
    pub unit: Arc<str>,
    /// What the bill calls it.
    pub label: Arc<str>,
}

/// A bill, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillFile {
    /// The file as the user named it.
    pub path: String,
    /// What it was recognised as.
    pub format: BillFormat,
    /// Its lines in file order; at least one.
    pub lines: Vec<ChargedLine>,
    /// The most decimals that any amount has.
    pub decimals: u32,
    /// Currencies of its amounts before they were converted.
    pub currencies: BTreeSet<String>,
    /// What was repaired or assumed, in sentences.
    pub notes: Vec<String>,
}

impl BillFile {
    /// Everything that was charged: the sum of all lines.
    pub fn total(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }
}

/// How bills are read.
#[derive(Clone, Copy, Debug)]
pub struct BillReading<'a> {
    /// Whose months lines are put into; its offset is also that of Model Studio's times, which have none.
    pub calendar: &'a Calendar,
    /// The scenario's currency.
    pub currency: &'a str,
    /// What one unit of other currencies is worth in the scenario's.
    pub rates: &'a BTreeMap<String, UnitPrice>,
    /// What the user says of labels; the first that fits decides.
    pub labels: &'a [LabelRule],
}

/// What the user says of a label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabelRule {
    /// The label without case; `*` stands for anything.
    pub label: String,
    /// What its lines are for.
    pub kind: LineKind,
}

impl LabelRule {
    /// True if the rule is about this label.
    ///
    /// ```
    /// use deploysim::scenario::import::bills::{LabelRule, LineKind};
    /// let rule = LabelRule { label: "use1-*-InputTokens".to_owned(), kind: LineKind::InputTokens };
    /// assert!(rule.fits("USE1-Claude-InputTokens"));
    /// // Awkward: both ends are part of the label.
    /// assert!(!rule.fits("USE1-Claude-InputTokens-batch"));
    /// ```
    pub fn fits(&self, label: &str) -> bool {
        let (pattern, label) = (self.label.to_lowercase(), label.to_lowercase());
        let Some((first, rest)) = pattern.split_once('*') else { return pattern == label };
        let Some(mut left) = label.strip_prefix(first) else { return false };
        let mut parts = rest.split('*').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return left.ends_with(part);
            }
            // The leftmost place leaves most for the parts that follow.
            match left.find(part) {
                Some(at) => left = &left[at + part.len()..],
                None => return false,
            }
        }
        true
    }
}
