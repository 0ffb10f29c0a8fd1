//! Which series a selection means.

use super::super::{PriceColumn, Selection};
use super::{good, zone};

const MIXED: &str = "Timestamp,InstanceType,ProductDescription,SpotPrice,AvailabilityZone,AvailabilityZoneId\n\
    2023-12-30T21:00:00Z,c5a.2xlarge,Linux/UNIX,0.2,us-east-1b,use1-az4\n\
    2023-12-30T20:00:00Z,c5a.2xlarge,Windows,0.5,us-east-1b,use1-az4\n\
    2023-12-30T19:00:00Z,c5a.2xlarge,Linux/UNIX,0.1,us-east-1c,use1-az6\n\
    2023-12-30T18:00:00Z,c5a.4xlarge,Linux/UNIX,0.4,us-west-2a,usw2-az1\n";

fn refused(selection: &Selection) -> (String, String) {
    let problem = good(MIXED).select(selection).expect_err("not one series");
    (problem.to_string(), problem.help.unwrap_or_default())
}

#[test]
fn several_series_are_listed_by_the_first_part_that_differs() {
    let (message, help) = refused(&Selection::default());
    assert_eq!(message, "f: 4 series fit: say which instance type is meant");
    assert_eq!(help, "there are c5a.2xlarge, c5a.4xlarge");
    assert_eq!(
        refused(&zone("us-east-1b")),
        (
            "f: 2 series fit: say which product is meant".to_owned(),
            "there are Linux/UNIX, Windows".to_owned()
        )
    );
    let region = Selection {
        region: Some("us-east-1".to_owned()),
        product: Some("Linux/UNIX".to_owned()),
        ..Selection::default()
    };
    assert_eq!(refused(&region).0, "f: 2 series fit: say which zone is meant");
}

#[test]
fn both_spellings_of_a_zone_mean_it() {
    for name in ["us-east-1c", "use1-az6"] {
        let (history, notes) = good(MIXED).select(&zone(name)).expect("one series");
        assert_eq!((history.values, notes), (vec![100_000_000], vec![]));
        // Observed until the file's newest row, whatever series that is of.
        assert_eq!(history.end_unix_ms, 1_703_970_000_000);
    }
}

#[test]
fn a_name_that_is_not_there_gets_the_nearest_that_is() {
    assert_eq!(
        refused(&zone("us-esat-1b")),
        (
            "f: no series of this zone: \"us-esat-1b\"".to_owned(),
            "did you mean \"us-east-1b\"? there are us-east-1b, us-east-1c, us-west-2a".to_owned()
        )
    );
    let (message, help) = refused(&Selection { instance_type: Some("x".to_owned()), ..Selection::default() });
    assert_eq!(message, "f: no series of this instance type: \"x\"");
    assert_eq!(help, "there are c5a.2xlarge, c5a.4xlarge");
    let product = Selection { product: Some("linux/unix".to_owned()), ..zone("us-east-1b") };
    assert_eq!(refused(&product).1, "did you mean \"Linux/UNIX\"? there are Linux/UNIX, Windows");
}

#[test]
fn spot_files_have_no_on_demand_prices() {
    let selection = Selection { column: PriceColumn::OnDemand, ..zone("us-east-1c") };
    assert_eq!(refused(&selection).0, "f: c5a.2xlarge us-east-1c Linux/UNIX has no on-demand prices");
    // A table with one column of prices is of whatever price it is named for.
    let plain = good("time,price\n0,1\n");
    let selection = Selection { column: PriceColumn::OnDemand, ..Selection::default() };
    assert_eq!(plain.select(&selection).expect("that column").0.values, [1_000_000_000]);
}

#[test]
fn a_part_the_file_does_not_name_is_taken_on_trust_with_a_note() {
    let (_, notes) = good("time,price\n0,1\n").select(&zone("us-east-1b")).expect("the only series");
    assert_eq!(notes, ["f: does not say the zone; taken as that of us-east-1b"]);
}

#[test]
fn protection_tells_rows_apart() {
    let file = good("time,spot_protected,spot_unprotected\n0,0.5,0.45\n");
    let with = |protection| Selection { protection, ..Selection::default() };
    assert_eq!(file.select(&with(Some(false))).expect("one").0.values, [450_000_000]);
    assert_eq!(file.select(&with(Some(true))).expect("one").0.values, [500_000_000]);
    let problem = file.select(&with(None)).expect_err("two");
    assert_eq!(problem.to_string(), "f: 2 series fit: say which protection is meant");
}

#[test]
fn rows_that_change_nothing_are_left_out() {
    let (history, _) =
        good("time,price\n0,1\n60,1\n120,2\n180,2\n").select(&Selection::default()).expect("one");
    assert_eq!(history.times_unix_ms, [0, 120_000]);
    assert_eq!((history.values, history.end_unix_ms), (vec![1_000_000_000, 2_000_000_000], 180_000));
}
