//! A small scenario in a folder of its own, and the program started there.

use deploysim::units::Money;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// Everything the bill and the comparison have a column for: spot with and without protection, a way back, a disk, a
/// price for downtime, two replicas.
pub(crate) const SCENARIO: &str = r#"(
    name: "small",
    question: "Is spot cheaper?",
    start: "2026-06-01T00:00:00+08:00",
    horizon: "3d",
    currency: "CNY",
    disk: (price: "0.0008"),
    downtime: (lost_hour: "1.00", reclaim: "0.05"),
    markets: [
        (name: "A", standard: "1.60",
         spot_protected: MeanReverting(step: "10m", level: "0.80", speed: "0.05", noise: "0.03", floor: "0.2", cap: "1.60"),
         spot_stock: OnOff(on: "5h", off: "1h")),
        (name: "B", standard: "1.70", spot_protected: "0.75", spot_stock: OnOff(on: "2h", off: "30m")),
    ],
    services: [(name: "chat", replicas: 2, start_up: LogNormal(median: "4m", sigma: "0.4"), disk_gib: 50)],
    strategies: [
        (name: "standard", types: [(type: "A")]),
        (name: "spot", types: [(type: "A", bid: "0.82"), (type: "B", bid: "0.80"), (type: "A")]),
        (name: "back", protection: false, types: [(type: "A", bid: "0.82"), (type: "B", bid: "0.80"), (type: "A")],
         move_back: WhenAvailable(dwell: "10m", min_saving: "5%")),
    ],
)
"#;

/// A folder that vanishes with the test, with the small scenario in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = Self(TempDir::new().expect("a temporary folder"));
        folder.write("small.ron", SCENARIO);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.file(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a writable folder");
        std::fs::write(&path, text).expect("a writable folder");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program in this folder, without what the surroundings would tell it.
    pub(crate) fn deploysim(&self) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("deploysim"));
        command.current_dir(self.path()).env_remove("DEPLOYSIM_DATA").env_remove("NO_COLOR");
        command
    }

    /// Runs the program with these words.
    pub(crate) fn run(&self, words: &str) -> Output {
        let output = self.deploysim().args(words.split_whitespace()).output();
        output.expect("the program starts")
    }

    /// Runs the program, which succeeds, and gives its stdout.
    pub(crate) fn stdout(&self, words: &str) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(0), "{words}\n{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// Runs the program, which succeeds, and reads its stdout as JSON.
    pub(crate) fn json(&self, words: &str) -> Value {
        serde_json::from_str(&self.stdout(words)).unwrap_or_else(|error| panic!("{words}: {error}"))
    }

    /// Every file below a folder with its bytes.
    pub(crate) fn contents(&self, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.file(name)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a readable folder") {
                let path = entry.expect("a readable folder").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).expect("a readable file");
                    let below = path.strip_prefix(self.file(name)).expect("below the folder").to_owned();
                    found.insert(below, bytes);
                }
            }
        }
        found
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("the program writes UTF-8")
}

/// An amount of the JSON, which is text.
pub(crate) fn money(value: &Value) -> Money {
    let written = value.as_str().unwrap_or_else(|| panic!("money is text, not {value}"));
    Money::parse(written).unwrap_or_else(|error| panic!("{written}: {error}"))
}

/// A number of the JSON, which is no text.
pub(crate) fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"))
}

/// The items of a list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("a list, not {value}"))
}

/// The name of each item.
pub(crate) fn names(value: &Value) -> Vec<&str> {
    list(value).iter().filter_map(|item| item["name"].as_str()).collect()
}

/// The rows of a CSV by the names of its columns.
pub(crate) fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows = reader.deserialize().map(|row| row.expect("every row has the columns of the header"));
    rows.collect()
}
