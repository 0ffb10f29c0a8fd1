//! Figures of events: of services, deployments, resources and accounts alike.

use super::{Happened, money};
use crate::course::run::{Run, Runs};
use crate::course::value::Value;
use crate::report::bill::TurnLine;
use crate::units::{Money, SimTime};

/// What events of all kinds have.
struct Event<'run> {
    at: SimTime,
    of: &'run str,
    /// In one word.
    name: &'run str,
    says: &'run str,
    available: Option<Money>,
    amount: Option<Money>,
}

/// Everything that happened: to services, deployments and resources in order, then to accounts one by one.
fn events(run: &Run) -> Result<Vec<Event<'_>>, String> {
    let calendar = &run.scenario.calendar;
    let at = |text: &str| calendar.parse_instant(text).map_err(|error| error.to_string());
    let mut all = Vec::new();
    for event in &run.bill.events {
        all.push(Event {
            at: at(&event.at)?,
            of: &event.deployment,
            name: event.event,
            says: &event.detail,
            available: None,
            amount: event.amount.as_deref().map(money).transpose()?,
        });
    }
    for account in &run.bill.accounts {
        for turn in &account.turns {
            let TurnLine { event, detail, amount, available, .. } = turn;
            all.push(Event {
                at: at(&turn.at)?,
                of: &account.name,
                name: event,
                says: detail,
                available: Some(money(available)?),
                amount: amount.as_deref().map(money).transpose()?,
            });
        }
    }
    Ok(all)
}

impl Happened {
    fn fits(&self, event: &Event<'_>) -> bool {
        (self.of.is_empty() || self.of == event.of)
            && event.name.starts_with(&self.event)
            && event.says.contains(&self.says)
    }

    /// The one that is meant.
    fn one<'run>(&self, runs: &'run mut Runs) -> Result<Event<'run>, String> {
        let mut found = events(runs.get(&self.run)?)?.into_iter().filter(|event| self.fits(event));
        found.nth(self.number.max(1) - 1).ok_or_else(|| format!("no event fits {self:?}"))
    }

    pub(super) fn at(&self, runs: &mut Runs) -> Result<Value, String> {
        self.one(runs).map(|event| Value::Instant(event.at))
    }

    pub(super) fn times(&self, runs: &mut Runs) -> Result<Value, String> {
        let all = events(runs.get(&self.run)?)?;
        Ok(Value::Count(all.iter().filter(|event| self.fits(event)).count() as i64))
    }

    pub(super) fn available(&self, runs: &mut Runs) -> Result<Value, String> {
        let available = self.one(runs)?.available.map(Value::Money);
        available.ok_or_else(|| format!("the event that fits {self:?} is of no account"))
    }

    pub(super) fn moved(&self, runs: &mut Runs) -> Result<Value, String> {
        let amount = self.one(runs)?.amount.map(Value::Money);
        amount.ok_or_else(|| format!("the event that fits {self:?} moved no money"))
    }
}
