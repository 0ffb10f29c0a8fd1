//! What a study measures in each replication, and the column it stands in.

use super::MetricError;
use crate::montecarlo::accounts::{AccountSamples, Arrears};
use crate::montecarlo::study::Samples;
use crate::scenario::Scenario;
use crate::units::{Money, SimSpan, SimTime};
use std::fmt;

/// Something that every replication has one of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Measure {
    /// The bill.
    Cost,
    /// The bill plus the price of lost hours, reclaims and calls.
    CostWithDowntime,
    /// Share of the wanted replica-time in Running.
    Availability,
    /// Replica-hours in Running.
    RunningHours,
    /// Instances taken back.
    Reclaims,
    /// Containers that crashed or failed to start.
    Crashes,
    /// From submission to the first Running; the horizon where it never ran.
    TimeToRunning,
    /// Pay-as-you-go charge of all overflow.
    OverflowCost,
    /// Share of the delivered tokens that overflowed.
    OverflowShare,
    /// Share of the calls that were refused.
    RefusedShare,
    /// Calls served as planned.
    ServedCalls,
    /// Calls that overflowed.
    OverflowedCalls,
    /// Calls refused.
    RefusedCalls,
    /// Tokens served or overflowed, input and output.
    DeliveredTokens,
    /// Of these, overflowed.
    OverflowedTokens,
    /// Something befell the account, or any.
    Arrears(Arrears),
    /// What is available on the account at the horizon.
    Available,
    /// The least that was available.
    LeastAvailable,
    /// How long something was stopped by arrears.
    StoppedHours,
    /// How long the account was overdue.
    OverdueHours,
    /// Episodes of arrears.
    Episodes,
}

/// What a measure is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Unit {
    /// The scenario's currency.
    Currency,
    /// A part of a whole, in [0, 1].
    Share,
    /// Hours.
    Hours,
    /// Seconds.
    Seconds,
    /// A number of things.
    Count,
}

/// The values of a measure in replication order.
pub(super) enum Column<'a> {
    /// Exact money.
    Money(&'a [Money]),
    /// Numbers.
    Numbers(Vec<f64>),
    /// Whether it happened.
    YesNo(Vec<bool>),
}

impl Measure {
    /// All of them, in the order in which messages list them.
    pub const ALL: [Self; 24] = [
        Self::Cost,
        Self::CostWithDowntime,
        Self::Availability,
        Self::RunningHours,
        Self::Reclaims,
        Self::Crashes,
        Self::TimeToRunning,
        Self::OverflowCost,
        Self::OverflowShare,
        Self::RefusedShare,
        Self::ServedCalls,
        Self::OverflowedCalls,
        Self::RefusedCalls,
        Self::DeliveredTokens,
        Self::OverflowedTokens,
        Self::Arrears(Arrears::Overdue),
        Self::Arrears(Arrears::Stopped),
        Self::Arrears(Arrears::Released),
        Self::Arrears(Arrears::Cleared),
        Self::Available,
        Self::LeastAvailable,
        Self::StoppedHours,
        Self::OverdueHours,
        Self::Episodes,
    ];

    /// The name as it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::CostWithDowntime => "cost_with_downtime",
            Self::Availability => "availability",
            Self::RunningHours => "running_hours",
            Self::Reclaims => "reclaims",
            Self::Crashes => "crashes",
            Self::TimeToRunning => "time_to_running",
            Self::OverflowCost => "overflow_cost",
            Self::OverflowShare => "overflow_share",
            Self::RefusedShare => "refused_share",
            Self::ServedCalls => "served_calls",
            Self::OverflowedCalls => "overflowed_calls",
            Self::RefusedCalls => "refused_calls",
            Self::DeliveredTokens => "delivered_tokens",
            Self::OverflowedTokens => "overflowed_tokens",
            Self::Arrears(Arrears::Overdue) => "overdue",
            Self::Arrears(Arrears::Stopped) => "stopped",
            Self::Arrears(Arrears::Released) => "released",
            Self::Arrears(Arrears::Cleared) => "cleared",
            Self::Available => "available",
            Self::LeastAvailable => "least_available",
            Self::StoppedHours => "stopped_hours",
            Self::OverdueHours => "overdue_hours",
            Self::Episodes => "episodes",
        }
    }

    /// What it is counted in.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Cost
            | Self::CostWithDowntime
            | Self::OverflowCost
            | Self::Available
            | Self::LeastAvailable => Unit::Currency,
            Self::Availability | Self::OverflowShare | Self::RefusedShare | Self::Arrears(_) => Unit::Share,
            Self::RunningHours | Self::StoppedHours | Self::OverdueHours => Unit::Hours,
            Self::TimeToRunning => Unit::Seconds,
            Self::Reclaims
            | Self::Crashes
            | Self::ServedCalls
            | Self::OverflowedCalls
            | Self::RefusedCalls
            | Self::DeliveredTokens
            | Self::OverflowedTokens
            | Self::Episodes => Unit::Count,
        }
    }

    /// Yes or no in each replication.
    pub const fn is_yes_or_no(self) -> bool {
        matches!(self, Self::Arrears(_))
    }

    /// Measured of accounts.
    pub const fn is_of_accounts(self) -> bool {
        self.is_yes_or_no() || self.is_of_one_account()
    }

    /// Measured of one account: the balances of several are no balance.
    pub const fn is_of_one_account(self) -> bool {
        matches!(
            self,
            Self::Available | Self::LeastAvailable | Self::StoppedHours | Self::OverdueHours | Self::Episodes
        )
    }

    /// Measured of instances on machines.
    pub const fn is_of_machines(self) -> bool {
        matches!(
            self,
            Self::Availability | Self::RunningHours | Self::Reclaims | Self::Crashes | Self::TimeToRunning
        )
    }

    /// The measure of a name in a metric as typed.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self, MetricError> {
        let found = Self::ALL.into_iter().find(|measure| measure.name() == name);
        found.ok_or_else(|| MetricError::UnknownMeasure { text: text.to_owned(), name: name.to_owned() })
    }

    pub(super) fn names() -> Vec<&'static str> {
        Self::ALL.into_iter().map(Self::name).collect()
    }

    pub(super) fn names_of_accounts() -> Vec<&'static str> {
        Self::ALL.into_iter().filter(|measure| measure.is_of_accounts()).map(Self::name).collect()
    }

    /// Why a scenario has nothing of the kind, if it has not.
    pub(super) fn is_missing_from(self, scenario: &Scenario) -> Option<&'static str> {
        let rents = || scenario.strategies.iter().any(|strategy| scenario.rents_machines(strategy));
        match self {
            Self::Cost => None,
            Self::CostWithDowntime => {
                (!scenario.downtime.is_priced()).then_some("the scenario gives downtime no price")
            }
            Self::Crashes => (!scenario.can_crash()).then_some("no container of the scenario can fail"),
            _ if self.is_of_machines() => (!rents()).then_some("no strategy of the scenario rents machines"),
            _ if self.is_of_accounts() => {
                scenario.accounts.is_empty().then_some("the scenario has no accounts")
            }
            _ => (!scenario.has_traffic()).then_some("the scenario has neither calls nor deployments"),
        }
    }

    /// The least and the greatest value there can be.
    pub(super) fn bounds(self) -> (f64, f64) {
        match self.unit() {
            Unit::Currency => (f64::NEG_INFINITY, f64::INFINITY),
            Unit::Share => (0.0, 1.0),
            Unit::Hours | Unit::Seconds | Unit::Count => (0.0, f64::INFINITY),
        }
    }

    /// Its values; none if nobody measured it, or if it is of one account and there are several.
    pub(super) fn column<'a>(
        self,
        samples: &'a Samples,
        accounts: &'a [AccountSamples],
    ) -> Option<Column<'a>> {
        let traffic = &samples.traffic;
        let one_account = || match accounts {
            [one] => Some(one),
            _ => None,
        };
        let column = match self {
            Self::Cost => Column::Money(&samples.cost),
            Self::CostWithDowntime => Column::Money(&samples.cost_with_downtime),
            Self::Availability => {
                let pairs = samples.running_ms.iter().zip(&samples.wanted_ms);
                Column::Numbers(pairs.map(|(ran, wanted)| *ran as f64 / (*wanted).max(1) as f64).collect())
            }
            Self::RunningHours => hours(&samples.running_ms),
            Self::Reclaims => small_counts(&samples.reclaims),
            Self::Crashes => small_counts(&samples.crashes),
            Self::TimeToRunning => spans(&samples.first_running_ms, SimSpan::SECOND),
            Self::OverflowCost => Column::Money(&traffic.overflow),
            Self::OverflowShare => Column::Numbers(traffic.overflow_shares()),
            Self::RefusedShare => Column::Numbers(traffic.refused_shares()),
            Self::ServedCalls => counts(&traffic.served),
            Self::OverflowedCalls => counts(&traffic.overflowed),
            Self::RefusedCalls => counts(&traffic.refused),
            Self::DeliveredTokens => counts(&traffic.delivered_tokens),
            Self::OverflowedTokens => counts(&traffic.overflowed_tokens),
            Self::Arrears(what) => happened(what, accounts),
            Self::Available => Column::Money(&one_account()?.available),
            Self::LeastAvailable => Column::Money(&one_account()?.least_available),
            Self::StoppedHours => hours(&one_account()?.downtime_ms),
            Self::OverdueHours => hours(&one_account()?.overdue_ms),
            Self::Episodes => small_counts(&one_account()?.episodes),
        };
        (!column.is_empty()).then_some(column)
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Column<'_> {
    fn is_empty(&self) -> bool {
        match self {
            Self::Money(amounts) => amounts.is_empty(),
            Self::Numbers(numbers) => numbers.is_empty(),
            Self::YesNo(answers) => answers.is_empty(),
        }
    }
}

fn spans(ms: &[i64], unit: SimSpan) -> Column<'static> {
    Column::Numbers(ms.iter().map(|ms| *ms as f64 / unit.as_ms() as f64).collect())
}

fn hours(ms: &[i64]) -> Column<'static> {
    spans(ms, SimSpan::HOUR)
}

fn counts(counts: &[u64]) -> Column<'static> {
    Column::Numbers(counts.iter().map(|count| *count as f64).collect())
}

fn small_counts(counts: &[u32]) -> Column<'static> {
    Column::Numbers(counts.iter().map(|count| f64::from(*count)).collect())
}

/// Whether something befell any of these accounts.
fn happened(what: Arrears, accounts: &[AccountSamples]) -> Column<'static> {
    let n = accounts.first().map_or(0, AccountSamples::len);
    let firsts = || accounts.iter().map(|account| &account.first[what as usize]);
    Column::YesNo((0..n).map(|index| firsts().any(|first| first[index] != SimTime::NEVER)).collect())
}
