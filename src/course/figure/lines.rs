//! Figures of a bill's lines, of all kinds alike.

use super::{Lines, money};
use crate::course::run::{Run, Runs};
use crate::course::value::Value;
use crate::report::bill::BillLine;
use crate::units::{Money, SimSpan};

/// What lines of all kinds have.
struct Line<'bill> {
    of: &'bill str,
    item: &'bill str,
    at: &'bill str,
    /// Empty where nothing has a price by itself.
    price: &'bill str,
    amount: &'bill str,
    overflow: Option<bool>,
    quantity: Option<u64>,
    billed_ms: Option<i64>,
}

impl<'bill> Line<'bill> {
    fn of(line: &'bill BillLine) -> Self {
        let ms = |seconds: f64| Some((seconds * 1_000.0).round() as i64);
        let (of, item, at, price): (&str, &str, &str, &str) = match line {
            BillLine::Machine(line) => (&line.deployment, line.item, &line.from, &line.unit_price),
            BillLine::Time(line) => (&line.deployment, line.item, &line.from, &line.unit_price),
            BillLine::Payment(line) => (&line.deployment, line.item, &line.at, ""),
            BillLine::Tokens(line) => (&line.deployment, &line.item, &line.day, &line.unit_price),
            BillLine::Resource(line) => (&line.deployment, &line.item, &line.from, &line.unit_price),
            BillLine::Account(line) => (&line.account, &line.item, &line.at, ""),
        };
        let (overflow, quantity, billed_ms) = match line {
            BillLine::Machine(line) => (None, None, ms(line.billed_s)),
            BillLine::Time(line) => (None, Some(line.quantity), ms(line.billed_s)),
            BillLine::Payment(_) => (None, Some(1), None),
            BillLine::Tokens(line) => (Some(line.overflow), Some(line.quantity), None),
            BillLine::Resource(line) => (None, Some(line.quantity), ms(line.billed_s)),
            BillLine::Account(line) => (None, Some(line.quantity), None),
        };
        Self { of, item, at, price, amount: line.amount(), overflow, quantity, billed_ms }
    }
}

impl Lines {
    fn fits(&self, line: &Line<'_>) -> bool {
        (self.of.is_empty() || self.of == line.of)
            && line.item.starts_with(&self.item)
            && line.at.contains(&self.at)
            && self.overflow.is_none_or(|wanted| line.overflow == Some(wanted))
    }

    fn of<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = Line<'a>> {
        run.bill.lines.iter().map(Line::of).filter(|line| self.fits(line))
    }

    /// The lines that fit, of which there must be one at least.
    fn some<'a>(&'a self, run: &'a Run) -> Result<Vec<Line<'a>>, String> {
        let lines: Vec<Line<'a>> = self.of(run).collect();
        if lines.is_empty() {
            let all = run.bill.lines.iter().map(Line::of);
            let items: Vec<String> = all.map(|line| format!("{} {}", line.of, line.item)).collect();
            return Err(format!("no line fits {self:?}; there are {}", items.join(", ")));
        }
        Ok(lines)
    }

    pub(super) fn count(&self, runs: &mut Runs) -> Result<Value, String> {
        Ok(Value::Count(self.of(runs.get(&self.run)?).count() as i64))
    }

    pub(super) fn amount(&self, runs: &mut Runs) -> Result<Value, String> {
        let lines = self.some(runs.get(&self.run)?)?;
        lines.iter().map(|line| money(line.amount)).sum::<Result<Money, _>>().map(Value::Money)
    }

    pub(super) fn billed(&self, runs: &mut Runs) -> Result<Value, String> {
        let lines = self.some(runs.get(&self.run)?)?;
        let ms: Option<i64> = lines.iter().map(|line| line.billed_ms).sum();
        ms.map(|ms| Value::Span(SimSpan::from_ms(ms))).ok_or_else(|| self.nothing("billed time"))
    }

    pub(super) fn quantity(&self, runs: &mut Runs) -> Result<Value, String> {
        let lines = self.some(runs.get(&self.run)?)?;
        let sum: Option<u64> = lines.iter().map(|line| line.quantity).sum();
        sum.map(|sum| Value::Count(sum as i64)).ok_or_else(|| self.nothing("quantity"))
    }

    pub(super) fn price(&self, runs: &mut Runs) -> Result<Value, String> {
        let lines = self.some(runs.get(&self.run)?)?;
        let mut prices: Vec<&str> = lines.iter().map(|line| line.price).collect();
        prices.dedup();
        match prices[..] {
            [""] => Err(self.nothing("price")),
            [price] => money(price).map(Value::Money),
            _ => Err(format!("the lines that fit {self:?} have several prices: {}", prices.join(", "))),
        }
    }

    fn nothing(&self, what: &str) -> String {
        format!("a line that fits {self:?} has no {what}")
    }
}
