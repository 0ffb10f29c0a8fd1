//! The commands that the README shows under "What if" print what it shows.

use crate::support::{Folder, text};
use std::path::Path;

/// Words of a command line; quotes keep blanks.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ' ' if !is_quoted => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(c),
        }
    }
    words
}

#[test]
fn what_the_readme_shows_of_what_if_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README is there");
    let section = readme.split_once("\n## What if\n").expect("the section is there").1;
    let section = section.split_once("\n## ").expect("it ends").0;
    let folder = Folder::new();
    let mut ran = 0;
    for block in section.split("```console\n$ deploysim ").skip(1) {
        let shown = block.split_once("```").expect("the block ends").0;
        let (line, shown) = shown.split_once('\n').expect("it prints something");
        let mut command = folder.deploysim();
        command.current_dir(root).args(words(line)).arg("-q").arg("--out").arg(folder.file("results"));
        let output = command.output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{line}\n{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), shown, "{line}");
        ran += 1;
    }
    assert!(
        ran >= 6,
        "a sweep, two break-evens, two sensitivities and a best choice are shown, not {ran} commands"
    );
}
