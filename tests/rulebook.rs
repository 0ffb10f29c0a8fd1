//! The rulebook is complete, and everything that cites it cites what is there.

use deploysim::rulebook::{Modelled, Question, Rule, RuleId, Rulebook, Status};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Letters with their highest numbers.
const GROUPS: [(char, u32); 9] =
    [('E', 27), ('P', 16), ('U', 9), ('T', 4), ('D', 15), ('B', 32), ('M', 9), ('H', 10), ('A', 49)];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    Rulebook::embedded().rules().map(|(_, rule)| rule)
}

/// Every file below a folder with this ending.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|extension| extension == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn names(folder: &str) -> BTreeSet<String> {
    let stem = |path: &PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    files(&root().join(folder), "ron").iter().map(stem).collect()
}

#[test]
fn every_id_is_there_once_in_its_group() {
    let ids = Rulebook::embedded().rules().map(|(group, rule)| (group.letter, rule.id.clone()));
    let id =
        |letter: char, number: u32| RuleId::parse(&format!("{letter}{number}")).expect("an id").to_string();
    let expected = GROUPS
        .into_iter()
        .flat_map(|(letter, last)| (1..=last).map(move |number| (letter, id(letter, number))));
    assert_eq!(ids.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    let aliases: Vec<&str> =
        rules().map(|rule| rule.alias.as_str()).filter(|alias| !alias.is_empty()).collect();
    assert_eq!(aliases, ["T5"]);
}

#[test]
fn every_rule_says_what_it_has_to() {
    let book = Rulebook::embedded();
    for (group, rule) in book.rules() {
        let id = &rule.id;
        let is_reading = group.letter == 'A';
        assert!(!rule.title.is_empty() && rule.title.chars().count() <= 60, "{id}: {}", rule.title);
        assert!(rule.says.ends_with(['.', '?']) && rule.says.len() > 20, "{id} says \"{}\"", rule.says);
        assert!(rule.documents.iter().all(|key| book.document(key).is_some()), "{id}: {:?}", rule.documents);
        assert!(is_reading || !rule.documents.is_empty(), "{id} comes from no page");
        assert_eq!(rule.settings.is_empty(), !rule.fixed.is_empty(), "{id}: a setting, or why there is none");
        let is_of_a_reading = matches!(rule.status, Status::Resolved | Status::Strong | Status::Choice);
        assert!(is_reading || !is_of_a_reading, "{id}");
        assert!(!is_reading || !rule.reading.is_empty(), "{id}: how is it read?");
        if let Status::Open(ids) = &rule.status {
            assert!(
                !is_reading && !ids.is_empty() && ids.iter().all(|id| id.starts_with("A-")),
                "{id}: {ids:?}"
            );
        }
        if rule.modelled == Modelled::Whole {
            assert!(!rule.worked.is_empty(), "{id}: no situation of tests/cases shows it");
        }
    }
}

/// Ids that rules name, and those that the program cites.
#[test]
fn every_id_that_is_cited_is_a_rule() {
    let book = Rulebook::embedded();
    let known =
        |text: &str| RuleId::parse(text).is_some_and(|id| id.to_string() == text && book.rule(id).is_some());
    for rule in rules() {
        let of_status = match &rule.status {
            Status::Open(ids) | Status::Contradicts(ids) => ids.as_slice(),
            Status::Clear | Status::Resolved | Status::Strong | Status::Choice => &[],
        };
        for id in of_status.iter().chain(&rule.see) {
            assert!(known(id) && *id != rule.id, "{} names {id}", rule.id);
        }
    }
    let mut cited = 0;
    for path in files(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).expect("readable");
        for (number, line) in text.lines().enumerate() {
            for id in ids_in_strings(line) {
                assert!(known(id), "{}:{}: there is no rule {id}", path.display(), number + 1);
                cited += 1;
            }
        }
    }
    assert!(cited > 300, "only {cited} ids were found in string literals: has their writing changed?");
}

/// What looks like an id in the string literals of a line: a letter of a group and its number, apart from other letters.
fn ids_in_strings(line: &str) -> Vec<&str> {
    if line.trim_start().starts_with("//") {
        return Vec::new();
    }
    // Every second part is inside of quotes; escaped ones are inside a string.
    let literals = line.split('"').skip(1).step_by(2);
    let words =
        literals.flat_map(|literal| literal.split([' ', ',', '(', ')', '[', ']', ':', ';', '?', '.']));
    let is_id = |word: &&str| {
        let letter =
            word.chars().next().is_some_and(|first| GROUPS.iter().any(|(letter, _)| *letter == first));
        let is_spelt = RuleId::parse(word).is_some_and(|id| id.to_string() == **word);
        letter && word.len() <= 4 && is_spelt
    };
    words.filter(is_id).collect()
}

#[test]
fn every_lesson_and_every_situation_named_is_there_and_every_lesson_is_named() {
    let (lessons, cases) = (names("scenarios/lessons"), names("tests/cases"));
    let named: BTreeSet<String> = rules().flat_map(|rule| rule.lessons.clone()).collect();
    assert_eq!(named, lessons, "lessons that rules name, and those that are shipped");
    for rule in rules() {
        let missing: Vec<_> = rule.worked.iter().filter(|name| !cases.contains(*name)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", rule.id);
    }
}

/// What a lesson tells its reader to look for names the rules that name the lesson.
#[test]
fn a_lesson_names_the_rules_it_shows() {
    for name in names("scenarios/lessons") {
        let text =
            fs::read_to_string(root().join(format!("scenarios/lessons/{name}.ron"))).expect("readable");
        let comment: String =
            text.lines().take_while(|line| line.starts_with("//")).collect::<Vec<_>>().join("\n");
        for part in ["What to look for", "deploysim run", "?"] {
            assert!(text.contains(part), "{name} has no \"{part}\"");
        }
        let words: BTreeSet<&str> = comment.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').collect();
        let showing = rules().filter(|rule| rule.lessons.first().is_some_and(|first| *first == name));
        // And the other way round: what it names names it.
        let named = rules().filter(|rule| words.contains(rule.id.as_str()));
        let silent: Vec<&str> =
            named.filter(|rule| !rule.lessons.contains(&name)).map(|rule| rule.id.as_str()).collect();
        assert!(silent.is_empty(), "scenarios/lessons/{name}.ron names {silent:?}, which do not name it");
        let unnamed: Vec<&str> =
            showing.map(|rule| rule.id.as_str()).filter(|id| !words.contains(id)).collect();
        assert!(unnamed.is_empty(), "scenarios/lessons/{name}.ron does not name {unnamed:?}");
    }
}

#[test]
fn the_readme_lists_every_lesson() {
    let readme = fs::read_to_string(root().join("README.md")).expect("readable");
    let missing: Vec<String> =
        names("scenarios/lessons").into_iter().filter(|name| !readme.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "README.md does not name {missing:?}");
}

#[test]
fn ids_are_read_in_any_of_their_spellings() {
    let read = |text: &str| RuleId::parse(text).map(|id| id.to_string());
    let spellings = ["E16", "e16", "E-16", " a13 ", "A-13", "a-7"].map(read);
    let expected = ["E16", "E16", "E16", "A-13", "A-13", "A-07"].map(|id| Some(id.to_owned()));
    assert_eq!(spellings, expected);
    assert_eq!(["", "E", "16", "E1x", "EE1", "E--1", "é1", "E12345"].map(read), [const { None }; 8]);
    assert_eq!(Question::parse("p"), Question::Group('P'));
    assert_eq!(Question::parse("Protection"), Question::Word("protection".to_owned()));
    assert_eq!(Question::parse("é"), Question::Word("é".to_owned()));
}

#[test]
fn an_unknown_id_is_answered_with_the_nearest() {
    let book = Rulebook::embedded();
    let said = |text: &str| book.unknown(RuleId::parse(text).expect("an id")).to_string();
    assert!(said("E28").starts_with("there is no rule E28; did you mean E27?"), "{}", said("E28"));
    assert!(said("B0").contains("did you mean B1?"), "{}", said("B0"));
    assert!(said("A-99").contains("A-01 to A-49"), "{}", said("A-99"));
    assert!(
        said("X1").contains("no rule has the letter X") && said("X1").contains("\n  E  "),
        "{}",
        said("X1")
    );
}

#[test]
fn words_are_searched_together() {
    let book = Rulebook::embedded();
    let found = |words: &[&str]| -> Vec<&str> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        book.search(&words).into_iter().map(|rule| rule.id.as_str()).collect()
    };
    assert!(found(&["protected"]).contains(&"E16") && found(&["protected_price"]).contains(&"A-13"));
    let both = found(&["protected", "locked"]);
    assert!(both.contains(&"A-13") && !both.contains(&"E17"), "{both:?}");
    assert_eq!(found(&["zebra"]), Vec::<&str>::new());
    assert_eq!(book.nearest_word("protectoin").as_deref(), Some("protection"));
    assert_eq!(book.nearest_word("zzzzzzzz"), None);
}
