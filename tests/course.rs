//! The course: what it asks has one right answer, what it says is what the engine says.

use deploysim::course::{
    Answers, Course, Lesson, Paragraph, Prediction, Reply, ReplyError, Solved, terminal,
};
use deploysim::rulebook::{RuleId, Rulebook};
use deploysim::units::{SimSpan, SimTime};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Names and texts of a folder's files.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut texts: Vec<(String, String)> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(path).expect("readable"))
        })
        .collect();
    texts.sort();
    texts
}

fn pairs(texts: &[(String, String)]) -> Vec<(&str, &str)> {
    texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// The course as it stands in its folder.
fn course() -> Course {
    let (mut lessons, scenarios) = (texts("scenarios/course"), texts("scenarios/lessons"));
    let at = lessons.iter().position(|(name, _)| name == "chapters").expect("the chapters are there");
    let (_, chapters) = lessons.remove(at);
    Course::read(&chapters, &pairs(&lessons), &pairs(&scenarios)).unwrap_or_else(|error| panic!("{error}"))
}

fn solved(lesson: &Lesson) -> Solved<'_> {
    lesson.solve().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn the_program_has_the_course_of_the_folder() {
    assert!(
        *Course::embedded() == course(),
        "a text of the folder is not in the program: see src/course/book.rs"
    );
}

#[test]
fn every_scenario_of_the_lessons_is_told() {
    let course = course();
    let told: BTreeSet<&str> = course.lessons().map(|lesson| lesson.scenario.as_str()).collect();
    let scenarios = texts("scenarios/lessons");
    let shipped: BTreeSet<&str> = scenarios.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(told, shipped);
    assert!(course.lessons().count() >= 25);
}

/// Exactly one choice is right and every place is filled, or else a lesson cannot be solved; and the texts can be read.
#[test]
fn every_lesson_can_be_solved_and_explained() {
    let mut wrong = Vec::new();
    for lesson in course().lessons() {
        let solved = match lesson.solve() {
            Ok(solved) => solved,
            Err(error) => {
                wrong.push(error.to_string());
                continue;
            }
        };
        let words = solved.explanation.iter().map(|text| text.split(' ').count()).sum::<usize>();
        if !(60..=180).contains(&words) {
            wrong.push(format!("{}: an explanation of {words} words", lesson.id));
        }
        if !solved.question.ends_with('?') {
            wrong.push(format!("{}: \"{}\" is no question", lesson.id, solved.question));
        }
        if solved.look_at.is_empty() || solved.situation.is_empty() {
            wrong.push(format!("{}: nothing to look at, or no situation", lesson.id));
        }
        for figure in unused(lesson, &solved) {
            wrong.push(format!("{}: nobody asks for the figure \"{figure}\"", lesson.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Figures that are in no text, no condition, no answer and no other figure.
fn unused(lesson: &Lesson, solved: &Solved<'_>) -> Vec<String> {
    let written = format!("{lesson:?}");
    let is_used = |name: &str| {
        let quoted = written.matches(&format!("\"{name}\"")).count();
        // Once where it is defined.
        quoted > 1 || written.contains(&format!("{{{name}}}")) || written.contains(&format!("{{{name}:"))
    };
    solved.figures.keys().filter(|name| !is_used(name)).cloned().collect()
}

#[test]
fn wrong_answers_have_hints_and_are_apart_from_the_right_one() {
    let mut wrong = Vec::new();
    for lesson in course().lessons() {
        let Ok(solved) = lesson.solve() else { continue };
        match &solved.answers {
            Answers::Choice { answers, right } => {
                if answers.len() < 3 {
                    wrong.push(format!("{}: a choice of {}", lesson.id, answers.len()));
                }
                for (index, (says, hint)) in answers.iter().enumerate() {
                    if (index == *right) != hint.is_empty() {
                        wrong.push(format!("{}: the hint of \"{says}\" is \"{hint}\"", lesson.id));
                    }
                }
            }
            Answers::Amount { right, tolerance, slips } => {
                if slips.is_empty() {
                    wrong.push(format!("{}: no usual slip", lesson.id));
                }
                for (index, (slip, hint)) in slips.iter().enumerate() {
                    let others = slips[..index].iter().map(|(other, _)| other).chain([right]);
                    for other in others {
                        if slip.is_within(tolerance.twice(), *other) {
                            wrong.push(format!(
                                "{}: {slip:?} cannot be told from {other:?}: {hint}",
                                lesson.id
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_lesson_names_rules_that_name_its_scenario() {
    let book = Rulebook::embedded();
    for lesson in course().lessons() {
        assert!(!lesson.rules.is_empty(), "{} has no rules", lesson.id);
        for id in &lesson.rules {
            let rule = RuleId::parse(id).and_then(|id| book.rule(id)).expect("read with the course");
            assert!(
                rule.lessons.contains(&lesson.scenario),
                "{} cites {id}, which does not name {}",
                lesson.id,
                lesson.scenario
            );
        }
        let sources = lesson.rules_with_sources();
        let from_pages = sources.iter().filter(|(_, pages)| !pages.is_empty()).count();
        assert!(from_pages > 0, "{} has no page behind it", lesson.id);
    }
}

#[test]
fn the_right_answer_is_right_and_a_slip_gets_its_hint() {
    for lesson in course().lessons() {
        let solved = solved(lesson);
        match &solved.answers {
            Answers::Choice { answers, right } => {
                for (index, (says, hint)) in answers.iter().enumerate() {
                    let verdict = solved.check(&Reply::Choice(index));
                    assert_eq!(verdict.is_right, index == *right, "{}: {says}", lesson.id);
                    assert_eq!(verdict.hint.unwrap_or_default(), *hint, "{}: {says}", lesson.id);
                    assert_eq!(verdict.right, answers[*right].0);
                }
            }
            Answers::Amount { right, slips, .. } => {
                let verdict = solved.check(&Reply::Amount(*right));
                assert!(verdict.is_right && verdict.hint.is_none() && verdict.off.is_none(), "{}", lesson.id);
                // As it is written it is right, too.
                let again = Reply::parse(&verdict.right, &solved).expect("its own words");
                assert!(solved.check(&again).is_right, "{}: {}", lesson.id, verdict.right);
                for (slip, hint) in slips {
                    let verdict = solved.check(&Reply::Amount(*slip));
                    assert!(!verdict.is_right && verdict.off.is_some(), "{}", lesson.id);
                    assert_eq!(verdict.hint.as_deref(), Some(hint.as_str()), "{}", lesson.id);
                }
            }
        }
    }
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let course = course();
    let money = solved(course.lesson("start_and_stop").expect("it is there"));
    let time = solved(course.lesson("started_minutes").expect("it is there"));
    let share = solved(course.lesson("averages_mislead").expect("it is there"));
    let choice = solved(course.lesson("bid_at_the_price").expect("it is there"));
    let read = |text: &str, question: &Solved<'_>| Reply::parse(text, question);
    let same = |a: &str, b: &str, question: &Solved<'_>| {
        assert_eq!(read(a, question), read(b, question), "{a} and {b}");
        assert!(read(a, question).is_ok(), "{a}: {:?}", read(a, question));
    };
    for written in
        ["1,234.50", "¥1234.5", "￥1,234.50", "1234.50 CNY", "cny 1,234.5", " 1234.5元 ", "+1234.50"]
    {
        same(written, "1234.5", &money);
    }
    same("12.0", "¥12", &money);
    same("−3", "-3.00", &money);
    for written in ["72 min", "72 minutes", "1h12m", "1 h 12 min", "1.2 hours", "4320 s"] {
        same(written, "72", &time);
    }
    same("50 %", "50", &share);
    same("b", "2", &choice);
    same("2.", " 2) ", &choice);
    let said = |text: &str, question: &Solved<'_>| read(text, question).expect_err("nonsense").to_string();
    assert_eq!(said("a lot", &money), "\"a lot\" is no number: write one as in \"12.60 CNY\"");
    assert_eq!(said("", &money), "\"\" is no number: write one as in \"12.60 CNY\"");
    assert_eq!(
        said("12,50", &money),
        "\"12,50\": a comma stands between thousands, as in \"1,234.50\"; before decimals write a point"
    );
    assert_eq!(said("$12", &money), "\"$12\": the answer is in CNY");
    assert_eq!(said("5 %", &time), "\"5 %\": the answer is in min");
    assert_eq!(said("soon", &time), "\"soon\" is no number: write one as in \"72 min\"");
    assert_eq!(said("7", &choice), "\"7\" is none of the answers: write a number from 1 to 4");
    for nonsense in ["1e9", "1.2.3", "--1", "1-2", "٣", "NaN", "inf", ",", ".", "¥", "1,,000", ",100", "１２"]
    {
        assert!(read(nonsense, &money).is_err(), "{nonsense}");
    }
    let huge = "9".repeat(400);
    assert!(matches!(read(&huge, &money), Err(ReplyError::NotANumber { .. } | ReplyError::Range(_))));
    assert!(read(&"🦀".repeat(100), &money).expect_err("nonsense").to_string().chars().count() < 120);
}

/// Neither an answer nor an explanation can drift from the engine.
#[test]
fn another_scenario_gives_another_answer() {
    let course = course();
    let lesson = course.lesson("start_and_stop").expect("it is there");
    let mut dearer = lesson.clone();
    dearer.scenario_text = lesson.scenario_text.replace("standard: \"2.40\"", "standard: \"4.80\"");
    let (before, after) = (solved(lesson), solved(&dearer));
    assert_ne!(before.right(), after.right());
    assert_ne!(before.explanation, after.explanation);
}

#[test]
fn names_and_numbers_lead_to_lessons() {
    let course = course();
    let first = course.lessons().next().expect("there is one");
    assert_eq!(course.lesson("1").expect("it is there").id, first.id);
    let said = |name: &str| course.lesson(name).expect_err("there is none").to_string();
    assert_eq!(
        said("strat_and_stop"),
        "there is no lesson \"strat_and_stop\"; did you mean `start_and_stop`?"
    );
    assert_eq!(said("0"), "there is no lesson \"0\"");
    assert_eq!(said("999"), "there is no lesson \"999\"");
    assert!(course.around(&first.id).0.is_none());
    let second = course.around(&first.id).1.expect("there are several");
    assert_eq!(course.around(&second.id).0.expect("the first").id, first.id);
}

#[test]
fn what_is_wrong_with_a_course_is_said() {
    let scenarios = texts("scenarios/lessons");
    let scenarios = pairs(&scenarios);
    let lesson = |change: &dyn Fn(String) -> String| {
        let text = r#"(title: "T", scenario: "first_bill", figures: [("total", Total()), ("half", Parts("total", "1/2"))],
            situation: ["S"], question: "Q?", explanation: ["E"], look_at: ["L"], rules: ["E1"],
            prediction: Amount(figure: "total", tolerance: "0.01", slips: []))"#;
        let text = change(text.to_owned());
        let chapters = "[(title: \"C\", about: \"\", lessons: [\"one\"])]";
        let course = Course::read(chapters, &[("one", &text)], &scenarios);
        course.and_then(|course| course.lesson("one")?.solve().map(|_| ())).map_err(|error| error.to_string())
    };
    assert_eq!(lesson(&|text| text), Ok(()));
    let cases = [
        ("first_bill", "last_bill", "one: there is no scenario \"last_bill\""),
        ("\"E1\"", "\"E99\"", "one: there is no rule \"E99\""),
        ("Parts(\"total\"", "Parts(\"totl\"", "one, figure \"half\": there is no figure \"totl\" before it"),
        ("1/2", "1/0", "one, figure \"half\": an amount has no 1/0 parts"),
        ("Total()", "Total(run: \"x\")", "one, figure \"total\": there is no run \"x\""),
        ("[\"E\"]", "[\"{sum}\"]", "one: {sum} is no figure; there are half, total"),
        ("\"half\"", "\"total\"", "one, figure \"total\": there are two of this name"),
    ];
    for (from, to, said) in cases {
        assert_eq!(lesson(&|text| text.replacen(from, to, 1)), Err(said.to_owned()), "{from} → {to}");
    }
    let choices =
        r#"Choice([(says: "a", when: "total > half"), (says: "b", when: "half < total", hint: "h")])"#;
    let several = lesson(&|text| {
        let at = text.find("Amount(").expect("it is there");
        format!("{}{choices})", &text[..at])
    });
    assert_eq!(several, Err("one: 2 of its answers are right, not one".to_owned()));
    let no_line = lesson(&|text| text.replace("Parts(\"total\", \"1/2\")", "Amount(item: \"gold\")"));
    assert!(no_line.expect_err("there is none").contains("there are chat system disk, chat spot compute"));
}

#[test]
fn the_readme_shows_what_the_lesson_says() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("readable");
    let (_, section) = readme.split_once("### For a class").expect("the section is there");
    let (_, shown) =
        section.split_once("$ deploysim lesson started_minutes --answer 21\n").expect("the command");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let course = course();
    let solved = solved(course.lesson("started_minutes").expect("it is there"));
    let verdict = solved.check(&Reply::parse("21", &solved).expect("a number"));
    let (asked, worth) = (terminal::question(&course, &solved), terminal::verdict(&verdict));
    assert_eq!(shown, format!("{asked}\n{worth}  … then the run, why it is so, and the rules\n"));
}

/// Words of a text that begin with a digit, without commas and without the full stop of a sentence; places for figures and
/// code left out.
fn numbers(text: &str) -> Vec<String> {
    let mut plain = String::new();
    for (index, part) in text.split('`').enumerate().filter(|(index, _)| index % 2 == 0) {
        plain.push_str(if index > 0 { " " } else { "" });
        for (index, piece) in part.split('{').enumerate() {
            plain.push_str(if index == 0 {
                piece
            } else {
                piece.split_once('}').map_or("", |(_, rest)| rest)
            });
        }
    }
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ':');
    let words = plain.split(|c: char| !is_part(c)).map(|word| word.trim_matches(['.', ',', ':']));
    words
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        .map(|word| word.replace(',', ""))
        .collect()
}

/// A number or a time of day, however many noughts it is written with.
fn plain(number: &str) -> String {
    if number.contains(':') {
        let short = number.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(number);
        return short.trim_start_matches('0').to_owned();
    }
    let point = number.contains('.');
    let short = if point { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    let short = short.trim_start_matches('0');
    if short.is_empty() || short.starts_with('.') { format!("0{short}") } else { short.to_owned() }
}

/// Times of day that a scenario means: its start, and every duration in it after that; and those that it writes out.
fn times(lesson: &Lesson) -> BTreeSet<String> {
    let scenario = lesson.load_scenario().expect("it is right");
    let quoted = lesson.scenario_text.split('"').skip(1).step_by(2);
    let instants = quoted.filter_map(|written| {
        let after = written.parse::<SimSpan>().ok().map(|span| SimTime::ZERO + span);
        scenario.calendar.parse_instant(written).ok().or(after)
    });
    let clock = |at| plain(&scenario.calendar.format(at)[11..19]);
    instants.chain([SimTime::ZERO]).map(clock).collect()
}

/// What is not a figure of the run is a figure of the scenario or of a rule: neither can be changed and the text forgotten.
#[test]
fn every_number_that_is_written_out_stands_in_the_scenario_or_in_a_rule() {
    let mut wrong = Vec::new();
    for lesson in course().lessons() {
        let mut known = times(lesson);
        let is_said = |line: &&str| !line.trim_start().starts_with("//");
        let scenario: Vec<&str> = lesson.scenario_text.lines().filter(is_said).collect();
        known.extend(numbers(&scenario.join(" ")).iter().map(|number| plain(number)));
        known.insert("24".to_owned()); // hours of a day
        for (rule, _) in lesson.rules_with_sources() {
            let texts = [&rule.title, &rule.says, &rule.reading].into_iter().chain(&rule.figures);
            known.extend(texts.flat_map(|text| numbers(text)).map(|number| plain(&number)));
            let defaults = rule.settings.iter().filter_map(|setting| setting.default.as_ref());
            known.extend(defaults.flat_map(|default| numbers(&default.0)).map(|number| plain(&number)));
        }
        let mut texts: Vec<&Paragraph> = lesson.situation.iter().chain(&lesson.explanation).collect();
        texts.push(&lesson.question);
        match &lesson.prediction {
            Prediction::Choice(choices) => {
                texts.extend(choices.iter().flat_map(|one| [&one.says, &one.hint]));
            }
            Prediction::Amount(asked) => texts.extend(asked.slips.iter().map(|slip| &slip.hint)),
        }
        for text in texts {
            let unknown: Vec<String> =
                numbers(&text.0).into_iter().filter(|number| !known.contains(&plain(number))).collect();
            if !unknown.is_empty() {
                wrong.push(format!("{}: {unknown:?} in \"{}\"", lesson.id, text.0));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
