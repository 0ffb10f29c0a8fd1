use super::*;
use proptest::prelude::*;

fn calendar(start: &str) -> Calendar {
    Calendar::parse(start).expect("a start")
}

#[test]
fn before_the_start_days_begin_at_midnight_too() {
    let calendar = calendar("2026-06-10T10:00:00+08:00");
    let at = SimTime::ZERO - SimSpan::from_hours(10) - SimSpan::from_ms(1);
    assert_eq!(calendar.time_of_day(at), SimSpan::DAY - SimSpan::from_ms(1));
    assert_eq!(calendar.format(calendar.day_start(at)), "2026-06-09T00:00:00+08:00");
    assert_eq!(calendar.dates_between(at, SimTime::ZERO), 1);
}

#[test]
fn a_day_is_the_scenarios_own_whatever_the_offset() {
    // One instant: 01:30 in Shanghai is 17:30 of the day before in Greenwich, 14:00 west of it.
    for (start, date, a_month_later) in [
        ("2026-03-01T01:30:00+08:00", "2026-03-01", "2026-04-01"),
        ("2026-02-28T17:30:00Z", "2026-02-28", "2026-03-28"),
        ("2026-02-28T14:00:00-03:30", "2026-02-28", "2026-03-28"),
    ] {
        let calendar = calendar(start);
        assert_eq!(calendar.format_date(SimTime::ZERO), date);
        assert_eq!(calendar.format_date(calendar.months_after(SimTime::ZERO, 1)), a_month_later);
    }
}

#[test]
fn months_end_on_the_last_day_of_a_shorter_month_and_remember_their_anchor() {
    let calendar = calendar("2027-08-31T22:15:30.250+08:00");
    let ends: Vec<String> =
        (1..=7).map(|months| calendar.format(calendar.months_after(SimTime::ZERO, months))).collect();
    let dates = ["09-30", "10-31", "11-30", "12-31", "01-31", "02-29", "03-31"];
    for (end, date) in ends.iter().zip(dates) {
        let year = if date < "04" { 2028 } else { 2027 };
        assert_eq!(*end, format!("{year}-{date}T22:15:30.25+08:00"));
    }
}

#[test]
fn a_century_is_no_leap_year_but_every_fourth_is() {
    let in_february = |start: &str| {
        let calendar = calendar(start);
        calendar.format_date(calendar.months_after(SimTime::ZERO, 1))
    };
    assert_eq!(in_february("2100-01-30T00:00:00+08:00"), "2100-02-28");
    assert_eq!(in_february("2400-01-30T00:00:00+08:00"), "2400-02-29");
}

#[test]
fn an_anchor_before_the_start_has_months_as_well() {
    let calendar = calendar("2026-03-15T00:00:00+08:00");
    let anchor = calendar.parse_instant("2026-01-31T10:00:00+08:00").expect("an instant");
    assert_eq!(calendar.format(calendar.months_after(anchor, 1)), "2026-02-28T10:00:00+08:00");
    assert_eq!(calendar.months_after(anchor, 0), anchor);
}

#[test]
fn beyond_the_calendar_months_never_end() {
    let calendar = calendar("9999-11-30T00:00:00+08:00");
    assert_eq!(calendar.format_date(calendar.months_after(SimTime::ZERO, 1)), "9999-12-30");
    for months in [2, 300_000, u32::MAX] {
        assert_eq!(calendar.months_after(SimTime::ZERO, months), SimTime::NEVER);
    }
    assert_eq!(calendar.months_after(SimTime::NEVER, 1), SimTime::NEVER);
    assert_eq!(calendar.format_date(SimTime::NEVER), "beyond the calendar");
    assert!(calendar.day_start(SimTime::NEVER) <= SimTime::NEVER);
}

proptest! {
    #[test]
    fn days_and_months_agree_with_the_written_dates(
        start in -2_000_000_000_i64..20_000_000_000,
        quarter_hours in -48_i32..=56,
        at in -400_000_000_000_i64..400_000_000_000,
        months in 0_u32..60,
    ) {
        let offset = Offset::from_seconds(quarter_hours * 900).expect("an offset");
        let calendar = Calendar { start_unix_ms: start * 1_000, offset };
        let at = SimTime::from_ms(at);
        let day_start = calendar.day_start(at);
        prop_assert!(day_start <= at && at < day_start + SimSpan::DAY);
        prop_assert_eq!(calendar.time_of_day(day_start), SimSpan::ZERO);
        prop_assert_eq!(calendar.format_date(at), calendar.format_date(day_start));
        prop_assert_eq!(day_start + calendar.time_of_day(at), at);
        prop_assert_eq!(calendar.dates_between(day_start - SimSpan::from_ms(1), at), 1);

        // The same month as counted by hand, the anchor's day or the last of the month, the same time of day.
        let later = calendar.months_after(at, months);
        let (from, to) = (calendar.civil(at).expect("a date"), calendar.civil(later).expect("a date"));
        let counted = i32::from(from.year()) * 12 + i32::from(from.month()) - 1 + months as i32;
        prop_assert_eq!(i32::from(to.year()) * 12 + i32::from(to.month()) - 1, counted);
        prop_assert_eq!(to.time(), from.time());
        prop_assert_eq!(to.day(), from.day().min(to.days_in_month()));
    }
}
