//! No text makes the loader panic, and it gives a scenario if and only if it reports no error.

use deploysim::scenario::{Source, load, load_bytes};
use deploysim::units::SimSpan;
use proptest::prelude::*;

/// Scenarios to start from: the good one and some broken ones.
const SEEDS: [&str; 4] = [
    include_str!("../scenarios/bench/spot_month.ron"),
    include_str!("broken/actions.ron"),
    include_str!("broken/shocks.ron"),
    include_str!("broken/data_above_standard.ron"),
];

/// What is put into a text: characters that mean something, and things that go wrong.
const PIECES: [&str; 24] = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "//",
    "/*",
    "*/",
    "Some(",
    "None",
    "Never",
    "0",
    "-1",
    "1e9",
    "\"9999999999999d\"",
    "r#\"",
    "\\u{1F600}",
    "价",
    "\n",
    "\"2026-06-01T00:00:00Z\"",
];

fn check(text: String) {
    let base = std::path::PathBuf::from("tests/broken");
    let (scenario, report) =
        load(Source { path: "tests/broken/fuzz.ron".to_owned(), text, base, data_dirs: vec![] });
    assert_eq!(scenario.is_some(), !report.has_errors(), "{}", report.render(false));
    report.render(true);
    // What is loaded can be drawn; long runs are left out for the time they take.
    if let Some(scenario) = scenario.filter(|scenario| scenario.horizon <= SimSpan::from_days(60)) {
        scenario.world.draw(1, 0);
    }
}

/// Cuts, doubles, replaces a part of a text.
fn mutated(text: &str, at: usize, length: usize, piece: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = at % (characters.len() + 1);
    let to = (at + length).min(characters.len());
    characters[..at].iter().chain(piece.chars().collect::<Vec<_>>().iter()).chain(&characters[to..]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_change_of_a_scenario_is_read_or_reported(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec((0_usize..6_000, 0_usize..30, 0..PIECES.len()), 1..4),
    ) {
        let mut text = SEEDS[seed].to_owned();
        for (at, length, piece) in changes {
            text = mutated(&text, at, length, PIECES[piece]);
        }
        check(text);
    }

    #[test]
    fn any_word_in_place_of_another_is_read_or_reported(
        seed in 0..SEEDS.len(),
        from in 0_usize..500,
        to in 0_usize..500,
    ) {
        // Words of a scenario put where other words belong. One copy of its text: places are told by address.
        let text: &str = SEEDS[seed];
        let is_word = |c: char| c.is_alphanumeric() || "_.\"-".contains(c);
        let words: Vec<(usize, &str)> = text
            .split(|c| !is_word(c))
            .filter(|word| !word.is_empty())
            .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word))
            .collect();
        let ((at, old), (_, new)) = (words[from % words.len()], words[to % words.len()]);
        check(format!("{}{new}{}", &text[..at], &text[at + old.len()..]));
    }

    #[test]
    fn any_bytes_are_read_or_reported(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (scenario, report) = load_bytes("tests/broken/fuzz.ron", bytes, &[]);
        assert!(scenario.is_none() && report.has_errors());
        report.render(false);
    }
}
