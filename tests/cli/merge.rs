//! `deploysim compare --shard-out` and `deploysim merge`: a run in parts is the run.

use crate::support::{Folder, SCENARIO, text};

/// Shards of these ranges, by the names of their files.
fn shards(folder: &Folder, scenario: &str, ranges: &[&str]) -> String {
    let name = |range: &str| format!("{}.shard", range.replace("..", "-"));
    for range in ranges {
        let output = folder
            .run(&format!("compare {scenario} --range {range} --shard-out parts/{} --seed 3", name(range)));
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), "", "a shard is no result");
        assert_eq!(text(&output.stderr), format!("replications {range} in parts/{}\n", name(range)));
    }
    let paths: Vec<String> = ranges.iter().map(|range| format!("parts/{}", name(range))).collect();
    paths.join(" ")
}

/// The words fail with this exit code; gives what is said on stderr.
fn refused(folder: &Folder, words: &str, code: i32) -> String {
    let output = folder.run(words);
    let stderr = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{words}\n{stderr}");
    assert!(output.stdout.is_empty());
    stderr
}

#[test]
fn merged_shards_are_one_run_to_the_byte() {
    let folder = Folder::new();
    let calls = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/lessons/what_stops_when_the_balance_is_gone.ron"
    ));
    folder.write("account.ron", &calls.expect("the lesson is there"));
    for scenario in ["small.ron", "account.ron"] {
        let whole = folder.stdout(&format!("compare {scenario} -n 41 --seed 3 --out whole --format json"));
        let table = folder.stdout(&format!("compare {scenario} -n 41 --seed 3 --out table"));
        let parts = shards(&folder, scenario, &["17..41", "0..1", "1..17"]);
        assert_eq!(folder.stdout(&format!("merge {parts} --out merged --format json")), whole);
        assert!(folder.contents("merged") == folder.contents("whole"), "{scenario}");
        assert_eq!(folder.stdout(&format!("merge {parts} --out merged -q --threads 1")), table);
        assert!(folder.contents("merged") == folder.contents("whole"), "{scenario}");
    }
}

#[test]
fn a_shard_is_the_same_on_any_number_of_threads_and_says_what_it_is() {
    let folder = Folder::new();
    for threads in [1, 4] {
        folder.stdout(&format!(
            "compare small.ron --range 5..30 --shard-out {threads}.shard --threads {threads} -q"
        ));
    }
    let bytes = std::fs::read(folder.file("1.shard")).expect("it is there");
    assert!(bytes == std::fs::read(folder.file("4.shard")).expect("it is there"));
    let mut lines = bytes.split(|byte| *byte == b'\n');
    assert_eq!(lines.next(), Some(&b"deploysim shard 2"[..]));
    let header: serde_json::Value = serde_json::from_slice(lines.next().expect("a header")).expect("JSON");
    assert_eq!(
        (&header["seed"], &header["range"]["first"], &header["range"]["end"]),
        (&1.into(), &5.into(), &30.into())
    );
    assert_eq!(header["strategies"], serde_json::json!(["standard", "spot", "back"]));
    let results = folder.json("compare small.ron -n 2 --format json");
    assert_eq!(header["scenario_hash"], results["scenario_hash"]);
}

#[test]
fn without_a_range_a_shard_is_the_whole_run() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 12 --shard-out all.shard");
    assert_eq!(folder.stdout("merge all.shard"), folder.stdout("compare small.ron -n 12 --out whole"));
    assert!(
        folder.contents("outputs/small") == folder.contents("whole"),
        "the default folder is that of compare"
    );
}

#[test]
fn gaps_overlaps_and_strangers_are_refused_by_name() {
    let folder = Folder::new();
    let parts = shards(&folder, "small.ron", &["0..4", "4..8", "6..10"]);
    let [a, b, c] = parts.split(' ').collect::<Vec<_>>()[..] else { panic!("three shards") };
    let said = refused(&folder, &format!("merge {a} {c}"), 2);
    assert!(
        said.contains(&format!("{a} has replications 0..4 and {c} has 6..10: 4..6 are missing")),
        "{said}"
    );
    let said = refused(&folder, &format!("merge {c} {a} {b}"), 2);
    assert!(
        said.contains(&format!("{b} has replications 4..8 and {c} has 6..10: 6..8 are in both")),
        "{said}"
    );
    let said = refused(&folder, &format!("merge {b}"), 2);
    assert!(said.contains(&format!("{b}, has replications 4..8: 0..4 are missing")), "{said}");
    folder.stdout("compare small.ron --range 4..8 --seed 4 --shard-out seed.shard");
    let said = refused(&folder, &format!("merge {a} seed.shard"), 2);
    assert!(
        said.contains(&format!(
            "{a} and seed.shard do not belong together: the seed is 3 in the first and 4"
        )),
        "{said}"
    );
    folder.write("small.ron", &SCENARIO.replace("0.82", "0.81"));
    folder.stdout("compare small.ron --range 4..8 --seed 3 --shard-out hash.shard");
    let said = refused(&folder, &format!("merge {a} hash.shard"), 2);
    assert!(
        said.contains(&format!("{a} and hash.shard do not belong together: the scenario's hash is ")),
        "{said}"
    );
    assert!(!folder.file("outputs").exists(), "nothing was written");
}

#[test]
fn a_cut_or_damaged_shard_is_refused() {
    let folder = Folder::new();
    let part = shards(&folder, "small.ron", &["0..6"]);
    let bytes = std::fs::read(folder.file(&part)).expect("it is there");
    let spoilt = |bytes: &[u8]| {
        std::fs::write(folder.file("spoilt.shard"), bytes).expect("a writable folder");
        refused(&folder, "merge spoilt.shard --out results", 3)
    };
    let said = spoilt(&bytes[..bytes.len() - 50]);
    assert!(said.contains("cannot read spoilt.shard: it is cut off"), "{said}");
    let mut other = bytes.clone();
    let place = other.len() - 100;
    other[place] ^= 4;
    let said = spoilt(&other);
    assert!(said.contains("cannot read spoilt.shard: it is damaged"), "{said}");
    let said = spoilt(b"replication,strategy\n");
    assert!(said.contains("cannot read spoilt.shard: it is no shard"), "{said}");
    let said = refused(&folder, "merge nowhere.shard", 3);
    assert!(said.contains("cannot read nowhere.shard: "), "{said}");
    assert!(!folder.file("results").exists(), "nothing was written");
}

#[test]
fn data_files_are_found_again_and_must_be_the_same() {
    let folder = Folder::new();
    let replayed = SCENARIO.replace(
        "markets: [",
        "clocks: [(name: \"c\", offset: Fixed(\"2026-06-01T00:00:00Z\"))],\n markets: [(name: \"R\", standard: \"2.00\", \
         spot_protected: Replay(file: \"june.csv\", clock: \"c\")),",
    );
    let replayed = replayed.replace(
        "types: [(type: \"A\", bid: \"0.82\")",
        "types: [(type: \"R\", bid: \"0.50\"), (type: \"A\", bid: \"0.82\")",
    );
    let rows =
        "time,price\n2026-06-01T00:00:00Z,0.41\n2026-06-02T00:00:00Z,0.52\n2026-06-20T00:00:00Z,0.48\n";
    folder.write("month/small.ron", &replayed);
    folder.write("month/june.csv", rows);
    folder.stdout("compare month/small.ron -n 6 --shard-out all.shard");
    let whole = folder.stdout("compare month/small.ron -n 6 --out whole");
    // The shard has the text of the scenario; its data files stay where they are, or are where --data says.
    folder.write("month/small.ron", "changed since");
    assert_eq!(folder.stdout("merge all.shard --out merged"), whole);
    std::fs::rename(folder.file("month"), folder.file("moved")).expect("a writable folder");
    assert!(
        refused(&folder, "merge all.shard --out other", 3).contains("there is no data file \"june.csv\"")
    );
    assert_eq!(folder.stdout("merge all.shard --out merged --data moved"), whole);
    folder.write("moved/june.csv", &rows.replace("0.52", "0.53"));
    let said = refused(&folder, "merge all.shard --out other --data moved", 2);
    assert!(said.contains("the scenario of all.shard has the hash ") && said.contains("--data"), "{said}");
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_program_without_parquet_says_how_to_get_one_with_it() {
    let folder = Folder::new();
    let said = refused(&folder, "compare small.ron -n 2 --rows csv,parquet --out results", 2);
    assert!(said.contains("built without Parquet") && said.contains("--features parquet"), "{said}");
    assert!(!folder.file("results").exists());
}

#[cfg(feature = "parquet")]
#[test]
fn rows_are_written_as_asked_for() {
    let folder = Folder::new();
    folder.stdout("compare small.ron -n 20 --rows parquet,csv --out both");
    folder.stdout("compare small.ron -n 20 --rows parquet --out one");
    let (both, mut one) = (folder.contents("both"), folder.contents("one"));
    assert!(both.contains_key(std::path::Path::new("replications.csv")));
    folder.stdout("compare small.ron -n 20 --shard-out all.shard");
    folder.stdout("merge all.shard --rows parquet,csv --out merged");
    assert!(folder.contents("merged") == both);
    one.insert("replications.csv".into(), folder.read("both/replications.csv").into_bytes());
    assert!(one == both);
}

#[test]
fn ranges_and_options_that_make_no_sense_are_wrong_usage() {
    let folder = Folder::new();
    for (words, hint) in [
        ("compare small.ron --range 4..8", "--shard-out"),
        ("compare small.ron --range 8..4 --shard-out a.shard", "has no replication"),
        ("compare small.ron --range 8 --shard-out a.shard", "write FIRST..END"),
        ("compare small.ron --range 0..10000001 --shard-out a.shard", "at most 10000000"),
        ("compare small.ron --range 0..4 -n 4 --shard-out a.shard", "cannot be used with"),
        ("compare small.ron --shard-out a.shard --out results", "cannot be used with"),
        ("compare small.ron --resume", "--checkpoint"),
        ("merge", "<SHARD>"),
    ] {
        assert!(refused(&folder, words, 2).contains(hint), "{words}");
    }
    assert!(!folder.file("a.shard").exists());
}
