//! Broken files, with the exact words for each.

use super::super::read;
use super::{gzip, problems};

#[test]
fn whole_files() {
    let packed = gzip("time,price\n0,1\n60,2\n".repeat(50).as_bytes());
    let cut = &packed[..packed.len() / 2];
    let mut flipped = packed.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 0xff;
    let cases: Vec<(&[u8], &str)> = vec![
        (b"", "f: the file is empty"),
        (b" \r\n", "f: the file is empty"),
        (b"\xef\xbb\xbf", "f: the file is empty"),
        (cut, "f: the gzip data ends too early"),
        (&flipped, "f: the gzip data is damaged (corrupt gzip stream does not have a matching checksum)"),
        (b"\x1f\x8b", "f: the gzip data ends too early"),
        (b"PK\x03\x04....", "f: the file is a zip archive"),
        (b"PAR1....", "f: the file is a Parquet file"),
        (b"\x00\x01\x02", "f: the file is binary, or UTF-16 without a byte order mark"),
        (b"t\0i\0m\0e\0", "f: the file is binary, or UTF-16 without a byte order mark"),
        (b"\xff\xfet\0i", "f: the UTF-16 text is damaged"),
        (b"time,price\n0,\xe9\n", "f:2: the file is not UTF-8 text (byte 0xe9)"),
        (b"<!DOCTYPE html>\n", "f:1: the file is a web page or XML, not CSV or JSON: \"<!DOCTYPE html>\""),
        (b"# only a comment\n", "f: the file has only comments"),
        (b"time,price\n", "f: the file has no rows"),
        (b"tick,time\n0,0\n", "f: the file has no rows"),
        (b"{\"SpotPriceHistory\": []}", "f: the file has no rows"),
        (b"[]", "f: the file has no rows"),
    ];
    for (bytes, expected) in cases {
        assert_eq!(problems(bytes), [expected], "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn headers() {
    for (text, message, help) in [
        ("480000,add,node1\n", "f:1: the file has no header line: \"480000,add,node1\"", "name the columns"),
        (
            "region,instance_type,on_demand_per_hour\n",
            "f:1: the file is a price list without times, not a history: \"region,instance_type,on_demand_per_hour\"",
            "write the standard price",
        ),
        (
            "minute,requests\n",
            "f:1: the header is of no known kind of history: \"minute,requests\"",
            "known are time,price",
        ),
        (
            "time,prise\n",
            "f:1: no column of prices, discounts or availability: \"time,prise\"",
            "is \"prise\" meant as price?",
        ),
        (
            "Timestmp,SpotPrice,ProductDescription\n",
            "f:1: no column of times: \"Timestmp,SpotPrice,ProductDescription\"",
            "is \"Timestmp\" meant as Timestamp?",
        ),
        ("time,on_demand\n", "f:1: no column of spot prices: \"time,on_demand\"", "known are"),
        (
            "time,price,available\n",
            "f:1: the file mixes prices, discounts and availability: \"time,price,available\"",
            "put each",
        ),
        (
            "\ntime,price,Price\n",
            "f:2: the columns price and Price hold the same thing: \"time,price,Price\"",
            "keep one",
        ),
        ("tick,time,a,a\n", "f:1: the columns a and a hold the same thing: \"tick,time,a,a\"", "keep one"),
    ] {
        let found = read("f", text.as_bytes()).expect_err(text);
        assert_eq!(found[0].to_string(), message);
        assert!(found[0].help.as_deref().is_some_and(|said| said.starts_with(help)), "{found:?}");
    }
}

#[test]
fn rows_of_tables() {
    for (row, message, help) in [
        ("yesterday,1", "f:3:1: not a time: \"yesterday\"", "write it as in 2026-06-10T10:00:00+08:00"),
        (",1", "f:3:1: not a time: \"\"", "write it as in"),
        ("60,", "f:3:4: not a price: \"\"", "leave the row out"),
        ("60,NaN", "f:3:4: not a price: \"NaN\"", "write a decimal number, as in 0.42"),
        ("60,$0.42", "f:3:4: not a price: \"$0.42\"", "write the number alone"),
        ("60, 0.42 USD", "f:3:5: not a price: \"0.42 USD\"", "write the number alone"),
        ("60,\"1,5\"", "f:3:1: not a price: \"1,5\"", "write the decimals after a point"),
        ("60,0", "f:3:4: a price cannot be zero: \"0\"", "leave the row out"),
        ("60,-0.1", "f:3:4: a price cannot be negative: \"-0.1\"", "leave the row out"),
        ("60,1e30", "f:3:4: the price is too large: \"1e30\"", "prices are per hour"),
        (
            "60",
            "f:3:1: too few cells: 1 where the header has 2: \"60\"",
            "write one value for each of time, price",
        ),
        (
            "60,1,2",
            "f:3:1: too many cells: 3 where the header has 2: \"60,1,2\"",
            "write one value for each of time, price",
        ),
    ] {
        let found = read("f", format!("time,price\n0,1\n{row}\r\n").as_bytes()).expect_err(row);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].to_string(), message);
        assert!(found[0].help.as_deref().is_some_and(|said| said.starts_with(help)), "{found:?}");
    }
    for value in ["", "-1", "1.5", "true", "+1", "99999999999"] {
        let expected = format!("f:2:8: not a whole number of units: \"{value}\"");
        assert_eq!(problems(format!("time,zone,available\n60,zon,{value}\n").as_bytes()), [expected]);
    }
    for value in ["0", "-0.1", "30", "1.01"] {
        let expected = format!("f:2:3: a discount lies above 0 and at most at 1: \"{value}\"");
        assert_eq!(problems(format!("time,discount\n0,{value}\n").as_bytes()), [expected]);
    }
    assert_eq!(problems(b"time,zone,available\n60,,1\n"), ["f:2:4: the cell is empty"]);
    assert_eq!(problems(b"time,price,protected\n60,1,maybe\n"), ["f:2:6: neither true nor false: \"maybe\""]);
    assert_eq!(problems(b"tick,time,a,b\n0,0,1,x\n"), ["f:2:7: not a whole number of units: \"x\""]);
}

#[test]
fn replies() {
    for (text, message) in [
        ("{\"SpotPriceHistory\": [", "f:1:22: the JSON ends too early"),
        ("{\"SpotPriceHistory\"\n [}", "f:2:2: not JSON: expected `:`"),
        ("{\"SpotPriceHistory\": 5}", "f:1:22: not a list of rows"),
        ("[1]", "f:1:2: neither a reply nor a row of one"),
        ("[[[[[[[[1]]]]]]]]", "f:1:8: the JSON is nested too deeply for any reply that is known"),
        ("{\"a\": 1, \"b\": 2}", "f:1:1: an object of no known kind of history; it has a, b"),
        (
            "{\"Code\": \"Throttling\", \"Message\": \"slow down\"}",
            "f:1:1: this is an error reply: Throttling slow down",
        ),
        (
            "{\"InstanceMetas\": []}",
            "f:1:1: this is the reply of DescribeMachineSpec: a snapshot of now, not a history",
        ),
        ("{\"SpotPriceHistory\": [7]}", "f:1:23: not a row: \"7\""),
        ("[{\"SpotPrice\": \"1\"}]", "f:1:2: the row has no Timestamp"),
        (
            "[{\"SpotPrice\": null,\n \"Timestamp\": \"2023-12-30T21:17:02Z\"}]",
            "f:1:2: the row has no SpotPrice",
        ),
        ("[{\"SpotPrice\": \"x\",\n \"Timestamp\": \"2023-12-30T21:17:02Z\"}]", "f:1:16: not a price: \"x\""),
        ("[{\"SpotPrice\": true, \"Timestamp\": 1703971022}]", "f:1:16: not a price: \"true\""),
        ("[{\"SpotPrice\": 1,\n \"Timestamp\": \"now\"}]", "f:2:15: not a time: \"now\""),
        (
            "{\"SpotDiscounts\": [{\"SpotDiscount\": \"3\", \"Timestamp\": 1703971022}]}",
            "f:1:37: a discount lies above 0 and at most at 1: \"3\"",
        ),
        (
            "{\"SpotPrice\": 1, \"Timestamp\": 0}\n{\"SpotPrice\": 1, \"ZoneId\": \"a\", \"Timestamp\": 0}",
            "f:2:1: rows of different APIs in one file",
        ),
        ("{\"SpotPrice\": 1, \"Timestamp\": 0} time,price", "f:1:35: not JSON: expected ident"),
        (
            "{\"SpotPrices\": [], \"Currency\": \"CNY\"} {\"SpotPrices\": [], \"Currency\": \"USD\"}",
            "f:1:70: the pages before are in CNY: \"USD\"",
        ),
    ] {
        assert_eq!(problems(text.as_bytes()), [message], "{text}");
    }
}

#[test]
fn depth_and_length_are_no_trouble() {
    assert_eq!(problems("[".repeat(200_000).as_bytes()), ["f:1:200000: the JSON ends too early"]);
    let nested = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    assert_eq!(
        problems(nested.as_bytes()),
        ["f:1:8: the JSON is nested too deeply for any reply that is known"]
    );
    let digits = format!("time,price\n0,0.{}\n", "3".repeat(100_000));
    assert_eq!(super::good(&digits).series[0].rows[0].value, 333_333_333);
}

#[test]
fn all_problems_up_to_twenty_in_one_pass() {
    let text = format!("time,price\n{}", "x,y\n".repeat(12));
    let found = problems(text.as_bytes());
    assert_eq!(found.len(), 21);
    assert_eq!(found[0], "f:2:1: not a time: \"x\"");
    assert_eq!(found[1], "f:2:3: not a price: \"y\"");
    assert_eq!(found[20], "f: and 4 more");
}

#[test]
fn what_is_quoted_back_is_short_and_moves_no_cursor() {
    let text = format!("time,price\n\u{1b}[2J{},1\n", "x".repeat(1_000));
    let found = problems(text.as_bytes());
    assert_eq!(found, [format!("f:2:1: not a time: \"\\u{{1b}}[2J{}…\"", "x".repeat(56))]);
    // An open quote swallows the rest of the file; the line it begins on is told.
    let found = problems(b"time,price\n0,1\n60,\"2\n120,3\n");
    assert_eq!(found, ["f:3:1: not a price: \"2\\n120,3\""]);
}
