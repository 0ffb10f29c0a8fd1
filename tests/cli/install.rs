//! Completions and the manual, as a shell and as `man` take them.

use crate::support::{Folder, text};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

/// The script for a shell.
fn script(folder: &Folder, shell: &str) -> String {
    let output = folder.run(&format!("completions {shell}"));
    assert!(output.status.success(), "{shell}\n{}", text(&output.stderr));
    text(&output.stdout)
}

/// Another program, if this machine has it.
fn run_if_there(program: &str, args: &[&str], folder: &Path) -> Option<Output> {
    Command::new(program).args(args).current_dir(folder).output().ok()
}

/// What bash offers for the last of some words, once it has read the script.
fn offered(folder: &Folder, words: &[&str]) -> BTreeSet<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let driver = format!(
        "source script.bash || exit 1
        complete -p deploysim | grep -q -- '-F _deploysim' || exit 1
        # What the shell itself would say of a path is not known outside of a key press.
        compopt() {{ :; }}
        COMP_WORDS=({}); COMP_CWORD={}; COMPREPLY=()
        _deploysim deploysim \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD-1]}}\"
        printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len() - 1
    );
    let output = run_if_there("bash", &["-c", &driver], folder.path()).expect("bash is there");
    assert!(output.status.success(), "{words:?}\n{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "{words:?}\n{}", text(&output.stderr));
    text(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_values_and_paths() {
    let folder = Folder::new();
    folder.write("script.bash", &script(&folder, "bash"));
    let output = run_if_there("bash", &["-n", "script.bash"], folder.path()).expect("bash is there");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let set = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(offered(&folder, &["deploysim", "swe"]), set(&["sweep"]));
    assert_eq!(offered(&folder, &["deploysim", "import", "p"]), set(&["prices"]));
    assert_eq!(offered(&folder, &["deploysim", "compare", "--rep"]), set(&["--replications"]));
    assert_eq!(offered(&folder, &["deploysim", "run", "--format", ""]), set(&["text", "json"]));
    assert_eq!(offered(&folder, &["deploysim", "completions", "z"]), set(&["zsh"]));
    // A file where a file is asked for; folders are the shell's own once it is told that there is one.
    assert_eq!(offered(&folder, &["deploysim", "compare", "--baseline", "sma"]), set(&["small.ron"]));
    let script = script(&folder, "bash");
    let compare = script.split_once("        deploysim__subcmd__compare)").expect("the command is there").1;
    let after_out = compare.split_once("--out)").expect("the flag is there").1;
    assert!(after_out.split_once(";;").expect("its case ends").0.contains("plusdirs"), "{after_out}");
    // Where no word fits, the shell completes a scenario as any path.
    assert!(offered(&folder, &["deploysim", "check", "sma"]).iter().all(String::is_empty));
    assert!(script.contains("-o default deploysim"));
}

#[test]
fn the_scripts_of_other_shells_are_read_by_them() {
    let folder = Folder::new();
    for (shell, mark) in [
        ("zsh", "#compdef deploysim"),
        ("fish", "complete -c deploysim"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion:arg-completer[deploysim]"),
    ] {
        let script = script(&folder, shell);
        assert!(script.contains(mark), "{shell}");
        let commands = ["compare", "sensitivity", "--replications"].map(|word| word.trim_start_matches('-'));
        assert!(commands.iter().all(|word| script.contains(word)), "{shell}");
        folder.write(shell, &script);
        if ["zsh", "fish"].contains(&shell)
            && let Some(output) = run_if_there(shell, &["-n", shell], folder.path())
        {
            assert!(output.status.success(), "{shell}\n{}", text(&output.stderr));
        }
    }
    let unknown = folder.run("completions tcsh");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("possible values: bash"), "{}", text(&unknown.stderr));
}

/// Names of commands that a help text lists, with those below them.
fn commands(folder: &Folder, above: &str) -> Vec<String> {
    let help = text(&folder.run(&format!("{above} --help")).stdout);
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return Vec::new() };
    let list = list.split_once("\n\n").expect("the list ends").0;
    let names = list.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let below = |name: &str| {
        let path = format!("{above} {name}").trim().to_owned();
        let deeper = commands(folder, &path);
        [path].into_iter().chain(deeper)
    };
    names.flat_map(below).collect()
}

#[test]
fn every_command_has_a_manual_page_that_formats_without_a_warning() {
    let folder = Folder::new();
    let output = folder.run("man --out pages");
    assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
    let names = std::fs::read_dir(folder.file("pages")).expect("the pages are there");
    let names = names.map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned());
    let names: BTreeSet<String> = names.collect();
    let pages = commands(&folder, "").into_iter();
    let mut pages: BTreeSet<String> =
        pages.map(|path| format!("deploysim-{}.1", path.replace(' ', "-"))).collect();
    pages.insert("deploysim.1".to_owned());
    assert!(pages.len() > 15 && pages.contains("deploysim-import-eas.1"), "{pages:?}");
    assert_eq!(names, pages);
    for name in &names {
        let page = std::fs::read_to_string(folder.file("pages").join(name)).expect("readable");
        assert!(
            page.is_ascii() && page.contains(".SH NAME") && page.contains(".SH \"EXIT STATUS\""),
            "{name}"
        );
        let path = format!("pages/{name}");
        if let Some(output) = run_if_there("groff", &["-man", "-ww", "-Tutf8", &path], folder.path()) {
            assert!(output.status.success() && output.stderr.is_empty(), "{name}\n{}", text(&output.stderr));
        }
    }
    let main = folder.run("man");
    let page = std::fs::read(folder.file("pages/deploysim.1")).expect("readable");
    assert!(main.status.success() && main.stdout == page);
}

#[test]
fn pages_appear_all_or_none() {
    let folder = Folder::new();
    folder.write("pages/deploysim-run.1/in_the_way", "");
    let output = folder.run("man --out pages");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("cannot write pages"), "{}", text(&output.stderr));
    let left = std::fs::read_dir(folder.file("pages")).expect("the folder is there").count();
    assert_eq!(left, 1, "only what was there before");
}

#[test]
fn what_the_readme_says_of_installing_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("the README is there");
    let section = readme.split_once("\n### Completions and the manual\n").expect("the section is there").1;
    let block = section.split_once("```sh\n").expect("a block").1.split_once("```").expect("it ends").0;
    let folder = Folder::new();
    let mut ran = 0;
    for line in block.lines() {
        let line = line.split(" #").next().unwrap_or_default();
        let (command, target) = line.split_once(" > ").unwrap_or((line, ""));
        let command = command.split(" | ").next().unwrap_or_default().trim();
        let command = command.strip_prefix("deploysim ").expect("a command").replace('~', "home");
        let output = folder.run(&command);
        assert!(output.status.success(), "{line}\n{}", text(&output.stderr));
        assert_eq!(output.stdout.is_empty(), command.contains("--out"), "{line} {target}");
        ran += 1;
    }
    assert!(ran >= 5, "{ran} commands");
}
