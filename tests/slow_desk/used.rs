//! What is used of a quota, summed again from every use for every question.

use super::SlowDesk;
use deploysim::serving::{CapacityTier, Quota, QuotaModel, TargetKind, Utilisation, Window};
use deploysim::units::SimTime;
use deploysim::world::traffic::Call;

/// Tokens that count in a quota.
pub(super) struct Use {
    pub(super) at: i64,
    /// At one instant, what was left open by earlier calls comes before calls.
    pub(super) late: bool,
    pub(super) order: usize,
    pub(super) tokens: i128,
    /// From then on it is so many.
    pub(super) then: Option<(i64, i128)>,
}

#[derive(Default)]
pub(super) struct Uses(pub(super) Vec<Use>);

impl Use {
    fn tokens(&self, now: i64) -> i128 {
        match self.then {
            Some((from, tokens)) if from <= now => tokens,
            Some(_) | None => self.tokens,
        }
    }
}

impl Uses {
    /// Used at an instant, in 1/60,000 tokens.
    pub(super) fn at(
        &self,
        now: i64,
        window: Window,
        quotas: &[(i64, Quota)],
        dimension: usize,
        phase: i64,
    ) -> i128 {
        let minute = |at: i64| (at + phase).div_euclid(60_000);
        let uses = self.0.iter().filter(|one| one.at <= now);
        match window {
            Window::CalendarMinute => {
                let here = uses.filter(|one| minute(one.at) == minute(now));
                here.map(|one| one.tokens(now) * 60_000).sum()
            }
            Window::Sliding => {
                let here = uses.filter(|one| one.at > now - 60_000);
                here.map(|one| one.tokens(now) * 60_000).sum()
            }
            Window::TokenBucket => self.bucket(now, quotas, dimension),
        }
    }

    /// What is missing in a bucket, from its beginning.
    fn bucket(&self, now: i64, quotas: &[(i64, Quota)], dimension: usize) -> i128 {
        // (when, before calls, in order, tokens that are taken out)
        let mut changes: Vec<(i64, bool, usize, i128)> = Vec::new();
        for one in &self.0 {
            changes.push((one.at, !one.late, one.order, one.tokens));
            if let Some((from, tokens)) = one.then {
                changes.push((from, false, one.order, tokens - one.tokens));
            }
        }
        changes.extend(quotas.iter().map(|(from, _)| (*from, false, 0, 0)));
        changes.retain(|(at, ..)| *at <= now);
        changes.sort_unstable();
        let (mut missing, mut as_of) = (0, 0);
        for (at, .., tokens) in changes.into_iter().chain([(now, true, usize::MAX, 0)]) {
            let rate = rate(quotas, dimension, at - 1);
            missing = (missing - rate * i128::from(at - as_of)).max(0);
            missing = (missing + tokens * 60_000).max(0);
            as_of = at;
        }
        missing
    }
}

/// The quota in force at an instant.
pub(super) fn rate(quotas: &[(i64, Quota)], dimension: usize, now: i64) -> i128 {
    let quota = quotas.iter().rfind(|(from, _)| *from <= now).map(|(_, quota)| *quota).unwrap_or_default();
    let tokens = [quota.input_tpm, quota.output_tpm, quota.thinking_output_tpm.unwrap_or(0)];
    i128::from(tokens[dimension])
}

const ONE: i128 = 1_000_000_000;

/// What the token at a place of the input counts among `tiers`, of which only the first few are looked at.
fn factor(tiers: &[CapacityTier], place: u32) -> i128 {
    match tiers.split_last() {
        None => ONE,
        Some((last, before)) if last.marginal && place < last.input_above => factor(before, place),
        Some((last, _)) => i128::from(last.factor_ppb),
    }
}

fn reached<'a>(tiers: &'a [CapacityTier], call: &Call) -> &'a [CapacityTier] {
    let count = tiers.iter().filter(|tier| call.input_tokens > tier.input_above).count();
    &tiers[..count]
}

/// What the first tokens of a call's input count.
pub(super) fn input_weight(quota: &QuotaModel, call: &Call, tokens: u32) -> i128 {
    let tiers = reached(&quota.input_coefficients, call);
    let of = |place: u32| {
        let cache = if place < call.cached_tokens { i128::from(quota.cache_factor_ppb) } else { ONE };
        factor(tiers, place) * cache
    };
    let sum: i128 = (0..tokens).map(of).sum();
    (sum + ONE * ONE - 1) / (ONE * ONE)
}

pub(super) fn output_weight(quota: &QuotaModel, call: &Call, tokens: u32) -> i128 {
    let tier = reached(&quota.output_coefficients, call).last();
    let each = tier.map_or(ONE, |tier| i128::from(tier.factor_ppb));
    let sum = i128::from(tokens) * each * i128::from(quota.shared_output_ppb.unwrap_or(1_000_000_000));
    (sum + ONE * ONE - 1) / (ONE * ONE)
}

impl SlowDesk<'_> {
    /// The use of every quota of a target, minute by minute.
    pub(crate) fn agrees_on_use(&self, id: usize, end: SimTime, found: &[Utilisation], seed: u64) {
        let TargetKind::Quota(quota) = &self.model.targets[id].kind else {
            assert!(found.is_empty(), "only quotas are used");
            return;
        };
        let target = &self.targets[id];
        let names = match quota.shared_output_ppb {
            Some(_) => vec!["input and output"],
            None if target.quotas.iter().any(|(_, quota)| quota.thinking_output_tpm.is_some()) => {
                vec!["input", "output", "thinking output"]
            }
            None => vec!["input", "output"],
        };
        assert_eq!(found.iter().map(|found| found.dimension).collect::<Vec<_>>(), names, "seed {seed}");
        for (dimension, found) in found.iter().enumerate() {
            self.agrees_on_dimension(id, dimension, end.as_ms(), found, seed);
        }
    }

    fn agrees_on_dimension(&self, id: usize, dimension: usize, end: i64, found: &Utilisation, seed: u64) {
        let target = &self.targets[id];
        let (mut shares, mut used_sum, mut base_sum, mut above) = (Vec::new(), 0, 0, 0);
        for minute in self.minute(0)..=self.minute(end) {
            let last = ((minute + 1) * 60_000 - self.model.minute_phase_ms - 1).min(end);
            let begin = minute * 60_000 - self.model.minute_phase_ms;
            let is_open = target.open.iter().any(|(from, to)| {
                let to = to.unwrap_or(end);
                let called = |at: &i64| from <= at && *at <= to && self.minute(*at) == minute;
                (*from).max(begin) < to.min(begin + 60_000) || target.calls_at.iter().any(called)
            });
            let quota = target.quotas.iter().rfind(|(from, _)| *from <= last);
            let has_third = quota.is_some_and(|(_, quota)| quota.thinking_output_tpm.is_some());
            if !is_open || (dimension == 2 && !has_third) {
                continue;
            }
            let uses =
                target.uses[dimension].0.iter().filter(|one| one.at <= end && self.minute(one.at) == minute);
            let used: i128 = uses.map(|one| one.tokens(last)).sum();
            let base = rate(&target.quotas, dimension, last);
            above += usize::from(used > base);
            used_sum += used;
            base_sum += base.max(1);
            shares.push(used as f64 / base.max(1) as f64);
        }
        assert_eq!(found.minutes as usize, shares.len(), "seed {seed}, target {id}");
        if shares.is_empty() {
            return;
        }
        shares.sort_by(f64::total_cmp);
        let percentile = |percent: usize| shares[(shares.len() * percent).div_ceil(100) - 1];
        let near = |found: f64, expected: f64| (found - expected).abs() <= 0.000_501;
        assert!(near(found.p95, percentile(95)), "seed {seed}: {} for {}", found.p95, percentile(95));
        assert!(near(found.p99, percentile(99)), "seed {seed}: {} for {}", found.p99, percentile(99));
        assert!((found.mean - used_sum as f64 / base_sum as f64).abs() < 1e-9, "seed {seed}: mean");
        assert!((found.share_above - above as f64 / shares.len() as f64).abs() < 1e-12, "seed {seed}: above");
    }
}
