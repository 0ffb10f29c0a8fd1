//! Utilisation by the civil minute, and the short way against the long one.

use super::*;

fn usual() -> ServingModel {
    serving(vec![target(TargetKind::Quota(ptu()))])
}

#[test]
fn partial_minutes_count_with_the_quota_at_their_end() {
    let model = ServingModel { minute_phase_ms: 30_000, ..usual() };
    let mut desk = provisioned(&model, tpm(1_000, 1_000));
    // Half a minute at 50 %, a minute at 25 % of the doubled quota, one without calls, a quarter at 100 %.
    desk.meet(&[call(0, 500, 0), call(30_000, 500, 0)], &mut NoLog);
    desk.set_quota(FIRST, tpm(2_000, 1_000), at(60_000));
    desk.meet(&[call(150_000, 2_000, 0)], &mut NoLog);
    desk.close(FIRST, CloseReason::NotRunning, at(165_000));
    let input = desk.finish(at(600_000)).targets.remove(0).utilisation.remove(0);
    assert_eq!((input.minutes, input.p95, input.share_above), (4, 1.0, 0.0));
    assert!((input.mean - 3_000.0 / 7_000.0).abs() < 1e-12);
}

#[test]
fn closed_minutes_do_not_count() {
    let model = usual();
    let mut desk = Desk::new(&model);
    desk.set_quota(FIRST, tpm(100, 100), SimTime::ZERO);
    for (from, to) in [(60_000, 120_000), (400_000, 400_001), (420_000, 420_000)] {
        desk.open(FIRST, at(from));
        desk.close(FIRST, CloseReason::NotRunning, at(to));
    }
    let found = desk.finish(at(600_000)).targets.remove(0).utilisation;
    assert_eq!(found.iter().map(|share| share.minutes).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn the_short_way_and_the_long_way_are_one() {
    let mut model = serving(vec![target(TargetKind::Quota(ptu())), target(TargetKind::Quota(ptu()))]);
    model.routes = vec![vec![FIRST], vec![SECOND, FIRST], vec![FIRST]];
    let mut seed = 7_u32;
    let mut dice = |bound: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % bound
    };
    let mut now = 0;
    let calls = (0..20_000).map(|_| {
        now += i64::from(dice(9_000));
        let flags = CallFlags(dice(4) as u8);
        Call { tenant: dice(3) as u16, flags, ..call(now, dice(140_000), dice(2_000)) }
    });
    let calls: Vec<_> = calls.collect();
    let third = Quota { thinking_output_tpm: Some(3_000), ..tpm(700_000, 9_000) };
    let ready = || {
        let mut desk = provisioned(&model, third);
        desk.open(SECOND, SimTime::ZERO);
        desk.set_quota(SECOND, tpm(500_000, 3_000), SimTime::ZERO);
        desk
    };
    let (mut short, mut long) = (ready(), ready());
    short.meet(&calls, &mut NoLog);
    long.meet(&calls, &mut Records::default());
    assert_eq!(short.last_call(FIRST), long.last_call(FIRST));
    let (short, long) = (short.finish(at(now)), long.finish(at(now)));
    assert_eq!(short, long);
    assert!(long.calls.overflowed > 2_000 && long.calls.served > 2_000);
}
