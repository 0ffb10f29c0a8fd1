//! The public validator on bills of scenarios and on one with everything.

use crate::by_hand::{Run, everything};
use crate::rows::written;
use crate::scenarios::NAMES;
use deploysim::report::export::Selection;
use deploysim::report::export::focus::FocusVersion;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The script could not install or run the validator.
const CANNOT_RUN: i32 = 3;

fn file(name: &str, csv: &[u8]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.focus.csv"));
    std::fs::write(&path, csv).expect("a writable folder");
    path
}

/// The script installs the validator where it is missing. Where it cannot, this is said and nothing more, but in CI.
#[test]
fn the_public_validator_finds_nothing_but_its_own_defects() {
    let by_hand = written(&everything(), Selection::default(), FocusVersion::V1_2);
    let mut files = vec![file("by_hand", &by_hand)];
    files.extend(NAMES.map(|name| file(name, &Run::new(name).focus(FocusVersion::V1_2))));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/focus_validator.py");
    let done = Command::new("python3").arg(script).args(&files).output();
    let is_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    let (code, said) = match &done {
        Ok(output) => (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        ),
        Err(error) => (Some(CANNOT_RUN), format!("there is no python3: {error}")),
    };
    println!("{said}");
    if code == Some(CANNOT_RUN) && !is_ci {
        eprintln!("skipped: the FOCUS validator could not be run here\n{said}");
        return;
    }
    assert_eq!(code, Some(0), "{said}");
}
