//! `deploysim lesson`: the course on a terminal.

use crate::support::{Folder, text};

/// What a lesson prints; nothing is said on stderr.
fn printed(words: &[&str]) -> String {
    let folder = Folder::new();
    let mut all = vec!["lesson"];
    all.extend(words);
    let output = folder.deploysim().args(&all).output().expect("the program starts");
    assert!(output.status.success(), "{words:?}\n{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{words:?}\n{}", text(&output.stderr));
    text(&output.stdout)
}

#[test]
fn the_list_has_every_lesson_with_its_number() {
    let list = printed(&[]);
    assert!(list.contains("A rented machine\n"), "{list}");
    assert!(list.contains("   1  start_and_stop "), "{list}");
    assert!(list.contains("  28  what_still_bills "), "{list}");
    assert!(list.lines().all(|line| line.chars().count() <= 120), "{list}");
}

#[test]
fn without_an_answer_and_without_a_terminal_it_says_how_to_answer() {
    let asked = printed(&["bid_at_the_price"]);
    assert!(asked.contains("Does it get the machine, and when does it lose it?"), "{asked}");
    assert!(asked.contains("  3  It gets it, and loses it at 11:30"), "{asked}");
    assert!(asked.ends_with(
        "Answer with a number from 1 to 4, as in\n  deploysim lesson bid_at_the_price --answer 2\n"
    ));
    assert!(!asked.contains("Right"), "the answer is not given away: {asked}");
    assert_eq!(printed(&["2"]), printed(&["started_minutes"]));
}

#[test]
fn a_right_answer_gets_the_run_and_the_reason() {
    let told = printed(&["start_and_stop", "--answer", "¥5.16"]);
    let places = [
        "Lesson 1 of 28",
        "Right: 5.16 CNY",
        "The bill, CNY",
        "Why\n",
        "Look at\n",
        "Rules\n",
        "Next: deploysim",
    ];
    let at: Vec<usize> =
        places.iter().map(|place| told.find(place).unwrap_or_else(|| panic!("{place}: {told}"))).collect();
    assert!(at.is_sorted(), "{told}");
    assert!(told.contains("  E2    Compute bills from Running"), "{told}");
    assert!(
        told.contains("(\"PAI-EAS: public resources and spot instances\", Alibaba Cloud, Platform for AI)"),
        "{told}"
    );
}

#[test]
fn a_wrong_answer_gets_its_hint() {
    let told = printed(&["start_and_stop", "--answer", "5.40"]);
    assert!(
        told.contains("Not so. You said: 5.40 CNY\nRight is: 5.16 CNY\nThat is 0.24 CNY too much.\n"),
        "{told}"
    );
    assert!(
        told.contains("the bill begins at\nRunning") || told.contains("the bill begins at Running"),
        "{told}"
    );
    let told = printed(&["bid_at_the_price", "--answer", "1"]);
    assert!(told.contains("At least the market is the condition"), "{told}");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = Folder::new();
    let refused = |words: &[&str]| {
        let output = folder.deploysim().args(words).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        text(&output.stderr)
    };
    assert_eq!(
        refused(&["lesson", "strat_and_stop"]),
        "error: there is no lesson \"strat_and_stop\"; did you mean `start_and_stop`?\nhelp: `deploysim lesson` lists them\n"
    );
    assert_eq!(
        refused(&["lesson", "1", "--answer", "a lot"]),
        "error: \"a lot\" is no number: write one as in \"12.60 CNY\"\n"
    );
    assert_eq!(
        refused(&["lesson", "bid_at_the_price", "--answer", "5"]),
        "error: \"5\" is none of the answers: write a number from 1 to 4\n"
    );
}
