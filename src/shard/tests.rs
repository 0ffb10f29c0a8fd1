use super::code::{Code, Nonsense};
use super::{Header, MergeError, Range, Reader, ShardError, Writer, in_order};
use crate::montecarlo::{Observer, Samples, Study, StudySize, study};
use crate::scenario::{Scenario, load_file};
use crate::sim::Outcome;
use crate::units::Money;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

const SEED: u64 = 7;

fn scenario(path: &str) -> Scenario {
    let (scenario, report) = load_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path), &[]);
    scenario.unwrap_or_else(|| panic!("{}", report.render(false)))
}

fn header(scenario: &Scenario, range: Range) -> Header {
    Header::new(scenario, SEED, range, "some.ron".to_owned(), "(\n)".to_owned())
}

fn range(first: u64, end: u64) -> Range {
    Range { first, end }
}

/// Keeps the outcomes and writes them, a segment for every few replications.
struct Shard {
    writer: Writer<Vec<u8>>,
    seen: Vec<Vec<Outcome>>,
}

impl Observer for Shard {
    fn collect(&mut self, replication: u64, outcomes: &[Outcome]) -> std::io::Result<()> {
        self.writer.add(outcomes);
        self.seen.push(outcomes.to_vec());
        if replication % 3 == 2 { self.writer.seal() } else { Ok(()) }
    }
}

fn shard(scenario: &Scenario, range: Range) -> Shard {
    let writer = Writer::new(Vec::new(), &header(scenario, range)).expect("memory is writable");
    let mut shard = Shard { writer, seen: Vec::new() };
    let mut study = Study::new(scenario, SEED, 1, range.first).expect("a thread");
    study.run_until(range.end, &mut shard).expect("nobody interrupts");
    shard
}

fn bytes(scenario: &Scenario, range: Range) -> Vec<u8> {
    shard(scenario, range).writer.finish().expect("memory is writable")
}

/// Reads a shard to its end.
fn read(bytes: &[u8]) -> Result<Vec<Vec<Outcome>>, ShardError> {
    let mut reader = Reader::new(bytes)?;
    let mut all = Vec::new();
    while let Some(segment) = reader.next_segment()? {
        assert_eq!(segment.first, reader.header().range.first + all.len() as u64);
        all.extend(segment.replications);
    }
    Ok(all)
}

/// What a checkpoint has kept.
fn kept(bytes: &[u8]) -> Result<(u64, u64), ShardError> {
    let mut reader = Reader::new(bytes)?;
    while reader.next_kept()?.is_some() {}
    Ok((reader.next_replication(), reader.whole()))
}

fn shipped() -> Vec<PathBuf> {
    let folders = ["scenarios", "scenarios/lessons", "scenarios/bench"];
    let folders = folders.map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("the folder is there"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ron"));
    paths.sort();
    paths
}

#[test]
fn every_shipped_scenario_comes_back_from_shards_as_it_ran() {
    let mut ran = 0;
    for path in shipped() {
        // Those that replay a record that is not here do not load.
        let (Some(scenario), _) = load_file(&path, &[]) else { continue };
        let is_long = scenario.world.traffic.expected_calls(scenario.horizon) > 1e5;
        let n = if is_long { 2 } else { 5 };
        let whole = study(&scenario, StudySize { seed: SEED, replications: n, threads: 1 }, &mut ());
        let mut merged = Study::new(&scenario, SEED, 1, 0).expect("a thread");
        for range in [range(0, 1), range(1, n)] {
            let Shard { writer, seen } = shard(&scenario, range);
            let back = read(&writer.finish().expect("memory")).expect("it is whole");
            assert_eq!(back, seen, "{}", path.display());
            for outcomes in &back {
                merged.add(outcomes);
            }
        }
        assert_eq!(merged.next(), n);
        let samples: Vec<Samples> = merged.into_samples();
        assert_eq!(samples, whole.expect("nobody interrupts"), "{}", path.display());
        ran += 1;
    }
    assert!(ran > 20, "the default and the lessons at least, not {ran}");
}

#[test]
fn a_shard_that_ends_anywhere_before_its_end_is_refused() {
    let bytes = bytes(&scenario("scenarios/lessons/first_bill.ron"), range(4, 9));
    assert_eq!(read(&bytes).expect("whole").len(), 5);
    for end in 0..bytes.len() {
        let error = read(&bytes[..end]).expect_err("a part");
        assert!(matches!(error, ShardError::CutOff { .. }), "{end}: {error}");
    }
}

#[test]
fn no_byte_can_change_unnoticed() {
    let bytes = bytes(&scenario("scenarios/lessons/first_bill.ron"), range(0, 5));
    for place in 0..bytes.len() {
        for flip in [1, 0x80] {
            let mut other = bytes.clone();
            other[place] ^= flip;
            assert!(read(&other).is_err(), "byte {place}");
        }
    }
    assert!(read(&[bytes.as_slice(), &[0]].concat()).is_err(), "nothing comes after the end");
}

#[test]
fn another_format_is_named() {
    let mut bytes = bytes(&scenario("scenarios/lessons/first_bill.ron"), range(0, 1));
    bytes[16] = b'9';
    let message = read(&bytes).expect_err("another format").to_string();
    assert_eq!(
        message,
        "it is a shard of another format, \"deploysim shard 9\"; this program reads \"deploysim shard 2\""
    );
    let message = read(b"replication,strategy,cost\n").expect_err("a CSV").to_string();
    assert_eq!(message, "it is no shard: it does not begin with \"deploysim shard 2\"");
}

#[test]
fn a_checkpoint_keeps_every_whole_segment_wherever_it_is_cut() {
    let scenario = scenario("scenarios/lessons/first_bill.ron");
    let header = header(&scenario, range(0, 9));
    let mut writer = Writer::new(Vec::new(), &header).expect("memory");
    let mut ends = vec![(writer.get_mut().len() as u64, 0)];
    for (count, outcomes) in (1..).zip(&shard(&scenario, range(0, 9)).seen) {
        writer.add(outcomes);
        if count % 2 == 1 {
            writer.seal().expect("memory");
            ends.push((writer.get_mut().len() as u64, count));
        }
    }
    let bytes = writer.get_mut().clone();
    for cut in ends[0].0..=bytes.len() as u64 {
        let last = ends.iter().rev().find(|(end, _)| *end <= cut).copied().expect("the header at least");
        assert_eq!(kept(&bytes[..cut as usize]).expect("readable"), (last.1, last.0), "cut at {cut}");
    }
    // The last segment may be torn by a loss of power; one before it that is damaged was not.
    let (last, before) = (ends[ends.len() - 2], ends[ends.len() - 3]);
    let flipped = |place: u64| {
        let mut other = bytes.clone();
        other[place as usize] ^= 1;
        other
    };
    assert_eq!(kept(&flipped(last.0 + 20)).expect("readable"), (last.1, last.0));
    assert!(matches!(kept(&flipped(before.0 + 20)), Err(ShardError::Damaged { .. })));
}

#[test]
fn writing_goes_on_after_what_was_read_as_if_it_had_never_stopped() {
    let scenario = scenario("scenarios/lessons/first_bill.ron");
    let (part, whole) = (shard(&scenario, range(0, 6)), bytes(&scenario, range(0, 6)));
    let header = header(&scenario, range(0, 6));
    let mut writer = Writer::new(Vec::new(), &header).expect("memory");
    for outcomes in &part.seen[..3] {
        writer.add(outcomes);
    }
    writer.seal().expect("memory");
    let begun = writer.get_mut().clone();
    let mut reader = Reader::new(begun.as_slice()).expect("a checkpoint");
    while reader.next_kept().expect("whole").is_some() {}
    let mut writer = reader.writer(begun.clone());
    for outcomes in &part.seen[3..] {
        writer.add(outcomes);
    }
    assert_eq!(writer.finish().expect("memory"), whole);
}

fn named(scenario: &Scenario, ranges: &[(u64, u64)]) -> Vec<(String, Header)> {
    let of = |(index, (first, end)): (usize, &(u64, u64))| {
        (format!("{index}.shard"), header(scenario, range(*first, *end)))
    };
    ranges.iter().enumerate().map(of).collect()
}

#[test]
fn shards_are_put_in_order_and_gaps_and_overlaps_are_named() {
    let scenario = scenario("scenarios/lessons/first_bill.ron");
    let order = |ranges: &[(u64, u64)]| in_order(&named(&scenario, ranges));
    assert_eq!(order(&[(5, 7), (0, 2), (2, 5)]), Ok(vec![1, 2, 0]));
    assert_eq!(order(&[]), Err(MergeError::Nothing));
    let message = |ranges: &[(u64, u64)]| order(ranges).expect_err("refused").to_string();
    assert_eq!(
        message(&[(0, 10), (12, 20)]),
        "0.shard has replications 0..10 and 1.shard has 12..20: 10..12 are missing"
    );
    assert_eq!(
        message(&[(8, 20), (0, 10)]),
        "1.shard has replications 0..10 and 0.shard has 8..20: 8..10 are in both"
    );
    // One inside another is no shorter overlap than it is.
    assert_eq!(
        message(&[(0, 10), (3, 5)]),
        "0.shard has replications 0..10 and 1.shard has 3..5: 3..5 are in both"
    );
    assert_eq!(
        message(&[(0, 10), (0, 10)]),
        "0.shard has replications 0..10 and 1.shard has 0..10: 0..10 are in both"
    );
    assert_eq!(
        message(&[(4, 10)]),
        "the first shard, 0.shard, has replications 4..10: 0..4 are missing, and a run begins at 0"
    );
}

#[test]
fn shards_of_two_runs_are_refused_with_both_values() {
    let scenario = scenario("scenarios/lessons/first_bill.ron");
    let with = |change: fn(&mut Header)| {
        let mut shards = named(&scenario, &[(0, 10), (10, 20)]);
        change(&mut shards[1].1);
        in_order(&shards).expect_err("refused").to_string()
    };
    assert_eq!(
        with(|header| header.seed = 8),
        "0.shard and 1.shard do not belong together: the seed is 7 in the first and 8 in the second"
    );
    let hash = with(|header| header.scenario_hash = "0".repeat(64).parse().expect("a hash"));
    assert!(hash.contains(&scenario.hash.to_string()) && hash.contains(&"0".repeat(64)), "{hash}");
    assert!(with(|header| header.program = "9.9.9".to_owned()).contains("the version of the program is"));
    assert!(with(|header| header.strategies.push("more".to_owned())).contains("the list of strategies is"));
}

fn comes_back<T: Code + PartialEq + std::fmt::Debug>(value: T) {
    let mut bytes = Vec::new();
    value.encode(&mut bytes);
    let mut from = bytes.as_slice();
    assert_eq!(T::decode(&mut from), Ok(value));
    assert!(from.is_empty());
    // Without its last byte it is nothing.
    assert_eq!(T::decode(&mut &bytes[..bytes.len() - 1]).err(), Some(Nonsense));
}

#[test]
fn the_ends_of_every_type_come_back() {
    for value in [0, 1, 127, 128, u128::MAX - 1, u128::MAX] {
        comes_back(value);
    }
    for value in [0, -1, 1, 63, 64, -64, -65, i128::MIN, i128::MAX] {
        comes_back(value);
    }
    [i64::MIN, i64::MAX].into_iter().for_each(comes_back);
    [u64::MAX, 0].into_iter().for_each(comes_back);
    [true, false].into_iter().for_each(comes_back);
    [0.0, -0.0, f64::MAX, f64::MIN_POSITIVE].into_iter().for_each(comes_back);
    [None, Some(Money::from_pico(-5))].into_iter().for_each(comes_back);
    comes_back(vec![1_u32, u32::MAX]);
    let mut small = Vec::new();
    5_u64.encode(&mut small);
    assert_eq!((small.len(), u32::decode(&mut [0xff; 9].as_slice())), (1, Err(Nonsense)));
}

proptest! {
    #[test]
    fn any_bytes_are_a_value_or_nonsense_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Outcome::decode(&mut bytes.as_slice());
        let _ = read(&bytes);
    }

    #[test]
    fn integers_come_back(wide in any::<i128>(), long in any::<i64>(), count in any::<u32>()) {
        comes_back(wide);
        comes_back(long);
        comes_back(count);
    }
}
