//! Figures of calls, and of the lines in which accounts are billed for them.

use super::{Called, Issued, Still, money};
use crate::course::run::{Run, Runs};
use crate::course::value::Value;
use crate::ledger::BillLine;
use crate::report::calls::CallRow;
use crate::units::{Money, SimTime};

impl Called {
    fn of<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = &'a (CallRow, u64)> {
        run.calls.iter().filter(|(call, _)| {
            (self.tenant.is_empty() || self.tenant == call.tenant)
                && (self.of.is_empty() || self.of == call.deployment)
                && call.fate.starts_with(&self.fate)
                && call.time.contains(&self.at)
        })
    }

    pub(super) fn count(&self, runs: &mut Runs) -> Result<Value, String> {
        Ok(Value::Count(self.of(runs.get(&self.run)?).count() as i64))
    }

    pub(super) fn charged(&self, runs: &mut Runs) -> Result<Value, String> {
        let calls = self.of(runs.get(&self.run)?);
        calls.map(|(call, _)| money(&call.charge)).sum::<Result<Money, _>>().map(Value::Money)
    }

    pub(super) fn charged_input(&self, runs: &mut Runs) -> Result<Value, String> {
        let calls = self.of(runs.get(&self.run)?);
        Ok(Value::Count(calls.map(|(_, input)| *input as i64).sum()))
    }
}

impl Issued {
    fn of<'a>(&'a self, run: &'a Run) -> impl Iterator<Item = &'a BillLine> {
        run.issued.iter().filter(|line| {
            line.product.name().starts_with(&self.product)
                && run.scenario.calendar.format(line.from).contains(&self.used)
        })
    }

    pub(super) fn count(&self, runs: &mut Runs) -> Result<Value, String> {
        Ok(Value::Count(self.of(runs.get(&self.run)?).count() as i64))
    }

    pub(super) fn first(&self, runs: &mut Runs, at: impl Fn(&BillLine) -> SimTime) -> Result<Value, String> {
        let first = self.of(runs.get(&self.run)?).map(at).min();
        first.map(Value::Instant).ok_or_else(|| format!("no line fits {self:?}"))
    }

    pub(super) fn sum(&self, runs: &mut Runs, of: impl Fn(&BillLine) -> Money) -> Result<Value, String> {
        Ok(Value::Money(self.of(runs.get(&self.run)?).map(of).sum()))
    }
}

impl Still {
    pub(super) fn count(&self, runs: &mut Runs) -> Result<Value, String> {
        let all = &runs.get(&self.run)?.bill.still_billing;
        let own = all.iter().filter(|one| self.of.is_empty() || one.name == self.of);
        Ok(Value::Count(own.count() as i64))
    }
}
