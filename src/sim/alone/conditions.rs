//! Which lives meet nothing but the market.
//!
//! Every field is named, so that whoever adds one has to say whether it makes lives meet.

use crate::catalog::{Eviction, MachineRules};
use crate::scenario::Scenario;
use crate::scenario::model::{Entry, Market, Plan, Service, Strategy};

/// Does every replica of every service live alone under this strategy?
pub(in crate::sim) fn all_live_alone(scenario: &Scenario, strategy: &Strategy) -> bool {
    let Scenario {
        // What only names, tells, sets a price or is looked at below.
        name: _,
        hash: _,
        question: _,
        calendar: _,
        horizon: _,
        currency: _,
        settings: _,
        markets: _,
        strategies: _,
        deployment_settings: _,
        web_search: _,
        preview_models: _,
        batch_models: _,
        disk: _,
        downtime: _,
        world: _,
        histories: _,
        services,
        actions,
        resources,
        resource_actions,
        callers,
        accounts,
    } = scenario;
    let Strategy {
        name: _,
        plan,
        deployments,
        serving: _,
        deployment_actions,
        charging: _,
        resources: owned,
    } = strategy;
    let nobody_commands = actions.is_empty() && resource_actions.is_empty() && deployment_actions.is_empty();
    let nothing_else = resources.is_empty() && owned.is_empty() && deployments.is_empty();
    nobody_commands
        && nothing_else
        && callers.is_empty()
        && accounts.is_empty()
        && services.iter().all(|service| lives_alone(scenario, service, plan))
}

fn lives_alone(scenario: &Scenario, service: &Service, of_strategy: &Plan) -> bool {
    let Service {
        name: _,
        replicas: _,
        start_up: _,
        create_at: _,
        account: _,
        // Of a service that nobody commands, nobody asks these.
        calls: _,
        active_requests: _,
        disk_gib,
        plan,
        failures,
    } = service;
    let plan = plan.as_ref().unwrap_or(of_strategy);
    let Plan { entries, protection: _, move_back: _, retry: _, base: _, avoid_after_reclaim } = plan;
    let has_room = |entry: &Entry| {
        let Entry { market, bid: _, cap, after: _ } = entry;
        cap.is_none() && has_room_for_all(scenario, &scenario.markets[market.0], *disk_gib)
    };
    !failures.can_happen()
        && !avoid_after_reclaim.is_positive()
        && *disk_gib <= scenario.disk.max_gib
        && entries.iter().all(has_room)
}

/// Whoever asks gets a unit or nobody does, and what is taken back is gone at once.
fn has_room_for_all(scenario: &Scenario, market: &Market, disk_gib: u32) -> bool {
    let Market {
        name: _,
        region: _,
        zone: _,
        instance_type: _,
        standard: _,
        spot_protected: _,
        spot_unprotected: _,
        provider: _,
        // Of calls, and there are none.
        slots: _,
        standard_pool,
        spot_pool,
        rules,
        dedicated,
    } = market;
    let MachineRules {
        standard_metering: _,
        spot_metering: _,
        disk_metering: _,
        offers_protection: _,
        protection_period: _,
        protected_price: _,
        takes_bids: _,
        acquire_when: _,
        release_when: _,
        billing_start: _,
        free_if_reclaimed_within: _,
        // Where there is no notice nobody is replaced at it.
        replacement: _,
        notice,
        check_interval,
        eviction,
        free_disk_gib,
    } = rules;
    let keeps_disk = *eviction == Eviction::Deallocate && disk_gib > *free_disk_gib;
    dedicated.is_none()
        && !notice.is_positive()
        && !check_interval.is_positive()
        && !keeps_disk
        && [standard_pool, spot_pool].into_iter().all(|pool| !scenario.world.stocks[pool.0].is_counted())
}
