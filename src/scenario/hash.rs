//! One number for everything that can change a result: two runs with the same hash, seed and range of replications have
//! the same outcomes.
//!
//! It covers the scenario's text as it is written (comments and white space count: what they mean to the reader of a
//! file cannot be known), its name, the bytes of every file it names in the order they are asked for (records of prices,
//! stock and calls, price books, providers), what is built into the program of price books and providers, and the
//! program's version. It does not cover where the files are, the seed, or how many replications are run on how many
//! threads.

use crate::catalog::{CATALOG_TEXTS, MACHINE_PROFILES};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

/// The SHA-256 of what a scenario is made of; written as 64 hexadecimal digits.
///
/// ```
/// use deploysim::scenario::{ScenarioHash, load_bytes};
/// let text = |comment: &str| format!(r#"( {comment}
///     start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "CNY",
///     markets: [(name: "A", standard: "1.60")], services: [(name: "chat")],
///     strategies: [(name: "standard", types: [(type: "A")])],
/// )"#);
/// let hash = |path: &str, text: String| load_bytes(path, text.into_bytes(), &[]).0.unwrap().hash;
/// let first = hash("a/one.ron", text(""));
/// assert_eq!(first, hash("b/one.ron", text("")), "where a file is changes nothing");
/// assert_eq!(first.to_string().parse::<ScenarioHash>(), Ok(first));
/// // Awkward: a scenario without a name has that of its file, which is in the results; and a comment is text.
/// assert_ne!(first, hash("a/two.ron", text("")));
/// assert_ne!(first, hash("a/one.ron", text("/* dear */")));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ScenarioHash([u8; 32]);

/// A text that is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a scenario's hash is 64 hexadecimal digits")]
pub struct NotAHash;

/// The SHA-256 of a file's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileDigest([u8; 32]);

impl FileDigest {
    /// Of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// What has gone into a hash so far.
#[derive(Clone, Debug)]
pub(crate) struct Ingredients(Sha256);

/// What every scenario shares: the program and what is built into it.
static PROGRAM: LazyLock<Ingredients> = LazyLock::new(|| {
    let mut program = Ingredients(Sha256::new());
    program.add("deploysim", env!("CARGO_PKG_VERSION").as_bytes());
    for (name, text) in CATALOG_TEXTS.iter().chain(&MACHINE_PROFILES) {
        program.add(name, text.as_bytes());
    }
    program
});

impl Ingredients {
    /// Those that every scenario shares.
    pub(crate) fn new() -> Self {
        PROGRAM.clone()
    }

    /// Adds something by its name. Both lengths go before, so that nothing can pass for the beginning of what follows.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        for part in [name.as_bytes(), bytes] {
            self.0.update((part.len() as u64).to_le_bytes());
            self.0.update(part);
        }
    }

    /// Adds a file by its digest, so that one which is read once for many scenarios need not be kept.
    pub(crate) fn add_file(&mut self, name: &str, digest: FileDigest) {
        self.add(name, &digest.0);
    }

    /// The hash of all that was added.
    pub(crate) fn hash(&self) -> ScenarioHash {
        ScenarioHash(self.0.clone().finalize().into())
    }
}

impl fmt::Display for ScenarioHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for ScenarioHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl FromStr for ScenarioHash {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<Self, NotAHash> {
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(NotAHash);
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).map_err(|_| NotAHash)?;
        }
        Ok(Self(bytes))
    }
}

impl Serialize for ScenarioHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load_bytes;

    #[test]
    fn what_is_cut_elsewhere_is_another_hash() {
        let of = |parts: &[(&str, &str)]| {
            let mut all = Ingredients::new();
            for (name, text) in parts {
                all.add(name, text.as_bytes());
            }
            all.hash()
        };
        let one = of(&[("a.csv", "1,2"), ("b.csv", "3")]);
        assert_eq!(one, of(&[("a.csv", "1,2"), ("b.csv", "3")]));
        for other in [
            &[("a.csv", "1,2b.csv"), ("", "3")][..],
            &[("a.csv", "1,"), ("2b.csv", "3")],
            &[("b.csv", "3"), ("a.csv", "1,2")],
            &[("a.csv", "1,2")],
        ] {
            assert_ne!(one, of(other));
        }
    }

    const REPLAY: &str = r#"(
        start: "2026-06-01T00:00:00+08:00", horizon: "1d", currency: "USD",
        clocks: [(name: "june", offset: Fixed("2026-06-01T00:00:00Z"))],
        markets: [(name: "A", standard: "1.60", spot_protected: Replay(file: "june.csv", clock: "june"))],
        services: [(name: "chat")],
        strategies: [(name: "spot", types: [(type: "A", bid: "1.00"), (type: "A")])],
    )"#;

    #[test]
    fn the_bytes_of_data_files_count_wherever_they_are() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let hash = |place: &str, rows: &str| {
            let data = folder.path().join(place);
            std::fs::create_dir_all(&data).expect("a writable folder");
            std::fs::write(data.join("june.csv"), rows).expect("a writable folder");
            let (scenario, report) = load_bytes("replay.ron", REPLAY.into(), &[data]);
            scenario.unwrap_or_else(|| panic!("{}", report.render(false))).hash
        };
        let rows = "time,price\n2026-06-01T00:00:00Z,0.41\n2026-06-03T00:00:00Z,0.52\n";
        let first = hash("here", rows);
        assert_eq!(first, hash("there", rows));
        assert_ne!(first, hash("here", &rows.replace("0.41", "0.42")));
        assert_ne!(first, hash("here", &format!("{rows}\n")), "the bytes, not what they mean");
    }

    #[test]
    fn the_bytes_of_a_named_profile_count() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let hash = |period: &str| {
            let profile = format!("(name: \"mine\", like: \"alibaba-eas\", protection_period: \"{period}\")");
            std::fs::write(folder.path().join("mine.ron"), profile).expect("a writable folder");
            let text = REPLAY.replace("Replay(file: \"june.csv\", clock: \"june\")", "\"0.80\"");
            let text = text.replace("standard: \"1.60\",", "standard: \"1.60\", provider: \"./mine.ron\",");
            let (scenario, report) = load_bytes("own.ron", text.into(), &[folder.path().to_owned()]);
            scenario.unwrap_or_else(|| panic!("{}", report.render(false))).hash
        };
        assert_eq!(hash("1h"), hash("1h"));
        assert_ne!(hash("1h"), hash("2h"));
    }

    #[test]
    fn a_hash_that_is_misspelt_is_none() {
        let hash = Ingredients::new().hash();
        assert_eq!(hash.to_string().len(), 64);
        for wrong in ["", "00", &"g".repeat(64), &"é".repeat(32), &format!("+{}", &hash.to_string()[1..])] {
            assert_eq!(wrong.parse::<ScenarioHash>(), Err(NotAHash), "{wrong}");
        }
    }
}
