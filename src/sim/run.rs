//! The main job: one loop that takes the earliest event and lets it take effect.

use super::accounts::AccountsState;
use super::calls::TrafficCursor;
use super::deployment::{DeploymentState, TimerEntry};
use super::event::{Event, InstanceId, rank};
use super::instance::{Instance, InstanceState, ReplicaId};
use super::offers::Offers;
use super::outcome::{OnMarket, Outcome};
use super::pool::Pool;
use super::resources::ResourcesState;
use super::service::actions::ServicePhase;
use super::service::{ReplicaState, ServiceState, Status};
use super::told::{Hears, Loud, Quiet};
use super::trace::{EventKind, EventRecord, Trace};
use crate::engine::{EventQueue, Rank};
use crate::scenario::Scenario;
use crate::scenario::model::{MachineRules, MarketId, ServiceId, Strategy};
use crate::serving::Desk;
use crate::units::{SimSpan, SimTime};
use crate::world::World;

/// More events at one instant than any scenario can mean: reaching it is a bug, not a scenario.
const EVENTS_PER_INSTANT_LIMIT: u64 = 10_000_000;

/// Room for instances at first; a matter of speed only.
const INSTANCES_AT_FIRST: usize = 128;

/// Runs one strategy in one world to the horizon, telling `trace` what happens.
pub fn simulate<T: Trace>(scenario: &Scenario, strategy: &Strategy, world: &World, trace: &mut T) -> Outcome {
    if T::LISTENS {
        tell(scenario, strategy, world, trace)
    } else {
        total(scenario, strategy, world, &mut || trace.is_given_up())
    }
}

/// A run that is told.
fn tell(scenario: &Scenario, strategy: &Strategy, world: &World, listener: &mut dyn Hears) -> Outcome {
    run(scenario, strategy, world, &mut Loud(listener))
}

/// A run of which only the outcome is wanted.
fn total(
    scenario: &Scenario,
    strategy: &Strategy,
    world: &World,
    is_given_up: &mut dyn FnMut() -> bool,
) -> Outcome {
    if super::alone::all_live_alone(scenario, strategy) {
        super::alone::simulate(scenario, strategy, world, is_given_up)
    } else {
        run(scenario, strategy, world, &mut Quiet(is_given_up))
    }
}

fn run<T: Trace>(scenario: &Scenario, strategy: &Strategy, world: &World, trace: &mut T) -> Outcome {
    let mut simulation = Simulation::new(scenario, strategy, world, trace);
    simulation.submit_and_schedule();
    simulation.run_to_horizon();
    simulation.close_at_horizon()
}

/// A run in progress.
pub(crate) struct Simulation<'run, T> {
    pub(crate) scenario: &'run Scenario,
    pub(crate) strategy: &'run Strategy,
    pub(crate) world: &'run World,
    pub(crate) now: SimTime,
    pub(crate) horizon: SimTime,
    pub(crate) queue: EventQueue<Event>,
    pub(crate) services: Vec<ServiceState<'run>>,
    pub(crate) offers: Offers<'run>,
    pub(crate) instances: Vec<Instance>,
    pub(crate) pools: Vec<Pool>,
    /// Placement must look before this instant ends.
    pub(crate) placement_due: bool,
    /// When the next look is scheduled for.
    pub(crate) look_at: SimTime,
    pub(crate) deployments: Vec<DeploymentState>,
    pub(crate) timers: Vec<TimerEntry>,
    pub(crate) desk: Desk<'run>,
    pub(crate) traffic: TrafficCursor,
    pub(crate) accounts: AccountsState<'run>,
    pub(crate) resources: ResourcesState<'run>,
    /// Class of the event that is handled.
    pub(crate) rank: Rank,
    pub(crate) outcome: Outcome,
    pub(crate) trace: &'run mut T,
}

impl<'run, T: Trace> Simulation<'run, T> {
    fn new(
        scenario: &'run Scenario,
        strategy: &'run Strategy,
        world: &'run World,
        trace: &'run mut T,
    ) -> Self {
        let mut offers = Offers::default();
        let services = scenario.services.iter().map(|service| {
            let plan = service.plan.as_ref().unwrap_or(&strategy.plan);
            ServiceState::new(service, (plan, offers.of_plan(scenario, world, plan)))
        });
        Self {
            scenario,
            strategy,
            world,
            now: SimTime::ZERO,
            horizon: SimTime::ZERO + scenario.horizon,
            queue: EventQueue::new(),
            services: services.collect(),
            offers,
            instances: Vec::with_capacity(INSTANCES_AT_FIRST),
            pools: pools_of(scenario),
            placement_due: false,
            look_at: SimTime::NEVER,
            deployments: strategy.deployments.iter().map(DeploymentState::new).collect(),
            timers: Vec::new(),
            desk: Desk::new(&strategy.serving),
            traffic: TrafficCursor::default(),
            accounts: AccountsState::new(scenario, strategy),
            resources: ResourcesState::new(scenario, strategy),
            rank: 0,
            outcome: Outcome {
                on_market: vec![OnMarket::default(); scenario.markets.len()],
                ..Outcome::default()
            },
            trace,
        }
    }

    /// Puts the tenant's commands on the queue: creations first, then actions, both in scenario order.
    fn submit_and_schedule(&mut self) {
        let scenario = self.scenario;
        // What services run on, and who is told of them, is there before they are.
        self.schedule_resources();
        for (index, service) in scenario.services.iter().enumerate() {
            // A strategy that rents no machines leaves services alone that follow it.
            if let (Some(at), true) = (service.create_at, self.services[index].rents()) {
                self.schedule(at, rank::COMMAND, 0, Event::Submit(ServiceId(index)));
            }
        }
        for (index, action) in scenario.actions.iter().enumerate() {
            if self.services[action.service.0].rents() {
                self.schedule(action.at, rank::COMMAND, 1, Event::Act(index as u32));
            }
        }
        self.schedule_deployments();
        self.schedule_accounts();
    }

    /// Schedules an event unless it lies at or after the horizon (A-07: the run covers `[0, H)`).
    pub(crate) fn schedule(&mut self, at: SimTime, rank: u8, entity: u32, event: Event) {
        if at < self.horizon {
            self.queue.push(at, rank, entity, event);
        }
    }

    fn run_to_horizon(&mut self) {
        let mut at_this_instant = 0_u64;
        while !self.trace.is_given_up() {
            let before_placement = self.queue.peek().filter(|next| *next <= (self.now, rank::PLACEMENT));
            if self.placement_due && before_placement.is_none() {
                self.placement_due = false;
                self.place();
                self.notice_changes();
                continue;
            }
            if !self.meet_calls_before_next() {
                continue;
            }
            let Some(next) = self.queue.pop() else { break };
            if next.at > self.now {
                self.now = next.at;
                at_this_instant = 0;
            }
            self.rank = next.rank;
            at_this_instant += 1;
            assert!(at_this_instant < EVENTS_PER_INSTANT_LIMIT, "events at {:?} never end", self.now);
            self.handle(next.event);
            self.notice_changes();
        }
    }

    /// Meets the calls before the next event, or before the horizon; false if they bring about an earlier one. Calls of
    /// the instant itself come before its bills.
    fn meet_calls_before_next(&mut self) -> bool {
        let next = self.queue.peek();
        let (at, rank) = next.unwrap_or((self.horizon, 0));
        if self.accounts.is_empty() {
            if at > self.now || next.is_none() {
                self.meet_calls_before(at);
            }
            return true;
        }
        let until = if rank >= rank::METER { at + SimSpan::from_ms(1) } else { at };
        self.meet_calls_on_accounts(until.min(self.horizon), (at, rank))
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Submit(service) => self.submit(service),
            Event::Act(index) => self.act(index as usize),
            Event::PriceCross(id) => self.on_price_cross(id),
            Event::StockDrop(pool) => self.on_stock_drop(pool as usize),
            Event::StartDone(id) => self.on_start_done(id),
            Event::ProtectionEnd(id) => self.on_protection_end(id),
            Event::Check(id) => self.on_check(id),
            Event::ReleaseDue(id) => self.on_release_due(id),
            Event::DeleteDone(service) => self.on_delete_done(service),
            Event::Ticket(service) => self.on_ticket(service),
            Event::Crash(id) => self.on_crash(id),
            Event::Restart(id) => self.on_restart(id),
            Event::ScaleDue(service) => self.on_scale_due(service),
            Event::RolloutStep(service) => self.on_rollout_step(service),
            Event::SubmitDeployment(id) => self.submit_deployment(id),
            Event::ActOnDeployment(index) => self.act_on_deployment(index as usize),
            Event::DeploymentTimer(index) => self.on_deployment_timer(index as usize),
            Event::CreateResource(id) => self.create_resource(id),
            Event::ActOnResource(index) => self.act_on_resource(index as usize),
            Event::ResourceTimer(index) => self.on_resource_timer(index as usize),
            Event::Account(index) => self.on_account(index as usize),
            Event::Issue(account) => self.on_issue(account as usize),
            Event::BillHour => self.on_bill_hour(),
            Event::Look => {
                self.look_at = SimTime::NEVER;
                self.placement_due = true;
            }
        }
    }

    /// Use up to the horizon is accrued; what would bill on is closed by the horizon.
    fn close_at_horizon(mut self) -> Outcome {
        self.now = self.horizon;
        self.outcome.statuses =
            (0..self.services.len()).map(|index| self.service_status(ServiceId(index))).collect();
        self.outcome.replicas = self.services.iter().map(|service| service.replicas.len() as u32).collect();
        self.close_instances();
        self.close_deployments();
        self.close_resources();
        self.collect_last_minutes();
        self.close_accounts();
        self.outcome.deployment_statuses = self.deployments.iter().map(|state| state.status).collect();
        for index in 0..self.services.len() {
            if !self.services[index].rents() {
                continue;
            }
            self.settle_time(ServiceId(index));
            let service = &self.services[index];
            let submitted = service.submitted_at.unwrap_or(SimTime::ZERO);
            self.outcome.note_first_running(submitted, service.first_running_at, self.horizon);
        }
        let horizon = self.horizon;
        self.outcome.serving = self.desk.finish(horizon);
        self.outcome.web_search = self.outcome.serving.searches;
        self.outcome
    }

    /// The rules a market rents by.
    pub(crate) fn rules(&self, market: MarketId) -> &'run MachineRules {
        &self.scenario.markets[market.0].rules
    }

    pub(crate) fn instance(&self, id: InstanceId) -> &Instance {
        &self.instances[id.0 as usize]
    }

    pub(crate) fn instance_mut(&mut self, id: InstanceId) -> &mut Instance {
        &mut self.instances[id.0 as usize]
    }

    pub(crate) fn service(&mut self, id: ServiceId) -> &mut ServiceState<'run> {
        &mut self.services[id.0]
    }

    pub(crate) fn replica_state(&mut self, id: ReplicaId) -> &mut ReplicaState {
        &mut self.services[id.service.0].replicas[id.index as usize]
    }

    /// The status of one replica as a reader sees it.
    pub(crate) fn replica_status(&self, id: ReplicaId) -> Status {
        let service = &self.services[id.service.0];
        match service.replicas[id.index as usize] {
            ReplicaState::Idle => self.service_status(id.service),
            ReplicaState::Waiting { .. } => Status::Waiting,
            ReplicaState::Failed => Status::Failed,
            ReplicaState::Held { current, successor } => {
                let runs = |id: InstanceId| self.instance(id).is_running();
                if successor.is_some_and(runs) {
                    return Status::Running;
                }
                match self.instance(current).state {
                    InstanceState::Running { .. } => Status::Running,
                    InstanceState::Restarting => Status::Restarting,
                    InstanceState::Starting => Status::Deploying,
                    InstanceState::Closing | InstanceState::Deallocated | InstanceState::Ended => {
                        self.service_status(id.service)
                    }
                }
            }
        }
    }

    /// The status of a service as a whole: an active one is as far as its furthest replica.
    pub(crate) fn service_status(&self, id: ServiceId) -> Status {
        let service = &self.services[id.0];
        match service.phase {
            ServicePhase::Absent => Status::Absent,
            ServicePhase::Stopped | ServicePhase::Overdue => Status::Stopped,
            ServicePhase::Deleting => Status::Deleting,
            ServicePhase::Deleted => Status::Deleted,
            ServicePhase::DeploymentFailed => Status::DeploymentFailed,
            ServicePhase::Failed => Status::Failed,
            ServicePhase::Active => {
                let replicas =
                    (0..service.replicas.len() as u32).map(|index| ReplicaId { service: id, index });
                let held = replicas.filter(|replica| !self.is_idle(*replica));
                Status::furthest(held.map(|replica| self.replica_status(replica)))
            }
        }
    }

    fn is_idle(&self, id: ReplicaId) -> bool {
        self.services[id.service.0].replicas[id.index as usize] == ReplicaState::Idle
    }

    /// Tells the trace of an event about a replica; `from` is its status before.
    #[inline]
    pub(crate) fn tell(&mut self, replica: ReplicaId, from: Status, kind: EventKind) {
        if !T::LISTENS {
            return;
        }
        let (at, to) = (self.now, self.replica_status(replica));
        self.trace.event(|| EventRecord {
            at,
            service: replica.service,
            replica: Some(replica.index),
            from,
            to,
            kind,
        });
    }

    /// Tells the trace of an event about a whole service.
    pub(crate) fn tell_service(&mut self, service: ServiceId, from: Status, kind: EventKind) {
        if !T::LISTENS {
            return;
        }
        let (at, to) = (self.now, self.service_status(service));
        self.trace.event(|| EventRecord { at, service, replica: None, from, to, kind });
    }
}

/// A pool of units per series of stock; of dedicated machines none is owned yet.
fn pools_of(scenario: &Scenario) -> Vec<Pool> {
    let mut pools: Vec<Pool> = scenario.world.stocks.iter().map(Pool::new).collect();
    for market in scenario.markets.iter().filter(|market| market.dedicated.is_some()) {
        pools[market.standard_pool.0].own(0, SimTime::ZERO);
    }
    pools
}
