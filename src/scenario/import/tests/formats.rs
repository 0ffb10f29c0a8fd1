//! Every format, and every trap that is repaired.

use super::super::{DataFile, Format, Measure, MergeError, PriceColumn, Selection, read};
use super::{good, gzip, row};

const AWS_JSON: &str = r#"{ "SpotPriceHistory": [
  { "AvailabilityZone": "us-east-1b", "AvailabilityZoneId": "use1-az4", "InstanceType": "c5a.2xlarge",
    "ProductDescription": "Linux/UNIX", "SpotPrice": "0.156700", "Timestamp": "2023-12-30T21:17:02+00:00" },
  { "AvailabilityZone": "us-east-1a", "InstanceType": "c5a.2xlarge",
    "ProductDescription": "Linux/UNIX", "SpotPrice": "0.1", "Timestamp": "2023-12-30T20:00:00.000Z" },
  { "AvailabilityZone": "us-east-1b", "InstanceType": "c5a.2xlarge",
    "ProductDescription": "Linux/UNIX", "SpotPrice": "0.15", "Timestamp": "2023-12-30 19:00:00Z" } ],
  "NextToken": "" }"#;

const AWS_CSV: &str = "SpotPrice,Timestamp,AvailabilityZone,ProductDescription,InstanceType\n\
    0.156700,2023-12-30 21:17:02+00:00,us-east-1b,Linux/UNIX,c5a.2xlarge\n\
    0.1,2023-12-30T20:00:00.000Z,us-east-1a,Linux/UNIX,c5a.2xlarge\n\
    0.15,2023-12-30T19:00:00Z,us-east-1b,Linux/UNIX,c5a.2xlarge\n";

const ECS: &str = r#"{"RequestId": "x", "SpotPrices": {"SpotPriceType": [
  {"IoOptimized": "optimized", "OriginPrice": 0.354, "NetworkType": "vpc", "ZoneId": "cn-hangzhou-g",
   "Timestamp": "2019-11-19T06:00:00Z", "SpotPrice": 0.036, "InstanceType": "ecs.g5.large"},
  {"IoOptimized": "optimized", "OriginPrice": 3.54E-1, "NetworkType": "vpc", "ZoneId": "cn-hangzhou-g",
   "Timestamp": "2019-11-19T07:00:00Z", "SpotPrice": 0.1, "InstanceType": "ecs.g5.large"}]}, "Currency": "CNY"}"#;

fn same_but_for_form(one: &DataFile, other: &DataFile) {
    let without_ids =
        |file: &DataFile| file.series.iter().map(|s| (s.key.clone(), s.rows.clone())).collect::<Vec<_>>();
    assert_eq!(without_ids(one), without_ids(other));
    assert_eq!((one.end_unix_ms, &one.currency), (other.end_unix_ms, &other.currency));
}

#[test]
fn aws_json_and_csv_are_the_same_history_in_order_of_time() {
    let (json, csv) = (good(AWS_JSON), good(AWS_CSV));
    assert_eq!((json.format, csv.format), (Format::AwsSpotJson, Format::AwsSpotCsv));
    same_but_for_form(&json, &csv);
    assert_eq!(json.series[1].key.to_string(), "c5a.2xlarge us-east-1b Linux/UNIX");
    assert_eq!(json.series[1].key.region.as_deref(), Some("us-east-1"));
    assert_eq!(json.series[1].zone_id.as_deref(), Some("use1-az4"));
    assert_eq!(
        json.series[1].rows,
        [row(1_703_962_800_000, 150_000_000), row(1_703_971_022_000, 156_700_000)]
    );
    assert_eq!(json.end_unix_ms, 1_703_971_022_000);
    assert_eq!(json.currency.as_deref(), Some("USD"));
    assert!(json.notes.is_empty() && csv.notes.is_empty());
}

#[test]
fn packing_marks_and_line_ends_change_nothing() {
    let plain = good(AWS_CSV);
    let utf16: Vec<u8> =
        [0xfeff_u16].into_iter().chain(AWS_CSV.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let utf16_be: Vec<u8> =
        [0xfeff_u16].into_iter().chain(AWS_CSV.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    let spreadsheet = format!("\u{feff}sep\n{AWS_CSV}").replace("sep\n", "\n") + " \n,,,,\n";
    let variants: Vec<Vec<u8>> = vec![
        gzip(AWS_CSV.as_bytes()),
        [gzip(&AWS_CSV.as_bytes()[..100]), gzip(&AWS_CSV.as_bytes()[100..])].concat(),
        format!("\u{feff}{AWS_CSV}").into_bytes(),
        gzip(format!("\u{feff}{AWS_CSV}").as_bytes()),
        AWS_CSV.replace('\n', "\r\n").into_bytes(),
        AWS_CSV.trim_end().as_bytes().to_vec(),
        AWS_CSV.replace(',', ";").into_bytes(),
        AWS_CSV.replace(',', "\t").into_bytes(),
        format!("# fetched today\n\n{AWS_CSV}").into_bytes(),
        AWS_CSV.replace("Linux/UNIX", "\"Linux/UNIX\"").into_bytes(),
        spreadsheet.into_bytes(),
        utf16,
        utf16_be,
    ];
    for bytes in variants {
        let file = read("f", &bytes).unwrap_or_else(|problems| panic!("{problems:?}"));
        same_but_for_form(&plain, &file);
    }
    let json = read("f", &gzip(format!("\u{feff}{AWS_JSON}").replace('\n', "\r\n").as_bytes()));
    same_but_for_form(&plain, &json.expect("a packed reply with a mark"));
}

#[test]
fn aws_rows_alone_pages_in_a_row_and_pages_in_a_list() {
    let start = AWS_JSON.find('[').expect("a list");
    let end = AWS_JSON.rfind(']').expect("a list");
    let rows = &AWS_JSON[start..=end];
    same_but_for_form(&good(AWS_JSON), &good(rows));
    // One row a line, as `jq -c` prints them.
    same_but_for_form(&good(AWS_JSON), &good(&rows[1..rows.len() - 1].replace("},", "}\n")));
    let page = AWS_JSON.replace("\"NextToken\": \"\"", "\"NextToken\": \"AAAA\"");
    let more = "f: the reply has more pages (NextToken is not empty): fetch them all and name every file";
    assert_eq!(good(&page).notes, [more]);
    let two_pages = good(&format!("{page}\n{}", AWS_JSON.replace("2023-12-30", "2023-12-29")));
    assert_eq!((two_pages.series[1].rows.len(), two_pages.notes.len()), (4, 0));
    same_but_for_form(
        &two_pages,
        &good(&format!("[{page},{}]", AWS_JSON.replace("2023-12-30", "2023-12-29"))),
    );
    // The same page twice repeats every row.
    assert_eq!(good(&format!("{AWS_JSON}{AWS_JSON}")).notes[0..1].len(), 1);
    assert_eq!(good(&format!("{AWS_JSON}{AWS_JSON}")).series, good(AWS_JSON).series);
}

#[test]
fn alibaba_ecs_has_exact_numbers_and_both_prices() {
    let file = good(ECS);
    assert_eq!((file.format, file.currency.as_deref()), (Format::EcsSpotJson, Some("CNY")));
    assert_eq!(file.series[0].key.to_string(), "ecs.g5.large cn-hangzhou-g vpc/optimized");
    assert_eq!(file.series[0].key.region.as_deref(), Some("cn-hangzhou"));
    let (spot, _) = file.select(&Selection::default()).expect("one series");
    assert_eq!(spot.values, [36_000_000, 100_000_000]);
    let both = Selection { column: PriceColumn::OnDemand, ..Selection::default() };
    let (standard, _) = file.select(&both).expect("a price of origin");
    // The second row does not change it.
    assert_eq!((standard.values, standard.end_unix_ms), (vec![354_000_000], 1_574_146_800_000));
    assert!(file.notes[0].contains("SpotDuration"), "{:?}", file.notes);
    let wrapped = format!("{{\"headers\": {{}}, \"statusCode\": 200, \"body\": {ECS}}}");
    assert_eq!(good(&wrapped).series, file.series);
}

#[test]
fn eas_discounts_are_shares_of_the_standard_price() {
    let text = r#"{"SpotDiscounts": [
      {"InstanceType": "ecs.gn7i-c8g1.2xlarge", "SpotDiscount": "0.3", "Timestamp": "2025-01-01T00:00:00Z", "ZoneId": "cn-hangzhou-h"},
      {"InstanceType": "ecs.gn7i-c8g1.2xlarge", "SpotDiscount": 0.25, "Timestamp": "2025-01-01T01:00:00Z", "ZoneId": "cn-hangzhou-h"}]}"#;
    let file = good(text);
    assert_eq!((file.format, file.measure()), (Format::EasDiscountJson, Measure::Discount));
    assert!(file.notes[0].contains("IsProtect"), "{:?}", file.notes);
    let with = |standard: &str| {
        let standard = crate::units::UnitPrice::parse(standard).expect("a price");
        file.select(&Selection { standard: Some(standard), ..Selection::default() }).expect("one series")
    };
    assert_eq!(with("10.50").0.values, [3_150_000_000, 2_625_000_000]);
    assert_eq!(with("10.50").1.len(), 1);
    // 0.25 × 0.000000006 is a tie between 1 and 2 of the last decimal: the even one; 0.3 × 6 is 1.8.
    assert_eq!(with("0.000000006").0.values, [2]);
    assert!(with("0.000000006").1[1].contains("rounded to nine decimals, half to even: 2"));
    let missing = file.select(&Selection::default()).expect_err("no standard price");
    assert_eq!(missing.message, "the file has discounts, which need a standard price to become prices");
    // A page that says it is of a protected hour says so of its rows.
    let said = good(&text.replacen('{', "{\"IsProtect\": true, ", 1));
    assert_eq!((said.series[0].key.protected, said.notes.len()), (Some(true), 0));
}

#[test]
fn gcp_keeps_all_eight_decimals_of_both_columns() {
    let file = good(
        "sampled_at_unix,sampled_at_utc,machine_type,region,on_demand_usd_per_hour,spot_usd_per_hour\n\
         1683528167,2023-05-08T06:42:47Z,a2-highgpu-1g,asia-east2,4.72299353,1.1020155\n\
         1683634028,2023-05-09T12:07:08Z,a2-highgpu-1g,asia-east2,4.72299353,1.10201551\n",
    );
    assert_eq!((file.format, file.currency.as_deref()), (Format::GcpChanges, Some("USD")));
    assert_eq!(file.series[0].key.to_string(), "a2-highgpu-1g asia-east2");
    assert_eq!(file.series[0].rows[0].on_demand, Some(4_722_993_530));
    assert_eq!(file.select(&Selection::default()).expect("one").0.values, [1_102_015_500, 1_102_015_510]);
    let by_zone = Selection { zone: Some("asia-east2-b".to_owned()), ..Selection::default() };
    let (_, notes) = file.select(&by_zone).expect("its region");
    assert_eq!(notes, ["f: by region, not by zone; asia-east2-b has its region's price"]);
}

#[test]
fn plain_tables_of_prices() {
    let file = good("time,price\n0,0.5\n60,0.25\n");
    assert_eq!(file.series[0].rows, [row(0, 500_000_000), row(60_000, 250_000_000)]);
    assert_eq!(file.notes, ["f: the times are small numbers: counted from an anonymous start"]);
    let file = good(
        "time,zone,region,price,spot_protected,on_demand\n1700000000000,a,r,0.5,,1\n1700000060,a,r,0.25,0.3,1\n",
    );
    let keys: Vec<String> = file.series_keys().map(ToString::to_string).collect();
    assert_eq!(keys, ["a", "a protected"]);
    assert_eq!((file.series[0].rows[0].unix_ms, file.end_unix_ms), (1_700_000_000_000, 1_700_000_060_000));
    let file = good("time_ms,price,protected\n480000,0.5,no\n540000,0.6,true\n");
    assert_eq!((file.series.len(), file.series[0].rows[0].unix_ms), (2, 480_000));
    let file = good("time,discount\n2025-01-01T00:00:00+08:00,0.3\n");
    assert_eq!((file.measure(), file.end_unix_ms), (Measure::Discount, 1_735_660_800_000));
    let file = good("time,price,comment\n2025-01-01 00:00:00,0.15670000000000001,x\n");
    assert_eq!(
        file.notes,
        [
            "f: columns that are not used: comment",
            "f: prices that have more than nine decimals and were rounded: 1 (first: line 2)",
            "f: the times name no offset and were taken as UTC",
        ]
    );
}

#[test]
fn availability_changes_and_ticks_agree() {
    let ticks = good(
        "tick,time,us-east-1a,us-east-1c\n0,2023-02-16T05:34:00,0,1\n1,2023-02-16T05:37:15,0,0\n2,2023-02-16T05:40:30,0,3\n",
    );
    let changes = good(
        "time,zone,available\n2023-02-16T05:34:00,us-east-1a,0\n2023-02-16T05:34:00,us-east-1c,1\n\
         2023-02-16T05:37:15,us-east-1c,0\n2023-02-16T05:40:30,us-east-1c,3\n",
    );
    assert_eq!((ticks.format, changes.format), (Format::AvailabilityTicks, Format::AvailabilityCsv));
    same_but_for_form(&ticks, &changes);
    assert_eq!((ticks.series[0].rows.len(), ticks.series[1].rows.len()), (1, 3));
    assert_eq!(ticks.notes, ["f: the times name no offset and were taken as UTC"]);
    assert_eq!(good("time,available\n0,1\n").series[0].key.to_string(), "(the only series)");
    assert_eq!(good("tick,time,available\n0,0,1\n1,60,0\n").format, Format::AvailabilityCsv);
}

#[test]
fn of_two_rows_at_one_instant_the_newer_counts() {
    let up = good("time,price\n0,1\n60,2\n60,3\n60,3\n");
    assert_eq!(up.series[0].rows[1].value, 3_000_000_000);
    assert!(
        up.notes[1].contains("instants that have rows with different values: 1; the lower one is kept"),
        "{:?}",
        up.notes
    );
    assert!(up.notes[1].ends_with("1970-01-01T00:01:00+00:00, where line 5 is kept)"), "{:?}", up.notes);
    let down = good("time,price\n60,3\n60,2\n0,1\n");
    assert_eq!(down.series[0].rows[1].value, 3_000_000_000);
    assert_eq!(down.notes[1], "f: the rows are newest first; they were put in order of time");
    assert!(
        down.notes[2].contains("the upper one, as the file is newest first, is kept"),
        "{:?}",
        down.notes
    );
    let mixed = good("time,price\n0,1\n120,3\n60,2\n180,4\n");
    assert_eq!(mixed.notes[1], "f: the rows are not in order of time (line 4); they were sorted");
    assert_eq!(mixed.series[0].rows.len(), 4);
    // A reply of AWS is newest first even if all its rows are of one instant.
    let aws = AWS_CSV.replace("20:00:00.000Z", "19:00:00Z").replace("us-east-1a", "us-east-1b");
    assert_eq!(good(&aws).series[0].rows[0].value, 100_000_000);
}

#[test]
fn merged_files_are_one_history_until_the_newest_row() {
    let first = read("a.csv", b"time,price\n0,1\n60,2\n").expect("good");
    let second = read("b.csv", b"time,price\n60,3\n120,4\n").expect("good");
    for (files, middle) in [([&first, &second], 3), ([&second, &first], 2)] {
        let merged = DataFile::merge(files.into_iter().cloned().collect()).expect("one kind");
        let values: Vec<i64> = merged.series[0].rows.iter().map(|row| row.value / 1_000_000_000).collect();
        assert_eq!((values, merged.end_unix_ms), (vec![1, middle, 4], 120_000));
        let last = merged.notes.last().expect("a note");
        assert!(
            last.contains("the one of the later file is kept") && last.ends_with("where file 2 is kept)"),
            "{last}"
        );
    }
    let units = read("c.csv", b"time,available\n0,1\n").expect("good");
    let error = DataFile::merge(vec![first, units]).expect_err("two kinds");
    assert_eq!(
        error.to_string(),
        "a.csv holds prices (CSV) and c.csv holds availability changes (CSV): these are not one history"
    );
    assert_eq!(DataFile::merge(Vec::new()), Err(MergeError::NoFiles));
    let error = DataFile::merge(vec![good(AWS_JSON), good(ECS)]).expect_err("two currencies");
    assert_eq!(error.to_string(), "f is in USD and f in CNY: convert one of them first");
}
