//! Days and months, whole and in part; cuts change nothing.

use super::*;

const ROUNDING: LineRounding = LineRounding { decimals: 12, mode: crate::units::RoundingMode::HalfUp };

fn metering(granularity: SimSpan) -> Metering {
    Metering::started(granularity)
}

fn usage<'a>(
    per: Per,
    rounding: PeriodRounding,
    counts: &'a [(SimTime, u64)],
    calendar: &'a Calendar,
) -> PeriodUsage<'a> {
    PeriodUsage {
        from: counts[0].0,
        metering: metering(SimSpan::MINUTE),
        rounding,
        price: Money::parse("31").unwrap(),
        per,
        counts,
        calendar,
    }
}

fn at(calendar: &Calendar, text: &str) -> SimTime {
    calendar.parse_instant(text).unwrap()
}

/// From 30 June, noon, to 2 July, noon: half a day of June and a day and a half of July.
#[test]
fn a_month_has_as_many_days_as_the_calendar_says() {
    let calendar = Calendar::parse("2026-06-30T12:00:00+08:00").unwrap();
    let counts = [(SimTime::ZERO, 2)];
    let end = at(&calendar, "2026-07-02T12:00:00+08:00");
    let pro_rata = usage(Per::Month, PeriodRounding::ProRata, &counts, &calendar);
    // 2 × 31 × (0.5 ÷ 30 + 1.5 ÷ 31) = 1.0333… + 3.
    assert_eq!(pro_rata.amount(end, ROUNDING).to_string(), "4.033333333333");
    let lines = pro_rata.lines(SimTime::ZERO, end, ROUNDING);
    let told: Vec<_> = lines.iter().map(|line| (line.billed, line.of, line.amount.to_string())).collect();
    assert_eq!(
        told,
        [
            (SimSpan::from_minutes(720), SimSpan::from_days(30), "1.033333333333".to_owned()),
            (SimSpan::from_minutes(2_160), SimSpan::from_days(31), "3.00".to_owned()),
        ]
    );
    let whole = usage(Per::Month, PeriodRounding::Whole, &counts, &calendar);
    assert_eq!(whole.amount(SimTime::from_ms(1), ROUNDING).to_string(), "62.00");
    assert_eq!(whole.amount(end, ROUNDING).to_string(), "124.00");
    let days = usage(Per::Day, PeriodRounding::Whole, &counts, &calendar);
    assert_eq!(days.amount(end, ROUNDING).to_string(), "186.00");
    let days = usage(Per::Day, PeriodRounding::ProRata, &counts, &calendar);
    assert_eq!(days.amount(end, ROUNDING).to_string(), "124.00");
}

/// A change of the count is billed from the next granule on, and the started minute counts once.
#[test]
fn a_change_of_the_count_is_no_break() {
    let calendar = Calendar::parse("2026-06-30T12:00:00+08:00").unwrap();
    let counts = [(SimTime::ZERO, 1), (SimTime::from_ms(90_000), 3)];
    let hours = usage(Per::Hour, PeriodRounding::ProRata, &counts, &calendar);
    let lines = hours.lines(SimTime::ZERO, SimTime::from_ms(150_000), ROUNDING);
    let billed: Vec<_> = lines.iter().map(|line| (line.count, line.billed)).collect();
    assert_eq!(billed, [(1, SimSpan::from_minutes(2)), (3, SimSpan::from_minutes(1))]);
}

#[test]
fn cuts_change_no_amount() {
    let calendar = Calendar::parse("2026-01-31T23:00:30+08:00").unwrap();
    let hour = |count: i64| SimTime::from_ms(count * 3_600_000 + 17);
    let counts = [(SimTime::from_ms(11), 7), (hour(5), 1), (hour(700), 0), (hour(701), 9)];
    let end = hour(1_500);
    for per in [Per::Hour, Per::Day, Per::Month] {
        for rounding in [PeriodRounding::ProRata, PeriodRounding::Whole] {
            for granularity in [SimSpan::SECOND, SimSpan::MINUTE, SimSpan::HOUR] {
                let one = PeriodUsage {
                    metering: metering(granularity),
                    ..usage(per, rounding, &counts, &calendar)
                };
                let all = one.amount(end, ROUNDING);
                let (mut cut, mut sum) = (one.from, Money::ZERO);
                for step in [1_i64, 13, 699, 700, 701, 900, 1_500] {
                    let next = hour(step);
                    let lines = one.lines(cut, next, ROUNDING);
                    assert!(lines.iter().all(|line| cut <= line.from && line.to <= next));
                    sum += lines.iter().map(|line| line.amount).sum::<Money>();
                    assert_eq!(sum, one.amount(next, ROUNDING), "{per:?} {rounding:?} {granularity:?}");
                    cut = next;
                }
                assert_eq!(sum, all);
            }
        }
    }
}
