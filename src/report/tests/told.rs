//! What happened, in order and in words; calls one by one.

use super::situation::{Run, call, charged, ptu, run, scenario};
use crate::report::calls;
use crate::scenario::deployment::{DeploymentAction, PaidBy};
use crate::serving::{Fate, Refusal};
use crate::units::SimSpan;
use std::io::Read;

/// An hour of throughput with the calls of a minute: in quota, over-long, beyond the quota, refused.
fn with_calls() -> Run {
    let mut run = run(scenario("2026-06-10T10:00:00+08:00", "1h"), vec![ptu(PaidBy::PayAsYouGo)], &[]);
    run.call(call("40m", 6_000, 1, Fate::Served));
    let mut long = call("40m1s", 128_001, 500, Fate::Overflowed);
    long.charged = vec![charged("input_token", 128_001, "15"), charged("output_token", 500, "60")];
    run.call(long);
    let mut beyond = call("40m2s", 99_000, 1, Fate::Overflowed);
    beyond.charged = vec![charged("input_token", 99_000, "10")];
    beyond.call.tenant = 1;
    run.call(beyond);
    run.call(call("40m3s", 1, 1, Fate::Refused(Refusal::TooManyRequests)));
    let mut late = call("40m4s", 1, 1, Fate::Queued);
    (late.waited, late.served_in) = (SimSpan::from_ms(3_200), SimSpan::from_seconds(1));
    run.call(late);
    run
}

/// The part of the story about what happened.
fn happened(run: &Run) -> Vec<String> {
    let story = run.story();
    let events = story.split_once("What happened\n").expect("the story tells what happened").1;
    let events = events.split_once("\n\n").expect("then comes the bill").0;
    events.lines().filter(|line| line.starts_with("  2026")).map(|line| line.trim().to_owned()).collect()
}

#[test]
fn deployments_are_told_between_services_in_the_order_it_happened() {
    let scenario = scenario("2026-06-10T10:00:00+08:00", "1h");
    let run = run(scenario, vec![ptu(PaidBy::PayAsYouGo)], &[("30m", DeploymentAction::Delete)]);
    assert_eq!(
        happened(&run),
        [
            "2026-06-10 10:00:00  own           Waiting    created  [E19]",
            "2026-06-10 10:00:00  ptu           Absent → Pending: created: qwen3-max-2025-09-23, PTU, pay-as-you-go  \
             [D4 D14]",
            "2026-06-10 10:00:00  ptu           Pending → Deploying: compute has been found, the model is being loaded  \
             [D4]",
            "2026-06-10 10:00:00  ptu           Deploying → Running: it runs; what is billed begins now  [D3 A-31]",
            "2026-06-10 10:00:00  own/0         Deploying  A allocated at the standard price, 2.00/h  [E19 E24]",
            "2026-06-10 10:00:00  own/0         Running    running on A  [E2 A-17]",
            "2026-06-10 10:30:00  own           Stopped    stopped by the tenant; billing ends  [E4]",
            "2026-06-10 10:30:00  ptu           Running: asked by the tenant: delete  [D6 A-30]",
            "2026-06-10 10:30:00  ptu           Running → Deleting: it is being deleted: calls are refused  [D6 A-30]",
            "2026-06-10 10:30:00  ptu           Deleting → Gone: it is gone; nothing bills any more  [D6 A-30]",
        ]
    );
    let events = run.bill().events;
    assert!(events.windows(2).all(|pair| pair[0].at <= pair[1].at));
    let own: Vec<_> = events.iter().filter(|event| event.deployment == "ptu").collect();
    assert!(own.windows(2).all(|pair| pair[0].to == pair[1].from), "statuses follow each other");
}

#[test]
fn a_subscription_ends_in_three_steps() {
    let prepaid = PaidBy::Prepaid { periods: 7, auto_renew: None };
    let run = run(scenario("2026-06-10T10:00:00+08:00", "10d"), vec![ptu(prepaid)], &[]);
    let told = happened(&run);
    let end: Vec<&str> = told[told.len() - 3..].iter().map(|line| &line[21..]).collect();
    assert_eq!(
        end,
        [
            "ptu           Running: the term is over; 2h of grace begin  [P5 P6 P7 A-12]",
            "ptu           Running → Service Suspended: the 2h of grace are over: the service stops  [P7 A-11]",
            "ptu           Service Suspended → Gone: the 14h of retention are over: the resources are released  [P7 A-11]",
        ]
    );
    assert!(told.iter().any(|line| line.contains("Running: it runs; its term ends 2026-06-16 23:59:59")));
}

#[test]
fn each_told_call_says_what_became_of_it() {
    let run = with_calls();
    let told = happened(&run);
    let calls: Vec<&str> =
        told.iter().filter(|line| line.contains(" in, ")).map(|line| &line[21..]).collect();
    assert_eq!(
        calls,
        [
            "chat/k1       6,000 in, 1 out → ptu: in quota, nothing to pay  [P1 A-05]",
            "chat/k1       128,001 in, 500 out → ptu: overflowed (input above 128000 tokens), \
             x-dashscope-ptu-overflow: true, 1.950015 CNY at qwen3-max-2025-09-23, tier 128k-256k  [P10 P11 P12 P15]",
            "playground    99,000 in, 1 out → ptu: overflowed (beyond the quota), x-dashscope-ptu-overflow: true, \
             0.99 CNY at qwen3-max-2025-09-23, tier 128k-256k  [P10 P11 P12 A-04 A-05]",
            "chat/k1       1 in, 1 out → ptu: refused 429: beyond a limit or the quota  [D11 A-37 A-48]",
            "chat/k1       1 in, 1 out → ptu: waited 3.2 s, then served in 1s, nothing to pay  [U9]",
        ]
    );
    let story = run.story();
    assert!(
        story.contains("context_128k-256k_input_token: 128,001 tokens × 15.00 CNY per million = 1.920015")
    );
}

#[test]
fn a_call_is_told_after_what_was_recorded_before_it() {
    let mut run = with_calls();
    // As if the first call had come before the service was stopped: that is its last event.
    let (services, deployments, _) = run.recorder.calls[0];
    run.recorder.calls[0] = (services - 1, deployments, run.recorder.calls[0].2.clone());
    let told = happened(&run);
    let at = |words: &str| told.iter().position(|line| line.contains(words)).expect("it is told");
    assert_eq!(at("stopped by the tenant"), at("6,000 in") + 1);
    assert_eq!(at("128,001 in"), at("stopped by the tenant") + 1);
}

#[test]
fn more_calls_than_two_hundred_are_counted() {
    let mut run = with_calls();
    for _ in 0..198 {
        run.call(call("41m", 7, 7, Fate::Served));
    }
    let story = run.story();
    assert_eq!(story.matches("7 in, 7 out").count(), 195);
    assert!(story.contains("… and 3 more calls that are told; `--calls FILE` writes every call"), "{story}");
    assert_eq!(run.bill().calls.len(), 203, "the JSON has them all");
}

#[test]
fn every_call_is_a_row_of_the_csv_packed_or_not() {
    let run = with_calls();
    let records: Vec<_> = run.recorder.calls.iter().map(|(_, _, call)| call.clone()).collect();
    let written = |name: &str| {
        let strategy = &run.scenario.strategies[0];
        calls::write(Vec::new(), name, &run.scenario, strategy, &records).expect("memory is writable")
    };
    let plain = String::from_utf8(written("calls.csv")).expect("text");
    let rows: Vec<&str> = plain.lines().collect();
    assert_eq!(rows.len(), 6);
    assert_eq!(
        rows[0],
        "time,tenant,api_key,workspace,channel,deployment,model,fate,overflow_header,input_tokens,cached_tokens,\
         output_tokens,thinking,waited_ms,served_in_ms,charge"
    );
    assert_eq!(
        rows[2],
        "2026-06-10T10:40:01+08:00,chat,k1,llm-1,app,ptu,qwen3-max-2025-09-23,overflowed,true,128001,0,500,false,0,0,\
         1.950015"
    );
    assert!(rows[3].starts_with("2026-06-10T10:40:02+08:00,playground,,llm-1,bmp,"), "no key: {}", rows[3]);
    assert!(rows[4].contains(",refused_too_many_requests,false,"));
    assert!(rows[5].ends_with(",queued,false,1,0,1,false,3200,1000,0.00"), "{}", rows[5]);
    let mut unpacked = String::new();
    let packed = written("calls.csv.gz");
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut unpacked).expect("gzip");
    assert_eq!(unpacked, plain);
    // No calls are a table without rows.
    let none = calls::write(Vec::new(), "calls.csv", &run.scenario, &run.scenario.strategies[0], &[]);
    assert_eq!(String::from_utf8(none.expect("writable")).expect("text").lines().count(), 1);
}
