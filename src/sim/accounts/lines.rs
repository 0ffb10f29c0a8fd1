//! Lines of calls before they are issued, where somebody listens.

use crate::account::{AccountModel, ChargingModel, ClassId};
use crate::ledger::{AccountId, BillLine, ChargedTo, LineAmounts, LineQuantity};
use crate::scenario::Scenario;
use crate::scenario::deployment::DeploymentKind;
use crate::scenario::model::Strategy;
use crate::serving::{CallRecord, Fate, MinuteCharge};
use crate::units::{Money, SimSpan, SimTime};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What tells lines of one class and minute apart: caller, model, billing type, overflow.
type LineKey = (ChargedTo, String, String, bool, String);

/// Lines by minute and class.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drafts {
    open: BTreeMap<(SimTime, ClassId), Lines>,
    /// Those of minutes that were handed over to the books and wait to be issued.
    handed: BTreeMap<(SimTime, ClassId), Lines>,
}

/// Lines of one minute and class.
type Lines = BTreeMap<LineKey, BillLine>;

impl Drafts {
    /// The lines of a minute and class.
    pub(super) fn take(&mut self, minute: SimTime, class: ClassId) -> Vec<BillLine> {
        self.handed.remove(&(minute, class)).map(|lines| lines.into_values().collect()).unwrap_or_default()
    }

    /// Hands over minutes that are over; those that came to nothing, since quotas cover their tokens, are billed too:
    /// lines of 0.
    pub(super) fn add_free_minutes(&mut self, until: SimTime, charges: &mut Vec<MinuteCharge>) {
        while let Some(entry) = self.open.first_entry() {
            let (minute, class) = *entry.key();
            if minute + SimSpan::MINUTE > until {
                break;
            }
            let lines = entry.remove();
            if !charges.iter().any(|charge| (charge.minute, charge.class) == (minute, class)) {
                charges.push(MinuteCharge { minute, class, amount: Money::ZERO });
            }
            // An hour of batch is handed over again and again until it is over.
            let handed = self.handed.entry((minute, class)).or_default();
            for (key, line) in lines {
                match handed.entry(key) {
                    Entry::Vacant(place) => {
                        place.insert(line);
                    }
                    Entry::Occupied(mut known) => {
                        add_quantity(&mut known.get_mut().quantity, line.quantity);
                        known.get_mut().amounts.list += line.amounts.list;
                    }
                }
            }
        }
        charges.sort_by_key(|charge| (charge.minute, charge.class));
    }

    /// Adds what a call was charged.
    pub(crate) fn add(
        &mut self,
        scenario: &Scenario,
        strategy: &Strategy,
        charging: &ChargingModel,
        record: &CallRecord,
    ) {
        let Some(target) = record.target else { return };
        let tenant = usize::from(record.call.tenant);
        let caller = &scenario.callers[tenant];
        let completed = record.call.at + record.waited + record.served_in;
        let phase = strategy.serving.minute_phase_ms;
        let into = (completed.as_ms() + phase).rem_euclid(SimSpan::MINUTE.as_ms());
        let minute = completed - SimSpan::from_ms(into);
        let account = &scenario.accounts[caller.account.0];
        let is_overflow = matches!(record.fate, Fate::Overflowed | Fate::Split);
        let deployment = &strategy.deployments[target.0];
        let resource = match deployment.kind {
            DeploymentKind::Public => "",
            DeploymentKind::Ptu(_)
            | DeploymentKind::Units(_)
            | DeploymentKind::Tokens(_)
            | DeploymentKind::Service(_) => deployment.name.as_str(),
        };
        let Some(accounting) = &strategy.serving.accounting else { return };
        for part in &record.charged {
            let publics = &strategy.serving.publics;
            let public = publics.iter().position(|public| public.model == part.model);
            let class = match (accounting.targets[target.0], public) {
                (Some(own), _) => own,
                (None, Some(public)) => accounting.publics[public][caller.account.0].class,
                (None, None) => continue,
            };
            let kind = billing_type(&part.tier, part.kind);
            let line = Draft {
                caller: ChargedTo {
                    stops_when_free_quota_used: account.stops_when_used(&part.model, record.call.at),
                    ..charged_to(account, caller, minute)
                },
                model: part.model.clone(),
                kind,
                is_overflow,
                resource,
                minute,
            };
            let quantity = LineQuantity::Tokens {
                tokens: part.tokens,
                free: part.free,
                package: part.package,
                calls: 1,
                price: part.price,
            };
            let rules: &[&str] = if is_overflow {
                &["B2", "B28", "P11", "A-04", "A-21", "A-24", "A-38"]
            } else {
                &["B2", "B28", "B30", "A-21", "A-24", "A-38"]
            };
            self.put(charging, class, line, quantity, part.amount, rules);
        }
        if record.searched {
            let class = accounting.searches[caller.account.0];
            let price = strategy.serving.search_price;
            let line = Draft {
                caller: charged_to(account, caller, minute),
                model: deployment.model.clone(),
                kind: "web_search".to_owned(),
                is_overflow: false,
                resource: "",
                minute,
            };
            let quantity = LineQuantity::Count { count: 1, unit: "call", price };
            self.put(charging, class, line, quantity, price, &["B32", "A-27"]);
        }
    }

    fn put(
        &mut self,
        charging: &ChargingModel,
        class: ClassId,
        draft: Draft<'_>,
        quantity: LineQuantity,
        list: Money,
        rules: &'static [&'static str],
    ) {
        let of = charging.class(class);
        let Draft { caller, model, kind, is_overflow, resource, minute } = draft;
        // Batch is billed by the hour (B3).
        let (from, to_time) = if charging.is_hourly(class) {
            let hour_end = charging.full_hour(minute + SimSpan::MINUTE);
            (hour_end - SimSpan::HOUR, hour_end)
        } else {
            (minute, minute + SimSpan::MINUTE)
        };
        let key = (caller.clone(), model.clone(), kind.clone(), is_overflow, resource.to_owned());
        let lines = self.open.entry((from, class)).or_default();
        match lines.get_mut(&key) {
            Some(line) => {
                add_quantity(&mut line.quantity, quantity);
                line.amounts.list += list;
            }
            None => {
                lines.insert(
                    key,
                    BillLine {
                        account: AccountId(of.account.0),
                        product: of.product,
                        billing_type: kind,
                        resource: resource.to_owned(),
                        model,
                        to: caller,
                        is_overflow,
                        from,
                        to_time,
                        issued_at: SimTime::NEVER,
                        quantity,
                        amounts: LineAmounts { list, ..LineAmounts::default() },
                        rules,
                    },
                );
            }
        }
    }
}

/// What a line is about.
struct Draft<'a> {
    caller: ChargedTo,
    model: String,
    kind: String,
    is_overflow: bool,
    resource: &'a str,
    minute: SimTime,
}

/// The caller's side of a line, without the last field: no free quota covers a search.
fn charged_to(
    account: &AccountModel,
    caller: &crate::scenario::deployment::Caller,
    used_at: SimTime,
) -> ChargedTo {
    ChargedTo {
        api_key: caller.api_key.clone(),
        workspace: caller.workspace.clone(),
        channel: caller.channel.clone(),
        stops_when_free_quota_used: false,
        tag: account.tag(&caller.workspace, used_at),
    }
}

/// As bills write it (B30): `context_0-128k_input_token`, without tiers `input_token`.
fn billing_type(tier: &str, kind: &str) -> String {
    if tier.is_empty() { kind.to_owned() } else { format!("context_{tier}_{kind}") }
}

fn add_quantity(sum: &mut LineQuantity, more: LineQuantity) {
    match (sum, more) {
        (
            LineQuantity::Tokens { tokens, free, package, calls, .. },
            LineQuantity::Tokens { tokens: t, free: f, package: p, calls: c, .. },
        ) => {
            *tokens += t;
            *free += f;
            *package += p;
            *calls += c;
        }
        (LineQuantity::Count { count, .. }, LineQuantity::Count { count: more, .. }) => *count += more,
        (
            LineQuantity::Tokens { .. }
            | LineQuantity::Count { .. }
            | LineQuantity::Time { .. }
            | LineQuantity::Period { .. },
            _,
        ) => {
            unreachable!("lines of one key are of one kind")
        }
    }
}
