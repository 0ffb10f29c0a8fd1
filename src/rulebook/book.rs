//! The rules, as they are written in `scenarios/rulebook`.

use ron::extensions::Extensions;
use ron::value::RawValue;
use serde::{Deserialize, Deserializer};
use std::sync::LazyLock;

macro_rules! rulebook_files {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("../../scenarios/rulebook/", $name)))),+]
    };
}

/// Groups in reading order: machines, deployments, bills, the other provider, what is left open.
const GROUPS: [(&str, &str); 9] = rulebook_files![
    "machines.ron",
    "throughput.ron",
    "units.ron",
    "tokens.ron",
    "deployments.ron",
    "bills.ron",
    "maas.ron",
    "modelarts.ron",
    "readings.ron",
];
const DOCUMENTS: [(&str, &str); 1] = rulebook_files!["documents.ron"];

static EMBEDDED: LazyLock<Rulebook> = LazyLock::new(|| {
    let documents = read(DOCUMENTS[0]);
    let mut groups: Vec<Group> = GROUPS.into_iter().map(read).collect();
    for group in &mut groups {
        for rule in group.rules.iter_mut().filter(|rule| rule.documents.is_empty()) {
            rule.documents.extend((!group.document.is_empty()).then(|| group.document.clone()));
        }
    }
    Rulebook { documents, groups }
});

fn read<T: for<'de> Deserialize<'de>>((name, text): (&str, &str)) -> T {
    // A default is written as a scenario writes it.
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    options.from_str(text).unwrap_or_else(|error| panic!("the built-in rulebook, {name}: {error}"))
}

/// Every rule, by group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rulebook {
    /// The provider pages.
    pub documents: Vec<Document>,
    /// Groups in reading order.
    pub groups: Vec<Group>,
}

/// A page of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Short name, by which rules name it.
    pub key: String,
    /// Title of the page.
    pub title: String,
    /// Whose it is.
    pub provider: String,
    /// Its address; empty if it is not known.
    pub url: String,
    /// Its date, as far as is known.
    pub seen: String,
}

/// Rules that share a letter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The letter of its ids.
    pub letter: char,
    /// What they are about.
    pub name: String,
    /// Key of the page they come from unless a rule says otherwise; empty for readings.
    pub document: String,
    /// By number.
    pub rules: Vec<Rule>,
}

/// One rule, or one question that the pages leave open.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `E16`, `A-13`.
    pub id: String,
    /// A second id; mostly empty.
    #[serde(default)]
    pub alias: String,
    /// In a few words.
    pub title: String,
    /// What it says, or what is asked.
    #[serde(deserialize_with = "one_line")]
    pub says: String,
    /// The figures in it.
    #[serde(default)]
    pub figures: Vec<String>,
    /// Keys of the pages it comes from; none if no page says anything.
    #[serde(default)]
    pub documents: Vec<String>,
    /// What other pages say, with their dates; mostly empty.
    #[serde(default, deserialize_with = "one_line")]
    pub beyond: String,
    /// How sure it is.
    pub status: Status,
    /// How this program reads it unless a setting says otherwise; empty where there is only one reading.
    #[serde(default, deserialize_with = "one_line")]
    pub reading: String,
    /// What changes it in a scenario.
    #[serde(default)]
    pub settings: Vec<Setting>,
    /// Why nothing changes it; empty if a setting does.
    #[serde(default)]
    pub fixed: String,
    /// How much of it is simulated.
    #[serde(default)]
    pub modelled: Modelled,
    /// Ids of rules to read with it.
    #[serde(default)]
    pub see: Vec<String>,
    /// Names of lessons that show it, the best first.
    #[serde(default)]
    pub lessons: Vec<String>,
    /// Names of worked situations in `tests/cases`.
    #[serde(default)]
    pub worked: Vec<String>,
}

/// How sure a rule is, or a reading.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub enum Status {
    /// The page can be read in one way only.
    Clear,
    /// Something is left open: ids of the readings.
    Open(Vec<String>),
    /// Pages, or two places of one, contradict each other: the other ids.
    Contradicts(Vec<String>),
    /// A reading: an official original says it.
    Resolved,
    /// A reading: the official text of a sister product or a later version says it.
    Strong,
    /// A reading: nothing was found, it is this program's own.
    Choice,
}

/// How much of a rule is simulated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Modelled {
    /// All of it.
    #[default]
    Whole,
    /// A part of it: what is missing.
    Partly(String),
    /// None of it: why not.
    No(String),
}

/// A field of a scenario that changes how a rule is applied, or gives it its figures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// The way to it, as diagnostics write it, with `[]` for any item: `accounts[].issue.delay`.
    pub path: String,
    /// What may stand there: all names, or examples.
    pub examples: Vec<Written>,
    /// What holds if it is left out; `None` where there is then nothing.
    #[serde(default)]
    pub default: Option<Written>,
}

/// A value as a scenario writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(pub String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(raw.get_ron().trim().to_owned()))
    }
}

/// A text whose line breaks and indents are those of the file.
fn one_line<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

impl Rulebook {
    /// The rulebook of the program.
    ///
    /// ```
    /// use deploysim::rulebook::{Rulebook, RuleId, Status};
    /// let book = Rulebook::embedded();
    /// let rule = book.rule(RuleId::parse("e16").unwrap()).unwrap();
    /// assert_eq!(rule.title, "One hour is protected");
    /// // Awkward: a rule that has only a second id is found by it.
    /// assert_eq!(book.rule(RuleId::parse("T5").unwrap()).unwrap().id, "A-49");
    /// ```
    pub fn embedded() -> &'static Self {
        &EMBEDDED
    }

    /// Every rule with its group, in reading order.
    pub fn rules(&self) -> impl Iterator<Item = (&Group, &Rule)> {
        self.groups.iter().flat_map(|group| group.rules.iter().map(move |rule| (group, rule)))
    }

    /// A page by its key.
    pub fn document(&self, key: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.key == key)
    }
}
