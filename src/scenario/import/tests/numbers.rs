//! Exact numbers, times and places.

use super::super::number::{ClockKind, Nano, NumberError, parse_nano, parse_time, region_of_zone};
use super::super::{read, share_of_time_above};
use super::good;
use crate::units::{UnitPrice, parse_scaled};
use proptest::prelude::*;

#[test]
fn numbers_are_exact() {
    let exact = |value| Ok(Nano { value, rounded: false });
    let rounded = |value| Ok(Nano { value, rounded: true });
    for (text, expected) in [
        ("0.42", exact(420_000_000)),
        (" 4.72299353 ", exact(4_722_993_530)),
        (".5", exact(500_000_000)),
        ("5.", exact(5_000_000_000)),
        ("+1", exact(1_000_000_000)),
        ("-0.1", exact(-100_000_000)),
        ("3.6e-2", exact(36_000_000)),
        ("36E+3", exact(36_000_000_000_000)),
        ("0.420000000000000", exact(420_000_000)),
        ("1e-10", rounded(0)),
        ("1e-300", rounded(0)),
        ("0e300", exact(0)),
        ("0.0000000005", rounded(0)),
        ("0.0000000015", rounded(2)),
        ("0.00000000050000001", rounded(1)),
        ("0.15670000000000001", rounded(156_700_000)),
        ("9223372036.854775806", exact(i64::MAX - 1)),
        ("9223372036.854775807", Err(NumberError::TooLarge)),
        ("9223372036.8547758065", rounded(i64::MAX - 1)),
        ("1e300", Err(NumberError::TooLarge)),
        ("1e9999999999999999999", Err(NumberError::NotANumber)),
        ("", Err(NumberError::NotANumber)),
        ("-", Err(NumberError::NotANumber)),
        (".", Err(NumberError::NotANumber)),
        ("e5", Err(NumberError::NotANumber)),
        ("NaN", Err(NumberError::NotANumber)),
        ("inf", Err(NumberError::NotANumber)),
        ("1.2.3", Err(NumberError::NotANumber)),
        ("0,42", Err(NumberError::NotANumber)),
        ("0x10", Err(NumberError::NotANumber)),
        ("١", Err(NumberError::NotANumber)),
    ] {
        assert_eq!(parse_nano(text), expected, "{text:?}");
    }
}

#[test]
fn times_in_every_spelling() {
    let certain = |ms| Some((ms, ClockKind::Certain));
    for (text, expected) in [
        ("2023-12-30T21:17:02Z", certain(1_703_971_022_000)),
        ("2023-12-30T21:17:02.000Z", certain(1_703_971_022_000)),
        ("2023-12-30T21:17:02+00:00", certain(1_703_971_022_000)),
        ("2023-12-30 21:17:02+00:00", certain(1_703_971_022_000)),
        ("2023-12-31 05:17:02+08:00", certain(1_703_971_022_000)),
        ("2023-12-31T05:17:02.123456789+08:00", certain(1_703_971_022_123)),
        ("2023-12-30T21:17:02", Some((1_703_971_022_000, ClockKind::AssumedUtc))),
        ("2023-12-30 21:17:02.5", Some((1_703_971_022_500, ClockKind::AssumedUtc))),
        ("1703971022", certain(1_703_971_022_000)),
        ("1703971022.25", certain(1_703_971_022_250)),
        ("1703971022000", certain(1_703_971_022_000)),
        ("99999999999", certain(99_999_999_999_000)),
        ("0", Some((0, ClockKind::Anonymous))),
        ("0.001", Some((1, ClockKind::Anonymous))),
        ("-5", None),
        ("", None),
        ("21:17", None),
        ("8/18/2025, 12:00:38.941 AM", None),
        ("2023-02-30T00:00:00Z", None),
        ("99999999999999999999", None),
        ("9999999999999999", None),
        ("yesterday", None),
    ] {
        assert_eq!(parse_time(text, false).map(|at| (at.unix_ms, at.clock)), expected, "{text:?}");
    }
    assert_eq!(parse_time("480000", true).map(|at| at.unix_ms), Some(480_000));
}

#[test]
fn zones_name_their_regions() {
    for (zone, region) in [
        ("us-east-1a", Some("us-east-1")),
        ("us-west-2-lax-1a", Some("us-west-2")),
        ("us-east-1-wl1-bos-wlz-1", Some("us-east-1")),
        ("cn-north-1b", Some("cn-north-1")),
        ("cn-hangzhou-g", Some("cn-hangzhou")),
        ("ap-southeast-1c", Some("ap-southeast-1")),
        ("us-central1-a", Some("us-central1")),
        ("use1-az4", None),
        ("zone", None),
        ("a", None),
        ("", None),
    ] {
        assert_eq!(region_of_zone(zone).as_deref(), region, "{zone:?}");
    }
}

#[test]
fn summaries_weigh_by_time() {
    let file = good("time,price,on_demand\n0,1,5\n3600,3,\n86400,3,6\n");
    let summary = file.summary();
    let value = summary.series[0].value;
    assert_eq!((summary.rows, value.min, value.max, value.changes), (3, 1_000_000_000, 3_000_000_000, 1));
    assert!((value.mean - (1.0 + 23.0 * 3.0) / 24.0 * 1e9).abs() < 1.0);
    assert!((value.changes_per_day - 1.0).abs() < 1e-12);
    assert_eq!(summary.series[0].on_demand.map(|value| value.changes), Some(1));
    let (history, _) = file.select(&super::Selection::default()).expect("one");
    let share = share_of_time_above(&history, UnitPrice::parse("2").expect("a price"));
    assert!((share - 23.0 / 24.0).abs() < 1e-12);
    // A record of one row has no length.
    let single = good("time,price\n0,1\n").summary().series[0].value;
    assert!((single.mean - 1e9).abs() < 1e-6 && single.changes_per_day.abs() < 1e-12);
}

proptest! {
    #[test]
    fn agrees_with_the_exact_reader(whole in 0_u32..2_000_000, fraction in 0_u32..1_000_000_000) {
        let text = format!("{whole}.{fraction:09}");
        let nano = parse_nano(&text).expect("a number");
        prop_assert_eq!(Ok(i128::from(nano.value)), parse_scaled(&text, 9));
        prop_assert!(!nano.rounded);
    }

    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), start in 0_usize..7) {
        let starts: [&[u8]; 7] = [b"", b"time,price\n", b"[{\"SpotPrice\":", b"\x1f\x8b\x08", b"\xff\xfe", b"tick,time,a\n0,0,", b"{\"SpotDiscounts\":["];
        let _ = read("f", &[starts[start], &bytes].concat());
    }

    #[test]
    fn nothing_panics_on_likely_text(text in "[\\[\\]{}\",:.;#a-cé0-9TZeE+\\- \r\n]{0,120}", start in 0_usize..5) {
        let starts = ["", "time,zone,price\n", "time,available\n0,1\n", "{\"SpotPriceHistory\":[", "[{\"Timestamp\":"];
        if let Ok(file) = read("f", format!("{}{text}", starts[start]).as_bytes()) {
            let _ = (file.summary(), file.select(&super::Selection::default()));
            for series in &file.series {
                prop_assert!(series.rows.is_sorted_by(|a, b| a.unix_ms < b.unix_ms));
            }
        }
    }
}
