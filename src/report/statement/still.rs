//! What would be charged on after the run: the answer to "why do I still have an overdue payment" (S2).

use crate::ledger::{AccountId, BillLine, LineQuantity, Product};
use crate::report::Told;
use crate::report::export::charge::end_of;
use crate::sim::UsageEnd;
use crate::sim::deployment::record::DeploymentUsageEnd;
use crate::sim::resources::record::ResourceUsageEnd;
use crate::units::{Money, SimSpan};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What still costs money as the run ends.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StillCharged {
    /// Callers with charged calls in the last 24 hours: delete the key, or stop the application.
    pub calls: Vec<StillCalled>,
    /// Callers with charged web searches in the last 24 hours: switch `enable_search` off.
    pub searches: Vec<StillCalled>,
    /// What bills by time: unpublish, stop or delete it.
    pub by_time: Vec<StillBilled>,
}

/// A caller whose calls are charged.
#[derive(Clone, Debug, Serialize)]
pub struct StillCalled {
    /// API key id; empty for the console (B10).
    pub api_key: String,
    /// Workspace id; may be empty.
    pub workspace: String,
    /// `app`, `bmp` or `assistant-api`.
    pub channel: String,
    /// Model code.
    pub model: String,
    /// Minute of the last charged use.
    pub last_used: String,
    /// What the last 24 hours come to.
    pub amount: String,
}

/// Something that bills by time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct StillBilled {
    /// `deployment`, `service`, `resource` or `job`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
}

/// Who called what.
type Caller<'a> = (&'a str, &'a str, &'a str, &'a str);

impl StillCharged {
    /// What still costs an account money.
    pub(super) fn new(told: &Told<'_>, account: AccountId) -> Self {
        let end = end_of(told.scenario);
        let since = end - SimSpan::DAY;
        let lines = told.recorder.journal.lines.iter();
        let recent: Vec<&BillLine> = lines
            .filter(|line| line.account == account && line.from >= since && is_call(line))
            .filter(|line| line.amounts.payable() > Money::ZERO)
            .collect();
        let of = |wanted: bool| {
            let own = recent.iter().copied().filter(|line| (line.product == Product::WebSearch) == wanted);
            callers(told, own)
        };
        Self { calls: of(false), searches: of(true), by_time: by_time(told, account) }
    }

    /// True if nothing would be charged on.
    pub fn is_nothing(&self) -> bool {
        self.calls.is_empty() && self.searches.is_empty() && self.by_time.is_empty()
    }
}

/// True for a line of calls: it says through which channel.
fn is_call(line: &BillLine) -> bool {
    match line.quantity {
        LineQuantity::Tokens { .. } | LineQuantity::Count { .. } => !line.to.channel.is_empty(),
        LineQuantity::Time { .. } | LineQuantity::Period { .. } => false,
    }
}

fn callers<'a>(told: &Told<'_>, lines: impl Iterator<Item = &'a BillLine>) -> Vec<StillCalled> {
    let mut by_caller: BTreeMap<Caller<'a>, Vec<&BillLine>> = BTreeMap::new();
    for line in lines {
        let to = &line.to;
        by_caller.entry((&to.api_key, &to.workspace, &to.channel, &line.model)).or_default().push(line);
    }
    let called = |((api_key, workspace, channel, model), lines): (Caller<'_>, Vec<&BillLine>)| {
        let last = lines.iter().map(|line| line.from).max().unwrap_or_default();
        let amount: Money = lines.iter().map(|line| line.amounts.payable()).sum();
        StillCalled {
            api_key: api_key.to_owned(),
            workspace: workspace.to_owned(),
            channel: channel.to_owned(),
            model: model.to_owned(),
            last_used: told.scenario.calendar.format(last),
            amount: amount.to_string(),
        }
    };
    by_caller.into_iter().map(called).collect()
}

fn by_time(told: &Told<'_>, account: AccountId) -> Vec<StillBilled> {
    let (scenario, recorder) = (told.scenario, told.recorder);
    let end = end_of(scenario);
    let mut still: BTreeSet<StillBilled> = BTreeSet::new();
    for usage in recorder.deployment_usages.iter().filter(|usage| usage.end == DeploymentUsageEnd::Horizon) {
        let deployment = &told.strategy.deployments[usage.deployment.0];
        if deployment.account == account {
            still.insert(StillBilled { kind: "deployment", name: deployment.name.clone() });
        }
    }
    for usage in recorder.usages.iter().filter(|usage| usage.end == UsageEnd::Horizon) {
        let service = &scenario.services[usage.replica.service.0];
        if service.account == account {
            still.insert(StillBilled { kind: "service", name: service.name.clone() });
        }
    }
    for usage in recorder.resource_usages.iter().filter(|usage| usage.end == ResourceUsageEnd::Horizon) {
        let resource = &scenario.resources[usage.resource.0];
        if resource.account == account {
            still.insert(StillBilled { kind: "resource", name: resource.name.clone() });
        }
    }
    for job in scenario.accounts[account.0].jobs.iter().filter(|job| job.start < end && end < job.end) {
        still.insert(StillBilled { kind: "job", name: job.name.clone() });
    }
    still.into_iter().collect()
}
