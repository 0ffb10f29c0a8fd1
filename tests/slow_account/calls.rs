//! Calls: why an account refuses them, and what of them is charged (B1, B17–B20, A-24).

use super::{BILLS, Class, Credit, SlowAccount, What};
use deploysim::account::Split;
use deploysim::ledger::{LineQuantity, Product};
use deploysim::serving::{CallRecord, Charged, Fate, OverflowTo, Refusal, TargetKind};
use deploysim::units::{Money, SimSpan, SimTime};
use deploysim::world::DurationModel;

/// Who pays for a call.
enum Payer {
    Nobody,
    Own(Class),
    Public(usize, Class),
}

impl SlowAccount<'_> {
    pub(super) fn call(&mut self, place: usize) {
        let record = &self.recorder.every_call.as_ref().expect("all are kept")[place];
        let caller = &self.scenario.callers[usize::from(record.call.tenant)];
        let barred = self.barred(caller.key, caller.call_plan);
        let Some(target) = record.target else { return };
        let payer = if caller.call_plan.is_some() { Payer::Nobody } else { self.payer(record, target.0) };
        let found = match record.fate {
            Fate::Refused(
                why @ (Refusal::KeyInactive
                | Refusal::PlanUsedUp
                | Refusal::Arrears
                | Refusal::FreeQuotaUsedUp),
            ) => Some(why),
            Fate::Refused(_) if barred.is_none() => return,
            Fate::Refused(_) | Fate::Served | Fate::Queued | Fate::Overflowed | Fate::Split => None,
        };
        let is_served_inside = found.is_none()
            && record.charged.is_empty()
            && matches!(payer, Payer::Public(..))
            && { matches!(self.strategy.serving.targets[target.0].kind, TargetKind::Quota(_)) };
        let expected = match &barred {
            Some(why) => Some(*why),
            None if is_served_inside => None,
            None => self.denied(&payer),
        };
        assert_eq!(found, expected, "{} at {:?}: {record:?}", self.model.name, self.now);
        if let Some(why) = found {
            *self.expected.calls_refused.entry(format!("{why:?}")).or_default() += 1;
            return;
        }
        self.charge(record, &payer, caller.call_plan);
    }

    /// Why no call of a tenant is taken, if none is.
    fn barred(&self, key: Option<usize>, plan: Option<usize>) -> Option<Refusal> {
        if key.is_some_and(|key| !self.keys[key]) {
            return Some(Refusal::KeyInactive);
        }
        if self.credit == (Credit::Nothing { everything: true }) {
            return Some(Refusal::Arrears);
        }
        plan.filter(|plan| !self.plan_takes_calls(*plan)).map(|_| Refusal::PlanUsedUp)
    }

    fn payer(&self, record: &CallRecord, target: usize) -> Payer {
        let deployment = &self.strategy.deployments[target];
        if self.is_own_tokens(target) {
            let names = vec![deployment.name.clone(), deployment.model.clone()];
            return Payer::Own(Class { product: Product::Deployment, names, place: 0 });
        }
        let public = match &self.strategy.serving.targets[target].kind {
            TargetKind::Public(id) => Some(*id),
            TargetKind::Quota(quota) => match (quota.overflow, record.fate) {
                (_, Fate::Served | Fate::Queued) => None,
                (OverflowTo::Public(id), _) => Some(id),
                (OverflowTo::Reject | OverflowTo::Next, _) => quota.over_long_to,
            },
            TargetKind::Tokens(_) | TargetKind::Slots(..) => None,
        };
        let Some(public) = public else { return Payer::Nobody };
        let model = &self.strategy.serving.publics[public.0].model;
        if self.scenario.preview_models.contains(model) {
            return Payer::Nobody;
        }
        Payer::Public(public.0, self.public_class(model))
    }

    fn public_class(&self, model: &str) -> Class {
        let is_batch = self.scenario.batch_models.iter().any(|batch| batch == model);
        let product = if is_batch { Product::Batch } else { Product::Inference };
        Class { product, names: vec![model.to_owned()], place: 0 }
    }

    /// Free quota, then packages, or as the account says: those that cover a model now, in the order they are used.
    fn allowances(&self, class: &Class) -> Vec<(bool, usize)> {
        let (model, now) = (&class.names[0], self.now);
        let free = self.model.free_quotas.iter().enumerate().filter(|(place, quota)| {
            let is_valid = quota.from <= now && now < quota.until && self.free[*place] > 0;
            self.is_for_free(class) && quota.model == *model && is_valid
        });
        let mut packages: Vec<(SimTime, SimTime, usize)> = Vec::new();
        for (place, package) in self.model.packages.iter().enumerate() {
            let fits = self.model.deduction.packages.contains(&class.product)
                && (package.models.is_empty() || package.models.contains(model));
            let is_valid = package.bought_at <= now && now < package.until;
            if fits && is_valid && self.packages[place].is_some_and(|left| left > 0) {
                packages.push((package.until, package.bought_at, place));
            }
        }
        packages.sort_unstable();
        let packages = packages.into_iter().map(|(.., place)| (false, place));
        let free = free.map(|(place, _)| (true, place));
        if self.model.deduction.packages_first {
            packages.chain(free).collect()
        } else {
            free.chain(packages).collect()
        }
    }

    fn is_for_free(&self, class: &Class) -> bool {
        self.model.deduction.free_quotas.contains(&class.product)
    }

    /// Why a call cannot be charged, by what is known at its start.
    fn denied(&self, payer: &Payer) -> Option<Refusal> {
        let (class, public) = match payer {
            Payer::Nobody => return None,
            Payer::Own(class) => (class, None),
            Payer::Public(public, class) => (class, Some(&self.strategy.serving.publics[*public].model)),
        };
        if public.is_some_and(|model| self.unsubscribed.contains(model)) {
            return Some(Refusal::Arrears);
        }
        let allowances = public.map_or(Vec::new(), |_| self.allowances(class));
        let quotas = self.model.free_quotas.iter().enumerate();
        let stops = quotas.filter(|(place, quota)| {
            self.stops_when_used[*place]
                && self.is_for_free(class)
                && public.is_some_and(|model| quota.model == *model)
        });
        let stops = stops.count() > 0;
        if stops && !allowances.iter().any(|(is_free, _)| *is_free) {
            return Some(Refusal::FreeQuotaUsedUp);
        }
        let is_covered = !allowances.is_empty() || (public.is_some() && self.has_savings(class));
        match self.credit {
            Credit::Good => None,
            Credit::QuotasOnly => (!is_covered).then_some(Refusal::Arrears),
            Credit::Nothing { .. } => Some(Refusal::Arrears),
        }
    }

    fn charge(&mut self, record: &CallRecord, payer: &Payer, plan: Option<usize>) {
        let searches = record.call.flags.is_web_search() && self.credit == Credit::Good;
        assert_eq!(record.searched, searches, "{}: {record:?}", self.model.name);
        let completed = record.call.at + record.waited + record.served_in;
        if let Some(plan) = plan {
            self.use_plan(plan, u64::from(record.call.input_tokens) + u64::from(record.call.output_tokens));
        }
        if searches {
            let class = Class { product: Product::WebSearch, names: vec!["web search".to_owned()], place: 0 };
            self.put(class, completed, self.scenario.web_search);
        }
        match payer {
            Payer::Nobody => assert!(record.charged.is_empty(), "{record:?}"),
            Payer::Own(class) => {
                let list = record.charged.iter().map(|part| part.price.of(part.tokens)).sum();
                self.put(class.clone(), completed, list);
            }
            Payer::Public(_, class) => {
                let covered = self.cover(class, &record.charged);
                let mut list = Money::ZERO;
                for (part, (free, package)) in record.charged.iter().zip(covered) {
                    assert_eq!((part.free, part.package), (free, package), "{record:?}");
                    list += part.price.of(part.tokens - free - package);
                }
                self.put(class.clone(), completed, list);
            }
        }
    }

    /// One allowance after the other; of each call input first, output first, or all by their share.
    fn cover(&mut self, class: &Class, parts: &[Charged]) -> Vec<(u64, u64)> {
        let mut covered = vec![(0, 0); parts.len()];
        for (is_free, place) in self.allowances(class) {
            let left = if is_free {
                &mut self.free[place]
            } else {
                self.packages[place].as_mut().expect("it is bought")
            };
            let split = self.model.deduction.split;
            let open: Vec<u64> = parts
                .iter()
                .zip(&covered)
                .map(|(part, (free, package))| part.tokens - free - package)
                .collect();
            let (whole, at_most): (u64, u64) = (open.iter().sum(), *left);
            let mut order: Vec<usize> = (0..parts.len()).collect();
            if split == Split::OutputFirst {
                order.reverse();
            }
            for place in order {
                let taken = if split == Split::Proportional && whole > at_most {
                    let until = |end: usize| open[..end].iter().sum::<u64>() * at_most / whole;
                    until(place + 1) - until(place)
                } else {
                    open[place].min(*left)
                };
                *left -= taken;
                *(if is_free { &mut covered[place].0 } else { &mut covered[place].1 }) += taken;
            }
        }
        covered
    }

    /// An amount on the bill of the minute its call is completed in; batch by the hour (B3).
    fn put(&mut self, class: Class, completed: SimTime, list: Money) {
        if list == Money::ZERO {
            return;
        }
        let minute = self.minute_of(completed);
        let (used_at, issued_at) = if class.product == Product::Batch {
            let hour = self.full_hour(minute + SimSpan::MINUTE);
            (hour - SimSpan::HOUR, hour)
        } else {
            (minute, self.issue_time(minute))
        };
        let key = (format!("{class:?}"), used_at);
        let publics = &self.strategy.serving.publics;
        let turn = publics.iter().position(|public| class.names == [public.model.clone()]).unwrap_or(99);
        if let Some((_, sum)) = self.minutes.get_mut(&key) {
            *sum += list;
        } else {
            self.minutes.insert(key.clone(), (class, list));
            self.at(issued_at, BILLS, turn as u64, What::Minute(key.0, used_at));
        }
    }

    /// When the bill of a minute is issued.
    fn issue_time(&self, minute: SimTime) -> SimTime {
        let time = self.scenario.calendar.time_of_day(minute);
        let rules = &self.model.issue;
        let peak = rules.peaks.iter().find(|peak| peak.from <= time && time < peak.to);
        if let DurationModel::Fixed(delay) = peak.map_or(&rules.delay, |peak| &peak.delay) {
            return minute + (*delay).max(SimSpan::MINUTE);
        }
        // How long it takes is luck, once for the minute: any of its lines says it.
        let lines = self.recorder.journal.lines.iter();
        let is_of_minute = |line: &&deploysim::ledger::BillLine| {
            let is_call = match line.quantity {
                LineQuantity::Tokens { calls, .. } => calls > 0,
                LineQuantity::Count { unit, .. } => unit == "call",
                LineQuantity::Time { .. } | LineQuantity::Period { .. } => false,
            };
            line.account.0 == self.index && is_call && line.from == minute && line.product != Product::Batch
        };
        lines.filter(is_of_minute).map(|line| line.issued_at).next().expect("its lines are there")
    }
}
