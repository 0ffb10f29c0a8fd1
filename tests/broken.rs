//! Broken scenarios and data files, each with the exact report beside it. `DEPLOYSIM_BLESS=1` rewrites the reports.

use deploysim::scenario::{Severity, load_bytes};
use std::path::PathBuf;

/// The scenarios, by name. Tests run in the package's folder, so the shown paths are the same everywhere.
fn scenarios() -> Vec<PathBuf> {
    let files = std::fs::read_dir("tests/broken").expect("the folder of broken scenarios");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a readable folder").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ron"));
    paths.sort();
    paths
}

fn report_of(path: &std::path::Path) -> (bool, deploysim::scenario::Report) {
    let shown = path.to_string_lossy().replace('\\', "/");
    let (scenario, report) = load_bytes(&shown, std::fs::read(path).expect("a readable file"), &[]);
    (scenario.is_some(), report)
}

#[test]
fn every_broken_file_is_reported_exactly_so() {
    let bless = std::env::var_os("DEPLOYSIM_BLESS").is_some();
    let mut wrong = Vec::new();
    let paths = scenarios();
    assert!(paths.len() >= 45, "only {} broken scenarios", paths.len());
    for path in paths {
        let (loaded, report) = report_of(&path);
        let text = report.render(false);
        let golden = path.with_extension("stderr");
        if bless {
            std::fs::write(&golden, &text).expect("a writable folder");
        } else if std::fs::read_to_string(&golden).ok().as_deref() != Some(text.as_str()) {
            wrong.push(format!("{}:\n{text}", path.display()));
        }
        assert_eq!(loaded, !report.has_errors(), "{}: a scenario or an error, never both", path.display());
        assert!(!report.diagnostics.is_empty(), "{}: nothing was found", path.display());
    }
    assert!(
        wrong.is_empty(),
        "reports differ; see them with DEPLOYSIM_BLESS=1 and git diff\n{}",
        wrong.join("\n")
    );
}

#[test]
fn ten_mistakes_are_ten_errors() {
    let (_, report) = report_of("tests/broken/ten_mistakes.ron".as_ref());
    assert_eq!(report.count(Severity::Error), 10, "{}", report.render(false));
    let lines: Vec<usize> =
        report.diagnostics.iter().filter_map(|item| Some(report.line_column(item.span?).0)).collect();
    assert!(lines.is_sorted(), "in order of position: {lines:?}");
}

#[test]
fn colour_changes_the_looks_only() {
    let (_, report) = report_of("tests/broken/ten_mistakes.ron".as_ref());
    let coloured = report.render(true);
    assert!(coloured.contains('\u{1b}') && !report.render(false).contains('\u{1b}'));
}
