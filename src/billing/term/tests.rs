use super::*;
use crate::units::{Calendar, Money, SimTime};
use proptest::prelude::*;

/// What an up-front payment and its refund keep.
const CENTS: u32 = 2;

fn calendar() -> Calendar {
    Calendar::parse("2026-06-01T00:00:00+08:00").expect("a start")
}

/// An instant of the scenario's clock, as in `2026-06-10 22:00:00`.
fn at(civil: &str) -> SimTime {
    calendar().parse_instant(&format!("{}+08:00", civil.replace(' ', "T"))).expect("an instant")
}

fn civil(at: SimTime) -> String {
    calendar().format(at).replace('T', " ").replace("+08:00", "")
}

fn money(text: &str) -> Money {
    Money::parse(text).expect("an amount")
}

fn expiry(rules: &TermRules, paid_at: &str, days: u32) -> String {
    civil(rules.ptu_expiry(at(paid_at), days, &calendar()))
}

/// Refund of model units at 10,139 a month, paid for so many months from 2026-07-01 10:00:00 on.
fn units_refund(rules: &TermRules, months: i128, cancelled: &str) -> String {
    let monthly = money("10139");
    let paid = Money::from_pico(monthly.as_pico() * months);
    let start = at("2026-07-01 10:00:00");
    rules.units_refund(paid, monthly, start, at(cancelled), &calendar(), CENTS).to_string()
}

#[test]
fn a_subscription_ends_on_its_last_civil_day_and_a_late_order_a_day_later() {
    let rules = TermRules::default();
    assert_eq!(expiry(&rules, "2026-06-10 10:00:00", 1), "2026-06-10 23:59:59");
    assert_eq!(expiry(&rules, "2026-06-10 21:59:59", 1), "2026-06-10 23:59:59");
    assert_eq!(expiry(&rules, "2026-06-10 22:00:00", 1), "2026-06-10 23:59:59");
    assert_eq!(expiry(&rules, "2026-06-10 22:00:01", 1), "2026-06-11 23:59:59");
    assert_eq!(expiry(&rules, "2026-06-10 23:59:59", 1), "2026-06-11 23:59:59");
    assert_eq!(expiry(&rules, "2026-06-10 00:00:00", 7), "2026-06-16 23:59:59");
    assert_eq!(expiry(&rules, "2026-12-28 22:30:00", 7), "2027-01-04 23:59:59");
    assert_eq!(expiry(&rules, "2028-02-28 12:00:00", 2), "2028-02-29 23:59:59");
    // Before the scenario's start: bought earlier, still running.
    assert_eq!(expiry(&rules, "2026-05-31 22:00:01", 1), "2026-06-01 23:59:59");
}

#[test]
fn the_cut_off_and_the_expiry_time_are_settings() {
    let inclusive = TermRules { cut_off_inclusive: true, ..TermRules::default() };
    assert_eq!(expiry(&inclusive, "2026-06-10 21:59:59", 1), "2026-06-10 23:59:59");
    assert_eq!(expiry(&inclusive, "2026-06-10 22:00:00", 1), "2026-06-11 23:59:59");
    let other = TermRules {
        cut_off: SimSpan::from_hours(20),
        expiry_time: SimSpan::from_minutes(23 * 60 + 59),
        ..TermRules::default()
    };
    assert_eq!(expiry(&other, "2026-06-10 20:00:00", 3), "2026-06-12 23:59:00");
    assert_eq!(expiry(&other, "2026-06-10 20:30:00", 3), "2026-06-13 23:59:00");
    let no_cut_off = TermRules { cut_off: SimSpan::DAY, ..TermRules::default() };
    let last_moment = at("2026-06-10 23:59:59") + SimSpan::from_ms(500);
    assert_eq!(no_cut_off.ptu_expiry(last_moment, 1, &calendar()), last_moment);
}

#[test]
fn after_an_expiry_come_two_hours_of_grace_and_fourteen_of_retention() {
    let rules = TermRules::default();
    let expired = at("2026-06-16 23:59:59");
    assert_eq!(civil(rules.stops_at(expired)), "2026-06-17 01:59:59");
    assert_eq!(civil(rules.released_at(expired)), "2026-06-17 15:59:59");
    let from_expiry = TermRules { retention_anchor: RetentionAnchor::Expiry, ..TermRules::default() };
    assert_eq!(civil(from_expiry.released_at(expired)), "2026-06-17 13:59:59");
    let no_retention = TermRules { retention: SimSpan::ZERO, ..from_expiry };
    assert_eq!(no_retention.released_at(expired), no_retention.stops_at(expired));
    assert_eq!(rules.released_at(SimTime::NEVER), SimTime::NEVER);
}

#[test]
fn a_renewal_continues_the_old_term_or_begins_anew_after_it() {
    let expired = at("2026-06-16 23:59:59");
    let renewed =
        |rules: &TermRules, now: &str, days| civil(rules.ptu_renewed(expired, at(now), days, &calendar()));
    let rules = TermRules::default();
    for now in ["2026-06-15 08:20:00", "2026-06-17 01:00:00", "2026-06-17 10:00:00"] {
        assert_eq!(renewed(&rules, now, 7), "2026-06-23 23:59:59");
    }
    let from_now = TermRules { renew_from: RenewFrom::Now, ..TermRules::default() };
    assert_eq!(renewed(&from_now, "2026-06-15 08:20:00", 7), "2026-06-23 23:59:59");
    assert_eq!(renewed(&from_now, "2026-06-16 23:59:59", 1), "2026-06-17 23:59:59");
    assert_eq!(renewed(&from_now, "2026-06-17 10:00:00", 1), "2026-06-17 23:59:59");
    assert_eq!(renewed(&from_now, "2026-06-17 10:00:00", 7), "2026-06-23 23:59:59");
}

#[test]
fn automatic_renewal_is_tried_four_times_on_the_day_before_the_expiry() {
    let rules = TermRules::default();
    let attempts = |rules: &TermRules, expiry: &str| -> Vec<String> {
        rules.auto_renewals(at(expiry), &calendar()).into_iter().map(civil).collect()
    };
    let on_the_15th =
        ["2026-06-15 08:20:00", "2026-06-15 12:00:00", "2026-06-15 16:00:00", "2026-06-15 20:00:00"];
    assert_eq!(attempts(&rules, "2026-06-16 23:59:59"), on_the_15th);
    assert_eq!(attempts(&rules, "2026-06-16 00:00:00"), on_the_15th);
    let twice = [15, 3, 15].map(SimSpan::from_hours).to_vec();
    let unordered = TermRules { auto_renew_at: twice, ..TermRules::default() };
    assert_eq!(attempts(&unordered, "2026-03-01 10:25:00"), ["2026-02-28 03:00:00", "2026-02-28 15:00:00"]);
}

#[test]
fn a_month_is_natural_and_counted_from_the_first_anchor() {
    let end =
        |rules: &TermRules, from: &str, months| civil(rules.months_after(at(from), months, &calendar()));
    let rules = TermRules::default();
    assert_eq!(end(&rules, "2026-06-10 10:25:00", 1), "2026-07-10 10:25:00");
    assert_eq!(end(&rules, "2026-01-31 10:00:00", 1), "2026-02-28 10:00:00");
    assert_eq!(end(&rules, "2026-01-31 10:00:00", 2), "2026-03-31 10:00:00");
    let fixed = TermRules { month: MonthRule::Fixed30Days, ..TermRules::default() };
    assert_eq!(end(&fixed, "2026-01-31 10:00:00", 1), "2026-03-02 10:00:00");
    assert_eq!(end(&fixed, "2026-06-10 10:25:00", 3), "2026-09-08 10:25:00");
}

#[test]
fn a_started_day_is_a_used_day() {
    let elapsed = TermRules::default();
    let dates = TermRules { day_count: DayCount::Calendar, ..TermRules::default() };
    for (from, to, days, touched) in [
        ("2026-07-01 10:00:00", "2026-07-01 10:00:00", 1, 1),
        ("2026-07-01 10:00:00", "2026-07-02 10:00:00", 1, 2),
        ("2026-07-01 10:00:00", "2026-07-02 10:00:01", 2, 2),
        ("2026-07-01 23:59:00", "2026-07-02 00:00:00", 1, 1),
        ("2026-07-01 23:59:00", "2026-07-02 00:00:01", 1, 2),
        ("2026-07-01 23:59:00", "2026-07-03 00:01:00", 2, 3),
        ("2026-07-01 10:00:00", "2026-07-31 12:00:00", 31, 31),
        ("2026-07-01 10:00:00", "2026-08-01 10:00:00", 31, 32),
    ] {
        assert_eq!(elapsed.used_days(at(from), at(to), &calendar()), days, "{from} to {to}");
        assert_eq!(dates.used_days(at(from), at(to), &calendar()), touched, "dates of {from} to {to}");
    }
}

#[test]
fn giving_up_model_units_inside_the_first_month_charges_used_days_at_the_higher_rate() {
    let rules = TermRules::default();
    assert_eq!(units_refund(&rules, 1, "2026-07-01 12:00:00"), "9733.44");
    assert_eq!(units_refund(&rules, 1, "2026-07-02 10:00:00"), "9733.44");
    assert_eq!(units_refund(&rules, 1, "2026-07-02 10:00:01"), "9327.88");
    // 24 days at 1.2 are 28.8 of 30; the 25th takes the rest.
    assert_eq!(units_refund(&rules, 1, "2026-07-25 10:00:00"), "405.56");
    assert_eq!(units_refund(&rules, 1, "2026-07-25 10:00:01"), "0.00");
    assert_eq!(units_refund(&rules, 1, "2026-07-31 12:00:00"), "0.00");
    assert_eq!(units_refund(&rules, 3, "2026-07-31 12:00:00"), "17844.64");
}

#[test]
fn the_higher_rate_ends_with_the_first_month_and_the_refund_grows() {
    let rules = TermRules::default();
    assert_eq!(units_refund(&rules, 3, "2026-08-01 09:59:59"), "17844.64");
    assert_eq!(units_refund(&rules, 3, "2026-08-01 10:00:00"), "19940.03");
    // Thirty used days are over a day before July is; thirty fixed days end a month with thirty used days.
    let days = TermRules { units_early_until: EarlyUntil::Days(30), ..TermRules::default() };
    assert_eq!(units_refund(&days, 3, "2026-07-31 10:00:00"), "18250.20");
    assert_eq!(units_refund(&days, 3, "2026-07-31 10:00:01"), "19940.03");
    let fixed = TermRules { month: MonthRule::Fixed30Days, ..TermRules::default() };
    assert_eq!(units_refund(&fixed, 3, "2026-07-31 10:00:00"), "20278.00");
    let dates = TermRules { day_count: DayCount::Calendar, ..TermRules::default() };
    assert_eq!(units_refund(&dates, 3, "2026-08-01 10:00:00"), "19602.07");
    let gentle = TermRules { units_early_factor_ppb: 1_000_000_000, ..TermRules::default() };
    assert_eq!(units_refund(&gentle, 1, "2026-07-31 12:00:00"), "0.00");
    assert_eq!(units_refund(&gentle, 1, "2026-07-30 12:00:00"), "0.00");
    assert_eq!(units_refund(&gentle, 1, "2026-07-30 10:00:00"), "337.97");
}

#[test]
fn a_subscription_is_given_up_only_where_a_factor_is_set() {
    let refund = |rules: &TermRules, cancelled: &str| {
        let (paid, daily) = (money("50803.20"), money("7257.60"));
        let refund =
            rules.ptu_refund(paid, daily, at("2026-06-10 10:00:00"), at(cancelled), &calendar(), CENTS);
        refund.map(|amount| amount.to_string())
    };
    let seed = TermRules::default();
    assert_eq!(refund(&seed, "2026-06-11 13:00:00"), None);
    let later = TermRules { ptu_early_factor_ppb: Some(1_200_000_000), ..TermRules::default() };
    assert_eq!(refund(&later, "2026-06-11 13:00:00").as_deref(), Some("33384.96"));
    assert_eq!(refund(&later, "2026-06-11 10:00:00").as_deref(), Some("42094.08"));
    assert_eq!(refund(&later, "2026-06-15 13:00:00").as_deref(), Some("0.00"));
    // The 12th is touched by calendar: three dates.
    let dates = TermRules { day_count: DayCount::Calendar, ..later };
    assert_eq!(refund(&dates, "2026-06-12 09:00:00").as_deref(), Some("24675.84"));
}

#[test]
fn making_a_deployment_smaller_gives_back_its_share_of_what_is_left() {
    let resized = |rules: &TermRules, old: &str, new: &str, now: &str| {
        let start = at("2026-06-10 10:00:00");
        let refund =
            rules.resize_refund(money("700"), money(old), money(new), start, at(now), &calendar(), CENTS);
        refund.to_string()
    };
    let rules = TermRules::default();
    // 7 days at 100, two used: 500 are left, and a quarter of the size goes.
    assert_eq!(resized(&rules, "100", "75", "2026-06-11 13:00:00"), "125.00");
    assert_eq!(resized(&rules, "100", "100", "2026-06-11 13:00:00"), "0.00");
    assert_eq!(resized(&rules, "100", "0", "2026-06-11 13:00:00"), "500.00");
    assert_eq!(resized(&rules, "100", "75", "2026-06-17 12:00:00"), "0.00");
    // Larger by half: 50 for each of the five days that are left.
    assert_eq!(resized(&rules, "100", "150", "2026-06-11 13:00:00"), "-250.00");
    assert_eq!(resized(&rules, "100", "150", "2026-06-17 12:00:00"), "0.00");
    // The factor is on what was consumed: 700 − 2 × 100 × 1.5; it makes nothing larger dearer or cheaper.
    let strict = TermRules { downgrade_factor_ppb: 1_500_000_000, ..TermRules::default() };
    assert_eq!(resized(&strict, "100", "75", "2026-06-11 13:00:00"), "100.00");
    assert_eq!(resized(&strict, "100", "150", "2026-06-11 13:00:00"), "-250.00");
    // A free deployment has nothing to give back, and no days to be counted.
    assert_eq!(resized(&rules, "0", "50", "2026-06-11 13:00:00"), "0.00");
    // A third: 500 × 1/3, rounded once.
    assert_eq!(resized(&rules, "99.999999999999", "66.666666666666", "2026-06-11 13:00:00"), "166.67");
}

#[test]
fn large_amounts_with_awkward_fractions_are_exact() {
    let rules = TermRules { units_early_factor_ppb: 1_234_567_891, ..TermRules::default() };
    let monthly = money("987654321.123456789012");
    let paid = Money::from_pico(monthly.as_pico() * 12);
    let (start, now) = (at("2026-07-01 10:00:00"), at("2026-07-14 10:00:00"));
    let refund = rules.units_refund(paid, monthly, start, now, &calendar(), 12);
    // 13 × 987654321.123456789012 × 1.234567891 / 30, by an independent decimal calculation.
    assert_eq!((paid - refund).to_string(), "528374735.315449879411");
}

/// Instants within two years of the start, to the millisecond.
fn instants() -> impl Strategy<Value = SimTime> {
    (0_i64..63_072_000_000).prop_map(SimTime::from_ms)
}

/// Settings as they may be combined.
fn settings() -> impl Strategy<Value = TermRules> {
    let choices = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (choices, 0_i64..3_000_000_000, 0_i64..3_000_000_000).prop_map(|(choices, early, downgrade)| TermRules {
        month: if choices.0 { MonthRule::Calendar } else { MonthRule::Fixed30Days },
        units_early_until: if choices.1 { EarlyUntil::FirstMonth } else { EarlyUntil::Days(30) },
        day_count: if choices.2 { DayCount::Elapsed } else { DayCount::Calendar },
        cut_off_inclusive: choices.3,
        units_early_factor_ppb: early,
        ptu_early_factor_ppb: Some(early),
        downgrade_factor_ppb: downgrade,
        ..TermRules::default()
    })
}

proptest! {
    #[test]
    fn a_subscription_expires_at_the_last_second_of_its_last_day(
        paid in instants(),
        days in 1_u32..400,
        rules in settings(),
    ) {
        let calendar = calendar();
        let expiry = rules.ptu_expiry(paid, days, &calendar);
        prop_assert_eq!(calendar.time_of_day(expiry), rules.expiry_time);
        let dates = calendar.dates_between(paid, expiry);
        let first_late = rules.cut_off + SimSpan::from_ms(i64::from(!rules.cut_off_inclusive));
        let is_late = calendar.time_of_day(paid) >= first_late;
        prop_assert_eq!(dates, i64::from(days) - 1 + i64::from(is_late));
        prop_assert!(paid < expiry && expiry < rules.stops_at(expiry));
        prop_assert!(rules.stops_at(expiry) < rules.released_at(expiry));
        // Bought in two goes it ends when it would have ended bought in one.
        let renewed = rules.ptu_renewed(expiry, paid, 5, &calendar);
        prop_assert_eq!(renewed, rules.ptu_expiry(paid, days + 5, &calendar));
        for attempt in rules.auto_renewals(expiry, &calendar) {
            prop_assert_eq!(calendar.dates_between(attempt, expiry), 1);
        }
    }

    #[test]
    fn refunds_are_never_negative_nor_above_what_was_paid(
        rules in settings(),
        start in instants(),
        used_ms in 0_i64..20_000_000_000,
        price in 1_i128..2_000_000_000,
        new_price in 0_i128..2_000_000_000,
        periods in 1_i128..40,
        decimals in 0_u32..=12,
    ) {
        let (calendar, now) = (calendar(), start + SimSpan::from_ms(used_ms));
        let cents = |amount: i128| Money::from_pico(amount * 10_000_000_000);
        let (old, new, paid) = (cents(price), cents(new_price), cents(price * periods));
        let units = rules.units_refund(paid, old, start, now, &calendar, decimals);
        prop_assert!(Money::ZERO <= units && units <= paid);
        let ptu = rules.ptu_refund(paid, old, start, now, &calendar, decimals).expect("a factor is set");
        prop_assert!(Money::ZERO <= ptu && ptu <= paid);
        let resize = rules.resize_refund(paid, old, new, start, now, &calendar, decimals);
        if new <= old {
            prop_assert!(Money::ZERO <= resize && resize <= paid);
        } else {
            // What is to be paid is the difference for each day that is left.
            let left = (periods - i128::from(rules.used_days(start, now, &calendar))).max(0);
            let due = cents((new_price - price) * left).round_to(decimals, crate::units::RoundingMode::HalfUp);
            prop_assert_eq!(-resize, due);
        }
    }

    #[test]
    fn waiting_never_gives_more_back_but_over_the_end_of_the_first_month(
        rules in settings(),
        start in instants(),
        first_ms in 0_i64..10_000_000_000,
        more_ms in 0_i64..10_000_000_000,
        months in 1_i128..12,
    ) {
        let calendar = calendar();
        let sooner = start + SimSpan::from_ms(first_ms);
        let later = sooner + SimSpan::from_ms(more_ms);
        prop_assert!(rules.used_days(start, sooner, &calendar) <= rules.used_days(start, later, &calendar));
        let (paid, price) = (Money::from_pico(10_139 * months * 1_000_000_000_000), money("10139"));
        let ptu = |now| rules.ptu_refund(paid, price, start, now, &calendar, CENTS);
        prop_assert!(ptu(later) <= ptu(sooner));
        let smaller = |now| rules.resize_refund(paid, price, money("1234.5"), start, now, &calendar, CENTS);
        prop_assert!(smaller(later) <= smaller(sooner));
        let units = |now| rules.units_refund(paid, price, start, now, &calendar, CENTS);
        let crosses = match rules.units_early_until {
            EarlyUntil::FirstMonth => {
                let end = rules.months_after(start, 1, &calendar);
                sooner < end && end <= later
            }
            EarlyUntil::Days(days) => {
                let used = |now| rules.used_days(start, now, &calendar);
                used(sooner) <= days && days < used(later)
            }
        };
        prop_assert!(crosses || units(later) <= units(sooner));
    }

    #[test]
    fn months_follow_each_other_and_are_28_to_31_days_long(anchor in instants(), months in 0_u32..120) {
        let rules = TermRules::default();
        let end = |months| rules.months_after(anchor, months, &calendar());
        let length = end(months + 1).since(end(months));
        prop_assert!(SimSpan::from_days(28) <= length && length <= SimSpan::from_days(31));
        let fixed = TermRules { month: MonthRule::Fixed30Days, ..rules };
        let fixed_end = |months| fixed.months_after(anchor, months, &calendar());
        prop_assert_eq!(fixed_end(months + 1).since(fixed_end(months)), SimSpan::from_days(30));
    }
}
