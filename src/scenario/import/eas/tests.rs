//! Sizes, keys and places, by hand.

use super::size::{self, Size};
use super::*;

fn gib(text: &str) -> Size {
    size::parse(text).unwrap_or_else(|error| panic!("{text}: {}", error.why))
}

#[test]
fn sizes_are_those_of_kubernetes_in_whole_gib() {
    let whole = [
        ("40Gi", 40),
        ("0Gi", 0),
        ("40960Mi", 40),
        ("1.5Ti", 1_536),
        ("2001Gi", 2_001),
        ("41943040Ki", 40),
        ("30.0Gi", 30),
    ];
    for (text, wanted) in whole {
        assert_eq!(gib(text), Size { gib: wanted, rounded: false }, "{text}");
    }
    // 40 × 10⁹ ÷ 2³⁰ = 37.25…; 2 × 10¹² ÷ 2³⁰ = 1862.6…; a started GiB counts whole.
    let rounded = [("40G", 38), ("2T", 1_863), ("40.5Gi", 41), ("1Ki", 1), ("100M", 1), ("1k", 1)];
    for (text, wanted) in rounded {
        assert_eq!(gib(text), Size { gib: wanted, rounded: true }, "{text}");
    }
}

#[test]
fn sizes_that_are_refused_say_what_was_meant() {
    let meant = [
        ("40", "40Gi"),
        ("40gi", "40Gi"),
        ("40GiB", "40Gi"),
        ("40GB", "40G"),
        ("40 Gi", "40Gi"),
        ("40MB", "40M"),
        ("40K", "40k"),
        ("40m", "40M"),
    ];
    for (text, wanted) in meant {
        assert_eq!(size::parse(text).unwrap_err().meant.as_deref(), Some(wanted), "{text}");
    }
    let hopeless = [
        "",
        "Gi",
        "-1Gi",
        "1e3Gi",
        "1..2Gi",
        "1.Gi",
        ".5Gi",
        "40Pi",
        "1000001Gi",
        "99999999999999999999999999999999999999999Gi",
        "0x10Gi",
        "４０Gi",
    ];
    for text in hopeless {
        assert_eq!(size::parse(text).unwrap_err().meant, None, "{text}");
    }
}

/// Imports a service with one market `A` at 1.60 and 0.80 as spot; no start, horizon or currency in it.
fn import(json: &str, options: &EasOptions) -> EasImport {
    let market =
        "(disk: (price: \"0.0014\"), markets: [(type: \"A\", standard: \"1.60\", spot_protected: \"0.80\")])";
    let market = Source {
        path: "m.ron".to_owned(),
        text: market.to_owned(),
        base: PathBuf::new(),
        data_dirs: Vec::new(),
    };
    let target = Target { shown: "s.ron".to_owned(), base: PathBuf::new() };
    import_eas("s.json", json.as_bytes(), Some(market), &target, options)
}

fn cny() -> EasOptions {
    EasOptions { currency: Some("CNY".to_owned()), ..EasOptions::default() }
}

fn text(json: &str, options: &EasOptions) -> String {
    let made = import(json, options);
    let said: String = made.reports.iter().map(|report| report.render(false)).collect();
    made.text.unwrap_or_else(|| panic!("{said}"))
}

fn one(metadata: &str, computing: &str) -> String {
    format!(
        "{{\"metadata\": {{\"name\": \"s\", \"instance\": 4{metadata}}}, \"cloud\": {{\"computing\": {{{computing}}}}}}}"
    )
}

#[test]
fn a_bid_keeps_its_digits() {
    let written = [("1", "1"), ("1.00", "1.00"), ("\"1.00\"", "1.00"), ("0.123456789", "0.123456789")];
    for (json, wanted) in written {
        let json = one("", &format!("\"instances\": [{{\"type\": \"A\", \"spot_price_limit\": {json}}}]"));
        let made = text(&json, &cny());
        assert!(made.contains(&format!("(type: \"A\", bid: \"{wanted}\")")), "{made}");
    }
    // 1.5e-1 is 0.15; 0.02 a minute is 1.20 an hour.
    let json = one("", "\"instances\": [{\"type\": \"A\", \"spot_price_limit\": 1.5e-1}]");
    assert!(text(&json, &cny()).contains("bid: \"0.15\""));
    let json = one("", "\"instances\": [{\"type\": \"A\", \"spot_price_limit\": 0.02}]");
    let options = EasOptions { bid_unit: BidUnit::Minute, ..cny() };
    assert!(text(&json, &options).contains("bid: \"1.20\""));
}

#[test]
fn the_protected_hour_is_there_unless_it_is_disabled() {
    let list = "\"instances\": [{\"type\": \"A\", \"spot_price_limit\": 1}]";
    for (flag, wanted) in [("", true), ("false", true), ("true", false), ("null", true)] {
        let said = if flag.is_empty() {
            String::new()
        } else {
            format!(", \"disable_spot_protection_period\": {flag}")
        };
        let made = text(&one("", &format!("{list}{said}")), &cny());
        assert!(made.contains(&format!("protection: {wanted},")), "{flag}: {made}");
    }
}

#[test]
fn keys_may_be_written_with_points() {
    let flat = "{\"name\": \"old\", \"metadata.instance\": 2, \"cloud.computing.instance_type\": \"A\", \
                \"features.eas.aliyun.com/extra-ephemeral-storage\": \"20Gi\", \"metadata.rpc.keepalive\": 5}";
    let made = text(flat, &cny());
    for part in ["name: \"old\"", "replicas: 2,", "disk_gib: 50,", "(type: \"A\"),"] {
        assert!(made.contains(part), "{part} in {made}");
    }
    let nested = "{\"metadata\": {\"name\": \"s\", \"instance\": 2}, \"metadata.instance\": 3, \
                  \"cloud\": {\"computing\": {\"instances\": [\"A\"]}}}";
    let twice = import(nested, &cny());
    assert!(
        twice.text.is_none() && twice.reports[0].render(false).contains("`metadata.instance` is given twice")
    );
}

#[test]
fn a_capacity_is_a_number_or_a_share_of_all_instances() {
    // 20 % of 4 is 0.8, so none; 50 % is 2.
    for (capacity, wanted) in
        [("3", "cap: 3"), ("\"50%\"", "cap: 2"), ("\"74.9%\"", "cap: 2"), ("\"3\"", "cap: 3")]
    {
        let list = format!("\"instances\": [{{\"type\": \"A\", \"capacity\": {capacity}}}]");
        assert!(text(&one("", &list), &cny()).contains(wanted), "{capacity}");
    }
    for capacity in ["\"20%\"", "0"] {
        let only = format!("\"instances\": [{{\"type\": \"A\", \"capacity\": {capacity}}}]");
        assert!(import(&one("", &only), &cny()).text.is_none(), "{capacity}");
        let with = format!(
            "\"instances\": [{{\"type\": \"A\", \"capacity\": {capacity}, \"spot_price_limit\": 1}}, \"A\"]"
        );
        let made = text(&one("", &with), &cny());
        assert!(!made.contains("bid:") && made.contains("(type: \"A\"),"), "{capacity}");
    }
}

#[test]
fn machines_of_a_unit_are_counted() {
    let json = "{\"metadata\": {\"name\": \"s\", \"instance\": 3}, \"unit\": {\"size\": 2}, \
                \"cloud\": {\"computing\": {\"instances\": [{\"type\": \"A\", \"capacity\": 2}, \"A\"]}}}";
    let made = text(json, &cny());
    assert!(made.contains("replicas: 6,") && made.contains("cap: 4"), "{made}");
}

#[test]
fn rebalancing_is_moving_back() {
    let list = "\"instances\": [{\"type\": \"A\", \"spot_price_limit\": 1}, \"A\"]";
    let options = EasOptions { compare: true, ..cny() };
    let on = text(&one(", \"resource_rebalancing\": true", list), &options);
    assert!(on.contains("move_back: WhenAvailable,") && !on.contains("moving back\""), "{on}");
    let off = text(&one(", \"resource_rebalancing\": false", list), &options);
    assert!(!off.contains("WhenAvailable,") && off.contains("as configured, moving back\""), "{off}");
}

#[test]
fn what_is_written_loads_whatever_names_hold() {
    let json = "{\"metadata\": {\"name\": \"a \\\"b\\\" \\\\ c ) 模型 \\u0007\", \"instance\": 1, \"x\\ny\": 1}, \
                \"cloud\": {\"computing\": {\"instances\": [\"A\"]}}}";
    let made = text(json, &cny());
    let (scenario, report) = crate::scenario::load_bytes("s.ron", made.clone().into_bytes(), &[]);
    let scenario = scenario.unwrap_or_else(|| panic!("{made}{}", report.render(false)));
    assert_eq!(scenario.services[0].name, "a \"b\" \\ c ) 模型 \u{7}");
}

#[test]
fn currencies_are_never_mixed() {
    let json = one("", "\"instances\": [\"A\"]");
    let unsaid = import(&json, &EasOptions::default());
    assert!(unsaid.text.is_none() && unsaid.reports[0].render(false).contains("--currency CNY"));
    let market = "(currency: \"CNY\", markets: [(type: \"A\", standard: \"1.60\")])".to_owned();
    let market =
        Source { path: "m.ron".to_owned(), text: market, base: PathBuf::new(), data_dirs: Vec::new() };
    let target = Target { shown: "s.ron".to_owned(), base: PathBuf::new() };
    let options = EasOptions { currency: Some("USD".to_owned()), ..EasOptions::default() };
    let mixed = import_eas("s.json", json.as_bytes(), Some(market), &target, &options);
    assert!(mixed.text.is_none() && mixed.reports[0].render(false).contains("the bids are in USD"));
}

#[test]
fn what_is_larger_than_any_service_is_refused() {
    let made = import(&format!("{{\"a\": \"{}\"}}", "x".repeat(LARGEST)), &cny());
    assert!(made.text.is_none() && made.reports[0].render(false).contains("larger than any service"));
}
