//! `deploysim compare`: the same figures in every form, the same bytes on any machine.

use crate::support::{Folder, list, money, names, number, rows, text};
use deploysim::units::Money;

const STRATEGIES: [&str; 3] = ["standard", "spot", "back"];

#[test]
fn json_has_the_promised_fields_money_as_text_and_the_rest_as_numbers() {
    let folder = Folder::new();
    let json = folder.json("compare small.ron -n 40 --seed 7 --format json");
    assert_eq!(json["scenario"], "small");
    assert_eq!(json["currency"], "CNY");
    assert_eq!((&json["seed"], &json["replications"]), (&7.into(), &40.into()));
    assert_eq!(names(&json["strategies"]), STRATEGIES);
    for strategy in list(&json["strategies"]) {
        let cost = &strategy["cost"];
        let ordered = ["min", "p5", "p50", "p95", "p99", "max"].map(|field| money(&cost[field]));
        assert!(ordered.is_sorted(), "{cost}");
        let [low, high] = [0, 1].map(|bound| money(&cost["ci95"][bound]));
        assert!(low <= money(&cost["mean"]) && money(&cost["mean"]) <= high, "{cost}");
        assert!(money(&cost["p95"]) <= money(&cost["cvar95"]), "{cost}");
        for field in ["availability", "reclaims", "time_to_running_s"] {
            assert!(number(&strategy[field]["mean"]) >= 0.0);
            assert!(number(&strategy[field]["p5"]) <= number(&strategy[field]["p95"]));
        }
    }
    let pairs: Vec<(&str, &str)> = list(&json["paired"])
        .iter()
        .map(|pair| (pair["a"].as_str().unwrap_or_default(), pair["b"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(pairs, [("standard", "spot"), ("standard", "back"), ("spot", "back")]);
    for pair in list(&json["paired"]) {
        let [low, high] = [0, 1].map(|bound| money(&pair["difference"]["ci95"][bound]));
        assert!(low <= money(&pair["difference"]["mean"]) && money(&pair["difference"]["mean"]) <= high);
        assert!((0.0..=1.0).contains(&number(&pair["probability_a_cheaper"])));
    }
}

#[test]
fn every_file_is_there_and_says_the_same() {
    let folder = Folder::new();
    let stdout = folder.stdout("compare small.ron -n 25 --format json --out results");
    assert_eq!(stdout, folder.read("results/results.json"), "stdout is the file");
    let json: serde_json::Value = serde_json::from_str(&stdout).expect("pure JSON");
    let rows = rows(&folder.read("results/replications.csv"));
    assert_eq!(rows.len(), 25 * STRATEGIES.len());
    for (place, row) in rows.iter().enumerate() {
        assert_eq!(row["replication"], (place / STRATEGIES.len()).to_string());
        assert_eq!(row["strategy"], STRATEGIES[place % STRATEGIES.len()]);
        let parts = ["standard", "spot", "disk"].map(|part| Money::parse(&row[part]).expect("money"));
        assert_eq!(Money::parse(&row["cost"]), Ok(parts.into_iter().sum()), "the parts are the bill");
    }
    for strategy in list(&json["strategies"]) {
        let own = rows.iter().filter(|row| strategy["name"] == row["strategy"].as_str());
        let costs: Vec<Money> = own.map(|row| Money::parse(&row["cost"]).expect("money")).collect();
        let sum: Money = costs.iter().copied().sum();
        assert_eq!(money(&strategy["cost"]["mean"]), sum.per(25), "{}", strategy["name"]);
        assert_eq!(Some(money(&strategy["cost"]["min"])), costs.iter().min().copied());
        assert_eq!(Some(money(&strategy["cost"]["max"])), costs.iter().max().copied());
    }
    let files = folder.contents("results");
    let of_kind = |kind: &'static str| {
        files.iter().filter(move |(path, _)| path.extension().is_some_and(|extension| extension == kind))
    };
    assert!(of_kind("svg").count() >= 2 && of_kind("png").count() >= 2, "{:?}", files.keys());
    assert!(of_kind("svg").all(|(_, bytes)| text(bytes).trim_end().ends_with("</svg>")));
    assert!(
        of_kind("png").all(|(_, bytes)| bytes.starts_with(b"\x89PNG") && bytes.ends_with(b"IEND\xaeB`\x82"))
    );
    let hidden = files.keys().filter(|path| path.to_string_lossy().contains(".deploysim-"));
    assert_eq!(hidden.count(), 0, "nothing has a temporary name any more");
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let folder = Folder::new();
    let run = |threads: u32| {
        let out = format!("on_{threads}");
        folder.stdout(&format!("compare small.ron -n 60 --threads {threads} --out {out} -q"));
        folder.contents(&out)
    };
    let one = run(1);
    assert!(one.len() >= 4);
    assert!(one == run(2) && one == run(8));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_other_ones() {
    let folder = Folder::new();
    let run = |seed: u64, out: &str| {
        folder.stdout(&format!("compare small.ron -n 20 --seed {seed} --out {out}"));
        folder.contents(out)
    };
    let first = run(1, "a");
    assert!(first == run(1, "b"));
    let other = run(2, "c");
    assert!(first.keys().eq(other.keys()));
    assert!(
        first["replications.csv".as_ref() as &std::path::Path]
            != other["replications.csv".as_ref() as &std::path::Path]
    );
}

#[test]
fn results_go_to_stdout_and_remarks_to_stderr() {
    let folder = Folder::new();
    let output = folder.run("compare small.ron -n 5");
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(stderr, "files in outputs/small\n", "no progress where nobody watches");
    assert!(stdout.starts_with("Is spot cheaper?\n") && STRATEGIES.iter().all(|name| stdout.contains(name)));
    assert!(!stdout.contains('\u{1b}'), "no colour in a file");
}

#[test]
fn quiet_says_nothing_on_stderr() {
    let folder = Folder::new();
    for flag in ["-q", "--quiet"] {
        let output = folder.run(&format!("compare small.ron -n 5 {flag}"));
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn without_a_word_the_default_scenario_is_compared() {
    // What `--help` promises: the same as `compare`, on the scenario that is built in.
    let folder = Folder::new();
    let bare = folder.stdout("");
    assert_eq!(bare, folder.stdout("compare"));
    assert!(bare.contains("default: 2,000 replications"), "{bare}");
    assert!(folder.file("outputs/default/results.json").is_file());
}

#[test]
fn one_replication_has_no_interval() {
    let folder = Folder::new();
    let json = folder.json("compare small.ron -n 1 --format json");
    let strategy = &json["strategies"][1];
    assert!(strategy["cost"]["ci95"].is_null() && strategy["availability"]["ci95"].is_null());
    assert!(json["paired"][0]["difference"]["ci95"].is_null());
    assert_eq!(strategy["cost"]["min"], strategy["cost"]["max"]);
    let table = folder.stdout("compare small.ron -n 1");
    assert!(table.contains("1 replication of"), "{table}");
}

#[test]
fn more_replications_continue_the_same_worlds() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 3 --out few");
    folder.stdout("compare small.ron -n 9 --out many");
    assert!(folder.read("many/replications.csv").starts_with(&folder.read("few/replications.csv")));
}
