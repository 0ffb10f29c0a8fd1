//! One target: whether it is open, and what it answers to a call.

use super::limits::Gate;
use super::model::{
    CloseReason, OverflowTo, PublicId, RateLimits, ServingModel, SlotsModel, TargetKind, TargetModel,
    TokensModel,
};
use super::outcome::{CallCounts, Fate, Refusal, TargetOutcome, TokenCounts};
use super::pending::{Late, Pending};
use super::public::{PublicDesk, count_output, is_at_once, latency_ms};
use super::quota::{Provisioned, Room};
use super::slots::Slots;
use super::tariff::Ledger;
use super::till::{Covered, Payer, Till};
use super::waits::WaitLog;
use crate::units::{Money, SimTime};
use crate::world::traffic::Call;

/// One target at work.
#[derive(Clone, Debug)]
pub(super) struct Station<'model> {
    index: usize,
    model: &'model TargetModel,
    /// Why it is closed; `None` is open.
    pub(super) closed: Option<CloseReason>,
    gate: Gate,
    pub(super) service: Service<'model>,
    /// Tokens that it serves itself and charges as such.
    own: Option<Ledger<'model>>,
    /// Tokens that overflowed from it, by public model.
    pub(super) overflow: Vec<(PublicId, Ledger<'model>)>,
    /// All that overflows goes to one public model that has no limits and takes no time.
    pub(super) overflows_freely: bool,
    waits: WaitLog,
    pub(super) last_call: Option<i64>,
}

/// How it serves.
#[derive(Clone, Debug)]
pub(super) enum Service<'model> {
    Quota(Box<Provisioned<'model>>),
    Public(PublicId),
    Tokens(&'model TokensModel),
    Slots(SlotsModel, Slots),
}

/// What other parts of the desk a target may use.
pub(super) struct Surroundings<'desk, 'model> {
    pub(super) publics: &'desk mut [PublicDesk<'model>],
    pub(super) pending: &'desk mut Pending,
    pub(super) till: &'desk mut Till<'model>,
}

/// What a target answers to a call.
pub(super) enum Answer {
    Taken(Taken),
    /// It is not there: closed, or without slots.
    Absent(Refusal),
    /// It is there but does not take the call, which goes on along its route.
    Declined(Refusal),
    /// The route ends here.
    Refused(Refusal),
}

/// How a call was served.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) fate: Fate,
    pub(super) waited_ms: i64,
    pub(super) served_ms: i64,
    /// Those of its tokens that overflowed.
    pub(super) overflowed: TokenCounts,
    pub(super) searched: bool,
    charge: Option<Charge>,
}

/// What of a call was charged as tokens.
#[derive(Clone, Copy, Debug)]
struct Charge {
    /// The public model it overflowed to; `None` is the target's own price.
    overflow: Option<PublicId>,
    tier: usize,
    tokens: TokenCounts,
    covered: Covered,
}

impl<'model> Station<'model> {
    pub(super) fn new(model: &'model ServingModel, index: usize) -> Self {
        let target = &model.targets[index];
        let phase = model.minute_phase_ms;
        let ledger = |id: PublicId| Ledger::new(&model.public(id).model, &model.public(id).tariff);
        let (mut own, mut overflow, mut overflows_freely) = (None, Vec::new(), false);
        let service = match &target.kind {
            TargetKind::Quota(quota) => {
                let beyond = match quota.overflow {
                    OverflowTo::Public(id) => Some(id),
                    OverflowTo::Reject | OverflowTo::Next => None,
                };
                overflow.extend(beyond.map(|id| (id, ledger(id))));
                overflows_freely = model.accounting.is_none()
                    && beyond.is_some_and(|id| {
                        let public = model.public(id);
                        public.limits == RateLimits::default()
                            && is_at_once(public.latency)
                            && quota.over_long_to.is_none_or(|over_long| over_long == id)
                    });
                let over_long = quota.over_long_to.filter(|id| Some(*id) != beyond);
                overflow.extend(over_long.map(|id| (id, ledger(id))));
                Service::Quota(Box::new(Provisioned::new(quota, phase)))
            }
            TargetKind::Public(id) => {
                own = Some(ledger(*id));
                Service::Public(*id)
            }
            TargetKind::Tokens(tokens) => {
                own = Some(Ledger::new(&target.name, &tokens.tariff));
                Service::Tokens(tokens)
            }
            TargetKind::Slots(slots) => Service::Slots(*slots, Slots::default()),
        };
        let closed = match service {
            Service::Public(_) => None,
            Service::Quota(_) | Service::Tokens(_) | Service::Slots(..) => Some(CloseReason::NotRunning),
        };
        let (gate, waits) = (Gate::new(target.limits, phase), WaitLog::default());
        Self {
            index,
            model: target,
            closed,
            gate,
            service,
            own,
            overflow,
            overflows_freely,
            waits,
            last_call: None,
        }
    }

    /// True if calls are decided by the usual rules: see [`super::inside`].
    pub(super) fn is_usual(&self) -> bool {
        match &self.service {
            Service::Quota(quota) => quota.is_usual() && is_at_once(self.model.latency),
            Service::Public(_) | Service::Tokens(_) | Service::Slots(..) => false,
        }
    }

    /// A public target is always open (so is the account's access to it).
    /// Each replica brings the target's limits once.
    pub(super) fn set_replicas(&mut self, replicas: u32) {
        let times = |limit: Option<u64>| limit.map(|limit| limit * u64::from(replicas));
        let RateLimits { rpm, tpm } = self.model.limits;
        self.gate.set(RateLimits { rpm: times(rpm), tpm: times(tpm) });
    }

    pub(super) fn open(&mut self, at: i64) {
        self.closed = None;
        if let Service::Quota(quota) = &mut self.service {
            quota.open(at);
        }
    }

    pub(super) fn close(&mut self, why: CloseReason, at: i64) {
        match &mut self.service {
            Service::Public(_) => return,
            Service::Quota(quota) => quota.close(at, self.last_call == Some(at)),
            Service::Tokens(_) | Service::Slots(..) => {}
        }
        self.closed = Some(why);
    }

    /// What it answers to a call. Nothing is counted anywhere unless it takes the call.
    pub(super) fn ask(&mut self, call: &Call, around: &mut Surroundings<'_, 'model>) -> Answer {
        if let Some(why) = self.closed {
            return Answer::Absent(match why {
                CloseReason::NotRunning => Refusal::NotRunning,
                CloseReason::Suspended | CloseReason::Overdue => Refusal::Suspended,
            });
        }
        let mut answer = match &self.service {
            Service::Quota(_) => self.ask_quota(call, around),
            Service::Public(id) => self.ask_tokens(call, Some(*id), around),
            Service::Tokens(_) => self.ask_tokens(call, None, around),
            Service::Slots(..) => self.ask_slots(call, around),
        };
        if let Answer::Taken(taken) = &mut answer {
            self.last_call = Some(call.at.as_ms());
            self.settle_up(call, taken, around.till);
        }
        answer
    }

    /// A call that was taken is charged when it is completed (B1): its tokens, less what quotas cover, and its search.
    fn settle_up(&mut self, call: &Call, taken: &mut Taken, till: &mut Till<'model>) {
        let completed = call.at.as_ms() + taken.waited_ms + taken.served_ms;
        taken.searched = till.searches(call);
        till.count(call, completed);
        let Some(charge) = &mut taken.charge else { return };
        let payer = match (charge.overflow, &self.service) {
            (Some(public), _) => till.payer_of_public(call, public.0),
            (None, Service::Public(public)) => till.payer_of_public(call, public.0),
            (None, Service::Quota(_) | Service::Tokens(_) | Service::Slots(..)) => {
                till.payer_of_target(call, self.index)
            }
        };
        let Charge { overflow, tier, tokens, .. } = *charge;
        if payer == Payer::Plan {
            taken.charge = None;
            return;
        }
        let ledger = self.ledger(overflow);
        charge.covered = till.charge(call, payer, &ledger.tariff.tiers[tier], tokens, completed);
        let covered = charge.covered;
        let ledger = self.ledger_mut(overflow);
        ledger.add(tier, tokens);
        ledger.take_off(tier, &covered);
    }

    fn ask_quota(&mut self, call: &Call, around: &mut Surroundings<'_, 'model>) -> Answer {
        let at = call.at.as_ms();
        let Service::Quota(quota) = &mut self.service else { unreachable!("asked as a quota") };
        quota.advance(at);
        let (room, to) = if quota.is_over_long(call) {
            (Room::None, quota.model.over_long_to.map_or(quota.model.overflow, OverflowTo::Public))
        } else {
            (quota.room(call), quota.model.overflow)
        };
        let (claim, inside) = match room {
            Room::Whole(claim) => (Some(claim), TokenCounts::of(call)),
            Room::Part { claim, input, output } => {
                (Some(claim), TokenCounts::part(call, input, input.min(call.cached_tokens), output))
            }
            Room::None => (None, TokenCounts::default()),
        };
        let overflowed = TokenCounts::of(call) - inside;
        let mut taken = Taken {
            fate: Fate::Served,
            waited_ms: 0,
            served_ms: latency_ms(self.model.latency, inside.output),
            overflowed,
            searched: false,
            charge: None,
        };
        let ends = at + taken.served_ms;
        if !matches!(room, Room::Whole(_)) {
            let public = match to {
                OverflowTo::Public(public) => public,
                OverflowTo::Reject => return Answer::Refused(Refusal::TooManyRequests),
                OverflowTo::Next => return Answer::Declined(Refusal::TooManyRequests),
            };
            let payer = around.till.payer_of_public(call, public.0);
            if let Some(refusal) = around.till.denies(call, payer) {
                return Answer::Refused(refusal);
            }
            match around.publics[public.0].serve(call, overflowed, None, around.pending) {
                Err(refusal) => return Answer::Refused(refusal),
                Ok((tier, took)) => {
                    let is_split = claim.is_some();
                    taken.fate = if is_split { Fate::Split } else { Fate::Overflowed };
                    // A split call is over when its slower part is.
                    taken.served_ms = if is_split { took.max(taken.served_ms) } else { took };
                    taken.charge = Some(Charge {
                        overflow: Some(public),
                        tier,
                        tokens: overflowed,
                        covered: Covered::default(),
                    });
                }
            }
        }
        if let Some(late) = claim.and_then(|claim| quota.count(claim, at, ends, self.index)) {
            around.pending.push(ends, late);
        }
        Answer::Taken(taken)
    }

    /// A public model (`public`), or a token deployment of one's own.
    fn ask_tokens(
        &mut self,
        call: &Call,
        public: Option<PublicId>,
        around: &mut Surroundings<'_, 'model>,
    ) -> Answer {
        if self.is_beyond_context(call) {
            return Answer::Declined(Refusal::InputTooLong);
        }
        if let Service::Tokens(tokens) = &self.service {
            let matches = tokens.trained_thinking.is_none_or(|trained| trained == call.flags.is_thinking());
            if tokens.mismatch_is_refused && !matches {
                return Answer::Declined(Refusal::ThinkingMismatch);
            }
        }
        let Some(tier) = self.ledger(None).tariff.tier_of(call.input_tokens) else {
            return Answer::Declined(Refusal::InputTooLong);
        };
        let payer = match public {
            Some(public) => around.till.payer_of_public(call, public.0),
            None => around.till.payer_of_target(call, self.index),
        };
        if let Some(refusal) = around.till.denies(call, payer) {
            return Answer::Declined(refusal);
        }
        let (at, tokens) = (call.at.as_ms(), TokenCounts::of(call));
        if !self.gate.admits(at, tokens.input) {
            return Answer::Declined(Refusal::TooManyRequests);
        }
        let mut served_ms = latency_ms(self.model.latency, tokens.output);
        if let Some(public) = public {
            match around.publics[public.0].serve(call, tokens, self.model.latency, around.pending) {
                Err(refusal) => return Answer::Declined(refusal),
                Ok((_, took)) => served_ms = took,
            }
        }
        self.count_at_gate(call, served_ms, around.pending);
        let charge = Some(Charge { overflow: None, tier, tokens, covered: Covered::default() });
        let (fate, overflowed) = (Fate::Served, TokenCounts::default());
        Answer::Taken(Taken { fate, waited_ms: 0, served_ms, overflowed, searched: false, charge })
    }

    fn ask_slots(&mut self, call: &Call, around: &mut Surroundings<'_, 'model>) -> Answer {
        let Service::Slots(model, slots) = &mut self.service else { unreachable!("asked as slots") };
        let Some(turn) = slots.turn(call) else { return Answer::Absent(Refusal::NotRunning) };
        if self.model.max_context_tokens.is_some_and(|most| call.input_tokens > most) {
            return Answer::Declined(Refusal::InputTooLong);
        }
        if !self.gate.admits(call.at.as_ms(), u64::from(call.input_tokens)) {
            return Answer::Declined(Refusal::TooManyRequests);
        }
        if model.max_wait.is_some_and(|most| turn.waits_ms > most.as_ms()) {
            return Answer::Declined(Refusal::QueueTooLong);
        }
        slots.take(turn, call.at.as_ms());
        self.waits.add(turn.waits_ms);
        self.count_at_gate(call, turn.waits_ms + turn.service_ms, around.pending);
        Answer::Taken(Taken {
            fate: if turn.waits_ms > 0 { Fate::Queued } else { Fate::Served },
            waited_ms: turn.waits_ms,
            served_ms: turn.service_ms,
            overflowed: TokenCounts::default(),
            searched: false,
            charge: None,
        })
    }

    fn is_beyond_context(&self, call: &Call) -> bool {
        self.model.max_context_tokens.is_some_and(|most| call.input_tokens > most)
    }

    fn count_at_gate(&mut self, call: &Call, ends_after_ms: i64, pending: &mut Pending) {
        let (at, tokens) = (call.at.as_ms(), u64::from(call.output_tokens));
        self.gate.count(at, u64::from(call.input_tokens));
        let late = Late::Target { target: self.index, tokens };
        count_output(&mut self.gate, at, ends_after_ms, tokens, late, pending);
    }

    /// A call ended: what is known only now.
    pub(super) fn end(&mut self, at: i64, late: Late) {
        match (late, &mut self.service) {
            (Late::Output { meter, tokens, .. }, Service::Quota(quota)) => quota.output(at, meter, tokens),
            (Late::Reserved { meter, place, reserved, tokens, .. }, Service::Quota(quota)) => {
                quota.reconcile(at, meter, place, reserved, tokens);
            }
            (Late::Target { tokens, .. }, _) => self.gate.output(at, tokens),
            (Late::Output { .. } | Late::Reserved { .. } | Late::Public { .. }, _) => {
                unreachable!("only quotas wait for output, and public models are no targets")
            }
        }
    }

    /// The lines of a call that it took.
    pub(super) fn lines(&self, taken: &Taken) -> Vec<super::log::Charged> {
        let lines =
            |charge: Charge| self.ledger(charge.overflow).lines(charge.tier, charge.tokens, &charge.covered);
        taken.charge.map(lines).unwrap_or_default()
    }

    fn ledger(&self, overflow: Option<PublicId>) -> &Ledger<'model> {
        match overflow {
            None => self.own.as_ref(),
            Some(public) => self.overflow.iter().find(|(id, _)| *id == public).map(|(_, ledger)| ledger),
        }
        .expect("what is charged has a price")
    }

    fn ledger_mut(&mut self, overflow: Option<PublicId>) -> &mut Ledger<'model> {
        match overflow {
            None => self.own.as_mut(),
            Some(public) => self.overflow.iter_mut().find(|(id, _)| *id == public).map(|(_, ledger)| ledger),
        }
        .expect("what is charged has a price")
    }

    /// Everything, at the end.
    pub(super) fn finish(self, at: i64, calls: CallCounts) -> TargetOutcome {
        let utilisation = match self.service {
            Service::Quota(quota) => quota.finish(at, self.last_call == Some(at)),
            Service::Public(_) | Service::Tokens(_) | Service::Slots(..) => Vec::new(),
        };
        TargetOutcome {
            calls,
            overflow: self.overflow.iter().map(|(_, ledger)| ledger.amount()).sum(),
            tokens: self.own.map_or(Money::ZERO, |ledger| ledger.amount()),
            utilisation,
            waits: self.waits.outcome(),
        }
    }

    /// When it last took a call.
    pub(super) fn last_call(&self) -> Option<SimTime> {
        self.last_call.map(SimTime::from_ms)
    }
}
