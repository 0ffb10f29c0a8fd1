//! `run --watch`: the bill as it grows, as text for those without a terminal and as a picture for those with one.

use crate::support::{Folder, text};
use std::io::{Read, Write};
use std::process::{Command, Stdio};

const LESSON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/lessons/first_bill.ron");

/// An evening on spot, its end on the market above the bid, and the fallback.
const AS_TEXT: &str = "\
first_bill: \"spot then standard\", replication 0 of seed 1, 4h from 2026-06-10 18:00:00

2026-06-10 18:00:00
  chat: created
  chat: A allocated as spot at 0.80/h, bid 1.00, protected until 2026-06-10 19:00:00

2026-06-10 18:02:00
  chat: running on A

2026-06-10 19:00:00
  chat: protection of A is over; it stays

2026-06-10 19:40:00
  chat: A released: market 1.10 > bid 1.00
  chat: A not acquired as spot: bid 1.00 < market 1.10
  chat: B allocated at the standard price, 1.60/h; 0.50/h dearer than the first choice
  +       0.023333333333  chat: system disk A, 10 GiB, from 2026-06-10 18:00:00
  +       1.381666666667  chat: spot compute A, from 2026-06-10 18:02:00
  =                1.405  CNY so far

2026-06-10 19:42:00
  chat: running on B

2026-06-10 21:00:30
  chat: stopped by the tenant; billing ends
  +               0.0189  chat: system disk B, 10 GiB, from 2026-06-10 19:40:00
  +       2.106666666667  chat: standard compute B, from 2026-06-10 19:42:00
  =       3.530566666667  CNY so far

total: 3.530566666667 CNY
";

#[test]
fn without_a_terminal_it_is_told_as_text_at_once() {
    let folder = Folder::new();
    let output = folder.run(&format!("run {LESSON} --watch --speed 1s"));
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), AS_TEXT);
}

#[test]
fn its_last_line_is_the_bill_of_run() {
    let folder = Folder::new();
    for strategy in ["standard", "spot", "back"] {
        for replication in 0..3 {
            let command = format!("run small.ron --strategy {strategy} -r {replication}");
            let (told, watched) = (folder.run(&command), folder.run(&format!("{command} --watch")));
            let (told, watched) = (text(&told.stdout), text(&watched.stdout));
            let total = told.lines().find_map(|line| line.trim_start().strip_prefix("total of "));
            let total = total.and_then(|line| line.split_once(": ")).expect("the bill has a total").1;
            assert_eq!(watched.lines().last(), Some(format!("total: {total}").as_str()), "{command}");
        }
    }
}

#[test]
fn what_does_not_go_together_is_refused() {
    let folder = Folder::new();
    for (flags, words) in [
        ("--speed 1h", "--watch"),
        ("--watch --speed 0s", "time must pass"),
        ("--watch --speed 60", "write \"60s\""),
        ("--watch --at 1h", "--at"),
        ("--watch --format json", "--format"),
    ] {
        let output = folder.run(&format!("run small.ron {flags}"));
        assert_eq!(output.status.code(), Some(2), "{flags}");
        assert!(text(&output.stderr).contains(words), "{flags}\n{}", text(&output.stderr));
    }
}

/// What arrives at a terminal of 80 × 24, if this machine has `script`, which makes one; `keys` are typed once the film has
/// its screen. The shell around it outlives an interruption: it is there to tell the exit code.
fn on_a_terminal(flags: &str, keys: &[u8], no_color: bool) -> Option<String> {
    let program = assert_cmd::cargo::cargo_bin!("deploysim");
    let line = format!(
        "trap : INT; stty cols 80 rows 24; {} run {LESSON} --watch {flags}; echo code $?",
        program.display()
    );
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env("TERM", "xterm-256color").env_remove("NO_COLOR");
    if no_color {
        command.env("NO_COLOR", "1");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = child.stdout.take().expect("piped");
    let mut shown = Vec::new();
    let mut piece = [0; 4_096];
    while !shown.windows(ENTER.len()).any(|window| window == ENTER.as_bytes()) {
        match stdout.read(&mut piece).expect("a pipe can be read") {
            0 => break,
            read => shown.extend_from_slice(&piece[..read]),
        }
    }
    stdin.write_all(keys).expect("somebody listens");
    stdout.read_to_end(&mut shown).expect("a pipe can be read");
    child.wait().expect("it ends");
    drop(stdin);
    Some(text(&shown))
}

const ENTER: &str = "\x1b[?1049h\x1b[?25l";
const LEAVE: &str = "\x1b[?25h\x1b[?1049l";

#[test]
fn on_a_terminal_it_is_played_and_the_last_picture_stays() {
    let Some(shown) = on_a_terminal("--speed 8h", b"", false) else { return };
    let (before, played) = shown.split_once(ENTER).expect("it has a screen of its own");
    assert!(before.trim().is_empty(), "{before:?}");
    let (played, after) = played.split_once(LEAVE).expect("what was there before comes back");
    let frames: Vec<&str> = played.split("\x1b[H").skip(1).collect();
    assert!(frames.len() > 3, "{} frames", frames.len());
    for frame in &frames {
        assert!(frame.ends_with("\x1b[K\x1b[J") && frame.matches('\n').count() < 24, "{frame:?}");
    }
    assert!(played.contains("\x1b[32m") && played.contains("so far: "), "{played:?}");
    let total = "total: 3.530566666667 CNY\x1b[0m\r\ncode 0\r\n";
    assert!(after.ends_with(total) && !after.contains(ENTER), "{after:?}");
}

#[test]
fn without_colours_nothing_is_styled() {
    let Some(shown) = on_a_terminal("--speed 8h", b"", true) else { return };
    assert!(shown.contains(ENTER) && shown.contains("total: 3.530566666667 CNY\r\ncode 0"), "{shown:?}");
    let styles = shown
        .split("\x1b[")
        .skip(1)
        .filter(|piece| piece.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('m'));
    assert_eq!(styles.count(), 0, "{shown:?}");
}

#[test]
fn an_interruption_leaves_the_terminal_as_it_was() {
    let Some(shown) = on_a_terminal("--speed 1s", b"\x03", false) else { return };
    let after = shown.split_once(LEAVE).expect("what was there before comes back").1;
    // Nothing but the message is left behind.
    assert!(after.contains("error: interrupted") && after.ends_with("code 130\r\n"), "{after:?}");
    assert!(!after.contains("so far"), "{after:?}");
}
