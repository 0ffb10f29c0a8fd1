//! Accounts told: their turns in order, and how what is available comes about at each (B15).

use super::Told;
use crate::ledger::{AccountEvent, Entry, EntryKind, Place};
use crate::report::words::accounts as words;
use crate::units::{Money, SimTime};
use serde::Serialize;

/// An account in the result of `run`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountStory {
    /// Its name.
    pub name: String,
    /// What is available at the horizon.
    pub available: String,
    /// Lines issued before the horizon, as they are to be paid.
    pub issued: String,
    /// Lines that are issued afterwards.
    pub not_issued: String,
    /// Payments, purchases, settlements, alerts, arrears, in order.
    pub turns: Vec<TurnLine>,
}

/// A turn of an account.
#[derive(Clone, Debug, Serialize)]
pub struct TurnLine {
    /// When.
    pub at: String,
    /// One word, or what moved.
    pub event: String,
    /// What it is about.
    pub detail: String,
    /// The amount that moved, of a movement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What is available afterwards.
    pub available: String,
    /// Rules applied, as ids of the rulebook.
    pub rules: &'static [&'static str],
}

/// Where an account's money is.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::report) struct Places {
    /// Cash.
    pub cash: Money,
    /// Unsettled of this month: a debt, zero or less.
    pub this_month: Money,
    /// Unsettled of earlier months: a debt, zero or less.
    pub earlier_months: Money,
}

impl Places {
    fn add(&mut self, entry: &Entry) {
        self.cash += entry.to(Place::Cash);
        self.this_month += entry.to(Place::ThisMonth);
        self.earlier_months += entry.to(Place::EarlierMonths);
    }
}

/// Something worth telling of an account.
#[derive(Clone, Copy, Debug)]
pub(in crate::report) enum Turn<'run> {
    /// Money moved other than by bills.
    Moved(&'run Entry),
    /// Something became of it.
    Event(&'run AccountEvent),
}

impl Turn<'_> {
    /// When.
    pub(in crate::report) const fn at(&self) -> SimTime {
        match self {
            Self::Moved(entry) => entry.at,
            Self::Event(event) => event.at,
        }
    }

    /// Whose.
    pub(in crate::report) const fn account(&self) -> usize {
        match self {
            Self::Moved(entry) => entry.account.0,
            Self::Event(event) => event.account.0,
        }
    }

    /// What is available afterwards.
    pub(in crate::report) const fn available(&self) -> Money {
        match self {
            Self::Moved(entry) => entry.available,
            Self::Event(event) => event.available,
        }
    }

    /// True for what comes before everything else of its instant.
    pub(in crate::report) const fn is_payment(&self) -> bool {
        match self {
            Self::Moved(entry) => {
                matches!(entry.kind, EntryKind::Opening | EntryKind::Payment | EntryKind::TopUp)
            }
            Self::Event(_) => false,
        }
    }
}

/// Bills are lines of their own; the month's beginning moves nothing that a reader misses.
const fn is_told(kind: &EntryKind) -> bool {
    match kind {
        EntryKind::Issued { .. } | EntryKind::MonthBegins => false,
        EntryKind::Opening
        | EntryKind::Payment
        | EntryKind::TopUp
        | EntryKind::Purchase { .. }
        | EntryKind::Refund { .. }
        | EntryKind::Settlement { .. }
        | EntryKind::DebtPaid => true,
    }
}

/// The turns of all accounts by time, each with where the money is afterwards.
pub(in crate::report) fn turns<'run>(told: &Told<'run>) -> Vec<(Turn<'run>, Places)> {
    let journal = &told.recorder.journal;
    let mut all = Vec::new();
    for account in 0..told.scenario.accounts.len() {
        let mut entries = journal.entries.iter().filter(|entry| entry.account.0 == account).peekable();
        let mut events: Vec<_> = journal.events.iter().filter(|event| event.account.0 == account).collect();
        // What was used up is told when bills are collected, a little later than it happened.
        events.sort_by_key(|event| event.at);
        let mut places = Places::default();
        let mut own: Vec<(Turn<'run>, Places)> = Vec::new();
        let mut take = |entry: &'run Entry, own: &mut Vec<(Turn<'run>, Places)>| {
            places.add(entry);
            if is_told(&entry.kind) {
                own.push((Turn::Moved(entry), places));
            }
            places
        };
        for event in events {
            let mut now = own.last().map_or_else(Places::default, |(_, places)| *places);
            while let Some(entry) = entries.next_if(|entry| entry.at <= event.at) {
                now = take(entry, &mut own);
            }
            own.push((Turn::Event(event), now));
        }
        for entry in entries {
            take(entry, &mut own);
        }
        all.extend(own);
    }
    all.sort_by_key(|(turn, _)| turn.at());
    all
}

/// Every account with its turns.
pub(super) fn stories(told: &Told<'_>) -> Vec<AccountStory> {
    let turns = turns(told);
    let story = |(index, account): (usize, &crate::account::AccountModel)| {
        let outcome = told.outcome.accounts.get(index).cloned().unwrap_or_default();
        let own = turns.iter().filter(|(turn, _)| turn.account() == index);
        AccountStory {
            name: account.name.clone(),
            available: outcome.available.to_string(),
            issued: outcome.issued.to_string(),
            not_issued: outcome.not_issued.to_string(),
            turns: own.map(|(turn, _)| turn_line(told, turn)).collect(),
        }
    };
    told.scenario.accounts.iter().enumerate().map(story).collect()
}

fn turn_line(told: &Told<'_>, turn: &Turn<'_>) -> TurnLine {
    let at = told.scenario.calendar.format(turn.at());
    let available = turn.available().to_string();
    match turn {
        Turn::Moved(entry) => TurnLine {
            at,
            event: words::entry_name(&entry.kind),
            detail: String::new(),
            amount: Some(words::entry_amount(entry).to_string()),
            available,
            rules: words::entry_rules(&entry.kind),
        },
        Turn::Event(event) => TurnLine {
            at,
            event: words::event_name(&event.kind).to_owned(),
            detail: words::event_sentence(told.scenario, &event.kind),
            amount: None,
            available,
            rules: words::event_rules(&event.kind),
        },
    }
}
